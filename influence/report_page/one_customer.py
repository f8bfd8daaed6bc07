"""The figures of one customer: the network around, the parts of the value, the distance shells."""

from __future__ import annotations

from influence.charts.drawing import legend, svg
from influence.charts.labels import called
from influence.charts.rings import groups_of, rings
from influence.customer.explain import Explanation
from influence.customer.names import with_names
from influence.customer.parts import gross_parts, value_sums
from influence.customer.picture import (
    GROSS_AND_LEDGER,
    parts_chart,
    people_drawn,
    people_left_out,
)
from influence.report_page.parts import Figure, Table

ROWS = 15


def around(explained: Explanation) -> Figure | None:
    """Draw the people within reach; None if there is nobody who may be named."""
    drawn = people_drawn(explained)
    if not drawn:
        return None
    customer, names = explained.figures["customer"], explained.names
    left_out = people_left_out(explained, drawn)
    columns = ("customer", "name", "distance", "through", "clv", "contribution")
    return Figure(
        id="around",
        title=f"The people whom {called(customer, names)} reaches",
        meaning="The customer is in the middle, those one step away around them, then two and "
        "three steps; a line leads to the contact through whom a person is reached.",
        method="how-influence",
        svg=svg(rings(customer, drawn, names)),
        legend=legend(groups_of(drawn)),
        alt=f"{len(drawn)} people around the customer, by distance.",
        table=Table.of(with_names(drawn[:ROWS], names), columns),
        note=f"The {len(drawn):,} with the largest contribution are drawn, {left_out:,} are left "
        f"out; the table has the first {ROWS}." * (left_out > 0),
    )


def parts(explained: Explanation) -> Figure:
    """Draw what the gross network value consists of."""
    who = called(explained.figures["customer"], explained.names)
    amounts = gross_parts(explained.figures) | value_sums(explained.figures)
    rows = [{"part": name, "amount": amount} for name, amount in amounts.items()]
    return Figure(
        id="parts-of-one",
        title=f"What {who} brings in",
        meaning=GROSS_AND_LEDGER,
        method="how-gross",
        svg=svg(parts_chart(explained)),
        alt="A bar for each part, beginning where the one before ends, and a bar for each sum.",
        table=Table(rows, {"part": "", "amount": f"amount, in {explained.unit}"}),
    )


def shells(explained: Explanation) -> Figure:
    """List the distance shells."""
    who = called(explained.figures["customer"], explained.names)
    return Figure(
        id="shells",
        title=f"The influence of {who} by distance",
        meaning="Value is the CLV of the people at that distance; multiplied with its weight it is "
        "the influence there.",
        method="how-influence",
        table=Table.of(explained.by_distance, ("distance", "weight", "people", "value",
                                               "influence"), value="CLV of these people"),
    )  # fmt: skip
