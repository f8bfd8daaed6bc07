"""Match the purchases of several loads (docs/decisions/equal-purchases.md).

Equal rows of one file are separate purchases. Rows of two files are the same purchase where
customer, date, amount, order and time of day are equal, and their ordinal among such rows of their
file is the same. Where only one of the files has an order or a time, the less specific row is
replaced by the more specific one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.keys import occurrences, row_ids
from influence.tables.reading.columns import true_where

EQUAL = ("customer", "date", "amount")
KEY = (*EQUAL, "order", "time")

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Repeats:
    """Counts of equal purchases in a merge.

    Attributes
    ----------
    separate : int
        New rows that equal an earlier row of the same load and count as separate purchases.
    same : int
        New rows without order and time that were matched with a purchase of an earlier load.
    replaced : int
        Rows, new or old, that were replaced by an equal one with an order or a time.
    """

    separate: int = 0
    same: int = 0
    replaced: int = 0


def merge_purchases(old: pa.Table, new: pa.Table) -> tuple[pa.Table, Repeats]:
    """Add purchases to those of a store; the result does not depend on the order of the loads.

    Parameters
    ----------
    old, new : pa.Table
        With the columns that a store keeps; `occurrence` of the new rows is set here.
    """
    new, separate = _numbered(new)
    rows = pa.concat_tables([old, new])
    (ids,) = row_ids([rows.select([*KEY, "occurrence"])])
    _, first = np.unique(ids, return_index=True)
    last = len(ids) - 1 - np.unique(ids[::-1], return_index=True)[1]
    again = (first < len(old)) & (last >= len(old))
    order = np.argsort(first)
    merged = _with_currency(rows.take(pa.array(last[order])), rows["currency"].take(first[order]))
    found, kept = _without_replaced(merged)
    same = int((again & ~_has_order_or_time(rows.take(pa.array(last)))).sum())
    return found, Repeats(separate, same, replaced=int((~kept).sum()))


def _with_currency(rows: pa.Table, earlier: pa.ChunkedArray) -> pa.Table:
    """Fill blank currencies with the one that an earlier load named."""
    named = pc.if_else(pc.equal(rows["currency"], ""), earlier, rows["currency"])
    return rows.set_column(rows.column_names.index("currency"), "currency", named)


def _has_order_or_time(rows: pa.Table) -> Flags:
    return _has_order(rows) | _has_time(rows)


def _has_order(rows: pa.Table) -> Flags:
    return true_where(pc.not_equal(rows["order"], ""))


def _has_time(rows: pa.Table) -> Flags:
    return true_where(pc.is_valid(rows["time"]))


def _group(rows: pa.Table, columns: tuple[str, ...]) -> Counts:
    """Return a number for each row; rows equal in these columns share a number."""
    (ids,) = row_ids([rows.select(list(columns))])
    return ids


def _numbered(new: pa.Table) -> tuple[pa.Table, int]:
    """Set the occurrence of the rows of one load; also count those that equal an earlier row.

    Less specific rows are numbered after the equal, more specific rows of the load.
    """
    number = occurrences(_group(new, KEY))
    separate = int((number > 0).sum())
    detail = _Detail.of(new)
    if detail is not None:
        among = np.ones(len(new), dtype=bool)
        number = number + np.where(detail.order_only, detail.with_time_added(among), 0)
        # A row with both may later replace an ordered row of this load, but not both rows.
        before = detail.with_order_added(among) + detail.with_order_only()
        number = number + np.where(detail.time_only, before, 0)
        number = number + np.where(detail.neither, detail.with_either(among), 0)
    at = new.column_names.index("occurrence")
    return new.set_column(at, "occurrence", pa.array(number)), separate


def _without_replaced(rows: pa.Table) -> tuple[pa.Table, Flags]:
    """Drop rows that a more specific row replaces; also return which rows are kept."""
    kept = np.ones(len(rows), dtype=bool)
    detail = _Detail.of(rows)
    if detail is None:
        return rows, kept
    number = rows["occurrence"].to_numpy()
    kept &= ~detail.order_only | (number >= detail.with_time_added(kept))
    kept &= ~detail.time_only | (number >= detail.with_order_added(kept))
    kept &= ~detail.neither | (number >= detail.with_either(kept))
    return rows.filter(pa.array(kept)), kept


@dataclass(frozen=True, eq=False)
class _Detail:
    """The detail of each row: whether it has an order, a time, both or neither.

    Each method returns a count for every row, among the rows of a mask. The counts only grow with
    further loads, whichever rows are replaced in between, so the order of the loads is irrelevant.
    """

    ordered: Flags
    timed: Flags
    equal: Counts
    same_order: Counts
    same_time: Counts

    @classmethod
    def of(cls, rows: pa.Table) -> _Detail | None:
        """Return None where all rows are equally specific."""
        ordered, timed = _has_order(rows), _has_time(rows)
        if (ordered == ordered[:1]).all() and (timed == timed[:1]).all():
            return None
        columns = (EQUAL, (*EQUAL, "order"), (*EQUAL, "time"))
        return cls(ordered, timed, *(_group(rows, some) for some in columns))

    @property
    def order_only(self) -> Flags:
        """Rows with an order and without a time."""
        return self.ordered & ~self.timed

    @property
    def time_only(self) -> Flags:
        """Rows with a time and without an order."""
        return self.timed & ~self.ordered

    @property
    def neither(self) -> Flags:
        """Rows without an order and without a time."""
        return ~self.ordered & ~self.timed

    def with_time_added(self, among: Flags) -> Counts:
        """Count equal rows of the same order that have a time."""
        return _count(self.same_order, self.ordered & self.timed & among)

    def with_order_added(self, among: Flags) -> Counts:
        """Count equal rows of the same time that have an order."""
        return _count(self.same_time, self.ordered & self.timed & among)

    def with_order_only(self) -> Counts:
        """Count equal rows of any order, without a time."""
        return _count(self.equal, self.order_only)

    def with_either(self, among: Flags) -> Counts:
        """Count equal rows with an order, or those with a time if they are more."""
        parts = (_count(self.equal, kind & among) for kind in (self.ordered, self.timed))
        return np.maximum(*parts)


def _count(ids: Counts, which: Flags) -> Counts:
    """Count for each row the rows of a mask that share its number."""
    found: Counts = np.bincount(ids[which], minlength=int(ids.max(initial=-1)) + 1)[ids]
    return found
