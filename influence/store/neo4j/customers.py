"""Conversion of customers to parameters of statements, and from their properties."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import StoreRefused
from influence.store.neo4j import properties
from influence.store.neo4j.values import property_values, true_or_none
from influence.tables.merge import with_defaults

FLAG = "clv_computed"


def new_customers(table: pa.Table) -> dict[str, list[Any]]:
    """Return a map of properties for each customer.

    A CLV that runs compute is 0 until the first run.
    """
    columns = _by_key(table.drop_columns([FLAG]))
    computed = table[FLAG].to_pylist()
    if any(computed):
        columns["clv"] = [0.0 if c else v for c, v in zip(computed, columns["clv"], strict=True)]
        columns[properties.COMPUTED_KEYS["clv"]] = [0.0 if c else None for c in computed]
    return {"rows": _maps(columns)}


def changed_customers(table: pa.Table) -> dict[str, list[Any]]:
    """Return a map for each customer: id, whether runs compute the CLV, and properties.

    A property that is null is removed.
    """
    columns = _by_key(table.drop_columns(["id", FLAG]))
    heads = _maps({"id": table["id"].to_pylist(), "computed": table[FLAG].to_pylist()})
    return {
        "rows": [
            {**head, "properties": row} for head, row in zip(heads, _maps(columns), strict=True)
        ]
    }


def _by_key(table: pa.Table) -> dict[str, list[Any]]:
    """Return columns of customers by property key."""
    columns = {
        properties.CUSTOMER_KEYS.get(name) or properties.attribute_key(name): property_values(
            table[name]
        )
        for name in table.column_names
    }
    hidden = properties.CUSTOMER_KEYS["do_not_profile"]
    return columns | {hidden: true_or_none(columns[hidden])}


def _maps(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Return lists of equal length as one map for each row."""
    rows = zip(*columns.values(), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def customers_as_given(values: pa.Table, url: str) -> pa.Table:
    """Return customers as they were loaded, without values that a run computed.

    Parameters
    ----------
    values : pa.Table
        A column for each property key.
    url : str
        The address of the store, for messages.

    Raises
    ------
    StoreRefused
        If a property has a type that no load writes.
    """
    names = {key: name for name, key in properties.CUSTOMER_KEYS.items()}
    with right_types(url):
        columns = {
            names.get(key) or properties.attribute_name(key): values[key]
            for key in values.column_names
            if key not in properties.COMPUTED_KEYS.values()
        }
        for name, computed_key in properties.COMPUTED_KEYS.items():
            if computed_key not in values.column_names:
                continue
            value, copy = (values[key].cast(pa.float64()) for key in (name, computed_key))
            computed = pc.fill_null(pc.equal(value, copy), fill_value=False)
            nothing = pa.scalar(0.0 if name == "clv" else None, pa.float64())
            columns[name] = pc.if_else(computed, nothing, value)
            if name == "clv":
                columns[FLAG] = computed
        return with_defaults(pa.table(columns))


@contextmanager
def right_types(url: str) -> Iterator[None]:
    """Raise StoreRefused for properties of customers with a type that no load writes."""
    try:
        yield
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        # ArrowInvalid: a text that is not a number. ArrowNotImplementedError: a list or date.
        raise StoreRefused(
            f"{url}: a :Customer that influence did not load has a property of the wrong "
            f"type: {error}"
        ) from error
