"""Why figures differ between two runs of a store, where the input of both is still there."""

from __future__ import annotations

import pyarrow as pa

from influence.errors import NothingToShow
from influence.reports.why import why
from influence.reports.why_steps import Inputs
from influence.runs import Run
from influence.store import Store


def why_runs(store: Store, before: str, after: str, earlier: Store | None = None) -> pa.Table:
    """Split the changes between two runs by what changed.

    Parameters
    ----------
    store : Store
        It holds the input of the run `after`.
    before, after : str
        Ids of runs.
    earlier : Store, optional
        A store that holds the input of the run `before`, such as a copy of the directory that was
        made before the load; by default the same store.

    Returns
    -------
    pa.Table
        See `influence.reports.why.why`.

    Raises
    ------
    NothingToShow
        If there is no such run, or a load changed its input since.
    """
    first, last = _inputs(earlier or store, before), _inputs(store, after)
    return why(first.tables, last.tables, first.parameters, last.parameters)


def _inputs(store: Store, run_id: str) -> Inputs:
    run = _finished(store, run_id)
    if run.input_changed:
        raise NothingToShow(
            f"run {run_id}: {store.url} no longer has its input, since later loads changed it"
        )
    return Inputs(store.tables(), run.parameters)


def _finished(store: Store, run_id: str) -> Run:
    for run in store.runs():
        if run.id == run_id and run.status == "finished":
            return run
    raise NothingToShow(f"no finished run {run_id!r} in {store.url}")
