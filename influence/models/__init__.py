"""Models of influence: one signature for all of them."""

from __future__ import annotations

from typing import Literal, get_args

from influence.errors import UsageError
from influence.models.model import Model
from influence.models.payoff import Payoff
from influence.models.shells import Shells
from influence.models.walk import Walk
from influence.models.weights import PRESETS, check_weights, preset

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


def model(name: ModelName, weights: tuple[float, ...], *, weighted: bool = False) -> Model:
    """Make a model by name.

    Parameters
    ----------
    name : {"shells", "walk"}
    weights : tuple of float
    weighted : bool
        Whether the strengths of ties count (walk only).

    Raises
    ------
    UsageError
        For weights that cannot be used, or if `weighted` goes with shells.
    """
    if name == "walk":
        return Walk(weights, weighted)
    if weighted:
        raise UsageError("shells ignore strengths: weighted needs model walk")
    return Shells(weights)
