"""The ties of the current run, by the influence that they carry."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.engine.snapshot import Snapshot
from influence.models import Shells
from influence.models.cut_ties import without_tie
from influence.network import Network
from influence.network.ego import ego_network
from influence.store import Store
from influence.tables.notes import Note, warn

CANDIDATES = 5
"""The totals of this many times as many ties are compared as are shown."""


def ties(
    store: Store,
    *,
    count: int = 20,
    weak: bool = False,
    total: bool = False,
    tell: Callable[[Note], None] = warn,
) -> pa.Table:
    """List the most valuable ties of the current run.

    Parameters
    ----------
    store : Store
    count : int
        How many.
    weak : bool
        Whether those come first whose ends share few contacts.
    total : bool
        Value each tie by what all customers would lose without it, instead of its ends: of those
        that carry most for their ends, five times as many as are shown.
    tell : callable
        Called with a `Note` if totals are those of tables that changed after the run; by default
        it is issued as a Python warning.

    Returns
    -------
    pa.Table
        source, target, value (gross influence in money, never to be summed), overlap, kind.

    Raises
    ------
    NothingToShow
        If no run that values ties has finished yet.
    """
    found = store.tie_values()
    if total:
        run = store.scores([]).run
        if run.input_changed:
            text = f"total values of ties are those of the present data, not of run {run.id}"
            tell(Note(text, "totals_of_present_data", run=run.id))
        found = _by_total(found.slice(0, CANDIDATES * count), store.snapshot(run), run.weights)
    if weak:
        found = found.sort_by([("overlap", "ascending"), ("value", "descending")])
    return found.slice(0, count)


def _by_total(found: pa.Table, snapshot: Snapshot, weights: tuple[float, ...]) -> pa.Table:
    network = snapshot.network
    ends = [pc.index_in(found[end], network.keys) for end in ("source", "target")]
    known = pc.and_(*(pc.is_valid(end) for end in ends))  # a load may have removed customers
    found = found.filter(known)
    one, other = (end.filter(known).to_numpy() for end in ends)
    backward = network.reversed()
    values = [
        total_loss(network, backward, snapshot.value, weights, pair)
        for pair in zip(one.tolist(), other.tolist(), strict=True)
    ]
    at = found.column_names.index("value")
    found = found.set_column(at, "value", pa.array(values, pa.float64()))
    return found.sort_by([("value", "descending"), ("source", "ascending")])


def total_loss(
    network: Network,
    backward: Network,
    value: npt.NDArray[np.float64],
    weights: tuple[float, ...],
    pair: tuple[int, int],
) -> float:
    """The gross influence in money that all customers would lose without the ties of a pair.

    Only those change who can influence one of the two within D − 1 steps.

    Parameters
    ----------
    network, backward : Network
        The second is the first, reversed.
    value : float64[n]
    weights : tuple of float
    pair : tuple of int
        The two ends.
    """
    depth = len(weights)
    near = [ego_network(backward, end, depth - 1).members for end in pair if depth > 1]
    affected = np.unique(np.concatenate([np.array(pair), *near]))
    before, after = (
        Shells(weights).gain_of(some, affected, value)
        for some in (network, without_tie(network, *pair))
    )
    return float((before - after).sum())
