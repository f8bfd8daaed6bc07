"""Room whose rows are lines of the cache: a row that straddles two costs twice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from influence.kernels import LINE


def lines(n: int) -> npt.NDArray[np.uint8]:
    """Room for n rows, each on a line of its own, with whatever stood there; uint8[n, 64].

    (Arrays that NumPy makes are in large pages, but begin in the middle of a line.)
    """
    room = np.empty((n + 1) * LINE, dtype=np.uint8)
    skip = -room.ctypes.data % LINE
    return room[skip : skip + n * LINE].reshape(n, LINE)
