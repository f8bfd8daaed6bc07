"""What a load may remove: rows of the tables that it gives, and not too many of them unasked."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import RemovalRefused, UsageError
from influence.store.protocol import REMOVAL_LIMIT, Loaded
from influence.tables import TABLES, Difference, Problems, Tables
from influence.tables.notes import Note
from influence.tables.references import names_only

SMALL, HALF = 10, 0.5
"""Of a table with fewer rows than this one or two are more than the limit: half of it may go."""
LIMITED = ("customers", "ties")


@dataclass(frozen=True)
class LoadOptions:
    """What a load does with what the store holds already.

    Attributes
    ----------
    replace : bool
        Rows of the tables that are given go if the load does not have them.
    empty : tuple of str
        With `replace`, tables that are not given and are to be emptied.
    allow_removal : bool
        Remove more than the limit.
    removal_limit : float
        The largest share of the customers, or of the ties, that a load may remove unasked.
    readmit : bool
        Let in customers who were forgotten.

    Raises
    ------
    UsageError
        If a table is unknown, or emptied without `replace`, or the limit is no share.
    """

    replace: bool = False
    empty: tuple[str, ...] = ()
    allow_removal: bool = False
    removal_limit: float = REMOVAL_LIMIT
    readmit: bool = False

    def __post_init__(self) -> None:
        unknown = [name for name in self.empty if name not in TABLES]
        if unknown:
            raise UsageError(
                f"empty: there is no table {', '.join(map(repr, unknown))}; "
                f"there are {', '.join(TABLES)}"
            )
        if self.empty and not self.replace:
            raise UsageError("empty: only a load that replaces (--replace) empties tables")
        if not 0.0 <= self.removal_limit <= 1.0:
            raise UsageError(f"removal_limit {self.removal_limit}: a share from 0 to 1 is needed")

    def cleared(self, given: Tables) -> set[str]:
        """The tables of which nothing old stays but what the load has.

        Raises
        ------
        UsageError
            If a table is given and is to be empty as well.
        """
        both = [name for name in self.empty if name in given]
        if both:
            raise UsageError(f"empty: {', '.join(both)}: this load gives rows of this table")
        return {*given, *self.empty} if self.replace else set()

    def notes(self, base: Tables, given: Tables) -> list[Note]:
        """Which tables stay though the load replaces."""
        stay = [name for name in TABLES if self.replace and name not in given and len(base[name])]
        if not stay:
            return []
        text = f"not in this load, so unchanged: {', '.join(stay)} (--empty TABLE empties one)"
        return [Note(text, "tables_stay", tables=stay)]


@dataclass(frozen=True)
class Removal:
    """How much of a table a load removes, where that is more than the limit."""

    table: str
    before: int
    removed: int
    limit: float

    @property
    def share(self) -> float:
        """Of the rows before."""
        return self.removed / self.before

    def __str__(self) -> str:
        return f"{self.removed:,} of {self.before:,} {self.table} ({self.share:.0%})"

    def to_dict(self) -> dict[str, str | int | float]:
        """For JSON."""
        return {**vars(self), "share": self.share}


def with_their_rows(base: Tables, customers: pa.Table) -> tuple[Tables, list[Note]]:
    """Tables without the rows that name somebody who is no customer any more, and how many went."""
    known = customers["id"].combine_chunks()
    left, gone = {}, {}
    for name in TABLES:
        stay = names_only(name, base[name], known)
        left[name] = base[name] if stay.all() else base[name].filter(pa.array(stay))
        if not stay.all():
            gone[name] = int((~stay).sum())
    if not gone:
        return base, []
    told = ", ".join(f"{count:,} {name}" for name, count in gone.items())
    text = f"removed with the customers whom they name: {told}"
    return Tables(complete=True, **left), [Note(text, "removed_with_customers", **gone)]


def too_many(
    old: Tables, new: Tables, changes: dict[str, Difference], options: LoadOptions
) -> list[Removal]:
    """The tables of which the load removes more than the limit allows.

    A table that is emptied on purpose is none of them. A tie that is there between the same two
    people, listed in another way, is not removed.
    """
    found = []
    for name in LIMITED:
        before, removed = len(old[name]), len(changes[name].removed)
        if options.allow_removal or name in options.empty or not removed:
            continue
        if name == "ties":
            removed = _pairs_gone(changes[name].removed, new.ties)
        limit = max(options.removal_limit, HALF if before < SMALL else 0.0)
        if removed > limit * before:
            found.append(Removal(name, before, removed, limit))
    return found


def _pairs_gone(removed: pa.Table, ties: pa.Table) -> int:
    """How many of some ties have no successor between the same two, of their kind and network."""
    keys = ["one", "other", "kind", "network"]
    return len(_pairs(removed).join(_pairs(ties), keys, join_type="left anti"))


def _pairs(ties: pa.Table) -> pa.Table:
    ends = ties["source"], ties["target"]
    return pa.table(
        {
            "one": pc.min_element_wise(*ends),
            "other": pc.max_element_wise(*ends),
            "kind": ties["kind"],
            "network": ties["network"],
        }
    )


def refusal(removals: list[Removal], loaded: Loaded) -> RemovalRefused:
    """Make the error for a load that removes too much."""
    limit = f"{removals[0].limit:.0%}"
    return RemovalRefused(
        f"this load would remove {' and '.join(map(str, removals))}, more than the limit of "
        f"{limit} (removal_limit); nothing was written. Is the file complete? If so, repeat the "
        "command with --allow-removal; --dry-run --format json lists the rows",
        Problems(),
        [removal.to_dict() for removal in removals],
        loaded,
    )
