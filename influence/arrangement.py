"""Customers numbered anew, so that neighbours lie close together in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Arrangement:
    """The arcs of a network by other numbers.

    Attributes
    ----------
    order : intp[n]
        Which customer is number 0, 1, 2 …
    indptr, indices : int64[n + 1], uint32[arcs]
        Out-neighbours.
    in_indptr, in_indices : int64[n + 1], uint32[arcs]
        In-neighbours; the same arrays where every arc runs both ways.
    """

    order: npt.NDArray[np.intp]
    indptr: npt.NDArray[np.int64]
    indices: npt.NDArray[np.uint32]
    in_indptr: npt.NDArray[np.int64]
    in_indices: npt.NDArray[np.uint32]


def arrange(indptr: npt.NDArray[np.int64], indices: npt.NDArray[np.uint32]) -> Arrangement:
    """Order by reverse Cuthill–McKee: searches of large networks run about twice as fast.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[arcs]
        Out-neighbours.
    """
    import scipy.sparse as sp
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    n = len(indptr) - 1
    if len(indices) == 0:
        return Arrangement(np.arange(n), indptr, indices, indptr, indices)
    ones = np.ones(len(indices), dtype=np.int8)
    arcs = sp.csr_matrix((ones, indices.astype(np.int32), indptr), shape=(n, n))
    order = reverse_cuthill_mckee(arcs + arcs.T, symmetric_mode=True).astype(np.intp)
    local = arcs[order][:, order].sorted_indices()
    out = local.indptr.astype(np.int64), local.indices.astype(np.uint32)
    turned = local.T.tocsr().sorted_indices()
    back = turned.indptr.astype(np.int64), turned.indices.astype(np.uint32)
    both_ways = np.array_equal(out[0], back[0]) and np.array_equal(out[1], back[1])
    return Arrangement(order, *out, *(out if both_ways else back))
