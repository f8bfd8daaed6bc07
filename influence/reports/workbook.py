"""A table as a workbook (.xlsx); needs the extra `excel`."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pyarrow as pa

from influence.errors import UsageError

ENDING = ".xlsx"
FIRST_YEAR = 1901
MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767
"""The limits of the format: dates, rows including the heading, and characters per cell."""
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML does not allow."""


def write(table: pa.Table, path: Path) -> None:
    """Write one sheet with a heading and the rows; numbers and dates keep their types.

    Parameters
    ----------
    table : pa.Table
        Its texts must have been escaped, see `influence.reports.spreadsheet`.
    path : Path

    Raises
    ------
    UsageError
        If openpyxl is not installed, or a workbook cannot hold the rows or a text.
    """
    try:
        from openpyxl import Workbook
    except ModuleNotFoundError:
        raise UsageError(
            "workbooks need an extra: pip install '.[excel]', or export to .csv"
        ) from None
    if len(table) >= MOST_ROWS:
        raise UsageError(
            f"a workbook holds at most {MOST_ROWS - 1:,} rows, not {len(table):,}; export to .csv"
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("scores")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(name) for name in table.column_names])
    for batch in table.to_batches(max_chunksize=10_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            sheet.append([_cell(value) for value in row])
    book.save(path)


def _cell(value: Any) -> Any:
    """Return a value for a cell; dates that a workbook cannot hold become text."""
    if isinstance(value, dt.date):
        early = value.year < FIRST_YEAR
        zoned = isinstance(value, dt.datetime) and value.tzinfo is not None
        return value.isoformat() if early or zoned else value
    if not isinstance(value, str):
        return value
    if len(value) > MOST_CHARACTERS:
        raise UsageError(
            f"a cell of a workbook holds at most {MOST_CHARACTERS:,} characters: {value[:20]}…"
        )
    return UNWRITABLE.sub("\ufffd", value)
