"""Tables: the input as Arrow tables, whatever frame it came in."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import pyarrow as pa

from influence.errors import UsageError
from influence.tables.problems import Problems, Source
from influence.tables.reading.frames import to_arrow
from influence.tables.reading.names import canonical_names, is_nameless
from influence.tables.specs import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from influence.tables.notes import Note


@runtime_checkable
class Frame(Protocol):
    """Any table that speaks the Arrow interface: pandas, polars, pyarrow, DuckDB …"""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...


class Tables:
    """The company's input: `customers`, `ties`, `referrals` …, each an Arrow table.

    Parameters
    ----------
    **frames : Frame or mapping of columns
        By the table's name. Columns: see `influence.tables.specs`; their names in any case. A
        column of texts and numbers together is read as text.
    sources : mapping of str to Source, optional
        Where each table came from, so that a problem can be named by file and row.
        Default: the table's own name, rows counted from 0.
    problems : Problems, optional
        What a loader could not read; `validate` reports it with what it finds itself.
    notes : sequence of Note, optional
        What a loader has to say; `validate` passes it on.
    refused : mapping of str to int, optional
        Of tables that could not be read at all, how many rows were lost.
    complete : bool
        Says that these tables passed `validate` and `merge`, as those of a store have: every
        column is there, in its own type, and ties are free of duplicates.

    Raises
    ------
    UsageError
        If a table has two columns of one name, or is none.

    Examples
    --------
    >>> tables = Tables(
    ...     customers={"id": ["A", "B"], "clv": [100.0, 0.0]},
    ...     ties={"source": ["A"], "target": ["B"]},
    ... )
    >>> tables
    Tables(customers: 2, ties: 1)
    """

    def __init__(
        self,
        *,
        sources: Mapping[str, Source] | None = None,
        problems: Problems | None = None,
        notes: Sequence[Note] = (),
        refused: Mapping[str, int] | None = None,
        complete: bool = False,
        **frames: Frame | Mapping[str, object] | None,
    ) -> None:
        unknown = sorted(set(frames) - set(TABLES))
        if unknown:
            raise TypeError(f"no such table: {', '.join(unknown)}; there are {', '.join(TABLES)}")
        given = {name: frame for name, frame in frames.items() if frame is not None}
        self.sources = {name: (sources or {}).get(name, Source(name)) for name in given}
        self._tables = {}
        for name, frame in given.items():
            checked = complete or "encoding" in self.sources[name].decided
            table = to_arrow(name, frame, checked=checked)
            self._tables[name] = _named(name, table, complete=complete)
        self.problems = problems or Problems()
        self.notes = tuple(notes)
        self.refused = dict(refused or {})
        self.complete = complete

    def __getitem__(self, name: str) -> pa.Table:
        return self._tables[name]

    def __contains__(self, name: str) -> bool:
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name}: {len(table):,}" for name, table in self._tables.items())
        return f"Tables({sizes})"

    def with_frames(
        self, frames: Mapping[str, pa.Table], sources: Mapping[str, Source] | None = None
    ) -> Tables:
        """Other rows or columns of the same input, with all that a loader said of it."""
        return Tables(
            sources=sources or self.sources,
            problems=self.problems,
            notes=self.notes,
            refused=self.refused,
            **frames,
        )

    @property
    def customers(self) -> pa.Table:
        """The customers, one row each."""
        return self._tables["customers"]

    @property
    def ties(self) -> pa.Table:
        """The ties, one row each, as the company gave them."""
        return self._tables["ties"]

    @property
    def referrals(self) -> pa.Table:
        """Who brought whom."""
        return self._tables["referrals"]

    @property
    def transactions(self) -> pa.Table:
        """Purchases and refunds."""
        return self._tables["transactions"]

    @property
    def surveys(self) -> pa.Table:
        """What customers answered."""
        return self._tables["surveys"]


def _named(name: str, table: pa.Table, *, complete: bool) -> pa.Table:
    """A table with its columns called as its spec calls them, as those of a store are."""
    names = table.column_names if complete else canonical_names(table.column_names, name)
    found = Counter(column for column in names if not is_nameless(column))
    twice = [
        given for given, column in zip(table.column_names, names, strict=True) if found[column] > 1
    ]
    if twice:
        raise UsageError(f"{name}: columns of one name: {', '.join(map(repr, twice))}")
    return table.rename_columns(names)
