"""The score cards of a few customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from influence.customer.explain import KeepsScores, scores_of
from influence.scores import STANDINGS, Scores

FIGURES = (
    *STANDINGS, "social_percentile", "financial_percentile", "social_score", "knowledge",
    "participation", "contacts", "coverage", "stance", "clv",
)  # fmt: skip


def score_cards(
    store: KeepsScores, customers: Sequence[str]
) -> tuple[Scores, list[dict[str, Any]]]:
    """Read the score cards of customers in the current run.

    Parameters
    ----------
    store : Store
    customers : sequence of str
        Ids, or names that one customer has.

    Returns
    -------
    scores : Scores
    rows : list of dict
        customer, quadrant, tier, percentiles and parts, in the order of the customers; None for
        customers who are not active.

    Raises
    ------
    NothingToShow
        If there is no such customer, or no run yet.
    UsageError
        If several customers have one of the names.
    """
    scores, ids = scores_of(store, customers)
    rows = [scores.row(customer) for customer in ids]
    return scores, [{name: row.get(name) for name in ("customer", *FIGURES)} for row in rows]
