"""Shells: everybody counts once, at the shortest distance (the default model)."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import numpy as np
import numpy.typing as npt

from influence.ego import ego
from influence.kernels.shells import BATCH, add_shell_sums
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
        n = network.n
        columns = np.empty((len(payoffs), self.depth, n))
        for column, payoff in zip(columns, payoffs, strict=True):
            column[:] = payoff
        # Whole batches per group; small networks have fewer groups than GROUPS.
        size = max(-(-n // (BATCH * GROUPS)), 1) * BATCH
        parts = [(start, min(start + size, n)) for start in range(0, n, size)]
        done = np.zeros(len(parts), dtype=np.int64)
        stopped = Event()

        def search(part: int) -> npt.NDArray[np.float64]:
            sums = np.zeros_like(columns)
            start, stop = parts[part]
            step = _step(stop - start)
            for first in range(start, stop, step):
                if stopped.is_set():
                    break
                last = min(first + step, stop)
                add_shell_sums(network.indptr, network.indices, columns, first, last, sums)
                done[part] = last - start
                progress("searching", int(done.sum()), n)
            return sums

        total = np.zeros_like(columns)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            try:
                for sums in pool.map(search, range(len(parts))):
                    total += sums
            finally:
                stopped.set()  # Ctrl-C: the threads end with their slice
        return total

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


def _step(targets: int) -> int:
    """How many targets between two reports of progress."""
    return max(targets // (25 * BATCH), 1) * BATCH
