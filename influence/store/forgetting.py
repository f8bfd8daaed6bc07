"""A person removed from all tables."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import NothingToShow
from influence.tables import TABLES, Tables


def without(tables: Tables, customer: str) -> tuple[Tables, dict[str, int]]:
    """Complete tables without the rows that name a customer, and how many rows went from each.

    Raises
    ------
    NothingToShow
        If there is no such customer.
    """
    left = {}
    for name, spec in TABLES.items():
        ends = [column.name for column in spec.columns if column.refers_to_customer]
        table = tables[name]
        for end in ends or ["id"]:
            table = table.filter(pc.not_equal(table[end], pa.scalar(customer, pa.string())))
        left[name] = table
    removed = {name: len(tables[name]) - len(left[name]) for name in TABLES}
    if not removed["customers"]:
        raise NothingToShow(f"no customer {customer!r} in the store")
    return Tables(complete=True, **left), removed
