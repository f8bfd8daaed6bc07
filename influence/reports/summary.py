"""Totals of a run, by a column of the customers."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import UsageError
from influence.scores import SUMS, Scores

NOT_PROFILED = "(not profiled)"


def summarise(scores: Scores, customers: pa.Table | None = None, by: str | None = None) -> pa.Table:
    """Count customers and add up their figures.

    Parameters
    ----------
    scores : Scores
    customers : pa.Table, optional
        The customers' table of the store; needed with `by`.
    by : str, optional
        One of its columns of text, such as segment or relation; blank is a group of its own.

    Returns
    -------
    pa.Table
        The groups with customers, free (customers with clv 0), and sums (`SUMS`); the largest
        network value first. One row without `by`. Influence and gross are no money to be summed.
        Those who asked not to be profiled come last, together, if they are enough to hide each
        other.

    Raises
    ------
    UsageError
        If there is no such column.
    """
    table = scores.to_arrow().select(["customer", *SUMS])
    table = table.append_column("free", pc.cast(pc.equal(table["clv"], 0.0), pa.int64()))
    group = by or "all"
    table = table.append_column(group, _groups(table, customers, by))
    totals = table.group_by(group).aggregate(
        [("customer", "count"), ("free", "sum"), *((name, "sum") for name in SUMS)]
    )
    found = pa.table(
        {
            group: totals[group],
            "customers": totals["customer_count"],
            "free": totals["free_sum"],
            **{name: totals[f"{name}_sum"] for name in SUMS},
        }
    ).sort_by([("network_value", "descending"), (group, "ascending")])
    together = scores.run.unprofiled
    if together:
        last = pa.Table.from_pylist([{group: NOT_PROFILED, **together}])
        last = last.set_column(1, "customers", last["customers"].cast(pa.int64()))
        found = pa.concat_tables([found, last], promote_options="default")
    return found


def _groups(table: pa.Table, customers: pa.Table | None, by: str | None) -> pa.Array:
    if by is None or customers is None:
        return pa.repeat("all", len(table))
    if by not in customers.column_names or by == "id":
        known = ", ".join(name for name in customers.column_names if name != "id")
        raise UsageError(f"customers have no column {by!r}; there are {known}")
    at = pc.index_in(table["customer"], customers["id"].combine_chunks())
    return pc.fill_null(customers[by].take(at).cast(pa.string()), "")
