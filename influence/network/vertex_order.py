"""Customers numbered anew for a search: no leaves, and neighbours close together in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from influence.network.pendants import NONE, Pendants, find_pendants

if TYPE_CHECKING:
    import scipy.sparse as sp

SMALL = 4096
"""Customers up to whom the order does not matter: a search has them in the cache in any case."""

FEW_PENDANTS = 0.1
"""Up to this share of all customers leaves stay: the sums kept for them would cost what they save.
"""


@dataclass(frozen=True, eq=False)
class VertexOrder:
    """The arcs of a network by other numbers.

    Attributes
    ----------
    n : int
        How many customers there are in all.
    order : intp[m]
        Which customer is number 0, 1, 2 …; those without ties have none.
    targets : int
        How many of them anybody sees; the others come last.
    indptr, indices : int64[m + 1], uint32[arcs]
        Out-neighbours.
    in_indptr, in_indices : int64[m + 1], uint32[arcs]
        In-neighbours; the same arrays where every arc runs both ways.
    leaves : Pendants
        Who has no number because all ways lead over one neighbour; none where a way runs one
        way only.
    """

    n: int
    order: npt.NDArray[np.intp]
    targets: int
    indptr: npt.NDArray[np.int64]
    indices: npt.NDArray[np.uint32]
    in_indptr: npt.NDArray[np.int64]
    in_indices: npt.NDArray[np.uint32]
    leaves: Pendants


def arrange(
    indptr: npt.NDArray[np.int64], indices: npt.NDArray[np.uint32], *, whole: bool = False
) -> VertexOrder:
    """Order by reverse Cuthill–McKee: searches of large networks run about twice as fast.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[arcs]
        Out-neighbours, ascending.
    whole : bool
        Everybody has a number: nobody is left out as a leaf or for want of ties.
    """
    import scipy.sparse as sp

    n = len(indptr) - 1
    if len(indices) == 0:
        everybody = np.arange(n if whole else 0)
        none = np.zeros(len(everybody) + 1, dtype=np.int64), np.zeros(0, dtype=np.uint32)
        return VertexOrder(n, everybody, 0, *none, *none, NONE)
    ones = np.ones(len(indices), dtype=np.int8)
    arcs = sp.csr_matrix((ones, indices.astype(np.int32), indptr), shape=(n, n))
    turned = arcs.T.tocsr()
    both_ways = np.array_equal(arcs.indptr, turned.indptr) and np.array_equal(
        arcs.indices, turned.indices
    )
    tied = np.flatnonzero(np.diff(arcs.indptr + turned.indptr))
    stay, who, parent = np.arange(n) if whole else tied, NONE.who, NONE.parent
    if both_ways and not whole:
        without, leaves, parents = find_pendants(indptr, indices)
        if len(leaves) >= FEW_PENDANTS * n:
            stay, who, parent = without, leaves, parents
    among = arcs[stay][:, stay]
    order = _close_together(among if both_ways else among + among.T)
    seen = np.diff(turned.indptr)[stay[order]] > 0
    order = np.concatenate([order[seen], order[~seen]])
    out = _renumbered(among, order)
    back = out if both_ways else _renumbered(among.T.tocsr(), order)
    number = np.empty(n, dtype=np.intp)
    number[stay[order]] = np.arange(len(stay))
    by_parent = np.argsort(number[parent], kind="stable")
    folded = Pendants(who[by_parent], number[parent][by_parent])
    return VertexOrder(n, stay[order], int(seen.sum()), *out, *back, folded)


def _close_together(ties: sp.csr_matrix[Any]) -> npt.NDArray[np.intp]:
    if ties.shape[0] <= SMALL:
        return np.arange(ties.shape[0])
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    return reverse_cuthill_mckee(ties, symmetric_mode=True).astype(np.intp)


def _renumbered(
    arcs: sp.csr_matrix[Any], order: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    local = arcs[order][:, order].sorted_indices()
    return local.indptr.astype(np.int64), local.indices.astype(np.uint32)
