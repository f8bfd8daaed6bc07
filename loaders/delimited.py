"""Delimited text as Arrow columns of text, and the row of every record as an editor counts it."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pc

from influence.tables import Problems, Source


@contextmanager
def open_text(path: Path) -> Iterator[IO[str]]:
    """Open a text file, gzipped or not, as UTF-8 with or without a byte order mark."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as text:
        yield text


def separator(line: str, marks: str = ",;\t") -> str:
    """The first of these marks that a line holds; a comma where it holds none."""
    return next((mark for mark in marks if mark in line), ",")


def read(
    path: Path,
    table: str,
    problems: Problems,
    *,
    delimiter: str | None = None,
    skip: int = 0,
    names: Sequence[str] | None = None,
) -> tuple[pa.Table, Source] | None:
    """Read a delimited file; every column is text, to the letter.

    Parameters
    ----------
    path : Path
        `.gz` is unpacked on the way.
    table : str
        Which table it becomes, for messages.
    problems : Problems
        Told of records with too few or too many cells, which are left out, and of a file that
        cannot be read.
    delimiter : str, optional
        By default a comma, or a semicolon or tab where the header has no comma.
    skip : int
        Lines before the first record.
    names : sequence of str, optional
        Of the columns; without it the first record is a header.

    Returns
    -------
    (pa.Table, Source) or None
        None where the file cannot be read at all.
    """
    try:
        first_line = _line(path, skip)
        mark = delimiter or separator(first_line)
        columns = list(names) if names else next(csv.reader([first_line], delimiter=mark))
        twice = next((name for name in columns if columns.count(name) > 1), None)
        if twice is not None:
            problems.add_one(path.name, table, skip + 1, twice, "unreadable_file", "stands twice")
            return None
        first = skip + (1 if names else 2)
        read, all_fit = _columns(path, mark, first - 1, columns)
    except (pa.ArrowInvalid, OSError, EOFError, UnicodeDecodeError, StopIteration) as error:
        row, reason = _why(path, error)
        problems.add_one(path.name, table, row, "", "unreadable_file", reason)
        return None
    width = len(columns)
    if not all_fit:
        _report_odd(path, table, problems, delimiter=mark, first=first, width=width)
    return read, Source(path.name, first, lambda: _rows(path, mark, first, width, len(read)))


def _columns(path: Path, mark: str, skip: int, columns: list[str]) -> tuple[pa.Table, bool]:
    """All records as columns of text, and whether every record had a cell for each column."""
    odd: list[str] = []

    def leave_out(row: pc.InvalidRow) -> str:
        odd.append(row.text)
        return "skip"

    try:
        read = pc.read_csv(
            path,
            read_options=pc.ReadOptions(skip_rows=skip, column_names=columns),
            parse_options=pc.ParseOptions(
                delimiter=mark, newlines_in_values=True, invalid_row_handler=leave_out
            ),
            convert_options=pc.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        if not str(error).startswith(("Empty CSV", "Could not skip initial")):
            raise
        # No record at all: an empty table, and no fault.
        read = pa.table({name: pa.array([], pa.string()) for name in columns})
    return read, not odd


def _line(path: Path, skip: int) -> str:
    """The first line after those that are skipped; StopIteration where there is none."""
    with open_text(path) as text:
        for _ in range(skip):
            next(text)
        return next(text).rstrip("\r\n")


def _why(path: Path, error: BaseException) -> tuple[int, str]:
    """The row at which reading failed, and the reason in a few words."""
    if isinstance(error, StopIteration):
        return 1, "empty file"
    row = 1
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as lines:
            for row, line in enumerate(lines, 1):  # noqa: B007 - the row at which it breaks
                line.decode("utf-8")
    except UnicodeDecodeError:
        return row, "not UTF-8 text"
    except (OSError, EOFError) as broken:
        return row, str(broken)
    return 1, str(error)


def _records(path: Path, delimiter: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """Each record with the row on which it begins; empty lines are no records."""
    with open_text(path) as text:
        for _ in range(first - 1):
            next(text)
        reader = csv.reader(text, delimiter=delimiter)
        row = first
        for record in reader:
            if record:
                yield row, record
            row = first + reader.line_num


def _rows(
    path: Path, delimiter: str, first: int, width: int, expected: int
) -> npt.NDArray[np.int64]:
    """The row of each record that was read. Only asked for when there is something to report."""
    rows = [row for row, record in _records(path, delimiter, first) if len(record) == width]
    return np.array(rows) if len(rows) == expected else np.arange(first, first + expected)


def _report_odd(
    path: Path, table: str, problems: Problems, *, delimiter: str, first: int, width: int
) -> None:
    for row, record in _records(path, delimiter, first):
        if len(record) != width:
            reason = f"{len(record)} cells instead of {width}: {delimiter.join(record)}"
            problems.add_one(path.name, table, row, "", "unreadable_file", reason)
