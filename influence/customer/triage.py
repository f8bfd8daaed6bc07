"""A few customers side by side: their order in three views, and where a view reverses CLV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from influence.customer.explain import KeepsScores, scores_of
from influence.scores import Scores

VIEWS = ("clv", "network_value_gross", "network_value")
"""Score columns: CLV, gross network value (whom to call first), network value (ledger)."""


@dataclass(frozen=True)
class Reversal:
    """A view that puts another customer first than CLV does.

    Attributes
    ----------
    view : str
        A score column.
    by_clv, by_view : str
        The customers who come first.
    clv, value : tuple of float
        Their figures, those of `by_clv` first.
    """

    view: str
    by_clv: str
    by_view: str
    clv: tuple[float, float]
    value: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Triage:
    """Customers side by side.

    Attributes
    ----------
    scores : Scores
    rows : list of dict
        Their score columns, the largest network value first.
    """

    scores: Scores
    rows: list[dict[str, Any]]

    def order(self, view: str) -> list[dict[str, Any]]:
        """The rows by a score column, the largest value first."""
        return sorted(self.rows, key=lambda row: -row[view])

    def reversals(self) -> list[Reversal]:
        """The views, gross and ledger, in which a customer with less CLV comes first."""
        spender = self.order("clv")[0]
        found = []
        for view in VIEWS[1:]:
            first = self.order(view)[0]
            if first["clv"] < spender["clv"] and first[view] > spender[view]:
                clv, value = ((spender[name], first[name]) for name in ("clv", view))
                found.append(Reversal(view, spender["customer"], first["customer"], clv, value))
        return found


def triage(store: KeepsScores, customers: Sequence[str]) -> Triage:
    """Put customers side by side, by the figures of the current run.

    Parameters
    ----------
    store : Store
    customers : sequence of str
        Ids, or names that one customer has; at least one.

    Raises
    ------
    NothingToShow
        If there is no such customer, or no run yet.
    UsageError
        If several customers have one of the names.
    """
    scores, ids = scores_of(store, customers)
    rows = [scores.row(customer) for customer in ids]
    return Triage(scores, sorted(rows, key=lambda row: row["rank"]))
