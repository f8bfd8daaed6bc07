"""Values with an interval around each."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from influence.charts.bars import label_axis, money_axis, size_of_bars
from influence.charts.look import PAGE, Chart, data


def intervals(
    labels: Sequence[str],
    values: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    title: str,
) -> Chart:
    """Draw a point for each label, and a line between the ends of its interval."""
    columns = zip(labels, values, low, high, strict=True)
    rows = [dict(zip(("label", "value", "low", "high"), row, strict=True)) for row in columns]
    point, line = PAGE.colours(2)
    axis, room = label_axis(labels, PAGE)
    base = alt.Chart(data(rows)).encode(y=axis)
    lines = base.mark_rule(strokeWidth=3, color=line)
    lines = lines.encode(x=money_axis("low:Q", title), x2="high:Q")
    points = base.mark_point(filled=True, size=90, opacity=1, color=point).encode(x="value:Q")
    return alt.layer(lines, points).properties(**size_of_bars(labels, room))
