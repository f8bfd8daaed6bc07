"""What each customer would no longer influence without one of the ties, one customer at a time.

A breadth-first search from a customer u keeps for every other customer x the two shortest distances
on paths that begin with different neighbours of u. Only if a single neighbour begins all shortest
paths to x does x move away when the tie to that neighbour is cut, namely to the second distance:
a path that begins elsewhere never uses the tie, since it does not return to u.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit


@njit(cache=True, nogil=True)
def add_own_losses(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    value: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    customers: npt.NDArray[np.int64],
    losses: npt.NDArray[np.float64],
    distance: npt.NDArray[np.uint8],
    first: npt.NDArray[np.int64],
    queue: npt.NDArray[np.int64],
) -> int:
    """Compute the losses of some customers.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[arcs]
        Out-neighbours; no loops.
    value : float64[n]
    weights : float64[D + 2]
        w_0 … w_D and 0: the weight of a customer who is out of reach.
    customers : int64[some]
    losses : float64[arcs of these customers]
        Set: Σ value_x · (weight of the distance to x − weight of
        the distance without the arc).
    distance : uint8[2, n]
        Buffer: the two distances, 0 where there is none; zero before and after.
    first : int64[2, n]
        Buffer: the arcs that begin these paths.
    queue : int64[2 n]
        Buffer: customers by distance, as x for the first path and ~x for the second.

    Returns
    -------
    int
        How many arcs were followed.
    """
    depth = len(weights) - 2
    followed, begin = 0, 0
    for u in customers:
        tail, shift = 0, indptr[u] - begin
        begin += indptr[u + 1] - indptr[u]
        for arc in range(indptr[u], indptr[u + 1]):
            x = indices[arc]
            distance[0, x], first[0, x] = 1, arc
            queue[tail] = x
            tail += 1
            losses[arc - shift] = 0.0
        head = 0
        for d in range(2, depth + 1):
            end = tail
            for at in range(head, end):
                second = queue[at] < 0
                x = ~queue[at] if second else queue[at]
                followed += indptr[x + 1] - indptr[x]
                tail = _step(indptr, indices, u, x, first[np.int64(second), x], d,
                             distance, first, queue, tail)  # fmt: skip
            head = end
        for at in range(tail):
            x = queue[at]
            if x >= 0:
                far = distance[1, x] if distance[1, x] else depth + 1
                losses[first[0, x] - shift] += value[x] * (weights[distance[0, x]] - weights[far])
        for at in range(tail):
            x = queue[at]
            if x >= 0:
                distance[0, x] = distance[1, x] = 0
    return followed


@njit(cache=True, nogil=True)
def _step(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    u: int,
    x: int,
    begin: int,
    d: int,
    distance: npt.NDArray[np.uint8],
    first: npt.NDArray[np.int64],
    queue: npt.NDArray[np.int64],
    tail: int,
) -> int:
    """Append the neighbours of x that a path beginning with the arc `begin` reaches anew at d."""
    for arc in range(indptr[x], indptr[x + 1]):
        y = np.int64(indices[arc])
        if y == u:
            continue
        if distance[0, y] == 0:
            distance[0, y], first[0, y] = d, begin
            queue[tail] = y
            tail += 1
        elif distance[1, y] == 0 and first[0, y] != begin:
            distance[1, y], first[1, y] = d, begin
            queue[tail] = ~y
            tail += 1
    return tail
