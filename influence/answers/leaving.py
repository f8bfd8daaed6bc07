"""The loss if a customer leaves: money, and the paths that lead through that customer."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from influence.answers.company import Company, Indices, beside, first, neighbours
from influence.network.ego import arcs_from

PARTS = {
    "own value": "clv",
    "credit received": "credit_received",
    "referral value": "referral_value",
}


def if_customer_left(company: Company, customer: int, limit: int, near: int) -> pa.Table:
    """List the customer's own money, then the contacts who would lose reach, the largest first."""
    contacts, people, value = _contacts(company, customer, near)
    order = np.lexsort((contacts, -value))[: int(limit)]
    own = [company.number(name, 0.0)[customer] for name in PARTS.values()]
    who = np.concatenate([np.full(len(PARTS), customer), contacts[order]])
    return beside(
        company.rows(who, "customer", "name"),
        part=pa.array([*PARTS, *["contact"] * len(order)]),
        people=pa.array([*[None] * len(PARTS), *people[order].tolist()], pa.int64()),
        value=np.concatenate([own, value[order]]),
    )


def _contacts(
    company: Company, customer: int, near: int
) -> tuple[Indices, Indices, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Find who reaches whom in two steps through the customer alone.

    Returns
    -------
    contacts : intp[k]
    people : intp[k]
        How many each of them would lose, at least one.
    value : float64[k]
        The run's weight at distance 2 × the CLV of those, in money.
    """
    weights, shown, clv = company.run.weights, company.shown, company.number("clv", 0.0)
    reached = neighbours(company.network, customer)
    reached = reached[shown[reached]] if len(weights) > 1 else reached[:0]
    found: list[tuple[int, int, float]] = []
    if len(reached):
        worth = -company.number("network_value", 0.0)
        who = np.zeros(len(shown), dtype=bool)
        who[neighbours(company.incoming, customer)] = True
        # Everybody who can influence those reached, once for all contacts.
        by, position = arcs_from(company.incoming, reached)
        direct = np.zeros(len(shown), dtype=bool)
        for contact in first(who & shown, near, worth).tolist():
            one = neighbours(company.network, contact)
            direct[one] = True
            direct[customer] = False
            otherwise = direct[reached] | (reached == contact)
            otherwise[position[direct[by]]] = True
            direct[one] = False
            lost = reached[~otherwise]
            if len(lost):
                found.append((contact, len(lost), weights[1] * clv[lost].sum() + 0.0))
    contacts, people, value = zip(*found, strict=True) if found else ((), (), ())
    return np.array(contacts, np.intp), np.array(people, np.intp), np.array(value, np.float64)
