"""Names beside ids, and customers found by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import NothingToShow, UsageError

SUGGESTED = 3
"""How many customers a message about an unknown one names."""
SUGGESTED_FROM = 3
"""Characters that a text needs to be looked for within ids and names."""
LOOKED_UP = ("id", "name", "segment", "do_not_profile")


class KeepsCustomers(Protocol):
    """The part of a store that names need."""

    def customers(
        self, columns: Sequence[str] | None = None, ids: Sequence[str] | None = None
    ) -> pa.Table:
        """The customers' table, or some columns and rows of it."""
        ...


def names_of(store: KeepsCustomers, customers: Iterable[str | None]) -> dict[str, str]:
    """Look up the names of customers.

    Parameters
    ----------
    store : Store
    customers : iterable of str or None
        Ids; None is skipped.

    Returns
    -------
    dict of str to str
        By id; those without a name and those who are not to be profiled are left out.
    """
    ids = sorted({customer for customer in customers if customer is not None})
    if not ids:
        return {}
    found = _profiled(store.customers(LOOKED_UP, ids))
    names = zip(found["id"].to_pylist(), found["name"].to_pylist(), strict=True)
    return {customer: name for customer, name in names if name}


def require_visible(store: KeepsCustomers, customer: str) -> None:
    """Check that a customer may be shown: a store may have them as not to be profiled.

    Raises
    ------
    NothingToShow
        With the same words as for a customer who is not there.
    """
    found = store.customers(LOOKED_UP, [customer])
    if len(_profiled(found)) < len(found):
        raise NothingToShow(f"no customer has the id {customer!r}")


def with_names(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Put `name` after `customer` in each row, unless there are no names at all.

    Examples
    --------
    >>> with_names([{"customer": "A", "clv": 1.0}], {"A": "Ann"})
    [{'customer': 'A', 'name': 'Ann', 'clv': 1.0}]
    """
    if not names:
        return [dict(row) for row in rows]
    return [
        {"customer": row["customer"], "name": names.get(row["customer"]), **_without(row)}
        for row in rows
    ]


def _without(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "customer"}


def ids_of(store: KeepsCustomers, names: Sequence[str]) -> list[str]:
    """Find customers by their names, without regard to case and to blanks around them.

    Returns
    -------
    list of str
        One id for each name, in order.

    Raises
    ------
    NothingToShow
        If nobody has one of the names; the message lists these names, and similar ones.
    UsageError
        If several have one; the message lists their ids.
    """
    found = _profiled(store.customers(LOOKED_UP))
    by_name = _folded(found["name"])
    called = {name: found.filter(pc.equal(by_name, _folded([name])[0])) for name in names}
    unknown = [name for name, rows in called.items() if not len(rows)]
    if unknown:
        raise NothingToShow(
            f"no customer has the id or the name {', '.join(map(repr, unknown))}"
            + _similar(unknown, found.select(["id", "name"]), by_name)
        )
    return [_only(name, called[name]) for name in names]


def _folded(names: pa.ChunkedArray | list[str]) -> pa.Array:
    """Return names without case, without blanks at their ends, and in one form of Unicode."""
    texts = pa.chunked_array([names], pa.string()) if isinstance(names, list) else names
    return pc.utf8_upper(pc.utf8_normalize(pc.utf8_trim_whitespace(texts.cast(pa.string())), "NFC"))


def _similar(names: Sequence[str], found: pa.Table, by_name: pa.Array) -> str:
    """Return a hint at the first customers whose id or name has one of these texts in it."""
    long_enough = [name for name in names if len(name.strip()) >= SUGGESTED_FROM]
    within = _folded(found["id"]), by_name
    near = pa.chunked_array([pa.repeat(False, len(found))])
    for text in _folded(long_enough).to_pylist():
        for texts in within:
            near = pc.or_kleene(near, pc.match_substring(texts, text))
    rows = found.filter(near).sort_by("id").slice(0, SUGGESTED).to_pylist()
    said = ", ".join(f"{row['id']} {row['name'] or ''}".strip() for row in rows)
    return f"; did you mean {said}?" if rows else ""


def _only(name: str, found: pa.Table) -> str:
    rows = found.sort_by("id").to_pylist()
    if len(rows) > 1:
        listed = ", ".join(
            row["id"] + (f" (segment {row['segment']})" if row["segment"] else "") for row in rows
        )
        raise UsageError(f"{len(rows)} customers are called {name!r}; use the id of one: {listed}")
    customer: str = rows[0]["id"]
    return customer


def _profiled(customers: pa.Table) -> pa.Table:
    hidden = pc.fill_null(customers["do_not_profile"], fill_value=False)
    return customers.filter(pc.invert(hidden))
