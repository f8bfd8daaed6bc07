"""Estimated sums: sketches, with everything that is known exactly kept exact.

Exact are the customers' own figures, everything at distance 1, the totals of the ledger, and the
influence of the customers at the top of the rankings, who are searched exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from influence.engine.sums import Errors, Floats, Method, PayoffErrors, Payoffs, Spread, Sums
from influence.kernels import MASK_BITS
from influence.models.backends import Backend
from influence.models.sketch import Sketch, Sketched
from influence.progress import Progress
from influence.runs import Accuracy
from influence.value import ledger

FORWARD, BACKWARD, CREDIT, SPREAD = 0, 1, 2, 4
"""Streams of ranks: sums that are divided by each other need independent errors. The third takes
the next number as well, for amounts below 0."""
FAR_FROM_CAP = 8.0
"""In standard errors: beyond that the cap applies for certain, or not at all."""
TOP = MASK_BITS
"""Customers at the top of the rankings: as many as one multi-source BFS takes."""


@dataclass(frozen=True, eq=False)
class Estimated(Method):
    """See `Method`.

    Attributes
    ----------
    sketch : Sketch
    """

    sketch: Sketch

    def sums(self, payoffs: Payoffs, progress: Progress) -> Sums:
        """Estimate what `Exact.sums` searches."""
        sketch, symmetric = self.sketch, self.symmetric
        n, weights = len(payoffs.value), np.array(sketch.weights)
        along = (1.0, payoffs.value)
        # A sign without any sentiment costs nothing.
        first = (*along[: 1 + symmetric], payoffs.positive, payoffs.negative)
        back = sketch.estimate(self.backward, *first, stream=BACKWARD, progress=progress)
        forth = back
        if not symmetric:
            forth = sketch.estimate(self.forward, *along, stream=FORWARD, progress=progress)
        mean = _mean_error(weights, forth)
        # A copy: the exact sums of the top must not change what was shared.
        reached_by = back.sums[0].copy()
        given = _given_error(payoffs.remainder, weights, reached_by, back.variances[0])
        grown = np.zeros((sketch.depth, n), dtype=np.bool_)
        np.logical_or.accumulate(forth.sums[0, 1:] > 0, axis=0, out=grown[1:])
        credit = _Credit.estimate(sketch, self.forward, payoffs, reached_by, grown, progress)
        self._search_top(payoffs, forth, reached_by, credit, progress)
        settled = ledger.settle(payoffs.remainder, sketch.weights, reached_by, credit.balanced())
        positive, negative = weights @ back.sums[-2:]
        arriving = np.sqrt(weights**2 @ back.variances[-2:])
        errors = Errors(
            reach=np.sqrt(forth.variances[0]),
            values=np.sqrt(forth.variances[1]),
            given=given,
            received=credit.error(sketch.standard_error),
            positive_pressure=arriving[0],
            negative_pressure=arriving[1],
            accuracy=Accuracy(sketch.standard_error, credit.factor(), mean),
        )
        return Sums(
            forth.sums[0], forth.sums[1], settled, positive, negative, errors,
            self._spread(payoffs.errors, reached_by, credit, progress),
        )  # fmt: skip

    def _spread(
        self, errors: PayoffErrors | None, reached_by: Floats, credit: _Credit, progress: Progress
    ) -> Spread | None:
        """Estimate what `Exact` sums for a `Spread`; nothing that is certain."""
        if errors is None:
            return None
        spread, weights = [errors.remainder, errors.common], self.sketch.weights
        shares = [ledger.shares(each, weights, reached_by) for each in spread]
        found = self.sketch.estimate(
            self.forward, shares[0] ** 2, shares[1], stream=SPREAD, progress=progress
        )
        variance, common = found.sums.sum(axis=1)
        given = 1 - 1 / ledger.within(reached_by)
        return Spread(credit.received(len(given)), given, np.maximum(variance, 0.0), common)

    def _search_top(
        self,
        payoffs: Payoffs,
        forth: Sketched,
        reached_by: Floats,
        credit: _Credit,
        progress: Progress,
    ) -> None:
        """Replace the sums of the customers at the top of the rankings by exact ones."""
        sketch = self.sketch
        influence = np.array(sketch.weights) @ forth.sums[1]
        estimate = ledger.settle(payoffs.remainder, sketch.weights, reached_by, credit.total())
        top = _top(payoffs.gross_base + influence, payoffs.ledger_base + estimate.network_value)
        shape = (sketch.depth, len(payoffs.value))
        along = (np.broadcast_to(payoff, shape) for payoff in (1.0, payoffs.value))
        progress("searching the top of the ranking", 0, 1)
        exact = self.forward.subset_sums(top, [*along, *credit.shares()])
        forth.sums[:2, :, top], forth.variances[:2, :, top] = exact[:2], 0.0
        credit.put(top, exact[2:])


def standard_errors(
    errors: Errors, weights: Floats, value: Floats, sentiment: Floats, negative_pressure: Floats
) -> dict[str, Floats]:
    """Standard errors of all estimated figures, by score column; float64[n] each.

    Parameters
    ----------
    errors : Errors
    weights : float64[D, 1]
    value : float64[n]
        V, money.
    sentiment : float64[n]
        Positive less negative.
    negative_pressure : float64[n]
        As estimated.
    """
    influence = errors.influence(weights)
    found = {
        "influence": influence,
        "influence_signed": np.abs(sentiment) * influence,
        "network_value_gross": influence,
        "network_value": np.hypot(errors.given, errors.received),
        "own_kept": errors.given,
        "credit_given": errors.given,
        "credit_received": errors.received,
        "pressure": np.hypot(errors.positive_pressure, errors.negative_pressure),
        "value_at_risk": np.maximum(value, 0.0)
        * capped_error(negative_pressure, errors.negative_pressure),
    }
    for d in range(1, len(weights)):
        found[f"reach_{d + 1}"] = errors.reach[d]
        found[f"influence_{d + 1}"] = weights[d] * errors.values[d]
    return {f"{name}_se": error for name, error in found.items()}


def capped_error(estimate: Floats, error: Floats) -> Floats:
    """Standard error of min(1, x), where x is estimated with a normal error.

    With z = (1 − x)/σ and φ, Φ of the normal distribution, the cap leaves of the variance σ²

        Φ − zφ + z²(1 − Φ) − (z(1 − Φ) − φ)²

    which is all of σ² far below 1 and nothing far above.

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
    """Amounts that customers receive, of one sign: from neighbours exact, the rest estimated.

    `by_step` is that of each level for each unit of w_l − w_{l+1}; empty unless it is needed.
    """

    levels: Floats
    near: Floats
    far: Floats
    variance: Floats
    due: float
    by_step: Floats

    @property
    def factor(self) -> float:
        total = float(self.far.sum())
        return self.due / total if total else 1.0


