"""How CLV and network value are distributed over customers."""

from __future__ import annotations

from typing import Any

from influence.charts.drawing import legend, svg
from influence.charts.lorenz import lorenz
from influence.headings import heading
from influence.plots import curves_of, distributions
from influence.report_page.material import Material
from influence.report_page.parts import Figure, Section, Share, Table, shown
from influence.value.concentration import gini, held_by_first

FIRST = (0.01, 0.05, 0.1, 0.2, 0.5)
"""Shares of customers, the largest first."""


def section(material: Material) -> Section:
    """Draw Lorenz curves with their Gini coefficients."""
    title = "Distribution and concentration"
    values, negative = distributions(material.scores)
    if not values:
        return Section("concentration", title, ["No customer has a value above 0."])
    curves = curves_of(values)
    rows: list[dict[str, Any]] = [
        {"first": f"the first {share:.0%} of customers"}
        | {name: Share(held_by_first(v, share)) for name, v in values.items()}
        for share in FIRST
    ]
    rows.append({"first": "Gini coefficient"} | {name: gini(v) for name, v in values.items()})
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
        note=negative,
    )
    tenth = " and ".join(
        f"{shown(Share(held_by_first(v, 0.1)))} of all {heading(name)}"
        for name, v in values.items()
    )
    lead = [f"A tenth of the customers, those with the largest values, holds {tenth}."]
    return Section("concentration", title, lead, [figure])
