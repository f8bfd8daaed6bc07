"""Contacts: whom each customer has a tie with, in whichever direction influence runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from influence.network.network import Network

FORTH, BACK = 1, 2
"""The customer can influence the contact, and the contact the customer."""


@dataclass(frozen=True, eq=False)
class Contacts:
    """The contacts of each customer; each pair of contacts stands there both ways.

    Attributes
    ----------
    indptr : int64[n + 1]
    indices : uint32[pairs]
        The contacts of u, ascending, are `indices[indptr[u]:indptr[u + 1]]`.
    ways : uint8[pairs]
        `FORTH`, `BACK`, or both added up.
    """

    indptr: npt.NDArray[np.int64]
    indices: npt.NDArray[np.uint32]
    ways: npt.NDArray[np.uint8]

    @property
    def n(self) -> int:
        """The number of customers."""
        return len(self.indptr) - 1

    @property
    def degree(self) -> npt.NDArray[np.int64]:
        """The number of contacts of each customer; int64[n]."""
        return np.diff(self.indptr)

    @property
    def owner(self) -> npt.NDArray[np.int64]:
        """The customer whose contact stands at each position; int64[pairs]."""
        return np.repeat(np.arange(self.n), self.degree)

    @property
    def arcs(self) -> npt.NDArray[np.uint8]:
        """The number of arcs between the two, 1 or 2; uint8[pairs]."""
        found: npt.NDArray[np.uint8] = np.uint8(1) + (self.ways == FORTH + BACK)
        return found

    def positions(
        self, owner: npt.NDArray[np.int64], contact: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Return the positions of some contacts; int64[m].

        Parameters
        ----------
        owner, contact : int64[m]
            Customers who are contacts of each other.
        """
        low, high = self.indptr[owner], self.indptr[owner + 1]
        while (wide := low < high).any():  # all pairs are bisected at once
            middle = (low + high) // 2
            right = wide & (self.indices[np.minimum(middle, len(self.indices) - 1)] < contact)
            low, high = np.where(right, middle + 1, low), np.where(wide & ~right, middle, high)
        return low

    @classmethod
    def none(cls) -> Contacts:
        """Return the contacts of no customers."""
        empty = np.empty(0, dtype=np.uint8)
        return cls(np.zeros(1, dtype=np.int64), empty.astype(np.uint32), empty)

    @classmethod
    def of(cls, network: Network, *, symmetric: bool = False) -> Contacts:
        """Join the arcs of a network with their reverse.

        Parameters
        ----------
        network : Network
        symmetric : bool
            Whether every arc is known to run both ways: then the arrays are those of the network.
        """
        if symmetric:
            both = np.full(network.arcs, FORTH + BACK, dtype=np.uint8)
            return cls(network.indptr, network.indices, both)
        n = network.n
        source, target = network.sources, network.indices.astype(np.int64)
        # The way is the last digit, so that the ways of a pair lie beside each other.
        codes = np.concatenate([(source * n + target) * 2, (target * n + source) * 2 + 1])
        codes.sort()
        pairs, way = codes >> 1, (codes & 1).astype(np.uint8)
        first = np.flatnonzero(np.diff(pairs, prepend=-1))
        ways = FORTH + (BACK - FORTH) * way
        joined = np.add.reduceat(ways, first) if len(first) else ways
        owner, contact = np.divmod(pairs[first], max(n, 1))
        indptr = np.zeros(n + 1, dtype=np.int64)
        np.cumsum(np.bincount(owner, minlength=n), out=indptr[1:])
        return cls(indptr, contact.astype(np.uint32), joined.astype(np.uint8))
