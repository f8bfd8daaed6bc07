"""What the machine allows: how fast it loads random lines of 64 bytes, as all searches must."""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from benchmarks.measure import timed
from influence.kernels import MASK_BITS
from influence.kernels.bitmasks import WORDS

SIZES = (1_000_000, 34_000_000, 1_000_000_000)
LOADS = 4_000_000
ROUNDS = 5


@njit(nogil=True)
def _load(lines: npt.NDArray[np.uint64], loads: int, seed: int) -> np.uint64:
    """Add up a word of each of many random lines; where the next lies is known beforehand."""
    found, state, many = np.uint64(0), np.uint64(seed), np.uint64(len(lines))
    for _ in range(loads):
        state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
        found += lines[((state >> np.uint64(32)) * many) >> np.uint64(32), 0]
    return found


@dataclass(frozen=True)
class Limits:
    """Nanoseconds a line, by bytes of the array: of one thread, and of all together."""

    threads: int
    alone: dict[int, float]
    together: dict[int, float]

    def __str__(self) -> str:
        found = ", ".join(
            f"{alone:.1f} ({self.together[size]:.1f}) in {size / 1e6:,.0f} MB"
            for size, alone in self.alone.items()
        )
        return f"ns a random line of 64 bytes, one thread ({self.threads} threads): {found}"

    def seconds(self, n: int, arcs: int) -> float:
        """For one look at every arc's mask per batch of targets: n / 512 · arcs lines."""
        lines = math.ceil(n / MASK_BITS) * arcs
        return lines * between(self.together, 8 * WORDS * n) / 1e9


def between(known: dict[int, float], size: int) -> float:
    """Between measured sizes, on a logarithmic scale; beyond them, as at the nearest."""
    return float(np.interp(math.log(size), [math.log(at) for at in known], list(known.values())))


def measure(sizes: tuple[int, ...] = SIZES, loads: int = LOADS) -> Limits:
    """The best of some rounds for each size."""
    threads = os.cpu_count() or 1
    alone: dict[int, float] = {}
    together: dict[int, float] = {}
    with ThreadPoolExecutor(threads) as pool:
        for size in sizes:
            # Huge pages, as the searches' own arrays: NumPy asks for them, the compiler does not.
            lines = np.ones((size // 64, 8), dtype=np.uint64)
            _load(lines, 1, 1)

            def work(many: int, lines: npt.NDArray[np.uint64] = lines) -> None:
                list(pool.map(lambda seed: _load(lines, loads, seed), range(many)))

            for found, many in ((alone, 1), (together, threads)):
                best = min(timed(work, many)[1] for _ in range(ROUNDS))
                found[size] = best / (many * loads) * 1e9
    return Limits(threads, alone, together)
