"""Bars of characters in a table of the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

COLUMN = "bar"
WIDTH = 16
"""In characters."""
WIDE = 100
"""Width of a terminal from which a ranking has bars."""
RANKS = {"rank", "rank_low", "rank_high", "clv_rank"}


def with_bars(
    rows: Sequence[Mapping[str, Any]], end: str, begin: str | None = None, width: int = WIDTH
) -> list[dict[str, Any]]:
    """Add a column with a bar to rows, all on one scale that includes zero.

    Parameters
    ----------
    rows : sequence of dict
    end, begin : str
        Columns of the numbers at which a bar ends and begins; it begins at zero by default. A row
        without a number gets no bar.
    width : int
        Of the longest possible bar, in characters.
    """
    spans = [_span(row, end, begin) for row in rows]
    ends = [0.0, *(value for span in spans for value in span)]
    low, size = min(ends), max(ends) - min(ends)
    return [
        {**row, COLUMN: _drawn(first - low, last - low, size, width) if size else ""}
        for row, (first, last) in zip(rows, spans, strict=True)
    ]


def with_bars_if_wide(
    rows: list[dict[str, Any]], columns: dict[str, str], by: str
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Put bars beside a column of numbers where the terminal is wide enough for all columns.

    Rows and columns are unchanged in a pipe, on a narrow terminal, and for ranks.
    """
    from influence.cli.tables import console, fitting

    if by not in columns or by in RANKS or not sys.stdout.isatty() or console().width < WIDE:
        return rows, columns
    drawn = with_bars(rows, by)
    names = [*columns]
    names.insert(names.index(by) + 1, COLUMN)
    wider = {name: columns.get(name, "") for name in names}
    return (drawn, wider) if fitting(drawn, wider) == wider else (rows, columns)


def _span(row: Mapping[str, Any], end: str, begin: str | None) -> tuple[float, float]:
    values = (row[begin] if begin else 0.0, row[end] or 0.0)
    return min(values), max(values)


def _drawn(begin: float, end: float, size: float, width: int) -> str:
    from rich.bar import Bar

    from influence.cli.tables import console

    out = console()
    bar = Bar(size, begin, end, width=width)
    text = "".join(segment.text for segment in out.render(bar, out.options.update_width(width)))
    return text.rstrip()
