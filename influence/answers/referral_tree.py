"""The customers who came through one customer's referrals, generation by generation."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from influence.answers.company import Company, Indices, beside
from influence.tables.keys import places
from influence.tables.rules import forest

DEEPEST = 1000


def referral_tree(company: Company, customer: int, depth: int, limit: int) -> pa.Table:
    """List the tree below a customer, the nearest generation first."""
    referrals = company.source.table("referrals")
    referrals = referrals.sort_by([("place", "ascending"), ("referrer", "ascending")])
    referrals = referrals.filter(pa.array(forest.counting(referrals)))
    above, person = (places(referrals[end], company.ids) for end in ("referrer", "referred"))
    row, generation = _below(above, person, customer, min(int(depth), DEEPEST))
    who = np.concatenate([[customer], person[row]]).astype(np.intp)
    through = np.concatenate([[-1], above[row]]).astype(np.intp)
    through[~company.shown[through]] = -1
    referral = np.concatenate([[-1], row]).astype(np.intp)
    generation = np.concatenate([[0], generation])
    worth = company.number("referral_tree_value", 0.0)[who]
    order = np.lexsort((who, -worth, generation))
    order = order[company.shown[who[order]]][: int(limit)]
    found = company.rows(
        who[order], "customer", "name", "clv", "crv", "referral_taken", "referral_tree_value"
    )
    known = referral[order] >= 0
    return beside(
        found.rename_columns(["referred", *found.column_names[1:]]),
        generation=generation[order],
        referrer=company.rows(through[order], "customer")["customer"],
        date=referrals["date"].take(pa.array(referral[order], mask=~known)),
    )


def _below(above: Indices, person: Indices, customer: int, depth: int) -> tuple[Indices, Indices]:
    """The referrals below a customer and the generation of each; every referral once."""
    order = np.argsort(above, kind="stable")
    ordered = above[order]
    left = np.ones(len(above), dtype=bool)
    frontier = np.array([customer])
    rows, generations = [order[:0]], [order[:0]]
    for generation in range(1, depth + 1):
        begins, ends = (np.searchsorted(ordered, frontier, side) for side in ("left", "right"))
        found = [order[begin:end] for begin, end in zip(begins, ends, strict=True)]
        fresh = np.concatenate([order[:0], *found])
        fresh = fresh[left[fresh]]
        if not len(fresh):
            break
        left[fresh] = False  # where a chain closes, nobody is followed round
        rows.append(fresh)
        generations.append(np.full(len(fresh), generation))
        frontier = person[fresh]
    return np.concatenate(rows), np.concatenate(generations)
