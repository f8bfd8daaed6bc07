"""Read a file of exchange rates with the columns currency and rate."""

from __future__ import annotations

from pathlib import Path

import click

COLUMNS = ("currency", "rate")


def read(_: click.Context, __: click.Parameter, file: Path | None) -> dict[str, float]:
    """Return currency → value of one unit in --currency.

    Raises
    ------
    BadParameter
        If the file cannot be read, or with all rows that have no valid currency or rate.
    """
    if file is None:
        return {}
    from influence.loaders.text import Reading, Unreadable, read_grid

    try:
        grid = read_grid(file, Reading(), lambda cells: {*COLUMNS} <= {*_normalised(cells)})
    except Unreadable as error:
        raise click.BadParameter(f"{file}:{error.row}: {error.reason}") from error
    names = _normalised(grid.first)
    if not {*COLUMNS} <= {*names} or grid.refused:
        raise click.BadParameter(f"{file} needs the columns currency and rate in every row")
    cells = (grid.cells.column(names.index(name)).slice(1).to_pylist() for name in COLUMNS)
    return _rates(list(zip(*cells, strict=True)), file)


def _normalised(cells: list[str]) -> list[str]:
    return [cell.strip().lower() for cell in cells]


def _rates(rows: list[tuple[str, str]], file: Path) -> dict[str, float]:
    rates: dict[str, float] = {}
    problems = []
    for number, (name, text) in enumerate(rows, 2):
        code = name.strip().upper()
        try:
            rate = float(text)
        except ValueError:
            rate = 0.0
        if not code or not 0 < rate < float("inf"):
            problems.append(f"row {number}: {name},{text} is not a currency and a rate above 0")
        elif rates.setdefault(code, rate) != rate:
            problems.append(f"row {number}: {code} has two different rates")
    if problems:
        raise click.BadParameter(f"{file}: {'; '.join(problems)}")
    return rates
