"""Model: the one signature of all models of influence."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from influence.models.backends import Backend
from influence.models.payoff import Payoff
from influence.models.weights import DEFAULT, check_weights
from influence.network import Network
from influence.progress import Progress, silent

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Model(ABC):
    """A model of what each customer brings about in others; linear in the payoff.

    A customer never counts for themselves.

    Parameters
    ----------
    weights : tuple of float
        Decay weights w_1 … w_D for distance (or number of steps) 1 … D: in [0, 1], never
        increasing; their number is the depth D.

    Raises
    ------
    UsageError
        For weights that cannot be used.
    """

    weights: tuple[float, ...] = DEFAULT

    def __post_init__(self) -> None:
        check_weights(self.weights)

    @property
    def depth(self) -> int:
        """The number of steps that influence is followed."""
        return len(self.weights)

    def gain(self, network: Network | Backend, payoff: Payoff) -> Floats:
        """Sum what each customer brings about in others, in the unit of `payoff`.

        Parameters
        ----------
        network : Network or Backend
        payoff : float or float64[n]
            What a customer counts: 1 gives weighted people, the CLV gives money.

        Returns
        -------
        float64[n]
        """
        gain: Floats = np.array(self.weights) @ self.by_distance(network, payoff)[0]
        return gain

    @abstractmethod
    def by_distance(
        self, network: Network | Backend, *payoffs: Payoff, progress: Progress = silent
    ) -> Floats:
        """Sum each payoff by distance, before weights; float64[payoffs, D, n]."""

    @abstractmethod
    def row(self, network: Network, customer: int) -> Floats:
        """Return how much of each other customer one reaches, by distance; float64[D, n]."""
