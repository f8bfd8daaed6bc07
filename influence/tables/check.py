"""The state of one validation: the tables as given, the tables as read so far, what was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.tables.counts import RowCounts
from influence.tables.notes import Note
from influence.tables.problems import Problems
from influence.tables.reading.reader import Reader
from influence.tables.rules.rules import Rules
from influence.tables.tables import Tables


@dataclass
class Check:
    """The state that the steps of `validate` share.

    Attributes
    ----------
    given : Tables
        The tables as given.
    rules : Rules
    known : Tables or None
        The tables of the store.
    problems : Problems
    notes : list of Note
    read : dict of str to pa.Table
        The tables as read so far, without dropped rows.
    kept : dict of str to intp[rows]
        For tables with dropped rows: the position in `given` of each remaining row.
    merged : dict of str to int
        By table, the rows that were merged with others.
    customers_are_known : bool
        False if the table of customers could not be read; unknown ids are then not reported.
    """

    given: Tables
    rules: Rules
    known: Tables | None
    problems: Problems = field(default_factory=Problems)
    notes: list[Note] = field(default_factory=list)
    read: dict[str, pa.Table] = field(default_factory=dict)
    kept: dict[str, npt.NDArray[np.intp]] = field(default_factory=dict)
    merged: dict[str, int] = field(default_factory=dict)
    customers_are_known: bool = True

    def __post_init__(self) -> None:
        self.reader = Reader(self.given, self.rules, self.problems, self.notes)

    def read_columns(self) -> None:
        """Read each column of each table as its own type."""
        for name in self.given:
            self.read[name] = self.reader.table(name)
        if ("customers", "id") in self.reader.broken:
            self.customers_are_known = False

    def file(self, name: str) -> str:
        """Return the file of a table, for messages."""
        return self.given.sources[name].file

    def note(self, text: str, event: str, **fields: Any) -> None:
        """Add a note: a remark about the input that is not a problem."""
        self.notes.append(Note(text, event, **fields))

    def add(
        self,
        table: str,
        column: str,
        problem: str,
        where: npt.NDArray[np.bool_],
        values: pa.ChunkedArray,
    ) -> None:
        """Report a problem; `where` is a mask of the given rows or of the remaining ones."""
        at = self.kept.get(table) if len(where) < len(self.given[table]) else None
        source = self.given.sources[table]
        self.problems.add(source, table, column, problem, where, values, at)

    def drop(self, name: str, where: npt.NDArray[np.bool_]) -> None:
        """Drop rows of a table and count them; the caller adds the note."""
        self.kept[name] = self.positions(name)[~where]
        self.read[name] = self.read[name].filter(pa.array(~where))

    def merge(self, name: str, where: npt.NDArray[np.bool_]) -> None:
        """Leave out rows of a table that are merged with others, and count them."""
        self.merged[name] = self.merged.get(name, 0) + int(where.sum())
        self.drop(name, where)

    def positions(self, name: str) -> npt.NDArray[np.intp]:
        """Return the position in `given` of each remaining row, intp[rows]."""
        return self.kept.get(name, np.arange(len(self.given[name])))

    def counts(self) -> dict[str, RowCounts]:
        """Return the row counts of each table."""
        found = {name: RowCounts(rows, refused=rows) for name, rows in self.given.refused.items()}
        for name in self.given:
            source, rows = self.given.sources[name], len(self.given[name])
            rows += source.dropped + source.refused + source.merged
            at_fault = self.problems.rows_at_fault(name)
            first = {part.file: part.first_row for part, _, _ in source.spans(rows)}
            header = any((faults < first.get(file, 0)).any() for file, faults in at_fault.items())
            if header:
                found[name] = RowCounts(rows, refused=rows)
                continue
            merged = self.merged.get(name, 0)
            found[name] = RowCounts(
                rows,
                merged=source.merged + merged,
                dropped=self._dropped(name, at_fault) - merged + source.dropped,
                refused=sum(map(len, at_fault.values())),
            )
        return found

    def _dropped(self, name: str, at_fault: dict[str, npt.NDArray[np.int64]]) -> int:
        """Count the dropped rows that have no problem."""
        source = self.given.sources[name]
        dropped = len(self.given[name]) - len(self.kept.get(name, self.given[name]))
        if not at_fault or not dropped:
            return dropped
        was_dropped = np.ones(len(self.given[name]), dtype=bool)
        was_dropped[self.positions(name)] = False
        located = source.located(np.flatnonzero(was_dropped))
        return sum(
            int((~np.isin(rows, at_fault.get(part.file, []))).sum()) for part, _, rows in located
        )
