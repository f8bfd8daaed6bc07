"""Shells: everybody counts once, at the shortest distance (the default model)."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import numpy as np
import numpy.typing as npt

from influence.kernels import CACHE_LINE, MASK_BITS
from influence.models import dense
from influence.models.accumulators import Accumulators
from influence.models.payoff import Payoff
from influence.models.search_kernel import Kernel, choose
from influence.models.weights import DEFAULT, check_weights
from influence.network import Network
from influence.network.ego import ego_network
from influence.network.vertex_order import VertexOrder
from influence.progress import Progress, silent

GROUPS = 4
"""Into how many parts the targets are split. Each adds up on its own and the parts are added in
order, so a sum has the same bits whatever the number of threads."""
STEPS = 25
"""Reports of progress from each part."""


@dataclass(frozen=True)
class Shells:
    """I_i = Σ_d w_d · Σ_{j at distance d from i} payoff_j; strengths play no part.

    Parameters
    ----------
    weights : tuple of float
        w_1 … w_D, in [0, 1], never increasing; their number is the depth D.

    Examples
    --------
    >>> from influence import Network, Tables
    >>> network = Network.from_tables(Tables(
    ...     customers={"id": ["A", "B", "C"]}, ties={"source": ["A", "B"], "target": ["B", "C"]}
    ... ))
    >>> Shells((0.5, 0.2)).gain(network, payoff=1.0)
    array([0.7, 1. , 0.7])
    """

    weights: tuple[float, ...] = DEFAULT

    def __post_init__(self) -> None:
        check_weights(self.weights)

    @property
    def depth(self) -> int:
        """How many steps influence is followed."""
        return len(self.weights)

    def gain(self, network: Network, payoff: Payoff) -> npt.NDArray[np.float64]:
        """What each customer brings about in others, in the unit of `payoff`.

        Parameters
        ----------
        payoff : float or float64[n]
            What a customer counts: 1 gives weighted people, the CLV gives money.

        Returns
        -------
        float64[n]
        """
        gain: npt.NDArray[np.float64] = (
            np.array(self.weights) @ self.by_distance(network, payoff)[0]
        )
        return gain

    def by_distance(
        self, network: Network, *payoffs: Payoff, progress: Progress = silent
    ) -> npt.NDArray[np.float64]:
        """Sum each payoff over the customers at each distance, without weights.

        Parameters
        ----------
        *payoffs : float, float64[n] or float64[D, n]
            What a customer counts; with D rows, what she counts at distance 1 … D.

        Returns
        -------
        float64[payoffs, D, n]
        """
        columns = np.empty((len(payoffs), self.depth, network.n))
        for column, payoff in zip(columns, payoffs, strict=True):
            column[:] = payoff
        if dense.suits(network):
            sums = dense.shell_sums(network, columns)
            progress("searching", network.n, network.n)
            return sums
        search = Search(network.arranged, columns)
        n = search.targets
        size = max(n // (MASK_BITS * GROUPS * STEPS), 1) * MASK_BITS
        starts = range(0, n, size) if self.depth > 1 else range(0)
        # Dealt out in turn: where searches grow along the order, groups have equal work.
        groups = [starts[group::GROUPS] for group in range(min(GROUPS, len(starts)))]
        done = np.zeros(len(groups), dtype=np.int64)
        stopped = Event()

        def add_up(group: int) -> npt.NDArray[np.float64]:
            add = search.adder()
            sums = add(0, 0)
            for start in groups[group]:
                if stopped.is_set():
                    break
                stop = min(start + size, n)
                sums = add(start, stop)
                done[group] += stop - start
                progress("searching", int(done.sum()) * network.n // n, network.n)
            return sums

        total, later = search.first_step(), search.tally.begin[2]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            try:
                for sums in pool.map(add_up, range(len(groups))):
                    total[later:] += sums[later:]
            finally:
                stopped.set()  # Ctrl-C: the threads end with their slice
        return search.shells(total)

    def row(self, network: Network, customer: int) -> npt.NDArray[np.float64]:
        """1 where another customer lies at distance d from this one, else 0.

        Returns
        -------
        float64[D, n]
        """
        rows = np.zeros((self.depth, network.n))
        circle = ego_network(network, customer, self.depth)
        rows[:, circle.members] = circle.shells(self.depth)
        return rows


class Search:
    """One search of a network for some payoffs, customer by customer.

    Parameters
    ----------
    local : VertexOrder
    columns : float64[payoffs, D, n]
        What a customer counts at distance 1 … D, in the customers' own order.
    kernel : {"balls", "batches"}, optional
        By default what `choose` says.

    Attributes
    ----------
    targets : int
        How many customers are searched: for batches those whom anybody sees, for balls all that
        the arrangement numbers.
    """

    def __init__(
        self, local: VertexOrder, columns: npt.NDArray[np.float64], kernel: Kernel | None = None
    ) -> None:
        self.local = local
        self.kernel = kernel or choose(local, columns.shape[1]).kernel
        self.targets = len(local.order) if self.kernel == "balls" else local.targets
        self.tally = Accumulators(local, columns)
        self.shells = self.tally.shells

    def first_step(self) -> npt.NDArray[np.float64]:
        """The sums with those at distance 0 and 1 alone, sums of rows; float64[rows, m]."""
        from influence.kernels.matvec import sum_rows

        local, rows, begin = self.local, self.tally.rows, self.tally.begin
        sums = np.zeros_like(rows)
        sums[: begin[1]] = rows[: begin[1]]
        for row in range(begin[1], begin[2]):
            sum_rows(local.indptr, local.indices, rows[row], 0, rows.shape[1], sums[row])
        return sums

    def adder(self) -> Callable[[int, int], npt.NDArray[np.float64]]:
        """A function that adds customers first … last − 1 to its sums and returns them.

        For one thread, with room of its own: the sums from distance 2 on. Batches add these as
        targets, balls as those who reach others; all of them together come to the same.
        """
        from influence.kernels.aligned import aligned_rows
        from influence.kernels.bfs import add_bfs_sums
        from influence.kernels.multi_source_bfs import BLOCK, add_multi_source_sums

        local, tally, stop = self.local, self.tally, self.targets
        m = len(local.order)
        sums = np.zeros(tally.rows.shape)  # rows that are never touched take no memory
        alike = np.array([bool((row == row[:1]).all()) for row in tally.rows], dtype=np.bool_)
        counted = tally.rows, tally.begin, alike
        seen = np.zeros(m + 1, dtype=np.uint32)
        if self.kernel == "balls":
            marks = np.zeros(m, dtype=np.uint8)

            def add(first: int, last: int) -> npt.NDArray[np.float64]:
                slice_ = first, min(last, stop)
                add_bfs_sums(local.indptr, local.indices, *counted, *slice_, sums, marks, seen)
                return sums

            return add
        arcs = local.indptr, local.indices, local.in_indptr, local.in_indices
        near, far, block = (aligned_rows(rows).view(np.uint64) for rows in (m, m, BLOCK))
        values = (
            aligned_rows(len(sums) * MASK_BITS * 8 // CACHE_LINE)
            .view(np.float64)
            .reshape(-1, MASK_BITS)
        )

        def add_batches(first: int, last: int) -> npt.NDArray[np.float64]:
            slice_ = first, min(last, stop)
            add_multi_source_sums(*arcs, *counted, *slice_, sums, near, far, block, values, seen)
            return sums

        return add_batches
