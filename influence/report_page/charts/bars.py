"""Horizontal bars: stacked parts of a sum, and values on both sides of zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from influence.report_page.charts.drawing import COLOURS, WIDTH, data

BAR = 30
"""Height of a bar with the gap to the next, in pixels."""


def stacked(labels: Sequence[str], parts: Mapping[str, Sequence[float]], title: str) -> alt.Chart:
    """Draw one bar for each label, with its parts side by side.

    Parameters
    ----------
    labels : sequence of str
        All different, from top to bottom.
    parts : mapping of str to sequence of float
        By name of the part, one value for each label.
    title : str
        Title of the axis, with the unit.
    """
    rows = [
        {"label": label, "part": part, "order": at, "value": value}
        for at, (part, values) in enumerate(parts.items())
        for label, value in zip(labels, values, strict=True)
    ]
    colour = alt.Color(
        "part:N",
        sort=None,
        title=None,
        scale=alt.Scale(domain=[*parts], range=list(COLOURS[: len(parts)])),
    )
    return (
        alt.Chart(data(rows), width=WIDTH - 200, height=BAR * len(labels))
        .mark_bar()
        .encode(
            x=alt.X("value:Q", title=title, axis=alt.Axis(format="~s", tickCount=5)),
            y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False)),
            color=colour,
            order="order:Q",
        )
    )


def signed(labels: Sequence[str], values: Sequence[float], title: str) -> alt.Chart:
    """Draw one bar for each label, to the left of zero or to the right."""
    rows = [
        {"label": label, "value": value, "side": "gain" if value >= 0 else "loss"}
        for label, value in zip(labels, values, strict=True)
    ]
    scale = alt.Scale(domain=["gain", "loss"], range=[COLOURS[0], COLOURS[3]])
    return (
        alt.Chart(data(rows), width=WIDTH - 200, height=BAR * len(labels))
        .mark_bar()
        .encode(
            x=alt.X("value:Q", title=title, axis=alt.Axis(format="~s", tickCount=5)),
            y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False)),
            color=alt.Color("side:N", legend=None, scale=scale),
        )
    )
