"""Choose the faster kernel: one BFS per customer, or multi-source BFS from 512 targets at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from influence.kernels import MASK_BITS
from influence.network.vertex_order import ReorderedGraph

Kernel = Literal["bfs", "multi-source"]

SMALL = 8 * MASK_BITS
"""Up to this many customers both take about the same time, and `bfs` would be one more kernel to
load."""

SAMPLES = 200
SHARE = 1 / 400
"""Share of all arcs that one BFS may visit for `bfs` to be faster. A batch of 512 targets visits
nearly all arcs in each of its last steps, at 10 to 20 ns each; one BFS takes about 4 ns an arc."""


@dataclass(frozen=True)
class Choice:
    """A kernel, and the measurement behind it.

    Attributes
    ----------
    kernel : {"bfs", "multi-source"}
    visited : float
        Arcs that a BFS from one customer visits, the mean of a sample.
    at_most : float
        Up to how many of them `bfs` is faster.
    """

    kernel: Kernel
    visited: float
    at_most: float


def choose(graph: ReorderedGraph, depth: int) -> Choice:
    """Choose by the arcs within depth − 1 of a sample; the same for the same network.

    Parameters
    ----------
    graph : ReorderedGraph
    depth : int
        Number of steps of the search.
    """
    m, at_most = len(graph.order), SHARE * len(graph.indices)
    visited = 0.0 if m <= SMALL else mean_visited(graph, depth)
    kernel: Kernel = "bfs" if m > SMALL and visited <= at_most else "multi-source"
    return Choice(kernel, visited, at_most)


def mean_visited(graph: ReorderedGraph, depth: int) -> float:
    """Count the arcs that a BFS from one customer visits, the mean of a sample.

    The sample ends early once the mean exceeds `SHARE` whatever the rest would add.
    """
    from influence.kernels.bfs import arcs_within

    m = len(graph.order)
    seen, queue = np.zeros(m, dtype=np.uint8), np.zeros(m + 1, dtype=np.uint32)
    sample = np.random.default_rng(0).choice(m, size=min(SAMPLES, m), replace=False)
    visited: list[int] = []
    for customer in sample:
        visited.append(arcs_within(graph.indptr, graph.indices, depth, customer, seen, queue))
        if sum(visited) > SHARE * len(graph.indices) * len(sample):
            break
    return sum(visited) / len(visited)
