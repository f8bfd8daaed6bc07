"""Value of referrals: CRV as in the literature, and the referral value of the ledger.

With p the probability that the referred customer j would have joined anyway, m the margin from
them, a and c the costs of incentive and marketing, and q the acquisition cost that was saved::

    CRV_r    = Σ_j (1 − p)·(m − a − c) + q                       (reported; part of gross)
    taken_j  = (1 − p)·φ·min(m, max(V_j, 0))                     (leaves the referred customer …)
    ledger_r = Σ_j taken_j + q − (1 − p)·(a + c)                 (… and goes to the referrer)

CRV counts the whole margin for the referrer although it is also part of the CLV of j. The ledger
moves a share φ of it, never more than j has, so that the total is ΣV plus savings less costs.
φ = ½ is the Shapley value of two customers who are both needed for the sale; it is a convention.

Source of CRV: V. Kumar, J. A. Petersen, R. P. Leone, How Valuable Is Word of Mouth?, Harvard
Business Review 85(10), 2007; Driving Profitability by Encouraging Customer Referrals, Journal of
Marketing 74(5), 2010. Type one would not have joined otherwise (p = 0), type two would have
(p = 1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

SHARE = 0.5
"""φ: the referrer's share of a sale."""


@dataclass(frozen=True, eq=False)
class Referrals:
    """The referrals that count: at most one per referred customer, and no cycles.

    One entry per referral, in any order: the figures do not depend on it, to the last bit.

    Attributes
    ----------
    referrer, referred : intp[m]
        Customers, by index.
    joined_anyway : float64[m]
        p, the probability that the customer would have joined without the referral, 0 … 1.
    margin : float64[m]
        Present value in money, ≥ 0; NaN where blank: then max(V of the referred customer, 0).
    incentive, marketing, acquisition_saved : float64[m]
        a, c and q, in money, ≥ 0.
    """

    referrer: Indices
    referred: Indices
    joined_anyway: Floats
    margin: Floats
    incentive: Floats
    marketing: Floats
    acquisition_saved: Floats

    @property
    def from_outside(self) -> Floats:
        """The amount that each referral adds to the total: q − (1 − p)(a + c), float64[m]."""
        costs = self.incentive + self.marketing
        return self.acquisition_saved - (1 - self.joined_anyway) * costs


def crv(n: int, referrals: Referrals, value: Floats, *, charge_certain: bool = False) -> Floats:
    """Compute Kumar's customer referral value, Σ (1 − p)(m − a − c) + q over the referred.

    Parameters
    ----------
    n : int
        Number of customers.
    referrals : Referrals
    value : float64[n]
        V, the CLV, in money; replaces a blank margin.
    charge_certain : bool
        Whether incentive and marketing are charged in full for every p:
        Σ (1 − p)·m − a − c + q. Type two (p = 1) then has q − a − c.

    Returns
    -------
    float64[n]
        In money; 0 for customers without referrals. A sum over customers counts money twice, since
        the margin of a referral is also part of the CLV of the referred customer.

    Examples
    --------
    A (100) referred C (50) with an incentive of 5; D (70) would have joined anyway; both saved 20.

    >>> referrals = Referrals(
    ...     referrer=np.array([0, 0]), referred=np.array([1, 2]),
    ...     joined_anyway=np.array([0.0, 1.0]), margin=np.array([np.nan, np.nan]),
    ...     incentive=np.array([5.0, 0.0]), marketing=np.zeros(2),
    ...     acquisition_saved=np.array([20.0, 20.0]),
    ... )
    >>> crv(3, referrals, np.array([100.0, 50.0, 70.0])).tolist()
    [85.0, 0.0, 0.0]
    """
    each = crv_of_each(referrals, value, charge_certain=charge_certain)
    return _sum_by_referrer(n, referrals, each)


