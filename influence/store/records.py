"""Tables, figures and runs as what travels over Bolt, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from influence.runs import Run
from influence.store import properties

KEPT_WHEN_TRUE = ("do_not_profile", "mutual")
"""Flags that are false nearly everywhere: the property is there only where they are true."""


def array(values: Sequence[Any]) -> pa.Array:
    """Property values as a column; the driver's own dates and times become Python's."""
    native = [v.to_native() if hasattr(v, "to_native") else v for v in values]
    try:
        return pa.array(native)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # A graph lets one property hold a number here and a text there.
        return pa.array([None if v is None else str(v) for v in native])


def lists(table: pa.Table, *names: str) -> dict[str, list[Any]]:
    """Columns as lists of equal length."""
    return {name: _values(table, name) for name in names}


def customer_rows(table: pa.Table) -> list[dict[str, Any]]:
    """One map for each customer: id, and all other columns as properties; null removes one."""
    names = [name for name in table.column_names if name != "id"]
    keys = [properties.CUSTOMER_KEYS.get(name) or properties.attribute_key(name) for name in names]
    rows = zip(*(_values(table, name) for name in names), strict=True)
    return [
        {"id": customer, "properties": dict(zip(keys, row, strict=True))}
        for customer, row in zip(table["id"].to_pylist(), rows, strict=True)
    ]


def figure_rows(table: pa.Table, keys: Mapping[str, str]) -> list[dict[str, Any]]:
    """One map for each customer: id, and her figures by property key."""
    rows = zip(*(table[name].to_pylist() for name in keys), strict=True)
    return [
        {"id": customer, "figures": dict(zip(keys.values(), row, strict=True))}
        for customer, row in zip(table["customer"].to_pylist(), rows, strict=True)
    ]


def _values(table: pa.Table, name: str) -> list[Any]:
    values: list[Any] = table[name].to_pylist()
    if name in KEPT_WHEN_TRUE:
        return [value or None for value in values]
    if pa.types.is_decimal(table.schema.field(name).type):
        return [float(value) if isinstance(value, Decimal) else value for value in values]
    return values


def run_properties(run: Run) -> dict[str, Any]:
    """A run as properties of its node; directions as texts `kind=direction`."""
    data = run.to_dict()
    for name in ("id", "status", "current", "finished_at"):
        del data[name]
    data["started_at"] = run.started_at
    data["directions"] = [f"{kind}={way}" for kind, way in sorted(run.directions.items())]
    for name in ("weights", "kinds", "networks"):
        data[name] = list(data[name])
    return {properties.camel(name): value for name, value in data.items()}


def run_from(node: Mapping[str, Any]) -> Run:
    """A run from the properties of its node."""
    data: dict[str, Any] = {
        name: node.get(properties.camel(name)) for name in Run.__dataclass_fields__
    }
    for name in ("started_at", "finished_at"):
        data[name] = data[name] and data[name].to_native().isoformat()
    # A kind may hold a "=", a direction does not.
    data["weighted"] = bool(data["weighted"])
    data["directions"] = dict(text.rsplit("=", 1) for text in data["directions"])
    return Run.from_dict(data)
