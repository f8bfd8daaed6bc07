"""The referral trees of the largest referrers."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from influence.report_page.charts.drawing import svg
from influence.report_page.charts.links import links
from influence.report_page.material import Material
from influence.report_page.parts import Figure, Section, Table

TREES = 3
PEOPLE = 40
"""People of a tree that are drawn, the nearest generations first."""
ROW = 20
"""Height of a person in a tree, in pixels."""
VALUE = "referral_tree_value"


def section(material: Material) -> Section:
    """Draw the trees below the customers with the largest referral tree value."""
    first = [row for row in material.top(VALUE, TREES) if (row[VALUE] or 0.0) > 0]
    lead = () if first else ("No referral has a value.",)
    figures = [_tree(material, row, at) for at, row in enumerate(first, 1)]
    return Section("referrals", "Referral trees of the largest referrers", lead, figures)


def _tree(material: Material, root: dict[str, Any], at: int) -> Figure:
    customer = root["customer"]
    rows = material.ask("referral-tree", customer=customer, limit=PEOPLE)
    columns = ("generation", "referred", "name", "referrer", "date", "clv", "crv", VALUE)
    return Figure(
        id=f"tree-{at}",
        title=f"{material.called(customer)}: a tree of {root[VALUE]:,.0f}",
        meaning="The value of a tree is the CRV of everyone in it: what the company gained because "
        "this customer referred somebody, and those referred others.",
        method="how-referrals",
        svg=svg(_picture(material, rows)),
        alt="A tree from left to right, one column for each generation; the table has the people.",
        table=Table.of(rows, columns),
        note=f"The nearest {PEOPLE} people of the tree." * (len(rows) == PEOPLE),
    )


def _picture(material: Material, rows: list[dict[str, Any]]) -> Any:
    ids = [row["referred"] for row in rows]
    height = _heights(rows)
    people = [
        {
            "x": row["generation"],
            "y": -height[row["referred"]],
            "size": 90 if row["crv"] else 40,
            "group": "referred others" if row["crv"] else "did not",
            "label": label,
            "align": "left",
        }
        for row, label in zip(rows, material.labels(ids), strict=True)
    ]
    place = dict(zip(ids, people, strict=True))
    lines = [
        {"x": place[above]["x"], "y": place[above]["y"],
         "x2": place[person]["x"], "y2": place[person]["y"], "width": 1}
        for person, above in ((row["referred"], row["referrer"]) for row in rows)
        if above in place
    ]  # fmt: skip
    leaves = 1 + max(height.values())
    deepest = max(row["generation"] for row in rows)
    groups = ["referred others", "did not"]
    # Room for the labels of the last generation.
    people.append({"x": deepest + 0.7, "y": 0, "size": 0, "group": groups[1], "label": "",
                   "align": "left"})  # fmt: skip
    return links(people, lines, groups, (560, int(max(80, ROW * leaves))))


def _heights(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Place everyone in the middle of those below, and those without below one under another."""
    below: dict[str | None, list[str]] = defaultdict(list)
    for row in rows:
        below[row["referrer"]].append(row["referred"])
    heights: dict[str, float] = {}
    leaves = 0
    tops = [row["referred"] for row in rows if row["referrer"] is None]
    stack = [(person, False) for person in reversed(tops)]
    while stack:
        person, below_done = stack.pop()
        if below_done:
            inner = [heights[other] for other in below[person]]
            heights[person] = sum(inner) / len(inner)
        elif below[person]:
            stack.append((person, True))
            stack += [(other, False) for other in reversed(below[person])]
        else:
            heights[person], leaves = float(leaves), leaves + 1
    return heights
