"""What a byte of a sketch stands for, and the numbers that it is drawn from.

See `influence.kernels.sketches`; this part needs no compiler.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

BASE = 1.2
"""255 steps of this size span 18 powers of ten: one customer's pennies beside a company's turnover.
Rounding to them makes the standard error larger by a seven-hundredth of itself."""
BITS, LAPS = 12, 8
ROOM = 23
"""A rank this many times smaller than the smallest to be expected (as a logarithm) is cut off;
what it would add to a sum of ranks is nothing."""
TOP = 255
LOW = np.uint64(0xFFFFFFFF)
SPREAD, FIRST, SECOND = np.uint64(0x9E3779B9), np.uint64(0x7FEB352D), np.uint64(0x846CA68B)


def logarithms() -> npt.NDArray[np.float32]:
    """log_1.2 of an exponential rank, by the bits that it is drawn from; float32[LAPS, 2^BITS].

    A number of 32 bits is a uniform u; the rank is −log(1 − u). Row l is for u below 16^−l, where
    the bits after the leading ones count: small ranks are those that matter.
    """
    middle = (np.arange(2**BITS) + 0.5) / 2**BITS
    u = middle / 16.0 ** np.arange(LAPS)[:, np.newaxis]
    table: npt.NDArray[np.float32] = (np.log(-np.log1p(-u)) / np.log(BASE)).astype(np.float32)
    return table


def ranks(level: float) -> Floats:
    """The rank that each byte stands for; float64[256], infinite for 0.

    Parameters
    ----------
    level : float
        log_1.2 of the sum of all values.
    """
    half = np.sqrt(BASE)
    mean_of_step = (half - 1 / half) / np.log(BASE)
    found: Floats = mean_of_step * BASE ** (TOP - ROOM - level - np.arange(256.0))
    found[0] = np.inf
    return found


def heights(values: Floats) -> tuple[npt.NDArray[np.float32], float]:
    """How high each customer's bytes start, and the level for `ranks`.

    Parameters
    ----------
    values : float64[n]
        At least 0.

    Returns
    -------
    heights : float32[n]
        −inf where the value is 0.
    level : float
    """
    total = float(values.sum())
    level = float(np.log(total) / np.log(BASE)) if total > 0 else 0.0
    with np.errstate(divide="ignore"):
        found = TOP - ROOM - level + np.log(values) / np.log(BASE)
    return found.astype(np.float32), level


def keys(seed: tuple[int, ...], n: int) -> npt.NDArray[np.uint64]:
    """64 bits for each of n customers: SplitMix64."""
    start = np.random.SeedSequence(seed).generate_state(1, np.uint64)
    x = np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + start
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: npt.NDArray[np.uint64] = x ^ (x >> np.uint64(31))
    return mixed


class Drawing(NamedTuple):
    """What the registers of some customers are drawn from: see `keys`, `heights` and `ranks`."""

    key: npt.NDArray[np.uint64]
    height: npt.NDArray[np.float32]
    rank: Floats


def drawing(values: Floats, seed: tuple[int, ...], order: npt.NDArray[np.intp]) -> Drawing:
    """What registers are drawn from, for customers in some order.

    Parameters
    ----------
    values : float64[n]
        At least 0, in the customers' own order, by which they have their keys.
    """
    height, level = heights(values[order])
    return Drawing(keys(seed, len(values))[order], height, ranks(level))
