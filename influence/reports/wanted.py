"""Selection of customers, their order and their columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.conditions.where import Condition
from influence.customer.names import names_of
from influence.errors import UsageError
from influence.headings import score_column
from influence.reports.columns import Columns, unknown_columns
from influence.scores import Scores
from influence.store import Store

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Wanted:
    """A selection of customers and columns.

    Attributes
    ----------
    where : str or None
        A condition, see `influence.conditions.where`.
    columns : tuple of str
        Score columns and customer columns, in order; empty means all score columns.
    ascending : bool
        Whether the smallest value comes first.
    ids_only : bool
        Whether names are left out.
    """

    where: str | None = None
    columns: tuple[str, ...] = ()
    ascending: bool = False
    ids_only: bool = False


def matching(scores: Scores, store: Store, where: str | None) -> Flags | None:
    """Return a mask of the customers who match a condition, bool[n]; None without a condition.

    Raises
    ------
    UsageError
        If the condition is not valid or names an unknown column.
    """
    return None if where is None else Condition(where).mask(Columns(scores, store))


def ranking_column(scores: Scores, name: str) -> str:
    """Find the column of numbers for `top --by`, by its name or a short name.

    Raises
    ------
    UsageError
        If there is no such column.
    """
    numbers = [f.name for f in scores.table.schema if not pa.types.is_string(f.type)]
    found = score_column(name, numbers)
    if found is None:
        raise unknown_columns([name], numbers)
    return found


def select(
    scores: Scores,
    store: Store,
    wanted: Wanted,
    *,
    by: str | None = None,
    count: int | None = None,
) -> tuple[pa.Table, int]:
    """Select customers and columns of a run; ranks remain those among all customers.

    Parameters
    ----------
    scores : Scores
    store : Store
        Read for names and for columns that are not figures.
    wanted : Wanted
    by : str, optional
        The column of numbers that orders the rows, the largest first (for ranks, the smallest).
        By default rows are in the order of ids.
    count : int, optional
        The largest number of rows.

    Returns
    -------
    table : pa.Table
        The selected columns; by default customer, name (if any of them has a name), and the score
        columns.
    matched : int
        The number of customers who match the condition.

    Raises
    ------
    UsageError
        If the condition or a column is not valid.
    """
    columns = Columns(scores, store)
    names = columns.resolve_all(wanted.columns)
    if wanted.ids_only and "name" in names:
        raise UsageError("--ids-only and the column name in --columns exclude each other")
    order = np.arange(len(scores))
    if by is not None or wanted.ascending:
        order = scores.order(by or "network_value", ascending=wanted.ascending)
    mask = matching(scores, store, wanted.where)
    if mask is not None:
        order = order[mask[order]]
    rows = pa.array(order[:count])
    if names:
        table = pa.table({name: columns(name).take(rows) for name in names})
    else:
        table = scores.table.take(rows)
        if not wanted.ids_only:
            table = _with_names(table, store)
    return table, len(order)


def _with_names(table: pa.Table, store: Store) -> pa.Table:
    ids = table["customer"].to_pylist()
    names = names_of(store, ids)
    if not names:
        return table
    return table.add_column(1, "name", pa.array([names.get(key) for key in ids], pa.string()))
