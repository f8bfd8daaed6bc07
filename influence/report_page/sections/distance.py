"""Influence by distance: how far it reaches on average."""

from __future__ import annotations

import numpy as np

from influence.charts.bars import stacked
from influence.charts.drawing import svg
from influence.report_page.material import Material
from influence.report_page.parts import Figure, Section, Table


def section(material: Material) -> Section:
    """Average reach and influence at each distance, over all customers."""
    table, run = material.scores.table, material.run
    rows = [
        {
            "distance": d,
            "weight": weight,
            "reach": float(np.mean(table[f"reach_{d}"].to_numpy())),
            "influence": float(np.mean(table[f"influence_{d}"].to_numpy())),
        }
        for d, weight in enumerate(run.weights, 1)
    ]
    labels = [f"distance {row['distance']}" for row in rows]
    drawn = stacked(labels, {"influence": [row["influence"] for row in rows]},
                    f"influence of a customer on average, in {material.unit}")  # fmt: skip
    figure = Figure(
        id="by-distance",
        title="On average over all customers",
        meaning="Each step counts less than the one before, but more people are there: this is how "
        "the two balance.",
        method="how-influence",
        svg=svg(drawn),
        alt="A bar of the average influence at each distance.",
        table=Table.of(rows, ("distance", "weight", "reach", "influence"),
                       reach="people reached on average", influence="influence on average"),
    )  # fmt: skip
    return Section("distance", "Influence by distance", (), [figure])
