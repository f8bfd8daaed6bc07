"""Sums over strongest paths: shells where kinds of ties weigh differently."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import numpy.typing as npt

from influence.models.jobs import JOBS, Job, Runner, Threads, Tick, dealt
from influence.models.path_classes import PathClasses
from influence.models.threads import even_slices
from influence.network import Network
from influence.network.ego import arcs_of, first_positions
from influence.progress import Progress, silent

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

STEPS = 4
"""Reports of progress from each job."""
SAMPLE = 200
"""Customers whose search tells how long all searches take."""


def sums_by_class(
    network: Network,
    classes: PathClasses,
    payoffs: Floats,
    customers: Indices | None = None,
    progress: Progress = silent,
    runner: Runner | None = None,
) -> Floats:
    """Sum payoffs over the customers whose strongest path is of each class.

    Parameters
    ----------
    network : Network
    classes : PathClasses
    payoffs : float64[payoffs, C or 1, n]
        What a customer counts, by class or for all classes alike.
    customers : int64[m], optional
        From whom to search; all by default.
    progress : callable
    runner : Runner, optional

    Returns
    -------
    float64[payoffs, C, m]
    """
    customers = np.arange(network.n) if customers is None else customers
    many = len(customers)
    sums = np.zeros((len(payoffs), len(classes.weights), many))
    arrays = _arcs(network, classes) | {"payoffs": payoffs}
    options = {"classes": classes}
    jobs = [
        Job(search_by_class, arrays, options | {"customers": some}, len(some))
        for some in dealt(customers)
    ]
    found = (runner or Threads()).map(jobs, lambda done: progress("searching", done, many))
    for number, (part,) in enumerate(found):
        sums[:, :, number::JOBS] = part
    return sums


def search_by_class(
    indptr: Indices,
    indices: npt.NDArray[np.uint32],
    level: npt.NDArray[np.uint16],
    payoffs: Floats,
    classes: PathClasses,
    customers: Indices,
    tick: Tick,
) -> list[Floats]:
    """Search from some customers; [float64[payoffs, C, m]]."""
    from influence.kernels.strongest_paths import sum_by_class

    n, depth = len(indptr) - 1, int(classes.distance.max())
    sums = np.zeros((len(payoffs), len(classes.weights), len(customers)))
    largest = np.zeros(n)
    strongest, candidate = (np.full(n, -1, dtype=np.int32) for _ in range(2))
    queue = np.empty(depth * n + 1, dtype=np.uint32)
    found = np.empty(depth * n + 1, dtype=np.int32)
    for start, stop in even_slices(len(customers), STEPS):
        part = np.empty((*sums.shape[:2], stop - start))
        sum_by_class(
            indptr, indices, level, classes.follow, classes.factor, depth, customers[start:stop],
            payoffs, part, largest, strongest, candidate, queue, found,
        )  # fmt: skip
        sums[:, :, start:stop] = part
        if not tick(stop - start):
            break
    return [sums]


def _arcs(network: Network, classes: PathClasses) -> dict[str, npt.NDArray[Any]]:
    level = classes.levels_of(network)
    return {"indptr": network.indptr, "indices": network.indices, "level": level}


def strongest_paths_from(network: Network, classes: PathClasses, customer: int) -> Indices:
    """The class of the strongest path from one customer to each other.

    Returns
    -------
    int64[n]
        C for those out of reach, and for the customer.
    """
    none, level = len(classes.weights), classes.levels_of(network)
    strongest = np.full(network.n, none)
    frontier, paths = np.array([customer]), np.array([none])
    for _ in range(int(classes.distance.max())):
        arcs, parent = arcs_of(network, frontier)
        after = np.full(network.n, none)
        np.minimum.at(after, network.indices[arcs], classes.follow[paths[parent], level[arcs]])
        after[customer] = none
        strongest = np.minimum(strongest, after)
        (frontier,) = np.nonzero(after < none)
        paths = after[frontier]
    return strongest


def own_losses(
    indptr: Indices,
    indices: npt.NDArray[np.uint32],
    value: Floats,
    level: npt.NDArray[np.uint16],
    classes: PathClasses,
    customers: Indices,
    tick: Tick,
) -> list[npt.NDArray[Any]]:
    """Compute the losses of some customers; see `influence.models.cut_ties.own_losses`.

    Returns
    -------
    [float64[arcs of these customers], int64[1]]
        Also how many arcs were followed.
    """
    from influence.kernels.strongest_paths import set_own_losses

    n, counts = len(indptr) - 1, np.append(classes.weights, 0.0)
    begin, followed = first_positions(indptr, customers), 0
    losses = np.empty(begin[-1])
    near, far, overall = (np.full((4, n), -1, dtype=np.int64) for _ in range(3))
    queue = np.empty((3, n), dtype=np.int64)
    for start, stop in even_slices(len(customers), STEPS):
        followed += set_own_losses(
            indptr, indices, level, classes.follow, counts, int(classes.distance.max()), value,
            customers[start:stop], losses[begin[start] : begin[stop]], near, far, overall, queue,
        )  # fmt: skip
        if not tick(stop - start):
            break
    return [losses, np.array([followed])]


def sample_seconds(network: Network, depth: int, payoffs: int) -> float:
    """Measure searches from some customers and extrapolate to all of them, in seconds."""
    classes = PathClasses.of(network, (1.0,) * depth)
    some = np.random.default_rng(0).choice(network.n, min(SAMPLE, network.n), replace=False)
    columns = np.ones((payoffs, 1, network.n))
    sums_by_class(network, classes, columns, some[:1])  # compiled before it is timed
    started = time.perf_counter()
    sums_by_class(network, classes, columns, some)
    return (time.perf_counter() - started) / max(len(some), 1) * network.n
