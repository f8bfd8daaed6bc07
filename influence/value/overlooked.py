"""Find four customers whom a ranking by CLV overlooks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Overlooked(NamedTuple):
    """Indices of customers; None where no customer qualifies.

    Attributes
    ----------
    advocate
        Among customers with a positive CLV below the median of these, the one with the largest
        positive `influence_signed`.
    detractor
        Among the quarter with the largest CLV, the one with the smallest negative
        `influence_signed`.
    free
        Among customers with CLV 0, the one with the largest positive `network_value`.
    referrer
        The customer with the largest positive `referral_tree_value`.
    """

    advocate: int | None
    detractor: int | None
    free: int | None
    referrer: int | None


def overlooked(
    clv: Floats,
    influence_signed: Floats,
    network_value: Floats,
    referral_tree_value: Floats,
    customer: Flags,
) -> Overlooked:
    """Find the customers whom a ranking by CLV overlooks.

    Parameters
    ----------
    clv, influence_signed, network_value, referral_tree_value : float64[n]
        In money; NaN (unknown sentiment) counts as 0.
    customer : bool[n]
        Whether the relation is customer; prospects and fans are not free customers.

    Returns
    -------
    Overlooked
        The first of several with equal figures.

    Examples
    --------
    >>> overlooked(
    ...     clv=np.array([10.0, 90.0, 100.0, 0.0]),
    ...     influence_signed=np.array([70.0, 80.0, -60.0, 0.0]),
    ...     network_value=np.array([30.0, 80.0, 80.0, 10.0]),
    ...     referral_tree_value=np.array([0.0, 20.0, 0.0, 0.0]),
    ...     customer=np.array([True, True, True, True]),
    ... )
    Overlooked(advocate=0, detractor=2, free=3, referrer=1)
    """
    pays = clv > 0
    half, most = np.quantile(clv[pays], [0.5, 0.75]) if pays.any() else (0.0, 0.0)
    return Overlooked(
        advocate=_largest(influence_signed, pays & (clv < half)),
        detractor=_largest(-influence_signed, pays & (clv >= most)),
        free=_largest(network_value, customer & (clv == 0)),
        referrer=_largest(referral_tree_value, np.ones(len(clv), np.bool_)),
    )


def _largest(values: Floats, among: Flags) -> int | None:
    """Return the first index with the largest positive value, None without a positive value."""
    candidates = np.flatnonzero(among & (values > 0))
    return int(candidates[np.argmax(values[candidates])]) if len(candidates) else None
