"""The largest changes of network value, by the runs that the store keeps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.answers.company import NOT_FIGURES, Company, Flags, Floats, Indices, beside, first
from influence.runs import Run
from influence.tables.merge import differs
from influence.tables.reading.columns import true_where


@dataclass(frozen=True, eq=False)
class Before:
    """Figures of customers before the run in which they last changed.

    Attributes
    ----------
    network_value, rank : float64[n]
        NaN where nothing is known of the time before.
    run : intp[n]
        Position of that run among the runs; 0 is the current one.
    """

    network_value: Floats
    rank: Floats
    run: Indices


def movers(company: Company, limit: int) -> pa.Table:
    """List the largest changes of network value."""
    before = _before(company)
    change = company.number("network_value") - before.network_value
    who = company.has_figures & (np.nan_to_num(change) != 0)
    chosen = first(who, limit, -np.abs(change))
    rows = company.rows(chosen, "customer", "name", "network_value", "rank")
    rows = rows.rename_columns(["customer", "name", "now", "rank_now"])
    ids = pa.array([run.id for run in _kept(company)], pa.string())
    return beside(
        rows,
        before=before.network_value[chosen],
        change=change[chosen],
        rank_before=pa.array(before.rank[chosen]).cast(pa.int64()),
        run=ids.take(pa.array(before.run[chosen])),
    )


def _kept(company: Company) -> list[Run]:
    """The current run and those before it, newest first."""
    runs = list(company.source.runs())
    return runs[next(at for at, run in enumerate(runs) if run.current) :]


def _before(company: Company) -> Before:
    """Follow everybody's figures back through the runs that are kept, to the last change."""
    n, runs = len(company.ids), _kept(company)
    found = Before(np.full(n, np.nan), np.full(n, np.nan), np.zeros(n, dtype=np.intp))
    same = company.has_figures.copy()
    now = company.aligned(company.source.figures(runs[0]), company.people["customer"])
    for at, run in enumerate(runs[1:]):
        if not same.any():
            break
        then = company.aligned(company.source.figures(run), company.people["customer"])
        changed = same & _changed(now, then)
        found.network_value[changed] = then["network_value"].to_numpy()[changed]
        found.rank[changed] = then["rank"].cast(pa.float64()).to_numpy()[changed]
        found.run[changed] = at
        same &= ~changed
    return found


def _changed(now: pa.Table, then: pa.Table) -> Flags:
    """Find where any figure differs, or is in only one of two runs; bool[n]."""
    changed = np.zeros(len(now), dtype=bool)
    for name in {*now.column_names, *then.column_names} - NOT_FIGURES:
        if name in now.column_names and name in then.column_names:
            changed |= true_where(differs(now[name], then[name]))
        else:
            only = now if name in now.column_names else then
            changed |= true_where(pc.is_valid(only[name]))
    return changed
