"""Contacts: whom each customer has a tie with, in whichever direction influence runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from influence.network.network import Network

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Contacts:
    """The contacts of each customer; each pair of contacts stands there both ways.

    Attributes
    ----------
    indptr : int64[n + 1]
    indices : uint32[pairs]
        The contacts of u, ascending, are `indices[indptr[u]:indptr[u + 1]]`.
    arcs : float64[pairs]
        2 where each can influence the other, else 1.
    """

    indptr: npt.NDArray[np.int64]
    indices: npt.NDArray[np.uint32]
    arcs: Floats

    @property
    def n(self) -> int:
        """The number of customers."""
        return len(self.indptr) - 1

    @property
    def owner(self) -> npt.NDArray[np.int64]:
        """The customer whose contact stands at each position; int64[pairs]."""
        return np.repeat(np.arange(self.n), np.diff(self.indptr))

    @classmethod
    def of(cls, network: Network) -> Contacts:
        """Join the arcs of a network with their reverse."""
        n = network.n
        source = network.sources
        target = network.indices.astype(np.int64)
        pairs = np.sort(np.concatenate([source * n + target, target * n + source]))
        first = np.flatnonzero(np.diff(pairs, prepend=-1))
        arcs = np.diff(first, append=len(pairs)).astype(np.float64)
        owner, contact = np.divmod(pairs[first], max(n, 1))
        indptr = np.zeros(n + 1, dtype=np.int64)
        np.cumsum(np.bincount(owner, minlength=n), out=indptr[1:])
        return cls(indptr, contact.astype(np.uint32), arcs)
