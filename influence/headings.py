"""Headings of score columns, the same in every command and query, and their short names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

HEADINGS = {
    "clv": "CLV",
    "clv_rank": "rank by CLV",
    "crv": "CRV",
    "network_value_gross": "gross network value",
    "influence_active": "active influence",
    "influence_passive": "passive influence",
    "influence_signed": "signed influence",
}

SHORT = {"gross": "network_value_gross", "referrals": "crv", "id": "customer"}
"""Short names of score columns."""


def heading(column: str) -> str:
    """Return the heading of a column.

    Examples
    --------
    >>> heading("clv_rank"), heading("network_value"), heading("influence_se")
    ('rank by CLV', 'network value', 'standard error of influence')
    """
    if column.endswith("_se"):
        return f"standard error of {heading(column.removesuffix('_se'))}"
    return HEADINGS.get(column, column.replace("_", " "))


def headings(columns: Iterable[str]) -> dict[str, str]:
    """Return a mapping of columns to headings."""
    return {column: heading(column) for column in columns}


def score_column(name: str, known: Sequence[str]) -> str | None:
    """Find a score column by its name, with dashes or underscores, or by a short name.

    Examples
    --------
    >>> score_column("network-value", ["clv", "network_value"])
    'network_value'
    """
    spelt = name.replace("-", "_").lower()
    return next((n for n in (name, spelt, SHORT.get(spelt)) if n in known), None)
