"""Sums over distance shells, 512 targets at a time.

A bit-parallel breadth-first search: bit b of `near[u]` says that target b of the batch lies within
the distance reached so far of u. One step further is the OR of the masks of u's out-neighbours, so
512 searches share every memory access. (The idea: M. Then et al., The More the Merrier: Efficient
Multi-Source Graph Traversal, VLDB 2014.)

- The first step is pushed along the in-neighbours of the targets, which are few; all others are
  pulled along out-neighbours, so directed graphs come right and nothing is written twice.
- Bits that are new at a distance are summed, never differences of balls: nothing cancels, and a
  shell without anybody is exactly 0.
- Masks are gathered for a block of nodes before any is summed: while one waits for memory, the
  next is on its way, which the long sums between them would prevent.
- The last step is summed from the block and never stored.
- Sums at distance 1 are sums of rows; the caller has them for nothing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from influence.kernels.lanes import LANES, WORDS, Masks, or_rows, sum_where

BLOCK = 256
"""Nodes whose masks are gathered before they are summed."""


@njit(cache=True, nogil=True)
def add_shell_sums(  # noqa: C901 - three loops that belong together
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    in_indptr: npt.NDArray[np.int64],
    in_indices: npt.NDArray[np.uint32],
    payoff: npt.NDArray[np.float64],
    start: int,
    stop: int,
    sums: npt.NDArray[np.float64],
    near: Masks,
    far: Masks,
    block: Masks,
) -> None:
    """Add the payoffs of the targets start … stop − 1 to the sums of all who reach them.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[arcs]
        Out-neighbours; no loops.
    in_indptr, in_indices : int64[n + 1], uint32[arcs]
        In-neighbours.
    payoff : float64[columns, depth, n]
        What a target counts at distance 1 … depth.
    start, stop : int
        `start` is a multiple of LANES away from 0 or from another call's start.
    sums : float64[columns, depth, n]
        Added to, from distance 2 on: sums[c, d, u] += Σ payoff[c, d, j] over targets j at distance
        d + 1 from u.
    near, far : uint64[n, 8]
        Room to work in. (Arrays that NumPy makes are in large pages, those made here are not.)
    block : uint64[BLOCK, 8]
        Likewise.
    """
    columns, depth, n = payoff.shape
    values = np.zeros((columns, LANES))
    for first in range(start, stop, LANES):
        last = min(first + LANES, stop)
        _first_step(in_indptr, in_indices, first, last, near)
        for d in range(1, depth):
            for c in range(columns):
                values[c, : last - first] = payoff[c, d, first:last]
                values[c, last - first :] = 0.0
            grew = False
            for low in range(0, n, BLOCK):
                high = min(low + BLOCK, n)
                for u in range(low, high):
                    or_rows(near, u, indices, indptr[u], indptr[u + 1], block, u - low)
                if d < depth - 1:
                    far[low:high] = block[: high - low]
                for u in range(low, high):
                    if _leave_new(block, u - low, near, u):
                        grew = True
                        for c in range(columns):
                            sums[c, d, u] += sum_where(block, u - low, values, c)
            near, far = far, near
            if not grew:
                break


@njit(cache=True, nogil=True)
def _first_step(
    in_indptr: npt.NDArray[np.int64],
    in_indices: npt.NDArray[np.uint32],
    first: int,
    last: int,
    near: Masks,
) -> None:
    """Let each target of a batch be seen by herself and by those one step away."""
    near[:] = np.uint64(0)
    for j in range(first, last):
        word = (j - first) >> 6
        bit = np.uint64(1) << np.uint64((j - first) & 63)
        near[j, word] |= bit
        for arc in range(in_indptr[j], in_indptr[j + 1]):
            near[in_indices[arc], word] |= bit


@njit(cache=True, nogil=True)
def _leave_new(block: Masks, place: int, near: Masks, u: int) -> bool:
    """Leave the bits in block[place] that are not in near[u]; whether there are any."""
    some = np.uint64(0)
    for word in range(WORDS):
        block[place, word] &= ~near[u, word]
        some |= block[place, word]
    return bool(some)
