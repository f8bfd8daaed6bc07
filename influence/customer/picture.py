"""One customer in a picture: the people within reach on rings, and the parts of the value.

Needs the extra `report`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from influence.charts.labels import LONGEST_NAME, called, label
from influence.charts.look import ALONE, PAGE, Chart, Look, one_below_another, titled
from influence.charts.rings import nearest, rings
from influence.charts.waterfall import waterfall
from influence.customer.parts import gross_parts, value_sums

if TYPE_CHECKING:
    from influence.customer.explain import Explanation

GROSS_AND_LEDGER = (
    "Gross network value counts everything within reach, some of which counts for others too; "
    "network value is the customer's share in the ledger."
)

RINGS = (
    "Rings are distances, and the size of a point is the CLV; a line leads to the contact through "
    "whom a person is reached."
)


def picture(explained: Explanation) -> Chart:
    """Draw the ego network of a customer, and below it the parts of the gross network value."""
    who = label(called(explained.figures["customer"], explained.names), LONGEST_NAME)
    parts = titled(
        parts_chart(explained, ALONE),
        f"What {who} brings in",
        [GROSS_AND_LEDGER, explained.caveat or "", f"Run {explained.figures['run']}"],
    )
    drawn = people_drawn(explained)
    if not drawn:
        return parts
    left_out = people_left_out(explained, drawn)
    count = f"All {len(drawn):,} are drawn."
    if left_out:
        count = f"The {len(drawn):,} with the largest contribution are drawn, {left_out:,} are not."
    ego = titled(
        rings(explained.figures["customer"], drawn, explained.names, ALONE),
        f"The people whom {who} reaches",
        [count, RINGS],
    )
    return one_below_another([ego, parts])


def parts_chart(explained: Explanation, look: Look = PAGE) -> Chart:
    """Draw the parts of the gross network value one after another, and both network values."""
    figures = explained.figures
    return waterfall(gross_parts(figures), value_sums(figures), f"in {explained.unit}", look)


def people_drawn(explained: Explanation) -> list[Any]:
    """The people with the largest contribution who may be named, and those who lead to them."""
    rows = explained.contributors.to_pylist()
    return nearest([row for row in rows if row["customer"] is not None])


def people_left_out(explained: Explanation, drawn: list[Any]) -> int:
    """The number of contributors who are not drawn, those who are not profiled included."""
    return sum(row["people"] or 1 for row in explained.contributors.to_pylist()) - len(drawn)
