"""Sums along the rows of a sparse matrix: one step of a walk.

Each row is added up in the order of its arcs, so the sums have the bits of any other
multiplication in this order, however the rows are split among threads.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]


@njit(cache=True, nogil=True)
def sum_rows(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    numbers: Floats,
    start: int,
    stop: int,
    sums: Floats,
) -> None:
    """sums[i] = Σ numbers[j] over the arcs i → j, for the rows start … stop − 1.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[arcs]
    numbers : float64[n]
    start, stop : int
    sums : float64[n]
        Set.
    """
    for i in range(start, stop):
        total = 0.0
        for arc in range(indptr[i], indptr[i + 1]):
            total += numbers[indices[arc]]
        sums[i] = total


@njit(cache=True, nogil=True)
def sum_weighted_rows(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    strength: Floats,
    numbers: Floats,
    start: int,
    stop: int,
    sums: Floats,
) -> None:
    """sums[i] = Σ strength · numbers[j] over the arcs i → j; strength : float64[arcs]."""
    for i in range(start, stop):
        total = 0.0
        for arc in range(indptr[i], indptr[i + 1]):
            total += strength[arc] * numbers[indices[arc]]
        sums[i] = total
