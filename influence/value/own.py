"""CLV as a projection: what a customer spends in a year, continued for a few years.

::

    CLV = margin · A · Σ_{t=1..T} (1 + r)^−t

A is the money that the customer paid within the window before the last date, per year of 365 days.
The money of each year is discounted from its end. The projection assumes that customers go on as
before: nobody leaves, nobody grows (compare `influence.value.probabilistic`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.errors import UsageError
from influence.value.terms import DAYS_A_YEAR, Days, Floats, Rows, Terms, discounts


@dataclass(frozen=True)
class OwnValue(Terms):
    """CLV = margin · A · Σ_{t=1..years} (1 + rate)^−t, with A = money paid per year.

    Parameters
    ----------
    margin, rate, years
        As for `Terms`.
    window : int
        Length of the window in days.

    Raises
    ------
    UsageError
        If a value lies outside its bounds.

    Examples
    --------
    Two purchases, of 100 and of 200, and one that is a day too old to count:

    >>> bought = np.array([0, 0, 1]), np.array([20_000, 20_364, 19_999]), np.array([100.0, 200, 50])
    >>> OwnValue().from_purchases(2, *bought).round(2)
    array([746.06,   0.  ])
    """

    window: int = DAYS_A_YEAR

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.window, int) or self.window < 1:
            raise UsageError(f"window {self.window}: it must be a whole number of days, 1 or more")

    @property
    def factor(self) -> float:
        """CLV per unit of money paid within the window."""
        a_year = DAYS_A_YEAR / self.window
        return self.margin * a_year * float(discounts(self.rate, self.years).sum())

    def from_purchases(
        self, n: int, customer: Rows, day: Days, amount: Floats, last_day: int | None = None
    ) -> Floats:
        """Project the CLV of each customer; parameters and result as for `Terms.from_purchases`.

        The window is `last_day` and the `window` − 1 days before it, so a date of the year counts
        once. Later purchases do not count. A refund counts on the day on which it is paid, so CLV
        may be negative; it is 0 for a customer without purchases in the window.
        """
        if not len(day):
            return np.zeros(n)
        last = int(day.max()) if last_day is None else last_day
        within = (last - self.window < day) & (day <= last)
        customer, amount = customer[within], amount[within]
        # Sorted by amount, so that sums are rounded alike for every order of the rows.
        order = np.lexsort((amount, customer))
        paid = np.bincount(customer[order], weights=amount[order], minlength=n)
        return np.asarray(self.factor * paid, dtype=np.float64)
