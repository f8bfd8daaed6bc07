"""Customers side by side: a line for each figure, a column for each customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from influence.cli.tables import draw, fitting
from influence.headings import heading


def called(customer: str, names: Mapping[str, str]) -> str:
    """Return the id of a customer, with their name if there is one."""
    return f"{customer} {names[customer]}" if customer in names else customer


def show_side_by_side(
    rows: Iterable[Mapping[str, Any]],
    figures: Iterable[str],
    names: Mapping[str, str],
    *,
    title: str | None = None,
) -> None:
    """Draw the figures of customers, in as many tables as the width needs.

    Parameters
    ----------
    rows : iterable of mapping
        `customer` and the figures.
    figures : iterable of str
    names : mapping of str to str
        By id.
    title : str, optional
        Of the first table.
    """
    customers = {row["customer"]: row for row in rows}
    sides = [
        {"figure": heading(name), **{key: row[name] for key, row in customers.items()}}
        for name in figures
    ]
    left: Sequence[str] = list(customers)
    while left:
        columns = {"figure": "", **{key: called(key, names) for key in left}}
        shown = fitting(sides, columns)
        draw(sides, shown, title=title)
        left, title = left[len(shown) - 1 :], None
