"""Read a sheet of a workbook (.xlsx, .ods) as a grid of cells; needs the extra `excel`."""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from influence.errors import UsageError
from influence.loaders.text.grid import Grid, Unreadable

PLAIN = (str, bool, int, float, dt.date, dt.datetime)
FORMULA = "f"
SHOWN = 3

Rows = list[list[Any]]


def read(path: Path, sheet: str | None = None) -> Grid:
    """Read one sheet.

    Parameters
    ----------
    path : Path
    sheet : str, optional
        Name of the sheet; required if several are not empty.

    Raises
    ------
    Unreadable
        If the file is damaged, several sheets are not empty, or a formula has no value.
    UsageError
        If there is no such sheet, or the library that reads it is not installed.
    """
    sheets = _open_document(path) if path.suffix.lower() == ".ods" else _sheets(path)
    filled = {name: rows for name, rows in sheets.items() if any(map(_is_filled, rows))}
    if sheet is not None and sheet not in sheets:
        raise UsageError(f"{path.name}: no sheet {sheet!r}; there are {', '.join(sheets)}")
    if sheet is None and len(filled) > 1:
        rows = sum(map(len, filled.values()))
        raise Unreadable(
            f"several sheets are not empty: {', '.join(filled)}; --sheet selects one", rows=rows
        )
    name = sheet or next(iter(filled), "")
    if name not in filled:
        raise Unreadable("all sheets are empty")
    _require_values(filled[name])
    return _grid(filled[name], name)


def _sheets(path: Path) -> dict[str, Rows]:
    """Return the values of all cells by sheet; for a formula without one, the cell itself."""
    try:
        import openpyxl
    except ModuleNotFoundError:
        raise UsageError(_needs_extra(path)) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions
            values = openpyxl.load_workbook(path, read_only=True, data_only=True)
            formulas = openpyxl.load_workbook(path, read_only=True)
            return {
                name: [
                    [_value(*cells) for cells in zip(*rows, strict=True)]
                    for rows in zip(values[name].rows, formulas[name].rows, strict=True)
                ]
                for name in values.sheetnames
                if hasattr(values[name], "rows")  # a chart has none
            }
    except (zipfile.BadZipFile, OSError, KeyError, ValueError, TypeError) as error:
        raise Unreadable(f"damaged, or not a workbook: {error}") from error


def _open_document(path: Path) -> dict[str, Rows]:
    """Return the values of all cells of an OpenDocument sheet."""
    try:
        import python_calamine
    except ModuleNotFoundError:
        raise UsageError(_needs_extra(path)) from None
    try:
        with python_calamine.load_workbook(path) as book:
            return {
                name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                for name in book.sheet_names
            }
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable(f"damaged, or not a workbook: {error}") from error


def _needs_extra(path: Path) -> str:
    return f"{path.name}: workbooks need an extra: pip install '.[excel]', or save it as CSV"


def _value(cell: Any, formula: Any) -> Any:
    """Return the value of a cell, or the cell itself if its formula has no value."""
    return formula if cell.value is None and formula.data_type == FORMULA else cell.value


def _require_values(rows: Rows) -> None:
    """Refuse formulas that were never computed: their cells would be read as blank."""
    cells = [cell for row in rows for cell in row if hasattr(cell, "coordinate")]
    if cells:
        shown = ", ".join(f"{cell.coordinate}: {cell.value}" for cell in cells[:SHOWN])
        more = " …" if len(cells) > SHOWN else ""
        raise Unreadable(
            f"{len(cells):,} formulas without a value ({shown}{more}); open it in a spreadsheet "
            "and save it, or save it as CSV", cells[0].row, len(rows),
        )  # fmt: skip


def _is_filled(row: Sequence[Any]) -> bool:
    return any(cell is not None and cell != "" for cell in row)


def _grid(rows: Rows, sheet: str) -> Grid:
    numbered = [(at, row) for at, row in enumerate(rows, 1) if _is_filled(row)]
    first_row, last_row = numbered[0][0], numbered[-1][0]
    width = max(len(row) for _, row in numbered)
    kept = [[*row, *[None] * (width - len(row))] for _, row in numbered]
    columns = list(zip(*kept, strict=True))
    numbers = np.array([at for at, _ in numbered], dtype=np.int64)
    return Grid(
        first=[_text(cell) for cell in kept[0]],
        first_row=first_row,
        cells=_table([pa.array(map(_text, column), pa.string()) for column in columns]),
        rest=_table([_typed(column[1:]) for column in columns]),
        row_numbers=lambda: numbers,
        dropped=last_row - first_row + 1 - len(kept),
        decided={"sheet": sheet},
    )


def _table(columns: Sequence[pa.Array]) -> pa.Table:
    return pa.table(list(columns), names=[str(i) for i in range(len(columns))])


def _typed(values: Sequence[Any]) -> pa.Array:
    """Return a column in the common type of its cells, else as text."""
    cells = [None if value == "" else value for value in values]
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds == {int, float}:
        kinds = {float}
    if len(kinds) == 1 and kinds <= {*PLAIN}:
        try:
            return pa.array(cells)
        except (pa.ArrowInvalid, OverflowError):  # whole numbers beyond 64 bits
            pass
    return pa.array([None if cell is None else _text(cell) for cell in cells], pa.string())


def _text(cell: Any) -> str:
    """Return a cell as text: a whole number without `.0`, a date in ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)
