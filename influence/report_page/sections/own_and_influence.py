"""Own value against influence: one point for each customer, or for a sample."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from influence.charts.drawing import legend, svg
from influence.charts.labels import label
from influence.charts.scatter import scatter
from influence.plots import (
    CORNERS,
    NO_CARD,
    drawn_customers,
    largest_groups,
    medians,
    note_on_points,
)
from influence.report_page.material import Material
from influence.report_page.parts import Figure, Section, Table
from influence.score_columns import STANDINGS


def section(material: Material) -> Section:
    """Draw the customers, and count those on each side of the medians."""
    scores = material.scores.table
    clv, influence = (scores[name].to_numpy() for name in ("clv", "influence"))
    half = medians(material.scores)
    chosen = drawn_customers(material.scores)
    rows, groups = _points(material, chosen)
    note = note_on_points(len(chosen), len(scores))
    drawn = scatter(
        [{name: row[name] for name in ("clv", "influence", "group")} for row in rows],
        groups,
        half,
        CORNERS,
        material.unit,
    )
    figure = Figure(
        id="scatter",
        title="One point for each customer",
        meaning="Customers at the top left spend little and influence many: a list by CLV does not "
        "show them. The broken lines are the medians.",
        method="how-scatter",
        svg=svg(drawn),
        legend=legend(groups),
        alt="Points by CLV from left to right and influence from bottom to top; the table has the "
        "number of customers and totals of the four corners.",
        table=Table.of(_corners(material, clv > half[0], influence > half[1]),
                       ("corner", "customers", "clv", "network_value")),
        note=note and f"{note} Search finds the drawn ones; the table counts all.",
        points=rows,
    )  # fmt: skip
    return Section("scatter-section", "Own value against influence", (), [figure])


def _points(
    material: Material, chosen: npt.NDArray[np.intp]
) -> tuple[list[dict[str, Any]], list[str]]:
    """One row for each point, and the groups that colour them, the largest first."""
    names = ["customer", "clv", "influence", "network_value", STANDINGS[0]]
    rows = material.scores.table.select(names).take(chosen).to_pylist()
    who = material.customers.take(chosen).to_pylist()
    has_card = any(row[STANDINGS[0]] for row in rows)
    segments = [label(row["segment"] or "") for row in who]
    groups = [row.pop(STANDINGS[0]) or NO_CARD for row in rows]
    if not has_card:
        groups = segments
    kept, groups = largest_groups(groups)
    for row, person, segment, group in zip(rows, who, segments, groups, strict=True):
        row["name"] = person.get("name")
        row["segment"] = segment
        row["group"] = group
    return rows, kept


def _corners(
    material: Material, rich: npt.NDArray[np.bool_], strong: npt.NDArray[np.bool_]
) -> list[dict[str, Any]]:
    sums = {name: material.scores.table[name].to_numpy() for name in ("clv", "network_value")}
    sides = (~rich & strong, rich & strong, ~rich & ~strong, rich & ~strong)
    return [
        {"corner": words, "customers": int(side.sum())}
        | {name: float(values[side].sum()) for name, values in sums.items()}
        for words, side in zip(CORNERS, sides, strict=True)
    ]
