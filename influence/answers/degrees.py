"""The people within three steps of a customer, and those who carry the customer's influence."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from influence.answers.company import Company, beside
from influence.network.ego import ego_network

DEEPEST = 3


def three_degrees(company: Company, customer: int) -> pa.Table:
    """List everybody reached, with the contribution of each to the customer's influence."""
    return _contributors(company, customer)


def carriers(company: Company, customer: int, limit: int) -> pa.Table:
    """List the largest contributors, with the share of each in all contributions."""
    people = _contributors(company, customer)
    contribution = people["contribution"].to_numpy()
    # One after the other, as a database adds them: no share of what cancels out.
    total = np.cumsum(contribution)[-1] if len(people) else 0.0
    share = contribution / total if total else np.full(len(people), np.nan)
    return beside(people, share=share).slice(0, int(limit))


def _contributors(company: Company, customer: int) -> pa.Table:
    """Return the people within reach who may be named, the largest contribution first."""
    run, network = company.run, company.network
    depth = min(run.depth, DEEPEST)
    circle = ego_network(network, customer, depth, unnamed=~company.shown)
    weight = np.array(run.weights)[circle.distance - 1]
    # + 0.0, or a weight of 0 makes a loss -0.0
    contribution = weight * company.number("clv", 0.0)[circle.members] + 0.0
    order = np.lexsort((circle.members, -contribution))
    order = order[company.shown[circle.members[order]]]
    through = circle.through[order]
    names = company.ids.take(pa.array(through, mask=through == network.n))
    return beside(
        company.rows(circle.members[order], "customer", "name", "clv"),
        distance=circle.distance[order],
        weight=weight[order],
        contribution=contribution[order],
        through=names,
    )
