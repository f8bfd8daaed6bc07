"""Read the time of day beside a date, and order moments.

A store keeps a date as written, and beside it `time`: the seconds from midnight UTC of this date to
the moment itself. A time with an offset is converted to UTC, one without is read as UTC, so
`day · 86,400 + time` orders all moments. 2024-05-01T01:00+02:00 becomes the date 2024-05-01 and
−3,600 seconds.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

A_DAY = 86_400
MICROSECONDS = 1e6
CLOCK = (
    r"(?:^|[T ])(?P<h>[01]?[0-9]|2[0-3]):(?P<m>[0-5][0-9])(?::(?P<s>[0-5][0-9](?:[.,][0-9]+)?))?"
    r" ?(?:Z|UTC|GMT|(?P<sign>[+-])(?P<zh>[0-9]{2}):?(?P<zm>[0-9]{2})?)?$"
)
"""The time of day at the end of a text; the date before it may have any form."""

WITH_OFFSET = r":[0-9]{2}(?:[.,][0-9]+)? ?(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)$"

Floats = npt.NDArray[np.float64]


def time_of_day(given: pa.ChunkedArray, days: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the time of day of given dates.

    Parameters
    ----------
    given : text, date or timestamp
    days : date32
        The same, read as days.

    Returns
    -------
    float64
        Seconds; null without a time. Midnight counts as no time, since databases and frames write
        dates without a time that way.

    Examples
    --------
    >>> given = pa.chunked_array([["2024-05-01 09:00", "2024-05-01T01:00+02:00", "2024-05-01"]])
    >>> days = pa.chunked_array([pa.array([19844, 19844, 19844], pa.int32()).cast(pa.date32())])
    >>> time_of_day(given, days).to_pylist()
    [32400.0, -3600.0, None]
    """
    if pa.types.is_timestamp(given.type):
        seconds, midnight = _of_timestamps(given, days)
    elif pa.types.is_string(given.type) and pc.any(pc.match_substring(given, ":")).as_py():
        seconds, midnight = _of_text(given)
    else:
        return pa.chunked_array([pa.nulls(len(given), pa.float64())])
    none = pc.or_kleene(midnight, pc.is_null(days))
    return pc.if_else(none, pa.scalar(None, pa.float64()), seconds)


def _of_timestamps(
    given: pa.ChunkedArray, days: pa.ChunkedArray
) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    moment = given.cast(pa.timestamp("us", given.type.tz), safe=False)
    day = days.cast(pa.int32()).cast(pa.float64())
    seconds = pc.divide(moment.cast(pa.int64()).cast(pa.float64()), MICROSECONDS)
    local = pc.local_timestamp(moment) if given.type.tz else moment
    midnight = pc.equal(local, pc.floor_temporal(local, unit="day"))
    return pc.round(pc.subtract(seconds, pc.multiply(day, float(A_DAY))), 6), midnight


def _of_text(given: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    parts = pc.extract_regex(pc.utf8_trim_whitespace(given), CLOCK).combine_chunks()

    def number(name: str) -> Floats:
        text = pc.replace_substring(pc.struct_field(parts, name), ",", ".")
        text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
        read: Floats = pc.fill_null(text.cast(pa.float64()), 0.0).to_numpy(zero_copy_only=False)
        return read

    local = 3600 * number("h") + 60 * number("m") + number("s")
    sign = pc.if_else(pc.equal(pc.struct_field(parts, "sign"), "-"), -1.0, 1.0)
    ahead = pc.fill_null(sign, 1.0).to_numpy(zero_copy_only=False) * (
        3600 * number("zh") + 60 * number("zm")
    )
    found = pc.is_valid(parts)
    seconds = pa.chunked_array([pc.if_else(found, pa.array(local - ahead), None)])
    return seconds, pa.chunked_array([pc.if_else(found, pa.array(local == 0), None)])


def assumed_utc(given: pa.ChunkedArray) -> int:
    """Count the times without an offset, if other times of the column have one.

    Examples
    --------
    >>> assumed_utc(pa.chunked_array([["2024-05-01 09:00", "2024-05-01T09:00Z", "2024-05-01"]]))
    1
    """
    if not pa.types.is_string(given.type):
        return 0
    text = pc.utf8_trim_whitespace(given)
    timed = pc.sum(pc.match_substring(text, ":")).as_py() or 0
    offset = (pc.sum(pc.match_substring_regex(text, WITH_OFFSET)).as_py() or 0) if timed else 0
    return int(timed - offset) if offset else 0


def moments(table: pa.Table, *, without_date: float, without_time: float) -> Floats:
    """Return the moment of each row, in seconds since 1970 UTC; float64[rows].

    Parameters
    ----------
    table : pa.Table
        With `date` (date32) and `time` (seconds), or without either.
    without_date : float
        Moment of rows without a date.
    without_time : float
        Time of rows without a time of day.
    """
    if "date" not in table.column_names:
        return np.full(len(table), without_date)
    days = table["date"].cast(pa.date32()).cast(pa.int32()).cast(pa.float64())
    time = pa.scalar(without_time)
    if "time" in table.column_names:
        time = pc.fill_null(table["time"].cast(pa.float64()), without_time)
    found = pc.add(pc.multiply(days, float(A_DAY)), time)
    filled: Floats = pc.fill_null(found, without_date).to_numpy()
    return filled


def earliest_first(table: pa.Table) -> Floats:
    """Return moments for choosing the earliest row.

    A row without a time sorts at the end of its day, a row without a date after all others.
    """
    return moments(table, without_date=np.inf, without_time=float(A_DAY))


def latest_last(table: pa.Table) -> Floats:
    """Return moments for choosing the latest row.

    A row without a time sorts at the beginning of its day, a row without a date before all others.
    """
    return moments(table, without_date=-np.inf, without_time=0.0)
