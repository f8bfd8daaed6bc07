"""Sums over strongest paths: shells where kinds of ties weigh differently."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from influence.models.path_classes import PathClasses
from influence.models.threads import deal, even_slices, run_groups
from influence.network import Network
from influence.network.ego import arcs_of
from influence.progress import Progress, silent

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

GROUPS = 4
STEPS = 50
"""Slices of each group."""
SAMPLE = 200
"""Customers whose search tells how long all searches take."""


def sums_by_class(
    network: Network,
    classes: PathClasses,
    payoffs: Floats,
    customers: Indices | None = None,
    progress: Progress = silent,
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

    Returns
    -------
    float64[payoffs, C, m]
    """
    from influence.kernels.strongest_paths import sum_by_class

    n = network.n
    customers = np.arange(n) if customers is None else customers
    many, depth = len(customers), int(classes.distance.max())
    sums = np.zeros((len(payoffs), len(classes.weights), many))
    level = classes.levels_of(network)

    def worker(_: int) -> Callable[[int, int], None]:
        largest = np.zeros(n)
        strongest, candidate = (np.full(n, -1, dtype=np.int32) for _ in range(2))
        queue = np.empty(depth * n + 1, dtype=np.uint32)
        found = np.empty(depth * n + 1, dtype=np.int32)

        def add(start: int, stop: int) -> None:
            sum_by_class(
                network.indptr, network.indices, level, classes.follow, classes.factor, depth,
                customers[start:stop], payoffs, sums[:, :, start:stop], largest, strongest,
                candidate, queue, found,
            )  # fmt: skip

        return add

    groups = deal(even_slices(many, GROUPS * STEPS), GROUPS)
    list(run_groups(groups, worker, lambda done: progress("searching", done, many)))
    return sums


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


def losses_of(
    network: Network,
    value: Floats,
    weights: tuple[float, ...],
    customers: Indices,
    losses: Floats,
    progress: Progress = silent,
) -> int:
    """Set the losses of some customers, as `influence.models.cut_ties.losses_of` does.

    Returns
    -------
    int
        How many arcs were followed.
    """
    from influence.kernels.strongest_paths import set_own_losses

    n, many = network.n, len(customers)
    classes = PathClasses.of(network, weights)
    level, counts = classes.levels_of(network), np.append(classes.weights, 0.0)
    groups = deal(even_slices(many, GROUPS * STEPS), GROUPS)
    followed = np.zeros(len(groups), dtype=np.int64)

    def worker(group: int) -> Callable[[int, int], None]:
        near, far, overall = (np.full((4, n), -1, dtype=np.int64) for _ in range(3))
        queue = np.empty((3, n), dtype=np.int64)

        def add(start: int, stop: int) -> None:
            followed[group] += set_own_losses(
                network.indptr, network.indices, level, classes.follow, counts, len(weights),
                value, customers[start:stop], losses, near, far, overall, queue,
            )  # fmt: skip

        return add

    list(run_groups(groups, worker, lambda done: progress("valuing ties", done, many)))
    return int(followed.sum())


def sample_seconds(network: Network, depth: int, payoffs: int) -> float:
    """Measure searches from some customers and extrapolate to all of them, in seconds."""
    classes = PathClasses.of(network, (1.0,) * depth)
    some = np.random.default_rng(0).choice(network.n, min(SAMPLE, network.n), replace=False)
    columns = np.ones((payoffs, 1, network.n))
    sums_by_class(network, classes, columns, some[:1])  # compiled before it is timed
    started = time.perf_counter()
    sums_by_class(network, classes, columns, some)
    return (time.perf_counter() - started) / max(len(some), 1) * network.n
