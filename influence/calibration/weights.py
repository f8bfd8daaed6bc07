"""From the coefficients of a hazard to decay weights, intervals and a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from influence.calibration.hazard import Estimate

LARGEST = 1.0


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
        """Add up a probability for each period over a window."""
        weight, low, high = (
            over_window(p, window) for p in (estimate.value, estimate.low, estimate.high)
        )
        return cls(distance, estimate.value, estimate.error, weight, low, high)

    @property
    def found(self) -> bool:
        """Whether the interval lies above 0."""
        return self.low > 0


def over_window(per_period: float, window: int) -> float:
    """Return 1 − (1 − p)^T: the probability that at least one of T tries succeeds.

    Examples
    --------
    >>> round(over_window(0.1, 2), 4), over_window(-0.1, 1)
    (0.19, -0.10000000000000009)
    """
    return float(1 - (1 - min(per_period, LARGEST)) ** window)


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
    precision = [1 / max((each.high - each.low) ** 2, 1e-12) for each in used]
    fitted = isotonic_regression([each.weight for each in used], weights=precision,
                                 increasing=False).x  # fmt: skip
    return tuple(float(w) for w in np.clip(fitted, 0.0, LARGEST))
