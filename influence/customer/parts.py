"""The parts of a customer's gross network value, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from influence.headings import heading

SUMS = ("network_value_gross", "network_value")


def gross_parts(figures: Mapping[str, Any]) -> dict[str, float]:
    """Return the parts of the gross network value in money: own value, referrals, each distance.

    Parameters
    ----------
    figures : mapping of str to any
        The score columns of one customer.

    Examples
    --------
    >>> gross_parts({"clv": 5.0, "crv": 0.0, "influence_1": 2.0, "influence_2": 1.0})
    {'CLV': 5.0, 'influence, distance 1': 2.0, 'influence, distance 2': 1.0}
    """
    parts = {"CLV": figures["clv"]}
    if figures["crv"]:
        parts["CRV"] = figures["crv"]
    distance = 1
    while f"influence_{distance}" in figures:
        parts[f"influence, distance {distance}"] = figures[f"influence_{distance}"]
        distance += 1
    if figures.get("service_value"):
        parts["service costs saved"] = figures["service_value"]
    return parts


def value_sums(figures: Mapping[str, Any]) -> dict[str, float]:
    """Return the gross network value, and the network value of the ledger, in money."""
    return {heading(name): figures[name] for name in SUMS}
