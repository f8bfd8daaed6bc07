"""The rules of the score card that a company may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from influence.errors import UsageError

Connections = Literal["diffused", "tight-knit"]


@dataclass(frozen=True)
class CardRules:
    """The weights of the score card, and the thresholds of an Ambassador.

    Attributes
    ----------
    knowledge, participation, contacts : float
        Weights of the three parts of the social score, at least 0 and not all 0.
    connections : {"diffused", "tight-knit"}
        Whether contacts who do not know each other count as more valuable, or those who do.
    public_weight : float
        What an act in public counts in participation, where one in private counts 1.
    ambassador : float
        The percentile from which a customer is an Ambassador, both socially and financially.
    hysteresis : float
        A customer leaves a quadrant or a tier only when a percentile falls so many points below
        the threshold.
    within_segments : bool
        Whether percentiles are those within the customer's segment.

    Raises
    ------
    UsageError
        If a value lies outside its bounds.
    """

    knowledge: float = 1.0
    participation: float = 1.0
    contacts: float = 1.0
    connections: Connections = "diffused"
    public_weight: float = 1.0
    ambassador: float = 75.0
    hysteresis: float = 5.0
    within_segments: bool = False

    def __post_init__(self) -> None:
        weights = (self.knowledge, self.participation, self.contacts)
        if not all(0 <= weight < np.inf for weight in weights) or not sum(weights):
            raise UsageError(
                f"score card: weights {weights}: they must be 0 or more, and not all 0"
            )
        if self.connections not in get_args(Connections):
            raise UsageError(
                f"score card: connections {self.connections!r}: diffused or tight-knit"
            )
        if not 0 <= self.public_weight < np.inf:
            raise UsageError(
                f"score card: public_weight {self.public_weight:g}: it must be 0 or more"
            )
        for name in ("ambassador", "hysteresis"):
            if not 0 <= getattr(self, name) <= 100:
                raise UsageError(
                    f"score card: {name} {getattr(self, name):g}: it must lie between 0 and 100"
                )
