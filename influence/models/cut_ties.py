"""What each customer would no longer influence without one of the ties: the value of a tie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from influence.models import strongest_paths
from influence.models.cut_ties_by_target import MOST_STEPS, batch_arcs, losses_by_target
from influence.models.jobs import Job, Runner, Threads, Tick, dealt
from influence.models.path_classes import PathClasses
from influence.models.threads import even_slices
from influence.network import Network
from influence.network.ego import arcs_from, first_positions, positions
from influence.progress import Progress, silent

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

STEPS = 4
"""Reports of progress from each job."""
FEW_STEPS = 2**22
"""Up to about this many steps are searched by NumPy, so that no compiler is loaded."""
MOST_CUSTOMERS = 8_192
AT_ONCE = 2**20
"""Numbers in the buffers of NumPy."""
SAMPLE, SAMPLED_TOGETHER, MOST_SAMPLED = 50, 5, 2**24
"""Customers whose searches tell how many arcs all searches follow, how many are searched together,
and the number of arcs after which no more are searched."""
STEPS_OF_A_BATCH_ARC = 15
"""Arcs of searches one customer at a time that take as long as an arc in a batch of targets."""


@dataclass(frozen=True)
class TieSearch:
    """How all ties of a network are valued.

    Attributes
    ----------
    by : {"numpy", "customer", "target"}
        From one customer at a time, by the kernel or by NumPy, or for 512 targets at a time.
    steps : float
        The cost, as the number of arcs that searches one customer at a time follow in that time.
    """

    by: Literal["numpy", "customer", "target"]
    steps: float


def choose_search(network: Network, depth: int) -> TieSearch:
    """Choose what is fastest, by the number of arcs that it follows; no clock decides."""
    small = _is_small(network, depth)
    if small and network.kind_weight is None:
        return TieSearch("numpy", most_steps(network, depth))
    one_at_a_time = most_steps(network, depth) if small else _sampled_steps(network, depth)
    by_target = STEPS_OF_A_BATCH_ARC * batch_arcs(network)
    if network.kind_weight is None and depth <= MOST_STEPS and by_target < one_at_a_time:
        return TieSearch("target", by_target)
    return TieSearch("customer", one_at_a_time)


def own_losses(
    network: Network,
    value: Floats,
    weights: tuple[float, ...],
    progress: Progress = silent,
    runner: Runner | None = None,
    search: TieSearch | None = None,
) -> Floats:
    """Compute the influence that each customer owes to each tie alone.

    Parameters
    ----------
    network : Network
    value : float64[n]
        V, own value in money.
    weights : tuple of float
        w_1 … w_D.
    progress : callable
    runner : Runner, optional
    search : TieSearch, optional
        By default what `choose_search` says.

    Returns
    -------
    float64[arcs]
        For the arc from i to j, how much less i would influence, in money, if the tie to j were
        cut: those who are reached through j alone are then farther away, or out of reach.
    """
    search = search or choose_search(network, len(weights))
    if search.by == "numpy":
        return _by_numpy(network, value, np.array([1.0, *weights, 0.0]))
    if search.by == "target":
        return losses_by_target(network, value, weights, progress, runner)
    losses = np.zeros(network.arcs)
    everyone = np.arange(network.n)
    losses_of(network, value, weights, everyone, losses, progress, runner)
    return losses


def losses_of(
    network: Network,
    value: Floats,
    weights: tuple[float, ...],
    customers: Indices,
    losses: Floats,
    progress: Progress = silent,
    runner: Runner | None = None,
) -> int:
    """Set the losses of some customers; return how many arcs were followed."""
    arrays: dict[str, npt.NDArray[Any]] = {
        "indptr": network.indptr,
        "indices": network.indices,
        "value": value,
    }
    function: Callable[..., list[npt.NDArray[Any]]] = search_without
    options: dict[str, Any] = {"weights": np.array([1.0, *weights, 0.0])}
    if network.kind_weight is not None:
        classes = PathClasses.of(network, weights)
        arrays["level"] = classes.levels_of(network)
        function, options = strongest_paths.own_losses, {"classes": classes}
    groups, many, followed = dealt(customers), len(customers), 0
    jobs = [Job(function, arrays, options | {"customers": some}, len(some)) for some in groups]
    found = (runner or Threads()).map(jobs, lambda done: progress("valuing ties", done, many))
    for some, (part, count) in zip(groups, found, strict=True):
        losses[positions(network.indptr, some)[0]] = part
        followed += int(count[0])
    return followed


def search_without(
    indptr: Indices,
    indices: npt.NDArray[np.uint32],
    value: Floats,
    weights: Floats,
    customers: Indices,
    tick: Tick,
) -> list[npt.NDArray[Any]]:
    """Compute the losses of some customers.

    Parameters
    ----------
    indptr, indices, value
    weights : float64[D + 2]
        w_0 … w_D, and 0 for those out of reach.
    customers : int64[m]
    tick : callable

    Returns
    -------
    [float64[arcs of these customers], int64[1]]
        Also how many arcs were followed.
    """
    from influence.kernels.cut_ties import add_own_losses

    n, followed = len(indptr) - 1, 0
    begin = first_positions(indptr, customers)
    losses = np.empty(begin[-1])
    distance, first = np.zeros((2, n), dtype=np.uint8), np.zeros((2, n), dtype=np.int64)
    queue = np.empty(2 * n, dtype=np.int64)
    for start, stop in even_slices(len(customers), STEPS):
        followed += add_own_losses(
            indptr, indices, value, weights, customers[start:stop],
            losses[begin[start] : begin[stop]], distance, first, queue,
        )  # fmt: skip
        if not tick(stop - start):
            break
    return [losses, np.array([followed])]


def without_tie(network: Network, one: int, other: int) -> Network:
    """Return the network without the arcs between two customers."""
    source, target = network.sources, network.indices
    cut = ((source == one) & (target == other)) | ((source == other) & (target == one))
    return network.with_arcs(~cut)


def _sampled_steps(network: Network, depth: int) -> float:
    """Estimate how many arcs searches from all customers follow, from the searches of some."""
    rng = np.random.default_rng(0)
    chosen = rng.choice(network.n, min(SAMPLE, network.n), replace=False)
    weights, nothing = (1.0,) * depth, np.zeros(network.n)
    losses, followed, done = np.empty(network.arcs), 0, 0
    while done < len(chosen) and followed < MOST_SAMPLED:
        some = chosen[done : done + SAMPLED_TOGETHER]
        followed += losses_of(network, nothing, weights, some, losses)
        done += len(some)
    return followed / max(done, 1) * network.n


def _is_small(network: Network, depth: int) -> bool:
    """Whether NumPy is quick: it holds a number for each pair of customers."""
    if network.n > MOST_CUSTOMERS:
        return False
    return not network.n or most_steps(network, depth) <= max(FEW_STEPS, 0)


def most_steps(network: Network, depth: int) -> float:
    """The steps of a search from every customer that goes nowhere twice; an upper bound."""
    walks: Floats = np.diff(network.indptr).astype(np.float64)
    source = network.sources
    for _ in range(depth - 1):
        walks = np.bincount(source, walks[network.indices], network.n).astype(float)
    return float(np.minimum(walks, 2.0 * network.arcs).sum())


def _by_numpy(network: Network, value: Floats, weights: Floats) -> Floats:
    """Search as the kernel does, step by step from many customers at once."""
    n, depth = network.n, len(weights) - 2
    losses = np.zeros(network.arcs)
    some = max(AT_ONCE // max(n, 1), 1)
    for start in range(0, n, some):
        stop = min(start + some, n)
        arcs = np.arange(network.indptr[start], network.indptr[stop])
        source = np.repeat(np.arange(stop - start), np.diff(network.indptr[start : stop + 1]))
        distance = np.zeros((2, (stop - start) * n), dtype=np.int64)
        first = np.zeros((stop - start) * n, dtype=np.int64)
        pair = source * n + network.indices[arcs]
        distance[0, pair], first[pair] = 1, arcs
        begin = arcs
        for d in range(2, depth + 1):
            pair, begin = _step(network, start, pair, begin, distance, first, d)
        (reached,) = distance[0].nonzero()
        near, far = distance[:, reached]
        fall = weights[near] - weights[np.where(far == 0, depth + 1, far)]
        losses += np.bincount(first[reached], value[reached % n] * fall, network.arcs)
    return losses


def _step(
    network: Network,
    start: int,
    pair: Indices,
    begin: Indices,
    distance: Indices,
    first: Indices,
    d: int,
) -> tuple[Indices, Indices]:
    """Go one step on from pairs of source and customer; return the pairs that are new at d.

    `begin` holds the arc that begins the path to each pair. A pair is new at most twice, with
    paths that begin with different arcs.
    """
    n = network.n
    source, customer = np.divmod(pair, n)
    reached, parent = arcs_from(network, customer)
    source, begin = source[parent], begin[parent]
    pair = source * n + reached
    seen = (distance[0, pair] > 0) & (first[pair] == begin)
    wanted = (reached != source + start) & (distance[1, pair] == 0) & ~seen
    pair, begin = pair[wanted], begin[wanted]
    order = np.lexsort((begin, pair))
    pair, begin = pair[order], begin[order]
    changed = np.diff(pair, prepend=-1) != 0
    different = changed | (np.diff(begin, prepend=-1) != 0)
    pair, begin, changed = pair[different], begin[different], changed[different]
    # Of each pair, the first new path takes the first free place and the next one the second.
    after_new = np.r_[False, changed[:-1]] & ~changed
    is_first = changed & (distance[0, pair] == 0)
    is_second = (changed & ~is_first) | (after_new & np.r_[False, is_first[:-1]])
    distance[0, pair[is_first]], first[pair[is_first]] = d, begin[is_first]
    distance[1, pair[is_second]] = d
    kept = is_first | is_second
    return pair[kept], begin[kept]
