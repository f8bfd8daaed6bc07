"""Announce the rows that a load repeats: within itself, and from earlier loads."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.keys import row_ids
from influence.tables.merge import completed
from influence.tables.notes import Note
from influence.tables.reading.columns import true_where
from influence.tables.reading.times import earliest_first
from influence.tables.rules.acts import equal_acts
from influence.tables.rules.purchases import Repeats
from influence.tables.specs import REFERRALS, SURVEYS
from influence.tables.tables import Tables

COUNTS = {
    "ties": "the last row of each counts",
    "referrals": "the earliest row of each counts",
    "profiles": "the last row of each counts",
    "surveys": "of several on one day the latest time counts, else the last row",
}
"""For tables in which one of the rows with the same key counts: which one."""


def repeated(
    old: Tables, new: Tables, counted: dict[str, int], purchases: Repeats
) -> tuple[list[Note], dict[str, int]]:
    """Return notes on repeated rows, and by table how many rows of the load were merged.

    Parameters
    ----------
    old, new : Tables
        Tables of the store, and validated tables of the load.
    counted : dict
        By table, the number of distinct rows of the load.
    purchases : Repeats
        Counts of equal purchases.
    """
    notes, merged = [], {}
    for name in filter(new.__contains__, COUNTS):
        merged[name] = doubled = len(new[name]) - counted[name]
        if doubled:
            were = f"{doubled:,} {name} were" if doubled > 1 else f"one of the {name} was"
            text = f"{were} listed more than once; {COUNTS[name]}"
            notes.append(Note(text, "rows_merged", table=name, rows=doubled))
    for name, find in NOTES.items():
        if name in new and len(new[name]):
            notes += find(old[name], completed(name, new[name]))
    notes += _purchases(purchases)
    return notes, merged


def _referrals(old: pa.Table, new: pa.Table) -> Iterator[Note]:
    """Note referrals that keep the earlier date of an earlier load."""
    given, stored = row_ids([t.select([*REFERRALS.key]) for t in (new, old)])
    before = np.full(max(given.max(initial=-1), stored.max(initial=-1)) + 1, np.inf)
    before[stored] = earliest_first(old)
    earliest = np.full(len(before), np.inf)
    np.minimum.at(earliest, given, earliest_first(new))
    kept = int((before < earliest)[np.unique(given)].sum())
    if kept:
        were = f"{kept:,} referrals are" if kept > 1 else "1 referral is"
        text = f"{were} unchanged: an earlier load has an earlier date, and the earliest counts"
        yield Note(text, "referrals_dated_earlier", table="referrals", rows=kept)


def _surveys(_: pa.Table, new: pa.Table) -> Iterator[Note]:
    """Note answers of one day whose order only the order of the rows decides."""
    key = [*SURVEYS.key]
    dated = new.filter(true_where(pc.is_valid(new["date"])))
    (ids,) = row_ids([dated.select(key)])
    time = pc.fill_null(dated["time"], -np.inf).to_numpy()
    latest = np.full(int(ids.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(latest, ids, time)
    at_the_latest = np.bincount(ids[time == latest[ids]], minlength=len(latest))
    decided = int((at_the_latest > 1).sum())
    if decided:
        yield Note(
            f"{decided:,} times a customer answered a question more than once on one day, without "
            "times that decide which answer is the latest; the last row counts",
            "answers_order_decided",
            table="surveys",
            answers=decided,
        )


def _purchases(found: Repeats) -> Iterator[Note]:
    """Note equal purchases: matched with stored ones, counted separately, or replaced."""
    parts = []
    if found.same:
        parts.append(
            f"{found.same:,} purchases without an order or a time were matched with equal ones of "
            "an earlier load (customer, date and amount)"
        )
    if found.separate:
        parts.append(
            f"{found.separate:,} purchases that equal an earlier row of this load count separately"
        )
    if parts:
        numbers = {"same": found.same, "separate": found.separate}
        yield Note("; ".join(parts), "purchases_equal", table="transactions", **numbers)
    if found.replaced:
        yield Note(
            f"{found.replaced:,} purchases without an order or a time were replaced by equal ones "
            "that have one",
            "purchases_told_better",
            table="transactions",
            rows=found.replaced,
        )


NOTES = {"referrals": _referrals, "surveys": _surveys, "engagements": equal_acts}
