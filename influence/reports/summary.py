"""Totals of a run, by a column of the customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import UsageError
from influence.headings import score_column
from influence.reports.columns import require_grouping_column, unknown_columns
from influence.reports.wanted import Wanted, matching
from influence.score_columns import SUMS
from influence.scores import NOT_PROFILED, Scores
from influence.store import Store

TOTALS = ("customers", "free", *SUMS)
"""What is counted and added up for each group."""


def summary(store: Store, by: str | None = None, where: str | None = None) -> pa.Table:
    """Count the customers of the current run and add up their figures.

    Parameters
    ----------
    store : Store
    by : str, optional
        A column of the customers, such as segment; one row without it.
    where : str, optional
        A condition on score columns and columns of the customers, such as
        `"segment = retail and clv < 500"`.

    Returns
    -------
    pa.Table
        See `summarise`.

    Raises
    ------
    UsageError
        If there is no such column, or the condition is not valid.
    NothingToShow
        If no run has finished yet.
    """
    return summarise_matching(store.scores(), store, Wanted(where=where), by)[0]


def summarise(scores: Scores, customers: pa.Table | None = None, by: str | None = None) -> pa.Table:
    """Count customers and add up their figures.

    Parameters
    ----------
    scores : Scores
    customers : pa.Table, optional
        The customers' table of the store; needed with `by`.
    by : str, optional
        One of its columns, such as segment or relation, or a score column of text, such as
        quadrant or tier; blank cells form one group.

    Returns
    -------
    pa.Table
        For each group the number of customers, of free customers (clv 0), and the sums of `SUMS`;
        the largest network value first. One row without `by`. Influence and gross are not summed,
        because they count the same value several times. Customers who are not profiled are one
        last row, if there are enough of them that no one can be identified.
        By relation, from_… is the part of the network value that is value of each relation.

    Raises
    ------
    UsageError
        If there is no such column, or it is one of the totals.
    """
    if by in TOTALS:
        raise UsageError(f"{by} is one of the totals; group by another column, such as segment")
    table = scores.to_arrow().select(["customer", *SUMS])
    table = table.append_column("free", pc.cast(pc.equal(table["clv"], 0.0), pa.int64()))
    group = by or "all"
    table = table.append_column(group, _groups(scores.table, customers, by))
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
    if by == "relation" and scores.run.credited:
        found = _with_sources(found, scores.run.credited)
    unprofiled = scores.run.unprofiled
    if unprofiled:
        last = pa.Table.from_pylist([{group: NOT_PROFILED, **unprofiled}])
        last = last.set_column(1, "customers", last["customers"].cast(pa.int64()))
        found = pa.concat_tables([found, last], promote_options="default")
    return found


def summarise_matching(
    scores: Scores, store: Store, wanted: Wanted, by: str | None = None
) -> tuple[pa.Table, int]:
    """Count the customers who match a condition and add up their figures; see `summarise`.

    With a condition, customers who are not profiled are left out, because the result must not
    reveal whether they match.

    Returns
    -------
    table : pa.Table
        The selected columns, the group first.
    matched : int
        The number of customers who match.

    Raises
    ------
    UsageError
        If the condition or a column is not valid.
    """
    if wanted.ids_only and by == "name":
        raise UsageError("--ids-only and --by name exclude each other")
    mask = matching(scores, store, wanted.where)
    if mask is not None:
        run = replace(scores.run, unprofiled={}, credited={})
        scores = Scores(scores.table.filter(pa.array(mask)), run)
    totals = summarise(scores, store.customers() if by else None, by)
    if wanted.ascending:
        profiled = pc.not_equal(totals[0], NOT_PROFILED)
        group = totals.column_names[0]
        order = [("network_value", "ascending"), (group, "ascending")]
        last = totals.filter(pc.invert(profiled))
        totals = pa.concat_tables([totals.filter(profiled).sort_by(order), last])
    if wanted.columns:
        group, *known = totals.column_names
        asked = [name for name in wanted.columns if name != group]
        found = {name: score_column(name, known) for name in asked}
        unknown = [name for name, total in found.items() if total is None]
        if unknown:
            raise unknown_columns(unknown, known)
        totals = totals.select([group, *(found[name] for name in asked)])
    return totals, len(scores)


def _with_sources(found: pa.Table, credited: Mapping[str, Mapping[str, float]]) -> pa.Table:
    """Add a column for each relation whose value is credited."""
    sources = dict.fromkeys(source for row in credited.values() for source in row)
    for source in sources:
        amounts = [credited.get(name, {}).get(source, 0.0) for name in found[0].to_pylist()]
        found = found.append_column(f"from_{source}", pa.array(amounts, pa.float64()))
    return found


def _groups(table: pa.Table, customers: pa.Table | None, by: str | None) -> pa.Array:
    if by is None or customers is None:
        return pa.repeat("all", len(table))
    if by in table.column_names and pa.types.is_string(table.schema.field(by).type):
        return pc.fill_null(table[by], "")
    require_grouping_column(customers, by)
    at = pc.index_in(table["customer"], customers["id"].combine_chunks())
    return pc.fill_null(customers[by].take(at).cast(pa.string()), "")
