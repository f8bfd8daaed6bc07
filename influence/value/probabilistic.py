"""Own value as a forecast: who will still buy, how often, and for how much.

::

    CLV_i = margin · E[spend_i] · Σ_{t=1..T} (E[N_i(t)] − E[N_i(t − 1)]) · (1 + r)^−t

with E[N_i(t)] the purchases expected within t years from now (BG/NBD) and E[spend_i] what one of
them costs (Gamma-Gamma). Needs the extra `clv`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from influence.errors import UsageError
from influence.value.bg_nbd import BgNbd, GammaGamma
from influence.value.own import DAYS_A_YEAR, check_terms, discounts
from influence.value.repeat import summarise

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]
Unit = Literal["day", "week", "month", "year"]

A_YEAR: dict[str, float] = {
    "day": DAYS_A_YEAR, "week": DAYS_A_YEAR / 7, "month": 12.0, "year": 1.0
}  # fmt: skip


def probabilistic_clv(
    frequency: Floats,
    recency: Floats,
    T: Floats,
    monetary_value: Floats,
    horizon: int = 3,
    rate: float = 0.10,
    unit: Unit = "day",
    margin: float = 1.0,
) -> Floats:
    """Fit both models and forecast what each customer will pay, discounted at each year's end.

    Who bought once has frequency 0, and counts: as a customer for certain (she had no second
    purchase after which to leave), rarely buying the longer ago that was, at everybody's price.

    Parameters
    ----------
    frequency, recency, T, monetary_value : float64[n]
        As in `influence.value.repeat.RepeatPurchases`; recency and T in `unit`.
    horizon : int
        Years from now, 1 to 100.
    rate : float
        Discount per year, at least 0.
    unit : {"day", "week", "month", "year"}
        Of recency and T; a year has 365 days.
    margin : float
        The share of a purchase that is earned, from 0 to 1.

    Returns
    -------
    float64[n]
        In the money of `monetary_value`.

    Raises
    ------
    UsageError
        If the extra `clv` is not installed, a parameter or a row cannot be, a model does not
        converge, or it gives a figure that cannot be.
    """
    check_terms(margin, rate, horizon)
    if unit not in get_args(Unit):
        raise UsageError(f"unit {unit!r}: {', '.join(get_args(Unit))}")
    for name, wrong in faults(frequency, recency, T, monetary_value).items():
        if wrong.any():
            raise UsageError(
                f"{name}: {wrong.sum():,} of {len(wrong):,} are out of range, the first at "
                f"{np.argmax(wrong)}: frequency is whole, 0 ≤ recency ≤ T, 0 with frequency 0"
            )
    if not len(frequency):
        return np.zeros(0)
    purchases = BgNbd.fit(frequency, recency, T)
    spend = GammaGamma.fit(frequency, monetary_value)
    years = np.arange(1, horizon + 1) * A_YEAR[unit]
    until = np.stack([purchases.expected(float(t), frequency, recency, T) for t in years])
    each_year = np.maximum(np.diff(until, axis=0, prepend=0.0), 0.0)  # a rounding below 0 is none
    discounted = discounts(rate, horizon) @ each_year
    return margin * spend.expected(frequency, monetary_value) * discounted


@dataclass(frozen=True)
class Forecast:
    """Own value by BG/NBD and Gamma-Gamma, with the signature of `influence.value.own.OwnValue`.

    Parameters
    ----------
    margin : float
        The share of a purchase that is earned, from 0 to 1.
    rate : float
        Discount per year, at least 0.
    years : int
        The horizon, from 1 to 100.

    Raises
    ------
    UsageError
        If one of them lies outside its bounds.
    """

    margin: float = 1.0
    rate: float = 0.10
    years: int = 3

    def __post_init__(self) -> None:
        check_terms(self.margin, self.rate, self.years)

    def from_purchases(
        self, n: int, customer: Rows, day: Days, amount: Floats, last_day: int | None = None
    ) -> Floats:
        """Own value of each customer, in money; 0 for who never bought.

        Parameters and result as for `OwnValue.from_purchases`; all purchases up to `last_day`
        count, and of refunds those on a day of a purchase (see `summarise`).

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


def faults(
    frequency: Floats,
    recency: Floats,
    T: Floats,
    monetary_value: Floats,
) -> dict[str, npt.NDArray[np.bool_]]:
    """By column, where it says what cannot be; bool[n] each. NaN and infinity cannot be."""
    return {
        "frequency": ~(frequency >= 0) | (frequency != np.floor(frequency)) | np.isinf(frequency),
        "recency": ~(recency >= 0) | (recency > T) | ((frequency == 0) & (recency > 0)),
        "T": ~(T >= 0) | np.isinf(T),
        "monetary_value": ~(monetary_value >= 0) | np.isinf(monetary_value),
    }
