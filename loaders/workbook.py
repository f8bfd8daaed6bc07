"""A sheet of a workbook (.xlsx) as a grid of cells; needs the extra `excel`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from influence.errors import UsageError
from influence.loaders.text.grid import Grid, Unreadable

PLAIN = (str, bool, float, dt.date, dt.datetime)


def read(path: Path, sheet: str | None = None) -> Grid:
    """Read one sheet.

    Parameters
    ----------
    path : Path
    sheet : str, optional
        Its name; needed where several hold something.

    Raises
    ------
    Unreadable
        If it is damaged, or several sheets hold something.
    UsageError
        If there is no such sheet, or python-calamine is not installed.
    """
    try:
        import python_calamine as calamine
    except ModuleNotFoundError:
        raise UsageError(
            f"{path.name}: workbooks need an extra: pip install '.[excel]', or save it as CSV"
        ) from None
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        sheets = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        }
    except (calamine.CalamineError, OSError) as error:
        raise Unreadable(f"damaged or no workbook: {error}") from error
    filled = {name: rows for name, rows in sheets.items() if any(map(any, rows))}
    if sheet is not None and sheet not in sheets:
        raise UsageError(f"{path.name}: no sheet {sheet!r}; there are {', '.join(sheets)}")
    if sheet is None and len(filled) > 1:
        rows = sum(map(len, filled.values()))
        raise Unreadable(
            f"several sheets hold something: {', '.join(filled)}; --sheet says which", rows=rows
        )
    name = sheet or next(iter(filled), "")
    if name not in filled:
        raise Unreadable("nothing in it")
    return _grid(filled[name], name)


def _grid(rows: Sequence[Sequence[Any]], sheet: str) -> Grid:
    numbered = [(at, row) for at, row in enumerate(rows, 1) if any(cell != "" for cell in row)]
    first_row = numbered[0][0]
    kept = [row for _, row in numbered]
    empty = sum(first_row < at for at in range(1, len(rows) + 1)) - (len(kept) - 1)
    columns = list(zip(*kept, strict=True))
    numbers = np.array([at for at, _ in numbered], dtype=np.int64)
    return Grid(
        first=[_text(cell) for cell in kept[0]],
        first_row=first_row,
        cells=_table([pa.array(map(_text, column), pa.string()) for column in columns]),
        rest=_table([_typed(column[1:]) for column in columns]),
        row_numbers=lambda: numbers,
        dropped=empty,
        decided={"sheet": sheet},
    )


def _table(columns: Sequence[pa.Array]) -> pa.Table:
    return pa.table(list(columns), names=[str(i) for i in range(len(columns))])


def _typed(values: Sequence[Any]) -> pa.Array:
    """A column in the one type that its cells have, else as text."""
    cells = [None if value == "" else value for value in values]
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds == {int, float}:
        kinds = {float}
    if len(kinds) == 1 and kinds <= {*PLAIN, int}:
        return pa.array(cells)
    return pa.array([None if cell is None else _text(cell) for cell in cells], pa.string())


def _text(cell: Any) -> str:
    """A cell as a person types it: a whole number without `.0`, a date in ISO 8601."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)
