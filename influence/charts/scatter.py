"""Points by two figures on logarithmic axes, with the median of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import altair as alt

from influence.charts.look import NUMBER, PAGE, POINTS, WIDTH, Chart, Look, data, on_white_edge

HEIGHT = 420
ROOM = 75
"""Left of the plot and right of it, in pixels."""


def scatter(
    rows: Sequence[dict[str, Any]],
    groups: Sequence[str],
    medians: tuple[float, float],
    corners: Sequence[str],
    unit: str,
    look: Look = PAGE,
) -> Chart:
    """Draw points, and lines at the medians.

    Parameters
    ----------
    rows : sequence of dict
        clv and influence in money, group; customer, name and network_value where the chart
        stands alone.
    groups : sequence of str
        The groups, in order of their colours.
    medians : tuple of float
        Of clv and influence.
    corners : sequence of str
        Words in the corners: top left, top right, bottom left, bottom right.
    unit : str
        Of money.
    look : Look
    """
    scales = [
        alt.Scale(type="symlog", constant=1, domain=_range([row[name] for row in rows]), nice=False)
        for name in ("clv", "influence")
    ]
    ticks = [_ticks(scale.domain) for scale in scales]
    legend = look.legend(columns=5) if len(groups) > 1 else None
    points = (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=34, opacity=0.75, aria=False)
        .encode(
            x=alt.X("clv:Q", title=f"own value (CLV), in {unit}", scale=scales[0],
                    axis=alt.Axis(values=ticks[0], labelExpr=NUMBER)),
            y=alt.Y("influence:Q", title=f"influence, in {unit}", scale=scales[1],
                    axis=alt.Axis(values=ticks[1], labelExpr=NUMBER)),
            color=alt.Color("group:N", legend=legend, scale=alt.Scale(
                domain=list(groups), range=look.colours(len(groups)))),
            tooltip=look.tooltip({
                "customer:N": "customer", "name:N": "name", "clv:Q": "CLV",
                "influence:Q": "influence", "network_value:Q": "network value",
                "group:N": "group"}),
        )
        .properties(name=POINTS)
    )  # fmt: skip
    lines = [
        alt.Chart(data([{axis: value}]))
        .mark_rule(color=look.muted, strokeDash=[5, 4])
        .encode(**{axis: f"{axis}:Q"})
        for axis, value in zip("xy", medians, strict=True)
    ]
    return alt.layer(points, *lines, *_corners(corners, look)).properties(
        width=WIDTH - ROOM, height=HEIGHT
    )


def _range(values: Sequence[float]) -> list[float]:
    """From the smallest to the largest value, 0 included, with some room."""
    return [min(-0.6, min(values) * 1.3), max(1.0, max(values) * 1.3)]


def _ticks(domain: Sequence[float]) -> list[float]:
    """0, the powers of ten up to the end of a range, and the largest one below 0."""
    powers = [10.0**at for at in range(13)]
    above = [power for power in powers if power <= domain[1]]
    below = [-power for power in powers if -power >= domain[0]]
    return [*below[-1:], 0.0, *above]


def _corners(words: Sequence[str], look: Look) -> list[alt.Chart]:
    right = WIDTH - ROOM - 8
    places: tuple[tuple[int, int, Literal["left", "right"]], ...] = (
        (8, 12, "left"), (right, 12, "right"),
        (8, HEIGHT - 10, "left"), (right, HEIGHT - 10, "right"),
    )  # fmt: skip
    return [
        drawn
        for text, (x, y, align) in zip(words, places, strict=True)
        for drawn in on_white_edge(
            alt.Chart(data([{"text": text}]))
            .mark_text(align=align, color=look.ink, fontStyle="italic", fontSize=12)
            .encode(x=alt.value(x), y=alt.value(y), text="text:N"),
            look,
        )
    ]
