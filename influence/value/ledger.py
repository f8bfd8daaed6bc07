"""The ledger: every unit of CLV counted once, split between customers and their influencers.

It is the Shapley value of the nearest-influencer game, in which the value of a group of customers
is Σ_j V_j · max_{i in the group} w_d(i,j), CLV included. In closed form, with
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
    """The split of the CLV of all customers; all float64[n], in money.

    own_kept + credit_received = network_value, own_kept + credit_given = value.
    """

    own_kept: Floats
    credit_received: Floats
    credit_given: Floats

    @property
    def network_value(self) -> Floats:
        """The ledger's network value of each customer, before referrals."""
        return self.own_kept + self.credit_received


def shares(value: Floats, weights: tuple[float, ...], influencers: Floats) -> Floats:
    """Return the share of each customer's value that one customer at each distance receives.

    Parameters
    ----------
    value : float64[n]
        V, money; may be negative.
    weights : tuple of D floats
    influencers : float64[D, n]
        Number of customers who can influence j from exactly distance 1 … D (the in-shells).

    Returns
    -------
    float64[D, n]
        Row d − 1: the share of a customer at distance d.
    """
    # Level l pays all within l steps equally, so a customer at distance d is paid by levels l ≥ d.
    each = levels(value, weights, influencers)
    result: Floats = np.cumsum(each[::-1], axis=0)[::-1]
    return result


def levels(value: Floats, weights: tuple[float, ...], influencers: Floats) -> Floats:
    """Return what each customer's value pays, by level, to every customer within l = 1 … D steps.

    Parameters
    ----------
    value, weights, influencers
        As for `shares`.

    Returns
    -------
    float64[D, n]
        Row l − 1: V_j · (w_l − w_{l+1}) / N_l(j).
    """
    paid: Floats = value * steps(weights)[:, np.newaxis] / within(influencers)
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
        For each customer, the sum of the shares of all customers within reach.
    """
    # Computed from the shares of others, so that customers without influencers keep all, exactly.
    each = steps(weights)[:, np.newaxis] * (1 - 1 / within(influencers))
    given: Floats = value * each.sum(axis=0)
    return Ledger(own_kept=value - given, credit_received=credit_received, credit_given=given)


def steps(weights: tuple[float, ...]) -> Floats:
    """Return w_l − w_{l+1} for l = 1 … D; float64[D]."""
    return -np.diff(np.array([*weights, 0.0]))


def within(influencers: Floats) -> Floats:
    """Return N_l(j) for l = 1 … D, float64[D, n]; influencers as for `shares`."""
    counts: Floats = 1 + np.cumsum(influencers, axis=0)
    return counts
