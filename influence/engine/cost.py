"""What a run would cost on this machine: slices of the work are done on the network itself."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

import numpy as np

from influence.kernels import CACHE_LINE, MASK_BITS
from influence.kernels.registers import drawing
from influence.models import dense
from influence.models.registers import following
from influence.models.shells import GROUPS, Search
from influence.models.sketch import REGISTERS
from influence.network import Network

SAMPLES = 6
SEARCHES = 2
"""Against the arcs, and along them."""
AROUND = 3e-6, 2e-7
"""Seconds for each customer and each arc that everything but the sums takes."""
FIGURES = 80
"""About so many numbers of 8 bytes for each customer are held when figures become a table."""


@dataclass(frozen=True)
class Work:
    """What is to be summed.

    Attributes
    ----------
    depth : int
    columns : int
        Payoffs in all: people, value and shares, and a side of sentiment each.
    registers : int
        Of a sketch.
    """

    depth: int
    columns: int = 3
    registers: int = REGISTERS


def threads(network: Network) -> int:
    """How many work on an exact search."""
    if dense.suits(network):
        return 1
    return max(min(os.cpu_count() or 1, GROUPS, -(-network.n // MASK_BITS)), 1)


def around(network: Network) -> float:
    """Seconds for ordering, ledgers, ranks and tables."""
    return AROUND[0] * network.n + AROUND[1] * network.arcs


def roughly(network: Network, work: Work) -> float:
    """Both searches by the number of memory accesses, with rates of an ordinary machine."""
    batches, steps = network.n / MASK_BITS, max(work.depth - 1, 0)
    accesses = 5e-9 * network.arcs + 2e-8 * work.columns * network.n
    return SEARCHES * batches * steps * accesses / threads(network) + around(network)


def _searching(network: Network, work: Work) -> float:
    """One search of all, from a few slices of it."""
    rng = np.random.default_rng(0)
    payoffs = rng.random((-(-work.columns // SEARCHES), work.depth, network.n))
    payoffs[0] = 1.0  # people are counted, which is faster than adding up
    if dense.suits(network):
        started = time.perf_counter()
        dense.shell_sums(network, payoffs)
        return time.perf_counter() - started
    search = Search(network.arranged, payoffs)
    slices = -(-search.targets // MASK_BITS)
    chosen = rng.choice(slices, min(SAMPLES, slices), replace=False)
    add = search.adder()
    add(0, 0)  # compiled before it is timed
    started = time.perf_counter()
    for number in chosen.tolist():
        add(number * MASK_BITS, min((number + 1) * MASK_BITS, search.targets))
    spent = time.perf_counter() - started
    return spent / max(len(chosen), 1) * slices / threads(network)


def sketching(network: Network, work: Work) -> float:
    """All sketches, from one slice of one."""
    n = network.n
    order, slices, follow = following(network, work.registers, threads=1)
    source = drawing(np.ones(n), (0,), order)
    wanted, sums = np.ones(work.depth, dtype=np.bool_), np.empty((work.depth, n))
    follow(source, slices[0], wanted[:0], sums)  # compiled before it is timed
    started = time.perf_counter()
    follow(source, slices[0], wanted, sums)
    spent = time.perf_counter() - started
    # Credit is a sketch for each step beyond the first; the sample and the head, a slice or two.
    halves = work.columns - 1 + max(work.depth - 1, 0)
    return spent * (halves * len(slices) / (os.cpu_count() or 1) + 4) + around(network)


def _graph_memory(network: Network) -> int:
    """The arcs in order, turned round, and while they are being ordered."""
    return 6 * (network.indptr.nbytes + network.indices.nbytes) + 2 * network.strength.nbytes


def exact_memory(network: Network, work: Work) -> int:
    """Bytes that an exact run needs besides what is held already."""
    n, numbers = network.n, 8 * work.columns * work.depth * network.n
    masks = threads(network) * 2 * MASK_BITS // 8 * n
    if dense.suits(network):
        masks = dense.search_memory(network)
    return _graph_memory(network) + (GROUPS + 2) * numbers + masks + FIGURES * 8 * n


def sketch_memory(network: Network, work: Work) -> int:
    """Bytes that a sketched run needs besides what is held already."""
    n, numbers = network.n, 8 * (work.columns + 1) * work.depth * network.n
    at_once = min(os.cpu_count() or 1, work.columns * work.registers // CACHE_LINE)
    rooms = (at_once + 1) * 2 * CACHE_LINE * n
    if dense.suits(network):
        rooms = (os.cpu_count() or 1) * dense.sketch_memory(network)
    return _graph_memory(network) + 6 * numbers + rooms + FIGURES * 8 * n


def exact(network: Network, work: Work) -> float:
    """Seconds of both searches, measured."""
    return SEARCHES * _searching(network, work) + around(network)
