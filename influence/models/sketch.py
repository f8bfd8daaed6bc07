"""Sketched shells: the sums of `Shells`, estimated in seconds where a search takes minutes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from threading import Event

import numpy as np
import numpy.typing as npt

from influence.errors import UsageError
from influence.kernels import CACHE_LINE
from influence.kernels.registers import drawing
from influence.models.payoff import Payoff
from influence.models.registers import following
from influence.models.shells import Shells
from influence.models.subset import SUBSET_SIZE, subset_sums
from influence.models.weights import DEFAULT, check_weights
from influence.network import Network
from influence.progress import Progress, silent

REGISTERS = 256
MOST_REGISTERS = 4096
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sketched:
    """Estimated sums and how far they may be off.

    Attributes
    ----------
    sums, variances : float64[payoffs, D, n]
        Of one customer, the errors at different distances are uncorrelated, so variances add up.
    sample : intp[m]
        Customers who were searched exactly, too.
    exact : float64[payoffs, D, m]
        Their sums.
    """

    sums: Floats
    variances: Floats
    sample: npt.NDArray[np.intp]
    exact: Floats


@dataclass(frozen=True)
class Sketch:
    """Shells, estimated: distance 1 is exact, what lies farther is a difference of circles.

    A sum is never negative where the payoffs are not, and exactly 0 where the circle does not
    grow. The same seed gives the same bits, whatever the number of threads.

    Parameters
    ----------
    weights : tuple of float
        w_1 … w_D, in [0, 1], never increasing.
    registers : int
        k, a multiple of 64; the relative standard error of a circle's sum is 1/√(k − 2).
    seed : int
        At least 0.
    sample : int
        How many customers, chosen by chance, `estimate` searches exactly. Big spenders with small
        ranks are in most circles, so that all sums of one distance are off by a common factor: it
        is measured on the sample and taken out. 0 for none.

    Raises
    ------
    UsageError
        For weights, registers or a seed that cannot be used.

    Examples
    --------
    >>> from influence import Network, Tables
    >>> network = Network.from_tables(Tables(
    ...     customers={"id": ["A", "B", "C"]}, ties={"source": ["A", "B"], "target": ["B", "C"]}
    ... ))
    >>> Sketch((0.5, 0.2)).by_distance(network, 1.0).round().tolist()
    [[[1.0, 2.0, 1.0], [1.0, 0.0, 1.0]]]
    """

    weights: tuple[float, ...] = DEFAULT
    registers: int = REGISTERS
    seed: int = 0
    sample: int = SUBSET_SIZE

    def __post_init__(self) -> None:
        check_weights(self.weights)
        if self.registers % CACHE_LINE or not CACHE_LINE <= self.registers <= MOST_REGISTERS:
            raise UsageError(
                f"{self.registers} registers: a multiple of {CACHE_LINE} is needed, "
                f"{CACHE_LINE} to {MOST_REGISTERS:,}"
            )
        if self.seed < 0:
            raise UsageError(f"seed {self.seed}: it must be at least 0")

    @property
    def depth(self) -> int:
        """How many steps influence is followed."""
        return len(self.weights)

    @property
    def standard_error(self) -> float:
        """Of the sum over a circle, relative: 1/√(k − 2)."""
        return float(1 / np.sqrt(self.registers - 2))

    def gain(self, network: Network, payoff: Payoff) -> Floats:
        """What each customer brings about in others, in the unit of `payoff`; float64[n]."""
        gain: Floats = np.array(self.weights) @ self.by_distance(network, payoff)[0]
        return gain

    def by_distance(
        self, network: Network, *payoffs: Payoff, progress: Progress = silent
    ) -> Floats:
        """Estimate what `Shells.by_distance` sums; float64[payoffs, D, n]."""
        return self.estimate(network, *payoffs, progress=progress).sums

    def row(self, network: Network, customer: int) -> Floats:
        """How much of each other customer one reaches, exactly; float64[D, n]."""
        return Shells(self.weights).row(network, customer)

    def estimate(
        self, network: Network, *payoffs: Payoff, stream: int = 0, progress: Progress = silent
    ) -> Sketched:
        """Estimate the sum of each payoff over the customers at each distance.

        Parameters
        ----------
        *payoffs : float, float64[n] or float64[D, n]
            As for `Shells.by_distance`.
        stream : int
            Estimates of different streams draw ranks that have nothing to do with each other.
        """
        depth = self.depth
        columns = []
        for c, payoff in enumerate(payoffs):
            if np.ndim(payoff) < 2:
                every = [(d, d - 1, d) for d in range(1, depth)]
                columns.append(_Column(c, np.broadcast_to(payoff, network.n), every))
            else:
                rows = np.asarray(payoff)
                columns += [_Column(c, rows[d], [(d, d - 1, d)]) for d in range(1, depth)]
        firsts = [payoff if np.ndim(payoff) < 2 else np.asarray(payoff)[0] for payoff in payoffs]
        start = np.zeros((len(payoffs), depth, network.n))
        for row, first in zip(start, firsts, strict=True):
            row[0] = _row_sums(network, first)
        draw = np.random.default_rng((self.seed, stream, len(payoffs)))
        sample = np.sort(draw.choice(network.n, min(self.sample, network.n), replace=False))
        return self._run(network, columns, start, sample, stream, progress)

    def within(
        self,
        network: Network,
        levels: Floats,
        grown: npt.NDArray[np.bool_],
        *,
        stream: int = 0,
        progress: Progress = silent,
    ) -> Sketched:
        """Estimate sums over all within 1 … D steps, the customer herself left out.

        Parameters
        ----------
        levels : float64[D, n]
            Row l − 1: what each counts within l steps.
        grown : bool[D, n]
            Where it is known that somebody is beyond distance 1 and within 1 … D steps.

        Returns
        -------
        Sketched
            Of shape [1, D, n].
        """
        columns = [_Column(0, levels[d], [(d, 0, d)]) for d in range(1, self.depth)]
        start = np.stack([_row_sums(network, level) for level in levels])[np.newaxis]
        return self._run(network, columns, start, np.arange(0), stream, progress, grown)

    def _run(
        self,
        network: Network,
        columns: Sequence[_Column],
        sums: Floats,
        sample: npt.NDArray[np.intp],
        stream: int,
        progress: Progress,
        known: npt.NDArray[np.bool_] | None = None,
    ) -> Sketched:
        unseen, grown = np.zeros_like(sums), np.zeros(sums.shape[1:], dtype=np.bool_)
        variances, exact = np.zeros_like(sums), np.zeros((*sums.shape[:2], len(sample)))
        exact[:, 0] = sums[:, 0, sample]
        halves = [half for column in columns for half in column.halves()]
        searched = self._searched(network, halves, sample)
        for half, found, balls in zip(
            halves, searched, self._balls(network, halves, stream, progress), strict=True
        ):
            for row, inner, outer in half.reads:
                # Errors of a circle and of the part of it within are correlated so that this is
                # what remains of the difference.
                spread = (balls[outer] ** 2 - balls[inner] ** 2) / (self.registers - 2)
                grown_by = balls[outer] - balls[inner]
                grown[row] |= grown_by > 0
                # So much may have come without a register that shows it.
                hidden = 2 / self.registers * balls[outer] ** 2 / (self.registers - 2)
                unseen[half.out, row] += np.where(grown_by > 0, 0.0, hidden)
                factor = _factor(found[row], grown_by[sample])
                sums[half.out, row] += half.sign * factor * grown_by
                variances[half.out, row] += factor**2 * spread
                exact[half.out, row] += half.sign * found[row]
        variances += unseen * (grown if known is None else known)
        return Sketched(sums, variances, sample, exact)

    def _searched(
        self, network: Network, halves: Sequence[_Half], sample: npt.NDArray[np.intp]
    ) -> Floats:
        """The sample's exact sums of each half; float64[halves, D, m]."""
        shape = (len(halves), self.depth)
        if len(sample) == 0 or not halves:
            return np.zeros((*shape, len(sample)))
        payoffs = np.empty((*shape, network.n))
        for payoff, half in zip(payoffs, halves, strict=True):
            payoff[:] = half.values
        return subset_sums(network, sample, payoffs)

    def _balls(
        self, network: Network, halves: Sequence[_Half], stream: int, progress: Progress
    ) -> Iterator[Floats]:
        """For each half in turn, the estimated sums within 1 … steps; float64[steps, n]."""
        n, stopped, done, threads = network.n, Event(), count(1), os.cpu_count() or 1
        order, slices, follow = following(network, self.registers, threads)

        def ranks_of(half: _Half, some: range) -> Floats:
            sums = np.full((len(half.wanted), n), np.inf)
            if stopped.is_set():
                return sums
            source = drawing(half.values, (self.seed, stream, half.number), order)
            follow(source, some, half.wanted, sums)
            progress("sketching", next(done), len(slices) * len(halves))
            return sums

        with ThreadPoolExecutor(threads) as pool:
            try:
                work = [[pool.submit(ranks_of, half, some) for some in slices] for half in halves]
                for parts in work:
                    total = parts[0].result()
                    for part in parts[1:]:
                        total += part.result()
                    parts.clear()
                    balls = np.empty_like(total)
                    balls[:, order] = (self.registers - 1) / total
                    yield balls
            finally:
                stopped.set()  # Ctrl-C: the threads end with their slice


