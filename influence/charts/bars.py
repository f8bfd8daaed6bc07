"""Horizontal bars: stacked parts of a sum, and values on both sides of zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from influence.charts.look import ALL, NUMBER, PAGE, WIDTH, Look, data

BAR = 30
"""Height of a bar with the gap to the next, in pixels."""
GAIN, LOSS = 1, 4
"""Colours of positive and negative values."""


def stacked(
    labels: Sequence[str],
    parts: Mapping[str, Sequence[float]],
    title: str,
    numbers: Sequence[int] = ALL,
    look: Look = PAGE,
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
    look : Look
    """
    rows = [
        {"label": label, "part": part, "order": at, "value": value}
        for at, (part, values) in enumerate(parts.items())
        for label, value in zip(labels, values, strict=True)
    ]
    scale = alt.Scale(domain=[*parts], range=look.colours(len(parts), numbers))
    legend = look.legend(columns=2) if len(parts) > 1 else None
    return _bars(rows, labels, title, look).encode(
        color=alt.Color("part:N", sort=None, legend=legend, scale=scale),
        order="order:Q",
        tooltip=look.tooltip({"label:N": "bar", "part:N": "part", "value:Q": title}),
    )


def signed(
    labels: Sequence[str], values: Sequence[float], title: str, look: Look = PAGE
) -> alt.Chart:
    """Draw one bar for each label, to the left of zero or to the right."""
    rows = [
        {"label": label, "value": value, "gain": value >= 0}
        for label, value in zip(labels, values, strict=True)
    ]
    scale = alt.Scale(domain=[True, False], range=look.colours(2, (GAIN, LOSS)))
    return _bars(rows, labels, title, look).encode(
        color=alt.Color("gain:N", legend=None, scale=scale),
        tooltip=look.tooltip({"label:N": "bar", "value:Q": title}),
    )


def label_axis(labels: Sequence[str], look: Look) -> tuple[alt.Y, float]:
    """Return an axis of labels, and its width in pixels."""
    width = min(250.0, look.letter * max(map(len, labels)) + 8)
    axis = alt.Axis(domain=False, ticks=False, minExtent=width, maxExtent=width, labelLimit=250)
    return alt.Y("label:N", sort=None, title=None, axis=axis), width


def money_axis(field: str, title: str) -> alt.X:
    """Return an axis of money."""
    return alt.X(field, title=title, axis=alt.Axis(labelExpr=NUMBER, tickCount=5))


def size_of_bars(labels: Sequence[str], room: float) -> dict[str, float]:
    """Return width and height of a chart with a bar for each label, whose axis takes `room`."""
    return {"width": WIDTH - room - 25, "height": BAR * len(labels)}


def _bars(
    rows: Sequence[dict[str, Any]], labels: Sequence[str], title: str, look: Look
) -> alt.Chart:
    axis, room = label_axis(labels, look)
    bars = alt.Chart(data(rows)).mark_bar().encode(x=money_axis("value:Q", title), y=axis)
    sized: alt.Chart = bars.properties(**size_of_bars(labels, room))
    return sized
