"""Read the columns of given tables, each as the type that its spec asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.notes import Note
from influence.tables.problems import Problems
from influence.tables.reading import ids
from influence.tables.reading.columns import (
    NUMBERS,
    Faults,
    Reading,
    UnreadableTypeError,
    blank_is_null,
    read_attribute,
    read_column,
    true_where,
)
from influence.tables.reading.dates import in_iso
from influence.tables.reading.frames import require_readable, why_unreadable
from influence.tables.reading.names import is_blank, is_unnamed
from influence.tables.reading.numbers import Notation
from influence.tables.reading.remarks import Remarks
from influence.tables.reading.times import assumed_utc, time_of_day
from influence.tables.source import Source
from influence.tables.specs import TABLES, Column

if TYPE_CHECKING:
    from influence.tables.rules.rules import Rules
    from influence.tables.tables import Tables

BLANK: dict[str, str] = {
    "number": "not_a_number",
    "date": "unreadable_date",
    "text": "missing_value",
}
"""Problem of a blank cell in a required column (empty ids are reported by `read_id`)."""


@dataclass
class Reader:
    """Reads each column by itself and collects problems and notes.

    Attributes
    ----------
    given : Tables
    rules : Rules
    problems : Problems
    notes : list of Note
    broken : set of (table, column)
        Required columns that are missing, and columns that cannot be read.
    negative : dict of str to bool[rows]
        By table, where a strength is negative, if negative strengths are allowed.
    dates : dict of str to list of pa.ChunkedArray
        By table, the column `date` of each part: ISO 8601 text, dates or timestamps.
    """

    given: Tables
    rules: Rules
    problems: Problems
    notes: list[Note]
    broken: set[tuple[str, str]] = field(default_factory=set)
    negative: dict[str, npt.NDArray[np.bool_]] = field(default_factory=dict)
    dates: dict[str, list[pa.ChunkedArray]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._say = Remarks(self.given, self.rules, self.problems, self.notes, self.broken)

    def table(self, name: str) -> pa.Table:
        """Read a table: the columns of its spec that it has, and the attributes."""
        table, spec = self.given[name], TABLES[name]
        columns: dict[str, pa.ChunkedArray] = {}
        for column in spec.columns:
            if column.name in table.column_names:
                columns[column.name] = self._column(name, column)
                if column.name == "date":
                    columns["time"] = self._time(name, columns["date"])
            elif column.required:
                self._say.missing(name, column.name)
                columns[column.name] = _nulls(len(table), column.arrow_type)
        extra = self._named(name)
        if spec.keeps_attributes:
            columns |= dict(self._attributes(name, extra))
        elif extra:
            self._say.not_used(name, extra)
        if name in self.negative and self.rules.negative == "sentiment":
            self._set_sentiment(columns, self.negative[name])
        return pa.table(columns)

    def cells(self, name: str, column: str) -> pa.ChunkedArray:
        """Return the given cells of a column, with null words replaced by null."""
        return self._without_null_words(self.given[name][column])

    def _without_null_words(self, given: pa.ChunkedArray) -> pa.ChunkedArray:
        if self.rules.null_words and pa.types.is_string(given.type):
            return ids.without_words(given, self.rules.null_words)
        return given

    def _readable(self, name: str, column: str) -> pa.ChunkedArray:
        """Return the cells of a column, or raise if it could not be converted."""
        require_readable(self.given[name].schema.field(column))
        return self.cells(name, column)

    def blank(self, name: str, column: str) -> npt.NDArray[np.bool_]:
        """Return where a column is blank; nowhere if it cannot be read at all."""
        if (name, column) in self.broken:
            return np.zeros(len(self.given[name]), dtype=bool)
        cells = self.cells(name, column)
        return true_where(
            pc.is_null(blank_is_null(cells) if pa.types.is_string(cells.type) else cells)
        )

    def _column(self, name: str, column: Column) -> pa.ChunkedArray:
        """Read a column; the part of each file is read by itself."""
        given = self.given[name][column.name]
        read = [
            self._part(part, name, column, given.slice(begin, length))
            for part, begin, length in self.given.sources[name].spans(len(given))
        ]
        chunks = [chunk for values in read for chunk in values.chunks]
        return read[0] if len(read) == 1 else pa.chunked_array(chunks, column.arrow_type)

    def _part(
        self, source: Source, name: str, column: Column, given: pa.ChunkedArray
    ) -> pa.ChunkedArray:
        """Read the part of a column that comes from one file."""
        try:
            require_readable(self.given[name].schema.field(column.name))
            values, faults = self._values(source, name, column, self._without_null_words(given))
        except (UnreadableTypeError, pa.ArrowException) as error:
            problem = getattr(error, "problem", UnreadableTypeError.problem)
            self._say.at_header(name, column.name, problem, str(error), source)
            return _nulls(len(given), column.arrow_type)
        for problem, where in faults.items():
            self.problems.add(source, name, column.name, problem, where, given)
        if column.required and column.type in BLANK:
            nothing = np.zeros(len(given), dtype=bool)
            wrong = np.logical_or.reduce([nothing, *faults.values()])
            blank = true_where(pc.is_null(values)) & ~wrong
            self.problems.add(source, name, column.name, BLANK[column.type], blank, given)
        self._say.options(given, faults)
        # A blank means the default, except for clv (see `Rules.missing_clv`) and for
        # do_not_profile: a blank must not cause a customer to be profiled again.
        if column.default is not None and column.name not in {"clv", "do_not_profile"}:
            values = pc.fill_null(values, pa.scalar(column.default, column.arrow_type))
        return values

    def _values(
        self, source: Source, name: str, column: Column, cells: pa.ChunkedArray
    ) -> tuple[pa.ChunkedArray, Faults]:
        form = source.format_of(column.name)
        if column.type == "id":
            return self._ids(source, name, column, cells)
        if column.stripped and pa.types.is_string(cells.type):
            cells = self._stripped(source, name, column, cells)
        if (name, column.name) == ("ties", "strength") and self.rules.negative != "error":
            return self._strengths(source, column, cells)
        if column.type == "date":
            cells = self._dates(source, name, column, cells)
        if column.type in NUMBERS and (form.notation or self.rules.notation) == Notation():
            self._say.thousands(source, name, column, cells)
        return self._read(source, column, cells)

    def _read(self, source: Source, column: Column, cells: pa.ChunkedArray) -> Reading:
        form = source.format_of(column.name)
        return read_column(cells, column, form.notation or self.rules.notation, form.scale)

    def _dates(
        self, source: Source, name: str, column: Column, cells: pa.ChunkedArray
    ) -> pa.ChunkedArray:
        """Rewrite dates as ISO 8601 text or timestamps; announce an order that was detected."""
        cells, decided = in_iso(cells, source.format_of(column.name).dates or self.rules.dates)
        if decided is not None:
            self._say.dates_read(source, name, column, decided)
        if column.name == "date":
            self.dates.setdefault(name, []).append(cells)
        return cells

    def _ids(
        self, source: Source, name: str, column: Column, cells: pa.ChunkedArray
    ) -> tuple[pa.ChunkedArray, Faults]:
        """Read ids, stripped; null words are empty ids."""
        if not pa.types.is_string(cells.type):
            return read_column(cells, column)
        bare = self._stripped(source, name, column, cells)
        values, faults = read_column(bare, column)
        if self.rules.null_words is None:
            null_word = ids.null_words(values)
            if null_word.any():
                faults["empty_id"] = faults.get("empty_id", False) | null_word
                values = pc.if_else(pa.array(null_word), pa.scalar(None, pa.string()), values)
        return values, faults

    def _stripped(
        self, source: Source, name: str, column: Column, cells: pa.ChunkedArray
    ) -> pa.ChunkedArray:
        bare = ids.stripped(cells)
        if bare is not cells:
            self._say.stripped(source, name, column, cells, bare)
        return bare

    def _strengths(
        self, source: Source, column: Column, cells: pa.ChunkedArray
    ) -> tuple[pa.ChunkedArray, Faults]:
        """Read strengths without their sign; remember where they were negative."""
        values, faults = self._read(source, replace(column, low=None), cells)
        negative = true_where(pc.less(values, 0.0))
        before = self.negative.get("ties", np.zeros(0, dtype=bool))
        self.negative["ties"] = np.concatenate([before, negative])
        values, outside = read_column(pc.abs(values), column)
        return values, {**outside, **faults}

    def _set_sentiment(
        self, columns: dict[str, pa.ChunkedArray], negative: npt.NDArray[np.bool_]
    ) -> None:
        """Give ties with a negative strength the sentiment -1, unless they have one."""
        given = columns.get("sentiment", _nulls(len(negative), pa.float64()))
        against = pc.if_else(pa.array(negative), -1.0, pa.scalar(None, pa.float64()))
        columns["sentiment"] = pc.coalesce(given, pa.chunked_array([against]))

    def _time(self, name: str, days: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return the time of day beside a date."""
        table = self.given[name]
        if self._keeps_time(name):
            return table["time"]
        spans = self.given.sources[name].spans(len(table))
        parts = zip(spans, self.dates.get(name, []), strict=False)
        times = [self._time_of(*span, name, dates, days) for span, dates in parts]
        chunks = [chunk for time in times for chunk in time.chunks]
        read = pa.chunked_array(chunks, pa.float64())
        return read if len(read) == len(days) else _nulls(len(days), pa.float64())

    def _time_of(
        self,
        source: Source,
        begin: int,
        length: int,
        name: str,
        dates: pa.ChunkedArray,
        days: pa.ChunkedArray,
    ) -> pa.ChunkedArray:
        assumed = assumed_utc(dates)
        if assumed:
            self._say.taken_for_utc(source, name, assumed)
        return time_of_day(dates, days.slice(begin, length))

    def _keeps_time(self, name: str) -> bool:
        """Return whether the table is from a store and has the time that a store keeps."""
        has_time = "time" in TABLES[name].stored.names and "time" in self.given[name].column_names
        return has_time and self.given.complete

    # Columns beyond those of the spec

    def _named(self, name: str) -> list[str]:
        """Return the other columns that have a name; announce those that have none."""
        table, empty, kept = self.given[name], 0, []
        for at, column in enumerate(table.column_names):
            if column in TABLES[name].names or (column == "time" and self._keeps_time(name)):
                continue
            readable = why_unreadable(table.schema.field(at)) is None
            if is_unnamed(column) and readable and is_blank(table.column(at)):
                empty += 1
            elif is_unnamed(column):
                self._say.without_name(name, at)
            elif "\0" in column:  # databases do not accept such a name
                self._say.left_out(name, at, "a zero byte in its name")
            else:
                kept.append(column)
        if empty:
            self._say.empty(name, empty)
        return kept

    def _attributes(self, name: str, extra: Sequence[str]) -> Iterator[tuple[str, pa.ChunkedArray]]:
        """Yield the attributes, and the derived columns of a store."""
        table = self.given[name]
        own = {column.name: column for column in TABLES[name].derived}
        for column in extra:
            kind = next((f.type for p, _, _ in self.given.sources[name].spans(0)
                         if (f := p.format_of(column)).type), None)  # fmt: skip
            if column in own or kind is not None:
                spec = own[column] if kind is None else Column(column, kind, "")
                yield column, self._column(name, spec)
                continue
            try:
                yield column, read_attribute(self._readable(name, column))
            except (UnreadableTypeError, pa.ArrowException) as error:
                at = table.column_names.index(column)
                self._say.left_out(name, at, f"its values cannot be kept: {error}")


def _nulls(length: int, kind: pa.DataType) -> pa.ChunkedArray:
    return pa.chunked_array([pa.nulls(length, kind)])
