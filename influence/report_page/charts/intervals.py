"""Values with an interval around each."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from influence.report_page.charts.bars import BAR
from influence.report_page.charts.drawing import COLOURS, WIDTH, data


def intervals(
    labels: Sequence[str], values: Sequence[float], errors: Sequence[float], title: str
) -> alt.LayerChart:
    """Draw a point for each label, and a line from two errors below to two above."""
    rows = [
        {"label": label, "value": value, "low": value - 2 * error, "high": value + 2 * error}
        for label, value, error in zip(labels, values, errors, strict=True)
    ]
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False))
    )
    axis = alt.X("low:Q", title=title, axis=alt.Axis(format="~s", tickCount=5))
    lines = base.mark_rule(strokeWidth=3, color=COLOURS[1]).encode(x=axis, x2="high:Q")
    points = base.mark_point(filled=True, size=90, opacity=1, color=COLOURS[0]).encode(x="value:Q")
    return alt.layer(lines, points).properties(width=WIDTH - 200, height=BAR * len(labels))
