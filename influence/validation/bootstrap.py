"""Bootstrap: resamples of customers or clusters, and the intervals that follow from them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEVEL = 0.95
CELLS = 2_000_000
"""Counts that are drawn at once, about."""


def resamples(clusters: Ints, draws: int, seed: int) -> Iterator[Floats]:
    """Draw clusters of customers with replacement, as many as there are, many times.

    The same seed gives the same counts, however many are drawn at once.

    Parameters
    ----------
    clusters : int64[n]
        The cluster of each customer, numbered from 0 without gaps: where these are all different,
        customers are drawn.
    draws, seed : int

    Yields
    ------
    float64[some, n]
        How often each customer is drawn.
    """
    rng = np.random.default_rng(seed)
    count = int(clusters.max(initial=-1)) + 1
    at_once = max(1, CELLS // max(len(clusters), 1))
    for begin in range(0, draws, at_once):
        some = min(at_once, draws - begin)
        which = rng.integers(0, count, (some, count)) + count * np.arange(some)[:, np.newaxis]
        drawn = np.bincount(which.ravel(), minlength=some * count).reshape(some, count)
        yield drawn[:, clusters].astype(np.float64)


def together(found: Floats, drawn: Floats, level: float = LEVEL) -> Floats:
    """Intervals of several figures that hold jointly; float64[2, figures].

    Each is found ± c · standard error, with c such that in 95 % of the resamples no figure is
    farther off. Of differences that are all zero in truth, some interval leaves out zero in 5 % of
    companies. (J. Romano, M. Wolf, Econometrica 73:1237, 2005.)

    Parameters
    ----------
    found : float64[figures]
    drawn : float64[draws, figures]
    """
    error = drawn.std(axis=0, ddof=1)
    varies = error > 0
    off = np.abs(drawn - found)[:, varies] / error[varies]
    farthest = np.quantile(off.max(axis=1), level) if varies.any() else 0.0
    return np.stack([found - farthest * error, found + farthest * error])
