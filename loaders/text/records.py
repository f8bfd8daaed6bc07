"""Read the records of a text: one by one with their rows, or all at once as columns."""

from __future__ import annotations

import csv
import functools
import io
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from influence.loaders.text.grid import Rows, Unreadable
from influence.loaders.text.marks import BLANKS
from influence.loaders.text.quotes import quoting
from influence.tables.reading.ids import text_bytes

WORD = re.compile(r'"((?:[^"]|"")*)"(?=[ \t\r\n]|$)|([^ \t\r\n"][^ \t\r\n]*)|(")')
BARE = re.compile(r"[^ \t\r\n]+")
ASCII_BLANKS = " \t"
ASCII = 0x7F
AT_ONCE = 100_000
"""Records that are converted to columns together."""


@dataclass(frozen=True)
class Text:
    """A text in UTF-8 that begins with the first row.

    Attributes
    ----------
    content : bytes
    first_row : int
        Row on which it begins, as an editor counts.
    mark : str
        The separator.
    quotes : bool
        Whether quotation marks enclose cells.
    """

    content: bytes
    first_row: int
    mark: str
    quotes: bool

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each record with the row on which it begins; blank lines are skipped.

        Raises
        ------
        Unreadable
            At a quote that is never closed, or closed in the middle of a cell.
        """
        lines = io.TextIOWrapper(io.BytesIO(self.content), "utf-8", newline="")
        if self.mark == BLANKS:
            yield from self._words(lines)
            return
        csv.field_size_limit(sys.maxsize)
        reader = csv.reader(
            lines,
            delimiter=self.mark,
            quoting=csv.QUOTE_MINIMAL if self.quotes else csv.QUOTE_NONE,
            skipinitialspace=True,
            strict=True,
        )
        row = self.first_row
        try:
            for record in reader:
                if len(record) > 1 or not is_empty(record):
                    yield row, record
                row = self.first_row + reader.line_num
        except csv.Error as error:
            never = "unexpected end" in str(error)
            what = "never closes" if never else "closes in the middle of a cell, so one is missing"
            raise Unreadable(
                f"a quote that opens in this row {what}; --no-quotes reads quotes as characters",
                row,
            ) from None

    def _words(self, lines: io.TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
        for row, line in enumerate(lines, self.first_row):
            if not self.quotes or '"' not in line:
                cells = BARE.findall(line)
            else:
                found = WORD.findall(line)
                if any(stray for *_, stray in found):
                    raise Unreadable(
                        "a quote that opens in this row never closes; "
                        "--no-quotes reads quotes as characters", row
                    )  # fmt: skip
                cells = [enclosed.replace('""', '"') or bare for enclosed, bare, _ in found]
            if cells:
                yield row, cells


@dataclass(frozen=True)
class Columns:
    """All records with one number of cells as columns of text.

    Attributes
    ----------
    cells : pa.Table
        Columns `0`, `1` …
    refused, dropped : int
        Rows with another number of cells, and rows without content.
    doubtful : tuple of int
        Rows in which a quoted cell contains lines that look like rows: a quote may be missing.
    """

    cells: pa.Table
    refused: int
    dropped: int
    doubtful: tuple[int, ...] = ()

    @property
    def rows(self) -> int:
        """The number of all rows."""
        return len(self.cells) + self.refused + self.dropped


def is_empty(cells: Sequence[str]) -> bool:
    """Return whether a row has no content, as spreadsheets leave them."""
    return not any(cell.strip(ASCII_BLANKS) for cell in cells)


def columns(text: Text, width: int) -> Columns:
    """Read all records with `width` cells.

    Raises
    ------
    Unreadable
        As `Text.records`.
    """
    mark = "\n" if text.mark == BLANKS else text.mark
    quotes = quoting(text.content, mark) if text.quotes else "none"
    if quotes == "special" or (quotes == "plain" and text.mark == BLANKS):
        return _one_by_one(text, width)
    content = text.content
    if text.mark == BLANKS:
        content = _single_blanks(content)
    found = _at_once(content, text.mark, width, quotes=quotes == "plain")
    if quotes == "none" and _is_spaced(text):
        trimmed = [pc.utf8_ltrim(column, " ") for column in found.cells.columns]
        found = replace(found, cells=pa.table(trimmed, names=found.cells.column_names))
    return _without_empty(found)


def _is_spaced(text: Text) -> bool:
    """Return whether cells begin with blanks, which are to be removed."""
    if text.mark == BLANKS or b" " not in text.content:
        return False
    begins = (f"{before} ".encode() for before in (text.mark, "\n", "\r"))
    return text.content.startswith(b" ") or any(begin in text.content for begin in begins)


def _one_by_one(text: Text, width: int) -> Columns:
    names = [str(i) for i in range(width)]
    batches, rows, refused, dropped = [], [], 0, 0
    doubtful = []
    for row, record in text.records():
        if any(_holds_rows(cell, text.mark, width) for cell in record):
            doubtful.append(row)
        if is_empty(record):
            dropped += 1
        elif len(record) != width:
            refused += 1
        else:
            rows.append(record)
        if len(rows) == AT_ONCE:
            batches.append(_table(rows, names))
            rows = []
    cells = pa.concat_tables([*batches, _table(rows, names)])
    return Columns(cells, refused, dropped, tuple(doubtful))


def _holds_rows(cell: str, mark: str, width: int) -> bool:
    """Return whether a cell spans lines and contains at least as many separators as a row."""
    breaks = "\n" in cell or "\r" in cell
    return breaks and 0 < width - 1 <= cell.count(mark)


def _table(rows: list[list[str]], names: list[str]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [[] for _ in names]
    return pa.table([pa.array(column, pa.string()) for column in columns], names=names)


def _at_once(content: bytes, mark: str, width: int, *, quotes: bool) -> Columns:
    """Read with Arrow's reader, which is much faster but needs every line break to end a row."""
    refused = dropped = 0

    def leave_out(row: arrow_csv.InvalidRow) -> str:
        nonlocal refused, dropped
        cells = next(csv.reader([row.text], delimiter=mark)) if quotes else row.text.split(mark)
        if not is_empty(cells):
            refused += 1
        elif len(cells) > 1:
            dropped += 1
        return "skip"

    names = [str(i) for i in range(width)]

    def read(block: int) -> pa.Table:
        return arrow_csv.read_csv(
            pa.BufferReader(content),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=block),
            parse_options=arrow_csv.ParseOptions(
                delimiter=mark, quote_char='"' if quotes else False, invalid_row_handler=leave_out
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )

    try:
        cells = read(1 << 20)
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            cells = pa.table({name: pa.array([], pa.string()) for name in names})
        else:  # a line longer than a block
            refused = dropped = 0
            cells = read(len(content) + 1)
    return Columns(cells, refused, dropped)


