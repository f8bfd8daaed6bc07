"""Which customers the queries of the Browser begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from influence.scores import Scores

NOBODY = "put an id here"
"""Stands where a customer is needed and none is known."""


@dataclass(frozen=True)
class Examples:
    """Customers to begin with; without a store nobody is known.

    Attributes
    ----------
    customer : str
        Whom to call first: the largest gross network value.
    critic : str
        Whose word against the company weighs most; else the same as `customer`.
    referrer : str
        Who has the largest tree of referrals; else the same as `customer`.
    figures : dict
        The scores of `customer`.
    people : int
        How many have scores.
    caption : str
        What the Browser writes into a node.
    """

    customer: str = NOBODY
    critic: str = NOBODY
    referrer: str = NOBODY
    figures: dict[str, Any] | None = None
    people: int = 0
    caption: str = "{id}"

    @classmethod
    def of(cls, scores: Scores, customers: pa.Table) -> Examples:
        """Choose them from the scores of a run; nobody who is not profiled has any."""
        rows = scores.table.to_pylist()
        if not rows:
            return cls(caption=caption(customers))
        first = max(rows, key=lambda row: row["network_value_gross"])
        critic = min(rows, key=lambda row: row["influence_signed"] or 0.0)
        referrer = max(rows, key=lambda row: row["referral_tree_value"] or 0.0)
        return cls(
            customer=first["customer"],
            critic=(critic if (critic["influence_signed"] or 0.0) < 0 else first)["customer"],
            referrer=(referrer if (referrer["referral_tree_value"] or 0.0) > 0 else first)[
                "customer"
            ],
            figures=first,
            people=len(rows),
            caption=caption(customers),
        )


def caption(customers: pa.Table) -> str:
    """Say by what a node is called: the name where all have one, the id where nobody has.

    A missing name shows as nothing, so where only some have one both are shown.
    """
    names = customers["name"].to_pylist() if "name" in customers.column_names else []
    named = sum(bool(name) for name in names)
    if not named:
        return "{id}"
    return "{name}" if named == len(customers) else "{name} {id}"
