"""Spearman's correlation and the lift of the top tenth, for many resamples at once.

Everything is weighted: a person who was drawn twice into a resample counts twice. The weighted
Spearman correlation is Pearson's of weighted mid-ranks, which for whole weights is that of the
repeated rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TOP = 0.1
"""Share of customers whose outcome is compared with that of all."""
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Order:
    """The order of some values, by which weights are ranked.

    Attributes
    ----------
    group : int64[n]
        Number of each value among the distinct ones, ascending.
    order : int64[n]
        Positions by value.
    begins : int64[distinct]
        Where in `order` each distinct value begins.
    """

    group: Ints
    order: Ints
    begins: Ints

    @classmethod
    def of(cls, values: Floats) -> Order:
        """Order values; equal ones are in one group."""
        group = np.unique(values, return_inverse=True)[1]
        order = np.argsort(group, kind="stable")
        return cls(group, order, np.flatnonzero(np.diff(group[order], prepend=-1)))

    def places(self, weights: Floats, share: float = TOP) -> tuple[Floats, Floats]:
        """Rank each value among weighted ones, and tell whether it belongs to the top.

        Parameters
        ----------
        weights : float64[draws, n]
        share : float
            Of the weight that is the top.

        Returns
        -------
        float64[draws, n]
            Weighted mid-ranks: the weight below, and half of that of equals.
        float64[draws, n]
            How much belongs to the top, 0 to 1: where equals cross the border, all do in part.
        """
        summed = np.add.reduceat(weights[:, self.order], self.begins, axis=1)
        reached = np.cumsum(summed, axis=1)
        total = reached[:, -1:]
        room = share * total - (total - reached)
        part = np.divide(room, summed, out=np.zeros_like(summed), where=summed > 0)
        ranks, top = reached - summed / 2, np.clip(part, 0.0, 1.0)
        return ranks[:, self.group], top[:, self.group]


def associations(
    predictors: list[Order], pairs: sp.csr_array, value: Floats, drawn: Floats
) -> tuple[Floats, Floats]:
    """Measure how predictors of customers go with an outcome of the people in their pairs.

    Parameters
    ----------
    predictors : list of Order
        Each of m values.
    pairs : csr_array, m × n
    value : float64[n]
        The outcome.
    drawn : float64[draws, n]
        How often each person was drawn.

    Returns
    -------
    float64[draws, predictors]
        Spearman's correlation over pairs; 0 where a resample has one value only.
    float64[draws, predictors]
        Mean outcome of the top tenth by the predictor ÷ that of all; NaN where the latter is not
        above 0.
    """
    transposed = pairs.T.tocsr()
    weight = drawn @ transposed
    total = weight.sum(axis=1)
    of_people = drawn * pairs.sum(axis=0)
    outcome, _ = Order.of(value).places(of_people)
    ranked, summed = (drawn * outcome) @ transposed, (drawn * value) @ transposed
    mean = total / 2  # of any weighted mid-ranks
    spread_y = (of_people * outcome**2).sum(axis=1) / total - mean**2
    overall = summed.sum(axis=1) / total
    spearman, lift = [], []
    for predictor in predictors:
        rank, top = predictor.places(weight)
        together = (rank * ranked).sum(axis=1) / total - mean**2
        spread = ((weight * rank**2).sum(axis=1) / total - mean**2) * spread_y
        varies = spread > (ROUNDING * mean**2) ** 2
        spearman.append(np.where(varies, together / np.sqrt(np.where(varies, spread, 1.0)), 0.0))
        best = (top * summed).sum(axis=1) / (TOP * total)
        lift.append(np.where(overall > 0, best / np.where(overall > 0, overall, 1.0), np.nan))
    return np.stack(spearman, axis=1), np.stack(lift, axis=1)
