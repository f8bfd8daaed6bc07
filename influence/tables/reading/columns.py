"""Read one column, of text or any other Arrow type, as the type its spec asks for.

Each reader returns the values (null where blank or faulty) and, by kind of problem, a mask of the
faulty rows. All readers are vectorised: a million rows take a few hundred milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.reading.numbers import Notation
from influence.tables.specs import Column, ColumnType

PLAIN_NUMBERS = Notation()
Faults = dict[str, npt.NDArray[np.bool_]]
Reading = tuple[pa.ChunkedArray, Faults]

NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
NOT_FINITE = r"(?i)^[+-]?(nan|inf|infinity)$"
DATE = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?"
    r"( ?(Z|UTC|GMT|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?))?)?$"
)
SHORTENED = r"^[1-9](?:[.,][0-9]+)?E\+[0-9]{2,3}$"
"""What a spreadsheet makes of a long number: 1.23E+15."""
EXACT_BELOW = 2.0**53
"""Every whole number up to this is exactly representable as a float64."""
FIRST_DAY, LAST_DAY = -719162, 2932896
"""Of the years 1 to 9999, in days since 1970: Python and databases support no others."""
REPEATED = 65_536
"""Rows that are in memory of a column of one value."""
# No arrays: pyarrow imports pandas for the first one, and a run without changes needs none.
TRUE = ("true", "t", "yes", "y", "1", "1.0")
FALSE = ("false", "f", "no", "n", "0", "0.0")


class UnreadableTypeError(TypeError):
    """A column has an Arrow type that its spec does not accept.

    Attributes
    ----------
    problem : str
        Kind of problem under which it is reported.
    """

    problem: ClassVar[str] = "unreadable_column"


def read_column(
    values: pa.ChunkedArray,
    column: Column,
    notation: Notation = PLAIN_NUMBERS,
    scale: float = 1.0,
) -> Reading:
    """Read one column as its spec says, bounds included.

    Parameters
    ----------
    values : pa.ChunkedArray
    column : Column
    notation : Notation
        Notation of numbers in text.
    scale : float
        Factor of numbers, such as 0.01 for cents.

    Raises
    ------
    UnreadableTypeError
        If the spec does not accept the type, such as lists, or dates as money.
    """
    if not any(accepts(values.type) for accepts in ACCEPTED[column.type]):
        raise UnreadableTypeError(str(values.type))
    if column.type in NUMBERS:
        result, faults = read_number(values, notation)
        result = scaled(result, scale)
    else:
        result, faults = READERS[column.type](values)
    if column.type == "id" and not column.required:
        del faults["empty_id"]
        result = blank_is_null(result)
    if column.low is not None or column.high is not None:
        outside = _outside(result, column)
        result = _keep(result, pa.array(~outside))
        faults[column.range_problem] = outside
    if column.type == "count":
        result, faults["not_whole"] = _whole(result)
    return result, faults


def scaled(numbers: pa.ChunkedArray, scale: float) -> pa.ChunkedArray:
    """Multiply numbers; by 0.01 is a division by 100, so that 1999 cents are 19.99.

    Examples
    --------
    >>> scaled(pa.chunked_array([[1999.0]]), 0.01).to_pylist()
    [19.99]
    """
    if scale == 1.0:
        return numbers
    divisor = round(1 / scale) if scale else 0
    if abs(scale) < 1 and divisor and 1 / divisor == scale:
        return pc.divide(numbers, float(divisor))
    return pc.multiply(numbers, scale)


def _whole(values: pa.ChunkedArray) -> tuple[pa.ChunkedArray, npt.NDArray[np.bool_]]:
    """Return numbers as int64, and where they are not whole."""
    whole = pc.equal(values, pc.floor(values))
    return _keep(values, whole).cast(pa.int64()), true_where(pc.invert(whole))


def _outside(values: pa.ChunkedArray, column: Column) -> npt.NDArray[np.bool_]:
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    too_low = pc.less_equal(values, low) if column.above_low else pc.less(values, low)
    return true_where(pc.or_(too_low, pc.greater(values, high)))


def true_where(mask: Any) -> npt.NDArray[np.bool_]:
    """Return an Arrow mask as a NumPy array; null is false."""
    filled: npt.NDArray[np.bool_] = pc.fill_null(mask, fill_value=False).to_numpy(
        zero_copy_only=False
    )
    return filled


def where(table: pa.Table, mask: npt.NDArray[np.bool_]) -> pa.Table:
    """Return the rows of a table where a mask is true; the table itself if all are."""
    return table if mask.all() else table.filter(pa.array(mask))


def repeat(value: pa.Scalar, rows: int) -> pa.ChunkedArray:
    """Return a column of one value, in the memory of a short one.

    Examples
    --------
    >>> len(repeat(pa.scalar("tie"), 1_000_000)), repeat(pa.scalar("tie"), 0).type
    (1000000, DataType(string))
    """
    whole, rest = divmod(rows, REPEATED)
    chunk = pa.repeat(value, min(rows, REPEATED))
    chunks = [chunk] * whole + ([chunk.slice(0, rest)] if rest else [])
    return pa.chunked_array(chunks, value.type)


def as_text(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return values as text; whole numbers without decimals, so `1.0` becomes `1`."""
    if pa.types.is_floating(values.type):
        values = pc.if_else(pc.is_nan(values), None, values)
        whole = pc.equal(values, pc.floor(values))
        as_int = pc.if_else(pc.and_(whole, pc.less(pc.abs(values), EXACT_BELOW)), values, None)
        return pc.coalesce(as_int.cast(pa.int64()).cast(pa.string()), values.cast(pa.string()))
    text = values.cast(pa.string())
    return _digits(text) if pa.types.is_decimal(values.type) else text


