"""One search of a network for some payoffs, by either kernel, in slices."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from influence.kernels import CACHE_LINE, MASK_BITS
from influence.models.backends.accumulators import Accumulators
from influence.models.backends.search_kernel import Kernel, choose
from influence.network.vertex_order import ReorderedGraph

Floats = npt.NDArray[np.float64]
Adder = Callable[[int, int], Floats]
Rows = tuple[Floats, npt.NDArray[np.int64], npt.NDArray[np.bool_]]
"""Rows, where those of each distance begin, and which rows are constant."""


class Search:
    """One search for some payoffs.

    Parameters
    ----------
    graph : ReorderedGraph
    payoffs : float64[payoffs, D, n]
        The payoff of a customer at distance 1 … D, in the network's own order.
    kernel : {"bfs", "multi-source"}, optional
        By default what `choose` says.

    Attributes
    ----------
    targets : int
        How many vertices are searched: with `multi-source` those that have in-neighbours, with
        `bfs` all.
    """

    def __init__(self, graph: ReorderedGraph, payoffs: Floats, kernel: Kernel | None = None):
        self.graph = graph
        self.kernel = kernel or choose(graph, payoffs.shape[1]).kernel
        self.targets = len(graph.order) if self.kernel == "bfs" else graph.targets
        self.accumulators = Accumulators(graph, payoffs)
        self.shells = self.accumulators.shells

    def first_step(self) -> Floats:
        """Sum over distance 0 and 1, which are sums of rows; float64[rows, m]."""
        from influence.kernels.matvec import sum_rows

        graph, rows, begin = self.graph, self.accumulators.rows, self.accumulators.begin
        sums = np.zeros_like(rows)
        sums[: begin[1]] = rows[: begin[1]]
        for row in range(begin[1], begin[2]):
            sum_rows(graph.indptr, graph.indices, rows[row], 0, rows.shape[1], sums[row])
        return sums

    def adder(self) -> Adder:
        """Make a function that adds vertices start … stop − 1 to its sums and returns them.

        It is for one thread and has its own buffers. It sums from distance 2 on. `multi-source`
        adds the vertices as targets, `bfs` as sources; over all vertices both give the same.
        """
        rows, begin = self.accumulators.rows, self.accumulators.begin
        sums = np.zeros(rows.shape)  # rows that are never touched take no memory
        constant = np.array([bool((row == row[:1]).all()) for row in rows], dtype=np.bool_)
        make = self._bfs if self.kernel == "bfs" else self._multi_source
        return make((rows, begin, constant), sums)

    def _bfs(self, summed: Rows, sums: Floats) -> Adder:
        from influence.kernels.bfs import add_bfs_sums

        graph, m = self.graph, len(self.graph.order)
        seen, queue = np.zeros(m, dtype=np.uint8), np.zeros(m + 1, dtype=np.uint32)

        def add(start: int, stop: int) -> Floats:
            stop = min(stop, self.targets)
            add_bfs_sums(graph.indptr, graph.indices, *summed, start, stop, sums, seen, queue)
            return sums

        return add

    def _multi_source(self, summed: Rows, sums: Floats) -> Adder:
        from influence.kernels.aligned import aligned_rows
        from influence.kernels.multi_source_bfs import BLOCK, add_multi_source_sums

        graph, m = self.graph, len(self.graph.order)
        arcs = graph.indptr, graph.indices, graph.in_indptr, graph.in_indices
        near, far, block = (aligned_rows(size).view(np.uint64) for size in (m, m, BLOCK))
        lines = len(sums) * MASK_BITS * 8 // CACHE_LINE
        values = aligned_rows(lines).view(np.float64).reshape(-1, MASK_BITS)
        seen = np.zeros(m + 1, dtype=np.uint32)

        def add(start: int, stop: int) -> Floats:
            stop = min(stop, self.targets)
            add_multi_source_sums(*arcs, *summed, start, stop, sums, near, far, block, values, seen)
            return sums

        return add
