"""Ties among the contacts of each customer, one customer at a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]

HUB = 8
"""A contact with this many times as many contacts is searched by bisection."""


@njit(cache=True, nogil=True)
def measure_contacts(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    arcs: npt.NDArray[np.uint8],
    total: Floats,
    strongest: Floats,
    start: int,
    stop: int,
    common: npt.NDArray[np.int32],
    constraint: Floats,
    effective_size: Floats,
    position: npt.NDArray[np.int64],
    indirect: Floats,
) -> None:
    """Count common contacts, and compute constraint and effective size.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[pairs]
        Contacts in either direction; each pair of contacts stands there both ways.
    arcs : uint8[pairs]
        How many arcs run between the two.
    total, strongest : float64[n]
        The sum and the largest of the arcs of each customer; greater than 0.
    start, stop : int
        The customers u.
    common : int32[pairs]
        Set: how many contacts the two ends have in common.
    constraint, effective_size : float64[n]
        Set; NaN without contacts. See `influence.value.contacts`.
    position : int64[n]
        Buffer: 1 + the position of each contact of u; zero before and after.
    indirect : float64[most contacts]
        Buffer.
    """
    for u in range(start, stop):
        begin, end = indptr[u], indptr[u + 1]
        if begin == end:
            constraint[u] = effective_size[u] = np.nan
            continue
        for uq in range(begin, end):
            position[indices[uq]] = uq - begin + 1
            indirect[uq - begin] = 0.0
        size = 0.0
        for uq in range(begin, end):
            q = indices[uq]
            of_u = arcs[uq] / total[u] / total[q]
            shared, redundancy = 0, 0.0
            low, high = indptr[q], indptr[q + 1]
            look_up = high - low > HUB * (end - begin)
            for at in range(end - begin if look_up else high - low):
                if look_up:
                    uv = begin + at
                    low = _position(indices, low, high, indices[uv])
                    if low == high or indices[low] != indices[uv]:
                        continue
                    qv = low
                else:
                    qv = low + at
                    if not position[indices[qv]]:
                        continue
                    uv = begin + position[indices[qv]] - 1
                shared += 1
                indirect[uv - begin] += of_u * arcs[qv]
                redundancy += arcs[uv] / total[u] * (arcs[qv] / strongest[q])
            common[uq] = shared
            size += 1.0 - redundancy
        squares = 0.0
        for uq in range(begin, end):
            squares += (arcs[uq] / total[u] + indirect[uq - begin]) ** 2
            position[indices[uq]] = 0
        constraint[u], effective_size[u] = squares, size


@njit(cache=True, nogil=True)
def _position(indices: npt.NDArray[np.uint32], low: int, high: int, wanted: int) -> int:
    """The first position from low … high − 1 whose number is not smaller, or high."""
    while low < high:
        middle = (low + high) // 2
        if indices[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low
