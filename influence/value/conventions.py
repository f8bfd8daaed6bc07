"""What a company decides about money before a run can count it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import numpy as np

from influence.errors import UsageError
from influence.value.own import DAYS_A_YEAR, OwnValue

OwnValueModel = Literal["simple", "bg-nbd"]


@dataclass(frozen=True)
class Conventions:
    """How purchases become an own value, a referral is shared, and criticism weighs.

    Attributes
    ----------
    own_value : {"simple", "bg-nbd"}
        Where no clv was given: last year's purchases carried on, or a forecast (extra `clv`).
    margin, rate, years, window
        As in `influence.value.own.OwnValue`; the forecast has no window.
    as_of : date or None
        The last day whose purchases count, for projection and forecast. None: that of the last
        purchase, slips apart (`influence.tables.rules.window_end`); a run's record says which.
    referral_share : float
        φ: the part of a sale that is the referrer's, from 0 to 1. ½ is the Shapley value of two.
    charge_certain : bool
        Whether crv charges incentive and marketing for those who would have come anyway, too.
    negativity : float
        How many times as much as praise its opposite weighs, at least 0.

    Raises
    ------
    UsageError
        If one of them lies outside its bounds.
    """

    own_value: OwnValueModel = "simple"
    margin: float = 1.0
    rate: float = 0.10
    years: int = 3
    window: int = DAYS_A_YEAR
    referral_share: float = 0.5
    charge_certain: bool = False
    negativity: float = 1.0
    as_of: date | None = None

    def __post_init__(self) -> None:
        if self.own_value not in get_args(OwnValueModel):
            raise UsageError(f"own_value {self.own_value!r}: simple or bg-nbd")
        OwnValue(self.margin, self.rate, self.years, self.window)  # checks its own terms
        if not 0 <= self.referral_share <= 1:  # also refuses NaN
            raise UsageError(f"referral_share {self.referral_share:g}: it must lie between 0 and 1")
        if not 0 <= self.negativity < np.inf:
            raise UsageError(f"negativity {self.negativity:g}: it must be a number from 0 up")
