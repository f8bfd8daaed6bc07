"""What to say of rows that a load repeats: within itself, and from earlier loads."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.keys import row_ids
from influence.tables.merge import completed
from influence.tables.notes import Note
from influence.tables.reading.columns import true_where
from influence.tables.reading.times import from_the_first
from influence.tables.rules.purchases import Repeats
from influence.tables.specs import REFERRALS, SURVEYS
from influence.tables.tables import Tables

COUNTS = {
    "ties": "the last row of each counts",
    "referrals": "the earliest row of each counts",
    "surveys": "of several on one day the latest time counts, else the last row",
}
"""Tables in which one row counts of those with the same key, and which."""


def repeated(
    old: Tables, new: Tables, counted: dict[str, int], purchases: Repeats
) -> tuple[list[Note], dict[str, int]]:
    """Notes on what is repeated, and how many rows of the load each table merged in itself.

    Parameters
    ----------
    old, new : Tables
        Of the store, and of the load, checked.
    counted : dict
        By table, how many rows of the load are left if repeats count once.
    purchases : Repeats
        What became of equal purchases.
    """
    notes, merged = [], {}
    for name in filter(new.__contains__, COUNTS):
        merged[name] = doubled = len(new[name]) - counted[name]
        if doubled:
            were = f"{doubled:,} {name} were" if doubled > 1 else f"one of the {name} was"
            text = f"{were} listed more than once; {COUNTS[name]}"
            notes.append(Note(text, "rows_merged", table=name, rows=doubled))
    for name, tell in TELL.items():
        if name in new and len(new[name]):
            notes += tell(old[name], completed(name, new[name]))
    notes += _purchases(purchases)
    return notes, merged


def _referrals(old: pa.Table, new: pa.Table) -> Iterator[Note]:
    """Referrals that stay as an earlier load told them."""
    given, there = row_ids([t.select([*REFERRALS.key]) for t in (new, old)])
    before = np.full(max(given.max(initial=-1), there.max(initial=-1)) + 1, np.inf)
    before[there] = from_the_first(old)
    earliest = np.full(len(before), np.inf)
    np.minimum.at(earliest, given, from_the_first(new))
    kept = int((before < earliest)[np.unique(given)].sum())
    if kept:
        were = f"{kept:,} referrals stay as they are" if kept > 1 else "1 referral stays as it is"
        text = f"{were}: an earlier load dated the same one earlier, and the earliest counts"
        yield Note(text, "referrals_dated_earlier", table="referrals", rows=kept)


def _surveys(_: pa.Table, new: pa.Table) -> Iterator[Note]:
    """Answers of one day of which the order of the rows chose."""
    key = [*SURVEYS.key]
    dated = new.filter(true_where(pc.is_valid(new["date"])))
    (ids,) = row_ids([dated.select(key)])
    time = pc.fill_null(dated["time"], -np.inf).to_numpy()
    latest = np.full(int(ids.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(latest, ids, time)
    at_the_latest = np.bincount(ids[time == latest[ids]], minlength=len(latest))
    chosen = int((at_the_latest > 1).sum())
    if chosen:
        yield Note(
            f"{chosen:,} times a customer answered a question more than once on one day and no "
            "time tells which answer was the last; the last row counts",
            "answers_order_decided",
            table="surveys",
            answers=chosen,
        )


def _purchases(found: Repeats) -> Iterator[Note]:
    """Equal purchases: taken for the same one, or counted separately."""
    said = []
    if found.same:
        said.append(
            f"{found.same:,} purchases without an order or a time were taken for equal ones of an "
            "earlier load (customer, date and amount)"
        )
    if found.separate:
        said.append(f"{found.separate:,} that equal an earlier row of this load count as well")
    if said:
        numbers = {"same": found.same, "separate": found.separate}
        yield Note("; ".join(said), "purchases_equal", table="transactions", **numbers)
    if found.told_less:
        yield Note(
            f"{found.told_less:,} purchases without an order or a time gave way to equal ones that "
            "have one",
            "purchases_told_better",
            table="transactions",
            rows=found.told_less,
        )


TELL = {"referrals": _referrals, "surveys": _surveys}
