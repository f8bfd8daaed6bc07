"""Sketches: sums over all within 1 … D steps of every customer, estimated from a few bytes each.

Customer j draws k ranks from the exponential distribution with rate v_j. The smallest rank in a
group of people is then exponential with the sum of their values as its rate, so k smallest ranks
estimate that sum: (k − 1)/Σ ranks, with a relative standard error of 1/√(k − 2). (E. Cohen,
Size-Estimation Framework with Applications to Transitive Closure and Reachability, JCSS 1997.)

- A rank is kept in one byte, as a logarithm to the base 1.2 that grows as the rank falls. One step
  further is then the largest byte of all neighbours, register by register. 0 means that no one
  there has a value.
- 64 registers are a slice: one cache line per customer. Slices are independent: they are computed
  one after another, or by several threads, so more registers take no more memory.
- Bytes are gathered for a block of vertices before any is summed, as in
  `influence.kernels.multi_source_bfs`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import config, njit, types
from numba.core.extending import intrinsic

from influence.kernels import CACHE_LINE
from influence.kernels.registers import BITS, FIRST, LAPS, LOW, SECOND, SPREAD, TOP, Bytes, Floats
from influence.kernels.vectors import folding

BLOCK = 256
REGISTERS = ir.VectorType(ir.IntType(8), CACHE_LINE)


def _larger(builder: Any, some: Any, others: Any) -> Any:
    return builder.select(builder.icmp_unsigned(">", others, some), others, some)


@intrinsic
def _max_rows(
    _: Any, near: Any, row: Any, indices: Any, begin: Any, end: Any, far: Any, place: Any
) -> Any:
    signature = types.void(near, types.int64, indices, types.int64, types.int64, far, types.int64)
    return signature, folding(REGISTERS, _larger)


def max_rows(
    near: Bytes,
    row: int,
    indices: npt.NDArray[np.uint32],
    begin: int,
    end: int,
    far: Bytes,
    place: int,
) -> None:
    """far[place] = the largest of near[row], near[indices[begin]], …, near[indices[end − 1]].

    near, far : uint8[:, 64], C-contiguous; indices : uint32[:].
    """
    far[place] = near[row]
    for arc in range(begin, end):
        far[place] = np.maximum(far[place], near[indices[arc]])


if not config.DISABLE_JIT:  # type: ignore[attr-defined]
    # The compiled equivalent of the function above.
    max_rows = _max_rows  # type: ignore[assignment]


@njit(cache=True, nogil=True)
def draw(
    key: npt.NDArray[np.uint64],
    height: npt.NDArray[np.float32],
    part: int,
    logs: npt.NDArray[np.float32],
    out: Bytes,
) -> None:
    """Draw the ranks of one slice for all customers.

    Parameters
    ----------
    key : uint64[n]
        From `registers.keys`.
    height : float32[n]
        From `registers.heights`.
    part : int
        Number of the slice.
    logs : float32[LAPS, 2^BITS]
        From `registers.logarithms`.
    out : uint8[n, 64]
    """
    for u in range(len(height)):
        if height[u] == -np.inf:
            out[u] = 0
            continue
        one, other = key[u] & LOW, key[u] >> np.uint64(32)
        for r in range(CACHE_LINE):
            # Two rounds of a hash of 32 bits, one half of the key in each; no product overflows.
            x = (one + np.uint64(CACHE_LINE * part + r) * SPREAD) & LOW
            x = ((x ^ (x >> np.uint64(16))) * FIRST) & LOW
            x = (((x ^ other) ^ (x >> np.uint64(15))) * SECOND) & LOW
            x ^= x >> np.uint64(16)
            lap = 0
            while x >> np.uint64(28) == np.uint64(0) and lap < LAPS - 1:
                x = (x << np.uint64(4)) & LOW
                lap += 1
            byte = int(height[u] - logs[lap, x >> np.uint64(32 - BITS)] + np.float32(0.5))
            out[u, r] = min(max(byte, 1), TOP)


@njit(cache=True, nogil=True)
def add_ranks(
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.uint32],
    rank: Floats,
    wanted: npt.NDArray[np.bool_],
    near: Bytes,
    far: Bytes,
    sums: Floats,
) -> None:
    """Propagate one slice step by step and sum the smallest ranks within each distance.

    Parameters
    ----------
    indptr, indices : int64[n + 1], uint32[arcs]
        Out-neighbours.
    rank : float64[256]
        From `registers.ranks`.
    wanted : bool[D]
        Whether the sums within 1 … D steps are wanted.
    near : uint8[n, 64]
        What was drawn; overwritten.
    far : uint8[n, 64]
        Buffer.
    sums : float64[wanted steps, n]
        Set to Σ over the registers of the smallest rank within d steps; infinite where no one
        there has a value.
    """
    n, row = len(indptr) - 1, 0
    for d in range(len(wanted)):
        for low in range(0, n, BLOCK):
            high = min(low + BLOCK, n)
            for u in range(low, high):
                max_rows(near, u, indices, indptr[u], indptr[u + 1], far, u)
            if wanted[d]:
                for u in range(low, high):
                    sums[row, u] = _sum_of_ranks(far, u, rank)
        if wanted[d]:
            row += 1
        near, far = far, near


@njit(cache=True, nogil=True)
def _sum_of_ranks(registers: Bytes, u: int, rank: Floats) -> float:
    """Sum in four running sums, so that additions need not wait for each other."""
    a = b = c = d = 0.0
    for r in range(0, CACHE_LINE, 4):
        a += rank[registers[u, r]]
        b += rank[registers[u, r + 1]]
        c += rank[registers[u, r + 2]]
        d += rank[registers[u, r + 3]]
    return (a + b) + (c + d)
