"""Errors of decay weights that were estimated, and draws of weights from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LARGEST = 1.0
SMALLEST_VARIANCE = 1e-12


@dataclass(frozen=True)
class WeightErrors:
    """Estimates of decay weights, and the covariance of their errors.

    Attributes
    ----------
    estimates : tuple of float
        By distance, before they are made to decay; may be negative.
    covariance : tuple of tuples of float
    """

    estimates: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]

    def draws(self, count: int, seed: int) -> Floats:
        """Draw weights as they may be in truth: normal, then made to decay as the estimates were.

        Returns
        -------
        float64[count, D]
        """
        rng, covariance = np.random.default_rng(seed), np.array(self.covariance)
        drawn = rng.multivariate_normal(self.estimates, covariance, count, method="eigh")
        return np.array([decaying(row, np.diag(covariance)) for row in drawn])


def decaying(estimates: Sequence[float] | Floats, variances: Sequence[float] | Floats) -> Floats:
    """Return the nearest weights in [0, 1] that never increase with distance; float64[D].

    By isotonic regression with weights 1 / variance.
    """
    from scipy.optimize import isotonic_regression  # other runs do without SciPy

    precision = 1 / np.maximum(variances, SMALLEST_VARIANCE)
    fitted = isotonic_regression(estimates, weights=precision, increasing=False).x
    return np.clip(fitted, 0.0, LARGEST)
