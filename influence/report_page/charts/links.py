"""Pictures of people and the lines between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from influence.report_page.charts.drawing import COLOURS, INK, MUTED, WIDTH, data


def links(
    people: Sequence[dict[str, Any]],
    lines: Sequence[dict[str, Any]],
    groups: Sequence[str],
    size: tuple[int, int] = (WIDTH, 460),
) -> alt.LayerChart:
    """Draw people at given places.

    Parameters
    ----------
    people : sequence of dict
        x, y in any unit; size in square pixels; group; label (may be empty); align (left, center
        or right) of the label.
    lines : sequence of dict
        x, y, x2, y2; width in pixels.
    groups : sequence of str
        The groups, in order of their colours.
    size : tuple of int
        Width and height in pixels.
    """
    width, height = size
    scales = [_scale([person[name] for person in people]) for name in "xy"]
    x, y = (alt.X("x:Q", axis=None, scale=scales[0]), alt.Y("y:Q", axis=None, scale=scales[1]))
    drawn = (
        alt.Chart(data(lines))
        .mark_rule(color=MUTED, opacity=0.5)
        .encode(x=x, y=y, x2="x2:Q", y2="y2:Q", strokeWidth=alt.StrokeWidth("width:Q", scale=None))
    )
    points = (
        alt.Chart(data(people))
        .mark_point(filled=True, opacity=1)
        .encode(
            x=x, y=y, size=alt.Size("size:Q", scale=None),
            color=alt.Color("group:N", title=None, sort=None, scale=alt.Scale(
                domain=list(groups), range=list(COLOURS[: len(groups)]))),
        )
    )  # fmt: skip
    labels = [
        alt.Chart(data(some))
        .mark_text(align=align, dx=dx, dy=dy, color=INK, fontSize=12)
        .encode(x=x, y=y, text="label:N")
        for align, dx, dy in (("left", 9, 0), ("right", -9, 0), ("center", 0, -14))
        if (some := [p for p in people if p["label"] and p["align"] == align])
    ]
    return alt.layer(drawn, points, *labels).properties(width=width, height=height)


def _scale(values: Sequence[float]) -> alt.Scale:
    room = (max(values) - min(values)) * 0.05 or 1.0
    return alt.Scale(domain=[min(values) - room, max(values) + room], nice=False, zero=False)
