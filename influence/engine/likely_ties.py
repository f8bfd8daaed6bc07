"""Search for the most valuable ties of a network in which not all can be valued."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from influence.models.contacts import overlap
from influence.models.cut_ties import losses_of
from influence.network import Network
from influence.network.contacts import BACK, FORTH, Contacts
from influence.progress import Progress

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int32]
Indices = npt.NDArray[np.int64]

KEPT = 10_000
"""The most valuable ties that a run keeps."""
TOP = 1_000
"""How many of the most valuable ties are looked for where not all can be valued."""
CANDIDATES = 100_000
"""How many ties may be valued; the others are only bounded."""
CHUNK = 100
"""Ties that are valued between two checks of the bound."""
AT_ONCE = 2**20
"""Pairs that are bounded together."""


@dataclass(frozen=True, eq=False)
class TieValues:
    """The most valuable ties, each pair of customers once.

    Attributes
    ----------
    one, other : intp[k]
        The ends, by index; `one` is the smaller.
    value : float64[k]
        The gross influence in money that the two ends would lose without the tie; the largest
        first.
    overlap : float64[k]
        From 0 to 1.
    bound : float or None
        No tie that was not valued carries more, in money; None where all were valued.
    """

    one: Indices
    other: Indices
    value: Floats
    overlap: Floats
    bound: float | None = None


@dataclass(frozen=True, eq=False)
class Candidates:
    """Pairs of customers that may have a valuable tie, and bounds of its value in money.

    Attributes
    ----------
    at : int64[m]
        The position in `Contacts`.
    likely : float64[m]
        By what they are ordered.
    bound : float64[m]
        The tie carries no more.
    """

    at: Indices
    likely: Floats
    bound: Floats

    def first(self, count: int) -> tuple[Candidates, float]:
        """Keep the likeliest; also return the largest bound of the others, 0 if there are none."""
        order = np.argsort(-self.likely, kind="stable")
        kept, left = order[:count], order[count:]
        chosen = Candidates(self.at[kept], self.likely[kept], self.bound[kept])
        return chosen, float(self.bound[left].max(initial=0.0))


def search(
    network: Network,
    contacts: Contacts,
    common: Counts,
    value: Floats,
    within: Floats,
    weights: tuple[float, ...],
    steps: float,
    progress: Progress,
) -> TieValues:
    """Value the likeliest ties first, until no other can belong to the first `TOP`.

    Parameters
    ----------
    network : Network
    contacts : Contacts
    common : int32[pairs]
    value : float64[n]
    within : float64[D, n]
        Σ max(V, 0) of those at each distance from a customer.
    weights : tuple of float
    steps : float
        How many arcs may be followed.
    progress : callable
    """
    chosen, rest = _candidates(contacts, value, within, weights)
    owner = np.searchsorted(contacts.indptr, chosen.at, "right") - 1
    contact = contacts.indices[chosen.at].astype(np.int64)
    arcs = _arcs(contacts, chosen.at), _arcs(contacts, contacts.positions(contact, owner))
    losses, searched = np.zeros(network.arcs), np.zeros(network.n, dtype=np.bool_)
    # The bound of those that are left, by how many are done.
    left = np.maximum(np.append(np.maximum.accumulate(chosen.bound[::-1])[::-1], 0.0), rest)
    done, followed = 0, 0
    found = np.zeros(0)
    while done < len(owner) and followed < steps:
        chunk = slice(done, done + CHUNK)
        ends = np.unique(np.concatenate([owner[chunk], contact[chunk]]))
        ends = ends[~searched[ends]]
        searched[ends] = True
        followed += losses_of(network, value, weights, ends, losses, progress)
        done = min(done + CHUNK, len(owner))
        forth, back = (np.where(arc[:done] >= 0, losses[arc[:done]], 0.0) for arc in arcs)
        found = forth + back
        if done >= TOP and np.partition(found, -TOP)[-TOP] >= left[done]:
            break
    kept = np.argsort(-found, kind="stable")[:KEPT]
    overlaps = overlap(contacts, common, chosen.at[kept])
    return TieValues(owner[kept], contact[kept], found[kept], overlaps, float(left[done]))


def _candidates(
    contacts: Contacts, value: Floats, within: Floats, weights: tuple[float, ...]
) -> tuple[Candidates, float]:
    """Choose the pairs whose tie is likely to be valuable; also bound all others.

    Without the tie to j, a customer loses at most what j and those around j have there:
    w_1 max(V_j, 0) + Σ_q w_{q+1} · Σ max(V, 0) at distance q from j; and never more than all
    influence. A customer with many contacts reaches most people through several of them.
    """
    later = np.array([*weights[1:], 0.0])
    around = weights[0] * np.maximum(value, 0.0) + later @ within
    influence, degree = np.array(weights) @ within, contacts.degree
    nothing = np.empty(0)
    chosen, rest = Candidates(np.empty(0, dtype=np.int64), nothing, nothing), 0.0
    for at, owner, contact in _pairs(contacts):
        ways = contacts.ways[at]
        forth = np.where(ways & FORTH, np.minimum(around[contact], influence[owner]), 0.0)
        back = np.where(ways & BACK, np.minimum(around[owner], influence[contact]), 0.0)
        likely = forth / degree[owner] + back / degree[contact]
        more = Candidates(
            np.concatenate([chosen.at, at]),
            np.concatenate([chosen.likely, likely]),
            np.concatenate([chosen.bound, forth + back]),
        )
        chosen, left = more.first(CANDIDATES)
        rest = max(rest, left)
    return chosen, rest


def _pairs(contacts: Contacts) -> Iterator[tuple[Indices, Indices, Indices]]:
    """Yield positions of pairs, each pair once, with their customers, some at a time."""
    for start in range(0, len(contacts.indices), AT_ONCE):
        at = np.arange(start, min(start + AT_ONCE, len(contacts.indices)))
        owner = np.searchsorted(contacts.indptr, at, "right") - 1
        contact = contacts.indices[at].astype(np.int64)
        once = owner < contact
        yield at[once], owner[once], contact[once]


def _arcs(contacts: Contacts, at: Indices) -> Indices:
    """The arc from the customer to the contact at each position; −1 where there is none."""
    forth = (contacts.ways & FORTH) > 0
    if forth.all():
        return at
    return np.where(forth[at], np.cumsum(forth)[at] - 1, -1)
