"""Why figures differ between two runs of a store, where the input of both is still there."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import NothingToShow
from influence.reports.compare import compare_figures
from influence.reports.why import why
from influence.reports.why_steps import Inputs
from influence.runs import Run
from influence.store import Store

TOLERANCE = 1e-9
"""Relative to the sum of the figures."""


def why_runs(store: Store, before: str, after: str, earlier: Store | None = None) -> pa.Table:
    """Split the changes between two runs by what changed.

    Parameters
    ----------
    store : Store
        It has the run `after` and its input.
    before, after : str
        Ids of runs.
    earlier : Store, optional
        Another store that has the run `before` and its input, such as a copy of the directory that
        was made before the load; by default the same store.

    Returns
    -------
    pa.Table
        See `influence.reports.why.why`.

    Raises
    ------
    NothingToShow
        If there is no such run, or its input is not kept.
    """
    first, last = _inputs(earlier or store, before), _inputs(store, after)
    return why(first.tables, last.tables, first.parameters, last.parameters)


def not_in_parts(parts: pa.Table, before: pa.Table, after: pa.Table) -> float:
    """Return how much of the recorded changes of network value the parts do not contain.

    Both runs are computed again for the parts. Their recorded figures may differ from that where a
    customer was forgotten since, or another version of this software computed them.

    Parameters
    ----------
    parts : pa.Table
        See `influence.reports.why.why`.
    before, after : pa.Table
        Figures of the two runs, see `Store.figures`.

    Returns
    -------
    float
        The sum of the absolute differences of all customers with figures in both; 0 if it is
        rounding.
    """
    changes = compare_figures(before, after)
    values = [changes[f"network_value_{side}"] for side in ("before", "after")]
    both = pc.and_(*(pc.is_valid(value) for value in values))
    changes, scale = changes.filter(both), sum(pc.sum(pc.abs(v)).as_py() or 0.0 for v in values)
    summed = parts.group_by("customer").aggregate([("network_value", "sum")])
    at = pc.index_in(changes["customer"], summed["customer"].combine_chunks())
    explained = pc.fill_null(summed["network_value_sum"].take(at), 0.0)
    rest = pc.sum(pc.abs(pc.subtract(changes["change"], explained))).as_py() or 0.0
    return rest if rest > TOLERANCE * (1 + scale) else 0.0


def _inputs(store: Store, run_id: str) -> Inputs:
    run = _finished(store, run_id)
    return Inputs(store.input_of(run), run.parameters)


def _finished(store: Store, run_id: str) -> Run:
    for run in store.runs():
        if run.id == run_id and run.status == "finished":
            return run
    raise NothingToShow(f"no finished run {run_id!r} in {store.url}")
