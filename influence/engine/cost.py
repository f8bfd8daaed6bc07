"""Cost: seconds and memory of a run, measured on slices of the work itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.kernels import CACHE_LINE, MASK_BITS
from influence.models import strongest_paths
from influence.models.backends import Backend
from influence.models.cut_ties_by_target import TARGET_JOBS, batch_bytes
from influence.models.jobs import JOBS
from influence.models.path_classes import PathClasses
from influence.models.sketch import REGISTERS
from influence.network import Network

SEARCHES = 2
"""Against the arcs, and along them."""
OTHER_SECONDS = 3e-6, 2e-7
"""Seconds per customer and per arc of everything but the sums."""
PARTIAL_SUMS = 6
"""Sums that are held at once: those of some jobs, the total and the result."""
REORDERING = 6
"""Copies of the arcs while they are brought into vertex order."""
NUMBERS_A_CUSTOMER = 80
"""About how many numbers of 8 bytes are held per customer when figures become a table."""


@dataclass(frozen=True)
class Work:
    """What is to be summed.

    Attributes
    ----------
    depth : int
    payoffs : int
        Payoffs in all: people, value and shares, and one for each sign of sentiment.
    registers : int
        Of a sketch.
    """

    depth: int
    payoffs: int = 3
    registers: int = REGISTERS


def rough_seconds(backend: Backend, work: Work) -> float:
    """Estimate an exact run by its memory accesses, at the rates of an ordinary machine."""
    network = backend.network
    if network.kind_weight is not None:
        return exact_seconds(backend, work)
    batches, steps = network.n / MASK_BITS, max(work.depth - 1, 0)
    accesses = 5e-9 * network.arcs + 2e-8 * work.payoffs * network.n
    return SEARCHES * batches * steps * accesses / backend.threads + _other_seconds(network)


def exact_seconds(backend: Backend, work: Work) -> float:
    """Measure slices of both searches and extrapolate to an exact run."""
    if backend.network.kind_weight is not None:
        sample = strongest_paths.sample_seconds(backend.network, work.depth, work.payoffs)
        return SEARCHES * sample + _other_seconds(backend.network)
    rng = np.random.default_rng(0)
    payoffs = rng.random((-(-work.payoffs // SEARCHES), work.depth, backend.network.n))
    payoffs[0] = 1.0  # people are counted, which is faster than adding up
    return SEARCHES * backend.sample_seconds(payoffs) + _other_seconds(backend.network)


def sketch_seconds(backend: Backend, work: Work) -> float:
    """Measure a part of one sketch and extrapolate to an estimated run."""
    one = backend.sketch_sample_seconds(work.depth, work.registers)
    # Credit is a sketch for each step beyond the first; sample and top take a part or two.
    sketches = work.payoffs - 1 + max(work.depth - 1, 0)
    sample = 4 * one / (work.registers // CACHE_LINE)
    return sketches * one + sample + _other_seconds(backend.network)


def exact_memory(backend: Backend, work: Work, ties: int = 0) -> int:
    """Bytes that an exact run needs besides what is held already; `ties` for values of ties."""
    network, n = backend.network, backend.network.n
    numbers = 8 * work.payoffs * n
    if network.kind_weight is not None:
        sums = PARTIAL_SUMS * numbers * (work.depth + _classes(network, work))
    else:
        # In each thread a job runs, and another waits until an earlier one is added.
        sums = (2 * backend.threads + 2) * numbers * work.depth
    return _peak(network, max(sums + backend.search_bytes(), ties))


def sketch_memory(backend: Backend, work: Work, ties: int = 0) -> int:
    """Bytes that an estimated run needs besides what is held already; see `exact_memory`."""
    n = backend.network.n
    sums = PARTIAL_SUMS * 8 * (work.payoffs + 1) * work.depth * n
    buffers = backend.sketch_bytes(work.payoffs * work.registers)
    return _peak(backend.network, max(sums + buffers, ties))


def worker_bytes(network: Network, work: Work) -> dict[str, int]:
    """What machines need that run the jobs of a run, in bytes.

    Returns
    -------
    dict
        `network`: the arcs that a machine maps, twice where some run one way only;
        `exact_task`, `sketch_task`: what a job takes besides, while it runs;
        `exact_files`, `sketch_files`: results in the work folder. Nothing of sketches where kinds
        of ties weigh differently.
    """
    n, sums = network.n, 8 * work.depth * network.n
    ways = 1 if network.reversed() is network else 2
    if network.kind_weight is not None:
        by_class = 8 * work.payoffs * _classes(network, work) * n
        return {
            "network": ways * (8 * (n + 1) + 6 * network.arcs),
            "exact_task": (16 + 8 * work.depth) * n + by_class,
            "exact_files": by_class,
        }
    parts = work.registers // CACHE_LINE
    return {
        "network": ways * (8 * (n + 1) + 4 * network.arcs),
        "exact_task": max(2 * MASK_BITS // 8 * n + work.payoffs * sums, batch_bytes(network)),
        "sketch_task": 2 * CACHE_LINE * n + 12 * n + sums,
        "exact_files": JOBS * work.payoffs * sums + TARGET_JOBS * 8 * network.arcs,
        "sketch_files": parts * work.payoffs * sums,
    }


def _classes(network: Network, work: Work) -> int:
    """The number of classes of paths."""
    return len(PathClasses.of(network, (1.0,) * work.depth).weights)


def _other_seconds(network: Network) -> float:
    """Seconds for ordering, ledger, ranks and tables."""
    return OTHER_SECONDS[0] * network.n + OTHER_SECONDS[1] * network.arcs


def _peak(network: Network, summing: int) -> int:
    """The most of three stages: ordering the arcs, summing, and making figures and a table.

    The arcs in vertex order, and their reverse, are held from the first on.
    """
    arcs = network.indptr.nbytes + network.indices.nbytes
    strengths = network.strength.nbytes if network.strength.strides[0] else 0
    table = NUMBERS_A_CUSTOMER * 8 * network.n
    return max(REORDERING * arcs, 2 * arcs + max(summing, table)) + 2 * strengths
