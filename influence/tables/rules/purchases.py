"""Which purchases of several loads are the same one (docs/decisions/what-is-the-same-purchase.md).

Equal rows of one file are so many purchases. Rows of two files are the same purchase where
customer, date and amount, the order and the time of day are equal, and they are the same-manieth
of such rows in their file. Where one file tells an order or a time and the other does not, the row
that tells less is taken for one that tells more.
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
    """What became of equal purchases in a merge.

    Attributes
    ----------
    separate : int
        New rows that equal an earlier row of the same load, and count as well.
    same : int
        New rows without order and time that were taken for a purchase of an earlier load.
    told_less : int
        Rows, new or old, that gave way to one with an order or a time.
    """

    separate: int = 0
    same: int = 0
    told_less: int = 0


def merge_purchases(old: pa.Table, new: pa.Table) -> tuple[pa.Table, Repeats]:
    """Add purchases to those that are there; in any order of the loads the result is the same.

    Parameters
    ----------
    old, new : pa.Table
        With the columns that a store keeps; `occurrence` of the new ones is set here.
    """
    new, separate = _numbered(new)
    rows = pa.concat_tables([old, new])
    (ids,) = row_ids([rows.select([*KEY, "occurrence"])])
    _, first = np.unique(ids, return_index=True)
    last = len(ids) - 1 - np.unique(ids[::-1], return_index=True)[1]
    again = (first < len(old)) & (last >= len(old))
    order = np.argsort(first)
    merged = _with_currency(rows.take(pa.array(last[order])), rows["currency"].take(first[order]))
    found, stays = _yielding(merged)
    same = int((again & ~_tells(rows.take(pa.array(last)))).sum())
    return found, Repeats(separate, same, told_less=int((~stays).sum()))


def _with_currency(rows: pa.Table, earlier: pa.ChunkedArray) -> pa.Table:
    """Rows that name no currency keep the one that an earlier load named."""
    named = pc.if_else(pc.equal(rows["currency"], ""), earlier, rows["currency"])
    return rows.set_column(rows.column_names.index("currency"), "currency", named)


def _tells(rows: pa.Table) -> Flags:
    """Which rows tell an order or a time."""
    return _ordered(rows) | _timed(rows)


def _ordered(rows: pa.Table) -> Flags:
    return true_where(pc.not_equal(rows["order"], ""))


def _timed(rows: pa.Table) -> Flags:
    return true_where(pc.is_valid(rows["time"]))


def _alike(rows: pa.Table, columns: tuple[str, ...]) -> tuple[Counts, Counts]:
    """A number for rows equal in these columns, and how many such rows stand before each."""
    (ids,) = row_ids([rows.select(list(columns))])
    return ids, occurrences(ids)


def _numbered(new: pa.Table) -> tuple[pa.Table, int]:
    """Rows of one load with their occurrence: after the equal ones of this load that tell more.

    And how many equal an earlier row.
    """
    number = _alike(new, KEY)[1]
    separate = int((number > 0).sum())
    kinds = _Kinds.of(new)
    if kinds is not None:
        everything = np.ones(len(new), dtype=bool)
        number = number + np.where(kinds.ordered & ~kinds.timed, kinds.better(everything), 0)
        # One that tells both may later stand for an ordered one of this load, not for both.
        beside = kinds.told_later(everything) + kinds.only_ordered()
        number = number + np.where(kinds.timed & ~kinds.ordered, beside, 0)
        number = number + np.where(kinds.bare, kinds.known(everything), 0)
    at = new.column_names.index("occurrence")
    return new.set_column(at, "occurrence", pa.array(number)), separate


def _yielding(rows: pa.Table) -> tuple[pa.Table, Flags]:
    """Rows without those that another stands for, which tells more; and which ones stay."""
    stays = np.ones(len(rows), dtype=bool)
    kinds = _Kinds.of(rows)
    if kinds is None:
        return rows, stays
    number = rows["occurrence"].to_numpy()
    stays &= ~(kinds.ordered & ~kinds.timed) | (number >= kinds.better(stays))
    stays &= ~(kinds.timed & ~kinds.ordered) | (number >= kinds.told_later(stays))
    stays &= ~kinds.bare | (number >= kinds.known(stays))
    return rows.filter(pa.array(stays)), stays


@dataclass(frozen=True, eq=False)
class _Kinds:
    """Rows by what they tell besides customer, date and amount.

    What the methods count grows with every load, whatever gives way in between: so the order of
    the loads changes nothing. Each counts among rows that are there, for every row.
    """

    ordered: Flags
    timed: Flags
    equal: Counts
    same_order: Counts
    same_time: Counts

    @classmethod
    def of(cls, rows: pa.Table) -> _Kinds | None:
        """None where all rows tell as much."""
        ordered, timed = _ordered(rows), _timed(rows)
        if (ordered == ordered[:1]).all() and (timed == timed[:1]).all():
            return None
        columns = (EQUAL, (*EQUAL, "order"), (*EQUAL, "time"))
        return cls(ordered, timed, *(_alike(rows, some)[0] for some in columns))

    @property
    def bare(self) -> Flags:
        """Rows that tell neither."""
        return ~self.ordered & ~self.timed

    def better(self, there: Flags) -> Counts:
        """Equal rows of the same order with a time."""
        return _count(self.same_order, self.ordered & self.timed & there)

    def told_later(self, there: Flags) -> Counts:
        """Equal rows of the same time with an order."""
        return _count(self.same_time, self.ordered & self.timed & there)

    def only_ordered(self) -> Counts:
        """Equal rows of any order, without a time."""
        return _count(self.equal, self.ordered & ~self.timed)

    def known(self, there: Flags) -> Counts:
        """Equal rows with an order, or with a time if those are more."""
        parts = (_count(self.equal, kind & there) for kind in (self.ordered, self.timed))
        return np.maximum(*parts)


def _count(ids: Counts, which: Flags) -> Counts:
    """For each row, how many of some rows have its number."""
    found: Counts = np.bincount(ids[which], minlength=int(ids.max(initial=-1)) + 1)[ids]
    return found
