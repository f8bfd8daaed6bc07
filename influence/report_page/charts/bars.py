"""Horizontal bars: stacked parts of a sum, and values on both sides of zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from influence.report_page.charts.drawing import ALL, LETTER, NUMBER, WIDTH, colours, data

BAR = 30
"""Height of a bar with the gap to the next, in pixels."""
GAIN, LOSS = 1, 4
"""Colours of positive and negative values."""


def stacked(
    labels: Sequence[str],
    parts: Mapping[str, Sequence[float]],
    title: str,
    numbers: Sequence[int] = ALL,
) -> alt.Chart:
    """Draw one bar for each label, with its parts side by side.

    Parameters
    ----------
    labels : sequence of str
        All different, from top to bottom.
    parts : mapping of str to sequence of float
        By name of the part, one value for each label.
    title : str
        Title of the axis, with the unit.
    numbers : sequence of int
        Numbers of the colours of the parts.
    """
    rows = [
        {"label": label, "part": part, "order": at, "value": value}
        for at, (part, values) in enumerate(parts.items())
        for label, value in zip(labels, values, strict=True)
    ]
    scale = alt.Scale(domain=[*parts], range=colours(len(parts), numbers))
    return _bars(rows, labels, title).encode(
        color=alt.Color("part:N", sort=None, legend=None, scale=scale), order="order:Q"
    )


def signed(labels: Sequence[str], values: Sequence[float], title: str) -> alt.Chart:
    """Draw one bar for each label, to the left of zero or to the right."""
    rows = [
        {"label": label, "value": value, "gain": value >= 0}
        for label, value in zip(labels, values, strict=True)
    ]
    scale = alt.Scale(domain=[True, False], range=colours(2, (GAIN, LOSS)))
    return _bars(rows, labels, title).encode(color=alt.Color("gain:N", legend=None, scale=scale))


def label_axis(labels: Sequence[str]) -> tuple[alt.Y, float]:
    """Return an axis of labels, and its width in pixels."""
    width = min(250.0, LETTER * max(map(len, labels)) + 8)
    axis = alt.Axis(domain=False, ticks=False, minExtent=width, maxExtent=width)
    return alt.Y("label:N", sort=None, title=None, axis=axis), width


def money_axis(field: str, title: str) -> alt.X:
    """Return an axis of money."""
    return alt.X(field, title=title, axis=alt.Axis(labelExpr=NUMBER, tickCount=5))


def _bars(rows: Sequence[dict[str, object]], labels: Sequence[str], title: str) -> alt.Chart:
    axis, room = label_axis(labels)
    chart = alt.Chart(data(rows), width=WIDTH - room - 25, height=BAR * len(labels))
    bars: alt.Chart = chart.mark_bar().encode(x=money_axis("value:Q", title), y=axis)
    return bars
