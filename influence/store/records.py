"""Tables, figures and runs as what travels over Bolt, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

import pyarrow as pa

from influence.runs import Run
from influence.scores import camel
from influence.store import properties
from influence.tables.merge import MUTUAL

DO_NOT_PROFILE = "do_not_profile"


def array(values: Sequence[Any]) -> pa.Array:
    """Property values as a column; the driver's own dates and times become Python's."""
    native = [v.to_native() if hasattr(v, "to_native") else v for v in values]
    try:
        return pa.array(native)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # A graph lets one property hold a number here and a text there.
        return pa.array([None if v is None else str(v) for v in native])


def lists(table: pa.Table, *names: str) -> dict[str, list[Any]]:
    """Columns of ties as lists of equal length; `mutual` is there only where it is true."""
    found = {name: _values(table, name) for name in names}
    if MUTUAL.name in found:
        found[MUTUAL.name] = _where_true(found[MUTUAL.name])
    return found


def customer_rows(table: pa.Table) -> list[dict[str, Any]]:
    """One map for each customer: id, and all other columns as properties; null removes one.

    `do_not_profile` is there only where it is true.
    """
    names = [name for name in table.column_names if name != "id"]
    keys = [properties.CUSTOMER_KEYS.get(name) or properties.attribute_key(name) for name in names]
    columns = {name: _values(table, name) for name in names}
    columns[DO_NOT_PROFILE] = _where_true(columns[DO_NOT_PROFILE])
    rows = zip(*columns.values(), strict=True)
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


def _where_true(flags: list[bool]) -> list[bool | None]:
    """A property for the few; false for all others is no news."""
    return [flag or None for flag in flags]


def _values(table: pa.Table, name: str) -> list[Any]:
    values: list[Any] = table[name].to_pylist()
    if pa.types.is_timestamp(table.schema.field(name).type) and table.schema.field(name).type.tz:
        # The driver crashes on time zones of some other makes than the standard library's UTC.
        return [value and value.astimezone(UTC) for value in values]
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
    return {camel(name): value for name, value in data.items()}


def run_from(node: Mapping[str, Any]) -> Run:
    """A run from the properties of its node."""
    data: dict[str, Any] = {name: node.get(camel(name)) for name in Run.__dataclass_fields__}
    for name in ("started_at", "finished_at"):
        data[name] = data[name] and data[name].to_native().isoformat()
    # A kind may hold a "=", a direction does not.
    data["weighted"] = bool(data["weighted"])
    data["directions"] = dict(text.rsplit("=", 1) for text in data["directions"])
    return Run.from_dict(data)
