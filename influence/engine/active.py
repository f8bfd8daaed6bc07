"""The arcs along which customers acted: active influence runs along these only."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, eq=False)
class ActiveInfluence:
    """Influence along the arcs on which the influencer acted in the window, and the rest.

    Attributes
    ----------
    active, passive : float64[n]
        By the model of the run, in money; together all influence.
    active_error, passive_error : float64[n]
        Standard errors; 0 where a figure is exact.
    strays : int
        Acts towards customers to whom no arc leads.
    """

    active: Floats
    passive: Floats
    active_error: Floats
    passive_error: Floats
    strays: int


def active_influence(
    backend: Backend,
    source: RunInput,
    parameters: Parameters,
    influence: Floats,
    error: Floats,
    progress: Progress,
) -> ActiveInfluence:
    """Split influence into active and passive.

    Parameters
    ----------
    backend : Backend
    source : RunInput
    parameters : Parameters
    influence, error : float64[n]
        Influence along all arcs, and its standard error; 0 where it is exact.
    progress : callable
    """
    network, activity = backend.network, source.customers.activity
    arcs, strays = active_arcs(network, activity.acts, source.ties, parameters.selection)
    # That a referrer has no tie with the referred customer is common: there is no note of it.
    arcs |= active_arcs(network, activity.referrals, source.ties, parameters.selection)[0]
    nothing = np.zeros(network.n)
    if not arcs.any():
        return ActiveInfluence(nothing, influence, nothing, error, strays)
    if arcs.all():
        return ActiveInfluence(influence, nothing, error, nothing, strays)
    value = source.customers.value
    active, off = _influence(backend.of(network.with_arcs(arcs)), value, parameters, progress)
    # The ranks are none of those behind influence, so the errors of the two are independent.
    both = np.hypot(error, off)
    if (value >= 0).all():  # rounding and estimates apart
        capped = active > influence
        active, off = np.where(capped, influence, active), np.where(capped, both, off)
    return ActiveInfluence(active, influence - active, off, both, strays)


def _influence(
    backend: Backend, value: Floats, parameters: Parameters, progress: Progress
) -> tuple[Floats, Floats]:
    """Influence by the model and method of the run, and its standard error; float64[n] each."""
    weights = np.array(parameters.weights)
    if parameters.method == "sketch" and parameters.model == "shells":
        found = parameters.sketch().estimate(backend, value, progress=progress)
        return weights @ found.sums[0], np.sqrt(weights**2 @ found.variances[0])
    (values,) = parameters.influence_model().by_distance(backend, value, progress=progress)
    return weights @ values, np.zeros(len(value))


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
    acts = acts.where(~np.isin(acts.kind, RECEIVED))
    if not len(acts):
        return np.zeros(network.arcs, dtype=np.bool_), 0
    source = network.sources
    codes = source * n + network.indices
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
