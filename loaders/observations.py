"""Read one table of what was observed about customers, such as events or an experiment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import InputRejected
from influence.loaders import named
from influence.loaders.text import Reading, Unreadable, read_grid
from influence.tables import Problems, Source
from influence.tables.notes import Note
from influence.tables.reading.columns import UnreadableTypeError, read_column, true_where
from influence.tables.reading.date_parts import Order
from influence.tables.reading.dates import announcement, in_iso
from influence.tables.reading.frames import to_arrow
from influence.tables.reading.parquet import read_parquet
from influence.tables.specs import Column

PARQUET = (".parquet", ".pq")


def read(
    path: str | Path,
    table: str,
    columns: Sequence[Column],
    tell: Callable[[Note], None],
    may_be_blank: Collection[str] = (),
    dates: Order | None = None,
) -> tuple[pa.Table, Source, Problems]:
    """Read a CSV file, other text or a Parquet file.

    Parameters
    ----------
    path : str or Path
    table : str
        What the table is called in messages.
    columns : sequence of Column
        Further columns of the file are not read, and a note names them. A required one must be
        there and not be blank.
    tell : callable
        Called with notes on how the file was read.
    may_be_blank : collection of str
        Required columns whose cells may be blank.
    dates : str, optional
        The order of dates, where it does not follow from them.

    Returns
    -------
    pa.Table
        The columns, each in its type; those that the file lacks are null.
    Source
        Where its rows are from.
    Problems
        What is wrong with cells; the caller adds what it finds.

    Raises
    ------
    InputRejected
        If the file cannot be read, or a required column is missing.
    """
    path, problems, notes = Path(path), Problems(), list[Note]()
    try:
        given, source = _given(path, table, columns, problems, notes)
    except Unreadable as error:
        named.unreadable(path.name, table, error, problems)
        raise InputRejected(problems) from error
    unused = [name for name in given.column_names if name not in {c.name for c in columns}]
    if unused:
        text = f"{path.name}: not used: {', '.join(unused)}"
        notes.append(Note(text, "columns_not_used", file=path.name, columns=unused))
    for note in notes:
        tell(note)
    found = {}
    for column in columns:
        if column.name in given.column_names:
            filled = column.required and column.name not in may_be_blank
            values = given[column.name]
            found[column.name] = _read(
                values, table, column, source, problems, tell, dates, filled=filled
            )
            continue
        found[column.name] = pa.chunked_array([pa.nulls(len(given), column.arrow_type)])
        if column.required:
            there = ", ".join(given.column_names)
            problems.add_one(source.file, table, 1, column.name, "missing_column", there)
    if "missing_column" in problems.counts():
        raise InputRejected(problems)
    return pa.table(found), source, problems


def _given(
    path: Path, table: str, columns: Sequence[Column], problems: Problems, notes: list[Note]
) -> tuple[pa.Table, Source]:
    required = {column.name for column in columns if column.required}
    if path.suffix.lower() in PARQUET:
        try:
            found = to_arrow(table, read_parquet(path))
        except (pa.ArrowException, OSError, ValueError) as error:
            raise Unreadable(str(error)) from error
        return found.rename_columns(_names(found.column_names)), Source(path.name, first_row=2)
    grid = read_grid(path, Reading(), lambda cells: required <= {*_names(cells)})
    return named.table(path.name, table, grid, _names(grid.first), problems, notes, header=True)


def _names(header: Sequence[str]) -> list[str]:
    return [name.strip().strip("\ufeff").strip().lower() for name in header]


def _read(
    values: pa.ChunkedArray,
    table: str,
    column: Column,
    source: Source,
    problems: Problems,
    tell: Callable[[Note], None],
    dates: Order | None,
    *,
    filled: bool,
) -> pa.ChunkedArray:
    try:
        if column.type == "date":
            values, decided = in_iso(values, dates)
            if decided is not None:
                text = f"{source.file}: {announcement(column.name, decided)}"
                tell(Note(text, "dates_read", file=source.file, column=column.name))
        read, faults = read_column(values, column)
    except UnreadableTypeError as error:
        problems.add_one(source.file, table, 1, column.name, error.problem, str(error))
        return pa.chunked_array([pa.nulls(len(values), column.arrow_type)])
    for problem, where in faults.items():
        problems.add(source, table, column.name, problem, np.asarray(where), values)
    if filled:
        faulty = np.any([*faults.values()], axis=0) if faults else np.zeros(len(values), bool)
        blank = true_where(pc.is_null(read)) & ~faulty
        problems.add(source, table, column.name, "missing_value", blank, values)
    return read