def _single_blanks(content: bytes) -> bytes:
    """Replace each run of blanks by one blank, and remove those at the ends of lines."""
    text = np.frombuffer(content, np.uint8)
    blank = (text == 0x20) | (text == 0x09)
    edge = (text == 0x0A) | (text == 0x0D)
    after = np.empty_like(blank)  # preceded by a blank or the beginning of a line
    after[:1], after[1:] = True, blank[:-1] | edge[:-1]
    keep = ~(blank & after)
    kept = np.where(blank, np.uint8(0x20), text)[keep]
    blank, edge = kept == 0x20, (kept == 0x0A) | (kept == 0x0D)
    last = np.ones_like(blank)
    last[:-1] = edge[1:]
    single: bytes = kept[~(blank & last)].tobytes()
    return single


def _without_empty(found: Columns) -> Columns:
    """Drop rows with the right number of cells and no content."""
    if found.cells.num_columns == 0 or len(found.cells) == 0:
        return found
    first = found.cells.column(0)
    blanks = [blank for blank in ASCII_BLANKS if holds(first, blank)]
    if not blanks and pc.min(pc.binary_length(first)).as_py() > 0:
        return found
    begins = (pc.starts_with(first, blank) for blank in blanks)
    empty = functools.reduce(pc.or_, begins, pc.equal(first, ""))
    if not pc.any(empty).as_py():
        return found
    for column in found.cells.columns:
        empty = pc.and_(empty, pc.equal(pc.utf8_trim(column, ASCII_BLANKS), ""))
    cells = found.cells.filter(pc.invert(empty))
    # With one column an empty row is a blank line.
    dropped = len(found.cells) - len(cells) if found.cells.num_columns > 1 else 0
    return replace(found, cells=cells, dropped=found.dropped + dropped)


def holds(column: pa.ChunkedArray, characters: str) -> bool:
    """Return whether a column of text may contain one of these characters.

    A fast check of single bytes; for characters beyond ASCII the answer is always yes.
    """
    texts = [*text_bytes(column)]
    return any(
        ord(character) > ASCII or (text == ord(character)).any()
        for character in characters
        for text in texts
    )


def row_numbers(text: Text, width: int) -> Rows:
    """Return the row of each record that `columns` reads."""
    rows = [row for row, cells in text.records() if len(cells) == width and not is_empty(cells)]
    return np.array(rows, dtype=np.int64)


def misfits(text: Text, width: int) -> list[tuple[int, int, str]]:
    """Return row, number of cells and content of each record with another number of cells."""
    shown = " " if text.mark == BLANKS else text.mark
    return [
        (row, len(cells), shown.join(cells))
        for row, cells in text.records()
        if len(cells) != width and not is_empty(cells)
    ]
