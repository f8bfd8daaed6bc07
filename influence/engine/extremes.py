"""The ends of intervals from many draws, without holding all draws at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from influence.models.backends import dense
from influence.models.threads import Slice, even_slices, interruptible_pool
from influence.progress import Progress
from influence.value.rank import rank

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Draw = Callable[[int], Singles]
"""By how much a draw moves each value: number of the draw → float32[n]."""

AT_ONCE = 8_000_000
"""Figures of draws that are held at once, of 4 bytes; twice, since values are ranked."""
PARTS = 64
"""Slices of the customers, for threads and their caches."""


class Ends(NamedTuple):
    """The ends of the intervals of n customers.

    Attributes
    ----------
    low, high : float32[n]
        By how much values move.
    rank_low, rank_high : float32[n]
    among_first : float
        How many of `top` are among the first so many, on average.
    """

    low: Singles
    high: Singles
    rank_low: Singles
    rank_high: Singles
    among_first: float


def ends(
    value: Floats,
    draw: Draw,
    draws: int,
    beyond: int,
    top: npt.NDArray[np.intp],
    progress: Progress,
) -> Ends:
    """Draw, rank each draw, and find the ends beyond which a number of draws lie.

    Parameters
    ----------
    value : float64[n]
    draw : callable
    draws : int
    beyond : int
        Draws below the lower and above the upper end; less than half of all.
    top : intp[t]
        Customers of whom it is counted how often they are among the first t.
    progress : callable
    """
    n = len(value)
    size = max(min(draws, AT_ONCE // max(n, 1)), 1)
    moved, ranked = np.empty((2, size, n), np.float32)
    rank_into = _ranking(n)
    extremes = [_Extremes(n, beyond + 1) for _ in range(2)]
    parts, among_first = even_slices(n, PARTS), 0

    def fill(number: int) -> None:
        row = number % size
        moved[row] = draw(number)
        # Adding zero turns −0 into 0, so that both share a rank.
        rank_into((value + moved[row] + 0.0).astype(np.float32), ranked[row])

    with interruptible_pool() as (pool, _):
        for start in range(0, draws, size):
            progress("drawing", start, draws)
            count = min(size, draws - start)
            list(pool.map(fill, range(start, start + count)))
            for figures, extreme in zip((moved[:count], ranked[:count]), extremes, strict=True):
                extreme.add(figures, parts, pool)
            among_first += int((ranked[:count, top] <= len(top)).sum())
    (low, high), (rank_low, rank_high) = (extreme.ends() for extreme in extremes)
    return Ends(low, high, rank_low, rank_high, among_first / draws)


class _Extremes:
    """The k smallest and the k largest figures so far of each of n customers."""

    def __init__(self, n: int, k: int) -> None:
        self.kept = np.empty((n, 2 * k), np.float32)  # ascending
        self.k, self.width = k, 0

    def add(self, figures: Singles, parts: Sequence[Slice], pool: Executor) -> None:
        """Add a figure of each customer for each draw; float32[draws, n]."""
        k, before, after = self.k, self.width, min(self.width + len(figures), 2 * self.k)

        def merge(part: Slice) -> None:
            rows = slice(*part)
            lanes = np.concatenate([self.kept[rows, :before], figures[:, rows].T], axis=1)
            lanes.sort(axis=1)
            self.kept[rows, : min(k, after)] = lanes[:, :k]
            if after > k:
                self.kept[rows, k:after] = lanes[:, k - after :]

        list(pool.map(merge, parts))
        self.width = after

    def ends(self) -> tuple[Singles, Singles]:
        """The k-th smallest and the k-th largest figures; float32[n] each."""
        return self.kept[:, self.k - 1], self.kept[:, self.width - self.k]


def _ranking(n: int) -> Callable[[Singles, Singles], None]:
    """Return what writes ranks of n values into an array; of few, without a compiler."""
    if n > dense.CUSTOMERS:
        from influence.kernels.ranks import rank_singles

        return rank_singles

    def rank_into(values: Singles, ranks: Singles) -> None:
        ranks[:] = rank(values.astype(np.float64))

    return rank_into
