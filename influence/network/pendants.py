"""Pendants: customers with a single tie, left out of a search and put back into its sums.

Where every arc runs both ways, all ways of a leaf lead over its one neighbour, the parent p. So a
leaf sees at distance d whom p sees at d − 1, and is seen at d by those who see p at d − 1. With P_d
what a customer counts at distance d and L_d(p) the sum of P_d over the leaves of p, the search
among the others need only sum, at each distance e,

    A(e, d) = Σ P_d(j) and B(e, d) = Σ L_d(j)   over those j, no leaves, at distance e

and the shells' sums follow without a difference, so that nothing cancels:

    S_d(i) = A(d, d) + B(d − 1, d)                  for i that is no leaf,
    S_d(l) = A(d − 1, d) + B(d − 2, d), both at p   for a leaf l of p; B(0, 2) without l itself.

Two leaves tied to each other both stay. Customers without ties see and are seen by nobody: they
are left out for good. Half of the customers of a social network may be leaves; a search takes
the product of customers and arcs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pendants:
    """Who was left out, ordered by parent.

    Attributes
    ----------
    who : intp[k]
        The customers.
    parent : intp[k]
        Their neighbours, by their numbers among those who stay; ascending.
    """

    who: Places
    parent: Places

    def __len__(self) -> int:
        """How many leaves."""
        return len(self.who)

    def together(self, payoff: Floats, stay: int) -> Floats:
        """L: what the leaves of each parent count in all.

        Parameters
        ----------
        payoff : float64[n]
        stay : int
            How many customers are no leaves.

        Returns
        -------
        float64[stay]
        """
        sums: Floats = np.bincount(self.parent, payoff[self.who], stay).astype(np.float64)
        return sums

    def siblings(self, payoff: Floats) -> Floats:
        """What the other leaves of its parent count, for each leaf; float64[k].

        The sum of those before it and of those behind it: nothing is subtracted.
        """
        own = payoff[self.who]
        backwards = slice(None, None, -1)
        return (
            _before(own, self.parent) + _before(own[backwards], self.parent[backwards])[backwards]
        )


def _before(numbers: Floats, group: Places) -> Floats:
    """Sums of the numbers before each one in its group, where groups lie together."""
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
) -> tuple[Places, Places, Places]:
    """Who stays, who is a leaf, and whose.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[arcs]
        Neighbours; every arc runs both ways.

    Returns
    -------
    stay, leaves, parents : intp[m], intp[k], intp[k]
        By the customers' own numbers.
    """
    degree = np.diff(indptr)
    single = np.flatnonzero(degree == 1)
    parent = indices[indptr[single]].astype(np.intp)
    hangs = degree[parent] > 1
    stay = degree > 0
    stay[single[hangs]] = False
    return np.flatnonzero(stay), single[hangs], parent[hangs]


NONE = Pendants(np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp))
