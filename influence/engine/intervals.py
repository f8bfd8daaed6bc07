"""Intervals of network value and rank, by draws from the errors of weights and CLV.

See docs/explanation/intervals.md. Network value is linear in the steps w_l − w_{l+1} of the weights
and in CLV, so that draws need no further search.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from influence.engine.customers import CustomerArrays
from influence.engine.extremes import Singles, ends
from influence.engine.run_input import RunInput
from influence.engine.sums import Floats, Payoffs, Sums
from influence.models.weight_errors import WeightErrors
from influence.parameters import Parameters
from influence.progress import Progress
from influence.runs import Stability
from influence.value import referral
from influence.value.ledger import steps

OUTSIDE = 0.025
"""The share of draws beyond each end of an interval."""
TOP = 100
"""Customers at the top of the ranking whose places are counted."""


def wants_intervals(source: RunInput, parameters: Parameters) -> bool:
    """Whether a run makes intervals: something is uncertain, and kinds of ties weigh alike.

    Otherwise other weights could make other paths count.
    """
    uncertain = parameters.weight_errors is not None or bool(source.customers.value_error.any())
    return uncertain and parameters.intervals > 0 and source.network.kind_weight is None


def with_errors(payoffs: Payoffs, customers: CustomerArrays, parameters: Parameters) -> Payoffs:
    """Ask for the sums that intervals need."""
    error, variance = referral.settle_error(
        len(customers.value), customers.referrals, customers.value, customers.value_error,
        parameters.conventions.referral_share,
    )  # fmt: skip
    return replace(
        payoffs,
        remainder_error=error,
        ledger_variance=variance,
        by_level=parameters.weight_errors is not None,
    )


@dataclass(frozen=True, eq=False)
class Uncertain:
    """Network value, and what of it is not known for certain.

    Attributes
    ----------
    value : float64[n]
        Network value with the weights of the run.
    weights : tuple of D floats
    errors : WeightErrors or None
        None where the weights are certain.
    slopes : float32[D, n]
        What network value gains where w_l − w_{l+1} is larger by 1, l = 1 … D.
    given : float32[D, n]
        The share of what a customer does not owe to a referrer that is then given away.
    own : float32[n]
        Standard error of a customer's CLV, without what a referrer has of it.
    variance : float32[n]
        Of network value by the errors of others' CLV, and of estimated sums.
    """

    value: Floats
    weights: tuple[float, ...]
    errors: WeightErrors | None
    slopes: Singles
    given: Singles
    own: Singles
    variance: Singles

    @classmethod
    def of(
        cls, figures: Mapping[str, Any], payoffs: Payoffs, sums: Sums, parameters: Parameters
    ) -> Uncertain | None:
        """Collect what draws need; None where no intervals are wanted."""
        spread, own = sums.spread, payoffs.remainder_error
        if spread is None or own is None:
            return None
        variance = spread.variance + payoffs.ledger_variance
        if "network_value_se" in figures:
            variance += figures["network_value_se"] ** 2
        slopes = spread.received - payoffs.remainder * spread.given
        return cls(
            figures["network_value"],
            parameters.weights,
            parameters.weight_errors,
            slopes.astype(np.float32),
            spread.given.astype(np.float32),
            own.astype(np.float32),
            variance.astype(np.float32),
        )

    def among(self, some: npt.NDArray[np.bool_]) -> Uncertain:
        """Take some customers."""
        return replace(
            self, value=self.value[some], slopes=self.slopes[:, some], given=self.given[:, some],
            own=self.own[some], variance=self.variance[some],
        )  # fmt: skip

    def drawn_steps(self, draws: int, seed: int) -> Floats:
        """Draw w_l − w_{l+1}; float64[draws, D]."""
        if self.errors is None:
            return np.broadcast_to(steps(self.weights), (draws, len(self.weights)))
        return -np.diff(self.errors.draws(draws, seed), append=0.0)

    def draw(self, taken: Floats, rng: np.random.Generator) -> Singles:
        """Draw by how much network values move; float32[n].

        Parameters
        ----------
        taken : float64[D]
            w_l − w_{l+1} as drawn.
        rng : Generator
        """
        moved: Singles = (taken - steps(self.weights)).astype(np.float32) @ self.slopes
        if self.variance.any() or self.own.any():
            kept = 1 - taken.astype(np.float32) @ self.given
            error = np.sqrt((kept * self.own) ** 2 + self.variance)
            moved += error * rng.standard_normal(len(moved), dtype=np.float32)
        return moved


@dataclass(frozen=True, eq=False)
class Intervals:
    """What lies between the ends in 95 % of draws.

    Attributes
    ----------
    network_value_low, network_value_high : float64[n]
    rank_low, rank_high : int64[n]
    stability : Stability
    """

    network_value_low: Floats
    network_value_high: Floats
    rank_low: npt.NDArray[np.int64]
    rank_high: npt.NDArray[np.int64]
    stability: Stability


def intervals(
    uncertain: Uncertain,
    ranks: npt.NDArray[np.int64],
    draws: int,
    seed: int,
    progress: Progress,
) -> Intervals:
    """Draw network values, rank them in each draw, and take quantiles.

    Each draw has a random stream of its own, so the figures do not depend on the number of threads.

    Parameters
    ----------
    uncertain : Uncertain
    ranks : int64[n]
        Of the network values themselves.
    draws, seed : int
    progress : callable
    """
    beyond, drawn = int(OUTSIDE * draws), uncertain.drawn_steps(draws, seed)
    top, value = np.flatnonzero(ranks <= TOP), uncertain.value

    def draw(number: int) -> Singles:
        return uncertain.draw(drawn[number], np.random.default_rng((seed, number)))

    found = ends(value, draw, draws, beyond, top, progress)
    # The run's own figures are always possible.
    rank_high = np.maximum(found.rank_high.astype(np.int64), ranks)
    return Intervals(
        value + np.minimum(found.low, 0.0),
        value + np.maximum(found.high, 0.0),
        np.minimum(found.rank_low.astype(np.int64), ranks),
        rank_high,
        Stability(len(top), found.among_first, int((rank_high[top] <= len(top)).sum())),
    )
