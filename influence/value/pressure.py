"""Signed influence, pressure and value at risk: the effect of sentiment on other customers.

With s_i the sentiment from −1 to 1 (0 where unknown), I_i the influence, V_j the CLV, and
w_d(i,j) the weight of the distance from i to j (0 out of reach)::

    influence_signed_i = s_i · I_i
    pressure_j         = Σ_{i≠j} s_i · w_d(i,j)
    value_at_risk_j    = max(V_j, 0) · min(1, Σ_{i≠j, s_i<0} |s_i| · w_d(i,j))

A negativity bias b multiplies negative sentiment in all three: s_i becomes b·s_i where s_i < 0.
Damage that has not happened is not part of the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pressure:
    """The effect of a customer's sentiment on others, and of others' sentiment on the customer.

    Attributes
    ----------
    influence_signed : float64[n]
        Sentiment × influence; money.
    pressure : float64[n]
        Weighted sentiment of all who can influence the customer; people.
    value_at_risk : float64[n]
        The part of the CLV within reach of detractors; money, from 0 to max(V, 0).
    """

    influence_signed: Floats
    pressure: Floats
    value_at_risk: Floats


def sides(sentiment: Floats, bias: float = 1.0) -> tuple[Floats, Floats]:
    """Split sentiment into its positive and negative part, both float64[n] and at least 0.

    Parameters
    ----------
    sentiment : float64[n]
        From −1 to 1; NaN counts as 0.
    bias : float
        Weight of negative sentiment relative to positive sentiment, at least 0.
    """
    return np.fmax(sentiment, 0.0), bias * np.fmax(-sentiment, 0.0)


def signed(
    sentiment: Floats,
    influence: Floats,
    value: Floats,
    positive: Floats,
    negative: Floats,
    bias: float = 1.0,
) -> Pressure:
    """Compute signed influence, pressure and value at risk.

    Parameters
    ----------
    sentiment, bias
        As for `sides`.
    influence : float64[n]
        Influence of each customer, by any model; money.
    value : float64[n]
        V, the CLV; money, may be negative.
    positive, negative : float64[n]
        Σ_{i≠j} side_i · w_d(i,j) for every j, of each of the `sides`: their gain on the reversed
        network.

    Examples
    --------
    A detractor and the only customer within reach, whose CLV is 200:

    >>> plus, minus = sides(np.array([-1.0, np.nan]))
    >>> signed(np.array([-1.0, np.nan]), np.array([90.0, 0.0]), np.array([0.0, 200.0]),
    ...        0.45 * plus[::-1], 0.45 * minus[::-1])
    Pressure(influence_signed=array([-90.,   0.]), pressure=array([ 0.  , -0.45]), \
value_at_risk=array([ 0., 90.]))
    """
    plus, minus = sides(sentiment, bias)
    return Pressure(
        influence_signed=(plus - minus) * influence + 0.0,  # −0.0 + 0.0 is 0.0
        pressure=positive - negative,
        value_at_risk=np.maximum(value, 0.0) * np.minimum(negative, 1.0),
    )
