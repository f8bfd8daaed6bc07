"""How much of the value CLV alone shows."""

from __future__ import annotations

from typing import Any

import numpy as np

from influence.charts.bars import stacked
from influence.charts.drawing import legend, svg
from influence.charts.labels import distinct, label
from influence.plots import LEDGER_PARTS
from influence.report_page.material import Material
from influence.report_page.parts import Figure, Section, Share, Table, shown
from influence.reports.summary import summarise, summarise_matching
from influence.reports.wanted import Wanted
from influence.scores import NOT_PROFILED

MOST_SEGMENTS = 8
FIRST = 0.1
"""The share of customers who are the first by a figure."""
NO_CLV = (
    "No customer has a CLV other than 0, so all amounts on this page are 0. Load customers with a "
    "column clv, or their purchases, and run again."
)
TOTALS = ("customers", "free", "clv", "network_value", *LEDGER_PARTS, "value_at_risk")


def section(material: Material) -> Section:
    """Compare the CLV that stays with customers with the value that they bring about in others."""
    totals = summarise(material.scores).to_pylist()
    sums = {name: sum(row[name] for row in totals) for name in ("network_value", *LEDGER_PARTS)}
    hidden = sums["network_value"] - sums["own_kept"]
    facts, lead = [], [_overlooked(material)]
    if sums["network_value"] > 0 and 0 <= hidden <= sums["network_value"]:
        visible = Share(sums["own_kept"] / sums["network_value"])
        facts = [
            (shown(visible), "of the network value is visible through CLV alone"),
            (shown(Share(1 - visible)), "is not: other customers spend it because of them"),
        ]
    elif not any(sums.values()) and not np.any(material.scores.table["clv"].to_numpy()):
        lead = [NO_CLV]
    else:
        lead.insert(
            0, "No share is visible or hidden, since a part of the network value is negative."
        )
    figures = [_company(material, totals)]
    segments = summarise_matching(material.scores, material.store, Wanted(), "segment")[
        0
    ].to_pylist()
    if len(segments) > 1:
        figures.append(_segments(material, segments))
    return Section("visible", "How much of the value does CLV alone show?", lead, figures, facts)


def _overlooked(material: Material) -> str:
    """Say how many of the first customers by network value are not among the first by CLV."""
    ranks = [material.scores.table[name].to_numpy() for name in ("rank", "clv_rank")]
    first = max(1, round(FIRST * len(material.scores)))
    by_value, by_clv = (rank <= first for rank in ranks)
    missed = int(np.count_nonzero(by_value & ~by_clv))
    return (
        f"Among the first {first:,} by network value, {missed:,} are not among the first {first:,} "
        "by CLV: a list by CLV misses them."
    )


def _company(material: Material, totals: list[dict[str, Any]]) -> Figure:
    labels = ["all customers" if row["all"] == "all" else row["all"] for row in totals]
    parts = _parts(totals)
    rows = [row | {"group": text} for row, text in zip(totals, labels, strict=True)]
    return Figure(
        id="parts",
        title="Where the network value comes from",
        meaning="The first part is what a list by CLV shows rightly; the others are value that "
        "exists because customers influence, refer and help one another.",
        method="how-network-value",
        svg=svg(stacked(labels, parts, f"network value, in {material.unit}")),
        legend=legend(parts),
        alt="Bars of the network value, split into " + ", ".join(LEDGER_PARTS.values()) + ".",
        table=Table.of(rows, ("group", *TOTALS), group=""),
    )


def _segments(material: Material, rows: list[dict[str, Any]]) -> Figure:
    names = [row["segment"] or "(none)" for row in rows]
    rows = [row | {"segment": name} for row, name in zip(rows, names, strict=True)]
    drawn = rows[:MOST_SEGMENTS]
    labels, parts = distinct(label(row["segment"]) for row in drawn), _parts(drawn)
    left_out = len(rows) - len(drawn)
    return Figure(
        id="segments",
        title="By segment",
        meaning="A segment whose first part is short brings in more value through others than "
        "through what its customers spend.",
        method="how-network-value",
        svg=svg(stacked(labels, parts, f"network value, in {material.unit}")),
        legend=legend(parts),
        alt="Bars of the network value of each segment, split into the same parts.",
        table=Table.of(rows, ("segment", *TOTALS)),
        note=f"The chart shows the largest {MOST_SEGMENTS}; the table has all." * (left_out > 0)
        + f" {NOT_PROFILED}: customers who asked not to be profiled, together."
        * (NOT_PROFILED in names),
    )


def _parts(rows: list[dict[str, Any]]) -> dict[str, list[float]]:
    """The parts that are not zero everywhere."""
    parts = {words: [row[name] for row in rows] for name, words in LEDGER_PARTS.items()}
    return {words: values for words, values in parts.items() if any(values)}
