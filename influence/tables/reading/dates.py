"""Read dates in national orders, as serial numbers of spreadsheets, and as seconds since 1970.

A column that only one order can read is read that way, and a note says so; one that two orders can
read is refused with both readings. Cells become ISO 8601 text or timestamps; a cell that cannot be
read stays as it is, so that it is reported as it was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.problems import printable
from influence.tables.reading.columns import UnreadableTypeError
from influence.tables.reading.date_parts import Order, Parts, take_apart

IN_TEXT: tuple[Order, ...] = ("day-first", "month-first", "year-first")
IN_NUMBERS: tuple[Order, ...] = ("excel", "seconds", "milliseconds")
ORDERS = (*IN_TEXT, *IN_NUMBERS)

NUMBER = r"^[0-9]+(?:\.[0-9]+)?$"
NATIVE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:$|[T ])"
"""Text that is read without this module."""

EXCEL_ZERO = -25_569
"""The day 0 of a spreadsheet, 1899-12-30, in days since 1970."""
RANGES: dict[Order, tuple[float, float]] = {
    "excel": (20_000, 80_000),
    "seconds": (3e8, 4.2e9),
    "milliseconds": (3e11, 4.2e12),
}
"""Numbers that are recognised: days from 1954 to 2119, moments from 1979 to 2103."""
NO_DAY = np.iinfo(np.int64).min
RECENT = 13
"""Years of two digits before this one are not taken for years where they come first."""
WORDS: dict[Order, str] = {
    "day-first": "with the day first",
    "month-first": "with the month first",
    "year-first": "with the year first",
    "excel": "as days of a spreadsheet",
    "seconds": "as seconds since 1970",
    "milliseconds": "as milliseconds since 1970",
}


class AmbiguousDatesError(UnreadableTypeError):
    """The dates of a column can be read in two orders; the message states both."""

    problem: ClassVar[str] = "ambiguous_dates"


@dataclass(frozen=True)
class Readings:
    """The possible meanings of a column of dates.

    Attributes
    ----------
    orders : tuple of Order
        The orders that read most cells; two of them if both read the same cells as other days.
    example : str
        A cell on which the orders differ, or one that is read.
    meanings : tuple of str
        The day that each order makes of the example, in ISO 8601.
    two_digits : bool
        Whether there are years of two digits.
    """

    orders: tuple[Order, ...] = ()
    example: str = ""
    meanings: tuple[str, ...] = ()
    two_digits: bool = False

    def ambiguous(self) -> str:
        """Return a cell, what it means in each order, and the option for each."""
        each = (
            f"{meaning} (--dates {order})"
            for order, meaning in zip(self.orders, self.meanings, strict=True)
        )
        return f"'{self.example}' is {' or '.join(each)}"


def in_iso(
    cells: pa.ChunkedArray, wanted: Order | None = None
) -> tuple[pa.ChunkedArray, Readings | None]:
    """Rewrite the dates of a column as ISO 8601 text or timestamps.

    Parameters
    ----------
    cells : text, numbers or dates
    wanted : Order, optional
        The order where several are possible; by default it must follow from the cells.

    Returns
    -------
    cells : text or timestamp[us]
    decided : Readings or None
        How the cells are read, if that was not given.

    Raises
    ------
    AmbiguousDatesError
        If two orders are possible.
    """
    if wanted in IN_NUMBERS and _numbers(cells) is not None:
        return as_dates(cells, wanted), None
    found = readings(cells)
    if not found.orders:
        return (cells if wanted is None else as_dates(cells, wanted)), None
    if wanted in IN_TEXT and found.orders[0] in IN_TEXT:
        return as_dates(cells, wanted), None
    if len(found.orders) > 1:
        raise AmbiguousDatesError(found.ambiguous())
    return as_dates(cells, found.orders[0]), found


def announcement(column: str, decided: Readings) -> str:
    """Say how the dates of a column are read, with an example."""
    two = ", years of two digits as 1969 to 2068" if decided.two_digits else ""
    return (
        f"{column}: dates are read {WORDS[decided.orders[0]]}{two}: "
        f"'{printable(decided.example)}' is {decided.meanings[0]}"
    )


def readings(cells: pa.ChunkedArray) -> Readings:
    """Find in which order the dates of a column are written.

    Parameters
    ----------
    cells : text or numbers

    Returns
    -------
    Readings
        Without orders if all cells are blank or in ISO 8601, or none can be read.

    Examples
    --------
    >>> readings(pa.chunked_array([["31/12/2024", "01/02/2024"]])).orders
    ('day-first',)
    >>> both = readings(pa.chunked_array([["03/04/2024"]]))
    >>> both.orders, both.meanings
    (('day-first', 'month-first'), ('2024-04-03', '2024-03-04'))
    """
    numbers = _numbers(cells)
    if numbers is not None:
        return _of_numbers(cells, numbers)
    if not pa.types.is_string(cells.type):
        return Readings()
    texts = _trimmed(cells)
    others = texts.filter(pc.invert(pc.match_substring_regex(texts, NATIVE)))
    if not len(others):
        return Readings()
    parts = take_apart(others)
    if not parts.found.any():
        return Readings()
    return _of_parts(others, parts)


def _of_parts(others: pa.ChunkedArray, parts: Parts) -> Readings:
    """Compare the orders: those that read most cells are possible, if they give other days."""
    read = {order: parts.days(order) for order in IN_TEXT}
    whole = parts.digits_a == 4
    short = ~whole & (parts.digits_c == 2) & ~parts.written_out
    # With points the day comes first everywhere. A year of two digits may come first if all such
    # years are recent: among days of a month some are small.
    recent = bool(short.any()) and int(parts.a[short].min()) >= RECENT
    usual = {"month-first": whole | (parts.marks != "."),
             "year-first": short & (parts.marks != ".") & recent}  # fmt: skip
    oks = {o: ok & usual.get(o, True) for o, (_, ok) in read.items()}
    most = max(int(ok.sum()) for ok in oks.values())
    if not most:
        return Readings()
    best: list[Order] = [order for order in IN_TEXT if oks[order].sum() == most]
    days = {order: np.where(oks[order], read[order][0], NO_DAY) for order in IN_TEXT}
    two = bool((parts.found & ~whole & (parts.digits_c == 2)).any())
    unlike = [order for order in best if (days[order] != days[best[0]]).any()]
    if not unlike:
        beaten = next((o for o in IN_TEXT if o not in best and (days[o] != days[best[0]]).any()
                       and oks[o].any()), None)  # fmt: skip
        shown = oks[best[0]] & ~oks[beaten] if beaten else oks[best[0]]
        at = int(np.flatnonzero(shown)[0])
        order: Order = "year-first" if whole[at] else best[0]
        return Readings((order,), _text(others, at), (_iso(days[best[0]][at]),), two)
    at = int(np.flatnonzero(days[unlike[0]] != days[best[0]])[0])
    orders = (best[0], *unlike)
    return Readings(orders, _text(others, at), tuple(_iso(days[o][at]) for o in orders), two)


def _text(cells: pa.ChunkedArray, at: int) -> str:
    return str(cells[at].as_py())


def _iso(day: int) -> str:
    return "no date" if day == NO_DAY else str(np.datetime64(int(day), "D"))


def _of_numbers(cells: pa.ChunkedArray, numbers: pa.ChunkedArray) -> Readings:
    present = pc.drop_null(numbers)
    least, most = pc.min(present).as_py(), pc.max(present).as_py()
    example = str(pc.drop_null(cells)[0].as_py()).strip()
    for order, (low, high) in RANGES.items():
        if low <= least and most < high:
            moment = as_dates(pa.chunked_array([[present[0].as_py()]]), order)[0].as_py()
            return Readings((order,), example, (moment.date().isoformat(),))
    if pa.types.is_integer(cells.type):
        cells = cells.cast(pa.string())
    if pa.types.is_string(cells.type):
        texts = _trimmed(cells)
        days, ok = (parts := take_apart(texts)).days("year-first")
        if ok.all() and (parts.digits_a == 4).all():
            return Readings(("year-first",), example, (_iso(days[0]),))
    return Readings()


def as_dates(cells: pa.ChunkedArray, order: Order) -> pa.ChunkedArray:
    """Rewrite dates in one order as ISO 8601 text, or numbers as timestamps.

    Parameters
    ----------
    cells : text or numbers
    order : Order

    Returns
    -------
    text or timestamp[us]
        A text that is not a date in this order stays as it is.

    Examples
    --------
    >>> as_dates(pa.chunked_array([["31.12.2024 9:05", "?"]]), "day-first").to_pylist()
    ['2024-12-31 09:05', '?']
    >>> as_dates(pa.chunked_array([["12/31/2024 2:30 PM"]]), "month-first").to_pylist()
    ['2024-12-31 14:30']
    >>> as_dates(pa.chunked_array([[45657.5]]), "excel").to_pylist()
    [datetime.datetime(2024, 12, 31, 12, 0)]
    """
    if order in IN_NUMBERS:
        numbers = _numbers(cells)
        return cells if numbers is None else _moments(numbers, order)
    if pa.types.is_integer(cells.type):
        cells = cells.cast(pa.string())
    if not pa.types.is_string(cells.type):
        return cells
    texts = pc.utf8_trim_whitespace(cells)
    native = pc.fill_null(pc.match_substring_regex(texts, NATIVE), fill_value=True)
    if pc.all(native, min_count=0).as_py():
        return cells
    parts = take_apart(texts)
    days, ok = parts.days(order)
    ok &= ~native.to_numpy(zero_copy_only=False)
    found = pa.array(np.where(ok, days, 0), pa.int64()).cast(pa.int32()).cast(pa.date32())
    iso = pc.binary_join_element_wise(found.cast(pa.string()), parts.time, "")
    return pc.if_else(pa.array(ok), pa.chunked_array([iso]), cells)


def _moments(numbers: pa.ChunkedArray, order: Order) -> pa.ChunkedArray:
    """Return numbers as moments; days of a spreadsheet have no zone, and are read as UTC."""
    scale = {"excel": 86_400e6, "seconds": 1e6, "milliseconds": 1e3}[order]
    if order == "excel":
        numbers = pc.add(numbers, float(EXCEL_ZERO))
    micros = pc.multiply(numbers, scale)
    if order == "excel":  # a time of day is a fraction that is not exact: round to milliseconds
        micros = pc.multiply(pc.round(pc.divide(micros, 1e3)), 1e3)
    sane = pc.less(pc.abs(micros), 2.5e17)
    micros = pc.if_else(sane, pc.round(micros), pa.scalar(None, pa.float64()))
    return micros.cast(pa.int64()).cast(pa.timestamp("us"))


def _numbers(cells: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return the cells as float64 if all are numbers, blanks as null; None if not, or all blank."""
    if pa.types.is_string(cells.type):
        texts = _blank_to_null(pc.utf8_trim_whitespace(cells))
        if texts.null_count == len(texts):
            return None
        sample = pc.drop_null(texts).slice(0, 1)
        for some in (sample, texts):
            if not pc.all(pc.match_substring_regex(some, NUMBER), min_count=0).as_py():
                return None
        return texts.cast(pa.float64())
    if pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type):
        numbers = cells.cast(pa.float64(), safe=False)
        numbers = pc.if_else(pc.is_finite(numbers), numbers, pa.scalar(None, pa.float64()))
        return None if numbers.null_count == len(numbers) else numbers
    return None


def _trimmed(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the cells that are not blank, without surrounding blanks."""
    return pc.drop_null(_blank_to_null(pc.utf8_trim_whitespace(cells)))


def _blank_to_null(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
