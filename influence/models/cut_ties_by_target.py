"""The value of a tie to its source, from 512 targets at a time: fast where searches meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from influence.kernels import CACHE_LINE, MASK_BITS
from influence.models.jobs import Arrays, Job, Runner, Threads, Tick, dealt
from influence.models.threads import Slice, even_slices
from influence.network import Network
from influence.progress import Progress, silent

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

MOST_STEPS = 3
"""The kernel follows paths of up to three steps."""
TARGET_JOBS = 16
"""Each job returns a number for every arc, so there are fewer than usual."""


def batch_arcs(network: Network) -> float:
    """The number of arcs that are followed, each once for a batch of targets."""
    return network.arcs * network.n / MASK_BITS


def batch_bytes(network: Network) -> int:
    """Bytes of the masks and losses of one job."""
    return 4 * CACHE_LINE * network.n + 8 * network.arcs


def losses_by_target(
    network: Network,
    value: Floats,
    weights: tuple[float, ...],
    progress: Progress = silent,
    runner: Runner | None = None,
) -> Floats:
    """Compute the influence that each customer owes to each tie alone; see `cut_ties.own_losses`.

    Parameters
    ----------
    network : Network
        Without weights of kinds.
    value : float64[n]
    weights : tuple of float
        At most three.
    progress : callable
    runner : Runner, optional

    Returns
    -------
    float64[arcs]
    """
    reversed_network = network.reversed()
    padded = np.zeros(1 + MOST_STEPS)
    padded[: 1 + len(weights)] = 1.0, *weights
    arrays: Arrays = {
        "indptr": network.indptr,
        "indices": network.indices,
        "in_indptr": reversed_network.indptr,
        "in_indices": reversed_network.indices,
        "mutual": _mutual(network),
        "value": value,
    }
    batches = even_slices(network.n, network.n, MASK_BITS)
    jobs = [
        Job(search_targets, arrays, {"weights": padded, "batches": some}, len(some))
        for some in dealt(batches, TARGET_JOBS)
    ]
    losses, many = np.zeros(network.arcs), len(batches)
    found = (runner or Threads()).map(jobs, lambda done: progress("valuing ties", done, many))
    for (part,) in found:
        losses += part
    return losses


def _mutual(network: Network) -> npt.NDArray[np.bool_]:
    """Whether the arc back is there too, by arc."""
    source, target, n = (
        network.sources.astype(np.int64),
        network.indices.astype(np.int64),
        network.n,
    )
    return np.isin(source * n + target, target * n + source, assume_unique=True)


def search_targets(
    indptr: Indices,
    indices: npt.NDArray[np.uint32],
    in_indptr: Indices,
    in_indices: npt.NDArray[np.uint32],
    mutual: npt.NDArray[np.bool_],
    value: Floats,
    weights: Floats,
    batches: Sequence[Slice],
    tick: Tick,
) -> list[npt.NDArray[Any]]:
    """Compute what the targets of some batches count.

    Parameters
    ----------
    indptr, indices, in_indptr, in_indices, mutual, value, weights
        See `influence.kernels.cut_ties_by_target`.
    batches : sequence of (start, stop)
    tick : callable

    Returns
    -------
    [float64[arcs]]
    """
    from influence.kernels.aligned import aligned_rows
    from influence.kernels.cut_ties_by_target import add_own_losses_of_targets

    n, losses = len(value), np.zeros(len(indices))
    near, walks, second, own = (aligned_rows(size).view(np.uint64) for size in (n, 2 * n, n, 8))
    counts = np.empty((3, MASK_BITS))
    for start, stop in batches:
        add_own_losses_of_targets(
            indptr, indices, in_indptr, in_indices, mutual, value, weights, start, stop,
            losses, near, walks, second, own, counts,
        )  # fmt: skip
        if not tick(1):
            break
    return [losses]
