"""Rank values: 1 is the largest; values that differ only by rounding share a rank."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

ROUNDING = 1e-12
"""Tolerance relative to Σ|V|: amounts that differ by less are equal."""


def rank(values: npt.NDArray[np.float64], tolerance: float = 0.0) -> npt.NDArray[np.int64]:
    """Rank from the largest down; ties share the smallest rank (1, 2, 2, 4).

    Parameters
    ----------
    values : float64[n]
    tolerance : float
        Largest difference of neighbours that are tied. For money: `ROUNDING` · Σ|V|.

    Returns
    -------
    int64[n]

    Examples
    --------
    >>> rank(np.array([5.0, 7.0, 5.0, 1.0])).tolist()
    [2, 1, 2, 4]
    """
    order = np.argsort(-values, kind="stable")
    falls = -np.diff(values[order], prepend=np.inf) > tolerance
    first = np.maximum.accumulate(np.where(falls, np.arange(len(values)), 0))
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[order] = first + 1
    return ranks
