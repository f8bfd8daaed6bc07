"""Errors of CLV: given by the company, or of a forecast from purchases.

Given errors are normal. What a customer will spend is never negative, often nothing and sometimes
much: the positive part of a normal number, cubed, has this shape, and for larger customers that of
a gamma distribution (Wilson and Hilferty, PNAS 17:684, 1931).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, pi, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

CENTRES = np.linspace(-3.0, 30.0, 2_000)


class Estimated(NamedTuple):
    """CLV from purchases.

    Attributes
    ----------
    clv, error : float64[n]
        In money; the errors are as `ClvErrors.own`.
    common : float
        See `ClvErrors`.
    """

    clv: Floats
    error: Floats
    common: float = 0.0


@dataclass(frozen=True, eq=False)
class ClvErrors:
    """Errors of the CLV of n customers.

    Attributes
    ----------
    own : float64[n]
        Standard error of each, in money, independent between customers; 0 where CLV is certain.
    forecast : bool[n]
        Whose CLV is a forecast.
    common : float
        Standard error that all forecasts have in common, as a share of CLV.
    """

    own: Floats
    forecast: npt.NDArray[np.bool_]
    common: float = 0.0

    @classmethod
    def none(cls, n: int) -> ClvErrors:
        """Make the errors of n customers whose CLV is certain."""
        return cls(np.zeros(n), np.zeros(n, dtype=np.bool_))


@dataclass(frozen=True, eq=False)
class Cubes:
    """Numbers with mean 0 and variance 1 of the shape max(0, c + z)³, z normal.

    Attributes
    ----------
    centre : float32[n]
        c.
    mean, deviation : float32[n]
        Of max(0, c + z)³.
    """

    centre: Singles
    mean: Singles
    deviation: Singles

    @classmethod
    def of(cls, variation: Floats) -> Cubes:
        """Choose c by the standard deviation divided by the mean, float64[n], above 0."""
        density = np.exp(-(CENTRES**2) / 2) / sqrt(2 * pi)
        below = np.array([(1 + erf(c / sqrt(2))) / 2 for c in CENTRES.tolist()])
        # E[max(0, c + z)^k] = c · that of k − 1 + (k − 1) · that of k − 2.
        moments = [below, CENTRES * below + density]
        for k in range(2, 7):
            moments.append(CENTRES * moments[-1] + (k - 1) * moments[-2])
        mean, deviation = moments[3], np.sqrt(moments[6] - moments[3] ** 2)
        centre = np.interp(-variation, -deviation / mean, CENTRES)
        columns = (np.interp(centre, CENTRES, each) for each in (mean, deviation))
        return cls(*(each.astype(np.float32) for each in (centre, *columns)))

    def __call__(self, normal: Singles) -> Singles:
        """Turn normal numbers into numbers of this shape; float32[n]."""
        found: Singles = np.maximum(self.centre + normal, 0) ** 3
        return (found - self.mean) / self.deviation
