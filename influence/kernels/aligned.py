"""Buffers whose rows are aligned to cache lines: a row across two lines costs twice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from influence.kernels import CACHE_LINE


def aligned_rows(n: int) -> npt.NDArray[np.uint8]:
    """Allocate n rows of one cache line each, uninitialised; uint8[n, 64].

    (NumPy puts large arrays on large pages, but starts them in the middle of a cache line.)
    """
    buffer = np.empty((n + 1) * CACHE_LINE, dtype=np.uint8)
    skip = -buffer.ctypes.data % CACHE_LINE
    return buffer[skip : skip + n * CACHE_LINE].reshape(n, CACHE_LINE)
