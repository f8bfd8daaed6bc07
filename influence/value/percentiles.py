"""Mid-rank percentiles, and rates that are smoothed before they are compared."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MEAN_DECIMALS = 9
"""Means of percentiles are rounded to these before they are compared: equal customers stay equal,
in whatever order their percentiles were added."""


def mid_rank(values: Floats, among: Flags, groups: npt.NDArray[np.intp] | None = None) -> Floats:
    """The percentile of each value: how many are smaller, equal ones counted half.

    Parameters
    ----------
    values : float64[n]
        NaN is unknown.
    among : bool[n]
        Whose values are compared with each other.
    groups : intp[n], optional
        Compare within groups only.

    Returns
    -------
    float64[n]
        From 0 to 100; NaN where the value is unknown or not among those compared.

    Examples
    --------
    >>> mid_rank(np.array([5.0, 1.0, 5.0, np.nan, 9.0]), np.array([True] * 5))
    array([50. , 12.5, 50. ,  nan, 87.5])
    """
    found = np.full(len(values), np.nan)
    compared = np.flatnonzero(among & ~np.isnan(values))
    group = np.zeros(len(values), dtype=np.intp) if groups is None else groups
    order = compared[np.lexsort((values[compared], group[compared]))]
    if not len(order):
        return found
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    sizes = np.diff(starts, append=len(order))
    first_of_group = np.repeat(starts, sizes)
    changes = np.flatnonzero(
        (np.diff(values[order], prepend=np.nan) != 0) | (np.diff(group[order], prepend=-1) != 0)
    )
    equal = np.diff(changes, append=len(order))
    smaller = np.repeat(changes, equal) - first_of_group
    found[order] = 100.0 * (smaller + np.repeat(equal, equal) / 2) / np.repeat(sizes, sizes)
    return found


def mid_ranks(
    measures: Iterable[Floats], among: Flags, groups: npt.NDArray[np.intp] | None = None
) -> Floats:
    """The percentile of the mean percentile over several measures, of those that are known.

    Parameters
    ----------
    measures : iterable of float64[n]
    among, groups
        As for `mid_rank`.

    Returns
    -------
    float64[n]
        From 0 to 100; NaN where no measure is known.
    """
    ranked = [mid_rank(values, among, groups) for values in measures]
    if not ranked:
        return np.full(len(among), np.nan)
    stacked = np.array(ranked)
    known = (~np.isnan(stacked)).sum(axis=0)
    with np.errstate(invalid="ignore"):
        mean = np.round(np.nansum(stacked, axis=0) / known, MEAN_DECIMALS)
    return mid_rank(mean, among, groups)


def smoothed_rates(successes: Floats, trials: Floats) -> Floats:
    """Rates that are drawn towards the rate of all, the more the fewer trials there are.

    The mean of the Beta posterior of each rate, with a Beta prior fitted to all rates by moments
    (J. Kleinman, JASA 68:46, 1973). Where the rates differ no more than chance explains, all are
    the rate of all.

    Parameters
    ----------
    successes, trials : float64[n]
        0 ≤ successes ≤ trials.

    Returns
    -------
    float64[n]
        NaN without trials.

    Examples
    --------
    >>> smoothed_rates(np.array([7.0, 3.0, 0.0]), np.array([10.0, 10.0, 0.0])).round(3)
    array([0.653, 0.347,   nan])
    """
    tried = trials > 0
    n, x = trials[tried], successes[tried]
    found = np.full(len(trials), np.nan)
    if not len(n):
        return found
    mean = x.sum() / n.sum()
    left = 1.0 - n / n.sum()
    chance, most = left.sum(), (n * left).sum()
    spread = (n * (x / n - mean) ** 2).sum()
    variance = mean * (1.0 - mean)
    between = 0.0
    if variance > 0 and most > chance:
        between = (spread - variance * chance) / (variance * (most - chance))
    if between <= 0:
        found[tried] = mean
        return found
    prior = max(1.0 / between - 1.0, 0.0)  # trials that the prior is worth
    found[tried] = (x + prior * mean) / (n + prior)
    return found
