"""Figures as answers show them: money to 2 digits, shares and pressure to 3."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

MONEY, SHARE = 2, 3
DIGITS = dict.fromkeys(
    (
        "amount", "before", "change", "clv", "contribution", "credit_given", "credit_received",
        "crv", "influence", "influence_signed", "network_value", "network_value_gross", "now",
        "other_network_value", "own_kept", "own_value", "referral_taken", "referral_tree_value",
        "referral_value", "value", "value_at_risk",
    ),
    MONEY,
) | dict.fromkeys(("did_share", "others_share", "pressure", "share"), SHARE)  # fmt: skip
"""Digits after the point, by the name of a column; all others are shown as they are."""
EXACT_FROM = 1e15
"""From here on a float has no digit left to round."""


def rounded(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Round the money and the shares in the rows of an answer."""
    return [
        {name: half_up(v, DIGITS[name]) if name in DIGITS else v for name, v in row.items()}
        for row in rows
    ]


def half_up(value: float | None, digits: int) -> float | None:
    """Round a number as it is written, halves away from zero, as `round` does in Cypher.

    Examples
    --------
    >>> half_up(2.675, 2), half_up(-2.675, 2), half_up(-0.001, 2)
    (2.68, -2.68, 0.0)
    """
    if value is None or not abs(value) < EXACT_FROM:  # also infinity and NaN
        return value
    step = Decimal(1).scaleb(-digits)
    return float(Decimal(repr(value)).quantize(step, ROUND_HALF_UP)) + 0.0
