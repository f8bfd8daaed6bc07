"""A file of exchange rates: columns currency and rate."""

from __future__ import annotations

import csv
from pathlib import Path

import click


def read(_: click.Context, __: click.Parameter, file: Path | None) -> dict[str, float]:
    """Read `currency,rate`: what one unit of each currency is in the one of --currency."""
    if file is None:
        return {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            rows = csv.DictReader(source)
            names = {str(name).strip().lower(): name for name in rows.fieldnames or ()}
            if not {"currency", "rate"} <= names.keys():
                raise click.BadParameter(f"{file} needs the columns currency and rate")
            found = [(row[names["currency"]], row[names["rate"]]) for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        raise click.BadParameter(f"{file} cannot be read: {error}") from error
    return _rates(found, file)


def _rates(rows: list[tuple[str | None, str | None]], file: Path) -> dict[str, float]:
    rates: dict[str, float] = {}
    problems = []
    for number, (name, text) in enumerate(rows, 2):
        code = (name or "").strip().upper()
        try:
            rate = float(text or "")
        except ValueError:
            rate = 0.0
        if not code or not 0 < rate < float("inf"):
            problems.append(f"row {number}: {name or ''},{text or ''} is no currency and rate")
        elif rates.setdefault(code, rate) != rate:
            problems.append(f"row {number}: {code} has another rate already")
    if problems:
        raise click.BadParameter(f"{file}: {'; '.join(problems)}")
    return rates
