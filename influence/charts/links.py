"""Pictures of people and the lines between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import altair as alt

from influence.charts.look import PAGE, WIDTH, Chart, Look, data, on_white_edge

CORNERS = 90
"""Of the polygon that stands for a ring."""
SIDES: dict[str, tuple[Literal["left", "center", "right"], int, int]] = {
    "right": ("left", 9, 0),
    "left": ("right", -9, 0),
    "above": ("left", -5, -11),
    "middle": ("center", 0, -16),
}
"""Side of a label → its alignment, and its distance from the point in pixels."""


def links(
    people: Sequence[dict[str, Any]],
    lines: Sequence[dict[str, Any]],
    groups: Sequence[str],
    height: int,
    room: tuple[float, float] = (0.05, 0.3),
    radii: Sequence[float] = (),
    look: Look = PAGE,
) -> Chart:
    """Draw people at given places.

    Parameters
    ----------
    people : sequence of dict
        x, y in any unit; size in square pixels; group; label (may be empty); side on which the
        label stands, see `SIDES`.
    lines : sequence of dict
        x, y, x2, y2; width in pixels.
    groups : sequence of str
        The groups, in order of their colours.
    height : int
        In pixels.
    room : tuple of float
        Room for labels left and right of the people, as a share of their width.
    radii : sequence of float
        Of rings around (0, 0), behind the people; ascending.
    look : Look
    """
    outermost = [side * radius for radius in radii[-1:] for side in (-1, 1)]
    scales = [
        _scale([*outermost, *(person[axis] for person in people)], around)
        for axis, around in (("x", room), ("y", (0.05, 0.05)))
    ]
    x, y = (alt.X("x:Q", axis=None, scale=scales[0]), alt.Y("y:Q", axis=None, scale=scales[1]))
    drawn = (
        alt.Chart(data(lines))
        .mark_rule(color=look.muted, opacity=0.5)
        .encode(x=x, y=y, x2="x2:Q", y2="y2:Q", strokeWidth=alt.StrokeWidth("width:Q", scale=None))
    )
    points = (
        alt.Chart(data(people))
        .mark_point(filled=True, opacity=1)
        .encode(
            x=x, y=y, size=alt.Size("size:Q", scale=None),
            color=alt.Color("group:N", legend=look.legend(columns=4), scale=alt.Scale(
                domain=list(groups), range=look.colours(len(groups)))),
            tooltip=look.tooltip({"who:N": "customer", "group:N": "distance"}),
        )
    )  # fmt: skip
    labels = [
        text
        for side, (align, dx, dy) in SIDES.items()
        if (some := [person for person in people if person["label"] and person["side"] == side])
        for text in on_white_edge(
            alt.Chart(data(some))
            .mark_text(align=align, dx=dx, dy=dy, color=look.ink)
            .encode(x=x, y=y, text="label:N"),
            look,
        )
    ]
    behind = [_ring(radius, x, y, look) for radius in radii]
    return alt.layer(*behind, drawn, *labels, points).properties(
        width=WIDTH, height=height, view=alt.ViewBackground(stroke=None)
    )


def _ring(radius: float, x: alt.X, y: alt.Y, look: Look) -> alt.Chart:
    angles = [2 * math.pi * at / CORNERS for at in range(CORNERS + 1)]
    places = [
        {"x": radius * math.sin(angle), "y": radius * math.cos(angle), "at": at}
        for at, angle in enumerate(angles)
    ]
    line = alt.Chart(data(places)).mark_line(color=look.muted, opacity=0.3, strokeWidth=1)
    ring: alt.Chart = line.encode(x=x, y=y, order="at:Q")
    return ring


def _scale(values: Sequence[float], room: tuple[float, float]) -> alt.Scale:
    low, high = min(values), max(values)
    size = (high - low) or 1.0
    domain = [low - room[0] * size, high + room[1] * size]
    return alt.Scale(domain=domain, nice=False, zero=False)
