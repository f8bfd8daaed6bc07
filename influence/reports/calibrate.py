"""The decay weights of a company, estimated from the dates of an event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import influence
from influence.calibration.hazard import logit, multiplicative
from influence.calibration.matched import matched
from influence.calibration.options import CalibrationOptions
from influence.calibration.record import Calibration, Ratio, Rung, WindowRow
from influence.calibration.study import (
    STALE,
    WINDOW,
    Fitted,
    Study,
    best_window,
    ladder,
    require_events,
    separable,
    windows,
)
from influence.calibration.weights import projected
from influence.network import Network
from influence.progress import Progress, silent
from influence.reports.calibration_events import event_days
from influence.reports.calibration_study import prepare
from influence.runs import new_run_id, now
from influence.tables import Tables
from influence.tables.notes import Note, warn


def calibrate(
    tables: Tables,
    options: CalibrationOptions | str,
    tell: Callable[[Note], None] = warn,
    progress: Progress = silent,
) -> Calibration:
    """Estimate decay weights from the dates of an event; `store.write_calibration` saves them.

    Parameters
    ----------
    tables : Tables
        Complete, as a store returns them.
    options : CalibrationOptions or str
        A text names the events, or their file; all other options are as by default.
    tell : callable, optional
        Called with notes on what was left out or assumed.
    progress : callable, optional

    Raises
    ------
    InputRejected
        If the file of the events has problems.
    NothingToShow
        If there are too few events, or none that others were not exposed to as well.
    UsageError
        If customers have no such column, or there is no such period.
    """
    if isinstance(options, str):
        options = CalibrationOptions(options)
    network = Network.from_tables(tables, options.selection, tell)
    days = event_days(tables, options, network.keys, tell)
    study, periods, facts = prepare(tables, options, network, days, tell, progress)
    common = {
        "id": new_run_id(),
        "made_at": now().isoformat(timespec="milliseconds"),
        "version": influence.__version__,
        "source": "hazard",
        "events": options.events,
        "period": periods.name,
    }
    if options.form != "additive":
        return _ratios(study, options, facts, common)
    return _additive(study, options, facts, common, tell, progress)


def _additive(
    study: Study,
    options: CalibrationOptions,
    facts: dict[str, Any],
    common: dict[str, Any],
    tell: Callable[[Note], None],
    progress: Progress,
) -> Calibration:
    study = separable(study, options.window or WINDOW)
    if study.depth < options.depth:
        text = (
            f"exposure at distance {study.depth + 1} cannot be separated from that nearer by: "
            f"depth {study.depth} is estimated"
        )
        tell(Note(text, "depth_reduced", depth=study.depth))
    compared = windows(study, progress)
    window = options.window or best_window(compared)
    rungs = ladder(study, window)
    estimates = rungs[-1].weights
    weights = projected(estimates)
    # The weight of a share is that of all people at a distance together, and none for a run.
    usable = () if options.share else weights or projected(estimates, anyway=options.anyway)
    return Calibration(
        **common,
        verdict="found" if weights else "none found",
        weights=usable,
        estimates=estimates,
        window=window,
        stale=STALE,
        facts=facts | {"depth": study.depth, "window_by": _window_by(options, window)},
        ladder=tuple(_rungs(rungs)),
        windows=tuple(
            WindowRow(each.fitted.window, each.fitted.weights, each.better) for each in compared
        ),
        matched=matched(study, window),
        correlation=tuple(tuple(row) for row in rungs[-1].correlation.tolist()),
    )


def _ratios(
    study: Study, options: CalibrationOptions, facts: dict[str, Any], common: dict[str, Any]
) -> Calibration:
    """Fit a logit or a multiplicative hazard with periods and strata; see the option `form`."""
    require_events(study)
    columns = np.column_stack(
        [study.exposures(1, options.window), study.panel.columns(lambda _: study.demographics)]
    )
    panel = study.panel
    factors = panel.period, study.strata[panel.customer]
    if options.form == "logit":
        fit = logit(panel.happened, columns, *factors)
    else:
        clusters = tuple(cluster[panel.customer] for cluster in study.clusters)
        fit = multiplicative(panel.happened, columns, factors, clusters)
    ratios = []
    for distance, contrast in enumerate(np.eye(columns.shape[1])[: study.depth], 1):
        found = fit.estimate(contrast)
        ratios.append(Ratio.of(distance, found.value, found.error, found.low, found.high))
    return Calibration(
        **common,
        verdict="found" if ratios[0].low > 0 else "none found",
        weights=(),
        estimates=(),
        window=options.window,
        stale=0,
        facts=facts
        | {
            "depth": study.depth,
            "person_periods": fit.rows,
            "aic": fit.aic,
            "form": options.form,
        },
        ratios=tuple(ratios),
    )


def _window_by(options: CalibrationOptions, window: int) -> str:
    if options.window is not None:
        return "asked"
    return "default" if window == WINDOW else "clearly better"


def _rungs(rungs: list[Fitted]) -> list[Rung]:
    naive = rungs[0].weights[0]
    return [
        Rung(
            each.rung,
            each.weights,
            1 - each.weights[0].weight / naive.weight if naive.found else None,
        )
        for each in rungs
    ]
