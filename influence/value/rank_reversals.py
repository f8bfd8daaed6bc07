"""Find pairs of customers whose order by network value reverses their order by CLV."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

CANDIDATES = 1000
"""Number of customers considered on each side of a pair."""


def rank_reversals(
    clv: npt.NDArray[np.float64], network_value: npt.NDArray[np.float64], most: int
) -> list[tuple[int, int]]:
    """Find pairs (a, b) with clv_a < ½ clv_b and network_value_a > network_value_b.

    Parameters
    ----------
    clv, network_value : float64[n]
        In money.
    most : int
        Largest number of pairs.

    Returns
    -------
    list of (int, int)
        Those in which CLV and network value differ by most money first; each customer is in at most
        one pair.

    Examples
    --------
    >>> rank_reversals(np.array([10.0, 50.0, 40.0]), np.array([60.0, 30.0, 40.0]), most=2)
    [(0, 1)]
    """
    gain = network_value - clv
    order = np.argsort(gain, kind="stable")
    a, b = order[::-1][:CANDIDATES], order[:CANDIDATES]
    spends_less = clv[a][:, np.newaxis] < 0.5 * clv[b]
    worth_more = network_value[a][:, np.newaxis] > network_value[b]
    disagreement = gain[a][:, np.newaxis] - gain[b]
    disagreement[~(spends_less & worth_more)] = -np.inf
    pairs: list[tuple[int, int]] = []
    while len(pairs) < most and disagreement.size:
        row, column = np.unravel_index(np.argmax(disagreement), disagreement.shape)
        if disagreement[row, column] == -np.inf:
            break
        pairs.append((int(a[row]), int(b[column])))
        used = [a[row], b[column]]
        disagreement[np.isin(a, used), :] = -np.inf
        disagreement[:, np.isin(b, used)] = -np.inf
    return pairs
