"""The network around the first customer, and the ties that connect segments."""

from __future__ import annotations

import math
from typing import Any

from influence.charts.drawing import legend, svg
from influence.charts.labels import label
from influence.charts.links import links
from influence.charts.look import ALL
from influence.charts.rings import groups_of, nearest, rings
from influence.customer.explain import Explanation, explain
from influence.report_page.material import Material
from influence.report_page.parts import Figure, Section, Table

ROWS = 15
BRIDGES = 15
OTHER = "other segments"


def section(material: Material) -> Section:
    """Draw the first customer by gross network value with their network, and the bridges."""
    first = material.top("network_value_gross", 1)[0]["customer"]
    explained = explain(material.store, first)
    figures = [_shells(material, first, explained)]
    contributors = explained.contributors["customer"]
    if contributors.null_count < len(contributors):  # null: those who are not profiled, together
        figures.insert(0, _around(material, first, explained))
    bridges = material.ask("bridges", limit=BRIDGES)
    if bridges:
        figures.append(_bridges(material, bridges))
    title = "The network around the first customer, and bridges between segments"
    return Section("network", title, (), figures)


def _around(material: Material, customer: str, explained: Explanation) -> Figure:
    found = explained.contributors.to_pylist()
    named = [row for row in found if row["customer"] is not None]
    drawn = nearest(named)
    left_out = sum(row["people"] or 1 for row in found) - len(drawn)
    columns = ("customer", "name", "distance", "through", "clv", "contribution")
    return Figure(
        id="around",
        title=f"The people whom {material.called(customer)} reaches",
        meaning="The customer is in the middle, those one step away around them, then two and "
        "three steps; a line leads to the contact through whom a person is reached.",
        method="how-influence",
        svg=svg(rings(customer, drawn, material.names)),
        legend=legend(groups_of(drawn)),
        alt=f"{len(drawn)} people around the customer, by distance.",
        table=Table.of(material.named(named[:ROWS]), columns),
        note=f"The {len(drawn):,} with the largest contribution are drawn, {left_out:,} are left "
        f"out; the table has the first {ROWS}." * (left_out > 0),
    )


def _shells(material: Material, customer: str, explained: Explanation) -> Figure:
    return Figure(
        id="shells",
        title=f"The influence of {material.called(customer)} by distance",
        meaning="Value is the CLV of the people at that distance; multiplied with its weight it is "
        "the influence there.",
        method="how-influence",
        table=Table.of(explained.by_distance, ("distance", "weight", "people", "value",
                                               "influence"), value="CLV of these people"),
    )  # fmt: skip


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
