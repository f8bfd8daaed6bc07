"""The decay weights of a company, estimated from the dates of an event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

import influence
from influence.calibration import observed
from influence.calibration.communities import communities, enough
from influence.calibration.exposure import Exposure
from influence.calibration.hazard import logit, multiplicative
from influence.calibration.matched import matched
from influence.calibration.panel import Panel
from influence.calibration.periods import Periods, chosen
from influence.calibration.positions import positions
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
from influence.errors import InputRejected, NothingToShow, UsageError
from influence.loaders import observations
from influence.network import Network, Selection
from influence.progress import Progress, silent
from influence.runs import new_run_id, now
from influence.tables import Tables
from influence.tables.keys import repeated, row_ids
from influence.tables.notes import Note, warn
from influence.tables.reading.columns import true_where
from influence.tables.specs import Column

Days = npt.NDArray[np.datetime64]
Form = Literal["additive", "logit", "multiplicative"]
EVENTS = (*observed.WHO, observed.JOINS, observed.LEAVING)
"""What of a store can be the event; anything else is a file."""
COLUMNS = (
    Column("customer", "id", "who had the event", required=True),
    Column("date", "date", "when; blank: never", required=True),
)


@dataclass(frozen=True)
class Asked:
    """What a calibration is asked for.

    Attributes
    ----------
    events : str
        One of `EVENTS`, or the path of a file with the columns customer and date.
    depth : int
    selection : Selection
        Which ties count, and in which direction.
    period, since, until : str or None
        See `influence.calibration.periods.chosen`; days as ISO 8601. Events before `since` count as
        exposures alone.
    form : {"additive", "logit", "multiplicative"}
        The latter two reproduce published studies: odds ratios, or hazard ratios, for the exposure
        to everybody who had the event before, without a placebo. They give no weights.
    window : int or None
        Periods of a fresh exposure. None chooses by `influence.calibration.study.best_window`, or
        in the other forms is for ever.
    strata, covariates : tuple of str
        Columns of the customers.
    cluster : str or None
        A column of the customers; by default communities of the network.
    share : bool
        Whether exposures are shares of the people at a distance.
    anyway : bool
        Whether weights are kept that were not found.
    positions : bool
        Whether positions in the network are a rung of the ladder.
    inactive : int or None
        Of leaving: days without a purchase after which a customer counts as having left; None
        reads the column `left` of the customers.
    """

    events: str
    depth: int = 3
    selection: Selection = field(default_factory=Selection)
    period: str | None = None
    since: str | None = None
    until: str | None = None
    form: Form = "additive"
    window: int | None = None
    strata: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    cluster: str | None = None
    share: bool = False
    anyway: bool = False
    inactive: int | None = None
    positions: bool = False


def calibrate(
    tables: Tables,
    asked: Asked,
    tell: Callable[[Note], None] = warn,
    progress: Progress = silent,
) -> Calibration:
    """Estimate decay weights from the dates of an event.

    Parameters
    ----------
    tables : Tables
        Complete, as a store returns them.
    asked : Asked
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
    network = Network.from_tables(tables, asked.selection, tell)
    days = event_days(tables, asked, network.keys, tell)
    study, periods, facts = prepare(tables, asked, network, days, tell, progress)
    common = {
        "id": new_run_id(),
        "made_at": now().isoformat(timespec="milliseconds"),
        "version": influence.__version__,
        "source": "hazard",
        "events": asked.events,
        "period": periods.name,
    }
    if asked.form != "additive":
        return _ratios(study, asked, facts, common)
    return _additive(study, asked, facts, common, tell, progress)


def _additive(
    study: Study,
    asked: Asked,
    facts: dict[str, Any],
    common: dict[str, Any],
    tell: Callable[[Note], None],
    progress: Progress,
) -> Calibration:
    study = separable(study, asked.window or WINDOW)
    if study.depth < asked.depth:
        text = (
            f"exposure at distance {study.depth + 1} cannot be separated from that nearer by: "
            f"depth {study.depth} is estimated"
        )
        tell(Note(text, "depth_reduced", depth=study.depth))
    compared = windows(study, progress)
    window = asked.window or best_window(compared)
    rungs = ladder(study, window)
    estimates = rungs[-1].weights
    weights = projected(estimates)
    return Calibration(
        **common,
        verdict="found" if weights else "none found",
        weights=weights or (projected(estimates, anyway=True) if asked.anyway else ()),
        estimates=estimates,
        window=window,
        stale=STALE,
        facts=facts | {"depth": study.depth, "window_by": _window_by(asked, window)},
        ladder=tuple(_rungs(rungs)),
        windows=tuple(
            WindowRow(each.fitted.window, each.fitted.weights, each.better) for each in compared
        ),
        matched=matched(study, window),
        correlation=tuple(tuple(row) for row in rungs[-1].correlation.tolist()),
    )


