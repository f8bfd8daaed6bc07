"""Exact sums over distance shells from up to 512 sources at once.

The reverse of `influence.kernels.multi_source_bfs`: bit s of the mask of a customer says that
source s reaches that customer, so one sweep over the network serves all sources.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from influence.kernels.bitmasks import WORDS, Masks, or_rows

BLOCK = 256


@njit(cache=True, nogil=True)
def subset_sums(
    in_indptr: npt.NDArray[np.int64],
    in_indices: npt.NDArray[np.uint32],
    payoff: npt.NDArray[np.float64],
    sources: npt.NDArray[np.int64],
    near: Masks,
    far: Masks,
    sums: npt.NDArray[np.float64],
) -> None:
    """Sum payoffs by distance from a few sources.

    Parameters
    ----------
    in_indptr, in_indices : int64[n + 1], uint32[arcs]
        In-neighbours; no loops.
    payoff : float64[columns, depth, n]
        The payoff of a customer at distance 1 … depth.
    sources : int64[m]
        At most 512 of 0 … n − 1, each once.
    near, far : uint64[n, 8]
        Buffers.
    sums : float64[columns, depth, 512]
        Zeros; sums[c, d, s] becomes Σ payoff[c, d, j] over those at distance d + 1 from sources[s].
    """
    columns, depth, n = payoff.shape
    near[:] = np.uint64(0)
    for s in range(len(sources)):
        near[sources[s], s >> 6] |= np.uint64(1) << np.uint64(s & 63)
    for d in range(depth):
        for low in range(0, n, BLOCK):
            high = min(low + BLOCK, n)
            for u in range(low, high):
                or_rows(near, u, in_indices, in_indptr[u], in_indptr[u + 1], far, u)
            for u in range(low, high):
                for word in range(WORDS):
                    new = far[u, word] & ~near[u, word]
                    if new:
                        for c in range(columns):
                            _spread(new, payoff[c, d, u], sums[c, d], 64 * word)
        near, far = far, near


@njit(cache=True, nogil=True)
def _spread(mask: np.uint64, amount: float, sums: npt.NDArray[np.float64], start: int) -> None:
    """Add an amount to the sum of every bit that is set."""
    for b in range(64):
        sums[start + b] += amount * float(mask >> np.uint64(b) & np.uint64(1))
