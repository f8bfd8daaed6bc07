"""The conventions about money that a company chooses for its runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import numpy as np

from influence.errors import UsageError
from influence.value.own import OwnValue

OwnValueModel = Literal["simple", "bg-nbd"]


@dataclass(frozen=True)
class Conventions:
    """Conventions for CLV from purchases, the share of referrals, and negative sentiment.

    Attributes
    ----------
    own_value : {"simple", "bg-nbd"}
        How to compute CLV where no clv was given: projection of the last year's purchases, or
        forecast (extra `clv`).
    margin : float
        Share of a purchase that is earned, from 0 to 1.
    rate : float
        Discount rate per year, at least 0.
    years : int
        Years that are projected or forecast, from 1 to 100.
    window : int
        Days whose purchases the projection counts; the forecast has no window.
    answer_saved : float
        What an answer that reached another customer saves in service costs, at least 0.
    as_of : date or None
        Last day whose purchases count, for projection and forecast. None: the last purchase apart
        from typing errors (`influence.tables.rules.window_end`); the record of a run contains it.
    referral_share : float
        φ: the referrer's share of a sale, from 0 to 1. ½ is the Shapley value of two.
    charge_certain : bool
        Whether CRV charges incentive and marketing in full also for customers who would have
        joined anyway.
    negativity : float
        Weight of negative sentiment relative to positive sentiment, at least 0.

    Raises
    ------
    UsageError
        If a value lies outside its bounds.
    """

    own_value: OwnValueModel = "simple"
    margin: float = OwnValue.margin
    rate: float = OwnValue.rate
    years: int = OwnValue.years
    window: int = OwnValue.window
    referral_share: float = 0.5
    charge_certain: bool = False
    negativity: float = 1.0
    answer_saved: float = 0.0
    as_of: date | None = None

    def __post_init__(self) -> None:
        if self.own_value not in get_args(OwnValueModel):
            raise UsageError(f"own_value {self.own_value!r}: simple or bg-nbd")
        OwnValue(self.margin, self.rate, self.years, self.window)  # checks the terms
        if not 0 <= self.referral_share <= 1:  # also refuses NaN
            raise UsageError(f"referral_share {self.referral_share:g}: it must lie between 0 and 1")
        if not 0 <= self.negativity < np.inf:
            raise UsageError(f"negativity {self.negativity:g}: it must be 0 or more")
        if not 0 <= self.answer_saved < np.inf:
            raise UsageError(f"answer_saved {self.answer_saved:g}: it must be 0 or more")
