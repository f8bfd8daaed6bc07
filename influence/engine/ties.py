"""What the ties of a network carry, and how much the contacts of each customer know each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.models.contacts import clustering, measure_contacts, overlap
from influence.models.cut_ties import losses_of, own_losses, steps_of_all
from influence.network import Network
from influence.network.contacts import Contacts
from influence.progress import Progress
from influence.scores import TIE_SCHEMA
from influence.tables.keys import places

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

KEPT = 10_000
"""The most valuable ties that a run keeps."""
TOP = 1_000
"""How many of the most valuable ties are looked for where not all can be valued."""
SHARE = 0.25
"""The share of the seconds of a run that its ties may take."""
STEPS_A_SECOND = 4e8
"""Arcs that an ordinary machine follows on two cores."""


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
class TieFigures:
    """Figures of the ties, by customer.

    Attributes
    ----------
    weak_tie_value : float64[n]
        Σ (1 − overlap) · (own loss) over the ties of a customer, in money; NaN where not all
        ties were valued.
    constraint, effective_size, clustering : float64[n]
        See `influence.models.contacts`; NaN where a customer has too few contacts.
    values : TieValues
    contacts : Contacts
    """

    weak_tie_value: Floats
    constraint: Floats
    effective_size: Floats
    clustering: Floats
    values: TieValues
    contacts: Contacts


def tie_figures(
    network: Network,
    value: Floats,
    within: Callable[[], Floats],
    weights: tuple[float, ...],
    seconds: float,
    progress: Progress,
) -> TieFigures:
    """Value the ties: all of them, or the most valuable ones where all would take too long.

    Parameters
    ----------
    network : Network
    value : float64[n]
        V, own value in money.
    within : callable
        Returns Σ max(V, 0) of those at each distance from a customer, float64[D, n]; called where
        not all ties can be valued.
    weights : tuple of float
        w_1 … w_D.
    seconds : float
        How long a run may compute; `SHARE` of it is for the ties.
    progress : callable
    """
    contacts = Contacts.of(network)
    measured = measure_contacts(contacts, progress)
    overlaps = overlap(contacts, measured.common)
    steps = seconds * SHARE * STEPS_A_SECOND
    owner, arc = contacts.owner, _arcs_of(network, contacts)
    if steps_of_all(network, len(weights)) <= steps:
        losses = own_losses(network, value, weights, progress)
        own = np.where(arc >= 0, losses[arc], 0.0) if len(losses) else np.zeros(len(arc))
        weak = np.bincount(owner, (1.0 - overlaps) * own, network.n).astype(np.float64)
        values = _most_valuable(contacts, own + own[_reverse(contacts)], overlaps)
    else:
        weak = np.full(network.n, np.nan)
        values = _search_most_valuable(
            network, contacts, value, within(), weights, overlaps, arc, steps, progress
        )
    return TieFigures(
        weak_tie_value=weak,
        constraint=measured.constraint,
        effective_size=measured.effective_size,
        clustering=clustering(contacts, measured.common),
        values=values,
        contacts=contacts,
    )


def _arcs_of(network: Network, contacts: Contacts) -> npt.NDArray[np.int64]:
    """The arc from each customer to each contact; −1 where influence runs the other way only."""
    arc = np.full(len(contacts.indices), -1)
    source = network.sources
    codes = contacts.owner * network.n + contacts.indices
    # Both are sorted by customer and then by contact.
    arc[np.searchsorted(codes, source * network.n + network.indices)] = np.arange(network.arcs)
    return arc


def _reverse(contacts: Contacts) -> Indices:
    """The position of each pair the other way round."""
    return np.lexsort((contacts.owner, contacts.indices))


def _most_valuable(
    contacts: Contacts, value: Floats, overlaps: Floats, bound: float | None = None
) -> TieValues:
    """Keep the most valuable pairs; `value` is NaN for those that were not valued."""
    owner, contact = contacts.owner, contacts.indices.astype(np.intp)
    known = np.flatnonzero((owner < contact) & ~np.isnan(value))
    kept = known[np.argsort(-value[known], kind="stable")][:KEPT]
    return TieValues(owner[kept], contact[kept], value[kept], overlaps[kept], bound)


def _search_most_valuable(
    network: Network,
    contacts: Contacts,
    value: Floats,
    within: Floats,
    weights: tuple[float, ...],
    overlaps: Floats,
    arc: npt.NDArray[np.int64],
    steps: float,
    progress: Progress,
) -> TieValues:
    """Value the likeliest ties first, until no other can belong to the first `TOP`.

    Without the tie to j, a customer loses at most what j and those around j have there:
    w_1 max(V_j, 0) + Σ_q w_{q+1} · Σ max(V, 0) at distance q from j; and never more than all
    influence. A customer with many contacts reaches most people through several of them.
    """
    later = np.array([*weights[1:], 0.0])
    at_most = weights[0] * np.maximum(value, 0.0) + later @ within
    owner, contact, reverse = contacts.owner, contacts.indices, _reverse(contacts)
    own_bound = np.where(
        arc >= 0, np.minimum(at_most[contact], (np.array(weights) @ within)[owner]), 0.0
    )
    bound = own_bound + own_bound[reverse]
    likely = own_bound / np.diff(contacts.indptr)[owner]
    likely += likely[reverse]
    pairs = np.flatnonzero(owner < contact)
    pairs = pairs[np.argsort(-likely[pairs], kind="stable")]
    losses, searched = np.full(network.arcs, np.nan), np.zeros(network.n, dtype=np.bool_)
    followed, done, size = 0, 0, TOP

    def valued() -> Floats:
        own = np.where(arc >= 0, losses[arc], 0.0)
        return own + own[reverse]

    while done < len(pairs) and followed < steps:
        chunk = pairs[done : done + size]
        ends = np.unique(np.concatenate([owner[chunk], contact[chunk]]))
        ends = ends[~searched[ends]]
        searched[ends] = True
        followed += losses_of(network, value, weights, ends, losses, progress)
        done += len(chunk)
        found = valued()[pairs]
        best = np.sort(found[~np.isnan(found)])[::-1]
        if len(best) >= TOP and best[TOP - 1] >= bound[pairs[done:]].max(initial=0.0):
            break
    left = pairs[np.isnan(valued()[pairs])]
    return _most_valuable(
        contacts, valued(), overlaps, float(bound[left].max()) if len(left) else None
    )


def tie_table(ids: pa.Array, hidden: npt.NDArray[np.bool_], values: TieValues,
              ties: pa.Table | None) -> pa.Table:  # fmt: skip
    """The most valuable ties between profiled customers.

    Parameters
    ----------
    ids : pa.StringArray, n
    hidden : bool[n]
        Customers who asked not to be profiled.
    values : TieValues
    ties : pa.Table or None
        Their kinds, whether or not a run takes them.

    Returns
    -------
    pa.Table
        source, target, value, overlap, and kind (all kinds of ties between the two, with commas).
    """
    shown = ~(hidden[values.one] | hidden[values.other])
    one, other = values.one[shown], values.other[shown]
    return pa.table(
        {
            "source": ids.take(pa.array(one)),
            "target": ids.take(pa.array(other)),
            "value": values.value[shown],
            "overlap": values.overlap[shown],
            "kind": _kinds(one, other, ids, ties),
        },
        schema=TIE_SCHEMA,
    )


def _kinds(one: Indices, other: Indices, ids: pa.Array, ties: pa.Table | None) -> pa.Array:
    if ties is None:
        return pa.nulls(len(one), pa.string())
    n = len(ids)
    source, target = (places(ties[end], ids) for end in ("source", "target"))
    code = np.minimum(source, target) * n + np.maximum(source, target)
    wanted = one * n + other
    rows = np.flatnonzero(np.isin(code, wanted))
    kinds: dict[int, set[str]] = {}
    for pair, kind in zip(code[rows].tolist(), ties["kind"].take(rows).to_pylist(), strict=True):
        kinds.setdefault(pair, set()).add(kind)
    return pa.array([", ".join(sorted(kinds[pair])) for pair in wanted.tolist()], pa.string())
