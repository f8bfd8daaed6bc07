"""The customers that saved queries and the guide use as examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from influence.scores import Scores

ID_PLACEHOLDER = "put an id here"
"""Used instead of an id if the store has no scores."""


@dataclass(frozen=True)
class Examples:
    """Example customers; all are placeholders if the store has no scores.

    Attributes
    ----------
    customer : str
        The customer with the largest gross network value.
    critic : str
        The strongest detractor; `customer` if there is none.
    referrer : str
        The customer with the largest referral tree; `customer` if there is none.
    figures : dict
        The scores of `customer`.
    people : int
        Number of customers with scores.
    caption : str
        Caption of customers in the Browser's style.
    """

    customer: str = ID_PLACEHOLDER
    critic: str = ID_PLACEHOLDER
    referrer: str = ID_PLACEHOLDER
    figures: dict[str, Any] | None = None
    people: int = 0
    caption: str = "{id}"

    @classmethod
    def of(cls, scores: Scores, customers: pa.Table) -> Examples:
        """Choose examples from the scores of a run, which only profiled customers have."""
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
    """Return the caption of customers: the name if all have one, the id if none has, else both."""
    names = customers["name"].to_pylist() if "name" in customers.column_names else []
    named = sum(bool(name) for name in names)
    if not named:
        return "{id}"
    return "{name}" if named == len(customers) else "{name} {id}"
