"""Shells: every customer counts once, at the shortest distance (the default model)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.models.backends import Backend, backend_of
from influence.models.model import Floats, Model
from influence.models.payoff import Payoff
from influence.network import Network
from influence.network.ego import ego_network
from influence.progress import Progress, silent


@dataclass(frozen=True)
class Shells(Model):
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

    def by_distance(
        self, network: Network | Backend, *payoffs: Payoff, progress: Progress = silent
    ) -> Floats:
        """Sum each payoff over the customers at each distance, without weights.

        Parameters
        ----------
        *payoffs : float, float64[n] or float64[D, n]
            What a customer counts; with D rows, at distance 1 … D.

        Returns
        -------
        float64[payoffs, D, n]
        """
        backend = backend_of(network)
        columns = np.empty((len(payoffs), self.depth, backend.network.n))
        for column, payoff in zip(columns, payoffs, strict=True):
            column[:] = payoff
        return backend.shell_sums(columns, progress)

    def row(self, network: Network, customer: int) -> Floats:
        """1 where another customer lies at distance d from this one, else 0; float64[D, n]."""
        rows = np.zeros((self.depth, network.n))
        found = ego_network(network, customer, self.depth)
        rows[:, found.members] = found.shells(self.depth)
        return rows
