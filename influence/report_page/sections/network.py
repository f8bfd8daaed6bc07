"""The network around the first customer, and the ties that connect segments."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from influence.charts.drawing import legend, svg
from influence.charts.labels import label
from influence.charts.links import links
from influence.charts.look import ALL
from influence.customer.explain import explain
from influence.report_page.material import Material
from influence.report_page.one_customer import around, shells
from influence.report_page.parts import Figure, Section, Table

BRIDGES = 15
OTHER = "other segments"


def section(material: Material) -> Section:
    """Draw the first customer by gross network value with their network, and the bridges."""
    first = material.top("network_value_gross", 1)[0]["customer"]
    explained = replace(explain(material.store, first), names=material.names)
    figures = [figure for figure in (around(explained), shells(explained)) if figure is not None]
    bridges = material.ask("bridges", limit=BRIDGES)
    if bridges:
        figures.append(_bridges(material, bridges))
    title = "The network around the first customer, and bridges between segments"
    return Section("network", title, (), figures)


def _bridges(material: Material, rows: list[dict[str, Any]]) -> Figure:
    columns = ("customer", "name", "segment", "other", "other_name", "other_segment", "kinds",
               "value")  # fmt: skip
    chart, groups = _between(material, rows)
    return Figure(
        id="bridges",
        title="Ties that connect segments",
        meaning="What the two customers would influence less, or only one step later, without "
        "the tie: a segment hears from another through these people.",
        method="how-ties",
        svg=svg(chart),
        legend=legend(groups),
        alt="Customers around a ring, by segment, with lines for the ties between them.",
        table=Table.of(rows, columns, other="other customer", value="gross value of the tie"),
    )


def _between(material: Material, rows: list[dict[str, Any]]) -> tuple[Any, list[str]]:
    """Draw the ends around a ring; return the chart and the groups of its colours."""
    segment = {row["customer"]: row["segment"] for row in rows}
    segment |= {row["other"]: row["other_segment"] for row in rows}
    ids = sorted(segment, key=lambda customer: (segment[customer], customer))
    names = sorted({*segment.values()})
    kept = names if len(names) <= len(ALL) else names[: len(ALL) - 1]
    groups = [label(name) for name in kept] + [OTHER] * (len(kept) < len(names))
    place = {}
    half = (len(ids) + 1) // 2
    for at, (customer, text) in enumerate(zip(ids, material.labels(ids), strict=True)):
        right = at < half
        y = 1 - 2 * ((at if right else len(ids) - 1 - at) + 0.5) / half
        group = segment[customer]
        place[customer] = {
            "x": (1 if right else -1) * (0.4 + 0.6 * math.sqrt(1 - y * y)), "y": y, "size": 90,
            "group": label(group) if group in kept else OTHER, "label": text,
            "side": "right" if right else "left",
        }  # fmt: skip
    most = max(row["value"] for row in rows) or 1.0
    lines = [
        {"x": place[row["customer"]]["x"], "y": place[row["customer"]]["y"],
         "x2": place[row["other"]]["x"], "y2": place[row["other"]]["y"],
         "width": 1 + 4 * row["value"] / most}
        for row in rows
    ]  # fmt: skip
    chart = links([*place.values()], lines, groups, 40 + 26 * half, (0.4, 0.4))
    return chart, groups
