"""Models of influence: one signature for all of them."""

from __future__ import annotations

from typing import Literal, Protocol, get_args

import numpy as np
import numpy.typing as npt

from influence.errors import UsageError
from influence.models.payoff import Payoff
from influence.models.shells import Shells
from influence.models.walk import Walk
from influence.models.weights import PRESETS, check_weights, preset
from influence.network import Network
from influence.progress import Progress, silent

__all__ = [
    "PRESETS",
    "Model",
    "Payoff",
    "Shells",
    "Walk",
    "check_weights",
    "model",
    "preset",
]

ModelName = Literal["shells", "walk"]
MODELS: tuple[ModelName, ...] = get_args(ModelName)


class Model(Protocol):
    """What each customer brings about in others; linear in the payoff.

    A customer never counts herself.
    """

    @property
    def weights(self) -> tuple[float, ...]:
        """The decay weights, for distance (or number of steps) 1 … D."""
        ...

    @property
    def depth(self) -> int:
        """How many steps influence is followed."""
        ...

    def gain(self, network: Network, payoff: Payoff) -> npt.NDArray[np.float64]:
        """float64[n], in the unit of `payoff`."""
        ...

    def by_distance(
        self, network: Network, *payoffs: Payoff, progress: Progress = silent
    ) -> npt.NDArray[np.float64]:
        """float64[payoffs, D, n]: the gains in their parts, before weights."""
        ...

    def row(self, network: Network, customer: int) -> npt.NDArray[np.float64]:
        """float64[D, n]: how much of each other customer one customer reaches, by distance."""
        ...


def model(name: ModelName, weights: tuple[float, ...], *, weighted: bool = False) -> Model:
    """The model of a name.

    Parameters
    ----------
    name : {"shells", "walk"}
    weights : tuple of float
    weighted : bool
        Whether strengths count; only walks know them.
    """
    if name == "walk":
        return Walk(weights, weighted)
    if weighted:
        raise UsageError("strengths play no part in shells; weighted goes with model walk")
    return Shells(weights)
