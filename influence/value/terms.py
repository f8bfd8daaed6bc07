"""The terms on which purchases become CLV: margin, discount rate and years."""

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
class Terms:
    """Margin, discount rate and years; both ways to compute CLV share them.

    Parameters
    ----------
    margin : float
        Share of a purchase that is earned, from 0 to 1.
    rate : float
        Discount rate per year, at least 0.
    years : int
        Number of years, from 1 to 100.

    Raises
    ------
    UsageError
        If a value lies outside its bounds.
    """

    margin: float = 1.0
    rate: float = 0.10
    years: int = 3

    def __post_init__(self) -> None:
        if not 0 <= self.margin <= 1:  # also refuses NaN
            raise UsageError(f"margin {self.margin:g}: it must lie between 0 and 1")
        if not 0 <= self.rate < np.inf:
            raise UsageError(f"rate {self.rate:g}: it must be 0 or more, 0.1 for 10 % a year")
        if not isinstance(self.years, int) or not 1 <= self.years <= MOST_YEARS:
            raise UsageError(f"years {self.years}: it must be a whole number from 1 to 100")

    def from_purchases(
        self, n: int, customer: Rows, day: Days, amount: Floats, last_day: int | None = None
    ) -> Floats:
        """Compute the CLV of each customer from all purchases, in any order.

        Parameters
        ----------
        n : int
            Number of customers.
        customer : intp[m]
            Buyer, 0 … n − 1.
        day : int64[m]
            Date, in days since 1970-01-01.
        amount : float64[m]
            Amount in money; negative for a refund.
        last_day : int, optional
            Last day that counts. Default: the last day in the data.

        Returns
        -------
        float64[n]
            In money. The order of the rows does not change the result, to the last bit.
        """
        raise NotImplementedError


def discounts(rate: float, years: int) -> Floats:
    """Return the discount factors of money at the end of year 1 … T: (1 + rate)^−t, float64[years].

    Examples
    --------
    >>> discounts(0.10, 3).round(4)
    array([0.9091, 0.8264, 0.7513])
    """
    year = np.arange(1, years + 1, dtype=np.float64)
    result: Floats = np.power(1.0 + rate, -year)
    return result