def _ratios(
    study: Study, asked: Asked, facts: dict[str, Any], common: dict[str, Any]
) -> Calibration:
    """Fit a logit or a multiplicative hazard with periods and strata; see `Asked.form`."""
    require_events(study)
    columns = np.column_stack(
        [study.exposures(1, asked.window), study.panel.columns(lambda _: study.demographics)]
    )
    panel = study.panel
    factors = panel.period, study.strata[panel.customer]
    if asked.form == "logit":
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
        window=asked.window,
        stale=0,
        facts=facts
        | {
            "depth": study.depth,
            "person_periods": fit.rows,
            "aic": fit.aic,
            "form": asked.form,
        },
        ratios=tuple(ratios),
    )


def _window_by(asked: Asked, window: int) -> str:
    if asked.window is not None:
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


def event_days(tables: Tables, asked: Asked, keys: pa.Array, tell: Callable[[Note], None]) -> Days:
    """Return the day of each customer's first event; NaT where there is none.

    Raises
    ------
    InputRejected
        If the file of the events has problems; all of them are listed.
    NothingToShow
        If there is no event at all.
    """
    name = asked.events
    if name == observed.JOINS:
        days = observed.as_days(pa.chunked_array([observed.of_customers(tables, "joined", keys)]))
    elif name == observed.LEAVING:
        days = observed.leaving_days(tables, keys, asked.inactive)
    elif name in observed.WHO:
        table = tables[name]
        _note_blank(table["date"], name, tell)
        days = observed.first_days(table[observed.WHO[name]], table["date"], keys)
    else:
        days = _of_file(Path(name), keys, tell)
    if np.isnat(days).all():
        raise NothingToShow(f"{name}: no customer has a date")
    return days


def _of_file(path: Path, keys: pa.Array, tell: Callable[[Note], None]) -> Days:
    table, source, problems = observations.read(path, "events", COLUMNS, tell, ("date",))
    ids = table["customer"]
    unknown = true_where(pc.invert(pc.is_in(ids, keys)))
    unknown &= true_where(pc.not_equal(ids, ""))
    problems.add(source, "events", "customer", "unknown_customer", unknown, ids)
    if len(problems):
        raise InputRejected(problems)
    _note_blank(table["date"], source.file, tell)
    (codes,) = row_ids([table.select(["customer"])])
    twice = int(repeated(codes).sum())
    if twice:
        text = f"{source.file}: {twice:,} later events of the same customers; the first one counts"
        tell(Note(text, "events_repeated", rows=twice))
    return observed.first_days(ids, table["date"], keys)


def _note_blank(days: pa.ChunkedArray, name: str, tell: Callable[[Note], None]) -> None:
    if days.null_count:
        text = f"{name}: {days.null_count:,} rows without a date are no events"
        tell(Note(text, "events_without_date", rows=days.null_count))


