"""People with network value who pay nothing: free customers, prospects, fans, partners."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.answers.company import Company, Flags, Indices, beside, first
from influence.answers.ranking import ANY
from influence.network.ego import arcs_from
from influence.tables.reading.columns import true_where

CUSTOMER = "customer"


def free_customers(company: Company, limit: int) -> pa.Table:
    """List customers whose CLV is 0 and whose network value is not."""
    free = company.number("clv", 0.0) == 0
    return _with_best_neighbour(company, _worth_money(company) & free & _customers(company), limit)


def not_customers(company: Company, relation: str, limit: int) -> pa.Table:
    """List people of other relations, or of one of them, with a network value above 0."""
    who = _worth_money(company) & ~_customers(company)
    if relation != ANY:
        who &= true_where(pc.equal(company.people["relation"], relation))
    return _with_best_neighbour(company, who, limit)


def _worth_money(company: Company) -> Flags:
    worth: Flags = company.has_figures & (company.number("network_value", 0.0) > 0)
    return worth


def _customers(company: Company) -> Flags:
    return true_where(pc.equal(pc.coalesce(company.people["relation"], CUSTOMER), CUSTOMER))


def _with_best_neighbour(company: Company, who: Flags, limit: int) -> pa.Table:
    """Rows by rank, with the most valuable customer whom each can influence directly."""
    chosen = first(who, limit, company.number("rank"))
    best = _best_neighbour(company, chosen)
    beyond = company.rows(best, "customer", "name", "clv")
    rows = company.rows(
        chosen, "customer", "name", "relation", "rank", "clv", "network_value",
        "referral_value", "credit_received", "influence",
    )  # fmt: skip
    return beside(
        rows,
        through=beyond["customer"],
        through_name=beyond["name"],
        contribution=pc.multiply(beyond["clv"], company.run.weights[0]),
    )


def _best_neighbour(company: Company, chosen: Indices) -> Indices:
    """Of those whom each can influence directly, the most valuable; −1 where there is none."""
    reached, position = arcs_from(company.network, chosen)
    clv = company.number("clv", 0.0)
    fits = company.shown[reached] & (clv[reached] > 0)
    reached, position = reached[fits], position[fits]
    order = np.lexsort((reached, -clv[reached], position))
    at, begins = np.unique(position[order], return_index=True)
    best = np.full(len(chosen), -1, dtype=np.intp)
    best[at] = reached[order][begins]
    return best
