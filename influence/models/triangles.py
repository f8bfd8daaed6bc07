"""Walks of three steps that end where they began."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from influence.models.matvec import Floats, Matrix
from influence.models.threads import run_groups, slices_of_equal_work
from influence.progress import Progress

GROUPS = 4
"""Each has its own sums, added in order: the same bits whatever the number of threads."""
STEPS = 25
"""Reports of progress from each group."""
FEW = 2**20
"""Up to this many paths of two steps SciPy multiplies, so that no compiler is loaded."""


def closed_triangles(matrix: Matrix, progress: Progress, *, mutual: bool = False) -> Floats:
    """diag(A³); float64[n].

    Parameters
    ----------
    matrix : csr_array of float64, n × n
        A, without a diagonal.
    progress : callable
    mutual : bool
        Whether every arc runs both ways, equally strong; then half of them are enough.
    """
    n = matrix.shape[0]
    leaving, arriving = np.diff(matrix.indptr), np.bincount(matrix.indices, minlength=n)
    if leaving @ arriving <= FEW:
        product: Floats = (matrix @ matrix).multiply(matrix.T).sum(axis=1)
        return product
    return one_by_one(matrix, progress, mutual=mutual)


def one_by_one(matrix: Matrix, progress: Progress, *, mutual: bool = False) -> Floats:
    """Compute diag(A³) triangle by triangle, from customers with few neighbours upwards."""
    import scipy.sparse as sp

    from influence.kernels.triangles import add_triangles

    n = matrix.shape[0]
    degree = np.diff(matrix.indptr) + np.bincount(matrix.indices, minlength=n)
    number = np.empty(n, dtype=np.int32)
    number[np.argsort(degree, kind="stable")] = np.arange(n)
    i, j = np.repeat(number, np.diff(matrix.indptr)), number[matrix.indices]
    if mutual:
        up = i < j
        upward = sp.coo_array((matrix.data[up], (i[up], j[up])), shape=(n, n)).tocsr()
        forth = back = upward.data
    else:  # one number for both directions between two customers: forth + back · √−1
        both = np.where(i < j, matrix.data, 1j * matrix.data)
        upward = sp.coo_array((both, (np.minimum(i, j), np.maximum(i, j))), shape=(n, n)).tocsr()
        forth, back = upward.data.real.copy(), upward.data.imag.copy()
    indptr, indices = upward.indptr.astype(np.int64), upward.indices.astype(np.uint32)
    sums = np.zeros((GROUPS, n))
    arcs_visited = upward.astype(bool) @ np.diff(indptr).astype(np.float64)
    slices = slices_of_equal_work(arcs_visited, GROUPS * STEPS)

    def adder(group: int) -> Callable[[int, int], None]:
        place = np.zeros(n, dtype=np.uint32)

        def add(start: int, stop: int) -> None:
            add_triangles(indptr, indices, forth, back, start, stop, sums[group], place)

        return add

    groups = [slices[group * STEPS : (group + 1) * STEPS] for group in range(GROUPS)]
    list(run_groups(groups, adder, lambda done: progress("closing triangles", done, n)))
    closed: Floats = sums.sum(axis=0)[number]
    return closed
