"""Comparison of a column with a value typed by a user, by the type of the column."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Flags = npt.NDArray[np.bool_]

FUNCTIONS: dict[str, Callable[[pa.Array, pa.Scalar], pa.Array]] = {
    "=": pc.equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}
YES_NO = {"yes": True, "true": True, "no": False, "false": False}
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Mismatch(ValueError):
    """The column cannot be compared with the value."""


def blank(values: pa.Array) -> Flags:
    """Return a mask of blank cells: null, NaN, or text without a visible character."""
    empty = pc.is_null(values, nan_is_null=True)
    if pa.types.is_string(values.type):
        empty = pc.or_(empty, pc.equal(pc.utf8_trim_whitespace(pc.fill_null(values, "")), ""))
    return _flags(empty)


def compare(values: pa.Array, comparison: str, text: str) -> Flags:
    """Compare each value of a column with a typed value.

    Parameters
    ----------
    values : pa.Array
        n numbers, dates, flags or texts.
    comparison : {"=", "!=", "<", "<=", ">", ">=", "has"}
    text : str
        A number, an ISO date, yes or no, or a text, depending on the type of the column. Texts
        have an order only if all of them are ISO dates or all are numbers.

    Returns
    -------
    bool[n]
        False for a blank cell, except with `!=`.

    Raises
    ------
    Mismatch
        If the text does not fit the type of the column, or the type has no order.

    Examples
    --------
    >>> compare(pa.array([1.0, 2.0, None]), "<", "2")
    array([ True, False, False])
    """
    if comparison == "!=":
        return ~compare(values, "=", text)
    if comparison == "has":
        return _has(values, text)
    values, value = _typed(values, text, ordered=comparison != "=")
    found = FUNCTIONS[comparison](values, value)
    return _flags(pc.fill_null(found, fill_value=False))


def _has(values: pa.Array, text: str) -> Flags:
    """Return where one of several texts, with commas between them, is this one."""
    if not (pa.types.is_string(values.type) or pa.types.is_null(values.type)):
        raise Mismatch("holds no texts; `has` looks for one of several texts")
    one = rf"(^|,)\s*{re.escape(text)}\s*(,|$)"
    found = pc.match_substring_regex(values.cast(pa.string()), one)
    return _flags(pc.fill_null(found, fill_value=False))


def _typed(values: pa.Array, text: str, *, ordered: bool) -> tuple[pa.Array, pa.Scalar]:
    """Convert the column and the value to the type in which they are compared."""
    kind = values.type
    if pa.types.is_null(kind):
        return values.cast(pa.string()), pa.scalar(text)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return values.cast(pa.float64(), safe=False), pa.scalar(_number(text))
    if pa.types.is_boolean(kind):
        return _yes_or_no(values, text, ordered=ordered)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return values.cast(pa.date32(), safe=False), pa.scalar(_date(text))
    texts = values.cast(pa.string())
    return _ordered(texts, text) if ordered else (texts, pa.scalar(text))


def _ordered(texts: pa.Array, text: str) -> tuple[pa.Array, pa.Scalar]:
    """Convert a column of texts, all of them dates or all numbers, and the value."""
    present = pc.if_else(pa.array(blank(texts)), pa.scalar(None, pa.string()), texts)
    for kind, read in ((pa.date32(), _date), (pa.float64(), _number)):
        try:
            return present.cast(kind), pa.scalar(read(text))
        except pa.ArrowInvalid:
            continue
    raise Mismatch("holds texts, which have no order; use =, != or in")


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Mismatch(f"holds numbers, but {text!r} is not a number")
    return number


def _date(text: str) -> dt.date:
    try:
        if ISO_DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise Mismatch(f"holds dates, but {text!r} is not a date (YYYY-MM-DD)")


def _yes_or_no(values: pa.Array, text: str, *, ordered: bool) -> tuple[pa.Array, pa.Scalar]:
    flag = YES_NO.get(text.lower())
    if flag is None or ordered:
        raise Mismatch("holds yes or no; use = yes or = no")
    return values, pa.scalar(flag)


def _flags(found: Any) -> Flags:
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)
