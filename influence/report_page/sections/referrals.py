"""The referral trees of the largest referrers."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from influence.charts.drawing import legend, svg
from influence.charts.labels import label
from influence.charts.links import links
from influence.charts.look import PAGE, WIDTH
from influence.report_page.material import Material
from influence.report_page.parts import Figure, Section, Table

TREES = 3
PEOPLE = 25
"""People of a tree that are drawn, the nearest generations first."""
ROW = 26
"""Height of a person in a tree, in pixels."""
GROUPS = ("referred others", "referred no one")
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
        legend=legend(GROUPS),
        alt="A tree from left to right, one column for each generation; the table has the people.",
        table=Table.of(rows, columns),
        note=f"The nearest {PEOPLE} people of the tree." * (len(rows) == PEOPLE),
    )


def _picture(material: Material, rows: list[dict[str, Any]]) -> Any:
    ids = [row["referred"] for row in rows]
    height, above = _heights(rows), {row["referrer"] for row in rows}
    deepest = max(row["generation"] for row in rows)
    room = int(WIDTH / (1.2 * PAGE.letter * max(deepest, 1)))
    people = [
        {
            "x": row["generation"],
            "y": -height[row["referred"]],
            "size": 90 if row["referred"] in above else 40,
            "group": GROUPS[0] if row["referred"] in above else GROUPS[1],
            "label": label(text, room) if row["referred"] in above else text,
            "side": "above" if row["referred"] in above else "right",
        }
        for row, text in zip(rows, material.labels(ids), strict=True)
    ]
    place = dict(zip(ids, people, strict=True))
    lines = [
        {"x": place[row["referrer"]]["x"], "y": place[row["referrer"]]["y"],
         "x2": place[row["referred"]]["x"], "y2": place[row["referred"]]["y"], "width": 1}
        for row in rows
        if row["referrer"] in place
    ]  # fmt: skip
    return links(people, lines, GROUPS, int(ROW * (2 + max(height.values()))))


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
