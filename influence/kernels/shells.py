"""Sums over distance shells, 64 targets at a time.

A bit-parallel breadth-first search: bit b of `within[u]` says that target b of the batch lies
within the distance reached so far of u. One step further is the OR of the masks of u's
out-neighbours, so 64 searches share every memory access, and directed arcs need no second
copy of the graph. (The idea: M. Then et al., The More the Merrier: Efficient Multi-Source Graph
Traversal, VLDB 2014.) The bits that are new at distance d are turned into a sum by eight table
look-ups, one per byte: new bits, never differences of balls, so that nothing cancels.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

BATCH = 64
BYTES = 8


@njit(cache=True, nogil=True)
def add_shell_sums(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    payoff: npt.NDArray[np.float64],
    start: int,
    stop: int,
    sums: npt.NDArray[np.float64],
) -> None:
    """Add the payoffs of the targets start … stop − 1 to the sums of all who reach them.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[arcs]
        Out-neighbours; no loops.
    payoff : float64[columns, depth, n]
        What a target counts at distance 1 … depth.
    start, stop : int
        `start` is a multiple of BATCH away from 0 or from another call's start.
    sums : float64[columns, depth, n]
        Added to: sums[c, d, u] += Σ payoff[c, d, j] over targets j at distance d + 1 from u.
    """
    columns, depth, n = payoff.shape
    within = np.empty(n, dtype=np.uint64)
    wider = np.empty(n, dtype=np.uint64)
    table = np.zeros((columns, BYTES, 256))
    byte = np.uint64(255)
    for first in range(start, stop, BATCH):
        last = min(first + BATCH, stop)
        within[:] = np.uint64(0)
        for j in range(first, last):
            within[j] = np.uint64(1) << np.uint64(j - first)
        for d in range(depth):
            _fill(table, payoff, d, first, last)
            grew = False
            for u in range(n):
                mask = within[u]
                for arc in range(indptr[u], indptr[u + 1]):
                    mask |= within[indices[arc]]
                wider[u] = mask
                new = mask & ~within[u]
                if new:
                    grew = True
                    for c in range(columns):
                        total = 0.0
                        for k in range(BYTES):
                            total += table[c, k, (new >> np.uint64(8 * k)) & byte]
                        sums[c, d, u] += total
            within, wider = wider, within
            if not grew:
                break


@njit(cache=True, nogil=True)
def _fill(
    table: npt.NDArray[np.float64],
    payoff: npt.NDArray[np.float64],
    d: int,
    first: int,
    last: int,
) -> None:
    """table[c, k, bits] = Σ payoff of the targets whose bits are set in byte k of a mask."""
    for c in range(table.shape[0]):
        for k in range(BYTES):
            for bit in range(8):
                j = first + 8 * k + bit
                value = payoff[c, d, j] if j < last else 0.0
                # The subsets with this bit are those of the lower bits, each with it added.
                for subset in range(1 << bit):
                    table[c, k, (1 << bit) | subset] = table[c, k, subset] + value
