"""A pool of threads that Ctrl-C ends, and slices of work for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from threading import Event

import numpy as np
import numpy.typing as npt

Slice = tuple[int, int]


def even_slices(count: int, parts: int, unit: int = 1) -> list[Slice]:
    """Cut a range into about `parts` slices, each but the last a multiple of a unit."""
    size = max(count // (unit * parts), 1) * unit
    return [(start, min(start + size, count)) for start in range(0, count, size)]


def slices_of_equal_work(work: npt.NDArray[np.float64], parts: int) -> list[Slice]:
    """Cut a range into slices that are about equal work; some may be empty.

    Parameters
    ----------
    work : float64[n]
        What each item costs.
    parts : int
    """
    done = np.cumsum(work)
    most = done[-1] if len(done) else 0.0
    cuts = np.searchsorted(done, np.linspace(0, most, parts + 1)[1:-1], side="right")
    return list(pairwise([0, *cuts.tolist(), len(work)]))


@contextmanager
def interruptible_pool(threads: int | None = None) -> Iterator[tuple[Executor, Event]]:
    """Open a pool of threads and an event that is set when the block is left.

    On Ctrl-C the threads see the event and end with their slice, instead of with their work.
    """
    stopped = Event()
    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        try:
            yield pool, stopped
        finally:
            stopped.set()
