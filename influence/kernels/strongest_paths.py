"""Strongest paths from one customer at a time, where kinds of ties weigh differently.

Paths are known by their class: how many ties they have and what those weigh (see
`influence.models.path_classes`). The class that counts most is 0, so the strongest path to a
customer is the one of the smallest class. A longer path may count more than a shorter one, so a
customer is visited again where a longer path has a larger factor: only then can a path that goes
on from there be stronger.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Classes = npt.NDArray[np.int32]
Indices = npt.NDArray[np.int64]


@njit(cache=True, nogil=True)
def sum_by_class(
    indptr: Indices,
    indices: npt.NDArray[np.uint32],
    level: npt.NDArray[np.uint16],
    follow: Classes,
    factor: Floats,
    depth: int,
    customers: Indices,
    payoffs: Floats,
    sums: Floats,
    largest: Floats,
    strongest: Classes,
    candidate: Classes,
    queue: npt.NDArray[np.uint32],
    classes: Classes,
) -> None:
    """Sum payoffs over the customers whose strongest path is of each class.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[arcs]
        Out-neighbours; no loops.
    level : uint16[arcs]
        The position of the weight of each arc among the weights of kinds.
    follow : int32[C + 1, levels]
        The class of a path with one more tie; the last row is of a path without ties.
    factor : float64[C]
        The product of the weights of the ties of a path.
    depth : int
        The largest number of ties of a path.
    customers : int64[m]
        From whom to search.
    payoffs : float64[payoffs, C or 1, n]
        What a customer counts, by class or for all classes alike.
    sums : float64[payoffs, C, m]
        Set.
    largest, strongest, candidate : float64[n], int32[n], int32[n]
        Buffers: the largest factor of a path to each customer, the class of the strongest path, and
        of the strongest path of one more tie; 0, −1 and −1 before and after.
    queue, classes : uint32[depth n + 1], int32[depth n + 1]
        Buffers.
    """
    none = len(factor)
    own_rows = payoffs.shape[1] > 1
    for at_customer in range(len(customers)):
        sums[:, :, at_customer] = 0.0
        u = customers[at_customer]
        queue[0], classes[0] = u, none
        largest[u] = np.inf
        head, tail = 0, 1
        for _ in range(depth):
            end = tail
            tail = _step(
                indptr,
                indices,
                level,
                follow,
                factor,
                queue,
                classes,
                head,
                end,
                largest,
                candidate,
            )
            for at in range(end, tail):
                x = queue[at]
                path = candidate[x]
                classes[at], largest[x], candidate[x] = path, factor[path], -1
                if strongest[x] < 0 or path < strongest[x]:
                    strongest[x] = path
            head = end
        for at in range(1, tail):
            x = queue[at]
            path = strongest[x]
            if path >= 0:
                for payoff in range(len(payoffs)):
                    row = path if own_rows else 0
                    sums[payoff, path, at_customer] += payoffs[payoff, row, x]
                strongest[x], largest[x] = -1, 0.0
        largest[u] = 0.0


@njit(cache=True, nogil=True)
def _step(
    indptr: Indices,
    indices: npt.NDArray[np.uint32],
    level: npt.NDArray[np.uint16],
    follow: Classes,
    factor: Floats,
    queue: npt.NDArray[np.uint32],
    classes: Classes,
    head: int,
    end: int,
    largest: Floats,
    candidate: Classes,
) -> int:
    """Append those who are reached by a larger factor than before; returns the end of the queue."""
    tail = end
    for at in range(head, end):
        x, path = queue[at], classes[at]
        for arc in range(indptr[x], indptr[x + 1]):
            y, after = indices[arc], follow[path, level[arc]]
            if factor[after] > largest[y]:
                if candidate[y] < 0:
                    queue[tail] = y
                    tail += 1
                    candidate[y] = after
                elif after < candidate[y]:
                    candidate[y] = after
    return tail


@njit(cache=True, nogil=True)
def set_own_losses(
    indptr: Indices,
    indices: npt.NDArray[np.uint32],
    level: npt.NDArray[np.uint16],
    follow: Classes,
    weights: Floats,
    depth: int,
    value: Floats,
    customers: Indices,
    losses: Floats,
    near: Indices,
    far: Indices,
    overall: Indices,
    queue: Indices,
) -> int:
    """Compute what each customer would no longer influence without one of the ties.

    For every other customer and every number of ties the two strongest paths that begin with
    different arcs are kept: without an arc, the strongest path is the one that begins otherwise.

    Parameters
    ----------
    indptr, indices, level, follow, depth
        As for `sum_by_class`.
    weights : float64[C + 1]
        What a path of each class counts, and 0.
    value : float64[n]
    customers : int64[m]
    losses : float64[arcs of these customers]
        Set: Σ value_x · (what the strongest path to x counts −
        what the strongest path without the arc counts).
    near, far, overall : int64[4, n]
        Buffers: class and first arc of the two strongest paths, of as many ties as the search has
        come to, of one more, and of any number; −1 before and after.
    queue : int64[3, n]
        Buffer: who is reached by paths of these three.

    Returns
    -------
    int
        How many arcs were followed.
    """
    none = len(weights) - 1
    followed, begin = 0, 0
    for u in customers:
        count, shift = 0, indptr[u] - begin
        begin += indptr[u + 1] - indptr[u]
        for arc in range(indptr[u], indptr[u + 1]):
            x = indices[arc]
            losses[arc - shift] = 0.0
            _keep(near, x, follow[none, level[arc]], arc)
            queue[0, count] = x
            count += 1
        reached = _move(near, overall, queue[0, :count], queue[2], 0)
        for _ in range(1, depth):
            following = 0
            for at in range(count):
                x = queue[0, at]
                followed += indptr[x + 1] - indptr[x]
                for arc in range(indptr[x], indptr[x + 1]):
                    y = indices[arc]
                    if y == u:
                        continue
                    if far[0, y] < 0:
                        queue[1, following] = y
                        following += 1
                    _keep(far, y, follow[near[0, x], level[arc]], near[1, x])
                    if near[2, x] >= 0:
                        _keep(far, y, follow[near[2, x], level[arc]], near[3, x])
            near[:, queue[0, :count]] = -1
            count = _move(far, near, queue[1, :following], queue[0], 0)
            far[:, queue[1, :following]] = -1
            reached = _move(near, overall, queue[0, :count], queue[2], reached)
        near[:, queue[0, :count]] = -1
        for x in queue[2, :reached]:
            second = overall[2, x] if overall[2, x] >= 0 else none
            losses[overall[1, x] - shift] += value[x] * (weights[overall[0, x]] - weights[second])
        overall[:, queue[2, :reached]] = -1
    return followed


@njit(cache=True, nogil=True)
def _move(paths: Indices, others: Indices, whom: Indices, queue: Indices, tail: int) -> int:
    """Keep the paths to some customers among others; append the new ones to the queue."""
    for x in whom:
        if others[0, x] < 0:
            queue[tail] = x
            tail += 1
        _keep(others, x, paths[0, x], paths[1, x])
        if paths[2, x] >= 0:
            _keep(others, x, paths[2, x], paths[3, x])
    return tail


@njit(cache=True, nogil=True)
def _keep(paths: Indices, x: int, path: int, first: int) -> None:
    """Keep a path to x if it is one of the two strongest that begin with different arcs."""
    if paths[0, x] < 0:
        paths[0, x], paths[1, x] = path, first
    elif paths[1, x] == first:
        paths[0, x] = min(paths[0, x], path)
    elif path < paths[0, x]:
        paths[2, x], paths[3, x] = paths[0, x], paths[1, x]
        paths[0, x], paths[1, x] = path, first
    elif paths[2, x] < 0 or path < paths[2, x]:
        paths[2, x], paths[3, x] = path, first
