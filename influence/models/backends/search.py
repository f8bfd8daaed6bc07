"""One search of a network for some payoffs, by either kernel, in slices."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from influence.kernels import CACHE_LINE, MASK_BITS
from influence.models.backends.accumulators import Accumulators
from influence.models.backends.search_kernel import Kernel, choose
from influence.models.jobs import Arrays, Job, Runner, Tick
from influence.models.threads import Slice
from influence.network.vertex_order import ReorderedGraph

Floats = npt.NDArray[np.float64]


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

    def jobs(self, groups: Sequence[Sequence[Slice]]) -> list[Job]:
        """Make a job of each group of slices of the vertices; see `search_sums`."""
        graph, rows = self.graph, self.accumulators.rows
        arrays: Arrays = {
            "indptr": graph.indptr,
            "indices": graph.indices,
            "in_indptr": graph.in_indptr,
            "in_indices": graph.in_indices,
            "rows": rows,
        }
        options = {
            "begin": self.accumulators.begin,
            "constant": np.array([bool((row == row[:1]).all()) for row in rows], dtype=np.bool_),
            "targets": self.targets,
            "kernel": self.kernel,
        }
        return [
            Job(
                search_sums,
                arrays,
                {**options, "slices": [*group]},
                size=sum(stop - start for start, stop in group),
            )
            for group in groups
        ]

    def sums(
        self,
        groups: Sequence[Sequence[Slice]],
        runner: Runner,
        report: Callable[[int], None] = lambda _: None,
    ) -> Floats:
        """Sum over all distances; float64[rows, m].

        Parameters
        ----------
        groups : sequence of sequences of (start, stop)
            Slices of the vertices that one job searches. All together are all of them once.
        runner : Runner
        report : callable, optional
        """
        total, later = self.first_step(), self.accumulators.begin[2]
        for (part,) in runner.map(self.jobs(groups), report):
            total[later:] += part
        return total


def search_sums(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    in_indptr: npt.NDArray[np.int64],
    in_indices: npt.NDArray[np.uint32],
    rows: Floats,
    begin: npt.NDArray[np.int64],
    constant: npt.NDArray[np.bool_],
    targets: int,
    kernel: Kernel,
    slices: Sequence[Slice],
    tick: Tick,
) -> list[Floats]:
    """Sum over slices of the vertices of a reordered graph, from distance 2 on.

    `multi-source` adds the vertices as targets, `bfs` as sources; over all vertices both give the
    same.

    Parameters
    ----------
    indptr, indices, in_indptr, in_indices
        Of a `ReorderedGraph`.
    rows, begin
        Of `Accumulators`.
    constant : bool[rows]
        Which rows are constant.
    targets : int
        How many vertices are searched in all.
    kernel : {"bfs", "multi-source"}
    slices : sequence of (start, stop)
    tick : callable

    Returns
    -------
    [float64[rows − begin[2], m]]
    """
    sums = np.zeros(rows.shape)  # rows that are never touched take no memory
    m = rows.shape[1]
    add: Callable[[int, int], None]
    if kernel == "bfs":
        from influence.kernels.bfs import add_bfs_sums

        seen, queue = np.zeros(m, dtype=np.uint8), np.zeros(m + 1, dtype=np.uint32)

        def add(start: int, stop: int) -> None:
            add_bfs_sums(indptr, indices, rows, begin, constant, start, stop, sums, seen, queue)

    else:
        from influence.kernels.aligned import aligned_rows
        from influence.kernels.multi_source_bfs import BLOCK, add_multi_source_sums

        near, far, block = (aligned_rows(size).view(np.uint64) for size in (m, m, BLOCK))
        lines = len(sums) * MASK_BITS * 8 // CACHE_LINE
        values = aligned_rows(lines).view(np.float64).reshape(-1, MASK_BITS)
        reached = np.zeros(m + 1, dtype=np.uint32)

        def add(start: int, stop: int) -> None:
            add_multi_source_sums(
                indptr, indices, in_indptr, in_indices, rows, begin, constant, start, stop, sums,
                near, far, block, values, reached,
            )  # fmt: skip

    for start, stop in slices:
        add(start, min(stop, targets))
        if not tick(stop - start):
            break
    return [sums[begin[2] :]]