@dataclass(eq=False)
class _Credit:
    """Amounts that customers receive; above and below zero apart, since each has to add up."""

    sides: list[_Side]
    n: int

    @classmethod
    def estimate(
        cls,
        sketch: Sketch,
        network: Backend,
        payoffs: Payoffs,
        reached_by: Floats,
        grown: npt.NDArray[np.bool_],
        progress: Progress,
    ) -> _Credit:
        sides, value = [], payoffs.remainder
        steps = ledger.steps(sketch.weights)[:, np.newaxis]
        # Where other weights are drawn, levels that are worth nothing with these are needed too.
        drawn = payoffs.errors is not None and payoffs.errors.weights
        scale = np.where(steps == 0, 1.0, steps) if drawn else steps
        for sign, part in enumerate((np.maximum(value, 0.0), np.minimum(value, 0.0))):
            if not part.any():
                continue
            levels = part * scale / ledger.within(reached_by)
            found = sketch.within(network, levels, grown, stream=CREDIT + sign, progress=progress)
            sums, variances = found.sums[0], found.variances[0]
            by_step = sums[:0]
            if drawn:
                by_step = sums / scale
                levels, sums, variances = (each * (steps > 0) for each in (levels, sums, variances))
            # Of what is shared at a level, all but the customer's own share is given away.
            due = float((levels * np.cumsum(reached_by, axis=0))[1:].sum())
            sides.append(
                _Side(levels, sums[0], sums[1:].sum(axis=0), variances.sum(axis=0), due, by_step)
            )
        return cls(sides, len(value))

    def shares(self) -> list[Floats]:
        """The payment to a customer at each distance from level 2 on, by sign; float64[D, n]."""
        found = []
        for side in self.sides:
            beyond = side.levels.copy()
            beyond[0] = 0.0
            found.append(np.cumsum(beyond[::-1], axis=0)[::-1])
        return found

    def put(self, customers: npt.NDArray[np.intp], exact: Floats) -> None:
        """Replace the sums of some customers by those of an exact search."""
        for side, sums in zip(self.sides, exact, strict=True):
            side.far[customers], side.variance[customers] = sums.sum(axis=0), 0.0

    def total(self) -> Floats:
        """The estimated amount that each customer receives; float64[n]."""
        return sum((side.near + side.far for side in self.sides), np.zeros(self.n))

    def balanced(self) -> Floats:
        """Scale so that all that was given away arrives; float64[n]."""
        parts = (side.near + side.factor * side.far for side in self.sides)
        return sum(parts, np.zeros(self.n))

    def received(self, depth: int) -> Floats:
        """The amount of each customer for each unit of w_l − w_{l+1}; float64[D, n]."""
        found = np.zeros((depth, self.n))
        for side in self.sides:
            found[: len(side.by_step)] += side.by_step
            found[1 : len(side.by_step)] += (side.factor - 1) * side.by_step[1:]
        return found

    def factor(self) -> float:
        """The scaling factor of both signs together."""
        due, found = (
            sum(abs(x) for x in xs)
            for xs in ([s.due for s in self.sides], [float(s.far.sum()) for s in self.sides])
        )
        return due / found if found else 1.0

    def error(self, relative: float) -> Floats:
        """Standard error: of the sums, and of the shares in them, whose errors are correlated."""
        parts = (
            side.factor**2 * (side.variance + (relative * side.far) ** 2) for side in self.sides
        )
        return np.sqrt(sum(parts, np.zeros(self.n)))


