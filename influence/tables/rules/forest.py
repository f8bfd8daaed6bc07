"""Referrals form a forest: who counts as somebody's referrer, and which chains close.

Both look at all rows together. Of one (referrer, referred) pair only the earliest row belongs in
the table. Rows without a referrer or a referred, and those
in which somebody refers herself, are faults of their own and take no part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.reading.times import from_the_first

Indices = npt.NDArray[np.intp]

NONE = -1


@dataclass(frozen=True)
class Cycle:
    """A chain of referrals that closes.

    Attributes
    ----------
    row : int
        The first row of the table that belongs to it.
    chain : tuple of str
        Ids, each referred by the one before, from the referrer of that row back to her.
    """

    row: int
    chain: tuple[str, ...]


def counting(table: pa.Table) -> npt.NDArray[np.bool_]:
    """Which referrals count: of several referrers of one person the earliest.

    Parameters
    ----------
    table : pa.Table
        With referrer and referred (text) and, if there are such columns, date (date32) and time
        (seconds, see `influence.tables.reading.times`). A blank date comes after all others, and a
        day without a time after the times of that day; equal moments go by the order of rows.

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
    """Find the chains that close among the referrals that count, in the order of their rows.

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
    # One more than the people: nobody, above whom there is nobody.
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
class PassedOver:
    """Referrals that do not count since another one of the same customer does, by the reason.

    Attributes
    ----------
    later : int
        The other one was before.
    by_order : int
        Nothing tells which was first: the other one stands in an earlier row.
    without_date, without_time : int
        They have none, or none on that day, and the other one has.
    """

    later: int = 0
    by_order: int = 0
    without_date: int = 0
    without_time: int = 0


def passed_over(table: pa.Table) -> PassedOver:
    """Count the referrals that do not count, by the reason; the table as for `counting`."""
    referrer, referred, ids = _people(table)
    first = _first_row(table, referrer, referred, len(ids))
    taken_part = (referrer != NONE) & (referred != NONE) & (referrer != referred)
    other = np.where(taken_part, first[referred], NONE)
    lost = np.flatnonzero(taken_part & (other != np.arange(len(table))))
    won = other[lost]
    moment = from_the_first(table)
    by_order = moment[lost] == moment[won]
    without_date = ~by_order & np.isinf(moment[lost])
    without_time = np.zeros_like(by_order)
    if {"date", "time"} <= {*table.column_names}:
        timed = pc.is_valid(table["time"]).to_numpy()
        day = pc.fill_null(table["date"].cast(pa.date32()).cast(pa.int32()), NONE).to_numpy()
        without_time = ~by_order & ~timed[lost] & timed[won] & (day[lost] == day[won])
    later = ~by_order & ~without_date & ~without_time
    return PassedOver(*(int(kind.sum()) for kind in (later, by_order, without_date, without_time)))


def _people(table: pa.Table) -> tuple[Indices, Indices, pa.Array]:
    """Referrer and referred by number, NONE where blank, and the ids by number."""
    ends = [table[name].cast(pa.string()) for name in ("referrer", "referred")]
    both = pa.chunked_array([chunk for end in ends for chunk in end.chunks], pa.string())
    encoded = both.combine_chunks().dictionary_encode()
    numbers = pc.fill_null(encoded.indices, NONE).to_numpy().astype(np.intp)
    return numbers[: len(table)], numbers[len(table) :], encoded.dictionary


def _first_row(table: pa.Table, referrer: Indices, referred: Indices, people: int) -> Indices:
    """For each person the row that says who referred her, NONE where none does; intp[people]."""
    moment = from_the_first(table)
    rows = np.flatnonzero((referrer != NONE) & (referred != NONE) & (referrer != referred))
    earliest = np.full(people, np.inf)
    np.minimum.at(earliest, referred[rows], moment[rows])
    rows = rows[moment[rows] == earliest[referred[rows]]]
    first = np.full(people, NONE, dtype=np.intp)
    first[referred[rows[::-1]]] = rows[::-1]  # the last one written stays: the first row
    return first


def _on_cycles(above: Indices) -> Indices:
    """Who stands on a cycle, where the last entry is nobody: whoever is still above somebody after
    as many generations as there are people, found by doubling the step.
    """
    nobody = len(above) - 1
    far = above
    for _ in range(nobody.bit_length()):
        far = far[far]
        if (far == nobody).all():
            break
    still = np.unique(far)
    closed: Indices = still[still != nobody]
    return closed
