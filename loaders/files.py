"""The kinds of files that can be read, and how each becomes a grid of cells or an Arrow table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.feather

from influence.loaders import json_lines, workbook
from influence.loaders.text import Grid, Reading, Unreadable, read_grid
from influence.tables.reading.parquet import read_parquet

TEXT = (".csv", ".tsv", ".txt", ".tab")
PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")
PARQUET = (".parquet", ".pq")
FEATHER = (".feather", ".arrow")
JSON_LINES = (".jsonl", ".ndjson")
WORKBOOK = (".xlsx", ".ods")
TYPED = (*PARQUET, *FEATHER, *JSON_LINES)
"""Endings of files whose columns have names and types."""
ALL = (*TEXT, *TYPED, *WORKBOOK)


def ending_of(path: Path) -> str:
    """Return the ending that gives the format, in lower case and without compression.

    Examples
    --------
    >>> ending_of(Path("Ties.CSV.gz")), ending_of(Path("ties.parquet"))
    ('.csv', '.parquet')
    """
    name = path.name.lower()
    packed = next((each for each in PACKED if name.endswith(each)), "")
    return Path(name.removesuffix(packed)).suffix or packed


def read_typed(path: Path) -> pa.Table:
    """Read a file whose columns have names and types.

    Raises
    ------
    Unreadable
        If it cannot be read.
    """
    ending = ending_of(path)
    try:
        if ending in JSON_LINES:
            return json_lines.read(path)
        if ending in FEATHER:
            return pyarrow.feather.read_table(path, memory_map=False)
        return read_parquet(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable(str(error)) from error


def read_cells(
    path: Path, reading: Reading, is_header: Callable[[list[str]], bool] | None = None
) -> Grid:
    """Read a text or a sheet of a workbook as a grid of cells.

    Raises
    ------
    Unreadable
        If it cannot be read.
    UsageError
        If there is no such sheet, or a library is not installed.
    """
    if path.suffix.lower() in WORKBOOK:
        return workbook.read(path, reading.sheet)
    return read_grid(path, reading, is_header)
