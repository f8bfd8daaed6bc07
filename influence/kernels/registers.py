"""The ranks that the bytes of a sketch stand for, and the numbers they are drawn from.

See `influence.kernels.sketches`; this part needs no compiler.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

BASE = 1.2
"""255 steps of this size span 18 powers of ten, from one penny to the turnover of a company.
Rounding to them increases the standard error by one part in 700."""
BITS, LAPS = 12, 8
MARGIN = 23
"""A rank smaller than the smallest expected one by this factor (as a logarithm) is cut off; it
would add nothing to a sum of ranks."""
TOP = 255
LOW = np.uint64(0xFFFFFFFF)
SPREAD, FIRST, SECOND = np.uint64(0x9E3779B9), np.uint64(0x7FEB352D), np.uint64(0x846CA68B)


def logarithms() -> npt.NDArray[np.float32]:
    """log_1.2 of an exponential rank, by the bits that it is drawn from; float32[LAPS, 2^BITS].

    32 bits are a uniform u; the rank is −log(1 − u). Row l is for u below 16^−l and is indexed by
    the bits after the leading zeros, so that small ranks, which decide a sum, are precise.
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
    found: Floats = mean_of_step * BASE ** (TOP - MARGIN - level - np.arange(256.0))
    found[0] = np.inf
    return found


def heights(values: Floats) -> tuple[npt.NDArray[np.float32], float]:
    """The base of each customer's bytes, and the level for `ranks`.

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
        found = TOP - MARGIN - level + np.log(values) / np.log(BASE)
    return found.astype(np.float32), level


def keys(seed: tuple[int, ...], n: int) -> npt.NDArray[np.uint64]:
    """Hash n customers to 64 bits each (SplitMix64); uint64[n]."""
    start = np.random.SeedSequence(seed).generate_state(1, np.uint64)
    x = np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + start
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: npt.NDArray[np.uint64] = x ^ (x >> np.uint64(31))
    return mixed


class Drawing(NamedTuple):
    """The numbers that registers are drawn from: see `keys`, `heights` and `ranks`."""

    key: npt.NDArray[np.uint64]
    height: npt.NDArray[np.float32]
    rank: Floats


def drawing(values: Floats, seed: tuple[int, ...], order: npt.NDArray[np.intp]) -> Drawing:
    """Prepare what registers are drawn from, for customers in a given order.

    Parameters
    ----------
    values : float64[n]
        At least 0, in the network's own order, which decides the keys.
    """
    height, level = heights(values[order])
    return Drawing(keys(seed, len(values))[order], height, ranks(level))
