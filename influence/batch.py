"""One run over a store: read, compute and write back while holding the lock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from influence.models.jobs import Runner
from influence.parameters import Parameters
from influence.pipeline import compute_run
from influence.progress import Progress, silent
from influence.runs import new_run_id
from influence.scores import Scores
from influence.store import Store, Written
from influence.tables.notes import Note


@dataclass(frozen=True)
class Outcome:
    """The outcome of a run.

    Attributes
    ----------
    scores : Scores
    written : Written
    seconds : dict
        Wall time of reading, computing and writing.
    """

    scores: Scores
    written: Written
    seconds: dict[str, float]


def run(
    store: Store,
    parameters: Parameters | None = None,
    progress: Progress = silent,
    tell: Callable[[Note], None] | None = None,
    runner: Runner | None = None,
) -> Outcome:
    """Compute the scores of the tables in a store and make them the current ones.

    Parameters
    ----------
    store : Store
    parameters : Parameters, optional
    progress : callable, optional
    tell : callable, optional
        Called with a `Note` for the plan of the run, for names in the selection that no tie has,
        and for assumptions about the input; by default notes are issued as Python warnings.
    runner : Runner, optional
        Who runs the large computations; by default all processors of this machine.

    Raises
    ------
    NothingToShow
        If nothing has been loaded.
    StoreLocked
        If another run or load holds the lock.
    """
    run_id = new_run_id()
    with store.lock(run_id):
        clock = [time.perf_counter()]
        tables = store.tables(progress)
        clock.append(time.perf_counter())
        computed = compute_run(
            tables,
            parameters,
            progress,
            run_id=run_id,
            previous=store.standings(),
            tell=tell,
            runner=runner,
        )
        clock.append(time.perf_counter())
        written = store.write_scores(
            computed.scores, progress, snapshot=computed.snapshot, tables=tables
        )
        clock.append(time.perf_counter())
    stages = ("reading", "computing", "writing")
    spent = (end - begin for begin, end in pairwise(clock))
    return Outcome(computed.scores, written, dict(zip(stages, spent, strict=True)))
