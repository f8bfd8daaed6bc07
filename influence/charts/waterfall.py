"""Waterfall: bars that begin where the one before ended, and their sums."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt

from influence.charts.bars import label_axis, money_axis, size_of_bars
from influence.charts.look import PAGE, Chart, Look, data

PART, LESS, SUM = "part", "less", "sum"
COLOURS = (1, 4, 3)
"""Of what is added, of what is taken away, and of sums."""


def waterfall(
    parts: Mapping[str, float], sums: Mapping[str, float], title: str, look: Look = PAGE
) -> Chart:
    """Draw parts one after another, and sums below them from zero.

    Parameters
    ----------
    parts : mapping of str to float
        By label, from top to bottom.
    sums : mapping of str to float
        By label.
    title : str
        Title of the axis, with the unit.
    look : Look
    """
    rows, end = [], 0.0
    for label, value in parts.items():
        kind = PART if value >= 0 else LESS
        rows.append({"label": label, "low": end, "high": end + value, "value": value, "kind": kind})
        end += value
    rows += [
        {"label": label, "low": 0.0, "high": value, "value": value, "kind": SUM}
        for label, value in sums.items()
    ]
    labels = [str(row["label"]) for row in rows]
    axis, room = label_axis(labels, look)
    scale = alt.Scale(domain=[PART, LESS, SUM], range=look.colours(3, COLOURS))
    base = alt.Chart(data(rows)).encode(y=axis)
    bars = base.mark_bar().encode(
        x=money_axis("low:Q", title), x2="high:Q",
        color=alt.Color("kind:N", legend=None, scale=scale),
        tooltip=look.tooltip({"label:N": "bar", "value:Q": title}),
    )  # fmt: skip
    amounts = base.mark_text(align="left", dx=5, color=look.ink).encode(
        x=alt.X("right:Q"), text=alt.Text("value:Q", format=",.0f")
    ).transform_calculate(right="max(datum.low, datum.high)")  # fmt: skip
    return alt.layer(bars, amounts).properties(**size_of_bars(labels, room + 40))
