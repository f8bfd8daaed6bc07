"""Networks of any size, searched by the kernels on all processors."""

from __future__ import annotations

import os
import time
from functools import cached_property
from queue import SimpleQueue

import numpy as np
import numpy.typing as npt

from influence.kernels import CACHE_LINE, MASK_BITS, registers
from influence.models.backends import Floats, Propagation
from influence.models.backends.search import Search
from influence.models.threads import deal, even_slices, run_groups
from influence.network import Network
from influence.network.vertex_order import ReorderedGraph, reorder
from influence.progress import Progress, silent

GROUPS = 4
"""Into how many parts the targets are split. Each adds up on its own and the parts are added in
order, so a sum has the same bits whatever the number of threads."""
STEPS = 25
"""Reports of progress from each part."""
SAMPLES = 6
"""Slices of a search that are measured to estimate its time."""


class Compiled:
    """See `Backend`. The reordered graphs are made when they are first needed, and kept."""

    def __init__(self, network: Network) -> None:
        self.network = network

    @cached_property
    def graph(self) -> ReorderedGraph:
        """The arcs in vertex order, without pendants."""
        return reorder(self.network.indptr, self.network.indices)

    @cached_property
    def full_graph(self) -> ReorderedGraph:
        """The arcs in vertex order, with every customer."""
        return reorder(self.network.indptr, self.network.indices, keep_all=True)

    @property
    def threads(self) -> int:
        """As many as there are processors, groups or batches, whichever is least."""
        return max(min(os.cpu_count() or 1, GROUPS, -(-self.network.n // MASK_BITS)), 1)

    def shell_sums(self, payoffs: Floats, progress: Progress = silent) -> Floats:
        """Search in slices, by groups of threads."""
        search, depth = Search(self.graph, payoffs), payoffs.shape[1]
        n, everyone = search.targets, self.network.n
        slices = even_slices(n, GROUPS * STEPS, MASK_BITS) if depth > 1 else []
        total, later = search.first_step(), search.accumulators.begin[2]

        def report(done: int) -> None:
            progress("searching", done * everyone // n, everyone)

        for sums in run_groups(deal(slices, GROUPS), lambda _: search.adder(), report):
            total[later:] += sums[later:]
        return search.shells(total)

    def subset_sums(self, customers: npt.NDArray[np.intp], payoffs: Floats) -> Floats:
        """Search from 512 sources at once: that costs as much as from one hub."""
        from influence.kernels.aligned import aligned_rows
        from influence.kernels.subset import subset_sums

        graph, n = self.full_graph, self.network.n
        vertex = np.empty(n, dtype=np.int64)
        vertex[graph.order] = np.arange(n)
        sources, ordered = vertex[customers], np.ascontiguousarray(payoffs[:, :, graph.order])
        found = np.empty((*payoffs.shape[:2], len(sources)))
        near, far = (aligned_rows(n).view(np.uint64) for _ in range(2))
        for start in range(0, len(sources), MASK_BITS):
            batch = sources[start : start + MASK_BITS]
            sums = np.zeros((*payoffs.shape[:2], MASK_BITS))
            subset_sums(graph.in_indptr, graph.in_indices, ordered, batch, near, far, sums)
            found[:, :, start : start + MASK_BITS] = sums[:, :, : len(batch)]
        return found

    def propagation(self, count: int, threads: int) -> Propagation:
        """Propagate a cache line of registers at a time."""
        from influence.kernels import sketches
        from influence.kernels.aligned import aligned_rows

        logs, graph, n = registers.logarithms(), self.full_graph, self.network.n
        buffers: SimpleQueue[tuple[registers.Bytes, registers.Bytes]] = SimpleQueue()
        for _ in range(threads):
            buffers.put((aligned_rows(n), aligned_rows(n)))

        def run(
            source: registers.Drawing, some: range, wanted: npt.NDArray[np.bool_], sums: Floats
        ) -> None:
            near, far = buffer = buffers.get()
            try:
                part = some.start // CACHE_LINE
                sketches.draw(source.key, source.height, part, logs, near)
                sketches.add_ranks(
                    graph.indptr, graph.indices, source.rank, wanted, near, far, sums
                )
            finally:
                buffers.put(buffer)  # even after an error: other threads wait for it

        slices = [range(start, start + CACHE_LINE) for start in range(0, count, CACHE_LINE)]
        return Propagation(graph.order, slices, run)

    def sample_seconds(self, payoffs: Floats) -> float:
        """Measure some slices of the search, chosen at random."""
        search = Search(self.graph, payoffs)
        slices = -(-search.targets // MASK_BITS)
        rng = np.random.default_rng(0)
        chosen = rng.choice(slices, min(SAMPLES, slices), replace=False)
        add = search.adder()
        add(0, 0)  # compiled before it is timed
        started = time.perf_counter()
        for number in chosen.tolist():
            add(number * MASK_BITS, min((number + 1) * MASK_BITS, search.targets))
        seconds = time.perf_counter() - started
        return seconds / max(len(chosen), 1) * slices / self.threads

    def search_bytes(self) -> int:
        """The masks of two distances, in every thread."""
        return self.threads * 2 * MASK_BITS // 8 * self.network.n

    def propagation_bytes(self, count: int) -> int:
        """Two buffers in every thread, and one more."""
        at_once = min(os.cpu_count() or 1, count // CACHE_LINE)
        return (at_once + 1) * 2 * CACHE_LINE * self.network.n
