"""A study: the hazard of one event, with more and more explained by other things than influence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from influence.calibration.exposure import Exposure
from influence.calibration.groups import Groups, independent
from influence.calibration.hazard import Fit, additive, squares_left
from influence.calibration.panel import Panel
from influence.calibration.weights import Weight
from influence.errors import NothingToShow
from influence.progress import Progress, silent

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
RungName = Literal["naive", "demographics", "prior behaviours", "positions", "stale placebo"]

WINDOW = 2
"""Periods for which a person who had the event is counted as a fresh exposure, by default."""
WINDOWS = (1, 2, 3, 4)
STALE = 3
"""Periods after the window in which they are counted as a stale exposure."""
CLEARLY_BETTER = 10.0
"""By how much −2 log-likelihood must fall for another window than the default to be taken."""
EVENTS_PER_EXPOSURE = 10
"""Events that are needed for each coefficient of an exposure."""


@dataclass(frozen=True, eq=False)
class Study:
    """The data from which the hazard is estimated.

    Attributes
    ----------
    exposure : Exposure
    panel : Panel
    strata : int64[n]
        Groups of customers with hazards of their own, in each period.
    clusters : tuple of int64[n]
        Ways of clustering customers.
    demographics, positions : float64[k, n]
        What does not change.
    behaviours : callable or None
        Returns what customers did before a period, float64[k, n].
    share : bool
        Whether exposures are shares of the people at a distance, not their number.
    depth : int
    """

    exposure: Exposure
    panel: Panel
    strata: Ints
    clusters: tuple[Ints, ...]
    demographics: Floats
    behaviours: Callable[[int], Floats] | None = None
    positions: Floats | None = None
    share: bool = False
    depth: int = 3
    _kept: dict[str, Floats] = field(default_factory=dict, repr=False)
    _fitted: dict[tuple[RungName, int], Fitted] = field(default_factory=dict, repr=False)

    @property
    def events(self) -> int:
        """The number of events to customers at risk."""
        return int(self.panel.happened.sum())

    def telling(self, window: int) -> int:
        """Count events where, in the same period and stratum, some were exposed more than others.

        Exposed at distance 1, freshly. Other events tell nothing about influence.
        """
        exposed = self.exposures(1, window)[:, 0]
        groups = Groups.of(self.effects("stale placebo")).codes
        count = groups.max(initial=-1) + 1
        least, most = np.full(count, np.inf), np.full(count, -np.inf)
        np.minimum.at(least, groups, exposed)
        np.maximum.at(most, groups, exposed)
        return int(self.panel.happened[(least < most)[groups]].sum())

    def exposures(self, nearest: int, farthest: int | None) -> Floats:
        """Exposures of all rows to events of some periods back; float64[rows, depth]."""
        share, depth = self.share, self.depth
        return self.panel.columns(
            lambda period: self.exposure.within(period, nearest, farthest, share=share)[:depth]
        )

    def controls(self, rung: RungName) -> Floats:
        """All that a rung explains the event with, besides exposures; float64[rows, k]."""
        parts: list[Floats] = []
        if rung != "naive":
            parts.append(self._columns("demographics", self._known))
        if rung not in {"naive", "demographics"} and self.behaviours is not None:
            parts.append(self._columns("behaviours", self.behaviours))
        positions = self.positions
        if rung in {"positions", "stale placebo"} and positions is not None:
            parts.append(self._columns("positions", lambda _: positions))
        return np.column_stack([np.zeros((len(self.panel), 0)), *parts])

    def _known(self, period: int) -> Floats:
        """Return traits of customers other than their behaviour: contacts and demographics."""
        contacts = np.log1p(self.exposure.people(period)[: self.depth])
        return np.vstack([contacts, self.demographics])

    def _columns(self, name: str, of_period: Callable[[int], Floats]) -> Floats:
        if name not in self._kept:
            self._kept[name] = self.panel.columns(of_period)
        return self._kept[name]

    def effects(self, rung: RungName) -> Ints:
        """The group of each row that has an effect of its own."""
        if rung == "naive":
            return self.panel.period
        strata = self.strata[self.panel.customer]
        return self.panel.period * (int(self.strata.max(initial=0)) + 1) + strata

    def fit(self, rung: RungName, window: int) -> Fitted:
        """Fit one rung, once; see `ladder`."""
        if (rung, window) not in self._fitted:
            self._fitted[rung, window] = self._fit(rung, window)
        return self._fitted[rung, window]

    def _fit(self, rung: RungName, window: int) -> Fitted:
        parts = [self.exposures(1, window)]
        if rung == "stale placebo":
            parts.append(self.exposures(window + 1, window + STALE))
        # By distance, so that of exposures that determine one another the farthest is lost.
        exposures = np.stack(parts, axis=2).reshape(len(self.panel), -1)
        effects, controls = self.effects(rung), self.controls(rung)
        free = independent(np.column_stack([exposures, controls]), effects)
        count = exposures.shape[1]
        if not free[:count].all():
            raise NotSeparate(int(np.argmin(free)) // len(parts))
        columns = np.column_stack([exposures, controls[:, free[count:]]])
        clusters = tuple(cluster[self.panel.customer] for cluster in self.clusters)
        fit = additive(self.panel.happened, columns, effects, clusters)
        contrasts = np.zeros((self.depth, columns.shape[1]))
        for d, contrast in enumerate(contrasts):
            contrast[d * len(parts) : (d + 1) * len(parts)] = (1.0, -1.0)[: len(parts)]
        weights = (
            Weight.of(d, fit.estimate(contrast), window) for d, contrast in enumerate(contrasts, 1)
        )
        return Fitted(rung, window, tuple(weights), fit, fit.correlation(contrasts))


class NotSeparate(Exception):
    """The exposure at a distance cannot be separated from the others.

    Attributes
    ----------
    depth : int
        The largest distance up to which they can.
    """

    def __init__(self, depth: int) -> None:
        super().__init__(depth)
        self.depth = depth


@dataclass(frozen=True, eq=False)
class Fitted:
    """The decay weights of one rung, the fit behind them, and how their errors are correlated."""

    rung: RungName
    window: int
    weights: tuple[Weight, ...]
    fit: Fit
    correlation: Floats


def separable(study: Study, window: int = WINDOW) -> Study:
    """Return the study, with a smaller depth if exposures farther away cannot be separated.

    Raises
    ------
    NothingToShow
        If there are too few events, or those at distance 1 cannot be separated either.
    """
    require_telling(study, window)
    while True:
        require_events(study)
        try:
            study.fit("stale placebo", window)
        except NotSeparate as error:
            if error.depth == 0:
                raise NothingToShow(
                    f"fresh exposures (1 to {window} periods ago) and stale ones ({window + 1} to "
                    f"{window + STALE}) do not differ among those at risk: more periods are "
                    "needed, or events to which not everybody is exposed"
                ) from error
            study = replace(study, depth=error.depth, _kept={}, _fitted={})
        else:
            return study


def require_events(study: Study) -> None:
    """Raise NothingToShow if there are too few events for the depth, and say how many it needs."""
    least = 2 * EVENTS_PER_EXPOSURE
    needed = study.depth * least
    if study.events < needed:
        raise NothingToShow(
            f"{study.events:,} events of customers at risk are too few: depth {study.depth} needs "
            f"{needed}, {EVENTS_PER_EXPOSURE} for each fresh and stale exposure"
            + (f"; depth 1 needs {least}" if study.depth > 1 else "")
        )


def require_telling(study: Study, window: int) -> None:
    """Raise NothingToShow if too few events tell anything; see `Study.telling`."""
    needed = 2 * EVENTS_PER_EXPOSURE
    if study.events >= needed > (telling := study.telling(window)):
        raise NothingToShow(
            f"{telling:,} of {study.events:,} events fall in a period and stratum in which some "
            f"customers were freshly exposed and others were not, and {needed} are needed: choose "
            "other periods (--period), fewer strata, or events that are not all at once"
        )


def ladder(study: Study, window: int) -> list[Fitted]:
    """Explain the event with more and more, rung by rung.

    naive: exposures and periods alone. demographics: strata, number of contacts, what is known of
    customers. prior behaviours: what they did before. positions: where they are in the network.
    stale placebo: the weight is the fresh exposure's coefficient minus the stale one's, since what
    contacts have in common loads on both, and influence on the fresh one.
    """
    rungs: list[RungName] = ["naive", "demographics"]
    rungs += ["prior behaviours"] if study.behaviours is not None else []
    rungs += ["positions"] if study.positions is not None else []
    return [study.fit(rung, window) for rung in (*rungs, "stale placebo")]


@dataclass(frozen=True, eq=False)
class Window:
    """The fit of one window to the events.

    Attributes
    ----------
    fitted : Fitted
        The last rung.
    better : float
        By how much −2 log-likelihood is below that of the default window.
    """

    fitted: Fitted
    better: float


def windows(study: Study, progress: Progress = silent) -> list[Window]:
    """Fit the last rung with windows of several lengths, and compare them.

    They are compared in fits that all reach equally far back, since more distant periods explain
    events wherever contacts are alike. Windows whose exposures cannot be separated are left out;
    none are compared where the default is among these.
    """
    controls, effects = study.controls("stale placebo"), study.effects("stale placebo")
    found = []
    for window in WINDOWS:
        progress("fitting windows", window - 1, len(WINDOWS))
        exposures = study.exposures(1, window), study.exposures(window + 1, max(WINDOWS) + STALE)
        columns = np.column_stack([*exposures, controls])
        left = squares_left(study.panel.happened, columns, effects)
        with suppress(NotSeparate):  # as where there are few periods
            found.append((study.fit("stale placebo", window), left))
    default = next((left for fitted, left in found if fitted.window == WINDOW), None)
    if default is None:
        return []
    rows = len(study.panel)
    return [Window(each, rows * float(np.log(default / left))) for each, left in found]


def best_window(compared: Sequence[Window]) -> int:
    """Return the default window, unless another one explains the events clearly better."""
    best = max(compared, key=lambda window: window.better, default=None)
    return best.fitted.window if best and best.better > CLEARLY_BETTER else WINDOW
