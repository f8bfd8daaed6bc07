"""The options of a calibration."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from influence.network import Selection
from influence.tables.reading.date_parts import Order

Form = Literal["additive", "logit", "multiplicative"]


@dataclass(frozen=True)
class CalibrationOptions:
    """Options of a calibration: the event, the ties, and what else may explain it.

    Attributes
    ----------
    events : str
        transactions, referrals, engagements, joins or leaving; or the path of a file with the
        columns customer and date.
    depth : int
    selection : Selection
        Which ties count, and in which direction.
    period, since, until : str or None
        See `influence.calibration.periods.chosen`; days as ISO 8601. Events before `since` count as
        exposures alone.
    form : {"additive", "logit", "multiplicative"}
        The latter two reproduce published studies: odds ratios, or hazard ratios, for the exposure
        to everybody who had the event before, without a placebo. They give no weights.
    window : int or None
        Periods of a fresh exposure. None chooses by `influence.calibration.study.best_window`, or
        in the other forms is for ever.
    strata, covariates : tuple of str
        Columns of the customers.
    cluster : str or None
        A column of the customers; by default communities of the network.
    share : bool
        Whether exposures are shares of the people at a distance.
    anyway : bool
        Whether weights are saved even if no influence was found.
    positions : bool
        Whether positions in the network are a rung of the ladder.
    dates : str or None
        The order of dates in a file of events, where it does not follow from them.
    inactive : int or None
        Of leaving: days without a purchase after which a customer counts as having left; None
        reads the column `left` of the customers.
    """

    events: str
    depth: int = 3
    selection: Selection = field(default_factory=Selection)
    period: str | None = None
    since: str | None = None
    until: str | None = None
    form: Form = "additive"
    window: int | None = None
    strata: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    cluster: str | None = None
    share: bool = False
    anyway: bool = False
    inactive: int | None = None
    positions: bool = False
    dates: Order | None = None
