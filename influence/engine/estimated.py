"""A run's sums by sketches: what is known exactly stays exact, and the rest says how far off it is.

Exact are the customers' own figures, everything at distance 1, the totals of the ledger, and the
influence of the customers at the head of the rankings, who are searched one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from influence.engine.exact import Payoffs, Sums
from influence.models.sketch import Sketch, Sketched
from influence.models.subset import SUBSET_SIZE, subset_sums
from influence.network import Network
from influence.progress import Progress
from influence.value import ledger

Floats = npt.NDArray[np.float64]
FORWARD, BACKWARD, CREDIT = 0, 1, 2
"""Streams of ranks: what is divided by each other must not share its luck."""
FAR_FROM_CAP = 8.0
"""In standard errors: beyond that the cap holds for certain, or not at all."""


@dataclass(frozen=True, eq=False)
class Errors:
    """How far the figures of a sketched search may be off.

    Attributes
    ----------
    reach, values : float64[D, n]
        Standard errors of people and value at each distance; 0 for the head of the rankings.
    given, received : float64[n]
        Of what is credited to others and from others.
    for_us, against_us : float64[n]
    factor : float
        What the estimated credit had to be multiplied with so that the ledger adds up.
    mean : float or None
        Of the influence of a sample of customers who were searched exactly, too: the mean relative
        error. None where nobody in the sample has any.
    """

    reach: Floats
    values: Floats
    given: Floats
    received: Floats
    for_us: Floats
    against_us: Floats
    factor: float
    mean: float | None


def search(
    sketch: Sketch,
    network: Network,
    asked: Payoffs,
    besides: tuple[Floats, Floats],
    progress: Progress,
) -> tuple[Sums, Errors]:
    """Estimate what `influence.engine.exact` sums.

    Parameters
    ----------
    sketch : Sketch
    network : Network
    asked : Payoffs
    besides : float64[n], float64[n]
        What the gross and the ledger figure hold besides influence and credit: it decides who is
        at the head.
    progress : callable
    """
    turned, weights = network.reversed(), np.array(sketch.weights)
    both_ways = turned is network
    along = (1.0, asked.value)
    # A side that is zero costs nothing.
    first = (*along[: 1 + both_ways], asked.praise, asked.blame)
    back = sketch.estimate(turned, *first, stream=BACKWARD, progress=progress)
    forth = back
    if not both_ways:
        forth = sketch.estimate(network, *along, stream=FORWARD, progress=progress)
    mean = _mean_error(weights, forth)
    # Copies: what heads are found to reach must not change what was shared out.
    reached_by, counted = back.sums[0].copy(), back.variances[0].copy()
    beyond = np.vstack([np.zeros((1, network.n)), forth.sums[0, 1:]])
    grown = np.cumsum(beyond, axis=0) > 0
    credit = _Credit.estimate(sketch, network, asked.remainder, reached_by, grown, progress)

    influence = weights @ forth.sums[1]
    books = ledger.settle(asked.remainder, sketch.weights, reached_by, credit.total())
    heads = _heads(besides[0] + influence, besides[1] + books.network_value)
    payoffs = np.stack([
        *(np.broadcast_to(payoff, (sketch.depth, network.n)) for payoff in along), *credit.shares()
    ])  # fmt: skip
    progress("searching the head", 0, 1)
    exact = subset_sums(network, heads, payoffs)
    forth.sums[:2, :, heads], forth.variances[:2, :, heads] = exact[:2], 0.0
    credit.put(heads, exact[2:])
    received = credit.balanced()

    books = ledger.settle(asked.remainder, sketch.weights, reached_by, received)
    for_us, against_us = weights @ back.sums[-2:]
    found = Sums(forth.sums[0], forth.sums[1], books, for_us, against_us)
    arriving = np.sqrt(weights**2 @ back.variances[-2:])
    errors = Errors(
        reach=np.sqrt(forth.variances[0]),
        values=np.sqrt(forth.variances[1]),
        given=_given_error(asked.remainder, weights, reached_by, counted),
        received=credit.error(sketch.standard_error),
        for_us=arriving[0],
        against_us=arriving[1],
        factor=credit.factor(),
        mean=mean,
    )
    return found, errors


def standard_errors(
    errors: Errors, weights: Floats, value: Floats, sentiment: Floats, against_us: Floats
) -> dict[str, Floats]:
    """The standard error of every figure that is estimated, by score column; float64[n] each.

    Parameters
    ----------
    errors : Errors
    weights : float64[D, 1]
    value : float64[n]
        V, money.
    sentiment : float64[n]
        Praise less blame.
    against_us : float64[n]
        As estimated.
    """
    influence = np.sqrt(((weights * errors.values) ** 2).sum(axis=0))
    found = {
        "influence": influence,
        "influence_signed": np.abs(sentiment) * influence,
        "network_value_gross": influence,
        "network_value": np.hypot(errors.given, errors.received),
        "own_kept": errors.given,
        "credit_given": errors.given,
        "credit_received": errors.received,
        "pressure": np.hypot(errors.for_us, errors.against_us),
        "value_at_risk": np.maximum(value, 0.0) * capped_error(against_us, errors.against_us),
    }
    for d in range(1, len(weights)):
        found[f"reach_{d + 1}"] = errors.reach[d]
        found[f"influence_{d + 1}"] = weights[d] * errors.values[d]
    return {f"{name}_se": error for name, error in found.items()}


def capped_error(estimate: Floats, error: Floats) -> Floats:
    """The standard error of min(1, x), where x is estimated with a normal error.

    With z = (1 − x)/σ and φ, Φ of the normal distribution, the cap leaves of the variance σ²

        Φ − zφ + z²(1 − Φ) − (z(1 − Φ) − φ)²

    which is all of it far below 1 and nothing far above.

    Parameters
    ----------
    estimate, error : float64[n]
        x and σ.

    Examples
    --------
    >>> capped_error(np.array([0.2, 1.0, 3.0]), np.array([0.1, 0.1, 0.1])).round(4)
    array([0.1   , 0.0584, 0.    ])
    """
    z = (1.0 - estimate) / np.where(error > 0, error, 1.0)
    z = np.clip(z, -FAR_FROM_CAP, FAR_FROM_CAP)
    density, below = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi), ndtr(z)
    above = ndtr(-z)
    mean = z * above - density
    left = below - z * density + z**2 * above - mean**2
    capped: Floats = error * np.sqrt(np.maximum(left, 0.0)) * (z > -FAR_FROM_CAP)
    return capped


@dataclass(eq=False)
class _Side:
    """Credit of one sign: from direct neighbours at level 1, exact; from all else, estimated."""

    levels: Floats
    near: Floats
    far: Floats
    variance: Floats
    due: float

    @property
    def factor(self) -> float:
        total = float(self.far.sum())
        return self.due / total if total else 1.0


@dataclass(eq=False)
class _Credit:
    """What customers receive, money above and below zero apart: each has to add up."""

    sides: list[_Side]
    n: int

    @classmethod
    def estimate(
        cls,
        sketch: Sketch,
        network: Network,
        value: Floats,
        reached_by: Floats,
        grown: npt.NDArray[np.bool_],
        progress: Progress,
    ) -> _Credit:
        sides = []
        for sign, part in enumerate((np.maximum(value, 0.0), np.minimum(value, 0.0))):
            if not part.any():
                continue
            levels = ledger.levels(part, sketch.weights, reached_by)
            found = sketch.within(network, levels, grown, stream=CREDIT + sign, progress=progress)
            # Of what a customer pays at a level, all but her own share is given away.
            due = float((levels * np.cumsum(reached_by, axis=0))[1:].sum())
            sums = found.sums[0]
            sides.append(
                _Side(levels, sums[0], sums[1:].sum(axis=0), found.variances[0].sum(axis=0), due)
            )
        return cls(sides, network.n)

    def shares(self) -> list[Floats]:
        """What is paid to somebody at each distance from level 2 on, by side; float64[D, n]."""
        found = []
        for side in self.sides:
            beyond = side.levels.copy()
            beyond[0] = 0.0
            found.append(np.cumsum(beyond[::-1], axis=0)[::-1])
        return found

    def put(self, heads: npt.NDArray[np.intp], exact: Floats) -> None:
        """Take the sums of some customers from an exact search."""
        for side, sums in zip(self.sides, exact, strict=True):
            side.far[heads], side.variance[heads] = sums.sum(axis=0), 0.0

    def total(self) -> Floats:
        """As estimated; float64[n]."""
        return sum((side.near + side.far for side in self.sides), np.zeros(self.n))

    def balanced(self) -> Floats:
        """So that all that was given away arrives; float64[n]."""
        parts = (side.near + side.factor * side.far for side in self.sides)
        return sum(parts, np.zeros(self.n))

    def factor(self) -> float:
        """Of both signs together."""
        due, found = (
            sum(abs(x) for x in xs)
            for xs in ([s.due for s in self.sides], [float(s.far.sum()) for s in self.sides])
        )
        return due / found if found else 1.0

    def error(self, relative: float) -> Floats:
        """Of the sums themselves, and of the shares in them, whose errors go together."""
        parts = (
            side.factor**2 * (side.variance + (relative * side.far) ** 2) for side in self.sides
        )
        return np.sqrt(sum(parts, np.zeros(self.n)))


def _heads(gross: Floats, worth: Floats) -> npt.NDArray[np.intp]:
    """As many as one search takes, from the top of both rankings."""
    orders = [np.argsort(-figure, kind="stable")[:SUBSET_SIZE] for figure in (gross, worth)]
    both = np.column_stack(orders).ravel()
    _, first = np.unique(both, return_index=True)
    return both[np.sort(first)][:SUBSET_SIZE]


def _given_error(value: Floats, weights: Floats, reached_by: Floats, variances: Floats) -> Floats:
    """Of what is given away: V · Σ_l (w_l − w_{l+1}) / N_l, where N_l is off."""
    steps = -np.diff(np.array([*weights, 0.0]))[:, np.newaxis]
    within = 1 + np.cumsum(reached_by, axis=0)
    off = np.sqrt(np.cumsum(variances, axis=0))
    error: Floats = np.abs(value) * (steps * off / within**2).sum(axis=0)
    return error


def _mean_error(weights: Floats, found: Sketched) -> float | None:
    """Of the sample's influence: in money, or in people where there is no money."""
    for column in (1, 0):
        exact = weights @ found.exact[column]
        if (exact > 0).any():
            some = exact > 0
            off = (weights @ found.sums[column][:, found.sample] - exact)[some]
            return float((np.abs(off) / exact[some]).mean())
    return None
