"""Sums over distance shells, 512 targets at a time.

Bit-parallel multi-source BFS: bit b of `near[u]` says that target b of the batch lies within the
current distance of u. One step further is the OR of the masks of u's out-neighbours, so 512
searches share every memory access. (The idea: M. Then et al., The More the Merrier: Efficient
Multi-Source Graph Traversal, VLDB 2014.)

- The first step is pushed along the in-neighbours of the targets, which are few, and so is the
  second where the vertices that the first step touched have few arcs. All other steps are pulled
  along out-neighbours, so that nothing is written twice. Both are right for directed graphs.
- Bits that are new at a distance are summed, without subtraction: nothing cancels, and an empty
  shell is exactly 0. Where all numbers of a row are equal, bits are counted.
- Masks are gathered for a block of vertices before any is summed: their loads overlap, which long
  sums between them would prevent.
- The last step is summed from the block and never stored.
- Sums at distance 1 are sums of rows, which the caller computes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from influence.kernels import MASK_BITS
from influence.kernels.bitmasks import WORDS, Masks, count, or_rows, spread_row, sum_where

BLOCK = 256
"""Vertices whose masks are gathered before they are summed."""

FEW = 0.5
"""The second step is pushed where the vertices that the first touched have less than this share of
all arcs."""


@njit(cache=True, nogil=True)
def add_multi_source_sums(  # noqa: C901 - three loops that belong together
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    in_indptr: npt.NDArray[np.int64],
    in_indices: npt.NDArray[np.uint32],
    rows: npt.NDArray[np.float64],
    begin: npt.NDArray[np.int64],
    constant: npt.NDArray[np.bool_],
    start: int,
    stop: int,
    sums: npt.NDArray[np.float64],
    near: Masks,
    far: Masks,
    block: Masks,
    values: npt.NDArray[np.float64],
    seen: npt.NDArray[np.uint32],
) -> None:
    """Sum over targets start … stop − 1 for every vertex that reaches them.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[arcs]
        Out-neighbours; no loops.
    in_indptr, in_indices : int64[n + 1], uint32[arcs]
        In-neighbours.
    rows : float64[rows, n]
        What is summed.
    begin : int64[depth + 2]
        Rows begin[d] … begin[d + 1] − 1 are summed at distance d.
    constant : bool[rows]
        Whether all numbers of a row are equal.
    start, stop : int
        `start` is a multiple of MASK_BITS away from 0 or from another call's start.
    sums : float64[rows, n]
        Added to, in the rows from distance 2 on: sums[r, u] += Σ rows[r, j] over targets j at the
        distance of row r from u.
    near, far : uint64[n, 8]
        Buffers, each row aligned to a cache line.
    block : uint64[BLOCK, 8]
        Buffer, aligned in the same way.
    values : float64[rows, 512]
        Buffer, aligned in the same way.
    seen : uint32[n + 1]
        Buffer.
    """
    depth, n = len(begin) - 2, rows.shape[1]
    for first in range(start, stop, MASK_BITS):
        last = min(first + MASK_BITS, stop)
        values[:, : last - first] = rows[:, first:last]
        values[:, last - first :] = 0.0
        touched = _first_step(in_indptr, in_indices, first, last, near, seen)
        few = _arcs_of(in_indptr, seen, touched) < FEW * len(in_indices)
        for d in range(2, depth + 1):
            grew = False
            push = d == 2 and few
            if push:
                far[:] = near
                for at in range(touched):
                    t = seen[at]
                    spread_row(near, t, in_indices, in_indptr[t], in_indptr[t + 1], far)
            for low in range(0, n, BLOCK):
                high = min(low + BLOCK, n)
                if push:
                    block[: high - low] = far[low:high]
                else:
                    for u in range(low, high):
                        or_rows(near, u, indices, indptr[u], indptr[u + 1], block, u - low)
                    if d < depth:
                        far[low:high] = block[: high - low]
                if _sum_new(block, low, high, near, values, begin[d], begin[d + 1], constant, sums):
                    grew = True
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
    seen: npt.NDArray[np.uint32],
) -> int:
    """Set the masks after one step: each target reaches itself, its in-neighbours reach it.

    Returns how many vertices have a mask; they are written to the front of `seen`.
    """
    near[:] = np.uint64(0)
    for j in range(first, last):
        near[j, (j - first) >> 6] |= np.uint64(1) << np.uint64((j - first) & 63)
        seen[j - first] = j
    touched = last - first
    for j in range(first, last):
        word = (j - first) >> 6
        bit = np.uint64(1) << np.uint64((j - first) & 63)
        for arc in range(in_indptr[j], in_indptr[j + 1]):
            u = in_indices[arc]
            if not near[u].any():
                seen[touched] = u
                touched += 1
            near[u, word] |= bit
    return touched


@njit(cache=True, nogil=True)
def _arcs_of(indptr: npt.NDArray[np.int64], some: npt.NDArray[np.uint32], many: int) -> int:
    """Count the arcs of the first `many` vertices of `some`."""
    arcs = 0
    for at in range(many):
        arcs += indptr[some[at] + 1] - indptr[some[at]]
    return arcs


@njit(cache=True, nogil=True)
def _sum_new(
    block: Masks,
    low: int,
    high: int,
    near: Masks,
    values: npt.NDArray[np.float64],
    begin: int,
    end: int,
    constant: npt.NDArray[np.bool_],
    sums: npt.NDArray[np.float64],
) -> bool:
    """Sum rows begin … end − 1 over the new bits of a block; returns whether there are any."""
    grew = False
    for u in range(low, high):
        if _keep_new(block, u - low, near, u):
            grew = True
            for row in range(begin, end):
                if constant[row]:
                    sums[row, u] += values[row, 0] * count(block, u - low)
                else:
                    sums[row, u] += sum_where(block, u - low, values, row)
    return grew


@njit(cache=True, nogil=True)
def _keep_new(block: Masks, place: int, near: Masks, u: int) -> bool:
    """Clear the bits of block[place] that near[u] has; returns whether any are left."""
    some = np.uint64(0)
    for word in range(WORDS):
        block[place, word] &= ~near[u, word]
        some |= block[place, word]
    return bool(some)
