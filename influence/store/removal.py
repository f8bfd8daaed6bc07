"""The limits on what a load may remove."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import RemovalRefused, UsageError
from influence.store.protocol import REMOVAL_LIMIT, Loaded
from influence.tables import TABLES, Difference, Problems, Tables
from influence.tables.notes import Note
from influence.tables.reading.columns import true_where, where
from influence.tables.references import names_only

SMALL, HALF = 10, 0.5
"""In a table with fewer rows than SMALL one row can exceed the limit, so HALF of it may go."""
LIMITED = ("customers", "ties")


@dataclass(frozen=True)
class LoadOptions:
    """Options of a load for the rows that the store already holds.

    Attributes
    ----------
    replace : bool
        Remove rows of the given tables that are not in the load.
    empty : tuple of str
        With `replace`, tables to empty that are not given.
    allow_removal : bool
        Allow removing more than the limit.
    removal_limit : float
        The largest share of customers or ties that a load may remove without `allow_removal`.
    readmit : bool
        Load rows of forgotten customers.

    Raises
    ------
    UsageError
        If a table is unknown, or emptied without `replace`, or the limit is not from 0 to 1.
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
                f"empty: unknown table {', '.join(map(repr, unknown))}; "
                f"there are {', '.join(TABLES)}"
            )
        if self.empty and not self.replace:
            raise UsageError("empty: tables can be emptied only with --replace")
        if not 0.0 <= self.removal_limit <= 1.0:
            raise UsageError(f"removal_limit {self.removal_limit}: use a share from 0 to 1")

    def cleared(self, given: Tables) -> set[str]:
        """Return the tables whose old rows are removed unless the load has them.

        Raises
        ------
        UsageError
            If a table to empty is also given.
        """
        both = [name for name in self.empty if name in given]
        if both:
            raise UsageError(f"empty: {', '.join(both)}: this load also gives rows for it")
        return {*given, *self.empty} if self.replace else set()

    def notes(self, base: Tables, given: Tables) -> list[Note]:
        """Note which tables stay unchanged although the load replaces."""
        stay = [name for name in TABLES if self.replace and name not in given and len(base[name])]
        if not stay:
            return []
        text = f"not in this load, so unchanged: {', '.join(stay)} (--empty TABLE empties one)"
        return [Note(text, "tables_stay", tables=stay)]


@dataclass(frozen=True)
class Removal:
    """The number of rows that a load removes from a table, if it exceeds the limit."""

    table: str
    before: int
    removed: int
    limit: float

    @property
    def share(self) -> float:
        """The share of the rows before the load."""
        return self.removed / self.before

    def __str__(self) -> str:
        return f"{self.removed:,} of {self.before:,} {self.table} ({self.share:.0%})"

    def to_dict(self) -> dict[str, str | int | float]:
        """Return plain data for JSON."""
        return {**vars(self), "share": self.share}


def without_orphans(base: Tables, customers: pa.Table) -> tuple[Tables, list[Note]]:
    """Return tables without the rows that name a removed customer, and a note with their number."""
    known = customers["id"].combine_chunks()
    kept, removed = {}, {}
    for name in TABLES:
        stays = names_only(name, base[name], known)
        kept[name] = base[name] if stays.all() else base[name].filter(pa.array(stays))
        if not stays.all():
            removed[name] = int((~stays).sum())
    if not removed:
        return base, []
    counts = ", ".join(f"{count:,} {name}" for name, count in removed.items())
    text = f"removed because their customers are removed: {counts}"
    return Tables(complete=True, **kept), [Note(text, "removed_with_customers", **removed)]


def excessive_removals(
    old: Tables, new: Tables, changes: dict[str, Difference], options: LoadOptions
) -> list[Removal]:
    """Return the tables from which a load removes more than the limit.

    Tables named in `empty` have no limit. A tie does not count as removed if the same two customers
    have a new tie of the same kind and network.
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
    """Count removed ties with no tie left between the same two customers, kind and network."""
    ends = pa.chunked_array([*removed["source"].chunks, *removed["target"].chunks], pa.string())
    between = (true_where(pc.is_in(ties[end], pc.unique(ends))) for end in ("source", "target"))
    ties = where(ties, np.logical_and(*between))
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
    """Return the error for a load that removes too much."""
    limit = f"{removals[0].limit:.0%}"
    return RemovalRefused(
        f"this load would remove {' and '.join(map(str, removals))}, more than the limit of "
        f"{limit} (removal_limit); nothing was written. Is the file complete? If so, repeat the "
        "command with --allow-removal; --dry-run --format json lists the rows",
        Problems(),
        [removal.to_dict() for removal in removals],
        loaded,
    )
