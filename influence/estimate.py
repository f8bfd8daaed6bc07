"""How long a run would take and how much memory it would need, before it runs.

Measured rather than modelled: a few slices of the search are run on the network itself and
extrapolated to all customers, so the estimate knows this machine and these data.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

import numpy as np
import psutil

from influence.kernels.lanes import LANES, WORDS
from influence.models.shells import GROUPS, Search
from influence.network import Network

SAMPLES = 6
COLUMNS = 3
"""Summed in one search: people and value, with praise or blame, or with the ledger's shares."""


@dataclass(frozen=True)
class Estimate:
    """What a run would cost.

    Attributes
    ----------
    customers, ties, arcs, depth, threads : int
    seconds : float
        Of computing; reading and writing come on top.
    memory : int
        Bytes of the whole process at the peak: what it holds now, with the tables and the
        network, and what the search needs on top.
    """

    customers: int
    ties: int
    arcs: int
    depth: int
    threads: int
    seconds: float
    memory: int


def estimate(network: Network, depth: int) -> Estimate:
    """Time a sample of the search and extrapolate.

    Parameters
    ----------
    network : Network
    depth : int
        How many steps the run would follow.
    """
    n = network.n
    threads = max(min(os.cpu_count() or 1, GROUPS, -(-n // LANES)), 1)
    batches = -(-n // LANES)
    rng = np.random.default_rng(0)
    chosen = rng.choice(batches, size=min(SAMPLES, batches), replace=False)
    add = Search(network.arranged, np.ones((COLUMNS, depth, n))).adder()
    add(0, 0)  # compiled before it is timed
    started = time.perf_counter()
    for batch in chosen:
        first = int(batch) * LANES
        add(first, min(first + LANES, n))
    spent = time.perf_counter() - started
    graph = network.indptr.nbytes + network.indices.nbytes + network.strength.nbytes
    # The graph again for the reverse; per group the sums, and two rows of masks per thread.
    search = graph + GROUPS * COLUMNS * depth * 8 * n + threads * 2 * WORDS * 8 * n
    memory = psutil.Process().memory_info().rss + search
    seconds = spent / max(len(chosen), 1) * batches / threads
    return Estimate(n, network.ties, network.arcs, depth, threads, seconds, memory)
