"""The tables as they were known at the end of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables import TABLES, Tables
from influence.tables.reading.columns import true_where

DATED = {
    "customers": "joined",
    "ties": "since",
    "referrals": "date",
    "transactions": "date",
    "surveys": "date",
    "engagements": "date",
}
"""The column with the date of a row, by table; profiles have none."""


@dataclass(frozen=True, eq=False)
class Known:
    """The tables as known at the end of a day.

    Attributes
    ----------
    tables : Tables
        Without what is dated later, and without the people who joined later.
    left_out : dict of str to int
        Rows left out, by table.
    undated : dict of str to int
        Rows without a date, which are taken as known, by table.
    given_clv : int
        Customers whose CLV was given. It has no date: it is set aside where there are purchases
        from which to compute CLV as of the day, and taken as known where there are none.
    from_purchases : bool
        Whether CLV is computed from purchases.
    referred_later : int
        Customers taken as known who have no date of joining and were first referred later.
    """

    tables: Tables
    left_out: dict[str, int]
    undated: dict[str, int]
    given_clv: int
    from_purchases: bool
    referred_later: int


def known_at(tables: Tables, until: date) -> Known:
    """Take complete tables back to the end of a day.

    Whatever is dated later has no effect on the tables that are returned. Rows without a date are
    kept, and counted.

    Parameters
    ----------
    tables : Tables
        Complete, as a store returns them.
    until : date
        The last day that is known.
    """
    day = pa.scalar(until, pa.date32())
    joined_later = true_where(pc.greater(tables.customers["joined"], day))
    gone = tables.customers["id"].filter(pa.array(joined_later)).combine_chunks()
    frames, left_out, undated = {}, {}, {}
    for name in tables:
        table, dated = tables[name], DATED.get(name)
        keep = np.ones(len(table), dtype=np.bool_)
        if dated is not None:
            keep &= ~true_where(pc.greater(table[dated], day))
        for person in TABLES[name].people:
            keep &= ~true_where(pc.is_in(table[person], gone))
        frames[name] = table.filter(pa.array(keep))
        left_out[name] = len(table) - len(frames[name])
        if dated is not None:
            undated[name] = frames[name][dated].null_count
    people, bought = frames["customers"], len(frames["transactions"]) > 0
    given = ~true_where(people["clv_computed"]) & true_where(pc.is_valid(people["clv"]))
    frames["customers"] = _valued(people, given, from_purchases=bought)
    return Known(
        Tables(sources=tables.sources, complete=True, **frames),
        left_out,
        undated,
        int(given.sum()),
        bought,
        _referred_later(people, tables.referrals, until),
    )


def _valued(people: pa.Table, given: np.ndarray, *, from_purchases: bool) -> pa.Table:
    """Return customers without a CLV that was computed from purchases of any date."""
    computed = np.full(len(people), fill_value=True) if from_purchases else ~given
    value = pc.if_else(pa.array(computed), 0.0, people["clv"])
    for name, column in (("clv", value), ("clv_computed", pa.array(computed))):
        people = people.set_column(people.column_names.index(name), name, column)
    return people


def _referred_later(people: pa.Table, referrals: pa.Table, until: date) -> int:
    """Count people without a date of joining who were referred after the day only."""
    later = true_where(pc.greater(referrals["date"], pa.scalar(until, pa.date32())))
    then, before = (referrals["referred"].filter(pa.array(some)) for some in (later, ~later))
    unknown = people["id"].filter(pc.is_null(people["joined"]))
    first = true_where(pc.is_in(unknown, then.combine_chunks()))
    return int((first & ~true_where(pc.is_in(unknown, before.combine_chunks()))).sum())
