"""Shells: every customer counts once, at the shortest distance (the default model)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from influence.models.backends import Backend, backend_of
from influence.models.model import Floats, Model
from influence.models.path_classes import PathClasses
from influence.models.payoff import Payoff
from influence.models.strongest_paths import strongest_paths_from, sums_by_class
from influence.network import Network
from influence.network.ego import ego_network
from influence.progress import Progress, silent


@dataclass(frozen=True)
class Shells(Model):
    """I_i = Σ_d w_d · Σ_{j at distance d from i} payoff_j; strengths play no part.

    Where kinds of ties weigh differently, a path of d ties counts w_d times the weights of their
    kinds, and every customer counts by the path that counts most.

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

    def classes(self, network: Network) -> PathClasses:
        """List the classes of paths in a network."""
        return PathClasses.of(network, self.weights)

    def by_class(
        self, network: Network | Backend, *payoffs: Payoff | Floats, progress: Progress = silent
    ) -> Floats:
        """Sum each payoff over the customers whose strongest path is of each class.

        Parameters
        ----------
        *payoffs : float, float64[n] or float64[C, n]
            What a customer counts; with C rows, by class.

        Returns
        -------
        float64[payoffs, C, n]
        """
        backend = backend_of(network)
        network, classes = backend.network, self.classes(backend.network)
        columns = np.empty((len(payoffs), len(classes.weights), network.n))
        for column, payoff in zip(columns, payoffs, strict=True):
            column[:] = payoff
        if network.kind_weight is None:
            return backend.shell_sums(columns, progress)
        return sums_by_class(network, classes, columns, progress=progress, runner=backend.runner)

    def by_distance(
        self, network: Network | Backend, *payoffs: Payoff, progress: Progress = silent
    ) -> Floats:
        """Sum each payoff over the customers at each distance, without weights of distances.

        Parameters
        ----------
        *payoffs : float or float64[n]
            What a customer counts.

        Returns
        -------
        float64[payoffs, D, n]
            Where kinds of ties weigh differently, the distance is the number of ties of the
            strongest path, and the weights of its kinds are multiplied in.
        """
        backend = backend_of(network)
        sums = self.by_class(backend, *payoffs, progress=progress)
        if backend.network.kind_weight is None:
            return sums
        return self.classes(backend.network).by_distance(sums)

    def gain_of(self, network: Network, customers: npt.NDArray[np.intp], payoff: Floats) -> Floats:
        """Sum what some customers bring about in others; see `gain`.

        Parameters
        ----------
        customers : intp[m]
            Indices in the network, each once.
        payoff : float64[n]

        Returns
        -------
        float64[m]
        """
        classes = self.classes(network)
        if network.kind_weight is None:
            rows = np.broadcast_to(payoff, (1, self.depth, network.n))
            (sums,) = backend_of(network).subset_sums(customers, rows)
        else:
            (sums,) = sums_by_class(network, classes, payoff[np.newaxis, np.newaxis], customers)
        gain: Floats = classes.weights @ sums
        return gain

    def row(self, network: Network, customer: int) -> Floats:
        """Return how much each other customer counts at distance d from this one; float64[D, n].

        1 or 0, times the weights of kinds.
        """
        rows = np.zeros((self.depth, network.n))
        if network.kind_weight is not None:
            classes = self.classes(network)
            strongest = strongest_paths_from(network, classes, customer)
            (reached,) = np.nonzero(strongest < len(classes.weights))
            path = strongest[reached]
            rows[classes.distance[path] - 1, reached] = classes.factor[path]
            return rows
        found = ego_network(network, customer, self.depth)
        rows[:, found.members] = found.shells(self.depth)
        return rows
