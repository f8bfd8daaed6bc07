"""Property values as Arrow columns; users can set a property to a value of any type."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc

from influence.store.neo4j import properties
from influence.tables.merge import stacked

PYTHON_TYPES = {pa.int64(): int, pa.float64(): float, pa.string(): str}


@dataclass(frozen=True)
class CustomerProperties:
    """Properties of some customers, one row each.

    Attributes
    ----------
    values : pa.Table
        A column for each property key; null if there is no such property, or if a figure has a
        value of the wrong type.
    wrong_type : dict of str to pa.ChunkedArray
        By key of a figure, its values of the wrong type as text, null elsewhere. Only figures with
        such values are included.
    """

    values: pa.Table
    wrong_type: Mapping[str, pa.ChunkedArray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    def has_wrong_type(self, key: str) -> pa.ChunkedArray | pa.Scalar:
        """Return for each customer whether a figure has a value of the wrong type."""
        if key not in self.wrong_type:
            return pa.scalar(value=False)
        return pc.is_valid(self.wrong_type[key])

    def has(self, key: str) -> pa.ChunkedArray:
        """Return for each customer whether there is a value of any type."""
        return pc.or_(pc.is_valid(self.values[key]), self.has_wrong_type(key))

    def take(self, rows: pa.Array | pa.ChunkedArray) -> Self:
        """Return rows by number."""
        wrong = {key: texts.take(rows) for key, texts in self.wrong_type.items()}
        return type(self)(self.values.take(rows), wrong)

    def filter(self, keep: pa.ChunkedArray) -> Self:
        """Return the rows for which `keep` is true."""
        wrong = {key: texts.filter(keep) for key, texts in self.wrong_type.items()}
        return type(self)(self.values.filter(keep), wrong)

    @classmethod
    def from_columns(cls, keys: Sequence[str], columns: Sequence[Sequence[Any]]) -> Self:
        """Read a list of property values for each key; None where a customer has none."""
        values, wrong = dict[str, pa.Array](), dict[str, pa.ChunkedArray]()
        for key, column in zip(keys, columns, strict=True):
            kind = properties.figure_type(key)
            if kind is None:
                values[key] = column_of_any_type(column) if column else pa.array([], pa.string())
                continue
            values[key], texts = column_of_type(column, kind)
            if texts is not None:
                wrong[key] = pa.chunked_array([texts])
        return cls(pa.table(values), wrong)

    @classmethod
    def stacked(cls, parts: Sequence[Self]) -> Self:
        """Concatenate parts that have the same keys."""
        wrong = {
            key: pa.chunked_array(
                [
                    chunk
                    for part in parts
                    for chunk in part.wrong_type.get(key, _nulls(len(part))).chunks
                ],
                pa.string(),
            )
            for key in sorted({key for part in parts for key in part.wrong_type})
        }
        return cls(stacked([part.values for part in parts]), wrong)


def _nulls(rows: int) -> pa.ChunkedArray:
    return pa.chunked_array([pa.nulls(rows, pa.string())])


def python_value(value: Any) -> Any:
    """Return a property value, with dates and times of the driver as those of Python."""
    return value.to_native() if hasattr(value, "to_native") else value


def column_of_any_type(values: Sequence[Any]) -> pa.Array:
    """Return property values as a column; as text if no other type fits all of them."""
    with contextlib.suppress(pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array(values)  # most columns need no search for the driver's dates
    native = [python_value(value) for value in values]
    with contextlib.suppress(pa.ArrowInvalid, pa.ArrowTypeError):
        found = pa.array(native)
        # Arrow reads numbers among dates as days since 1970.
        numbers = any(isinstance(value, int | float) for value in native)
        if not (numbers and pa.types.is_temporal(found.type)):
            return found
    return pa.array([None if v is None else str(v) for v in native])


def column_of_type(
    values: Sequence[Any], kind: pa.DataType
) -> tuple[pa.Array, pa.StringArray | None]:
    """Return values that should all be of one type as a column of that type.

    Returns
    -------
    column : pa.Array
        Null where a value is of another type.
    wrong_type : pa.StringArray, optional
        These values as text, null elsewhere; None if there are none.
    """
    with contextlib.suppress(pa.ArrowInvalid, pa.ArrowTypeError):
        found = pa.array(values)
        if found.type == kind or pa.types.is_null(found.type):
            return found.cast(kind), None
    python_type = PYTHON_TYPES[kind]
    converted = [float(v) if python_type is float and type(v) is int else v for v in values]
    right = [value is None or type(value) is python_type for value in converted]
    texts = [
        None if ok else repr(python_value(value)) for ok, value in zip(right, values, strict=True)
    ]
    kept = [value if ok else None for ok, value in zip(right, converted, strict=True)]
    return pa.array(kept, kind), pa.array(texts, pa.string())


def property_lists(table: pa.Table) -> dict[str, list[Any]]:
    """Return the columns of a table other than customers as lists of property values."""
    lists = {name: property_values(table[name]) for name in table.column_names}
    if "mutual" in lists:
        lists["mutual"] = true_or_none(lists["mutual"])
    return lists


def property_values(column: pa.ChunkedArray) -> list[Any]:
    """Return a column as property values."""
    values: list[Any] = column.to_pylist()
    if pa.types.is_timestamp(column.type) and column.type.tz:
        # The driver fails on time zones other than the standard library's UTC.
        return [value and value.astimezone(UTC) for value in values]
    return values


def true_or_none(flags: list[bool | None]) -> list[bool | None]:
    """Return flags as property values; a customer or tie has the property only if it is true."""
    return [flag or None for flag in flags]
