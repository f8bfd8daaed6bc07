"""Sort and count arcs in blocks of customers: the memory does not grow with a network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

ARCS_AT_ONCE = 4_000_000
"""Arcs that are sorted together, about."""


def row_blocks(degree: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Split customers into blocks of about `ARCS_AT_ONCE` arcs; yield begin and end of each.

    Parameters
    ----------
    degree : int64[n]
        The number of arcs of each customer.
    """
    before = np.cumsum(degree)
    total = int(before[-1]) if len(before) else 0
    cuts = np.searchsorted(before, np.arange(ARCS_AT_ONCE, total, ARCS_AT_ONCE)) + 1
    yield from pairwise(np.unique([0, *cuts.tolist(), len(degree)]).tolist())


def contacts_of_each(
    source: npt.NDArray[np.integer[Any]], target: npt.NDArray[np.integer[Any]], n: int
) -> npt.NDArray[np.int64]:
    """Count the customers with whom each customer has a tie, in either direction; int64[n].

    Parameters
    ----------
    source, target : int[m]
        The ends of ties, by index.
    n : int
    """
    count = np.zeros(n, dtype=np.int64)
    for begin, end in row_blocks(counted(n, source, target)):
        some, others = ((ends >= begin) & (ends < end) for ends in (source, target))
        ends = np.concatenate([source[some], target[others]])
        beyond = np.concatenate([target[some], source[others]])
        rows, _, _ = distinct_arcs(ends, beyond, n)
        count += np.bincount(rows, minlength=n)
    return count


def counted(n: int, *indices: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
    """Count how often each of n customers occurs in some arrays; int64[n]."""
    count = np.zeros(n, dtype=np.int64)
    for some in indices:
        for begin in range(0, len(some), ARCS_AT_ONCE):  # bincount copies to 64 bits
            count += np.bincount(some[begin : begin + ARCS_AT_ONCE], minlength=n)
    return count


def distinct_arcs(
    source: npt.NDArray[np.integer[Any]],
    target: npt.NDArray[np.integer[Any]],
    n: int,
    numbers: Sequence[npt.NDArray[np.float64]] = (),
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32], list[npt.NDArray[np.float64]]]:
    """Sort arcs, without loops, each once; return source, target and the largest of each number."""
    keep = source != target
    code = source[keep].astype(np.int64) * n + target[keep]
    if numbers:
        order = np.argsort(code)
        code = code[order]
    else:
        code.sort()
    first = np.flatnonzero(np.diff(code, prepend=-1))
    largest = [
        np.maximum.reduceat(some[keep][order], first) if len(first) else some[:0]
        for some in numbers
    ]
    rows, columns = np.divmod(code[first], max(n, 1))
    return rows, columns.astype(np.uint32), largest
