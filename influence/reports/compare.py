"""What changed between two runs."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.scores import COMPARED


def compare(before: pa.Table, after: pa.Table) -> pa.Table:
    """Join the figures of two runs.

    Parameters
    ----------
    before, after : pa.Table
        Columns customer, network_value, influence, rank.

    Returns
    -------
    pa.Table
        customer, then each figure `_before` and `_after` (null where she had no row), and
        `change` of the network value (a missing one counts 0); the largest change first.
    """
    customers = pc.unique(
        pa.chunked_array([*before["customer"].chunks, *after["customer"].chunks], pa.string())
    )
    columns = {"customer": customers}
    for side, table in (("before", before), ("after", after)):
        at = pc.index_in(customers, table["customer"].combine_chunks())
        for name in COMPARED:
            columns[f"{name}_{side}"] = table[name].combine_chunks().take(at)
    worth = {
        side: pc.fill_null(columns[f"network_value_{side}"], 0.0) for side in ("before", "after")
    }
    change = pc.subtract(worth["after"], worth["before"]).to_numpy()
    order = np.lexsort((np.argsort(np.argsort(customers.to_pylist())), -np.abs(change)))
    joined = pa.table({**columns, "change": change})
    return joined.take(pa.array(order))


def differing(changes: pa.Table) -> pa.ChunkedArray:
    """The rows of a comparison in which some figure is another one, or only one run has any."""
    rows = pa.array(np.zeros(len(changes), dtype=bool))
    for name in COMPARED:
        same = pc.equal(changes[f"{name}_before"], changes[f"{name}_after"])
        rows = pc.or_(rows, pc.invert(pc.fill_null(same, fill_value=False)))
    return rows
