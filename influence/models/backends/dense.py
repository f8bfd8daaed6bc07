"""Small networks in NumPy alone: everyone within reach as rows of bits, and sketches of them.

Loading a compiler takes a third of a second. A company of two thousand customers is searched in
less, so no command on it waits for one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from influence.kernels import registers
from influence.models.backends import Backend, Floats, Ranks, backend_of
from influence.models.jobs import Runner
from influence.network import Network
from influence.progress import Progress, silent

CUSTOMERS, ARCS = 2_048, 2**15
"""The largest network; where everyone reaches everyone a search takes a fifth of a second."""
ROWS = 256
"""How many customers' bits are unpacked at a time."""
AT_ONCE = 256
"""Registers propagated together: the loops are Python's, so the more the better."""


def suits(network: Network) -> bool:
    """Whether a network is small enough."""
    return network.n <= CUSTOMERS and network.arcs <= ARCS


class Dense:
    """See `Backend`."""

    threads = 1

    def __init__(self, network: Network, runner: Runner) -> None:
        self.network, self.runner = network, runner

    def shell_sums(self, payoffs: Floats, progress: Progress = silent) -> Floats:
        """Grow the set of customers within reach of each customer, one step at a time."""
        network = self.network
        n, indptr = network.n, network.indptr
        within = np.zeros((n, -(-n // 64) * 8), dtype=np.uint8)
        everyone = np.arange(n)
        within[everyone, everyone // 8] = np.uint8(128) >> (everyone % 8).astype(np.uint8)
        within = within.view(np.uint64)
        has_arcs = np.flatnonzero(np.diff(indptr))
        sums = np.zeros_like(payoffs)
        for d in range(payoffs.shape[1]):
            wider = within.copy()
            if len(has_arcs):
                reached = np.bitwise_or.reduceat(within[network.indices], indptr[has_arcs], axis=0)
                wider[has_arcs] |= reached
            shell = (wider ^ within).view(np.uint8)
            for start in range(0, n, ROWS):
                reached_by = np.unpackbits(shell[start : start + ROWS], axis=1, count=n)
                # Of a matrix of bytes, np.nonzero takes several times as long.
                source, target = np.divmod(np.flatnonzero(reached_by.view(np.bool_)), n)
                part = slice(start, min(start + ROWS, n))
                for payoff, total in zip(payoffs[:, d], sums[:, d], strict=True):
                    total[part] = np.bincount(source, payoff[target], part.stop - start)
            within = wider
        progress("searching", n, n)
        return sums

    def subset_sums(
        self, customers: npt.NDArray[np.intp], payoffs: Floats | Sequence[Floats]
    ) -> Floats:
        """Search all and take some: that is quick enough here."""
        return self.shell_sums(np.asarray(payoffs))[:, :, customers]

    def sums_of_ranks(
        self, drawn: Sequence[Ranks], count: int, progress: Progress = silent
    ) -> Iterator[Floats]:
        """Propagate many registers at a time, in the network's own order."""
        logs, everyone = registers.logarithms(), np.arange(self.network.n)
        for done, ranks in enumerate(drawn, 1):
            source = registers.drawing(ranks.values, ranks.seed, everyone)
            total = np.full((len(ranks.wanted), self.network.n), np.inf)
            total[ranks.wanted] = 0.0
            for start in range(0, count, AT_ONCE):
                some = range(start, min(start + AT_ONCE, count))
                total[ranks.wanted] += sums_of_registers(
                    self.network, logs, source, some, ranks.wanted
                )
            progress("sketching", done, len(drawn))
            yield total

    def sample_seconds(self, payoffs: Floats) -> float:
        """Measure the whole search."""
        started = time.perf_counter()
        self.shell_sums(payoffs)
        return time.perf_counter() - started

    def search_bytes(self) -> int:
        """Bits that travel along the arcs, and pairs of source and target."""
        bits = self.network.n // 8 + 8
        return (self.network.arcs + 4 * self.network.n) * bits + 24 * ROWS * self.network.n

    def sketch_sample_seconds(self, steps: int, count: int) -> float:
        """Measure a whole sketch."""
        ranks = Ranks(np.ones(self.network.n), (0,), np.ones(steps, dtype=np.bool_))
        started = time.perf_counter()
        list(self.sums_of_ranks([ranks], count))
        return time.perf_counter() - started

    def sketch_bytes(self, count: int) -> int:  # noqa: ARG002
        """Registers before and after a step, and the ranks that they stand for."""
        return 12 * AT_ONCE * self.network.n

    def of(self, network: Network) -> Backend:
        """Choose the backend of another network."""
        return backend_of(network, self.runner)


def sums_of_registers(
    network: Network,
    logs: npt.NDArray[np.float32],
    source: registers.Drawing,
    some: range,
    wanted: npt.NDArray[np.bool_],
) -> Floats:
    """Draw and propagate some registers and add up their ranks; float64[wanted steps, n].

    Like `draw` and `add_ranks` of the compiled kernels, see `influence.kernels.sketches`.
    """
    near = np.empty((network.n, len(some)), dtype=np.uint8)
    for start in range(0, network.n, ROWS):
        part = slice(start, start + ROWS)
        near[part] = draw(source.key[part], source.height[part], some, logs)
    degrees = np.diff(network.indptr)
    by_degree = np.argsort(-degrees, kind="stable")
    first, descending = network.indptr[by_degree], -degrees[by_degree]
    sums = []
    for asked in wanted:
        wider = near[by_degree]
        for k in range(degrees.max(initial=0)):
            # The k-th neighbour of every customer with more than k of them.
            who = slice(0, int(np.searchsorted(descending, -k)))
            np.maximum(wider[who], near[network.indices[first[who] + k]], out=wider[who])
        near[by_degree] = wider
        if asked:
            sums.append(source.rank[near].sum(axis=1))
    return np.array(sums)


def draw(
    key: npt.NDArray[np.uint64],
    height: npt.NDArray[np.float32],
    some: range,
    logs: npt.NDArray[np.float32],
) -> registers.Bytes:
    """Draw some registers of each customer; uint8[n, registers]."""
    first, second, spread = (
        np.uint32(x) for x in (registers.FIRST, registers.SECOND, registers.SPREAD)
    )
    one = key.astype(np.uint32)[:, np.newaxis]
    other = (key >> np.uint64(32)).astype(np.uint32)[:, np.newaxis]
    x = one + np.array(some, dtype=np.uint32) * spread
    x = (x ^ (x >> 16)) * first
    x = ((x ^ other) ^ (x >> 15)) * second
    x ^= x >> 16
    laps = np.minimum((32 - np.frexp(x.astype(np.float64))[1]) // 4, registers.LAPS - 1)
    x <<= (4 * laps).astype(np.uint32)
    bits = logs[laps, x >> (32 - registers.BITS)]
    worthless = np.isneginf(height)
    start = np.where(worthless, np.float32(0), height)[:, np.newaxis]
    heights = (start - bits + np.float32(0.5)).astype(np.int64)
    drawn: registers.Bytes = np.clip(heights, 1, registers.TOP).astype(np.uint8)
    drawn[worthless] = 0
    return drawn
