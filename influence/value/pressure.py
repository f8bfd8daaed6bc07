"""Signed influence: what advocates and detractors do to those around them.

With s_i the sentiment from −1 to 1 (0 where unknown), I_i the influence, V_j own value, and
w_d(i,j) the weight of the distance from i to j (0 out of reach)::

    influence_signed_i = s_i · I_i
    pressure_j         = Σ_{i≠j} s_i · w_d(i,j)
    value_at_risk_j    = max(V_j, 0) · min(1, Σ_{i≠j, s_i<0} |s_i| · w_d(i,j))

A negativity bias b takes the place of 1 before negative sentiment, everywhere: s_i is b·s_i in all
three where s_i < 0. Damage that has not happened is no part of the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pressure:
    """What comes from a customer's sentiment, and what others' sentiment does to her.

    Attributes
    ----------
    influence_signed : float64[n]
        What she moves, for us or against us; money.
    pressure : float64[n]
        What arrives at her; weighted people, in favour less against.
    value_at_risk : float64[n]
        Of her own value, what stands under the detractors' influence; money, from 0 to max(V, 0).
    """

    influence_signed: Floats
    pressure: Floats
    value_at_risk: Floats


def sides(sentiment: Floats, bias: float = 1.0) -> tuple[Floats, Floats]:
    """Praise and blame apart: both float64[n] and at least 0.

    Parameters
    ----------
    sentiment : float64[n]
        From −1 to 1; NaN counts as 0.
    bias : float
        How many times as much as praise its opposite weighs, at least 0.
    """
    return np.fmax(sentiment, 0.0), bias * np.fmax(-sentiment, 0.0)


def signed(
    sentiment: Floats,
    influence: Floats,
    value: Floats,
    for_us: Floats,
    against_us: Floats,
    bias: float = 1.0,
) -> Pressure:
    """Give influence the sign of the sentiment behind it.

    Parameters
    ----------
    sentiment, bias
        As for `sides`.
    influence : float64[n]
        What each customer brings about in others, by whichever model; money.
    value : float64[n]
        V, money; may be negative.
    for_us, against_us : float64[n]
        Σ_{i≠j} side_i · w_d(i,j) for every j, of each of the `sides`: their gain on the reversed
        network.

    Examples
    --------
    A detractor and her only friend, who spends 200:

    >>> praise, blame = sides(np.array([-1.0, np.nan]))
    >>> signed(np.array([-1.0, np.nan]), np.array([90.0, 0.0]), np.array([0.0, 200.0]),
    ...        0.45 * praise[::-1], 0.45 * blame[::-1])
    Pressure(influence_signed=array([-90.,   0.]), pressure=array([ 0.  , -0.45]), \
value_at_risk=array([ 0., 90.]))
    """
    praise, blame = sides(sentiment, bias)
    return Pressure(
        influence_signed=(praise - blame) * influence + 0.0,  # −0.0 + 0.0 is 0.0
        pressure=for_us - against_us,
        value_at_risk=np.maximum(value, 0.0) * np.minimum(against_us, 1.0),
    )
