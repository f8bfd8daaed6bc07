"""Ambassadors, free customers with influence, detractors, and the value that is at risk."""

from __future__ import annotations

from typing import Any

from influence.charts.bars import signed, stacked
from influence.charts.drawing import legend, svg
from influence.report_page.material import Material
from influence.report_page.parts import Figure, Section, Share, Table
from influence.reports.summary import summarise
from influence.score_columns import STANDINGS

COUNT = 10
QUADRANTS = ("quadrant", "customers", "clv", "network_value", "value_at_risk")
BROUGHT, RISK = (2, 3), (4, 1)
"""Colours: those of the same parts in other charts, and red for what is at risk."""


def ambassadors(material: Material) -> Section:
    """List the Ambassadors, and the totals of the quadrants of the score card."""
    title, anchor = "Ambassadors", "ambassadors"
    found = material.ask("ambassadors", limit=COUNT)
    quadrants = summarise(material.scores, material.customers, STANDINGS[0]).to_pylist()
    quadrants = [row | {"quadrant": row["quadrant"] or "(no score card)"} for row in quadrants]
    figures = []
    if found:
        columns = ("customer", "name", "segment", "roles", "quadrant", "social_percentile",
                   "financial_percentile", "clv", "network_value")  # fmt: skip
        figures.append(
            Figure(
                id="ambassador-list",
                title="The first Ambassadors",
                meaning="They take part, know the company and have contacts, and they also buy: "
                "ask them to speak for the company.",
                method="how-score-card",
                table=Table.of(found, columns),
            )
        )
    if len(quadrants) > 1:
        figures.append(
            Figure(
                id="quadrants",
                title="Customers by quadrant of the score card",
                meaning="Advocates take part much and spend little, affluent customers the "
                "reverse; champions do both, misers neither.",
                method="how-score-card",
                table=Table.of(quadrants, QUADRANTS),
            )
        )
    lead = [] if found else ["No customer is an Ambassador in this run."]
    return Section(anchor, title, lead, figures)


def hidden_influencers(material: Material) -> Section:
    """List the customers who pay nothing and have network value."""
    found = material.ask("free-customers", limit=COUNT)
    title = "Hidden influencers: customers who pay nothing"
    if not found:
        return Section("free", title, ["No customer with a CLV of 0 has network value."])
    labels = material.labels([row["customer"] for row in found])
    parts = {
        "CLV of others, through influence": [row["credit_received"] for row in found],
        "CLV of others, through referrals": [row["referral_value"] for row in found],
    }
    columns = ("customer", "name", "rank", "network_value", "credit_received", "referral_value",
               "influence", "through", "through_name")  # fmt: skip
    figure = Figure(
        id="free-list",
        title="The first free customers by network value",
        meaning="A list by CLV puts them last; the value of those whom they influence or referred "
        "puts them here.",
        method="how-network-value",
        svg=svg(stacked(labels, parts, f"value through others, in {material.unit}", BROUGHT)),
        legend=legend(parts, BROUGHT),
        alt="A bar for each of these customers, split into value through influence and referrals.",
        table=Table.of(found, columns, through="most valuable contact", through_name="their name"),
    )
    return Section("free", title, (), [figure])


def detractors(material: Material) -> Section:
    """List the strongest detractors and promoters, and the customers within their reach."""
    both = material.ask("advocates-and-detractors", limit=COUNT)
    at_risk = material.ask("at-risk", limit=COUNT)
    totals = summarise(material.scores).to_pylist()
    risk, clv = (sum(row[name] for row in totals) for name in ("value_at_risk", "clv"))
    figures, facts = [], []
    if both:
        figures.append(_signed(material, both))
    if at_risk:
        facts = [(f"{risk:,.0f}", f"of {clv:,.0f} CLV is within reach of detractors")]
        figures.append(_at_risk(material, at_risk))
    lead = () if both else ("No survey or review says what customers think of the company.",)
    return Section("risk", "Detractors, and the value at risk", lead, figures, facts)


def _signed(material: Material, rows: list[dict[str, Any]]) -> Figure:
    labels = material.labels([row["customer"] for row in rows])
    values = [row["influence_signed"] for row in rows]
    return Figure(
        id="signed",
        title="Who speaks for the company, and who against it",
        meaning="Signed influence is sentiment times influence: above 0 for promoters, below 0 for "
        "detractors; win back the last ones first.",
        method="how-stance",
        svg=svg(signed(labels, values, f"signed influence, in {material.unit}")),
        alt="A bar for each customer, to the right for promoters and to the left for detractors.",
        table=Table.of(rows, ("customer", "name", "stance", "sentiment", "influence",
                              "influence_signed", "clv", "network_value")),
    )  # fmt: skip


def _at_risk(material: Material, rows: list[dict[str, Any]]) -> Figure:
    labels = material.labels([row["customer"] for row in rows])
    parts = {
        "value at risk": [row["value_at_risk"] for row in rows],
        "the rest of the CLV": [row["clv"] - row["value_at_risk"] for row in rows],
    }
    rows = [row | {"share": None if row["share"] is None else Share(row["share"])} for row in rows]
    columns = ("customer", "name", "clv", "value_at_risk", "share", "pressure", "distance",
               "how_many", "detractors")  # fmt: skip
    return Figure(
        id="at-risk",
        title="The customers with the largest value at risk",
        meaning="This is what detractors could reach, not a loss: it shows whose contacts to talk "
        "to before they talk to these customers.",
        method="how-risk",
        svg=svg(stacked(labels, parts, f"CLV, in {material.unit}", RISK)),
        legend=legend(parts, RISK),
        alt="A bar of CLV for each customer; the first part is the value at risk.",
        table=Table.of(rows, columns, how_many="detractors at that distance"),
    )
