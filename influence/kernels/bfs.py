"""Sums over distance shells, one customer at a time.

A breadth-first search from each customer. Where few people are within reach, this is faster than
multi-source BFS, which visits every arc of the network.

- A neighbour is always written to the end of the queue, and the end moves on only if it is new:
  the branch cannot be predicted, and a misprediction costs more than the write.
- Marks are cleared along the queue, so that they can be bytes and stay in the cache.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit


@njit(cache=True, nogil=True)
def add_bfs_sums(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    rows: npt.NDArray[np.float64],
    begin: npt.NDArray[np.int64],
    constant: npt.NDArray[np.bool_],
    start: int,
    stop: int,
    sums: npt.NDArray[np.float64],
    seen: npt.NDArray[np.uint8],
    queue: npt.NDArray[np.uint32],
) -> None:
    """Sum over the people within reach of customers start … stop − 1.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[arcs]
        Out-neighbours; no loops.
    rows : float64[rows, n]
        What is summed.
    begin : int64[depth + 2]
        Rows begin[d] … begin[d + 1] − 1 are summed at distance d.
    constant : bool[rows]
        Whether all numbers of a row are equal.
    start, stop : int
    sums : float64[rows, n]
        Added to, in the rows from distance 2 on: sums[r, u] += Σ rows[r, j] over those j at the
        distance of row r from u.
    seen, queue : uint8[n], uint32[n + 1]
        Buffers; `seen` is zero before and after.
    """
    depth = len(begin) - 2
    for u in range(start, stop):
        queue[0] = u
        seen[u] = 1
        head, tail = 0, 1
        for d in range(1, depth + 1):
            end = tail
            tail = _step(indptr, indices, queue, head, end, seen)
            head = end
            if d > 1 and tail > head:
                for row in range(begin[d], begin[d + 1]):
                    if constant[row]:
                        sums[row, u] += rows[row, 0] * (tail - head)
                    else:
                        sums[row, u] += _total(rows[row], queue, head, tail)
        _clear(queue, tail, seen)


@njit(cache=True, nogil=True)
def arcs_within(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    depth: int,
    customer: int,
    seen: npt.NDArray[np.uint8],
    queue: npt.NDArray[np.uint32],
) -> int:
    """Count the arcs that a search from one customer visits: those of all within depth − 1.

    The arguments are those of `add_bfs_sums`.
    """
    queue[0] = customer
    seen[customer] = 1
    head, tail = 0, 1
    for _ in range(1, depth):
        end = tail
        tail = _step(indptr, indices, queue, head, end, seen)
        head = end
    arcs = 0
    for at in range(tail):
        arcs += indptr[queue[at] + 1] - indptr[queue[at]]
    _clear(queue, tail, seen)
    return arcs


@njit(cache=True, nogil=True)
def _step(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    queue: npt.NDArray[np.uint32],
    head: int,
    end: int,
    seen: npt.NDArray[np.uint8],
) -> int:
    """Append the new neighbours of queue[head … end − 1]; returns the new end of the queue."""
    tail = end
    for at in range(head, end):
        w = queue[at]
        for arc in range(indptr[w], indptr[w + 1]):
            neighbour = indices[arc]
            queue[tail] = neighbour
            tail += np.int64(1) - seen[neighbour]  # a byte would overflow without the compiler
            seen[neighbour] = 1
    return tail


@njit(cache=True, nogil=True)
def _total(
    numbers: npt.NDArray[np.float64], queue: npt.NDArray[np.uint32], head: int, tail: int
) -> float:
    total = 0.0
    for at in range(head, tail):
        total += numbers[queue[at]]
    return total


@njit(cache=True, nogil=True)
def _clear(queue: npt.NDArray[np.uint32], tail: int, seen: npt.NDArray[np.uint8]) -> None:
    for at in range(tail):
        seen[queue[at]] = 0
