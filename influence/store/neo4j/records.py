"""Tables, figures and runs as what travels over Bolt, and back."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence.runs import Run, record_keys
from influence.scores import camel
from influence.store.loads import Load
from influence.store.neo4j import properties

PLAIN = {pa.int64(): int, pa.float64(): float, pa.string(): str}
"""What a figure of a type comes as."""
FLAGS = ("mutual", "do_not_profile")
"""A property only where they are true: false for all others is no news."""


def native(value: Any) -> Any:
    """A property value; the driver's own dates and times become Python's."""
    return value.to_native() if hasattr(value, "to_native") else value


def array(values: Sequence[Any]) -> pa.Array:
    """Property values as a column."""
    with contextlib.suppress(pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array(values)  # most columns; the driver's dates would be looked for one by one
    plain = [native(value) for value in values]
    with contextlib.suppress(pa.ArrowInvalid, pa.ArrowTypeError):
        found = pa.array(plain)
        # Among dates a number would be taken for the days since 1970.
        numbers = any(isinstance(value, int | float) for value in plain)
        if not (numbers and pa.types.is_temporal(found.type)):
            return found
    # A graph lets one property hold a number here and a text there.
    return pa.array([None if v is None else str(v) for v in plain])


def typed(values: Sequence[Any], kind: pa.DataType) -> tuple[pa.Array, pa.Array | None]:
    """Values that only runs should have written, since anybody may set a property.

    Returns
    -------
    values : pa.Array
        Null where a value is of another type.
    odd : pa.Array, optional
        That value as text, null elsewhere.
    """
    with contextlib.suppress(pa.ArrowInvalid, pa.ArrowTypeError):
        found = pa.array(values)
        if found.type == kind or pa.types.is_null(found.type):
            return found.cast(kind), None
    plain = PLAIN[kind]
    fitting = [float(v) if plain is float and type(v) is int else v for v in values]
    fits = [value is None or type(value) is plain for value in fitting]
    odd = [None if ok else repr(native(v)) for ok, v in zip(fits, values, strict=True)]
    kept = [value if ok else None for ok, value in zip(fits, fitting, strict=True)]
    return pa.array(kept, kind), pa.array(odd, pa.string())


def is_odd(table: pa.Table, name: str) -> pa.ChunkedArray | pa.Scalar:
    """Who has a value of another type in place of a figure."""
    odd = properties.odd(name)
    return pc.is_valid(table[odd]) if odd in table.column_names else pa.scalar(value=False)


def is_set(table: pa.Table, name: str) -> pa.ChunkedArray:
    """Who has a figure, whatever it holds."""
    return pc.or_(pc.is_valid(table[name]), is_odd(table, name))


def lists(table: pa.Table) -> dict[str, list[Any]]:
    """Columns of what lies around customers as lists of equal length."""
    return {name: _flag_or_values(table, name) for name in table.column_names}


def telling(customers: pa.Table) -> pa.Table:
    """Customers without the columns that would be nobody's property."""

    def tells(name: str) -> bool:
        if name in {"clv_computed", "do_not_profile"}:
            return bool(pc.any(customers[name]).as_py())
        return name in {"id", "clv"} or customers[name].null_count < len(customers)

    return customers.select([*filter(tells, customers.column_names)])


def new_customers(table: pa.Table) -> dict[str, list[Any]]:
    """Our own properties as lists, and a list of each customer's values in the company's columns.

    A clv that runs compute is zero until then.
    """
    own, names = _own(table), table.column_names
    columns = _properties(table.select([n for n in names if n not in {*own, "clv_computed"}]))
    if "clv_computed" in names:
        computed = table["clv_computed"].to_pylist()
        columns["clv"] = [0.0 if c else v for c, v in zip(computed, columns["clv"], strict=True)]
        columns[properties.COMPUTED["clv"]] = [0.0 if c else None for c in computed]
    if own:
        values = (_values(table, name) for name in own)
        columns["values"] = [list(row) for row in zip(*values, strict=True)]
    return columns


