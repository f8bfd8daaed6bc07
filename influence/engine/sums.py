"""Payoffs and sums of a run: the same for exact and estimated sums."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from influence.models.backends import Backend
from influence.progress import Progress
from influence.runs import Accuracy
from influence.value.ledger import Ledger

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PayoffErrors:
    """The errors of the payoffs and of the weights.

    Attributes
    ----------
    remainder : float64[n]
        Standard error of the remainder, independent between customers.
    common : float64[n]
        By how much the remainder moves with one standard error that customers have in common.
    taken : float64[n]
        Standard error of what a customer's referrer takes; the other part of the same error.
    ledger_common : float64[n]
        By how much referral value moves with the error that customers have in common.
    weights : bool
        Whether weights are uncertain.
    """

    remainder: Floats
    common: Floats
    taken: Floats
    ledger_common: Floats
    weights: bool


@dataclass(frozen=True, eq=False)
class Payoffs:
    """The payoffs that are summed over the network.

    Attributes
    ----------
    value : float64[n]
        V, own value in money.
    remainder : float64[n]
        V less what referrers are credited with: what influence spreads in the ledger.
    positive, negative : float64[n]
        The two signs of sentiment, both at least 0.
    gross_base, ledger_base : float64[n]
        What gross and ledger network value hold besides influence. They decide which
        customers are at the top of the rankings.
    errors : PayoffErrors or None
        None where no intervals are wanted.
    """

    value: Floats
    remainder: Floats
    positive: Floats
    negative: Floats
    gross_base: Floats
    ledger_base: Floats
    errors: PayoffErrors | None = None


@dataclass(frozen=True, eq=False)
class Errors:
    """Standard errors of estimated sums.

    Attributes
    ----------
    reach, values : float64[D, n]
        Of people and value at each distance; 0 for the top of the rankings.
    given, received : float64[n]
        Of what is credited to others and from others.
    positive_pressure, negative_pressure : float64[n]
    accuracy : Accuracy
        What the record of the run says of the estimates.
    """

    reach: Floats
    values: Floats
    given: Floats
    received: Floats
    positive_pressure: Floats
    negative_pressure: Floats
    accuracy: Accuracy

    def influence(self, weights: Floats) -> Floats:
        """Of influence with weights, float64[D, 1]; float64[n]."""
        error: Floats = np.sqrt(((weights * self.values) ** 2).sum(axis=0))
        return error


@dataclass(frozen=True, eq=False)
class Spread:
    """Sums from which network value follows for other weights and CLV.

    Attributes
    ----------
    received : float64[D, n]
        What is credited to each customer for each unit of w_l − w_{l+1}, l = 1 … D; 0 where
        weights are certain.
    given : float64[D, n]
        The share of a customer's remainder that is then credited to others.
    variance : float64[n]
        Of all that is credited to a customer, by errors of the remainders of others.
    common : float64[n]
        By how much that moves with the error that customers have in common.
    """

    received: Floats
    given: Floats
    variance: Floats
    common: Floats


@dataclass(frozen=True, eq=False)
class Sums:
    """The sums of a run.

    Attributes
    ----------
    reach, values : float64[D, n]
        People and their value, by distance.
    ledger : Ledger
    positive_pressure, negative_pressure : float64[n]
        Weighted sentiment of each sign that arrives at a customer.
    errors : Errors or None
        None where the sums are exact.
    spread : Spread or None
        Where intervals are wanted.
    """

    reach: Floats
    values: Floats
    ledger: Ledger
    positive_pressure: Floats
    negative_pressure: Floats
    errors: Errors | None = None
    spread: Spread | None = None

    def with_exact_values(self, values: Floats) -> Sums:
        """Replace the values by distance by those of another model, which are exact."""
        errors = self.errors and replace(self.errors, values=np.zeros_like(values))
        return replace(self, values=values, errors=errors)


@dataclass(frozen=True, eq=False)
class Method(ABC):
    """A method to compute the sums: `Exact` or `Estimated`.

    Attributes
    ----------
    forward, backward : Backend
        Of the network and of the reversed network; the same object where every arc runs both ways.
    """

    forward: Backend
    backward: Backend

    @property
    def symmetric(self) -> bool:
        """Whether every arc runs both ways, equally strong."""
        return self.forward is self.backward

    @abstractmethod
    def sums(self, payoffs: Payoffs, progress: Progress) -> Sums:
        """Compute all sums of a run."""
