"""Ego network: the people within reach of one customer, and through whom each is reached."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from influence.network import Network


@dataclass(frozen=True)
class EgoNetwork:
    """The people within reach of one customer, by distance and then by index.

    Attributes
    ----------
    members : int64[m]
        Their indices in the network, without the customer.
    distance : int64[m]
        1 … depth.
    through : int64[m]
        The first person on a shortest path to each, the one with the smallest id; for a direct
        neighbour, the neighbour. n where no one on such a path may be named.
    """

    members: npt.NDArray[np.int64]
    distance: npt.NDArray[np.int64]
    through: npt.NDArray[np.int64]

    def shells(self, depth: int) -> npt.NDArray[np.float64]:
        """1 where a member lies at distance d, else 0; float64[depth, m]."""
        steps = np.arange(1, depth + 1)[:, np.newaxis]
        shells: npt.NDArray[np.float64] = (self.distance == steps).astype(np.float64)
        return shells


def ego_network(
    network: Network, customer: int, depth: int, unnamed: npt.NDArray[np.bool_] | None = None
) -> EgoNetwork:
    """Search breadth first from one customer, `depth` steps along the arcs.

    Parameters
    ----------
    unnamed : bool[n], optional
        Customers that paths lead through, but that are not named in `through`.
    """
    no_one = network.n
    names = np.arange(network.n)
    if unnamed is not None:
        names[unnamed] = no_one
    seen = np.zeros(network.n, dtype=bool)
    seen[customer] = True
    frontier = np.array([customer])
    through = np.full(network.n, no_one)
    shells: list[tuple[npt.NDArray[np.int64], ...]] = []
    for distance in range(1, depth + 1):
        reached, parent = arcs_from(network, frontier)
        fresh = ~seen[reached]
        reached, parent = reached[fresh], parent[fresh]
        first = through[frontier[parent]] if distance > 1 else names[reached]
        np.minimum.at(through, reached, first)
        # Marked, not sorted: a hub's last step has as many arcs as the network.
        found = np.zeros(network.n, dtype=bool)
        found[reached] = True
        seen |= found
        frontier = np.flatnonzero(found)
        shells.append((frontier, np.full(len(frontier), distance), through[frontier]))
    members, distances, firsts = (np.concatenate(parts) for parts in zip(*shells, strict=True))
    return EgoNetwork(members, distances, firsts)


def arcs_from(
    network: Network, frontier: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The targets of all arcs out of the frontier, and the frontier positions they start at."""
    arcs, parent = arcs_of(network, frontier)
    return network.indices[arcs].astype(np.int64), parent


def arcs_of(
    network: Network, frontier: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All arcs out of the frontier, and the frontier positions they start at."""
    return positions(network.indptr, frontier)


def positions(
    indptr: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The positions in some rows of CSR arrays, and for each the place of its row among `rows`."""
    degree = indptr[rows + 1] - indptr[rows]
    parent = np.repeat(np.arange(len(rows)), degree)
    within = np.arange(len(parent)) - np.repeat(np.cumsum(degree) - degree, degree)
    return indptr[rows][parent] + within, parent


def first_positions(
    indptr: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return where each of some CSR rows begins when they are written one after another.

    Returns
    -------
    int64[rows + 1]
        The last is the length of all.
    """
    return np.append(0, np.cumsum(indptr[rows + 1] - indptr[rows]))
