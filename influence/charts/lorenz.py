"""Lorenz curves."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import numpy.typing as npt

from influence.charts.look import PAGE, WIDTH, Chart, Look, data

Floats = npt.NDArray[np.float64]


def lorenz(curves: Mapping[str, tuple[Floats, Floats]], look: Look = PAGE) -> Chart:
    """Draw the share of a sum that the customers with the smallest values hold.

    Parameters
    ----------
    curves : mapping of str to (float64[m], float64[m])
        By name, the share of customers and the share of the sum, both from 0 to 1.
    look : Look
    """
    rows = [
        {"name": name, "customers": x, "value": y}
        for name, (customers, value) in curves.items()
        for x, y in zip(customers.tolist(), value.tolist(), strict=True)
    ]
    share = alt.Axis(format=".0%", tickCount=5)
    scale = alt.Scale(domain=[*curves], range=look.colours(len(curves)))
    lines = (
        alt.Chart(data(rows))
        .mark_line(strokeWidth=3)
        .encode(
            x=alt.X("customers:Q", title="share of customers, the smallest first", axis=share),
            y=alt.Y("value:Q", title="share of the sum", axis=share),
            color=alt.Color("name:N", legend=look.legend(), scale=scale),
        )
    )
    ends = [{"x": 0, "y": 0}, {"x": 1, "y": 1}]
    equal = alt.Chart(data(ends)).mark_line(color=look.muted, strokeDash=[5, 4])
    equal = equal.encode(x="x:Q", y="y:Q")
    return alt.layer(equal, lines).properties(width=WIDTH - 80, height=320)
