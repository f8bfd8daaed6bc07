"""Reads the columns of tables as they came, each in the type that its spec asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.notes import Note
from influence.tables.problems import Problems, printable
from influence.tables.reading import ids
from influence.tables.reading.columns import (
    Faults,
    UnreadableTypeError,
    blank_is_null,
    read_attribute,
    read_column,
    true_where,
)
from influence.tables.reading.frames import readable, why_unreadable
from influence.tables.reading.hints import hint, may_be_thousands, words_hint
from influence.tables.reading.names import INDEX, is_nameless
from influence.tables.reading.numbers import Notation
from influence.tables.reading.times import taken_for_utc, time_of_day
from influence.tables.specs import TABLES, Column

if TYPE_CHECKING:
    from influence.tables.rules.rules import Rules
    from influence.tables.tables import Tables

BLANK: dict[str, str] = {"number": "not_a_number", "date": "unreadable_date"}
"""What a blank is where something is needed (of ids the reader says it)."""
READABLE_BY_OPTION = {"not_a_number", "unreadable_date", "not_true_or_false"}
UNNAMED = (
    "--columns A,B,C names the columns of a file that is given alone, in their order; with "
    "--no-header its first row is data"
)
NO_NAME = "it has no name; perhaps the index of a pandas frame (to_csv(…, index=False) omits it)"


@dataclass
class Reader:
    """What came of reading each column by itself.

    Attributes
    ----------
    broken : set of (table, column)
        Columns that are needed and missing, or cannot be read: nothing is known of their cells.
    negative : dict of str to bool[rows]
        By table, where a strength is below 0.
    """

    given: Tables
    rules: Rules
    problems: Problems
    notes: list[Note]
    broken: set[tuple[str, str]] = field(default_factory=set)
    negative: dict[str, npt.NDArray[np.bool_]] = field(default_factory=dict)

    def table(self, name: str) -> pa.Table:
        """Read a table: the columns of its spec that are there, and those that are kept besides."""
        table, spec = self.given[name], TABLES[name]
        columns: dict[str, pa.ChunkedArray] = {}
        for column in spec.columns:
            if column.name in table.column_names:
                columns[column.name] = self._column(name, column)
                if column.name == "date":
                    columns["time"] = self._time(name, columns["date"])
            elif column.required:
                found = ", ".join(table.column_names)
                self._add_to_header(name, column.name, "missing_column", found)
                if self.given.sources[name].decided:  # a file
                    self.problems.add_hint(UNNAMED)
                columns[column.name] = _nothing(len(table), column.arrow_type)
        extra = self._with_names(name)
        if spec.keeps_attributes:
            columns |= dict(self._attributes(name, extra))
        elif extra:
            self._note(name, f"not used: {', '.join(extra)}", "columns_not_used", columns=extra)
        if name in self.negative and self.rules.negative == "sentiment":
            self._take_for_sentiment(columns, self.negative[name])
        return pa.table(columns)

    def cells(self, name: str, column: str) -> pa.ChunkedArray:
        """The cells of a column as they came, null where a word says that there is nothing."""
        given = self.given[name][column]
        if self.rules.null_words and pa.types.is_string(given.type):
            return ids.without_words(given, self.rules.null_words)
        return given

    def _readable(self, name: str, column: str) -> pa.ChunkedArray:
        """The cells of a column whose frame could be read."""
        readable(self.given[name].schema.field(column))
        return self.cells(name, column)

    def blank(self, name: str, column: str) -> npt.NDArray[np.bool_]:
        """Where a column says nothing; nowhere if it cannot be read at all."""
        if (name, column) in self.broken:
            return np.zeros(len(self.given[name]), dtype=bool)
        cells = self.cells(name, column)
        return true_where(
            pc.is_null(blank_is_null(cells) if pa.types.is_string(cells.type) else cells)
        )

    def _column(self, name: str, column: Column) -> pa.ChunkedArray:
        given = self.given[name][column.name]
        try:
            values, faults = self._values(name, column)
        except (UnreadableTypeError, pa.ArrowException) as error:
            self._add_to_header(name, column.name, "unreadable_column", str(error))
            return _nothing(len(given), column.arrow_type)
        for problem, where in faults.items():
            self._add(name, column.name, problem, where, given)
        if column.required and column.type in BLANK:
            wrong = np.logical_or.reduce(list(faults.values()))
            blank = true_where(pc.is_null(values)) & ~wrong
            self._add(name, column.name, BLANK[column.type], blank, given)
        self._hint(given, faults)
        # A blank is the default. A blank clv is not (see `Rules.missing_clv`), and nobody is
        # profiled again because a cell was left blank.
        if column.default is not None and column.name not in {"clv", "do_not_profile"}:
            values = pc.fill_null(values, pa.scalar(column.default, column.arrow_type))
        return values

    def _values(self, name: str, column: Column) -> tuple[pa.ChunkedArray, Faults]:
        cells = self._readable(name, column.name)
        if column.type == "id":
            return self._ids(name, column, cells)
        if column.stripped and pa.types.is_string(cells.type):
            cells = self._stripped(name, column, cells)
        if (name, column.name) == ("ties", "strength") and self.rules.negative != "error":
            return self._strengths(column, cells)
        if column.type == "number" and self.rules.notation == Notation():
            self._say_thousands(name, column, cells)
        return read_column(cells, column, self.rules.notation)

    def _say_thousands(self, name: str, column: Column, cells: pa.ChunkedArray) -> None:
        """Point at numbers of which all points stand before three digits: perhaps thousands."""
        example = may_be_thousands(cells)
        if example is not None:
            self._note(
                name,
                f"{column.name}: numbers such as '{example}' are read with a decimal point "
                "(--decimal , --thousands . reads thousands)",
                "may_be_thousands", column=column.name, example=example,
            )  # fmt: skip

    def _ids(
        self, name: str, column: Column, cells: pa.ChunkedArray
    ) -> tuple[pa.ChunkedArray, Faults]:
        """Ids without what cannot be seen, and null where a word stands for none."""
        if not pa.types.is_string(cells.type):
            return read_column(cells, column)
        bare = self._stripped(name, column, cells)
        values, faults = read_column(bare, column)
        if self.rules.null_words is None:
            nothing = ids.null_words(values)
            if nothing.any():
                faults["empty_id"] = faults["empty_id"] | nothing
                values = pc.if_else(pa.array(nothing), pa.scalar(None, pa.string()), values)
        return values, faults

    def _stripped(self, name: str, column: Column, cells: pa.ChunkedArray) -> pa.ChunkedArray:
        bare = ids.stripped(cells)
        if bare is not cells:
            self._say_stripped(name, column, cells, bare)
        return bare

    def _say_stripped(
        self, name: str, column: Column, cells: pa.ChunkedArray, bare: pa.ChunkedArray
    ) -> None:
        where = true_where(pc.and_(pc.not_equal(cells, bare), pc.not_equal(bare, "")))
        rows = int(where.sum())
        if rows:
            example = cells[int(np.flatnonzero(where)[0])].as_py()
            what = "id" if column.type == "id" else "cell"
            were = f"1 {what} has" if rows == 1 else f"{rows:,} {what}s have"
            self._note(
                name,
                f"{column.name}: {were} blanks at an end or characters that cannot be seen, which "
                f"are left out: '{printable(example)}'",
                f"{what}s_stripped", column=column.name, rows=rows, example=example,
            )  # fmt: skip

    def _strengths(self, column: Column, cells: pa.ChunkedArray) -> tuple[pa.ChunkedArray, Faults]:
        """Strengths without their sign, and where they had one."""
        values, faults = read_column(cells, replace(column, low=None), self.rules.notation)
        negative = true_where(pc.less(values, 0.0))
        if negative.any():
            self.negative["ties"] = negative
        values, outside = read_column(pc.abs(values), column)
        return values, {**outside, **faults}

    def _take_for_sentiment(
        self, columns: dict[str, pa.ChunkedArray], negative: npt.NDArray[np.bool_]
    ) -> None:
        """A tie that is negative has the sentiment that it was given, else -1."""
        given = columns.get("sentiment", _nothing(len(negative), pa.float64()))
        against = pc.if_else(pa.array(negative), -1.0, pa.scalar(None, pa.float64()))
        columns["sentiment"] = pc.coalesce(given, pa.chunked_array([against]))

    def _hint(self, given: pa.ChunkedArray, faults: Faults) -> None:
        """Name the options with which cells at fault could be read, if they look like that."""
        for kind, where in faults.items():
            if kind in READABLE_BY_OPTION and where.any() and pa.types.is_string(given.type):
                cells = given.filter(pa.array(where))
                numbers = hint(cells, self.rules.notation) if kind == "not_a_number" else None
                for found in (numbers, words_hint(cells)):
                    if found:
                        self.problems.add_hint(found)

    def _time(self, name: str, days: pa.ChunkedArray) -> pa.ChunkedArray:
        """The time of day beside a date."""
        table = self.given[name]
        if self._keeps_time(name):
            return table["time"]
        guessed = taken_for_utc(table["date"])
        if guessed:
            times = "1 time" if guessed == 1 else f"{guessed:,} times"
            self._note(name, f"{times} without an offset, beside others with one, taken for UTC",
                       "times_taken_for_utc", rows=guessed)  # fmt: skip
        return time_of_day(table["date"], days)

    def _keeps_time(self, name: str) -> bool:
        """Whether a store gave the time that it keeps beside dates, which comes back as it was."""
        there = "time" in TABLES[name].stored.names and "time" in self.given[name].column_names
        return there and self.given.complete

    # Columns beyond those of the spec

    def _with_names(self, name: str) -> list[str]:
        """Those that have a name; what becomes of the others is said."""
        table, empty, kept = self.given[name], 0, []
        for at, column in enumerate(table.column_names):
            if column in TABLES[name].names or (column == "time" and self._keeps_time(name)):
                continue
            if column.startswith(INDEX):
                self._left_out(name, at, column, "the index of a frame, without a name")
            elif is_nameless(column) and _is_blank(table, at):
                empty += 1
            elif is_nameless(column):
                self._left_out(name, at, column, NO_NAME)
            elif "\0" in column:  # no database takes such a name
                self._left_out(name, at, column, "a zero byte in its name")
            else:
                kept.append(column)
        if empty:
            columns = "1 empty column" if empty == 1 else f"{empty:,} empty columns"
            self._note(name, f"{columns} without a name left out", "empty_columns_left_out",
                       empty=empty)  # fmt: skip
        return kept

    def _attributes(self, name: str, extra: Sequence[str]) -> Iterator[tuple[str, pa.ChunkedArray]]:
        """The company's own columns, and what a store gave and comes back as it was."""
        table = self.given[name]
        own = {column.name: column for column in TABLES[name].derived}
        for column in extra:
            if column in own:
                yield column, self._column(name, own[column])
                continue
            try:
                yield column, read_attribute(self._readable(name, column))
            except (UnreadableTypeError, pa.ArrowException) as error:
                at = table.column_names.index(column)
                self._left_out(name, at, column, f"its values cannot be kept: {error}")

    def _left_out(self, name: str, at: int, column: str, reason: str) -> None:
        called = f"column {at + 1}" + (f", {printable(column)}," if column else "")
        self._note(name, f"{called} is left out: {printable(reason, 200)}", "column_left_out",
                   column=column, position=at + 1, reason=reason)  # fmt: skip

    # What is said

    def _note(self, name: str, text: str, event: str, **fields: Any) -> None:
        file = self.given.sources[name].file
        self.notes.append(Note(f"{file}: {text}", event, table=name, **fields))

    def _add_to_header(self, table: str, column: str, problem: str, value: str) -> None:
        """A problem of a whole column stands where the column is named."""
        self.broken.add((table, column))
        source = self.given.sources[table]
        row = max(source.first_row - 1, 0)
        self.problems.add_one(source.file, table, row, column, problem, value)

    def _add(
        self,
        table: str,
        column: str,
        problem: str,
        where: npt.NDArray[np.bool_],
        values: pa.ChunkedArray,
    ) -> None:
        self.problems.add(self.given.sources[table], table, column, problem, where, values)


def _nothing(length: int, kind: pa.DataType) -> pa.ChunkedArray:
    return pa.chunked_array([pa.nulls(length, kind)])


def _is_blank(table: pa.Table, at: int) -> bool:
    values = table.column(at)
    if why_unreadable(table.schema.field(at)) is not None:
        return False
    if pa.types.is_floating(values.type):
        values = pc.if_else(pc.is_nan(values), None, values)
    texts = blank_is_null(values) if pa.types.is_string(values.type) else values
    return bool(texts.null_count == len(texts))
