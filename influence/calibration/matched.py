"""A matched sample beside the hazard (Aral, Muchnik and Sundararajan 2009).

Customers at risk who have a fresh exposure at distance 1 are compared with those who have none, in
the same period and stratum, who were as likely to have one: by a linear index of everything that
the last rung of the ladder controls for, the stale exposures included. The figure is the ratio of
events among the exposed and among their matches.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from influence.calibration.groups import Groups
from influence.calibration.hazard import quantile
from influence.calibration.study import STALE, Study, independent

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
CALIPER = 0.2
"""The largest difference of a match, in standard deviations of the index."""


@dataclass(frozen=True)
class Matched:
    """Events among the exposed and among their matches.

    Attributes
    ----------
    pairs, unmatched : int
        Person-periods with a fresh exposure at distance 1, with and without a match.
    exposed, others : int
        Events among the exposed, and among their matches.
    ratio, low, high : float
        Of the two, with a 95 % interval by cluster.
    """

    pairs: int
    unmatched: int
    exposed: int
    others: int
    ratio: float
    low: float
    high: float


def matched(study: Study, window: int) -> Matched | None:
    """Match the exposed; None where one of the two groups has no event.

    Parameters
    ----------
    study : Study
    window : int
        Periods of a fresh exposure.
    """
    exposed = study.exposures(1, window)[:, 0] > 0
    stale = study.exposures(window + 1, window + STALE)
    controls = np.column_stack([stale, study.controls("stale placebo")])
    groups = Groups.of(study.effects("stale placebo"))
    one, other = nearest(exposed, index(exposed, controls, groups), groups)
    happened = study.panel.happened
    events = int(happened[one].sum()), int(happened[other].sum())
    if min(events) == 0:
        return None
    ratio = events[0] / events[1]
    pull = happened[one] / events[0] - happened[other] / events[1]
    half = 0.0
    for cluster in study.clusters:
        codes = np.unique(cluster[study.panel.customer[one]], return_inverse=True)[1]
        sums = np.bincount(codes, pull)
        half = max(half, quantile(len(sums) - 1) * math.sqrt(float(sums @ sums)))
    return Matched(
        pairs=len(one),
        unmatched=int(exposed.sum()) - len(one),
        exposed=events[0],
        others=events[1],
        ratio=ratio,
        low=ratio * math.exp(-half),
        high=ratio * math.exp(half),
    )


def index(exposed: npt.NDArray[np.bool_], controls: Floats, groups: Groups) -> Floats:
    """Return how likely each row is to be exposed, up to the effect of its group; float64[rows]."""
    controls = controls[:, independent(controls, groups.codes)]
    x = groups.centred(controls)
    y = groups.centred(exposed[:, np.newaxis].astype(np.float64))[:, 0]
    found: Floats = controls @ np.linalg.solve(x.T @ x, x.T @ y) if x.shape[1] else np.zeros(len(x))
    return found


def nearest(exposed: npt.NDArray[np.bool_], likely: Floats, groups: Groups) -> tuple[Ints, Ints]:
    """Match each exposed row with the other row of its group that is nearest.

    Parameters
    ----------
    exposed : bool[rows]
    likely : float64[rows]
    groups : Groups

    Returns
    -------
    int64[pairs], int64[pairs]
        Exposed rows and their matches; a row may be the match of several.
    """
    spread = float(np.std(likely))
    order = np.lexsort((likely, groups.codes))
    begin = np.searchsorted(groups.codes[order], np.arange(groups.count + 1))
    pairs: list[tuple[Ints, Ints]] = []
    for first, last in pairwise(begin):
        rows = order[first:last]
        one, other = rows[exposed[rows]], rows[~exposed[rows]]
        if not len(one) or not len(other):
            continue
        at = np.searchsorted(likely[other], likely[one])
        below, above = np.maximum(at - 1, 0), np.minimum(at, len(other) - 1)
        lower = likely[one] - likely[other[below]] <= likely[other[above]] - likely[one]
        lower &= at > 0
        match = other[np.where(lower | (at == len(other)), below, above)]
        close = np.abs(likely[match] - likely[one]) <= CALIPER * spread
        pairs.append((one[close], match[close]))
    if not pairs:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    ones, others = zip(*pairs, strict=True)
    return np.concatenate(ones), np.concatenate(others)
