"""Own value from purchases: what a customer spends in a year, carried on for a few years.

::

    CLV = margin · A · Σ_{t=1..T} (1 + r)^−t

A is the money she paid within the window before the last date, per year of 365 days. Each year's
money comes at its end. It is a projection that supposes she goes on as she did, not a forecast:
nobody leaves, nobody grows (compare `influence.value.probabilistic`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from influence.errors import UsageError

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]

DAYS_A_YEAR = 365
MOST_YEARS = 100


@dataclass(frozen=True)
class OwnValue:
    """CLV = margin · A · Σ_{t=1..years} (1 + rate)^−t, with A = purchases per year.

    Parameters
    ----------
    margin : float
        The share of a purchase that is earned, from 0 to 1.
    rate : float
        Discount per year, at least 0.
    years : int
        T, from 1 to 100.
    window : int
        Days over which purchases are counted.

    Raises
    ------
    UsageError
        If one of them lies outside its bounds.

    Examples
    --------
    Two purchases, of 100 and of 200, and one that is a day too old to count:

    >>> bought = np.array([0, 0, 1]), np.array([20_000, 20_364, 19_999]), np.array([100.0, 200, 50])
    >>> OwnValue().from_purchases(2, *bought).round(2)
    array([746.06,   0.  ])
    """

    margin: float = 1.0
    rate: float = 0.10
    years: int = 3
    window: int = DAYS_A_YEAR

    def __post_init__(self) -> None:
        check_terms(self.margin, self.rate, self.years)
        if not isinstance(self.window, int) or self.window < 1:
            raise UsageError(f"window {self.window}: it must be a whole number of days, 1 or more")

    @property
    def factor(self) -> float:
        """What a unit of money paid within the window is worth."""
        a_year = DAYS_A_YEAR / self.window
        return self.margin * a_year * float(discounts(self.rate, self.years).sum())

    def from_purchases(
        self, n: int, customer: Rows, day: Days, amount: Floats, last_day: int | None = None
    ) -> Floats:
        """Own value of each customer, from all customers' purchases in any order.

        The window is `last_day` and the `window` − 1 days before it, so a day of the year counts
        once however often she buys on it. Later purchases do not count. A refund is a negative
        amount and counts on the day it is paid: a customer may be worth less than nothing.

        Parameters
        ----------
        n : int
            How many customers there are.
        customer : intp[m]
            Who paid, 0 … n − 1.
        day : int64[m]
            When, in days since 1970-01-01.
        amount : float64[m]
            How much, in money.
        last_day : int, optional
            The end of the window; default: the last day in the data, anybody's.

        Returns
        -------
        float64[n]
            In money; 0 for who paid nothing within the window. The order of the rows changes
            nothing, to the last bit.
        """
        if not len(day):
            return np.zeros(n)
        last = int(day.max()) if last_day is None else last_day
        within = (last - self.window < day) & (day <= last)
        customer, amount = customer[within], amount[within]
        # Addition rounds: in one order of the amounts it always rounds alike.
        order = np.lexsort((amount, customer))
        paid = np.bincount(customer[order], weights=amount[order], minlength=n)
        return np.asarray(self.factor * paid, dtype=np.float64)


def discounts(rate: float, years: int) -> Floats:
    """What money at the end of year 1 … T is worth today: (1 + rate)^−t, float64[years].

    Examples
    --------
    >>> discounts(0.10, 3).round(4)
    array([0.9091, 0.8264, 0.7513])
    """
    year = np.arange(1, years + 1, dtype=np.float64)
    result: Floats = np.power(1.0 + rate, -year)
    return result


def check_terms(margin: float, rate: float, years: int) -> None:
    """Margin, rate and years of a projection.

    Raises
    ------
    UsageError
        If one of them lies outside its bounds.
    """
    if not 0 <= margin <= 1:  # also refuses NaN
        raise UsageError(f"margin {margin:g}: it must lie between 0 and 1")
    if not 0 <= rate < np.inf:
        raise UsageError(f"rate {rate:g}: it must be 0 or more, 0.1 for 10 % a year")
    if not isinstance(years, int) or not 1 <= years <= MOST_YEARS:
        raise UsageError(f"years {years}: it must be a whole number from 1 to {MOST_YEARS}")
