"""How CLV and network value are distributed over customers."""

from __future__ import annotations

from typing import Any

import numpy as np

from influence.charts.drawing import legend, svg
from influence.charts.lorenz import lorenz
from influence.headings import heading
from influence.report_page.material import Material
from influence.report_page.parts import Figure, Section, Share, Table, shown
from influence.value.concentration import curve, gini, held_by_first

FIGURES = ("clv", "network_value")
FIRST = (0.01, 0.05, 0.1, 0.2, 0.5)
"""Shares of customers, the largest first."""
POINTS = 100
"""Of a curve."""


def section(material: Material) -> Section:
    """Draw Lorenz curves with their Gini coefficients."""
    title = "Distribution and concentration"
    values = {name: material.scores.table[name].to_numpy() for name in FIGURES}
    negative = {name: int((v < 0).sum()) for name, v in values.items() if (v < 0).any()}
    values = {name: np.maximum(v, 0.0) for name, v in values.items() if v.max() > 0}
    if not values:
        return Section("concentration", title, ["No customer has a value above 0."])
    curves = {
        f"{heading(name)} (Gini {gini(v):.2f})": curve(v, POINTS) for name, v in values.items()
    }
    rows: list[dict[str, Any]] = [
        {"first": f"the first {share:.0%} of customers"}
        | {name: Share(held_by_first(v, share)) for name, v in values.items()}
        for share in FIRST
    ]
    rows.append({"first": "Gini coefficient"} | {name: gini(v) for name, v in values.items()})
    counted = " and ".join(f"{n:,} by {heading(name)}" for name, n in negative.items())
    figure = Figure(
        id="lorenz",
        title="Lorenz curves of CLV and network value",
        meaning="The farther a curve hangs below the broken line, the fewer customers hold the "
        "value: a Gini coefficient of 0 means all are equal, near 1 that one holds everything.",
        method="how-gini",
        svg=svg(lorenz(curves)),
        legend=legend(curves),
        alt="Curves of the share of CLV and network value that the smallest customers hold.",
        table=Table.of(rows, ("first", *values), first=""),
        note=f"Customers with a negative value count as 0 here: {counted}." if counted else "",
    )
    tenth = " and ".join(
        f"{shown(Share(held_by_first(v, 0.1)))} of all {heading(name)}"
        for name, v in values.items()
    )
    lead = [f"A tenth of the customers, those with the largest values, holds {tenth}."]
    return Section("concentration", title, lead, [figure])
