"""Own value against influence: one point for each customer, or for a sample."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from influence.report_page.charts.drawing import ALL, legend, svg
from influence.report_page.charts.scatter import scatter
from influence.report_page.material import Material, label
from influence.report_page.parts import Figure, Section, Table
from influence.scores import STANDINGS

Indices = npt.NDArray[np.intp]

MOST_POINTS = 2000
FIRST = 250
"""So many of the first by each view are always drawn."""
SEED = 0
CORNERS = (
    "little CLV, much influence", "much CLV, much influence",
    "little CLV, little influence", "much CLV, little influence",
)  # fmt: skip
NO_CARD = "no score card"


def section(material: Material) -> Section:
    """Draw the customers, and count those on each side of the medians."""
    scores = material.scores.table
    clv, influence = (scores[name].to_numpy() for name in ("clv", "influence"))
    medians = float(np.median(clv)), float(np.median(influence))
    chosen = _chosen(material)
    rows, groups = _points(material, chosen)
    drawn = scatter(
        [{name: row[name] for name in ("clv", "influence", "group")} for row in rows],
        groups,
        medians,
        CORNERS,
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
        table=Table.of(_corners(material, clv > medians[0], influence > medians[1]),
                       ("corner", "customers", "clv", "network_value")),
        note=_note(len(chosen), len(scores)),
        points=rows,
    )  # fmt: skip
    return Section("scatter-section", "Own value against influence", (), [figure])


def _chosen(material: Material) -> Indices:
    """Choose the customers to draw: all, or the first by each view and a random sample."""
    n = len(material.scores)
    if n <= MOST_POINTS:
        return np.arange(n)
    views = ("network_value_gross", "network_value", "clv", "influence")
    first = np.unique([material.scores.order(view)[:FIRST] for view in views])
    others = np.setdiff1d(np.arange(n), first)
    sample = np.random.default_rng(SEED).choice(others, MOST_POINTS - len(first), replace=False)
    return np.sort(np.concatenate([first, sample]))


def _points(material: Material, chosen: Indices) -> tuple[list[dict[str, Any]], list[str]]:
    """One row for each point, and the groups that colour them, the largest first."""
    names = ["customer", "clv", "influence", "network_value", STANDINGS[0]]
    rows = material.scores.table.select(names).take(chosen).to_pylist()
    who = material.customers.take(chosen).to_pylist()
    has_card = any(row[STANDINGS[0]] for row in rows)
    segments = [label(row["segment"] or "") for row in who]
    groups = [row.pop(STANDINGS[0]) or NO_CARD for row in rows]
    if not has_card:
        groups = segments
    kept = _largest(groups, len(ALL))
    for row, person, segment, group in zip(rows, who, segments, groups, strict=True):
        row["name"] = person.get("name")
        row["segment"] = segment
        row["group"] = group if group in kept else "other"
    return rows, [*kept, *({"other"} - {*kept} if {*groups} - {*kept} else ())]


def _largest(groups: list[str], most: int) -> list[str]:
    values, counts = np.unique(groups, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    found: list[str] = values[order].tolist()
    return found if len(found) <= most else found[: most - 1]


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


def _note(drawn: int, customers: int) -> str:
    if drawn == customers:
        return ""
    return (
        f"{drawn:,} of {customers:,} customers are drawn: the first {FIRST} by each of gross "
        "network value, network value, CLV and influence, and a random sample of the others. "
        "Search finds the drawn ones; the table counts all."
    )
