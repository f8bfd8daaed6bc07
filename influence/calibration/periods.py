"""Periods: the steps of time in which events are counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from influence.errors import UsageError

Unit = Literal["day", "week", "month", "quarter", "year"]
UNITS: tuple[Unit, ...] = get_args(Unit)
MOST = 100
"""The largest number of periods that `chosen` makes."""
DAYS = {"day": 1, "week": 7}
MONTHS = {"month": 1, "quarter": 3, "year": 12}
Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Periods:
    """Equal steps of time, numbered from 0.

    Attributes
    ----------
    size : int
        Length of a period, in days or in months.
    months : bool
        Whether it is in months.
    first, last : datetime64[D]
        Days in the first and in the last period.
    """

    size: int
    months: bool
    first: np.datetime64
    last: np.datetime64

    @property
    def count(self) -> int:
        """The number of periods."""
        return int(self.of(np.array([self.last], "M8[D]"))[0]) + 1

    @property
    def name(self) -> str:
        """The length of a period in words, such as `month` or `10 days`."""
        names = {size: name for name, size in (MONTHS if self.months else DAYS).items()}
        unit = "months" if self.months else "days"
        return names.get(self.size, f"{self.size} {unit}")

    def of(self, days: Days) -> npt.NDArray[np.int64]:
        """Return the period of each day; negative before the first one.

        Examples
        --------
        >>> weeks = Periods(7, False, np.datetime64("2024-01-01"), np.datetime64("2024-01-31"))
        >>> weeks.of(np.array(["2023-12-31", "2024-01-01", "2024-01-08"], "M8[D]")).tolist()
        [-1, 0, 1]
        """
        if self.months:
            # A quarter or a year begins with the calendar's.
            first = int(_month(np.array(self.first)))
            found = _month(days) // self.size - first // self.size
        else:
            found = (days - self.first).astype(np.int64) // self.size
        return np.asarray(found, np.int64)


def chosen(days: Days, until: np.datetime64 | None = None, unit: str | None = None) -> Periods:
    """Choose periods for some events.

    Without a unit: where all events fall on one day of the year, month or quarter, that is the
    period; else, where all lie a multiple of some days apart, these days; else the shortest of day,
    week, month, quarter and year. The first of these with at most `MOST` periods is taken.

    Parameters
    ----------
    days : datetime64[D][events]
        The first one is in period 0.
    until : datetime64[D], optional
        A day in the last period; by default that of the last event.
    unit : str, optional
        One of `UNITS`, or a number of days.

    Raises
    ------
    UsageError
        If there is no such unit.

    Examples
    --------
    >>> chosen(np.array(["1970-01-01", "1973-01-01", "1975-01-01"], "M8[D]")).name
    'year'
    >>> chosen(np.array(["2024-01-01", "2024-01-11", "2024-01-31"], "M8[D]")).name
    '10 days'
    """
    first, last = days.min(), days.max() if until is None else until
    if unit is not None:
        return Periods(*_named(unit), first, last)
    candidates = [*_aligned(days), *(_named(name) for name in UNITS)]
    made = [Periods(size, months, first, last) for size, months in candidates]
    return next((periods for periods in made if periods.count <= MOST), made[-1])


def _named(unit: str) -> tuple[int, bool]:
    if unit in MONTHS:
        return MONTHS[unit], True
    if unit in DAYS:
        return DAYS[unit], False
    if unit.isdecimal() and int(unit) > 0:
        return int(unit), False
    raise UsageError(f"period {unit!r}: it must be {', '.join(UNITS)}, or a number of days")


def _aligned(days: Days) -> list[tuple[int, bool]]:
    """The longest steps at which all days lie, if there are any; (size, whether in months)."""
    different = np.unique(days)
    if len(different) < 3:
        return []
    months = np.unique(_month(different))
    of_month = different - different.astype("M8[M]").astype("M8[D]")
    if (of_month == of_month[0]).all():
        apart = int(np.gcd.reduce(np.diff(months)))
        return [(max(size for size in MONTHS.values() if apart % size == 0), True)]
    apart = int(np.gcd.reduce(np.diff(different).astype(np.int64)))
    return [(apart, False)] if apart > 1 else []


def _month(days: Days) -> npt.NDArray[np.int64]:
    month: npt.NDArray[np.int64] = np.asarray(days, "M8[M]").astype(np.int64)
    return month
