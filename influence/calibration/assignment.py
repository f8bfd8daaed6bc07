"""Random assignments of an experiment: the actual, the possible, and their exposures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice, product

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from influence.models.shells import Shells
from influence.network import Network
from influence.progress import Progress, silent

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]

MOST_ENUMERATED = 20_000
"""Designs with at most this many assignments are enumerated, so probabilities are exact."""
AT_ONCE = 64


@dataclass(frozen=True, eq=False)
class Experiment:
    """Customers who were assigned at random, and their outcomes.

    Attributes
    ----------
    assigned, takes_part : bool[n]
    outcome : float64[n]
        Of those who take part.
    strata : int64[n]
        In each stratum as many are assigned as were.
    """

    assigned: Flags
    takes_part: Flags
    outcome: Floats
    strata: Ints


def assignments(experiment: Experiment, draws: int, seed: int) -> tuple[Iterator[Flags], bool]:
    """Return all assignments that the design allows if they are few, else some at random.

    Returns
    -------
    iterator of bool[n]
    bool
        Whether these are all.
    """
    groups = []
    for stratum in np.unique(experiment.strata[experiment.takes_part]):
        (members,) = np.nonzero(experiment.takes_part & (experiment.strata == stratum))
        groups.append((members, int(experiment.assigned[members].sum())))
    n = len(experiment.assigned)
    if math.prod(math.comb(len(members), count) for members, count in groups) <= MOST_ENUMERATED:
        every = product(*(combinations(members.tolist(), count) for members, count in groups))
        return (_flags(n, [i for some in chosen for i in some]) for chosen in every), True
    rng = np.random.default_rng(seed)
    drawn = (
        np.concatenate([rng.choice(members, count, replace=False) for members, count in groups])
        for _ in range(draws)
    )
    return (_flags(n, each.tolist()) for each in drawn), False


def _flags(n: int, where: list[int]) -> Flags:
    flags = np.zeros(n, dtype=bool)
    flags[where] = True
    return flags


def possible_exposures(
    network: Network,
    experiment: Experiment,
    depth: int,
    draws: int,
    seed: int,
    progress: Progress = silent,
) -> tuple[Codes, bool]:
    """Return the exposures of those who take part under possible assignments.

    Returns
    -------
    int8[assignments, taking part]
    bool
        Whether these are all assignments.
    """
    possible, exact = assignments(experiment, draws, seed)
    parts, done = [], 0
    while some := [*islice(possible, AT_ONCE)]:
        progress("assigning", done, draws)
        parts.append(exposures(network, np.array(some), depth)[:, experiment.takes_part])
        done += len(some)
    return np.concatenate(parts), exact


def share_influencers(network: Network, who: Ints, depth: int) -> sp.csr_array:
    """Tell which pairs of customers depend on the assignment of a common one; bool[k, k], sparse.

    Parameters
    ----------
    network : Network
    who : int64[k]
    depth : int
    """
    towards = network.reversed().to_scipy().astype(bool)
    reach = sp.csr_array(
        (np.ones(len(who), dtype=bool), (np.arange(len(who)), who)), (len(who), network.n)
    )
    for _ in range(depth):
        reach = (reach + reach @ towards).astype(bool)
    return sp.csr_array((reach.astype(np.int32) @ reach.T.astype(np.int32)).astype(bool))


def exposures(network: Network, assigned: Flags, depth: int) -> Codes:
    """Return the exposure of each customer under some assignments.

    Parameters
    ----------
    network : Network
    assigned : bool[assignments, n]
    depth : int

    Returns
    -------
    int8[assignments, n]
        0: nobody within reach was assigned; d: the nearest other one was at distance d; and
        depth + 1 more for those who were assigned.
    """
    sums = Shells((1.0,) * depth).by_distance(network.reversed(), *assigned.astype(np.float64))
    found = np.zeros(assigned.shape, dtype=np.int8)
    for d in range(depth, 0, -1):
        found[sums[:, d - 1] > 0] = d
    found += (depth + 1) * assigned.astype(np.int8)
    return found
