"""Concentration of a sum over customers: Lorenz curve and Gini coefficient."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def gini(values: Floats) -> float:
    """Return the Gini coefficient: half the mean absolute difference, divided by the mean.

    Parameters
    ----------
    values : float64[n]
        Not negative, with a sum above 0.

    Examples
    --------
    >>> gini(np.array([1.0, 1.0])), gini(np.array([0.0, 1.0]))
    (0.0, 0.5)
    """
    ordered, n = np.sort(values), len(values)
    place = np.arange(1, n + 1)
    return float(2 * (place * ordered).sum() / (n * ordered.sum()) - (n + 1) / n)


def held_by_first(values: Floats, share: float) -> float:
    """Return the share of the sum that a share of the customers holds, the largest first."""
    count = max(1, round(share * len(values)))
    return float(np.sort(values)[-count:].sum() / values.sum())


def curve(values: Floats, points: int) -> tuple[Floats, Floats]:
    """Return points of the Lorenz curve: shares of customers, and of the sum that they hold."""
    held = np.concatenate([[0.0], np.cumsum(np.sort(values))]) / values.sum()
    at = np.unique(np.linspace(0, len(values), min(points, len(values)) + 1).astype(np.intp))
    return at / len(values), held[at]
