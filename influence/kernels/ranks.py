"""Ranks of many figures."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Singles = npt.NDArray[np.float32]

BITS = 11
SORTS = 3
"""Three sorts by 11 bits each are one by all 32."""


@njit(cache=True, nogil=True)
def rank_singles(values: Singles, ranks: Singles) -> None:
    """Rank from the largest down; equal values share the smallest rank.

    A radix sort: the bits of a float, inverted where it is negative, are in the order of the
    numbers.

    Parameters
    ----------
    values : float32[n]
        Without NaN and −0.
    ranks : float32[n]
        Is overwritten.
    """
    n, buckets = len(values), 1 << BITS
    key, other_key = values.view(np.uint32).copy(), np.empty(n, dtype=np.uint32)
    order, other_order = np.arange(n).astype(np.uint32), np.empty(n, dtype=np.uint32)
    count = np.zeros((SORTS, buckets), dtype=np.int64)
    for i in range(n):
        # Descending: a larger number has a smaller key.
        sign = np.uint32(0) if key[i] >> np.uint32(31) else np.uint32(0x7FFFFFFF)
        key[i] ^= sign
        for sort in range(SORTS):
            count[sort, (key[i] >> np.uint32(BITS * sort)) & np.uint32(buckets - 1)] += 1
    for sort in range(SORTS):
        begin = 0
        for bucket in range(buckets):
            count[sort, bucket], begin = begin, begin + count[sort, bucket]
        shift = np.uint32(BITS * sort)
        for i in range(n):
            bucket = (key[i] >> shift) & np.uint32(buckets - 1)
            to = count[sort, bucket]
            count[sort, bucket] += 1
            other_key[to], other_order[to] = key[i], order[i]
        key, other_key = other_key, key
        order, other_order = other_order, order
    shared = 0
    for place in range(n):
        if key[place] != key[shared]:
            shared = place
        ranks[order[place]] = shared + 1