def _digits(decimals: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return decimals as text, without exponents and trailing zeros."""
    if pc.any(pc.match_substring(decimals, "E"), min_count=0).as_py():
        texts = (value and f"{Decimal(value):f}" for value in decimals.to_pylist())
        decimals = pa.chunked_array([pa.array(texts, pa.string())])
    has_point = pc.match_substring(decimals, ".")
    return pc.if_else(has_point, pc.utf8_rtrim(pc.utf8_rtrim(decimals, "0"), "."), decimals)


def _trimmed(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return text without surrounding spaces; blank becomes null."""
    text = pc.utf8_trim_whitespace(values.cast(pa.string()))
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _keep(values: pa.ChunkedArray, ok: Any) -> pa.ChunkedArray:
    return pc.if_else(ok, values, pa.scalar(None, values.type))


def read_id(values: pa.ChunkedArray) -> Reading:
    """Read ids unchanged; faults are empty ids, and numbers that have lost digits."""
    text = as_text(values)
    faults = {"empty_id": true_where(pc.is_null(text)) | true_where(pc.equal(text, ""))}
    if pa.types.is_floating(values.type):
        faults["digits_lost"] = true_where(pc.greater_equal(pc.abs(values), EXACT_BELOW))
    elif pa.types.is_string(values.type):
        shortened = true_where(pc.match_substring(text, "E+"))
        if shortened.any():
            faults["digits_lost"] = true_where(pc.match_substring_regex(text, SHORTENED))
    return text, faults


def blank_is_null(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return text unchanged; empty text and spaces become null."""
    blank = pc.equal(pc.utf8_trim_whitespace(text), "")
    return pc.if_else(blank, pa.scalar(None, pa.string()), text)


def read_text(values: pa.ChunkedArray) -> Reading:
    """Read text unchanged; a blank becomes null."""
    return blank_is_null(as_text(values)), {}


def read_number(values: pa.ChunkedArray, notation: Notation = PLAIN_NUMBERS) -> Reading:
    """Read finite float64 numbers, from text in a notation or from any numeric type."""
    not_a_number, not_finite = np.zeros((2, len(values)), dtype=bool)
    if pa.types.is_string(values.type):
        text = notation.plain(_trimmed(values))
        numeric = pc.match_substring_regex(text, NUMBER)
        other = true_where(pc.invert(numeric))
        if other.any():
            not_finite[other] = pc.match_substring_regex(text.filter(pa.array(other)), NOT_FINITE)
            not_a_number = other & ~not_finite
            text = _keep(text, numeric)
        values = text
    numbers = as_float64(values)
    infinite = true_where(pc.invert(pc.is_finite(numbers)))
    finite = _keep(numbers, pa.array(~infinite))
    return finite, {"not_a_number": not_a_number, "not_finite": not_finite | infinite}


def as_float64(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return numbers as float64, decimals and float32 as the float64 nearest to their text.

    An amount is thus the same number from any type: Arrow's cast of decimals may be off by the last
    bit, and the float32 0.35 is not the float64 0.35.
    """
    if pa.types.is_decimal(values.type) or pa.types.is_float32(values.type):
        values = values.cast(pa.string())
    return values.cast(pa.float64(), safe=False)


def read_date(values: pa.ChunkedArray) -> Reading:
    """Read days, from ISO 8601 text or from dates or timestamps; the time of day is dropped."""
    if pa.types.is_temporal(values.type):
        outside = _outside_the_calendar(values)
        return _keep(values, pa.array(~outside)).cast(pa.date32(), safe=False), {
            "unreadable_date": outside
        }
    text = _trimmed(values)
    day = pc.utf8_slice_codeunits(text, 0, 10)
    parsed = pc.strptime(day, format="%Y-%m-%d", unit="s", error_is_null=True)
    # strptime reads 30 February as 2 March: only a day that is written back the same is valid.
    same = pc.equal(pc.strftime(parsed, format="%Y-%m-%d"), day)
    good = pc.fill_null(pc.and_(same, pc.match_substring_regex(text, DATE)), fill_value=False)
    bad = true_where(pc.and_(pc.is_valid(text), pc.invert(good)))
    return _keep(parsed, good).cast(pa.date32()), {"unreadable_date": bad}


def _outside_the_calendar(values: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    """Return where a native date or timestamp lies outside the years 1 to 9999."""
    kind = values.type
    if pa.types.is_date32(kind):
        per_day = 1
    else:
        unit = "ms" if pa.types.is_date64(kind) else kind.unit
        per_day = 86_400 * {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    # In floats, since Arrow's own cast to days overflows.
    numbers = values.cast(pa.int32() if per_day == 1 else pa.int64()).cast(pa.float64(), safe=False)
    days = pc.divide(numbers, float(per_day))
    margin = 1 if pa.types.is_timestamp(kind) and kind.tz else 0  # the local day may differ
    too_early = pc.less(days, FIRST_DAY + margin)
    return true_where(pc.or_(too_early, pc.greater_equal(days, LAST_DAY + 1 - margin)))


def read_flag(values: pa.ChunkedArray) -> Reading:
    """Read true or false, also as yes/no, t/f or 1/0."""
    if pa.types.is_boolean(values.type):
        return values, {}
    text = pc.utf8_lower(_trimmed(values))
    true, false = (pc.is_in(text, pa.array(words)) for words in (TRUE, FALSE))
    known = pc.or_(true, false)
    bad = true_where(pc.and_(pc.is_valid(text), pc.invert(known)))
    return _keep(true, known), {"not_true_or_false": bad}


READERS: dict[ColumnType, Callable[[pa.ChunkedArray], Reading]] = {
    "id": read_id,
    "text": read_text,
    "date": read_date,
    "flag": read_flag,
}
NUMBERS: tuple[ColumnType, ...] = ("number", "count")

TEXT_LIKE = (
    pa.types.is_string,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_time,
    pa.types.is_null,
)
NUMERIC = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
ACCEPTED: dict[ColumnType, tuple[Callable[[pa.DataType], bool], ...]] = {
    "id": TEXT_LIKE,
    "text": TEXT_LIKE,
    "number": (*NUMERIC, pa.types.is_string, pa.types.is_null),
    "count": (*NUMERIC, pa.types.is_string, pa.types.is_null),
    "date": (pa.types.is_date, pa.types.is_timestamp, pa.types.is_string, pa.types.is_null),
    "flag": (pa.types.is_boolean, *NUMERIC, pa.types.is_string, pa.types.is_null),
}


def read_attribute(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Read an attribute, in one of six types: text, int64, float64, bool, date, timestamp.

    Blanks and NaN become null.

    Raises
    ------
    UnreadableTypeError
        If the values have another type, such as lists or bytes, or lie outside the years 1 to 9999.
    """
    kind = values.type
    result = values
    if pa.types.is_string(kind):
        result = blank_is_null(values)
    elif pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = as_float64(values)
        result = pc.if_else(pc.is_nan(numbers), None, numbers)
    elif pa.types.is_integer(kind):
        result = values.cast(pa.int64())
    elif pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        result = _in_the_calendar(values)
    elif pa.types.is_time(kind):
        result = values.cast(pa.string())
    elif not (pa.types.is_boolean(kind) or pa.types.is_null(kind)):
        raise UnreadableTypeError(str(kind))
    return result


def _in_the_calendar(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if _outside_the_calendar(values).any():
        raise UnreadableTypeError(f"{values.type}, outside the years 1 to 9999")
    if pa.types.is_date(values.type):
        return values.cast(pa.date32(), safe=False)
    return values.cast(pa.timestamp("us", "UTC" if values.type.tz else None), safe=False)
