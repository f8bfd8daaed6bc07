"""Remarks of the reader of columns: notes, problems of whole columns, and hints at options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.notes import Note
from influence.tables.problems import Problems, printable
from influence.tables.reading.columns import Faults, true_where
from influence.tables.reading.dates import Readings, announcement
from influence.tables.reading.names import empty_columns, unnamed_column
from influence.tables.reading.suggestions import (
    null_word_options,
    number_options,
    possible_thousands,
)
from influence.tables.source import Source
from influence.tables.specs import Column

if TYPE_CHECKING:
    from influence.tables.rules.rules import Rules
    from influence.tables.tables import Tables

READABLE_BY_OPTION = {"not_a_number", "unreadable_date", "not_true_or_false"}
NAME_COLUMNS = (
    "--columns A,B,C names the columns of a single file in their order; with --no-header its first "
    "row is data"
)


@dataclass(frozen=True)
class Remarks:
    """Adds notes and problems, each with its file and column.

    Attributes
    ----------
    given : Tables
    rules : Rules
    problems : Problems
    notes : list of Note
    broken : set of (table, column)
        Columns with a problem as a whole.
    """

    given: Tables
    rules: Rules
    problems: Problems
    notes: list[Note]
    broken: set[tuple[str, str]]

    # Whole columns

    def at_header(
        self, table: str, column: str, problem: str, value: str, source: Source | None = None
    ) -> None:
        """Report a problem of a whole column at the row of the header."""
        self.broken.add((table, column))
        source = source or self.given.sources[table]
        row, named = max(source.first_row - 1, 0), source.columns.get(column, column)
        self.problems.add_one(source.file, table, row, named, problem, value)

    def missing(self, table: str, column: str) -> None:
        """Report a required column that a table does not have."""
        self.at_header(table, column, "missing_column", ", ".join(self.given[table].column_names))
        if self.given.sources[table].decided:  # a file
            self.problems.add_hint(NAME_COLUMNS)

    def not_used(self, table: str, columns: list[str]) -> None:
        """Note other columns of a table that keeps none."""
        self._note(table, f"not used: {', '.join(columns)}", "columns_not_used", columns=columns)

    def without_name(self, table: str, at: int) -> None:
        """Note a column that is left out because it has no name."""
        column = self.given[table].column_names[at]
        text = unnamed_column(at + 1, column, self.given[table].column(at))
        self._note(table, text, "column_left_out", column=column, position=at + 1,
                   reason="it has no name")  # fmt: skip

    def empty(self, table: str, count: int) -> None:
        """Note columns without name and values."""
        self._note(table, empty_columns(count), "empty_columns_left_out", empty=count)

    def left_out(self, table: str, at: int, reason: str) -> None:
        """Note a column that cannot be kept."""
        column = self.given[table].column_names[at]
        text = f"column {at + 1}, {printable(column)}, is not used: {printable(reason, 200)}"
        self._note(table, text, "column_left_out",
                   column=column, position=at + 1, reason=reason)  # fmt: skip

    # Cells

    def dates_read(self, source: Source, table: str, column: Column, decided: Readings) -> None:
        """Note an order of dates that was detected."""
        self._note(
            table, announcement(column.name, decided), "dates_read", source,
            column=column.name, order=decided.orders[0], example=decided.example,
        )  # fmt: skip

    def thousands(self, source: Source, table: str, column: Column, cells: pa.ChunkedArray) -> None:
        """Note numbers whose points may be thousands marks."""
        example = possible_thousands(cells)
        if example is not None:
            self._note(
                table,
                f"{column.name}: numbers such as '{example}' are read with a decimal point "
                "(--decimal , --thousands . reads thousands)",
                "may_be_thousands", source, column=column.name, example=example,
            )  # fmt: skip

    def stripped(
        self,
        source: Source,
        table: str,
        column: Column,
        cells: pa.ChunkedArray,
        bare: pa.ChunkedArray,
    ) -> None:
        """Note cells that are read without blanks at their ends and invisible characters."""
        where = true_where(pc.and_(pc.not_equal(cells, bare), pc.not_equal(bare, "")))
        rows = int(where.sum())
        if rows:
            example = cells[int(np.flatnonzero(where)[0])].as_py()
            what = "id" if column.type == "id" else "cell"
            were = f"1 {what} has" if rows == 1 else f"{rows:,} {what}s have"
            self._note(
                table,
                f"{column.name}: {were} blanks at the ends or invisible characters, which are "
                f"removed: '{printable(example)}'",
                f"{what}s_stripped", source, column=column.name, rows=rows, example=example,
            )  # fmt: skip

    def taken_for_utc(self, source: Source, table: str, rows: int) -> None:
        """Note times without an offset among others with one."""
        times = "1 time" if rows == 1 else f"{rows:,} times"
        self._note(table, f"{times} without an offset read as UTC, while others have an offset",
                   "times_taken_for_utc", source, rows=rows)  # fmt: skip

    def options(self, given: pa.ChunkedArray, faults: Faults) -> None:
        """Add hints that name the options with which faulty cells could be read."""
        for kind, where in faults.items():
            if kind in READABLE_BY_OPTION and where.any() and pa.types.is_string(given.type):
                cells = given.filter(pa.array(where))
                hints = [null_word_options(cells)]
                if kind == "not_a_number":
                    hints.insert(0, number_options(cells, self.rules.notation))
                for hint in filter(None, hints):
                    self.problems.add_hint(hint)

    def _note(
        self, table: str, text: str, event: str, source: Source | None = None, **fields: Any
    ) -> None:
        file = (source or self.given.sources[table]).file
        self.notes.append(Note(f"{file}: {text}", event, table=table, **fields))
