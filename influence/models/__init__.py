"""Models of influence: one signature for all of them."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from influence.models.shells import Payoff, Shells
from influence.models.weights import PRESETS, check_weights, preset
from influence.network import Network

__all__ = ["PRESETS", "Model", "Payoff", "Shells", "check_weights", "preset"]


class Model(Protocol):
    """What each customer brings about in others."""

    def gain(self, network: Network, payoff: Payoff) -> npt.NDArray[np.float64]:
        """float64[n], in the unit of `payoff`; linear in it; a customer never counts herself."""
        ...
