"""Vertex order: customers renumbered so that neighbours lie close together in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from influence.network.pendants import NONE, Pendants, find_pendants

if TYPE_CHECKING:
    import scipy.sparse as sp

SMALL = 4096
"""Up to this many customers the order does not matter: they fit into the processor's cache."""

FEW_PENDANTS = 0.1
"""Below this share of all customers pendants stay: the sums kept for them would cost more than
they save."""


@dataclass(frozen=True, eq=False)
class ReorderedGraph:
    """The arcs of a network, its customers renumbered.

    Attributes
    ----------
    n : int
        Number of customers of the network.
    order : intp[m]
        The customer behind vertex 0, 1, 2 …; those without ties have no vertex.
    targets : int
        Number of vertices with an in-neighbour; the others come last.
    indptr, indices : int64[m + 1], uint32[arcs]
        Out-neighbours.
    in_indptr, in_indices : int64[m + 1], uint32[arcs]
        In-neighbours; the same arrays where every arc runs both ways.
    pendants : Pendants
        Customers left out because they have one neighbour; none where some arc runs one way only.
    """

    n: int
    order: npt.NDArray[np.intp]
    targets: int
    indptr: npt.NDArray[np.int64]
    indices: npt.NDArray[np.uint32]
    in_indptr: npt.NDArray[np.int64]
    in_indices: npt.NDArray[np.uint32]
    pendants: Pendants


def reorder(
    indptr: npt.NDArray[np.int64], indices: npt.NDArray[np.uint32], *, keep_all: bool = False
) -> ReorderedGraph:
    """Order by reverse Cuthill–McKee: searches of large networks run about twice as fast.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[arcs]
        Out-neighbours, ascending.
    keep_all : bool
        Give every customer a vertex: leave out neither pendants nor customers without ties.
    """
    import scipy.sparse as sp

    n = len(indptr) - 1
    if len(indices) == 0:
        kept = np.arange(n if keep_all else 0)
        empty = np.zeros(len(kept) + 1, dtype=np.int64), np.zeros(0, dtype=np.uint32)
        return ReorderedGraph(n, kept, 0, *empty, *empty, NONE)
    ones = np.ones(len(indices), dtype=np.int8)
    arcs = sp.csr_matrix((ones, indices.view(np.int32), indptr), shape=(n, n))
    transposed = arcs.T.tocsr()
    symmetric = np.array_equal(arcs.indptr, transposed.indptr) and np.array_equal(
        arcs.indices, transposed.indices
    )
    tied = np.flatnonzero(np.diff(arcs.indptr + transposed.indptr))
    stay, pendants, parent = np.arange(n) if keep_all else tied, NONE.customers, NONE.parent
    if symmetric and not keep_all:
        without, found, parents = find_pendants(indptr, indices)
        if len(found) >= FEW_PENDANTS * n:
            stay, pendants, parent = without, found, parents
    arriving = np.diff(transposed.indptr)
    del transposed  # each is as large as the network
    among = arcs if len(stay) == n else arcs[stay][:, stay]
    del arcs
    order = _cuthill_mckee(among if symmetric else among + among.T)
    has_in_arcs = arriving[stay[order]] > 0
    order = np.concatenate([order[has_in_arcs], order[~has_in_arcs]])
    out_arcs = _renumbered(among, order)
    in_arcs = out_arcs if symmetric else _renumbered(among.T.tocsr(), order)
    vertex = np.empty(n, dtype=np.intp)
    vertex[stay[order]] = np.arange(len(stay))
    by_parent = np.argsort(vertex[parent], kind="stable")
    left_out = Pendants(pendants[by_parent], vertex[parent][by_parent])
    return ReorderedGraph(n, stay[order], int(has_in_arcs.sum()), *out_arcs, *in_arcs, left_out)


def _cuthill_mckee(ties: sp.csr_matrix[Any]) -> npt.NDArray[np.intp]:
    if ties.shape[0] <= SMALL:
        return np.arange(ties.shape[0])
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    return reverse_cuthill_mckee(ties, symmetric_mode=True).astype(np.intp)


def _renumbered(
    arcs: sp.csr_matrix[Any], order: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    local = arcs[order][:, order]
    local.sort_indices()
    return local.indptr.astype(np.int64), local.indices.astype(np.uint32)
