"""Referrals: what a customer brought in by name, as the field counts it and as the ledger does.

With p the probability that the referred person j would have joined anyway, m the margin made with
her, a and c what incentive and marketing cost and q the cost of acquisition that was saved::

    CRV_r    = Σ_j (1 − p)·(m − a − c) + q                       (reported; part of the gross sum)
    taken_j  = (1 − p)·φ·min(m, max(V_j, 0))                     (leaves her account …)
    ledger_r = Σ_j taken_j + q − (1 − p)·(a + c)                 (… and enters her referrer's)

CRV counts the whole margin for the referrer although it is the value of j as well. The ledger moves
a share φ of it and never more than j has, so that Σ stays ΣV plus what comes from outside.
φ = ½ is the Shapley value of the two without whom there is no sale; it is a convention.

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
"""φ: the part of a sale that is the referrer's."""


@dataclass(frozen=True, eq=False)
class Referrals:
    """The referrals that count: everybody is referred at most once, and no chain closes.

    One entry per referral, in any order: no figure depends on it, to the last bit.

    Attributes
    ----------
    referrer, referred : intp[m]
        Customers, by index.
    joined_anyway : float64[m]
        p, the probability that she would have joined without the referral, 0 … 1.
    margin : float64[m]
        One present value in money, ≥ 0; NaN where blank: then it is max(V of the referred, 0).
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
        """What each adds to the sum of all values: q − (1 − p)(a + c), float64[m], in money."""
        costs = self.incentive + self.marketing
        return self.acquisition_saved - (1 - self.joined_anyway) * costs


def crv(n: int, referrals: Referrals, value: Floats, *, charge_certain: bool = False) -> Floats:
    """Kumar's customer referral value, Σ (1 − p)(m − a − c) + q over whom she referred.

    Parameters
    ----------
    n : int
        How many customers there are.
    referrals : Referrals
    value : float64[n]
        V, money; stands in for a blank margin.
    charge_certain : bool
        Whether those who would have joined anyway cost their incentive and marketing too:
        Σ (1 − p)·m − a − c + q. Both were paid out whatever p is, so they are charged in full
        for every p, and type two (p = 1) comes to q − a − c.

    Returns
    -------
    float64[n]
        In money; 0 for whoever referred nobody. Summed over customers it counts twice: the margin
        of a referral is the referred one's value too.

    Examples
    --------
    A (100) brought in C (50) with an incentive of 5; D (70) would have come anyway; both saved 20.

    >>> referrals = Referrals(
    ...     referrer=np.array([0, 0]), referred=np.array([1, 2]),
    ...     joined_anyway=np.array([0.0, 1.0]), margin=np.array([np.nan, np.nan]),
    ...     incentive=np.array([5.0, 0.0]), marketing=np.zeros(2),
    ...     acquisition_saved=np.array([20.0, 20.0]),
    ... )
    >>> crv(3, referrals, np.array([100.0, 50.0, 70.0])).tolist()
    [85.0, 0.0, 0.0]
    """
    brought = crv_of_each(referrals, value, charge_certain=charge_certain)
    return _sum_by_referrer(n, referrals, brought)


def crv_of_each(referrals: Referrals, value: Floats, *, charge_certain: bool = False) -> Floats:
    """What each referral adds to the crv of its referrer, float64[m]; see `crv`."""
    margin = _margin(referrals, value)
    unlikely = 1 - referrals.joined_anyway
    costs = referrals.incentive + referrals.marketing
    earned = unlikely * margin - costs if charge_certain else unlikely * (margin - costs)
    result: Floats = earned + referrals.acquisition_saved
    return result


def settle(
    n: int, referrals: Referrals, value: Floats, share: float = SHARE
) -> tuple[Floats, Floats]:
    """Book the referrals, before influence spreads what is left (value − taken).

    Parameters
    ----------
    n : int
        How many customers there are.
    referrals : Referrals
    value : float64[n]
        V, money; may be negative, and then nothing is taken.
    share : float
        φ in [0, 1].

    Returns
    -------
    taken, referral_value : float64[n]
        In money: what goes from each customer to her referrer, 0 … max(V, 0), and what each
        referrer gets (below 0 where the costs exceed it).
        Σ referral_value = Σ taken + Σ `Referrals.from_outside`.
    """
    available = np.minimum(_margin(referrals, value), np.maximum(value[referrals.referred], 0))
    moved = (1 - referrals.joined_anyway) * share * available
    taken = np.zeros(n)
    taken[referrals.referred] = moved
    return taken, _sum_by_referrer(n, referrals, moved + referrals.from_outside)


def tree_value(n: int, referrals: Referrals, crv: Floats) -> Floats:
    """Σ crv of her and of all below her: those she referred, those whom they referred, and so on.

    Parameters
    ----------
    n : int
        How many customers there are.
    referrals : Referrals
    crv : float64[n]
        In money; anything additive will do (1 counts people).

    Returns
    -------
    float64[n]
        In the unit of `crv`. Everybody counts once in each tree, but in the tree of every ancestor.

    Raises
    ------
    ValueError
        If a chain of referrals closes.
    """
    # After k leaps a total holds her and 2^k − 1 generations: a million deep is 20 leaps.
    total = crv.astype(np.float64)
    for below, above in _leaps(n, referrals):
        total += np.bincount(above, total[below], minlength=n)
    return total


def _leaps(n: int, referrals: Referrals) -> Iterator[tuple[Indices, Indices]]:
    """Everybody who has an ancestor 1, 2, 4, 8 … generations up, and that ancestor."""
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
        raise ValueError("a chain of referrals closes")


def _margin(referrals: Referrals, value: Floats) -> Floats:
    own = np.maximum(value[referrals.referred], 0)
    return np.where(np.isnan(referrals.margin), own, referrals.margin)


def _sum_by_referrer(n: int, referrals: Referrals, amounts: Floats) -> Floats:
    # In the order of the referred, so that the order of the rows does not move the last bit.
    order = np.argsort(referrals.referred)
    sums = np.bincount(referrals.referrer[order], amounts[order], minlength=n)
    return sums.astype(np.float64)
