"""Convert frames of any kind to Arrow tables of plain types; mark columns that cannot be read."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from numbers import Integral
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import UsageError
from influence.tables.reading.columns import UnreadableTypeError, as_text

WHY = b"influence: why it cannot be read"
"""Metadata key of a column that is null because its values could not be read."""
ERRORS = (pa.ArrowException, TypeError, ValueError, ArithmeticError)
"""Errors that Arrow raises for values that it cannot convert."""


def to_arrow(name: str, frame: Any, *, checked: bool = False) -> pa.Table:
    """Convert a frame, or a mapping of columns, to a table of plain types.

    Parameters
    ----------
    name : str
        Name of the table, for messages.
    frame : Frame or mapping of columns
    checked : bool
        Whether its texts are known to be valid Unicode, as those of files and stores are.

    Returns
    -------
    pa.Table
        Text is `string`, without dictionaries, runs or half floats. A column that cannot be read
        is null; `why_unreadable` returns the reason.

    Raises
    ------
    UsageError
        If the frame is not a table.
    """
    table = frame if isinstance(frame, pa.Table) else _converted(name, frame)
    pairs = list(zip(table.schema, table.columns, strict=True))
    if all(_plain(f.type) and (checked or _is_unicode(values)) for f, values in pairs):
        return table.replace_schema_metadata(None)
    return _table(_column(field, values, _in_plain_type) for field, values in pairs)


def why_unreadable(field: pa.Field) -> str | None:
    """Return why a column of `to_arrow` could not be read; None if it could."""
    reason = (field.metadata or {}).get(WHY)
    return None if reason is None else reason.decode()


def require_readable(field: pa.Field) -> None:
    """Require that `to_arrow` could read a column.

    Raises
    ------
    UnreadableTypeError
        With the reason, if it could not.
    """
    reason = why_unreadable(field)
    if reason is not None:
        raise UnreadableTypeError(reason)


def _table(columns: Iterable[tuple[pa.Field, pa.ChunkedArray]]) -> pa.Table:
    fields, values = zip(*columns, strict=True)
    return pa.table(list(values), schema=pa.schema(fields))


def _column(
    field: pa.Field, given: Any, read: Callable[[Any], pa.ChunkedArray]
) -> tuple[pa.Field, pa.ChunkedArray]:
    """Return the values that `read` finds, or nulls with the reason in the field."""
    try:
        values = read(given)
    except ERRORS as error:
        values = pa.chunked_array([pa.nulls(len(given))])
        field = field.with_metadata({WHY: _reason(error).encode(errors="replace")})
    return field.with_type(values.type), values


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "text that is not Unicode"
    return str(error).splitlines()[0] if str(error) else type(error).__name__


# Types that have a plain equivalent


def _plain(kind: pa.DataType) -> bool:
    """Return whether a type is plain, so that its values stay unchanged."""
    return not (
        pa.types.is_dictionary(kind)
        or pa.types.is_run_end_encoded(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_float16(kind)
        or isinstance(kind, pa.JsonType | pa.Bool8Type)
    )


def _is_unicode(values: pa.ChunkedArray) -> bool:
    """Return whether texts are valid UTF-8, which Arrow assumes without checking."""
    if pa.types.is_string(values.type):
        try:
            values.validate(full=True)
        except pa.ArrowInvalid:
            return False
    return True


def _in_plain_type(values: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = values.type
    if pa.types.is_dictionary(kind):
        # Arrow cannot decode all types of dictionaries that frames have.
        chunks = [_decoded(chunk) for chunk in values.chunks]
        return pa.chunked_array(chunks, chunks[0].type if chunks else _plain_type(kind.value_type))
    if pa.types.is_run_end_encoded(kind):
        return _in_plain_type(pc.run_end_decode(values))
    wanted = _plain_type(kind)
    plain = values if wanted == kind else values.cast(wanted)
    if not _is_unicode(plain):
        raise UnicodeError
    return plain


def _decoded(chunk: pa.DictionaryArray) -> pa.Array:
    words = _in_plain_type(pa.chunked_array([chunk.dictionary])).combine_chunks()
    return words.take(chunk.indices)


def _plain_type(kind: pa.DataType) -> pa.DataType:
    """Return the plain equivalent of a type other than dictionaries and runs."""
    if pa.types.is_float16(kind):
        return pa.float64()
    if isinstance(kind, pa.Bool8Type):
        return pa.bool_()
    return kind if _plain(kind) else pa.string()


# Frames that Arrow cannot convert as a whole


def _converted(name: str, frame: Any) -> pa.Table:
    try:
        return pa.table(frame)
    except ERRORS as error:
        columns = _columns(frame)
        if not columns:
            raise UsageError(
                f"{name}: not a table with the Arrow interface: {type(frame).__name__}, "
                f"{_reason(error)}"
            ) from error
    if len({len(values) for _, values in columns}) > 1:
        raise UsageError(f"{name}: the columns have different lengths")
    return _table(_column(pa.field(key, pa.null()), values, _read) for key, values in columns)


def _columns(frame: Any) -> list[tuple[str, Any]]:
    """Return names and values of the columns of pandas, polars or a mapping; else an empty list."""
    if hasattr(frame, "reset_index") and hasattr(frame, "columns"):
        # As in Arrow, an index with a name is a column.
        named = any(name is not None for name in frame.index.names)
        frame = frame.reset_index() if named else frame
        return [(str(key), frame.iloc[:, at]) for at, key in enumerate(frame.columns)]
    if hasattr(frame, "get_columns"):
        return [(series.name, series) for series in frame.get_columns()]
    if isinstance(frame, Mapping) and all(hasattr(v, "__len__") for v in frame.values()):
        return [(str(key), values) for key, values in frame.items()]
    return []


def _read(given: Any) -> pa.ChunkedArray:
    """Convert one column; where no Arrow type holds all its values, as text."""
    try:
        return _chunked(given)
    except ERRORS as error:
        pandas = hasattr(given, "iloc")  # pandas uses NaN for missing values
        values = [None if _missing(value, not_a_number=pandas) else value for value in given]
        try:
            return _chunked(values)
        except ERRORS:
            return _mixed(values, error)


def _chunked(given: Any) -> pa.ChunkedArray:
    found = pa.array(given)
    return found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found])


def _missing(value: Any, *, not_a_number: bool) -> bool:
    """Return whether a value is missing, as Python or pandas marks it."""
    if isinstance(value, float | Decimal):
        return not_a_number and _is_nan(value)
    return value is None or type(value).__name__ in {"NAType", "NaTType"}


def _is_nan(value: float | Decimal) -> bool:
    return value.is_nan() if isinstance(value, Decimal) else math.isnan(value)


def _mixed(values: list[Any], error: Exception) -> pa.ChunkedArray:
    """Return a mixture of texts and numbers as text.

    Raises
    ------
    TypeError
        If there are values of other types.
    """
    kinds = {type(value) for value in values if value is not None}
    texts_and_numbers = str | Integral | float | Decimal
    if any(issubclass(kind, bool) or not issubclass(kind, texts_and_numbers) for kind in kinds):
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise TypeError(f"values of the types {names}" if len(kinds) > 1 else error) from error
    floats = pa.array([v if isinstance(v, float) else None for v in values], pa.float64())
    others = pa.array([_as_text(value) for value in values], pa.string())
    return pa.chunked_array([pc.coalesce(others, as_text(floats))])


def _as_text(value: Any) -> str | None:
    """Return a value as text, None for a finite float."""
    if value is None or (isinstance(value, float) and not _is_nan(value)):
        return None
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
