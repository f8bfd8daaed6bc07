"""What the ties of a network carry, and how much the contacts of each customer know each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.engine import likely_ties
from influence.engine.likely_ties import KEPT, TieValues
from influence.models.backends import Backend
from influence.models.contacts import clustering, measure_contacts, overlap
from influence.models.cut_ties import choose_search, own_losses
from influence.models.cut_ties_by_target import batch_bytes
from influence.network import Network
from influence.network.contacts import FORTH, Contacts
from influence.network.kinds import Kinds
from influence.progress import Progress
from influence.scores import TIE_SCHEMA

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int32]
Indices = npt.NDArray[np.int64]

SHARE, SHARE_OF_LIKELIEST = 0.25, 0.025
"""The share of the seconds of a run in which all ties must be valued, and that of a search for the
most valuable ones."""
STEPS_A_SECOND = 4e8
"""Arcs that an ordinary machine follows on two cores."""


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


@dataclass(frozen=True)
class TieCost:
    """Cost of the values of ties on an ordinary machine: seconds, and bytes in all threads."""

    seconds: float
    memory: int


def tie_cost(network: Network, depth: int, seconds: float, threads: int) -> TieCost:
    """Estimate the cost of the values of ties, in a run with a limit in seconds."""
    search = choose_search(network, depth)
    all_ties = search.steps / STEPS_A_SECOND
    if all_ties > SHARE * seconds:
        return TieCost(SHARE_OF_LIKELIEST * seconds, 0)
    # While a job runs in each thread, the losses of another wait.
    by_target = threads * (batch_bytes(network) + 8 * network.arcs)
    return TieCost(all_ties, by_target if search.by == "target" else 0)


def tie_figures(
    backend: Backend,
    value: Floats,
    within: Callable[[], Floats],
    weights: tuple[float, ...],
    seconds: float,
    progress: Progress,
    *,
    symmetric: bool = False,
) -> TieFigures:
    """Value the ties: all of them, or the most valuable ones where all would take too long.

    Parameters
    ----------
    backend : Backend
        Of the network.
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
    symmetric : bool
        Whether every arc is known to run both ways.
    """
    network, runner = backend.network, backend.runner
    contacts = Contacts.of(network, symmetric=symmetric)
    measured = measure_contacts(contacts, progress, runner)
    search = choose_search(network, len(weights))
    if search.steps <= SHARE * seconds * STEPS_A_SECOND:
        losses = own_losses(network, value, weights, progress, runner, search)
        weak, values = _value_all(contacts, measured.common, losses)
    else:
        weak = np.full(network.n, np.nan)
        steps = SHARE_OF_LIKELIEST * seconds * STEPS_A_SECOND
        values = likely_ties.search(
            network, contacts, measured.common, value, within(), weights, steps, progress
        )
    return TieFigures(
        weak_tie_value=weak,
        constraint=measured.constraint,
        effective_size=measured.effective_size,
        clustering=clustering(contacts, measured.common),
        values=values,
        contacts=contacts,
    )


def _value_all(contacts: Contacts, common: Counts, losses: Floats) -> tuple[Floats, TieValues]:
    """Add up the losses of each customer, and keep the most valuable ties."""
    owner, contact = contacts.owner, contacts.indices.astype(np.int64)
    own = np.zeros(len(owner))
    # Arcs and pairs are in the same order, by customer and then by contact.
    own[(contacts.ways & FORTH) > 0] = losses
    overlaps = overlap(contacts, common)
    weak = np.bincount(owner, (1.0 - overlaps) * own, contacts.n).astype(np.float64)
    once = np.flatnonzero(owner < contact)
    back = contacts.positions(contact[once], owner[once])
    value = own[once] + own[back]
    kept = np.argsort(-value, kind="stable")[:KEPT]
    at = once[kept]
    return weak, TieValues(owner[at], contact[at], value[kept], overlaps[at])


def tie_table(ids: pa.Array, hidden: npt.NDArray[np.bool_], values: TieValues,
              kinds: Kinds | None) -> pa.Table:  # fmt: skip
    """The most valuable ties between profiled customers.

    Parameters
    ----------
    ids : pa.StringArray, n
    hidden : bool[n]
        Customers who have no row in the scores.
    values : TieValues
    kinds : Kinds or None
        Of all ties, whether or not a run takes them; None where they are not known.

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
            "kind": pa.nulls(len(one)) if kinds is None else kinds.between(ids, one, other),
        },
        schema=TIE_SCHEMA,
    )
