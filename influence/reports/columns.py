"""Lookup of score columns and customer columns by the names that users type."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import UsageError
from influence.headings import SHORT, score_column
from influence.scores import Scores
from influence.store import Store

INTERNAL = {"id", "clv_computed"}


def unknown_columns(names: Sequence[str], known: Sequence[str]) -> UsageError:
    """Return the error for unknown columns; it suggests similar names, or lists all."""
    near = dict.fromkeys(
        similar
        for name in names
        for similar in get_close_matches(
            name.replace("-", "_").lower(), [*known, *SHORT], n=3, cutoff=0.6
        )
    )
    hint = f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(known)}"
    return UsageError(f"no column {', '.join(map(repr, names))}: {hint}")


def require_grouping_column(customers: pa.Table, name: str) -> None:
    """Raise UsageError unless customers have this column; ids do not form groups."""
    known = [column for column in customers.column_names if column not in INTERNAL]
    if name not in known:
        raise UsageError(f"customers have no column {name!r}; they have {', '.join(known)}")


class Columns:
    """Columns of all customers of a run: figures and the company's own columns.

    Parameters
    ----------
    scores : Scores
    store : Store
        Read only for columns that are not figures.
    """

    def __init__(self, scores: Scores, store: Store) -> None:
        self._scores = scores
        self._store = store
        self._own: dict[str, pa.Table] = {}

    def __call__(self, name: str) -> pa.Array:
        """Return the values of a column for each row of the scores.

        Raises
        ------
        UsageError
            If there is no such column.
        """
        found = self.resolve(name)
        if found in self._scores.table.column_names:
            return self._scores.table[found].combine_chunks()
        table = self._read(found)
        at = pc.index_in(self._scores.table["customer"], table["id"].combine_chunks())
        return table[found].combine_chunks().take(at.combine_chunks())

    def resolve(self, name: str) -> str:
        """Return the full name of a column; raises UsageError if there is none."""
        return self.resolve_all([name])[0]

    def resolve_all(self, names: Sequence[str]) -> list[str]:
        """Return the full names of columns; one UsageError names all that there are not."""
        found = [self._find(name) for name in names]
        unknown = [name for name, full in zip(names, found, strict=True) if full is None]
        if unknown:
            raise unknown_columns(unknown, self._known())
        return [full for full in found if full is not None]

    def _find(self, name: str) -> str | None:
        figures = self._scores.table.column_names
        if name in figures or name.replace("-", "_") in figures:
            return name if name in figures else name.replace("-", "_")
        for own in dict.fromkeys((name, name.replace("-", "_"))):
            if own not in INTERNAL and own in self._read(own).column_names:
                return own
        return score_column(name, figures)

    def _read(self, name: str) -> pa.Table:
        if name not in self._own:
            self._own[name] = self._store.customers(["id", name])
        return self._own[name]

    def _known(self) -> list[str]:
        own = self._store.customers(ids=[]).column_names
        figures = self._scores.table.column_names
        return [*figures, *(name for name in own if name not in {*figures, *INTERNAL})]
