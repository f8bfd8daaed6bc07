"""CLV as a forecast: who will still buy, how often, and for how much.

::

    CLV_i = margin · E[spend_i] · Σ_{t=1..T} (E[N_i(t)] − E[N_i(t − 1)]) · (1 + r)^−t

with E[N_i(t)] the expected number of purchases within t years from now (BG/NBD) and E[spend_i] the
expected amount of a purchase (Gamma-Gamma). Needs the extra `clv`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from influence.errors import UsageError
from influence.value.bg_nbd import BgNbd, GammaGamma
from influence.value.clv_errors import Estimated
from influence.value.forecast_error import common_error, own_error
from influence.value.repeat import summarise
from influence.value.terms import DAYS_A_YEAR, Days, Floats, Rows, Terms, discounts

Unit = Literal["day", "week", "month", "year"]

A_YEAR: dict[str, float] = {
    "day": DAYS_A_YEAR, "week": DAYS_A_YEAR / 7, "month": 12.0, "year": 1.0
}  # fmt: skip


def probabilistic_clv(
    frequency: Floats,
    recency: Floats,
    T: Floats,
    monetary_value: Floats,
    horizon: int = Terms.years,
    rate: float = Terms.rate,
    unit: Unit = "day",
    margin: float = Terms.margin,
) -> Floats:
    """Fit both models and forecast the CLV of each customer, discounted at the end of each year.

    Customers with one purchase have frequency 0 and are included: in BG/NBD they are certainly
    active, with a rate that is lower the longer ago the purchase was, and the population's mean
    amount.

    Parameters
    ----------
    frequency, recency, T, monetary_value : float64[n]
        As in `influence.value.repeat.RepeatPurchases`; recency and T in `unit`.
    horizon : int
        Years from now, 1 to 100.
    rate : float
        Discount rate per year, at least 0.
    unit : {"day", "week", "month", "year"}
        Unit of recency and T; a year has 365 days.
    margin : float
        Share of a purchase that is earned, from 0 to 1.

    Returns
    -------
    float64[n]
        In the money of `monetary_value`.

    Raises
    ------
    UsageError
        If the extra `clv` is not installed, a parameter or a row is invalid, a model does not
        converge, or it returns an invalid figure.
    """
    terms = Terms(margin, rate, horizon)
    if unit not in get_args(Unit):
        raise UsageError(f"unit {unit!r}: {', '.join(get_args(Unit))}")
    for name, wrong in faults(frequency, recency, T, monetary_value).items():
        if wrong.any():
            raise UsageError(
                f"{name}: {wrong.sum():,} of {len(wrong):,} are out of range, the first at "
                f"{np.argmax(wrong)}: frequency must be whole and 0 ≤ recency ≤ T, with recency 0 "
                "where frequency is 0"
            )
    if not len(frequency):
        return np.zeros(0)
    return _fitted(terms, A_YEAR[unit], frequency, recency, T, monetary_value)[2]


def _fitted(
    terms: Terms,
    a_year: float,
    frequency: Floats,
    recency: Floats,
    T: Floats,
    monetary_value: Floats,
) -> tuple[BgNbd, GammaGamma, Floats]:
    """Fit both models; also return the CLV of each customer. A year has `a_year` units of time."""
    purchases = BgNbd.fit(frequency, recency, T)
    spend = GammaGamma.fit(frequency, monetary_value)
    ends = np.arange(1.0, terms.years + 1) * a_year
    until = np.stack([purchases.expected(float(t), frequency, recency, T) for t in ends])
    each_year = np.maximum(np.diff(until, axis=0, prepend=0.0), 0.0)  # rounding may give −1e-17
    expected: Floats = discounts(terms.rate, terms.years) @ each_year
    return purchases, spend, terms.margin * spend.expected(frequency, monetary_value) * expected


@dataclass(frozen=True)
class Forecast(Terms):
    """CLV by BG/NBD and Gamma-Gamma; parameters and errors as for `Terms`."""

    def from_purchases(
        self, n: int, customer: Rows, day: Days, amount: Floats, last_day: int | None = None
    ) -> Floats:
        """Forecast the CLV of each customer; parameters and result as for `Terms.from_purchases`.

        All purchases up to `last_day` count, refunds only on days with a purchase (see
        `summarise`). CLV is 0 for a customer without purchases.

        Raises
        ------
        UsageError
            As `probabilistic_clv`.
        """
        seen = summarise(customer, day, amount, last_day)
        clv = np.zeros(n)
        clv[seen.customer] = probabilistic_clv(
            seen.frequency, seen.recency, seen.T, seen.monetary_value,
            self.years, self.rate, "day", self.margin,
        )  # fmt: skip
        return clv

    def with_errors(
        self, n: int, customer: Rows, day: Days, amount: Floats, last_day: int | None = None
    ) -> Estimated:
        """Forecast as `from_purchases`, and say how far off what customers spend may be."""
        seen = summarise(customer, day, amount, last_day)
        clv, error = np.zeros((2, n))
        if not len(seen.customer):
            return Estimated(clv, error)
        purchases, spend, clv[seen.customer] = _fitted(
            self, DAYS_A_YEAR, seen.frequency, seen.recency, seen.T, seen.monetary_value
        )
        end = float(self.years) * DAYS_A_YEAR
        error[seen.customer] = own_error(purchases, spend, seen, end)
        common = common_error(purchases, spend, seen, end)
        return Estimated(clv, error * clv, common)


def faults(
    frequency: Floats,
    recency: Floats,
    T: Floats,
    monetary_value: Floats,
) -> dict[str, npt.NDArray[np.bool_]]:
    """Return by column where values are invalid, NaN and infinity included; bool[n] each."""
    return {
        "frequency": ~(frequency >= 0) | (frequency != np.floor(frequency)) | np.isinf(frequency),
        "recency": ~(recency >= 0) | (recency > T) | ((frequency == 0) & (recency > 0)),
        "T": ~(T >= 0) | np.isinf(T),
        "monetary_value": ~(monetary_value >= 0) | np.isinf(monetary_value),
    }
