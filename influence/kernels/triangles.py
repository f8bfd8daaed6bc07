"""Closed walks of three steps, triangle by triangle.

Arcs lead from smaller to larger numbers only, and numbers grow with the degree: every triangle
u < v < w is found once, and no customer has many arcs. (The forward algorithm:
T. Schank and D. Wagner, Finding, Counting and Listing All Triangles in Large Graphs, WEA 2005.)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]


@njit(cache=True, nogil=True)
def add_triangles(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    forth: Floats,
    back: Floats,
    start: int,
    stop: int,
    sums: Floats,
    place: npt.NDArray[np.uint32],
) -> None:
    """Add the closed walks around each triangle to the sums of its three corners.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[ties]
        Neighbours with larger numbers.
    forth, back : float64[ties]
        The strength of the arc in that direction and of the reverse arc; 0 for none.
    start, stop : int
        The triangles whose smallest corner is one of start … stop − 1.
    sums : float64[n]
        Added to: the product of strengths along u → v → w → u and along u → w → v → u.
    place : uint32[n]
        Buffer; zero before and after.
    """
    for u in range(start, stop):
        first = indptr[u]
        for uv in range(first, indptr[u + 1]):
            place[indices[uv]] = uv - first + 1
        of_u = 0.0
        for uv in range(first, indptr[u + 1]):
            v = indices[uv]
            of_v = 0.0
            for vw in range(indptr[v], indptr[v + 1]):
                w = indices[vw]
                if place[w]:
                    uw = first + place[w] - 1
                    around = forth[uv] * forth[vw] * back[uw] + forth[uw] * back[vw] * back[uv]
                    sums[w] += around
                    of_v += around
            sums[v] += of_v
            of_u += of_v
        sums[u] += of_u
        for uv in range(first, indptr[u + 1]):
            place[indices[uv]] = 0