def crv_of_each(referrals: Referrals, value: Floats, *, charge_certain: bool = False) -> Floats:
    """Return what each referral adds to the CRV of its referrer, float64[m]; see `crv`."""
    margin = _margin(referrals, value)
    unlikely = 1 - referrals.joined_anyway
    costs = referrals.incentive + referrals.marketing
    earned = unlikely * margin - costs if charge_certain else unlikely * (margin - costs)
    result: Floats = earned + referrals.acquisition_saved
    return result


def settle(
    n: int, referrals: Referrals, value: Floats, share: float = SHARE
) -> tuple[Floats, Floats]:
    """Compute the referral part of the ledger; influence then spreads value − taken.

    Parameters
    ----------
    n : int
        Number of customers.
    referrals : Referrals
    value : float64[n]
        V, the CLV, in money; from a negative value nothing is taken.
    share : float
        φ in [0, 1].

    Returns
    -------
    taken, referral_value : float64[n]
        In money: what goes from each customer to their referrer, 0 … max(V, 0), and what each
        referrer receives (negative where the costs exceed it).
        Σ referral_value = Σ taken + Σ `Referrals.from_outside`.
    """
    available = np.minimum(_margin(referrals, value), np.maximum(value[referrals.referred], 0))
    moved = (1 - referrals.joined_anyway) * share * available
    taken = np.zeros(n)
    taken[referrals.referred] = moved
    return taken, _sum_by_referrer(n, referrals, moved + referrals.from_outside)


def taken_rate(n: int, referrals: Referrals, value: Floats, share: float = SHARE) -> Floats:
    """Return how much of one more unit of each customer's V `settle` takes; float64[n], 0 … 1."""
    own, rate = value[referrals.referred], np.zeros(n)
    # From negative V nothing is taken, and beyond the margin nothing more.
    follows = (own > 0) & (own <= _margin(referrals, value))
    rate[referrals.referred] = (1 - referrals.joined_anyway) * share * follows
    return rate


def to_referrers(n: int, referrals: Referrals, amounts: Floats) -> Floats:
    """Sum amounts of the referred, float64[n], by referrer; float64[n]."""
    return _sum_by_referrer(n, referrals, amounts[referrals.referred])


def tree_value(n: int, referrals: Referrals, crv: Floats) -> Floats:
    """Sum CRV over each customer's tree: the customer, those they referred, and so on down.

    Parameters
    ----------
    n : int
        Number of customers.
    referrals : Referrals
    crv : float64[n]
        In money, or any additive quantity (1 counts people).

    Returns
    -------
    float64[n]
        In the unit of `crv`. Each customer counts in the tree of every ancestor.

    Raises
    ------
    ValueError
        If the referrals have a cycle.
    """
    # After k doublings a total covers 2^k generations: 20 doublings for a million generations.
    total = crv.astype(np.float64)
    for below, above in _ancestors(n, referrals):
        total += np.bincount(above, total[below], minlength=n)
    return total


def _ancestors(n: int, referrals: Referrals) -> Iterator[tuple[Indices, Indices]]:
    """Yield the customers with an ancestor 1, 2, 4, 8 … generations up, and those ancestors."""
    nobody = -1
    ancestor = np.full(n, nobody, dtype=np.intp)
    ancestor[referrals.referred] = referrals.referrer
    for _ in range(n.bit_length()):
        below = np.flatnonzero(ancestor != nobody)
        if len(below) == 0:
            return
        above = ancestor[below]
        yield below, above
        ancestor[below] = ancestor[above]
    if (ancestor != nobody).any():
        raise ValueError("the referrals have a cycle")


def _margin(referrals: Referrals, value: Floats) -> Floats:
    own = np.maximum(value[referrals.referred], 0)
    return np.where(np.isnan(referrals.margin), own, referrals.margin)


def _sum_by_referrer(n: int, referrals: Referrals, amounts: Floats) -> Floats:
    # In the order of the referred, so that the order of the rows does not change the last bit.
    order = np.argsort(referrals.referred)
    sums = np.bincount(referrals.referrer[order], amounts[order], minlength=n)
    return sums.astype(np.float64)
