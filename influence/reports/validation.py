"""Validation: network value against what customers and their contacts do later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from influence.calibration import observed
from influence.calibration.communities import FEWEST as LEAST_CLUSTERS
from influence.calibration.communities import communities, enough
from influence.engine.run_input import RunInput
from influence.errors import NothingToShow, UsageError
from influence.parameters import Parameters
from influence.pipeline import compute_run
from influence.progress import Progress, silent
from influence.scores import Scores
from influence.store import Store
from influence.tables import Tables, complete
from influence.tables.notes import Note, ignore
from influence.validation.comparison import FEWEST, compared, varying
from influence.validation.known import DATED, Known, known_at
from influence.validation.outcomes import Outcome, outcomes
from influence.validation.predictors import NETWORK_VALUE, predictors
from influence.validation.result import NAMES, Figure, Validation, Verdict, listed

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DRAWS = 1000
LEAST_DRAWS = 100
COMMUNITIES = "communities"
"""As a cluster: those of the network."""


def validate_until(
    source: Tables | Store,
    until: date | str,
    parameters: Parameters | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    cluster: str | None = None,
    tell: Callable[[Note], None] = ignore,
    progress: Progress = silent,
) -> Validation:
    """Compute with what was known at a date, and compare with what happened later.

    Ties (by `since`), purchases, referrals, acts and surveys up to the date count, and people who
    had joined. Rows without a date are taken as known, and counted in the notes. Network value,
    gross network value, CLV, degree, PageRank and referral count are compared with later referrals,
    later purchases of contacts (ranked among people of similar CLV), and own later purchases.

    `influence.validate` is another function: it checks tables.

    Parameters
    ----------
    source : Tables or Store
    until : date or str
        The last day that is known; text as 2024-12-31.
    parameters : Parameters, optional
        As of a run; `conventions.as_of` becomes the date.
    draws : int
        Resamples of the bootstrap, at least 100.
    seed : int
    cluster : str, optional
        What is drawn together in a resample, since it may depend on one another: a column of the
        customers, or `communities` of the network. By default people are drawn one by one.
    tell : callable, optional
        Called with notes on the plan and on names in the selection that no tie has.
    progress : callable, optional

    Returns
    -------
    Validation

    Raises
    ------
    NothingToShow
        If there is too little before or after the date, or clusters are too few; the message says
        what is needed.
    UsageError
        If the date is no date, there are too few draws, or customers have no column `cluster`.
    """
    if draws < LEAST_DRAWS:
        raise UsageError(f"draws {draws}: at least {LEAST_DRAWS} are needed for an interval")
    day, parameters = _day(until), parameters or Parameters()
    tables = complete(source) if isinstance(source, Tables) else source.tables(progress)
    last = _last_day(tables, day)
    known = known_at(tables, day)
    people = len(known.tables.customers)
    if people < FEWEST:
        raise NothingToShow(
            f"{people} customers were known at {day}, and {FEWEST} are needed: choose a later date"
        )
    conventions = replace(parameters.conventions, as_of=day)
    parameters = replace(parameters, conventions=conventions, intervals=0)
    then = RunInput.read(known.tables, None, parameters, tell)
    at, figures = predictors(then, _scores(then, parameters, tell, progress))
    wanted, refused = _comparable(outcomes(tables, then, at, day), figures)
    if not wanted:
        reasons = "; ".join(refused.values())
        raise NothingToShow(f"too little history to validate until {day}: {reasons}")
    clusters = _clusters(cluster, known.tables, then)
    rows = compared(wanted, figures, clusters, draws, seed, progress)
    return Validation(
        until=day,
        last=last,
        customers=len(at),
        draws=draws,
        seed=seed,
        cluster=cluster,
        clusters=int(clusters.max()) + 1,
        figures=tuple(rows),
        verdicts=tuple(_verdict(outcome, rows) for outcome in wanted),
        refused=refused,
        left_out=known.left_out,
        undated=known.undated,
        notes=tuple(_notes(known, day)),
    )


def _day(until: date | str) -> date:
    if isinstance(until, date):
        return until
    try:
        return date.fromisoformat(until)
    except ValueError:
        raise UsageError(f"until {until}: a date such as 2024-12-31 is needed") from None


def _last_day(tables: Tables, day: date) -> date:
    """Return the last day with a referral or purchase, which must lie after the given one."""
    days = [pc.max(tables[name]["date"]).as_py() for name in ("referrals", "transactions")]
    found = [each for each in days if each is not None]
    if not found:
        raise NothingToShow(
            "the store has no dated referrals and no purchases: validation needs some after the "
            "date, and network value known before it"
        )
    last: date = max(found)
    if last <= day:
        raise NothingToShow(
            f"no referral or purchase is later than {day}; the last one is of {last}: choose an "
            "earlier date"
        )
    return last


def _clusters(cluster: str | None, known: Tables, then: RunInput) -> Ints:
    """Number the clusters of customers that are drawn together."""
    network = then.network
    if cluster is None:
        return np.arange(network.n)
    groups = (
        communities(network)
        if cluster == COMMUNITIES
        else observed.codes(observed.of_customers(known, cluster, network.keys))
    )
    found = np.unique(groups, return_inverse=True)[1].astype(np.int64)
    if not enough(found):
        count, largest = found.max() + 1, np.bincount(found).max()
        raise NothingToShow(
            f"{count:,} clusters by {cluster}, the largest with {largest:,} of {network.n:,};"
            f" at least {LEAST_CLUSTERS} are needed, none with more than half"
        )
    return found


def _scores(
    then: RunInput,
    parameters: Parameters,
    tell: Callable[[Note], None],
    progress: Progress,
) -> Scores:
    """Compute the scores; of the notes, only the plan concerns a validation."""

    def plan_only(note: Note) -> None:
        if note.event == "planned":
            tell(note)

    return compute_run(then, parameters, progress, tell=plan_only).scores


def _comparable(
    found: Sequence[Outcome], figures: dict[str, Floats]
) -> tuple[list[Outcome], dict[str, str]]:
    """Return the outcomes that can be compared, and for the others what is missing."""
    wanted, refused = [], {}
    for outcome in found:
        differ = varying(figures[NETWORK_VALUE][outcome.paired])
        if outcome.acted < FEWEST:
            missing = f"{outcome.acted} people had any after the date, and {FEWEST} are needed"
        elif varying(outcome.value[np.unique(outcome.pairs.indices)]) < FEWEST:
            missing = f"almost all are equal, and {FEWEST} people who differ are needed"
        elif differ < FEWEST:
            missing = (
                f"network value at the date differs for {differ} customers, and {FEWEST} are "
                "needed: load a CLV, or purchases up to the date"
            )
        else:
            wanted.append(outcome)
            continue
        refused[outcome.name] = f"{NAMES[outcome.name]}: {missing}"
    return wanted, refused


def _verdict(outcome: Outcome, rows: Sequence[Figure]) -> Verdict:
    """Say how network value compares with the other predictors of one outcome."""
    own, *others = (row for row in rows if row.outcome == outcome.name and row.spearman is not None)
    better = tuple(row.predictor for row in others if (row.difference_low or 0.0) > 0)
    worse = tuple(row.predictor for row in others if (row.difference_high or 0.0) < 0)
    same = tuple(row.predictor for row in others if row.predictor not in better + worse)
    predicts = (own.spearman_low or 0.0) > 0
    seen = "predicts" if predicts else "is not shown to predict"
    size = f"{own.spearman:.3f}, {own.spearman_low:.3f} to {own.spearman_high:.3f}"
    parts = [f"network value {seen} {NAMES[outcome.name]} (Spearman {size})"]
    for text, names in (
        ("better than", better),
        ("worse than", worse),
        ("no clear difference from", same),
    ):
        if names:
            parts.append(f"{text} {listed([NAMES[name] for name in names])}")
    customers = int(outcome.paired.sum())
    sentence = "; ".join(parts)
    return Verdict(outcome.name, customers, outcome.acted, predicts, better, worse, same, sentence)


def _notes(known: Known, day: date) -> list[Note]:
    """Say what was left out as later, and what is taken as known without a date."""
    notes = []
    rows = {name: count for name, count in known.left_out.items() if count}
    if rows:
        text = ", ".join(f"{count:,} {name}" for name, count in rows.items())
        text = f"left out, since later than {day} or of people who joined later: {text}"
        notes.append(Note(text, "left_out_later", **rows))
    rows = {name: count for name, count in known.undated.items() if count}
    parts = [f"{count:,} {name} (no {DATED[name]})" for name, count in rows.items()]
    if known.given_clv and not known.from_purchases:
        parts.append(f"the CLV of {known.given_clv:,} customers, as given")
    if parts:
        text = f"taken as known at {day}, without a date: {', '.join(parts)}"
        notes.append(Note(text, "taken_as_known", **rows))
    if known.given_clv and known.from_purchases:
        text = (
            f"the CLV given for {known.given_clv:,} customers has no date and is set aside: CLV is "
            f"computed from purchases until {day}"
        )
        notes.append(Note(text, "clv_set_aside", customers=known.given_clv))
    if known.referred_later:
        text = (
            f"{known.referred_later:,} customers without a date of joining were first referred "
            f"after {day} and are taken as known: their ties may come from later (fill in joined)"
        )
        notes.append(Note(text, "referred_later", customers=known.referred_later))
    return notes
