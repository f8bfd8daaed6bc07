"""Arcs as a matrix, for steps of walks."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import scipy.sparse as sp

LARGE = 5_000_000
"""Arcs from which on all processors share a multiplication; below, SciPy is as fast."""
PARTS = 4
"""Blocks of rows for each processor: some are done sooner than others."""

Floats = npt.NDArray[np.float64]
Matrix: TypeAlias = "sp.csr_array[Any]"


class ArcMatrix:
    """A square matrix whose rows are whom customers can influence; it multiplies vectors.

    The sums have the bits of SciPy's multiplication. Where all strengths are equal, none is read.

    Parameters
    ----------
    matrix : csr_array of float64, n × n
    """

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        strength = matrix.data
        self.equal = bool(len(strength)) and bool((strength == strength[0]).all())

    def times(self, numbers: Floats) -> Floats:
        """The matrix by float64[n]; float64[n]."""
        if self.matrix.nnz < LARGE:
            product: Floats = self.matrix @ numbers
            return product
        return self.shared(numbers)

    def shared(self, numbers: Floats) -> Floats:
        """The same, on all processors."""
        from influence.kernels.matvec import sum_rows, sum_weighted_rows

        numbers = np.array(numbers, dtype=np.float64)  # whatever its strides, of one type
        strength = self.matrix.data
        if self.equal and strength[0] != 1:
            numbers *= strength[0]
        sums = np.empty(len(numbers))

        def multiply(rows: tuple[int, int]) -> None:
            if self.equal:
                sum_rows(*self._arcs, numbers, *rows, sums)
            else:
                sum_weighted_rows(*self._arcs, strength, numbers, *rows, sums)

        indptr, parts = self._arcs[0], PARTS * (os.cpu_count() or 1)
        cuts = np.searchsorted(indptr, np.linspace(0, indptr[-1], parts + 1)[1:-1])
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(multiply, pairwise([0, *cuts, len(numbers)])))
        return sums

    @cached_property
    def _arcs(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
        return self.matrix.indptr.astype(np.int64), self.matrix.indices.astype(np.uint32)
