"""The ledger: every unit of money once, split between the spender and those who influence her.

It is the Shapley value of the nearest-influencer game, in which a group of customers is worth
Σ_j V_j · max_{i in the group} w_d(i,j), own value included. In closed form, with
w_0 = 1 ≥ w_1 ≥ … ≥ w_D ≥ w_{D+1} = 0 and N_l(j) the number of customers who can influence j
within l steps, j included::

    NV_i = Σ_{l=0..D} Σ_{j within l of i} V_j · (w_l − w_{l+1}) / N_l(j)

Σ NV = Σ V. The split is a convention until the weights are calibrated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ledger:
    """Where each customer's money goes and comes from; all float64[n], in money.

    own_kept + credit_received = network_value, own_kept + credit_given = value.
    """

    own_kept: Floats
    credit_received: Floats
    credit_given: Floats

    @property
    def network_value(self) -> Floats:
        """What a customer is worth through herself and those whom she reaches."""
        return self.own_kept + self.credit_received


def shares(value: Floats, weights: tuple[float, ...], influencers: Floats) -> Floats:
    """What each customer's value pays to one person at each distance.

    Parameters
    ----------
    value : float64[n]
        V, money; may be negative.
    weights : tuple of D floats
    influencers : float64[D, n]
        How many customers can influence j from exactly distance 1 … D (the in-shells).

    Returns
    -------
    float64[D, n]
        Row d − 1: to somebody at distance d.
    """
    # Level l pays everybody within l steps alike, so distance d is paid by the levels l ≥ d.
    each = levels(value, weights, influencers)
    result: Floats = np.cumsum(each[::-1], axis=0)[::-1]
    return result


def levels(value: Floats, weights: tuple[float, ...], influencers: Floats) -> Floats:
    """What each customer's value pays to everybody within l = 1 … D steps.

    Parameters
    ----------
    value, weights, influencers
        As for `shares`.

    Returns
    -------
    float64[D, n]
        Row l − 1: V_j · (w_l − w_{l+1}) / N_l(j).
    """
    steps, within = _levels(weights, influencers)
    paid: Floats = value * steps / within
    return paid


def settle(
    value: Floats, weights: tuple[float, ...], influencers: Floats, credit_received: Floats
) -> Ledger:
    """Draw up the ledger.

    Parameters
    ----------
    value, weights, influencers
        As for `shares`.
    credit_received : float64[n]
        For each customer, the sum of the shares of all whom she can influence.
    """
    steps, within = _levels(weights, influencers)
    # Counted from what others get, so that whom nobody influences keeps all, to the last bit.
    given: Floats = value * (steps * (1 - 1 / within)).sum(axis=0)
    return Ledger(own_kept=value - given, credit_received=credit_received, credit_given=given)


def _levels(weights: tuple[float, ...], influencers: Floats) -> tuple[Floats, Floats]:
    """For l = 1 … D: w_l − w_{l+1} as a column, and N_l(j)."""
    steps = -np.diff(np.array([*weights, 0.0]))[:, np.newaxis]
    return steps, 1 + np.cumsum(influencers, axis=0)
