"""One run over a store: read, compute and write back while holding the lock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pyarrow as pa

from influence.engine.request import request_of, requests
from influence.engine.run_input import RunInput
from influence.models.jobs import Runner
from influence.parameters import Parameters
from influence.pipeline import compute_run
from influence.progress import Progress, silent
from influence.runs import new_run_id
from influence.scores import Scores
from influence.store import Store, Written
from influence.store.protocol import KEEP_INPUTS
from influence.tables import Tables
from influence.tables.notes import Note, warn


@dataclass(frozen=True)
class Outcome:
    """The outcome of a run.

    Attributes
    ----------
    written : Written
    seconds : dict
        Wall time of reading, computing and writing.
    computed : bool
        False where the current run has the same input and parameters, so nothing was computed.
    """

    written: Written
    seconds: dict[str, float]
    computed: bool = True
    _scores: Callable[[], Scores] = field(repr=False, kw_only=True)

    @property
    def scores(self) -> Scores:
        """The scores; read from the store, which must be open, where nothing was computed."""
        return self._scores()


def run(
    store: Store,
    parameters: Parameters | None = None,
    progress: Progress = silent,
    tell: Callable[[Note], None] | None = None,
    runner: Runner | None = None,
    *,
    force: bool = False,
    keep_inputs: int = KEEP_INPUTS,
) -> Outcome:
    """Compute the scores of the tables in a store and make them the current ones.

    Nothing is computed where the current run has the same input, parameters and version of this
    software, and its figures are as it wrote them.

    Parameters
    ----------
    store : Store
    parameters : Parameters, optional
    force : bool
        Compute in any case.
    progress : callable, optional
    tell : callable, optional
        Called with a `Note` for the plan of the run, for names in the selection that no tie has,
        and for assumptions about the input; by default notes are issued as Python warnings.
    runner : Runner, optional
        Who runs the large computations; by default all processors of this machine.
    keep_inputs : int
        Of how many earlier inputs a directory keeps the tables, for `compare --why`.

    Raises
    ------
    NothingToShow
        If nothing has been loaded.
    StoreLocked
        If another run or load holds the lock.
    """
    run_id, parameters = new_run_id(), parameters or Parameters()
    with store.lock(run_id):
        clock = [time.perf_counter()]
        held: list[Tables] = []

        def read() -> Tables:
            if not held:
                held.append(store.tables(progress))
            return held[0]

        known = None if force else store.unchanged(requests(parameters), read)
        if known is not None:
            seconds = {"reading": time.perf_counter() - clock[0]}
            return Outcome(Written(known, 0, 0), seconds, computed=False, _scores=store.scores)
        request, origin = request_of(parameters, read()), store.origin(read())
        clock.append(time.perf_counter())
        # While it computes, a run needs only what it reads of the tables.
        source = RunInput.read(held.pop(), None, parameters, tell or warn)
        pa.default_memory_pool().release_unused()
        computed = compute_run(
            source,
            parameters,
            progress,
            run_id=run_id,
            previous=store.standings,
            tell=tell,
            runner=runner,
        )
        clock.append(time.perf_counter())
        written = store.write_scores(
            computed.scores,
            progress,
            snapshot=computed.snapshot,
            origin=origin,
            request=request,
            keep_inputs=keep_inputs,
        )
        clock.append(time.perf_counter())
    stages = ("reading", "computing", "writing")
    spent = (end - begin for begin, end in pairwise(clock))
    seconds = dict(zip(stages, spent, strict=True))
    return Outcome(written, seconds, _scores=lambda: computed.scores)
