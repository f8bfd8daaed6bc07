"""Walks of three steps that end where they began."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from influence.models.jobs import JOBS, Arrays, Job, Runner, Threads, Tick
from influence.models.matvec import Floats, Matrix
from influence.models.threads import slices_of_equal_work
from influence.progress import Progress

FEW = 2**20
"""Up to this many paths of two steps SciPy multiplies, so that no compiler is loaded."""


def closed_triangles(
    matrix: Matrix, progress: Progress, *, mutual: bool = False, runner: Runner | None = None
) -> Floats:
    """diag(A³); float64[n].

    Parameters
    ----------
    matrix : csr_array of float64, n × n
        A, without a diagonal.
    progress : callable
    mutual : bool
        Whether every arc runs both ways, equally strong; then half of them are enough.
    runner : Runner, optional
    """
    n = matrix.shape[0]
    leaving, arriving = np.diff(matrix.indptr), np.bincount(matrix.indices, minlength=n)
    if leaving @ arriving <= FEW:
        product: Floats = (matrix @ matrix).multiply(matrix.T).sum(axis=1)
        return product
    return one_by_one(matrix, progress, runner or Threads(), mutual=mutual)


def one_by_one(
    matrix: Matrix, progress: Progress, runner: Runner, *, mutual: bool = False
) -> Floats:
    """Compute diag(A³) triangle by triangle, from customers with few neighbours upwards."""
    import scipy.sparse as sp

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
    arrays: Arrays = {"indptr": indptr, "indices": indices, "forth": forth, "back": back}
    arcs_visited = upward.astype(bool) @ np.diff(indptr).astype(np.float64)
    slices = slices_of_equal_work(arcs_visited, JOBS)
    jobs = [Job(sum_triangles, arrays, {"start": a, "stop": b}, b - a) for a, b in slices]
    sums = np.zeros(n)
    for (part,) in runner.map(jobs, lambda done: progress("closing triangles", done, n)):
        sums += part
    return sums[number]


def sum_triangles(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    forth: Floats,
    back: Floats,
    start: int,
    stop: int,
    tick: Tick,
) -> list[Floats]:
    """Sum over triangles with a smallest corner from start to stop − 1; [float64[n]]."""
    from influence.kernels.triangles import add_triangles

    n = len(indptr) - 1
    sums, place = np.zeros(n), np.zeros(n, dtype=np.uint32)
    add_triangles(indptr, indices, forth, back, start, stop, sums, place)
    tick(stop - start)
    return [sums]