def same_for_new_customers(table: pa.Table) -> dict[str, Any]:
    """The keys of the company's own columns; null instead of the lists of what nobody has."""
    absent = {*properties.INPUT_KEYS, "values"} - new_customers(table.slice(0, 0)).keys()
    return {"keys": [*map(properties.attribute_key, _own(table))], **dict.fromkeys(absent)}


def _own(table: pa.Table) -> list[str]:
    """The company's own columns."""
    ours = {*properties.CUSTOMER_KEYS, "clv_computed"}
    return [name for name in table.column_names if name not in ours]


def customer_rows(table: pa.Table) -> dict[str, list[Any]]:
    """One map for each customer: id, whether her clv is for runs to compute, and properties.

    A property that is null is removed.
    """
    computed, ids = table["clv_computed"].to_pylist(), table["id"].to_pylist()
    columns = _properties(table.drop_columns(["id", "clv_computed"]))
    return {
        "rows": [
            {
                "id": customer,
                "computed": is_computed,
                "properties": row,
            }
            for customer, is_computed, row in zip(ids, computed, maps(columns), strict=True)
        ]
    }


def maps(columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Lists of equal length as one map for each row."""
    rows = zip(*columns.values(), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _properties(table: pa.Table) -> dict[str, list[Any]]:
    """Customers' columns by property key."""
    keys = {
        name: properties.CUSTOMER_KEYS.get(name) or properties.attribute_key(name)
        for name in table.column_names
    }
    return {
        key: _flag_or_values(table, name)
        if name in properties.CUSTOMER_KEYS
        else _values(table, name)
        for name, key in keys.items()
    }


def _flag_or_values(table: pa.Table, name: str) -> list[Any]:
    values = _values(table, name)
    return [value or None for value in values] if name in FLAGS else values


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
    data["started_at"], data["as_of"] = run.started_at, run.as_of
    data["directions"] = [f"{kind}={way}" for kind, way in sorted(data["directions"].items())]
    data["unprofiled"] = [f"{name}={value!r}" for name, value in run.unprofiled.items()]
    for name in ("weights", "kinds", "networks"):
        data[name] = list(data[name])
    return {camel(name): value for name, value in data.items()}


def run_from(node: Mapping[str, Any]) -> Run:
    """A run from the properties of its node."""
    data: dict[str, Any] = {name: node.get(camel(name)) for name in record_keys()}
    for name in ("started_at", "finished_at"):
        data[name] = data[name] and data[name].to_native().isoformat()
    data["as_of"] = data["as_of"] and native(data["as_of"]).isoformat()
    # A kind may hold a "=", a direction does not.
    data["weighted"], data["input_changed"] = bool(data["weighted"]), bool(data["input_changed"])
    data["method"] = data["method"] or "exact"
    data["directions"] = dict(text.rsplit("=", 1) for text in data["directions"])
    sums = (text.rsplit("=", 1) for text in data["unprofiled"] or [])
    data["unprofiled"] = {name: float(value) for name, value in sums}
    return Run.from_dict(data)


def load_properties(load: Load) -> dict[str, Any]:
    """A load as properties of its node; what became of the rows of each table as JSON."""
    origins = load.tables
    return {
        "id": load.id,
        "loadedAt": load.loaded_at,
        "replaced": load.replaced,
        "version": load.version,
        "tables": list(origins),
        "files": [str(origin["file"]) for origin in origins.values()],
        "origins": [json.dumps(dict(o), ensure_ascii=False) for o in origins.values()],
    }


def load_from(node: Mapping[str, Any]) -> Load:
    """A load from the properties of its node."""
    origins = map(json.loads, node["origins"])
    return Load(
        node["id"],
        node["replaced"],
        dict(zip(node["tables"], origins, strict=True)),
        node["version"],
        node["loadedAt"].to_native(),
    )
