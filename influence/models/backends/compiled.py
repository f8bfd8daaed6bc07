"""Networks of any size, searched by the kernels on all processors."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from influence.kernels import CACHE_LINE, MASK_BITS, registers
from influence.models.backends import Backend, Floats, Ranks, backend_of
from influence.models.backends.search import Search
from influence.models.jobs import JOBS, Arrays, Job, Runner, Tick, dealt, go_on
from influence.models.threads import even_slices
from influence.network import Network
from influence.network.vertex_order import ReorderedGraph, reorder
from influence.progress import Progress, silent

STEPS = 2
"""Slices of each job, after which progress is reported."""
SAMPLES = 6
"""Slices of a search that are measured to estimate its time."""


class Compiled:
    """See `Backend`. The reordered graphs are made when they are first needed, and kept."""

    def __init__(self, network: Network, runner: Runner) -> None:
        self.network, self.runner = network, runner

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
        """As many as there are processors, jobs or batches, whichever is least."""
        return max(min(os.cpu_count() or 1, JOBS, -(-self.network.n // MASK_BITS)), 1)

    def shell_sums(self, payoffs: Floats, progress: Progress = silent) -> Floats:
        """Search in slices, dealt to jobs."""
        search, depth = Search(self.graph, payoffs), payoffs.shape[1]
        n, everyone = search.targets, self.network.n
        slices = even_slices(n, JOBS * STEPS, MASK_BITS) if depth > 1 else []

        def report(done: int) -> None:
            progress("searching", done * everyone // n, everyone)

        return search.shells(search.sums(dealt(slices, JOBS), self.runner, report))

    def subset_sums(
        self, customers: npt.NDArray[np.intp], payoffs: Floats | Sequence[Floats]
    ) -> Floats:
        """Search from 512 sources at once: that costs as much as from one hub."""
        from influence.kernels.aligned import aligned_rows
        from influence.kernels.subset import subset_sums

        graph, n = self.full_graph, self.network.n
        vertex = np.empty(n, dtype=np.int64)
        vertex[graph.order] = np.arange(n)
        sources, depth = vertex[customers], len(payoffs[0])
        ordered = np.empty((len(payoffs), depth, n))
        for row, payoff in zip(ordered, payoffs, strict=True):
            row[:] = payoff[:, graph.order]
        found = np.empty((len(payoffs), depth, len(sources)))
        near, far = (aligned_rows(n).view(np.uint64) for _ in range(2))
        for start in range(0, len(sources), MASK_BITS):
            batch = sources[start : start + MASK_BITS]
            sums = np.zeros((len(payoffs), depth, MASK_BITS))
            subset_sums(graph.in_indptr, graph.in_indices, ordered, batch, near, far, sums)
            found[:, :, start : start + MASK_BITS] = sums[:, :, : len(batch)]
        return found

    def sums_of_ranks(
        self, drawn: Sequence[Ranks], count: int, progress: Progress = silent
    ) -> Iterator[Floats]:
        """Make a job of each cache line of registers."""
        parts, order = count // CACHE_LINE, self.full_graph.order
        jobs = [job for ranks in drawn for job in self._ranks_jobs(ranks, parts)]

        def report(done: int) -> None:
            progress("sketching", done, len(jobs))

        found = self.runner.map(jobs, report)
        for ranks in drawn:
            total = np.zeros((int(ranks.wanted.sum()), len(order)))
            for _ in range(parts):
                total += next(found)[0]
            sums = np.full((len(ranks.wanted), self.network.n), np.inf)
            sums[np.ix_(ranks.wanted, order)] = total
            del total  # not held while jobs of the next sketch run
            yield sums

    def _ranks_jobs(self, ranks: Ranks, parts: int) -> list[Job]:
        graph = self.full_graph
        source = registers.drawing(ranks.values, ranks.seed, graph.order)
        arrays: Arrays = {"indptr": graph.indptr, "indices": graph.indices, "key": source.key,
                  "height": source.height}  # fmt: skip
        options = {"rank": source.rank, "wanted": ranks.wanted}
        return [Job(sums_of_registers, arrays, options | {"part": part}) for part in range(parts)]

    def sample_seconds(self, payoffs: Floats) -> float:
        """Measure some slices of the search, chosen at random."""
        search = Search(self.graph, payoffs)
        slices = -(-search.targets // MASK_BITS)
        rng = np.random.default_rng(0)
        chosen = rng.choice(slices, min(SAMPLES, slices), replace=False).tolist()
        some = [(at * MASK_BITS, min((at + 1) * MASK_BITS, search.targets)) for at in chosen]
        compiling, job = search.jobs([[(0, 0)], some])
        compiling.run(go_on)
        started = time.perf_counter()
        job.run(go_on)
        seconds = time.perf_counter() - started
        return seconds / max(len(chosen), 1) * slices / self.threads

    def search_bytes(self) -> int:
        """The masks of two distances, in every thread."""
        return self.threads * 2 * MASK_BITS // 8 * self.network.n

    def sketch_sample_seconds(self, steps: int, count: int) -> float:
        """Measure one cache line of registers."""
        everyone = np.ones(self.network.n)
        for wanted in (np.ones(0, dtype=np.bool_), np.ones(steps, dtype=np.bool_)):
            (job,) = self._ranks_jobs(Ranks(everyone, (0,), wanted), 1)
            started = time.perf_counter()
            job.run(go_on)  # the first time it compiles
        seconds = time.perf_counter() - started
        return seconds * (count // CACHE_LINE) / (os.cpu_count() or 1)

    def sketch_bytes(self, count: int) -> int:
        """Two buffers in every thread, and one more."""
        at_once = min(os.cpu_count() or 1, count // CACHE_LINE)
        return (at_once + 1) * 2 * CACHE_LINE * self.network.n

    def of(self, network: Network) -> Backend:
        """Make the backend of another network, with the same runner."""
        return backend_of(network, self.runner)


def sums_of_registers(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    key: npt.NDArray[np.uint64],
    height: npt.NDArray[np.float32],
    rank: Floats,
    wanted: npt.NDArray[np.bool_],
    part: int,
    tick: Tick,
) -> list[Floats]:
    """Draw a cache line of registers, propagate them, and add up their ranks.

    Parameters
    ----------
    indptr, indices
        Of a `ReorderedGraph` with all customers.
    key, height, rank
        A `Drawing`.
    wanted : bool[steps]
    part : int
        Which cache line.
    tick : callable

    Returns
    -------
    [float64[wanted steps, n]]
        In vertex order.
    """
    from influence.kernels import sketches
    from influence.kernels.aligned import aligned_rows

    n = len(key)
    near, far = aligned_rows(n), aligned_rows(n)
    sums = np.empty((int(wanted.sum()), n))
    sketches.draw(key, height, part, registers.logarithms(), near)
    sketches.add_ranks(indptr, indices, rank, wanted, near, far, sums)
    tick(1)
    return [sums]