def _top(gross: Floats, network_value: Floats) -> npt.NDArray[np.intp]:
    """Take `TOP` customers from the top of both rankings, alternating."""
    orders = [np.argsort(-figure, kind="stable")[:TOP] for figure in (gross, network_value)]
    both = np.column_stack(orders).ravel()
    _, first = np.unique(both, return_index=True)
    return both[np.sort(first)][:TOP]


def _given_error(value: Floats, weights: Floats, reached_by: Floats, variances: Floats) -> Floats:
    """Standard error of what is given away: V · Σ_l (w_l − w_{l+1}) / N_l with N_l estimated."""
    steps = -np.diff(np.array([*weights, 0.0]))[:, np.newaxis]
    within = 1 + np.cumsum(reached_by, axis=0)
    off = np.sqrt(np.cumsum(variances, axis=0))
    error: Floats = np.abs(value) * (steps * off / within**2).sum(axis=0)
    return error


def _mean_error(weights: Floats, found: Sketched) -> float | None:
    """Mean relative error of the sample's influence: in money, else in people."""
    for column in (1, 0):
        exact = weights @ found.exact[column]
        if (exact > 0).any():
            some = exact > 0
            off = (weights @ found.sums[column][:, found.sample] - exact)[some]
            return float((np.abs(off) / exact[some]).mean())
    return None
