"""The score cards of a few customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from influence import queries
from influence.customer.explain import KeepsScores, scores_of
from influence.score_columns import STANDINGS
from influence.scores import Scores

FIGURES = (
    *STANDINGS, "social_percentile", "financial_percentile", "social_score", "knowledge",
    "participation", "contacts", "coverage", "stance", "clv",
)  # fmt: skip
NETWORKS = "networks"
"""The contacts of a customer, by network."""


class AnswersQueries(KeepsScores, Protocol):
    """The part of a store that score cards need."""

    def query(
        self, query: queries.Query, **parameters: Any
    ) -> tuple[list[str], list[dict[str, Any]]]:
        """Run a query of the library."""
        ...


def scorecard(store: AnswersQueries, customers: Sequence[str]) -> list[dict[str, Any]]:
    """Read the score cards of customers in the current run.

    Parameters
    ----------
    store : Store
    customers : sequence of str
        Ids, or names that one customer has.

    Returns
    -------
    list of dict
        One for each customer, see `score_cards`.

    Raises
    ------
    NothingToShow
        If there is no such customer, or no run yet.
    UsageError
        If several customers have one of the names.
    """
    return score_cards(store, customers)[1]


def score_cards(
    store: AnswersQueries, customers: Sequence[str]
) -> tuple[Scores, list[dict[str, Any]]]:
    """Read the score cards of customers, and the scores that they are from.

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
        customers who are not active. Last `networks`: a list of network, inside, outside and
        contacts, by the present ties and profiles; see the query contacts.

    Raises
    ------
    NothingToShow
        If there is no such customer, or no run yet.
    UsageError
        If several customers have one of the names.
    """
    scores, ids = scores_of(store, customers)
    query = queries.explore("contacts")
    rows = []
    for customer in ids:
        card = scores.row(customer)
        rows.append({name: card.get(name) for name in ("customer", *FIGURES)})
        rows[-1][NETWORKS] = store.query(query, customer=customer)[1]
    return scores, rows
