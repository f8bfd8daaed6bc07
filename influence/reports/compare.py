"""Comparison of two runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.runs import Run, named
from influence.score_columns import COMPARED
from influence.store import Store


def compare(store: Store, before: str = "previous", after: str = "latest") -> pa.Table:
    """Compare the figures of two runs that a store keeps.

    Parameters
    ----------
    store : Store
    before, after : str
        Ids of runs, or `latest` (the current run) and `previous`.

    Returns
    -------
    pa.Table
        See `compare_figures`.

    Raises
    ------
    NothingToShow
        If the store does not keep such a run.
    """
    runs = store.runs()
    return compare_figures(store.figures(named(runs, before)), store.figures(named(runs, after)))


def compare_figures(before: pa.Table, after: pa.Table) -> pa.Table:
    """Join the figures of two runs.

    Parameters
    ----------
    before, after : pa.Table
        Columns customer, network_value, influence, rank.

    Returns
    -------
    pa.Table
        customer, each figure with the suffixes `_before` and `_after` (null if the customer has no
        row in that run), and `change` of the network value, where a missing value counts as 0. The
        largest change comes first.
    """
    customers = pc.unique(
        pa.chunked_array([*before["customer"].chunks, *after["customer"].chunks], pa.string())
    )
    columns = {"customer": customers}
    for side, table in (("before", before), ("after", after)):
        at = pc.index_in(customers, table["customer"].combine_chunks())
        for name in COMPARED:
            columns[f"{name}_{side}"] = table[name].combine_chunks().take(at)
    value = {
        side: pc.fill_null(columns[f"network_value_{side}"], 0.0) for side in ("before", "after")
    }
    change = pc.subtract(value["after"], value["before"]).to_numpy()
    order = np.lexsort((np.argsort(np.argsort(customers.to_pylist())), -np.abs(change)))
    joined = pa.table({**columns, "change": change})
    return joined.take(pa.array(order))


def differing(changes: pa.Table) -> pa.ChunkedArray:
    """Return a mask of the rows with a figure that differs or is missing in a run; bool[n]."""
    rows = pa.array(np.zeros(len(changes), dtype=bool))
    for name in COMPARED:
        same = pc.equal(changes[f"{name}_before"], changes[f"{name}_after"])
        rows = pc.or_(rows, pc.invert(pc.fill_null(same, fill_value=False)))
    return rows


def currencies(runs: Iterable[Run], ids: Collection[str]) -> list[str]:
    """Return the known currencies of these runs, sorted."""
    return sorted({run.currency for run in runs if run.id in ids and run.currency is not None})


def currencies_differ(known: Sequence[str]) -> str | None:
    """Return the warning about runs in several currencies; None if they have one."""
    if len(known) < 2:
        return None
    both = " and ".join(known)
    return f"the two runs have amounts in {both}, so the changes are not amounts of money"
