"""What a run sums over the network, and what comes out: the same for exact and estimated sums."""

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
class Payoffs:
    """What is summed over the network.

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
    remainder_error : float64[n] or None
        Standard error of the remainder. None where no intervals are wanted, so that no `Spread`
        is summed.
    ledger_variance : float64[n] or None
        Of the ledger's network value besides influence, by errors of V.
    by_level : bool
        Whether weights are uncertain, so that the levels of the `Spread` are needed.
    """

    value: Floats
    remainder: Floats
    positive: Floats
    negative: Floats
    gross_base: Floats
    ledger_base: Floats
    remainder_error: Floats | None = None
    ledger_variance: Floats | None = None
    by_level: bool = False


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
    """What network value follows from for other weights and CLV.

    Attributes
    ----------
    received : float64[D, n]
        What is credited to each customer for each unit of w_l − w_{l+1}, l = 1 … D; 0 where
        weights are certain.
    given : float64[D, n]
        The share of a customer's remainder that is then credited to others.
    variance : float64[n]
        Of all that is credited to a customer, by errors of the remainders of others.
    """

    received: Floats
    given: Floats
    variance: Floats


@dataclass(frozen=True, eq=False)
class Sums:
    """What a run sums.

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
    """How the sums are computed: `Exact` or `Estimated`.

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
