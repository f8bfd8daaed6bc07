"""Pictures of people and the lines between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import altair as alt

from influence.report_page.charts.drawing import MUTED, WIDTH, colours, data

SIDES: dict[str, tuple[Literal["left", "right"], int, int]] = {
    "right": ("left", 9, 0),
    "left": ("right", -9, 0),
    "above": ("left", -5, -11),
}
"""Side of a label → its alignment, and its distance from the point in pixels."""


def links(
    people: Sequence[dict[str, Any]],
    lines: Sequence[dict[str, Any]],
    groups: Sequence[str],
    height: int,
    room: tuple[float, float] = (0.05, 0.3),
) -> alt.TopLevelMixin:
    """Draw people at given places.

    Parameters
    ----------
    people : sequence of dict
        x, y in any unit; size in square pixels; group; label (may be empty); side on which the
        label stands: right, left or above.
    lines : sequence of dict
        x, y, x2, y2; width in pixels.
    groups : sequence of str
        The groups, in order of their colours.
    height : int
        In pixels.
    room : tuple of float
        Room for labels left and right of the people, as a share of their width.
    """
    scales = [
        _scale([person["x"] for person in people], room),
        _scale([person["y"] for person in people], (0.05, 0.05)),
    ]
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
            color=alt.Color("group:N", legend=None, scale=alt.Scale(
                domain=list(groups), range=colours(len(groups)))),
        )
    )  # fmt: skip
    labels = [
        alt.Chart(data(some)).mark_text(align=align, dx=dx, dy=dy).encode(x=x, y=y, text="label:N")
        for side, (align, dx, dy) in SIDES.items()
        if (some := [person for person in people if person["label"] and person["side"] == side])
    ]
    return alt.layer(drawn, *labels, points).properties(width=WIDTH, height=height)


def _scale(values: Sequence[float], room: tuple[float, float]) -> alt.Scale:
    low, high = min(values), max(values)
    size = (high - low) or 1.0
    domain = [low - room[0] * size, high + room[1] * size]
    return alt.Scale(domain=domain, nice=False, zero=False)
