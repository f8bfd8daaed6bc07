"""Room whose rows are aligned_rows of the cache: a row that straddles two costs twice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from influence.kernels import CACHE_LINE


def aligned_rows(n: int) -> npt.NDArray[np.uint8]:
    """Room for n rows, each on a line of its own, with whatever stood there; uint8[n, 64].

    (Arrays that NumPy makes are in large pages, but begin in the middle of a line.)
    """
    room = np.empty((n + 1) * CACHE_LINE, dtype=np.uint8)
    skip = -room.ctypes.data % CACHE_LINE
    return room[skip : skip + n * CACHE_LINE].reshape(n, CACHE_LINE)
