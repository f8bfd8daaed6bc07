"""The customers of a run who match a condition, in an order, with the columns that are wanted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.customer.names import names_of
from influence.errors import UsageError
from influence.reports.columns import Columns, score_column, unknown_column
from influence.reports.where import Condition
from influence.scores import Scores
from influence.store import Store

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Wanted:
    """Which customers and which of their columns.

    Attributes
    ----------
    where : str or None
        A condition, see `influence.reports.where`.
    columns : tuple of str
        Score columns and the customers' own columns, in order; empty means all score columns.
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
    """Which customers a condition holds of; bool[n], None without a condition.

    Raises
    ------
    UsageError
        If it is no condition, or names a column that there is not.
    """
    return None if where is None else Condition(where).mask(Columns(scores, store))


def ranking_column(scores: Scores, name: str) -> str:
    """The column of numbers that `top --by` means, by its name or a short name.

    Raises
    ------
    UsageError
        If there is none.
    """
    numbers = [f.name for f in scores.table.schema if not pa.types.is_string(f.type)]
    found = score_column(name, numbers)
    if found is None:
        raise unknown_column(name, numbers)
    return found


def select(
    scores: Scores,
    store: Store,
    wanted: Wanted,
    *,
    by: str | None = None,
    count: int | None = None,
) -> tuple[pa.Table, int]:
    """Select customers and columns of a run; ranks stay those among all customers.

    Parameters
    ----------
    scores : Scores
    store : Store
        Asked for names, and for columns that are no figures.
    wanted : Wanted
    by : str, optional
        The column of numbers that orders them, the largest first (of ranks, the smallest). By
        default they are in the order of their ids.
    count : int, optional
        How many at most.

    Returns
    -------
    table : pa.Table
        customer, name (where one of them has a name), and the score columns; or the columns that
        are wanted.
    matched : int
        How many customers match the condition.

    Raises
    ------
    UsageError
        If the condition or a column cannot be used.
    """
    columns = Columns(scores, store)
    names = [columns.resolve(name) for name in wanted.columns]
    if wanted.ids_only and "name" in names:
        raise UsageError("--ids-only leaves out the column name, and --columns asks for it")
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
