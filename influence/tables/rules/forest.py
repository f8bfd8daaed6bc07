"""Referrals form a forest: find the referrer of each customer, and the cycles.

All functions look at all rows together. The table holds at most one row per pair of referrer and
referred customer, the earliest. Rows without a referrer or a referred customer, and
self-referrals, are reported as problems elsewhere and are ignored here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.reading.times import earliest_first

Indices = npt.NDArray[np.intp]

NONE = -1


@dataclass(frozen=True)
class Cycle:
    """A cycle of referrals.

    Attributes
    ----------
    row : int
        First row of the table that belongs to the cycle.
    chain : tuple of str
        Ids, each referred by the previous one; begins and ends with the referrer of that row.
    """

    row: int
    chain: tuple[str, ...]


def counting(table: pa.Table) -> npt.NDArray[np.bool_]:
    """Return which referrals count: of several referrers of a customer, the earliest.

    Parameters
    ----------
    table : pa.Table
        With referrer and referred (text) and optionally date (date32) and time (seconds, see
        `influence.tables.reading.times`). A blank date sorts after all others, a day without a
        time after the times of that day; equal moments are ordered by row.

    Returns
    -------
    bool[rows]

    Examples
    --------
    >>> counting(pa.table({"referrer": ["A", "B"], "referred": ["C", "C"]})).tolist()
    [True, False]
    """
    referrer, referred, ids = _people(table)
    first = _first_row(table, referrer, referred, len(ids))
    counts = np.zeros(len(table), dtype=bool)
    counts[first[first != NONE]] = True
    return counts


def cycles(table: pa.Table) -> list[Cycle]:
    """Find the cycles among the referrals that count, in the order of their rows.

    Parameters
    ----------
    table : pa.Table
        As for `counting`.

    Examples
    --------
    >>> cycles(pa.table({"referrer": ["A", "B", "C"], "referred": ["B", "C", "A"]}))
    [Cycle(row=0, chain=('A', 'B', 'C', 'A'))]
    """
    referrer, referred, ids = _people(table)
    first = _first_row(table, referrer, referred, len(ids))
    # The extra last entry stands for "no referrer"; it is its own parent.
    above = np.full(len(ids) + 1, len(ids), dtype=np.intp)
    above[referred[first[first != NONE]]] = referrer[first[first != NONE]]
    closed = _on_cycles(above)
    names = dict(zip(closed.tolist(), ids.take(pa.array(closed)).to_pylist(), strict=True))
    below = dict(zip(above[closed].tolist(), closed.tolist(), strict=True))
    found = []
    for row in np.sort(first[closed]).tolist():
        person = int(referrer[row])
        if person in below:
            chain = [names[person]]
            while person in below:
                person = below.pop(person)
                chain.append(names[person])
            found.append(Cycle(row, tuple(chain)))
    return found


@dataclass(frozen=True)
class Ignored:
    """Counts of referrals that do not count since another one of the same customer does.

    Attributes
    ----------
    later : int
        The other referral is earlier.
    by_order : int
        Dates and times do not decide; the other referral is in an earlier row.
    without_date : int
        Without a date, while the other referral has one.
    without_time : int
        Without a time of day, while the other referral of the same day has one.
    """

    later: int = 0
    by_order: int = 0
    without_date: int = 0
    without_time: int = 0


def ignored(table: pa.Table) -> Ignored:
    """Count the referrals that do not count, by reason; `table` as for `counting`."""
    referrer, referred, ids = _people(table)
    first = _first_row(table, referrer, referred, len(ids))
    valid = (referrer != NONE) & (referred != NONE) & (referrer != referred)
    other = np.where(valid, first[referred], NONE)
    lost = np.flatnonzero(valid & (other != np.arange(len(table))))
    won = other[lost]
    moment = earliest_first(table)
    by_order = moment[lost] == moment[won]
    without_date = ~by_order & np.isinf(moment[lost])
    without_time = np.zeros_like(by_order)
    if {"date", "time"} <= {*table.column_names}:
        timed = pc.is_valid(table["time"]).to_numpy()
        day = pc.fill_null(table["date"].cast(pa.date32()).cast(pa.int32()), NONE).to_numpy()
        without_time = ~by_order & ~timed[lost] & timed[won] & (day[lost] == day[won])
    later = ~by_order & ~without_date & ~without_time
    return Ignored(*(int(kind.sum()) for kind in (later, by_order, without_date, without_time)))


def _people(table: pa.Table) -> tuple[Indices, Indices, pa.Array]:
    """Return referrer and referred customer as numbers, NONE where blank, and the ids by number."""
    ends = [table[name].cast(pa.string()) for name in ("referrer", "referred")]
    both = pa.chunked_array([chunk for end in ends for chunk in end.chunks], pa.string())
    encoded = both.combine_chunks().dictionary_encode()
    numbers = pc.fill_null(encoded.indices, NONE).to_numpy().astype(np.intp)
    return numbers[: len(table)], numbers[len(table) :], encoded.dictionary


def _first_row(table: pa.Table, referrer: Indices, referred: Indices, people: int) -> Indices:
    """Return for each customer the row of the referral that counts, NONE without; intp[people]."""
    moment = earliest_first(table)
    rows = np.flatnonzero((referrer != NONE) & (referred != NONE) & (referrer != referred))
    earliest = np.full(people, np.inf)
    np.minimum.at(earliest, referred[rows], moment[rows])
    rows = rows[moment[rows] == earliest[referred[rows]]]
    first = np.full(people, NONE, dtype=np.intp)
    first[referred[rows[::-1]]] = rows[::-1]  # of repeated indices the last assignment wins
    return first


def _on_cycles(above: Indices) -> Indices:
    """Return the customers on cycles; `above` gives each one's referrer, the last entry is none.

    Ancestors after as many generations as there are customers lie on cycles; pointer doubling
    finds them in logarithmically many steps.
    """
    none = len(above) - 1
    ancestor = above
    for _ in range(none.bit_length()):
        ancestor = ancestor[ancestor]
        if (ancestor == none).all():
            break
    found = np.unique(ancestor)
    closed: Indices = found[found != none]
    return closed
