"""Referrals form a forest: who counts as somebody's referrer, and which chains close.

Both look at all rows together. Of one (referrer, referred) pair only the row that won belongs in
the table: a later row of a pair may move its date. Rows without a referrer or a referred, and those
in which somebody refers herself, are faults of their own and take no part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Indices = npt.NDArray[np.intp]

NONE = -1
UNDATED = np.iinfo(np.int64).max


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
        With referrer and referred (text) and, if there is one, date (date32). A blank date comes
        after all others; equal ones go by the order of the rows.

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


def _people(table: pa.Table) -> tuple[Indices, Indices, pa.Array]:
    """Referrer and referred by number, NONE where blank, and the ids by number."""
    ends = [table[name].cast(pa.string()) for name in ("referrer", "referred")]
    both = pa.chunked_array([chunk for end in ends for chunk in end.chunks], pa.string())
    encoded = both.combine_chunks().dictionary_encode()
    numbers = pc.fill_null(encoded.indices, NONE).to_numpy().astype(np.intp)
    return numbers[: len(table)], numbers[len(table) :], encoded.dictionary


def _first_row(table: pa.Table, referrer: Indices, referred: Indices, people: int) -> Indices:
    """For each person the row that says who referred her, NONE where none does; intp[people]."""
    day = np.full(len(table), UNDATED)
    if "date" in table.column_names:
        days = table["date"].cast(pa.date32()).cast(pa.int32()).cast(pa.int64())
        day = pc.fill_null(days, UNDATED).to_numpy()
    rows = np.flatnonzero((referrer != NONE) & (referred != NONE) & (referrer != referred))
    earliest = np.full(people, UNDATED)
    np.minimum.at(earliest, referred[rows], day[rows])
    rows = rows[day[rows] == earliest[referred[rows]]]
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
