"""Intervals of network value and rank, by draws from the errors of weights and CLV.

See docs/explanation/intervals.md. Network value is linear in the steps w_l − w_{l+1} of the weights
and in CLV, so that draws need no further search.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from influence.engine.customers import CustomerArrays
from influence.engine.extremes import Singles, ends
from influence.engine.run_input import RunInput
from influence.engine.sums import Floats, PayoffErrors, Payoffs, Sums
from influence.models.weight_errors import WeightErrors
from influence.parameters import Parameters
from influence.progress import Progress
from influence.runs import Stability
from influence.value import referral
from influence.value.clv_errors import Cubes
from influence.value.ledger import steps

OUTSIDE = 0.025
"""The share of draws beyond each end of an interval."""
SUPPLY = 2**18
"""Normal numbers from which draws take theirs, besides one for each customer."""
TOP = 100
"""Customers at the top of the ranking whose places are counted."""


def uncertain_input(source: RunInput, parameters: Parameters) -> tuple[str, ...]:
    """Name what is known with an error: weights, clv, both or nothing."""
    there = {
        "weights": parameters.weight_errors is not None,
        "clv": bool(source.customers.errors.own.any()),
    }
    return tuple(name for name, uncertain in there.items() if uncertain)


def is_uncertain(source: RunInput, parameters: Parameters) -> bool:
    """Whether weights or CLV are uncertain, and intervals are asked for."""
    return parameters.intervals > 0 and bool(uncertain_input(source, parameters))


def with_errors(payoffs: Payoffs, customers: CustomerArrays, parameters: Parameters) -> Payoffs:
    """Add the errors of V and of the weights, from which intervals follow."""
    n, referrals, errors = len(customers.value), customers.referrals, customers.errors
    share = parameters.conventions.referral_share
    rate = referral.taken_rate(n, referrals, customers.value, share)
    common = errors.common * customers.value * errors.forecast
    return replace(
        payoffs,
        errors=PayoffErrors(
            remainder=(1 - rate) * errors.own,
            common=(1 - rate) * common,
            taken=rate * errors.own,
            ledger_common=referral.to_referrers(n, referrals, rate * common),
            weights=parameters.weight_errors is not None,
        ),
    )


@dataclass(frozen=True, eq=False)
class Uncertain:
    """Network values of n customers, and what of them is not known for certain.

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
    deviation : float32[n]
        Standard error of network value by the errors of others' CLV, and of estimated sums.
    common : float32[n]
        By how much network value moves with one standard error that forecasts have in common.
    forecast : intp[m]
        Customers whose CLV is an uncertain forecast.
    cubes : Cubes
        The shape of their errors.
    """

    value: Floats
    weights: tuple[float, ...]
    errors: WeightErrors | None
    slopes: Singles
    given: Singles
    own: Singles
    deviation: Singles
    common: Singles
    forecast: npt.NDArray[np.intp]
    cubes: Cubes

    @classmethod
    def of(
        cls,
        network_value: Floats,
        estimated: Floats,
        payoffs: Payoffs,
        sums: Sums,
        customers: CustomerArrays,
        parameters: Parameters,
    ) -> Uncertain | None:
        """Collect what draws need of those who are profiled; None where no intervals are wanted.

        Parameters
        ----------
        network_value : float64[n]
        estimated : float64[n]
            Its standard error by sketches; 0 where sums are exact.
        payoffs : Payoffs
        sums : Sums
        customers : CustomerArrays
        parameters : Parameters
        """
        spread, errors, shown = sums.spread, payoffs.errors, customers.profiled
        if spread is None or errors is None:
            return None
        kept = 1 - steps(parameters.weights) @ spread.given
        # A referrer's share of the rest moves with what they take. It is counted as that of a
        # contact, which is the most that it can be.
        share = steps(parameters.weights) @ (1 - spread.given)
        both = errors.taken * (errors.taken + 2 * share * errors.remainder)
        of_referred = referral.to_referrers(len(both), customers.referrals, both)
        own, value = customers.errors.own[shown], customers.value[shown]
        forecast = np.flatnonzero(customers.errors.forecast[shown] & (own > 0))

        def single(figures: Floats) -> Singles:
            return figures[..., shown].astype(np.float32)

        return cls(
            value=network_value[shown],
            weights=parameters.weights,
            errors=parameters.weight_errors,
            slopes=single(spread.received - payoffs.remainder * spread.given),
            given=single(spread.given),
            own=single(errors.remainder),
            deviation=single(np.sqrt(spread.variance + of_referred + estimated**2)),
            common=single(kept * errors.common + spread.common + errors.ledger_common),
            forecast=forecast,
            cubes=Cubes.of(own[forecast] / value[forecast]),
        )

    def drawn_steps(self, draws: int, seed: int) -> Floats:
        """Draw w_l − w_{l+1}; float64[draws, D]."""
        if self.errors is None:
            return np.broadcast_to(steps(self.weights), (draws, len(self.weights)))
        return -np.diff(self.errors.draws(draws, seed), append=0.0)

    def draw(self, taken: Floats, common: float, own: Singles, others: Singles) -> Singles:
        """Return by how much network values move in one draw; float32[n].

        Parameters
        ----------
        taken : float64[D]
            w_l − w_{l+1} as drawn.
        common : float
        own, others : float32[n]
            Normal numbers, as `common`: the error that forecasts have in common, that of each CLV,
            and that of what others' CLV adds.
        """
        moved: Singles = (taken - steps(self.weights)).astype(np.float32) @ self.slopes
        if self.clv:
            if len(self.forecast):
                own = own.copy()
                own[self.forecast] = self.cubes(own[self.forecast])
            kept = 1 - taken.astype(np.float32) @ self.given
            moved += kept * self.own * own
            moved += self.deviation * others
            moved += np.float32(common) * self.common
        return moved

    @property
    def clv(self) -> bool:
        """Whether more than the weights is uncertain."""
        return bool(self.deviation.any() or self.own.any())


@dataclass(frozen=True, eq=False)
class Intervals:
    """The ends between which 95 % of draws lie.

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

    What a draw consists of follows from its number, so figures do not depend on threads.

    Parameters
    ----------
    uncertain : Uncertain
    ranks : int64[n]
        Of the network values themselves.
    draws, seed : int
    progress : callable
    """
    n, beyond, rng = len(ranks), int(OUTSIDE * draws), np.random.default_rng((seed, draws))
    drawn, common = uncertain.drawn_steps(draws, seed), rng.standard_normal(draws)
    # Each draw takes normal numbers from two places of one supply: of one customer, all differ.
    supply = rng.standard_normal(n + SUPPLY, dtype=np.float32)
    places = rng.integers(0, SUPPLY, (draws, 2))
    top, value = np.flatnonzero(ranks <= TOP), uncertain.value

    def draw(number: int) -> Singles:
        normal = (supply[place : place + n] for place in places[number])
        return uncertain.draw(drawn[number], common[number], *normal)

    found = ends(value, draw, draws, beyond, top, progress)
    low, high = value + np.minimum(found.low, 0.0), value + np.maximum(found.high, 0.0)
    rank_low, rank_high = (each.astype(np.int64) for each in (found.rank_low, found.rank_high))
    if uncertain.clv:
        # Errors make the values of others more spread than they are, and draws do so again, which
        # moves ranks to the middle: so the ends are ranked among the run's own values, too.
        ascending = np.sort(value)
        rank_low = np.minimum(rank_low, n + 1 - np.searchsorted(ascending, high, side="right"))
        rank_high = np.maximum(rank_high, n - np.searchsorted(ascending, low, side="left"))
    # The run's own ranks are always possible.
    rank_low, rank_high = np.clip(rank_low, 1, ranks), np.clip(rank_high, ranks, n)
    sure = int((rank_high[top] <= len(top)).sum())
    return Intervals(low, high, rank_low, rank_high, Stability(len(top), found.among_first, sure))
