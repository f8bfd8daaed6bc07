"""Weights from several sources side by side, in a panel for each distance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from influence.charts.bars import label_axis
from influence.charts.look import PAGE, WIDTH, Chart, Look, data

ROW = 20
"""Height of a source in a panel, in pixels."""


def weights_by_source(rows: Sequence[Mapping[str, Any]], look: Look = PAGE) -> Chart:
    """Draw a point for each source and distance, and a line where there is an interval.

    Parameters
    ----------
    rows : sequence of dict
        label (of the source), distance and weight; low and high of an interval, or None. The first
        source has a colour of its own.
    look : Look
    """
    sources = list(dict.fromkeys(row["label"] for row in rows))
    axis, room = label_axis(sources, look)
    first, other = look.colours(2, (2, 1))
    colour = alt.Color(
        "label:N",
        legend=None,
        scale=alt.Scale(domain=sources, range=[first] + [other] * (len(sources) - 1)),
    )
    ends = [row[name] for row in rows for name in ("weight", "low", "high")]
    known = [end for end in ends if end is not None]
    scale = alt.Scale(domain=[min(0.0, *known), max(known)], nice=True)
    tooltip = look.tooltip({"label:N": "source", "weight:Q": "weight"})
    percent = alt.Axis(format=".0%", tickCount=6)
    distances = sorted({row["distance"] for row in rows})
    panels = []
    for distance in distances:
        there = [dict(row) for row in rows if row["distance"] == distance]
        title = "weight" if distance == distances[-1] else None
        x: dict[str, Any] = {"axis": percent, "scale": scale, "title": title}
        base = alt.Chart(data(there)).encode(y=axis, color=colour)
        lines = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=3)
        points = base.mark_point(filled=True, size=90, opacity=1)
        drawn = alt.layer(
            lines.encode(x=alt.X("low:Q", **x), x2="high:Q"),
            points.encode(x=alt.X("weight:Q", **x), tooltip=tooltip),
        )
        panels.append(
            drawn.properties(
                title=alt.TitleParams(
                    f"distance {distance}", anchor="start", fontSize=13, color=look.ink
                ),
                width=WIDTH - room - 25,
                height=ROW * len(there),
                view=alt.ViewBackground(stroke=None),
            )
        )
    return alt.vconcat(*panels, spacing=14)
