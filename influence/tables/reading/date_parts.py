"""Take dates in text apart: numbers and names of months in any order, and the time of day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.reading.month_names import MONTHS, NAMES

Order = Literal["day-first", "month-first", "year-first", "excel", "seconds", "milliseconds"]

TIME = (
    r"(?:[T ,]+(?P<h>[0-9]{1,2})[:.](?P<min>[0-5][0-9])(?P<s>:[0-5][0-9](?:[.,][0-9]+)?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?(?P<zone> ?(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?)?$"
)
NUMERIC = (
    r"^(?P<a>[0-9]{4}|[0-9]{1,2})(?P<mark>[./\-年]) ?(?P<b>[0-9]{1,2})[./\-月] ?"
    r"(?P<c>[0-9]{4}|[0-9]{1,2})[.日]?" + TIME
)
COMPACT = r"^(?P<a>[0-9]{4})(?P<b>[0-9]{2})(?P<c>[0-9]{2})" + TIME
DAY_NAME = rf"^(?P<a>[0-9]{{1,2}})(?:st|nd|rd|th|\.)?[ \-]?(?:de )?(?P<b>{NAMES})\.?[ \-,]*(?:de )?"
DAY_NAME += r"(?P<c>[0-9]{4}|[0-9]{2})" + TIME
NAME_DAY = rf"^(?P<b>{NAMES})\.? (?P<a>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<c>[0-9]{{4}})" + TIME

PIVOT = 69
"""Years of two digits from this one on are 19…, as in POSIX."""
HOURS = [f"{hour:02}" for hour in range(24)]

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Parts:
    """The numbers of dates in text; 0 where a cell has none."""

    found: Flags
    a: Ints
    b: Ints
    c: Ints
    digits_a: Ints
    digits_c: Ints
    written_out: Flags
    marks: npt.NDArray[np.object_]
    time: pa.Array

    def days(self, order: Order) -> tuple[Ints, Flags]:
        """Return days since 1970, and which cells are dates in this order."""
        year_first = self.digits_a == 4
        year, month, day = self.c, self.b, self.a
        if order == "month-first":
            swapped = ~self.written_out
            month, day = np.where(swapped, self.a, self.b), np.where(swapped, self.b, self.a)
        elif order == "year-first":
            year_first = ~self.written_out & (self.digits_c <= 2)
        year = np.where(year_first, self.a, year)
        month = np.where(year_first, self.b, month)
        day = np.where(year_first, self.c, day)
        digits = np.where(year_first, self.digits_a, self.digits_c)
        year = np.where(digits == 2, year + np.where(year >= PIVOT, 1900, 2000), year)
        ok = self.found & (month >= 1) & (month <= 12) & (day >= 1) & (year >= 1)
        ok &= (digits == 2) | (digits == 4)
        months = np.where(ok, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
        first = months.astype("datetime64[D]").astype(np.int64)
        length = (months + 1).astype("datetime64[D]").astype(np.int64) - first
        return first + day - 1, ok & (day <= length)


def take_apart(texts: pa.ChunkedArray) -> Parts:
    """Take dates apart: by numbers, and where letters occur by names of months."""
    texts = pa.chunked_array([texts.combine_chunks()]) if texts.num_chunks != 1 else texts
    column = texts.chunk(0)
    found = pc.extract_regex(column, NUMERIC)
    taken = [found]
    left = pc.is_null(found)
    for pattern, applies in ((COMPACT, None), (DAY_NAME, "[A-Za-z]"), (NAME_DAY, "[A-Za-z]")):
        some = pc.match_substring_regex(column, applies) if applies else left
        if pc.any(pc.and_(left, some), min_count=0).as_py():
            more = pc.extract_regex(pc.utf8_lower(column) if applies else column, pattern)
            taken.append(more)
            left = pc.and_(left, pc.is_null(more))
    return _numbered(taken)


def _numbered(taken: list[pa.StructArray]) -> Parts:
    def field(name: str) -> pa.Array:
        each = [
            pc.struct_field(one, name)
            if one.type.get_field_index(name) >= 0
            else pa.nulls(len(one), pa.string())
            for one in taken
        ]
        return pc.coalesce(*each) if len(each) > 1 else each[0]

    a, b, c = field("a"), field("b"), field("c")
    named = np.zeros(len(a), dtype=bool)
    if len(taken) > 1:
        named = pc.fill_null(pc.match_substring_regex(b, "^[^0-9]"), fill_value=False).to_numpy(
            zero_copy_only=False
        )
    if named.any():
        b = pc.if_else(pa.array(named), _month_numbers(b), b)
    return Parts(
        found=pc.is_valid(a).to_numpy(zero_copy_only=False),
        a=_ints(a),
        b=_ints(b),
        c=_ints(c),
        digits_a=_digits(a),
        digits_c=_digits(c),
        written_out=named,
        marks=pc.fill_null(field("mark"), "").to_numpy(zero_copy_only=False),
        time=_time(field),
    )


def _month_numbers(names: pa.Array) -> pa.Array:
    spelt = pa.array([*MONTHS])
    numbers = pa.array([str(number) for number in MONTHS.values()])
    return numbers.take(pc.index_in(names, spelt))


def _ints(texts: pa.Array) -> Ints:
    """Return digits as numbers; 0 where there are none."""
    numbers: Ints = pc.fill_null(texts.cast(pa.int64()), 0).to_numpy()
    return numbers


def _digits(texts: pa.Array) -> Ints:
    lengths: Ints = pc.fill_null(pc.binary_length(texts), 0).to_numpy().astype(np.int64)
    return lengths


def _time(field: Callable[[str], pa.Array]) -> pa.Array:
    """Return ` 09:05:00+02:00` or nothing; an hour beyond 23 makes the cell unreadable."""
    hours = field("h")
    has_time = pc.not_equal(pc.fill_null(hours, ""), "")
    if not pc.any(has_time, min_count=0).as_py():
        return pa.repeat("", len(hours))
    none = pa.scalar(None, pa.string())
    hour = _ints(pc.if_else(has_time, hours, none))
    half = pc.utf8_lower(pc.fill_null(field("half"), "")).to_numpy(zero_copy_only=False)
    impossible = (half != "") & ((hour < 1) | (hour > 12))
    hour = np.where((half == "p") & (hour < 12), hour + 12, hour)
    hour = np.where((half == "a") & (hour == 12), 0, hour)
    ok = (hour < 24) & ~impossible
    spelt = pc.if_else(pa.array(ok), pa.array(HOURS).take(pa.array(np.where(ok, hour, 0))), "99")
    parts = [pc.fill_null(field(name), "") for name in ("min", "s", "zone")]
    minutes = pc.binary_join_element_wise(" ", spelt, "")
    clock = pc.binary_join_element_wise(pc.binary_join_element_wise(minutes, parts[0], ":"),
                                        parts[1], parts[2], "")  # fmt: skip
    return pc.if_else(has_time, clock, "")
