"""Every predictor against every outcome, with intervals that hold jointly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from influence.progress import Progress, silent
from influence.validation.association import Order, associations
from influence.validation.bootstrap import resamples, together
from influence.validation.outcomes import Outcome
from influence.validation.result import Figure

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEWEST = 20
"""Customers who must differ from the most frequent value, of an outcome or a predictor."""


def varying(values: Floats) -> int:
    """Count values that differ from the most frequent one.

    Examples
    --------
    >>> varying(np.array([0.0, 0.0, 1.0, 2.0]))
    2
    """
    if not len(values):
        return 0
    return len(values) - int(np.unique(values, return_counts=True)[1].max())


@dataclass(frozen=True, eq=False)
class _Used:
    """An outcome, the customers who have a pair, and the predictors that vary among them."""

    outcome: Outcome
    pairs: sp.csr_array
    orders: dict[str, Order]

    @classmethod
    def of(cls, outcome: Outcome, predictors: Mapping[str, Floats]) -> _Used:
        some = outcome.paired
        orders = {
            name: Order.of(values[some])
            for name, values in predictors.items()
            if varying(values[some]) >= FEWEST
        }
        return cls(outcome, outcome.pairs[some], orders)

    def measured(self, drawn: Floats) -> tuple[Floats, Floats]:
        """Spearman and lift by predictor, then the first one's less each other's."""
        orders = [*self.orders.values()]
        spearman, lift = associations(orders, self.pairs, self.outcome.value, drawn)
        return _with_differences(spearman), _with_differences(lift)


def compared(
    outcomes: Sequence[Outcome],
    predictors: Mapping[str, Floats],
    clusters: Ints,
    draws: int,
    seed: int,
    progress: Progress = silent,
) -> list[Figure]:
    """Measure how predictors go with outcomes, and how much better the first one does.

    People, or clusters of them, are drawn with replacement. All outcomes and predictors see the
    same resamples, so that differences are paired. The people who are drawn are those whose
    behaviour is the outcome: a contact's purchases count for all whose contact they are, and stay
    together.

    Parameters
    ----------
    outcomes : sequence of Outcome
        In each, the first predictor varies (`FEWEST`).
    predictors : mapping of str to float64[m]
    clusters : int64[n]
    draws, seed : int
        See `influence.validation.bootstrap.resamples`.
    """
    used = [_Used.of(outcome, predictors) for outcome in outcomes]
    found = _all(used, np.ones((1, len(clusters))))
    parts = []
    for drawn in resamples(clusters, draws, seed):
        parts.append(_all(used, drawn))
        progress("resampling", sum(len(spearman) for spearman, _ in parts), draws)
    spearman, lift = (
        np.stack([found[i][0], *together(found[i][0], np.concatenate([part[i] for part in parts]))])
        for i in (0, 1)
    )
    rows, begin = [], 0
    for each in used:
        size = len(each.orders)
        places = {name: begin + at for at, name in enumerate(each.orders)}
        for at, name in enumerate(predictors):
            place = places.get(name)
            less = None if place is None or at == 0 else place + size - 1
            rows.append(_figure(each.outcome, name, (spearman, lift), place, less))
        begin += 2 * size - 1
    return rows


def _all(used: Sequence[_Used], drawn: Floats) -> tuple[Floats, Floats]:
    spearman, lift = zip(*(each.measured(drawn) for each in used), strict=True)
    return np.concatenate(spearman, axis=1), np.concatenate(lift, axis=1)


def _with_differences(measured: Floats) -> Floats:
    return np.concatenate([measured, measured[:, :1] - measured[:, 1:]], axis=1)


def _figure(
    outcome: Outcome,
    predictor: str,
    measures: tuple[Floats, Floats],
    place: int | None,
    less: int | None,
) -> Figure:
    """Take a predictor's column and that of its difference; no interval leaves what is possible."""
    spearman, lift = measures
    least = 0.0 if outcome.value.min() >= 0 else -np.inf
    columns = [
        (spearman, place, -1.0, 1.0),
        (lift, place, least, np.inf),
        (spearman, less, -2.0, 2.0),
        (lift, less, -np.inf, np.inf),
    ]
    numbers: list[float | None] = []
    for table, at, low, high in columns:
        known = at is not None and not np.isnan(table[:, at]).any()
        numbers += np.clip(table[:, at], low, high).tolist() if known else [None] * 3
    return Figure(outcome.name, predictor, *numbers)
