"""From the coefficients of a hazard to decay weights, intervals and a verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from influence.calibration.hazard import Estimate
from influence.models.weight_errors import decaying


@dataclass(frozen=True)
class Weight:
    """The decay weight of one distance, as estimated.

    Attributes
    ----------
    distance : int
    per_period : float
        Added probability of the event, for each period and each person exposed to.
    standard_error : float
        Of `per_period`.
    weight, low, high : float
        Over the whole window, and its 95 % interval. May be negative: chance, or the opposite of
        influence.
    """

    distance: int
    per_period: float
    standard_error: float
    weight: float
    low: float
    high: float

    @classmethod
    def of(cls, distance: int, estimate: Estimate, window: int) -> Weight:
        """Turn a hazard for each period into probabilities, for one period and for a window."""
        weight, low, high = (
            over_window(each, window) for each in (estimate.value, estimate.low, estimate.high)
        )
        per_period = over_window(estimate.value, 1)
        error = estimate.error * (1 - per_period)  # delta method
        return cls(distance, per_period, error, weight, low, high)

    @property
    def found(self) -> bool:
        """Whether the interval lies above 0."""
        return self.low > 0


def over_window(hazard: float, window: int) -> float:
    """Return 1 − exp(−hazard · T): the probability that at least one of T tries succeeds.

    With p for one period it is 1 − (1 − p)^T.

    Examples
    --------
    >>> round(over_window(0.1, 2), 4), over_window(0.0, 2)
    (0.1813, 0.0)
    """
    return -math.expm1(-hazard * window)


def projected(estimates: Sequence[Weight], *, anyway: bool = False) -> tuple[float, ...]:
    """Return the decay weights that a run can use; empty where none was found.

    Influence at distance 2 passes through distance 1, so a distance counts only if all nearer ones
    were found. Of these, the nearest weights that never increase with distance are taken, by
    isotonic regression with weights 1 / variance, and kept within [0, 1].

    Parameters
    ----------
    estimates : sequence of Weight
        Of distance 1, 2, 3 …
    anyway : bool
        Count every distance, found or not.
    """
    count = next((i for i, each in enumerate(estimates) if not each.found), len(estimates))
    used = estimates if anyway else estimates[:count]
    if not used:
        return ()
    variances = [(each.high - each.low) ** 2 for each in used]
    return tuple(decaying([each.weight for each in used], variances).tolist())