@dataclass(frozen=True, eq=False)
class _Column:
    """A payoff and the differences of circles to be read from it.

    `reads` says for row d of the result which circles: the inner and the outer one, 0 for one step.
    """

    out: int
    values: Floats
    reads: list[tuple[int, int, int]]

    def halves(self) -> Iterator[_Half]:
        """What lies above zero and what lies below: ranks want positive rates."""
        for sign in (1.0, -1.0):
            values = np.maximum(sign * self.values, 0.0)
            if self.reads and values.any():
                number = 64 * self.out + 2 * self.reads[0][0] + (sign < 0)
                yield _Half(self.out, values, self.reads, sign, int(number))


@dataclass(frozen=True, eq=False)
class _Half:
    out: int
    values: Floats
    reads: list[tuple[int, int, int]]
    sign: float
    number: int

    @property
    def wanted(self) -> npt.NDArray[np.bool_]:
        """Which circles are read."""
        circles = {circle for _, *pair in self.reads for circle in pair}
        return np.isin(np.arange(max(circles) + 1), sorted(circles))


def _factor(exact: Floats, estimated: Floats) -> float:
    """What estimates of a sample have to be multiplied with to have the right total."""
    total = float(estimated.sum())
    return float(exact.sum()) / total if total > 0 and exact.any() else 1.0


def _row_sums(network: Network, payoff: Payoff) -> Floats:
    """At distance 1: sums of rows, exact."""
    from scipy.sparse import csr_array

    n = network.n
    ones = np.ones(network.arcs)
    rows = csr_array((ones, network.indices, network.indptr), shape=(n, n))
    sums: Floats = rows @ np.broadcast_to(np.asarray(payoff, dtype=np.float64), n)
    return sums
