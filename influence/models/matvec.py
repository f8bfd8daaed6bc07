"""Arcs as a matrix that multiplies vectors, for the steps of walks."""

from __future__ import annotations

import os
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from influence.models.threads import interruptible_pool

if TYPE_CHECKING:
    import scipy.sparse as sp

LARGE = 5_000_000
"""Arcs from which on all processors share a multiplication; below, SciPy is as fast."""
PARTS = 4
"""Blocks of rows for each processor: some take longer than others."""

Floats = npt.NDArray[np.float64]
Matrix: TypeAlias = "sp.csr_array[Any]"


class ArcMatrix:
    """A square matrix of arcs, row i holding whom customer i can influence.

    Products have the bits of SciPy's. Where all strengths are equal, they are not read.

    Parameters
    ----------
    matrix : csr_array of float64, n × n
    """

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        strength = matrix.data
        self.equal = bool(len(strength)) and bool((strength == strength[0]).all())

    def dot(self, vector: Floats) -> Floats:
        """Multiply the matrix by float64[n]; float64[n]."""
        if self.matrix.nnz < LARGE:
            product: Floats = self.matrix @ vector
            return product
        return self.parallel_dot(vector)

    def parallel_dot(self, vector: Floats) -> Floats:
        """Multiply on all processors."""
        from influence.kernels.matvec import sum_rows, sum_weighted_rows

        vector = np.array(vector, dtype=np.float64)  # contiguous, and of one type
        strength = self.matrix.data
        if self.equal and strength[0] != 1:
            vector *= strength[0]
        sums = np.empty(len(vector))

        def multiply(rows: tuple[int, int]) -> None:
            if self.equal:
                sum_rows(*self._arcs, vector, *rows, sums)
            else:
                sum_weighted_rows(*self._arcs, strength, vector, *rows, sums)

        indptr, parts = self._arcs[0], PARTS * (os.cpu_count() or 1)
        cuts = np.searchsorted(indptr, np.linspace(0, indptr[-1], parts + 1)[1:-1])
        with interruptible_pool() as (pool, _):
            list(pool.map(multiply, pairwise([0, *cuts, len(vector)])))
        return sums

    @cached_property
    def _arcs(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
        return self.matrix.indptr.astype(np.int64), self.matrix.indices.astype(np.uint32)
