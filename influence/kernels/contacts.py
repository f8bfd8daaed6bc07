"""How much the contacts of each customer know each other, one customer at a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]


@njit(cache=True, nogil=True)
def measure_contacts(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    share: Floats,
    relative: Floats,
    start: int,
    stop: int,
    common: npt.NDArray[np.int64],
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
    share : float64[pairs]
        p_uq: the strength of the tie as a share of all ties of u.
    relative : float64[pairs]
        m_qv: the strength of the tie relative to the strongest tie of q.
    start, stop : int
        The customers u.
    common : int64[pairs]
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
            shared, redundancy = 0, 0.0
            for qv in range(indptr[q], indptr[q + 1]):
                at = position[indices[qv]]
                if at:
                    shared += 1
                    indirect[at - 1] += share[uq] * share[qv]
                    redundancy += share[begin + at - 1] * relative[qv]
            common[uq] = shared
            size += 1.0 - redundancy
        total = 0.0
        for uq in range(begin, end):
            total += (share[uq] + indirect[uq - begin]) ** 2
            position[indices[uq]] = 0
        constraint[u], effective_size[u] = total, size
