"""Shells: everybody counts once, at the shortest distance (the default model)."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from influence.arrangement import Arrangement
from influence.ego import ego
from influence.kernels.lanes import LANES, WORDS
from influence.kernels.shells import BLOCK, add_shell_sums
from influence.models.payoff import Payoff
from influence.models.weights import DEFAULT, check_weights
from influence.network import Network
from influence.progress import Progress, silent

GROUPS = 4
"""Into how many parts the targets are split. Each adds up on its own and the parts are added in
order, so a sum has the same bits whatever the number of threads."""


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
        n, local = network.n, network.arranged
        columns = np.empty((len(payoffs), self.depth, n))
        for column, payoff in zip(columns, payoffs, strict=True):
            column[:] = payoff
        columns = columns[:, :, local.order]
        search = Search(local, columns)
        # Whole batches per group; small networks have fewer groups than GROUPS.
        size = max(-(-n // (LANES * GROUPS)), 1) * LANES
        parts = [(start, min(start + size, n)) for start in range(0, n, size)]
        done = np.zeros(len(parts), dtype=np.int64)
        stopped = Event()

        def add_up(part: int) -> npt.NDArray[np.float64]:
            start, stop = parts[part]
            step, add = _step(stop - start), search.adder()
            for first in range(start, stop, step):
                if stopped.is_set():
                    break
                last = min(first + step, stop)
                sums = add(first, last)
                done[part] = last - start
                progress("searching", int(done.sum()), n)
            return sums

        total = search.first_step()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            try:
                for sums in pool.map(add_up, range(len(parts))):
                    total += sums
            finally:
                stopped.set()  # Ctrl-C: the threads end with their slice
        result = np.empty_like(total)
        result[:, :, local.order] = total
        return result

    def row(self, network: Network, customer: int) -> npt.NDArray[np.float64]:
        """1 where another customer lies at distance d from this one, else 0.

        Returns
        -------
        float64[D, n]
        """
        rows = np.zeros((self.depth, network.n))
        circle = ego(network, customer, self.depth)
        rows[circle.distance - 1, circle.members] = 1.0
        return rows


class Search:
    """One search of a network for some payoffs, target by target.

    Parameters
    ----------
    local : Arrangement
    columns : float64[payoffs, D, n]
        In the arrangement's order.
    """

    def __init__(self, local: Arrangement, columns: npt.NDArray[np.float64]) -> None:
        self.local = local
        self.columns = np.ascontiguousarray(columns)

    def first_step(self) -> npt.NDArray[np.float64]:
        """The sums with those at distance 1 alone, sums of rows; float64[payoffs, D, n]."""
        sums = np.zeros_like(self.columns)
        ones = np.ones(len(self.local.indices))
        n = len(self.local.order)
        rows = sp.csr_array((ones, self.local.indices, self.local.indptr), shape=(n, n))
        for column, payoff in zip(sums, self.columns, strict=True):
            column[0] = rows @ payoff[0]
        return sums

    def adder(self) -> Callable[[int, int], npt.NDArray[np.float64]]:
        """A function that adds targets first … last − 1 to its sums and returns them.

        For one thread, with room of its own: the sums from distance 2 on.
        """
        local, sums = self.local, np.zeros_like(self.columns)
        near, far = (np.zeros((len(local.order), WORDS), dtype=np.uint64) for _ in range(2))
        block = np.zeros((BLOCK, WORDS), dtype=np.uint64)

        def add(first: int, last: int) -> npt.NDArray[np.float64]:
            add_shell_sums(
                local.indptr, local.indices, local.in_indptr, local.in_indices,
                self.columns, first, last, sums, near, far, block,
            )  # fmt: skip
            return sums

        return add


def _step(targets: int) -> int:
    """How many targets between two reports of progress."""
    return max(targets // (25 * LANES), 1) * LANES
