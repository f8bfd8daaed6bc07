"""Pairs whom CLV misjudges: the smaller spender is worth more."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

CANDIDATES = 1000
"""How many customers are considered on either side of a pair."""


def misjudged_pairs(
    clv: npt.NDArray[np.float64], network_value: npt.NDArray[np.float64], most: int
) -> list[tuple[int, int]]:
    """Find pairs (a, b) with clv_a < ½ clv_b and network_value_a > network_value_b.

    The pairs in which the two figures disagree by most money come first; nobody is in two pairs.

    Parameters
    ----------
    clv, network_value : float64[n]
        In money.
    most : int
        How many pairs at most.

    Examples
    --------
    >>> misjudged_pairs(np.array([10.0, 50.0, 40.0]), np.array([60.0, 30.0, 40.0]), most=2)
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
