"""The arcs along which customers acted: active influence runs along these only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.engine.acts import NOBODY, RECEIVED, Acts
from influence.engine.run_input import RunInput
from influence.models.backends import Backend
from influence.network import Network, Selection
from influence.network.selection import arc_directions, selected
from influence.parameters import Parameters
from influence.progress import Progress
from influence.tables.keys import places

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def active_influence(
    backend: Backend, source: RunInput, parameters: Parameters, progress: Progress
) -> tuple[Floats, int]:
    """Compute influence along the arcs on which the influencer acted in the window.

    Returns
    -------
    active : float64[n]
        By the model of the run, in money.
    strays : int
        Acts towards customers to whom no arc leads.
    """
    network, activity = backend.network, source.customers.activity
    arcs, strays = active_arcs(network, activity.acts, source.ties, parameters.selection)
    # That a referrer has no tie with the referred customer is common: there is no note of it.
    arcs |= active_arcs(network, activity.referrals, source.ties, parameters.selection)[0]
    value, weights = source.customers.value, np.array(parameters.weights)
    if not arcs.any():
        return np.zeros(network.n), strays
    some = backend if arcs.all() else backend.of(network.with_arcs(arcs))
    if parameters.method == "sketch" and parameters.model == "shells":
        values = parameters.sketch().estimate(some, value, progress=progress).sums[0]
    else:
        model = parameters.influence_model()
        (values,) = model.by_distance(some, value, progress=progress)
    return weights @ values, strays


def active_arcs(
    network: Network, acts: Acts, ties: pa.Table | None, selection: Selection
) -> tuple[Flags, int]:
    """Find the arcs along which the influencer acted.

    An act that reached another customer makes the arc to that customer active. An act that names
    nobody, such as a public review, makes all arcs of the customer in its network active; without
    a network, all arcs. What a customer only received, such as an e-mail, makes none active.

    Parameters
    ----------
    network : Network
    acts : Acts
        Those in the window, referrals included.
    ties : pa.Table or None
        All ties, for the networks in which the arcs exist.
    selection : Selection
        Which ties the network is made of.

    Returns
    -------
    active : bool[arcs]
    strays : int
        Acts towards customers to whom no arc leads.
    """
    n = network.n
    source = network.sources
    codes = source * n + network.indices
    acts = acts.where(~np.isin(acts.kind, RECEIVED))
    # An act towards oneself reaches nobody else.
    directed = acts.where(acts.reached_another)
    active, strays = _marked(codes, directed.customer * n + directed.other)
    broadcast = acts.where(acts.other == NOBODY)
    for name in np.unique(broadcast.network.astype(str)).tolist():
        here = broadcast.network == name
        reaching = np.zeros(n, dtype=np.bool_)
        reaching[broadcast.customer[here]] = True
        arcs = reaching[source]
        if name and ties is not None:
            arcs &= _arcs_in(name, network, codes, ties, selection)
        active |= arcs
    return active, strays


def _marked(codes: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]) -> tuple[Flags, int]:
    """Mark the codes that are wanted; also count the wanted ones that are not there."""
    marked = np.zeros(len(codes), dtype=np.bool_)
    at = np.minimum(np.searchsorted(codes, wanted), max(len(codes) - 1, 0))
    there = codes[at] == wanted if len(codes) else np.zeros(len(wanted), dtype=np.bool_)
    marked[at[there]] = True
    return marked, int((~there).sum())


def _arcs_in(
    name: str,
    network: Network,
    codes: npt.NDArray[np.int64],
    ties: pa.Table,
    selection: Selection,
) -> Flags:
    """The arcs that ties of one network of the company stand for."""
    some = selected(ties, selection)
    some = some.filter(pc.equal(some["network"], name))
    source, target = (places(some[end], network.keys) for end in ("source", "target"))
    forward, backward = arc_directions(some, selection)
    n = network.n
    wanted = np.concatenate(
        [source[forward] * n + target[forward], target[backward] * n + source[backward]]
    )
    return _marked(codes, wanted)[0]