def prepare(
    tables: Tables,
    asked: Asked,
    network: Network,
    days: Days,
    tell: Callable[[Note], None],
    progress: Progress,
) -> tuple[Study, Periods, dict[str, Any]]:
    """Put together what the hazard is estimated from; also return periods and facts."""
    keys, until = network.keys, _day(asked.until)
    had = days[~np.isnat(days)]
    seen = had if until is None else had[had <= until]
    if not len(seen):
        raise NothingToShow(f"no event until {until}; the first one is on {had.min()}")
    if len(seen) < len(had):
        text = f"{len(had) - len(seen):,} events after {until} are not observed"
        tell(Note(text, "events_later", events=len(had) - len(seen)))
    periods = chosen(seen, until, asked.period)
    event = _numbered(days, periods)
    enters = _enters(tables, asked, keys, periods, event, tell)
    since = _day(asked.since)
    first = 1 if since is None else max(1, int(periods.of(np.array([since]))[0]))
    panel = Panel.of(event, enters, first, periods.count)
    demographics, known = _demographics(tables, asked, keys)
    if not known.all():
        text = f"{(~known).sum():,} customers lack a covariate and are not at risk"
        tell(Note(text, "covariates_missing", customers=int((~known).sum())))
        panel = panel.where(known)
    clusters, cluster_facts = _clusters(tables, asked, network, tell)
    # Who has just bought cannot have left by not buying.
    defines = "transactions" if asked.inactive is not None else asked.events
    counted, behaviours = observed.behaviours(tables, defines, keys, periods)
    study = Study(
        exposure=Exposure.of(network, event, periods.count, asked.depth, progress),
        panel=panel,
        strata=observed.strata_of(tables, asked.strata, keys),
        clusters=clusters,
        demographics=demographics,
        behaviours=behaviours,
        positions=positions(network) if asked.positions else None,
        share=asked.share,
        depth=asked.depth,
    )
    facts = {
        "customers": network.n,
        "ties": network.ties,
        "events": study.events,
        "periods": periods.count,
        "person_periods": len(panel),
        "strata": list(asked.strata),
        "covariates": list(asked.covariates),
        "behaviours": list(counted),
        "exposure": "share" if asked.share else "number",
        **cluster_facts,
    }
    return study, periods, facts


def _day(text: str | None) -> np.datetime64 | None:
    if text is None:
        return None
    try:
        return np.datetime64(text, "D")
    except ValueError:
        raise UsageError(f"{text!r} is not a date of the form 2024-12-31") from None


def _numbered(days: Days, periods: Periods) -> npt.NDArray[np.int64]:
    """Return the period of each day; −1 where there is none, or after the last one."""
    event = np.full(len(days), -1)
    had = ~np.isnat(days)
    event[had] = periods.of(days[had])
    event[event >= periods.count] = -1
    return event


def _enters(
    tables: Tables,
    asked: Asked,
    keys: pa.Array,
    periods: Periods,
    event: npt.NDArray[np.int64],
    tell: Callable[[Note], None],
) -> npt.NDArray[np.int64]:
    """Return the first period in which each customer can have the event.

    That of joining; where it is not known, before leaving that of the first purchase.
    """
    enters = np.zeros(len(keys), dtype=np.int64)
    if asked.events == observed.JOINS:
        return enters
    joined = observed.as_days(pa.chunked_array([observed.of_customers(tables, "joined", keys)]))
    if asked.events == observed.LEAVING:
        bought = tables.transactions
        first = observed.first_days(bought["customer"], bought["date"], keys)
        joined = np.where(np.isnat(joined), first, joined)
    there = ~np.isnat(joined)
    enters[there] = np.maximum(periods.of(joined[there]), 0)
    early = (event >= 0) & (enters > event)
    if early.any():
        text = f"{early.sum():,} customers had the event before they joined; they are not at risk"
        tell(Note(text, "events_before_joining", customers=int(early.sum())))
    return enters


def _demographics(
    tables: Tables, asked: Asked, keys: pa.Array
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    rows, known = [np.zeros((0, len(keys)))], np.ones(len(keys), dtype=bool)
    for name in asked.covariates:
        values, there = observed.covariates(observed.of_customers(tables, name, keys), name)
        rows.append(values)
        known &= there
    return np.vstack(rows), known


def _clusters(
    tables: Tables, asked: Asked, network: Network, tell: Callable[[Note], None]
) -> tuple[tuple[npt.NDArray[np.int64], ...], dict[str, Any]]:
    """Cluster by customer, and by a column or by communities where there are enough."""
    alone = np.arange(network.n)
    if asked.cluster is not None:
        groups = observed.codes(observed.of_customers(tables, asked.cluster, network.keys))
    else:
        groups = communities(network)
    name, count = asked.cluster or "communities", len(np.unique(groups))
    if not enough(groups):
        text = (
            f"{count} clusters by {name} are too few, or one holds most customers: intervals do "
            "not allow for what whole neighbourhoods have in common"
        )
        tell(Note(text, "few_clusters", clusters=count))
        return (alone,), {"clusters": "customers", "cluster_count": network.n}
    return (alone, groups), {"clusters": name, "cluster_count": count}
