"""Pendant customers: those with a single tie, left out of a search and put back into its sums.

Where every arc runs both ways, each path from a pendant customer leads through its one neighbour,
the parent p. So a pendant customer reaches at distance d whom p reaches at d − 1, and is reached
at d by those who reach p at d − 1. With P_d the payoff of a customer at distance d and L_d(p) the
sum of P_d over the pendants of p, the search among the others need only sum, at each distance e,

    A(e, d) = Σ P_d(j) and B(e, d) = Σ L_d(j)   over those j, not pendant, at distance e

and the sums over distance shells follow without a subtraction, so nothing cancels:

    S_d(i) = A(d, d) + B(d − 1, d)                  for i that is not pendant,
    S_d(l) = A(d − 1, d) + B(d − 2, d), both at p   for a pendant l of p; B(0, 2) without l itself.

Two pendants tied to each other both stay. Customers without ties reach nobody and are left out
altogether. Half of the customers of a social network may be pendant; the cost of a search is the
product of customers and arcs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pendants:
    """The pendant customers that a search leaves out, ordered by parent.

    Attributes
    ----------
    customers : intp[k]
        Their indices in the network.
    parent : intp[k]
        Their neighbours, by index in the reordered graph; ascending.
    """

    customers: Indices
    parent: Indices

    def __len__(self) -> int:
        return len(self.customers)

    def sums(self, payoff: Floats, m: int) -> Floats:
        """Sum the payoff of the pendants of each vertex (L above).

        Parameters
        ----------
        payoff : float64[n]
        m : int
            Number of vertices of the reordered graph.

        Returns
        -------
        float64[m]
        """
        sums: Floats = np.bincount(self.parent, payoff[self.customers], m).astype(np.float64)
        return sums

    def sibling_sums(self, payoff: Floats) -> Floats:
        """Sum the payoff of the other pendants of the same parent; float64[k].

        Adds the sum of those before and the sum of those after, so nothing is subtracted.
        """
        own = payoff[self.customers]
        backwards = slice(None, None, -1)
        return (
            _before(own, self.parent) + _before(own[backwards], self.parent[backwards])[backwards]
        )


def _before(numbers: Floats, group: Indices) -> Floats:
    """Sum the earlier numbers of the same group, for each number; groups are contiguous."""
    sums = numbers.copy()
    reach = 1
    while (same := group[reach:] == group[:-reach]).any():
        sums[reach:] += np.where(same, sums[:-reach], 0.0)
        reach *= 2
    before = np.zeros_like(sums)
    before[1:] = np.where(group[1:] == group[:-1], sums[:-1], 0.0)
    return before


def find_pendants(
    indptr: npt.NDArray[np.int64], indices: npt.NDArray[np.uint32]
) -> tuple[Indices, Indices, Indices]:
    """Split customers with ties into those who stay in a search and pendants.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[arcs]
        Neighbours; every arc runs both ways.

    Returns
    -------
    stay, pendants, parents : intp[m], intp[k], intp[k]
        Indices in the network.
    """
    degree = np.diff(indptr)
    single = np.flatnonzero(degree == 1)
    parent = indices[indptr[single]].astype(np.intp)
    pendant = degree[parent] > 1
    stay = degree > 0
    stay[single[pendant]] = False
    return np.flatnonzero(stay), single[pendant], parent[pendant]


NONE = Pendants(np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp))
