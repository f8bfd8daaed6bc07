"""What each customer would no longer influence without one of the ties, for 512 targets at a time.

Bit-parallel like the multi-source BFS, up to three steps: bit b of a customer's mask stands for
target b of the batch. When the tie from u to j is cut, a target moves away from u only if j alone
begins all shortest paths to it. So the masks of u's neighbours are folded into two: targets that
any neighbour has, and targets that at least two of them have.

- A target at distance 2 is then at distance 3 if another neighbour is at distance 2 from it, and
  out of reach otherwise. A target at distance 3 is out of reach.
- The target j itself is then at distance 2 if another neighbour has an arc to it. It is at distance
  3 if another neighbour k reaches it by a walk of two steps that does not pass u: by any such walk
  where k has no arc to u, and otherwise if there are two, since one of them passes u.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from influence.kernels.bitmasks import WORDS, Masks, fold_rows, lowest_bit

ONE = np.uint64(1)
ZERO = np.uint64(0)
WALK_3, WALKS_3, ONLY_2, ONLY_3, FAR_2, AWAY_1, AWAY_2, WALK = range(8)
"""Rows of masks of one customer: targets that one neighbour, or two, have at distance 2; targets at
distance 2 and at 3 that a single neighbour leads to, and those at 2 that are at 3 without it;
neighbours that are not at 2 without their tie, and those of them that are at 3; the ends of walks
of two steps from one neighbour."""
LOST_2, MOVED_2, LOST_3 = range(3)
"""Rows of losses by target: lost at distance 2, moved from 2 to 3, lost at distance 3."""


@njit(cache=True, nogil=True)
def add_own_losses_of_targets(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    in_indptr: npt.NDArray[np.int64],
    in_indices: npt.NDArray[np.uint32],
    mutual: npt.NDArray[np.bool_],
    value: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    start: int,
    stop: int,
    losses: npt.NDArray[np.float64],
    near: Masks,
    walks: Masks,
    second: Masks,
    own: Masks,
    counts: npt.NDArray[np.float64],
) -> None:
    """Add to the losses what targets start … stop − 1 count.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[arcs]
        Out-neighbours; no loops.
    in_indptr, in_indices : int64[n + 1], uint32[arcs]
        In-neighbours.
    mutual : bool[arcs]
        Whether the arc back is there too.
    value : float64[n]
    weights : float64[4]
        w_0 … w_3; 0 beyond the depth.
    start, stop : int
        At most 512 targets.
    losses : float64[arcs]
        Added to, for the arc from u to j: Σ value_x · (weight of the distance from u to x − weight
        of the distance without the tie).
    near : uint64[n, 8]
        Buffer: the targets at distance 1.
    walks : uint64[2 n, 8]
        Buffer: for each customer those that a walk of two steps ends at, and those of two walks.
    second : uint64[n, 8]
        Buffer: the targets at distance 2.
    own : uint64[8, 8]
        Buffer: masks of one customer.
    counts : float64[3, 512]
        Buffer.
    """
    _first_step(in_indptr, in_indices, value, weights, start, stop, near, counts)
    for u in range(len(indptr) - 1):
        fold_rows(near, indices, indptr[u], indptr[u + 1], walks, 2 * u)
        for word in range(WORDS):
            second[u, word] = walks[2 * u, word] & ~near[u, word]
        if start <= u < stop:
            _clear(second, u, u - start)
    for u in range(len(indptr) - 1):
        begin, end = indptr[u], indptr[u + 1]
        fold_rows(second, indices, begin, end, own, WALK_3)
        if start <= u < stop:
            _clear(own, WALK_3, u - start)
        neighbours, away = _masks_of(u, near, walks, second, own)
        if away:
            _find_other_ways(indices, mutual, begin, end, start, stop, walks, own)
        if neighbours:
            for arc in range(begin, end):
                j = int(indices[arc])
                if start <= j < stop:
                    left = _weight_without(own, j - start, weights)
                    losses[arc] += value[j] * (weights[1] - left)
        _add_farther(indices, begin, end, near, second, own, counts, losses)


@njit(cache=True, nogil=True)
def _first_step(
    in_indptr: npt.NDArray[np.int64],
    in_indices: npt.NDArray[np.uint32],
    value: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    start: int,
    stop: int,
    near: Masks,
    counts: npt.NDArray[np.float64],
) -> None:
    """Set the targets that are out-neighbours, and what each target counts."""
    near[:] = ZERO
    for j in range(start, stop):
        bit = j - start
        counts[LOST_2, bit] = value[j] * weights[2]
        counts[MOVED_2, bit] = value[j] * (weights[2] - weights[3])
        counts[LOST_3, bit] = value[j] * weights[3]
        for arc in range(in_indptr[j], in_indptr[j + 1]):
            near[in_indices[arc], bit >> 6] |= ONE << np.uint64(bit & 63)


@njit(cache=True, nogil=True)
def _masks_of(u: int, near: Masks, walks: Masks, second: Masks, own: Masks) -> tuple[bool, bool]:
    """Set the masks of u; return whether targets are neighbours, and some are not at 2 then."""
    neighbours, away = ZERO, ZERO
    for word in range(WORDS):
        reached = near[u, word] | second[u, word]
        own[ONLY_3, word] = own[WALK_3, word] & ~own[WALKS_3, word] & ~reached
        own[ONLY_2, word] = second[u, word] & ~walks[2 * u + 1, word]
        own[FAR_2, word] = own[ONLY_2, word] & own[WALK_3, word]
        own[AWAY_1, word] = near[u, word] & ~walks[2 * u, word]
        own[AWAY_2, word] = ZERO
        neighbours |= near[u, word]
        away |= own[AWAY_1, word]
    return bool(neighbours), bool(away)


@njit(cache=True, nogil=True)
def _find_other_ways(
    indices: npt.NDArray[np.uint32],
    mutual: npt.NDArray[np.bool_],
    begin: int,
    end: int,
    start: int,
    stop: int,
    walks: Masks,
    own: Masks,
) -> None:
    """Set which neighbours another one leads to in three steps, where none does in two."""
    for arc in range(begin, end):
        k = int(indices[arc])
        row = 2 * k + int(mutual[arc])
        own[WALK] = walks[row]
        if start <= k < stop:
            _clear(own, WALK, k - start)
        left = ZERO
        for word in range(WORDS):
            own[AWAY_2, word] |= own[WALK, word] & own[AWAY_1, word]
            left |= own[AWAY_1, word] & ~own[AWAY_2, word]
        if not left:
            return


@njit(cache=True, nogil=True)
def _weight_without(own: Masks, bit: int, weights: npt.NDArray[np.float64]) -> float:
    """The weight of a neighbour once the tie is cut."""
    word, only = bit >> 6, ONE << np.uint64(bit & 63)
    if not own[AWAY_1, word] & only:
        return float(weights[2])
    return float(weights[3]) if own[AWAY_2, word] & only else 0.0


@njit(cache=True, nogil=True)
def _add_farther(
    indices: npt.NDArray[np.uint32],
    begin: int,
    end: int,
    near: Masks,
    second: Masks,
    own: Masks,
    counts: npt.NDArray[np.float64],
    losses: npt.NDArray[np.float64],
) -> None:
    """Add what each neighbour alone leads to, at distance 2 and 3."""
    for arc in range(begin, end):
        j, loss = indices[arc], 0.0
        for word in range(WORDS):
            bits = own[ONLY_2, word] & near[j, word]
            while bits:
                at = lowest_bit(bits)
                moved = own[FAR_2, word] >> np.uint64(at) & ONE
                loss += counts[LOST_2 + int(moved), 64 * word + at]
                bits &= bits - ONE
            bits = own[ONLY_3, word] & second[j, word]
            while bits:
                loss += counts[LOST_3, 64 * word + lowest_bit(bits)]
                bits &= bits - ONE
        losses[arc] += loss


@njit(cache=True, nogil=True)
def _clear(masks: Masks, row: int, bit: int) -> None:
    masks[row, bit >> 6] &= ~(ONE << np.uint64(bit & 63))
