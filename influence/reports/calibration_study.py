"""From tables to a study: who was at risk when, exposed to whom, and what else is known of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.calibration import observed
from influence.calibration.communities import communities, enough
from influence.calibration.exposure import Exposure
from influence.calibration.options import CalibrationOptions
from influence.calibration.panel import Panel
from influence.calibration.periods import MOST, Periods, chosen
from influence.calibration.positions import positions
from influence.calibration.study import STALE, WINDOWS, Study
from influence.errors import NothingToShow, UsageError
from influence.network import Network
from influence.network.selection import selected
from influence.network.since import arc_days
from influence.progress import Progress
from influence.tables import Tables
from influence.tables.notes import Note

Days = npt.NDArray[np.datetime64]
Ints = npt.NDArray[np.int64]


def prepare(
    tables: Tables,
    options: CalibrationOptions,
    network: Network,
    days: Days,
    tell: Callable[[Note], None],
    progress: Progress,
) -> tuple[Study, Periods, dict[str, Any]]:
    """Put together what the hazard is estimated from; also return periods and facts."""
    keys, until = network.keys, _day(options.until)
    had = days[~np.isnat(days)]
    seen = had if until is None else had[had <= until]
    if not len(seen):
        raise NothingToShow(f"no event until {until}; the first one is on {had.min()}")
    if len(seen) < len(had):
        text = f"{len(had) - len(seen):,} events after {until} are not observed"
        tell(Note(text, "events_later", events=len(had) - len(seen)))
    periods = chosen(seen, until, options.period)
    if options.period is None and periods.count > MOST:
        raise NothingToShow(
            f"the events of {periods.first} to {periods.last} span more than {MOST} years: correct "
            "the dates, or give a period"
        )
    event = _numbered(days, periods)
    enters = _enters(tables, options, keys, periods, event, tell)
    since = _day(options.since)
    first = 1 if since is None else max(1, int(periods.of(np.array([since]))[0]))
    panel = Panel.of(event, enters, first, periods.count)
    demographics, known = _demographics(tables, options, keys)
    if not known.all():
        text = f"{(~known).sum():,} customers lack a covariate and are not at risk"
        tell(Note(text, "covariates_missing", customers=int((~known).sum())))
        panel = panel.where(known)
    clusters, cluster_facts = _clusters(tables, options, network, tell)
    # Who has just bought cannot have left by not buying.
    defines = "transactions" if options.inactive is not None else options.events
    counted, behaviours = observed.behaviours(tables, defines, keys, periods)
    begins, tie_facts = _begins(tables, options, network, periods, tell)
    study = Study(
        exposure=Exposure.of(
            network,
            event,
            periods.count,
            options.depth,
            progress,
            begins=begins,
            back=max(options.window or 0, *WINDOWS) + STALE,
        ),
        panel=panel,
        strata=observed.strata_of(tables, options.strata, keys),
        clusters=clusters,
        demographics=demographics,
        behaviours=behaviours,
        positions=positions(network) if options.positions else None,
        share=options.share,
        depth=options.depth,
    )
    facts = {
        "customers": network.n,
        "ties": network.ties,
        **tie_facts,
        "events": study.events,
        "periods": periods.count,
        "person_periods": len(panel),
        "strata": list(options.strata),
        "covariates": list(options.covariates),
        "behaviours": list(counted),
        "exposure": "share" if options.share else "number",
        **cluster_facts,
    }
    return study, periods, facts


def _begins(
    tables: Tables,
    options: CalibrationOptions,
    network: Network,
    periods: Periods,
    tell: Callable[[Note], None],
) -> tuple[Ints | None, dict[str, Any]]:
    """Return the first period in which each arc exposes: that after the date of its tie.

    None where no tie has a date; ties without one are taken as there all the time.
    """
    days = arc_days(tables, network, options.selection)
    if days is None:
        return None, {"dated_ties": 0}
    since = selected(tables.ties, options.selection)["since"]
    dated = len(since) - since.null_count
    tied = periods.of(observed.as_days(since.drop_null()))
    late = int((tied >= periods.count - 1).sum())
    text = f"{dated:,} of {len(since):,} ties have a date and count from the period after it"
    if dated < len(since):
        text += ", the others always"
    if late:
        text += f"; {late:,} are of the last period or later and never count"
    tell(Note(text, "ties_dated", ties=len(since), dated=dated, late=late))
    begins = np.zeros(network.arcs, dtype=np.int64)
    known = ~np.isnat(days)
    begins[known] = periods.of(days[known]) + 1
    return begins, {"dated_ties": dated, "late_ties": late}


def _day(text: str | None) -> np.datetime64 | None:
    if text is None:
        return None
    try:
        return np.datetime64(text, "D")
    except ValueError:
        raise UsageError(f"{text!r} is not a date of the form 2024-12-31") from None


def _numbered(days: Days, periods: Periods) -> Ints:
    """Return the period of each day; −1 where there is none, or after the last one."""
    event = np.full(len(days), -1)
    had = ~np.isnat(days)
    event[had] = periods.of(days[had])
    event[event >= periods.count] = -1
    return event


def _enters(
    tables: Tables,
    options: CalibrationOptions,
    keys: pa.Array,
    periods: Periods,
    event: Ints,
    tell: Callable[[Note], None],
) -> Ints:
    """Return the first period in which each customer can have the event.

    That of joining; where it is not known, before leaving that of the first purchase.
    """
    enters = np.zeros(len(keys), dtype=np.int64)
    if options.events == observed.JOINS:
        return enters
    joined = observed.as_days(pa.chunked_array([observed.of_customers(tables, "joined", keys)]))
    if options.events == observed.LEAVING:
        bought = observed.purchases(tables)
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
    tables: Tables, options: CalibrationOptions, keys: pa.Array
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    rows, known = [np.zeros((0, len(keys)))], np.ones(len(keys), dtype=bool)
    for name in options.covariates:
        values, there = observed.covariates(observed.of_customers(tables, name, keys), name)
        rows.append(values)
        known &= there
    return np.vstack(rows), known


def _clusters(
    tables: Tables, options: CalibrationOptions, network: Network, tell: Callable[[Note], None]
) -> tuple[tuple[Ints, ...], dict[str, Any]]:
    """Cluster by customer, and by a column or by communities where there are enough."""
    alone = np.arange(network.n)
    if options.cluster is not None:
        groups = observed.codes(observed.of_customers(tables, options.cluster, network.keys))
    else:
        groups = communities(network)
    name, count = options.cluster or "communities", len(np.unique(groups))
    if not enough(groups):
        text = (
            f"{count} clusters by {name} are too few, or one holds most customers: intervals do "
            "not allow for what whole neighbourhoods have in common"
        )
        tell(Note(text, "few_clusters", clusters=count))
        return (alone,), {"clusters": "customers", "cluster_count": network.n}
    return (alone, groups), {"clusters": name, "cluster_count": count}
