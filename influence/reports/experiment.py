"""Decay weights from a randomised experiment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

import influence
from influence.calibration import observed
from influence.calibration.assignment import Experiment
from influence.calibration.comparison import Effect
from influence.calibration.experiment import effects
from influence.calibration.record import Calibration
from influence.calibration.weights import Weight, projected
from influence.errors import InputRejected, NothingToShow
from influence.loaders import observations
from influence.network import Network, Selection
from influence.progress import Progress, silent
from influence.runs import new_run_id, now
from influence.tables import Tables
from influence.tables.keys import places, repeated, row_ids
from influence.tables.notes import Note, warn
from influence.tables.reading.columns import true_where
from influence.tables.specs import Column
from influence.value.normal import Z_95

COLUMNS = (
    Column("customer", "id", "who took part", required=True),
    Column("assigned", "flag", "whether they were assigned", required=True),
    Column("outcome", "number", "what came of it", required=True),
)


def calibrate_experiment(
    tables: Tables,
    file: str,
    *,
    depth: int = 3,
    strata: tuple[str, ...] = (),
    selection: Selection | None = None,
    anyway: bool = False,
    draws: int | None = None,
    seed: int = 0,
    tell: Callable[[Note], None] = warn,
    progress: Progress = silent,
) -> Calibration:
    """Estimate decay weights from an experiment: effects at a distance over the own effect.

    Parameters
    ----------
    tables : Tables
        Complete, as a store returns them.
    file : str
        A file with the columns customer, assigned and outcome; each customer once.
    depth : int
    strata : tuple of str
        Columns of the customers within which they were assigned.
    selection : Selection, optional
    anyway : bool
        Whether weights are kept that were not found.
    draws, seed : int, optional
        Assignments that are drawn, where not all are enumerated.
    tell, progress : callable, optional

    Raises
    ------
    InputRejected
        If the file has problems; all of them are listed.
    NothingToShow
        If nobody, or everybody, was assigned, or too few have nobody assigned near them.
    """
    network = Network.from_tables(tables, selection, tell)
    experiment = _read(file, tables, network, strata, tell)
    found = effects(network, experiment, depth, draws=draws, seed=seed, progress=progress)
    weights = shares(found)
    kept = projected(weights)
    return Calibration(
        id=new_run_id(),
        made_at=now().isoformat(timespec="milliseconds"),
        version=influence.__version__,
        source="experiment",
        events=file,
        verdict="found" if kept else "none found",
        weights=kept or (projected(weights, anyway=True) if anyway else ()),
        estimates=weights,
        window=None,
        stale=0,
        period="",
        facts={
            "customers": network.n,
            "ties": network.ties,
            "taking_part": int(experiment.takes_part.sum()),
            "assigned": int(experiment.assigned.sum()),
            "strata": list(strata),
            "multiplier": 1 + weights[0].weight if weights else None,
            "effects": [asdict(each) for each in found],
        },
    )


def shares(found: list[Effect]) -> tuple[Weight, ...]:
    """Return the effects at each distance as shares of the own effect, with intervals.

    The two estimates may depend on each other in any way, so their errors are added. None are
    returned where the own effect is not clear.
    """
    own = next((each for each in found if each.distance == 0), None)
    if own is None or own.low <= 0 <= own.high:
        return ()
    weights = []
    for distance in range(1, len(found)):
        each = next((each for each in found if each.distance == distance), None)
        if each is None:
            break
        share = each.hajek / own.hajek
        error = (each.hajek_error + abs(share) * own.hajek_error) / abs(own.hajek)
        half = Z_95 * error
        weights.append(Weight(distance, share, error, share, share - half, share + half))
    return tuple(weights)


def _read(
    file: str,
    tables: Tables,
    network: Network,
    strata: tuple[str, ...],
    tell: Callable[[Note], None],
) -> Experiment:
    table, source, problems = observations.read(Path(file), "experiment", COLUMNS, tell)
    ids, keys = table["customer"], network.keys
    unknown = true_where(pc.invert(pc.is_in(ids, keys))) & true_where(pc.not_equal(ids, ""))
    problems.add(source, "experiment", "customer", "unknown_customer", unknown, ids)
    (codes,) = row_ids([table.select(["customer"])])
    problems.add(source, "experiment", "customer", "duplicate_id", repeated(codes), ids)
    if len(problems):
        raise InputRejected(problems)
    at = places(ids, keys)
    takes_part, assigned = np.zeros((2, network.n), dtype=bool)
    outcome = np.zeros(network.n)
    takes_part[at] = True
    assigned[at] = table["assigned"].to_numpy()
    outcome[at] = table["outcome"].to_numpy()
    count = int(assigned.sum())
    if count in {0, len(at)}:
        raise NothingToShow(f"{source.file}: {count} of {len(at)} customers were assigned")
    return Experiment(assigned, takes_part, outcome, observed.strata_of(tables, strata, keys))
