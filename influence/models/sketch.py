"""Sketch: the sums of `Shells`, estimated in seconds where an exact search takes minutes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from influence.errors import UsageError
from influence.kernels import CACHE_LINE, MASK_BITS
from influence.models.backends import Backend, Ranks, backend_of
from influence.models.model import Floats, Model
from influence.models.payoff import Payoff
from influence.models.shells import Shells
from influence.network import Network
from influence.network.blocks import row_blocks
from influence.progress import Progress, silent

REGISTERS = 256
MOST_REGISTERS = 4096


def check_registers(registers: int, seed: int = 0) -> None:
    """Check the size and the random seed of a sketch.

    Raises
    ------
    UsageError
        Unless the registers are a multiple of 64 within the limits and the seed is at least 0.
    """
    if registers % CACHE_LINE or not CACHE_LINE <= registers <= MOST_REGISTERS:
        raise UsageError(
            f"{registers} registers: a multiple of {CACHE_LINE} is needed, "
            f"{CACHE_LINE} to {MOST_REGISTERS:,}"
        )
    if seed < 0:
        raise UsageError(f"seed {seed}: it must be at least 0")


def check_kinds(network: Network) -> None:
    """Check that all kinds of ties weigh the same in a network that is to be sketched.

    Raises
    ------
    UsageError
        If they do not.
    """
    if network.kind_weight is not None:
        raise UsageError("sketches do not support weights of kinds: use --method exact")


@dataclass(frozen=True, eq=False)
class Sketched:
    """Estimated sums, and their variances.

    Attributes
    ----------
    sums, variances : float64[payoffs, D, n]
        The errors of one customer at different distances are uncorrelated: variances add up.
    sample : intp[m]
        Customers who were also searched exactly.
    exact : float64[payoffs, D, m]
        Their exact sums.
    """

    sums: Floats
    variances: Floats
    sample: npt.NDArray[np.intp]
    exact: Floats


@dataclass(frozen=True)
class Sketch(Model):
    """Shells, estimated: distance 1 is exact, the rest are differences of estimated sets.

    A sum is never negative where the payoffs are not, and exactly 0 where no one new is reached.
    The same seed gives the same bits, whatever the number of threads.

    Parameters
    ----------
    weights : tuple of float
        w_1 … w_D, in [0, 1], never increasing.
    registers : int
        k, a multiple of 64; the relative standard error of the sum within a distance is
        1/√(k − 2).
    seed : int
        Random seed, at least 0.
    sample : int
        How many customers, chosen at random, `estimate` also searches exactly. Customers with a
        large payoff and small ranks are within reach of most others, so all sums of one distance
        are off by a common factor: it is measured on the sample and corrected. 0 for none.

    Raises
    ------
    UsageError
        For weights, registers or a seed that cannot be used, and for networks in which kinds of
        ties weigh differently.

    Examples
    --------
    >>> from influence import Network, Tables
    >>> network = Network.from_tables(Tables(
    ...     customers={"id": ["A", "B", "C"]}, ties={"source": ["A", "B"], "target": ["B", "C"]}
    ... ))
    >>> Sketch((0.5, 0.2)).by_distance(network, 1.0).round().tolist()
    [[[1.0, 2.0, 1.0], [1.0, 0.0, 1.0]]]
    """

    registers: int = REGISTERS
    seed: int = 0
    sample: int = MASK_BITS

    def __post_init__(self) -> None:
        super().__post_init__()
        check_registers(self.registers, self.seed)

    @property
    def standard_error(self) -> float:
        """The relative standard error of the sum within a distance: 1/√(k − 2)."""
        return float(1 / np.sqrt(self.registers - 2))

    def by_distance(
        self, network: Network | Backend, *payoffs: Payoff, progress: Progress = silent
    ) -> Floats:
        """Estimate what `Shells.by_distance` sums; float64[payoffs, D, n]."""
        return self.estimate(network, *payoffs, progress=progress).sums

    def row(self, network: Network, customer: int) -> Floats:
        """1 where another customer lies at distance d from this one, else 0; float64[D, n]."""
        return Shells(self.weights).row(network, customer)

    def estimate(
        self,
        network: Network | Backend,
        *payoffs: Payoff,
        stream: int = 0,
        progress: Progress = silent,
    ) -> Sketched:
        """Estimate the sum of each payoff over the customers at each distance.

        Parameters
        ----------
        *payoffs : float, float64[n] or float64[D, n]
            As for `Shells.by_distance`.
        stream : int
            Estimates of different streams draw independent ranks.
        """
        backend, depth = backend_of(network), self.depth
        network = backend.network
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
        return self._run(backend, columns, start, sample, stream, progress)

    def within(
        self,
        network: Network | Backend,
        levels: Floats,
        grown: npt.NDArray[np.bool_],
        *,
        stream: int = 0,
        progress: Progress = silent,
    ) -> Sketched:
        """Estimate sums over all others within 1 … D steps.

        Parameters
        ----------
        levels : float64[D, n]
            Row l − 1: the payoff of each customer within l steps.
        grown : bool[D, n]
            Where someone is known to lie beyond distance 1 and within 1 … D steps.

        Returns
        -------
        Sketched
            Of shape [1, D, n].
        """
        backend = backend_of(network)
        columns = [_Column(0, levels[d], [(d, 0, d)]) for d in range(1, self.depth)]
        start = np.stack([_row_sums(backend.network, level) for level in levels])[np.newaxis]
        return self._run(backend, columns, start, np.arange(0), stream, progress, grown)

    def _run(
        self,
        backend: Backend,
        columns: Sequence[_Column],
        sums: Floats,
        sample: npt.NDArray[np.intp],
        stream: int,
        progress: Progress,
        known: npt.NDArray[np.bool_] | None = None,
    ) -> Sketched:
        check_kinds(backend.network)
        grown = np.zeros(sums.shape[1:], dtype=np.bool_)
        unseen: dict[tuple[int, int], Floats] = {}
        variances, exact = np.zeros_like(sums), np.zeros((*sums.shape[:2], len(sample)))
        exact[:, 0] = sums[:, 0, sample]
        halves = [half for column in columns for half in column.halves()]
        searched = self._searched(backend, halves, sample)
        estimated = self._within(backend, halves, stream, progress)
        for half, found, within in zip(halves, searched, estimated, strict=True):
            out = half.column.out
            for row, inner, outer in half.column.reads:
                # The errors of a sum and of the part of it within are correlated so that this is
                # what remains of the difference.
                spread = (within[outer] ** 2 - within[inner] ** 2) / (self.registers - 2)
                difference = within[outer] - within[inner]
                grown[row] |= difference > 0
                # So much may have been added without a register that shows it.
                hidden = 2 / self.registers * within[outer] ** 2 / (self.registers - 2)
                unseen.setdefault((out, row), np.zeros_like(hidden))
                unseen[out, row] += np.where(difference > 0, 0.0, hidden)
                factor = _factor(found[row], difference[sample])
                sums[out, row] += half.sign * factor * difference
                variances[out, row] += factor**2 * spread
                exact[out, row] += half.sign * found[row]
        for (out, row), hidden in unseen.items():
            variances[out, row] += hidden * (grown if known is None else known)[row]
        return Sketched(sums, variances, sample, exact)

    def _searched(
        self, backend: Backend, halves: Sequence[_Half], sample: npt.NDArray[np.intp]
    ) -> Floats:
        """Sum each half exactly for the sample; float64[halves, D, m]."""
        shape = (len(halves), self.depth)
        if len(sample) == 0 or not halves:
            return np.zeros((*shape, len(sample)))
        every = (self.depth, backend.network.n)
        return backend.subset_sums(sample, [np.broadcast_to(h.values, every) for h in halves])

    def _within(
        self, backend: Backend, halves: Sequence[_Half], stream: int, progress: Progress
    ) -> Iterator[Floats]:
        """Estimate for each half in turn the sums within 1 … steps; float64[steps, n]."""
        drawn = [
            Ranks(half.values, (self.seed, stream, half.number), half.wanted) for half in halves
        ]
        for total in backend.sums_of_ranks(drawn, self.registers, progress):
            yield np.divide(self.registers - 1, total, out=total)


@dataclass(frozen=True, eq=False)
class _Column:
    """A payoff and the differences to be read from its sums within a distance.

    `reads` holds (row d of the result, inner, outer): which two sums are subtracted, by index of
    the step, 0 for one step.
    """

    out: int
    values: Floats
    reads: list[tuple[int, int, int]]

    def halves(self) -> Iterator[_Half]:
        """Split into what is above zero and what is below: ranks need positive rates."""
        for sign in (1.0, -1.0):
            if self.reads and (sign * self.values > 0).any():
                number = 64 * self.out + 2 * self.reads[0][0] + (sign < 0)
                yield _Half(self, sign, int(number))


@dataclass(frozen=True, eq=False)
class _Half:
    column: _Column
    sign: float
    number: int

    @property
    def values(self) -> Floats:
        """The amounts of customers, at least 0: not held, since rarely needed; float64[n]."""
        counted: Floats = np.maximum(self.sign * self.column.values, 0.0)
        return counted

    @property
    def wanted(self) -> npt.NDArray[np.bool_]:
        """Flags of the steps that are read; bool[steps]."""
        steps = {step for _, *pair in self.column.reads for step in pair}
        return np.isin(np.arange(max(steps) + 1), sorted(steps))


def _factor(exact: Floats, estimated: Floats) -> float:
    """The factor that gives the estimates of a sample the right total."""
    total = float(estimated.sum())
    return float(exact.sum()) / total if total > 0 and exact.any() else 1.0


def _row_sums(network: Network, payoff: Payoff) -> Floats:
    """Sum exactly at distance 1."""
    from scipy.sparse import csr_array

    n, indptr = network.n, network.indptr
    payoff, sums = np.broadcast_to(np.asarray(payoff, dtype=np.float64), n), np.empty(n)
    for begin, end in row_blocks(np.diff(indptr)):
        of_rows = indptr[begin : end + 1] - indptr[begin]
        arcs = network.indices[indptr[begin] : indptr[end]]
        rows = csr_array((np.ones(len(arcs)), arcs, of_rows), shape=(end - begin, n))
        sums[begin:end] = rows @ payoff
    return sums
