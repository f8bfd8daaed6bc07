"""Small networks in NumPy alone: everybody's circles as rows of bits, and sketches of them.

Loading a compiler takes a third of a second. A company of two thousand customers is searched in
less, so no command on it waits for one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from influence.kernels import registers
from influence.network import Network

Floats = npt.NDArray[np.float64]

CUSTOMERS, ARCS = 2_048, 2**15
"""Up to so many; where everybody reaches everybody a search takes a fifth of a second."""
ROWS = 256
"""Of how many customers the bits are spelt out at a time."""
AT_ONCE = 256
"""Registers: loops are Python's, so the more the better."""


def suits(network: Network) -> bool:
    """Whether a network is small enough."""
    return network.n <= CUSTOMERS and network.arcs <= ARCS


def search_memory(network: Network) -> int:
    """Bytes that a search needs: bits that travel along the arcs, and pairs of who sees whom."""
    bits = network.n // 8 + 8
    return (network.arcs + 4 * network.n) * bits + 24 * ROWS * network.n


def shell_sums(network: Network, columns: Floats) -> Floats:
    """What `Shells.by_distance` gives, by circles that grow a step at a time.

    Parameters
    ----------
    columns : float64[payoffs, D, n]
        What a customer counts at distance 1 … D.

    Returns
    -------
    float64[payoffs, D, n]
    """
    n, indptr = network.n, network.indptr
    within = np.zeros((n, -(-n // 64) * 8), dtype=np.uint8)
    people = np.arange(n)
    within[people, people // 8] = np.uint8(128) >> (people % 8).astype(np.uint8)
    within = within.view(np.uint64)
    leads_on = np.flatnonzero(np.diff(indptr))
    sums = np.zeros_like(columns)
    for d in range(columns.shape[1]):
        wider = within.copy()
        if len(leads_on):
            theirs = np.bitwise_or.reduceat(within[network.indices], indptr[leads_on], axis=0)
            wider[leads_on] |= theirs
        shell = (wider ^ within).view(np.uint8)
        for start in range(0, n, ROWS):
            who, whom = np.nonzero(np.unpackbits(shell[start : start + ROWS], axis=1, count=n))
            some = slice(start, min(start + ROWS, n))
            for column, total in zip(columns[:, d], sums[:, d], strict=True):
                total[some] = np.bincount(who, column[whom], minlength=some.stop - start)
        within = wider
    return sums


def sketch_memory(network: Network) -> int:
    """Bytes that some registers need: as they are, a step on, and the ranks they stand for."""
    return 12 * AT_ONCE * network.n


def slices(many: int) -> list[range]:
    """Which registers are followed at once."""
    return [range(start, min(start + AT_ONCE, many)) for start in range(0, many, AT_ONCE)]


def add_ranks(
    network: Network,
    logs: npt.NDArray[np.float32],
    source: registers.Drawing,
    some: range,
    wanted: npt.NDArray[np.bool_],
    sums: Floats,
) -> None:
    """What `draw` and `add_ranks` of `influence.kernels.sketches` do, for some registers."""
    near = np.empty((network.n, len(some)), dtype=np.uint8)
    for start in range(0, network.n, ROWS):
        part = slice(start, start + ROWS)
        near[part] = drawn(source.key[part], source.height[part], some, logs)
    degrees = np.diff(network.indptr)
    busiest = np.argsort(-degrees, kind="stable")
    first, fewer = network.indptr[busiest], -degrees[busiest]
    for d, asked in enumerate(wanted):
        wider = near[busiest]
        for k in range(degrees.max(initial=0)):
            # The k-th neighbour of everybody who has so many.
            who = slice(0, int(np.searchsorted(fewer, -k)))
            np.maximum(wider[who], near[network.indices[first[who] + k]], out=wider[who])
        near[busiest] = wider
        if asked:
            sums[d] = source.rank[near].sum(axis=1)


def drawn(
    key: npt.NDArray[np.uint64],
    height: npt.NDArray[np.float32],
    some: range,
    logs: npt.NDArray[np.float32],
) -> registers.Bytes:
    """Some registers; uint8[n, registers]."""
    first, second, spread = (
        np.uint32(x) for x in (registers.FIRST, registers.SECOND, registers.SPREAD)
    )
    one = key.astype(np.uint32)[:, np.newaxis]
    other = (key >> np.uint64(32)).astype(np.uint32)[:, np.newaxis]
    x = one + np.array(some, dtype=np.uint32) * spread
    x = (x ^ (x >> 16)) * first
    x = ((x ^ other) ^ (x >> 15)) * second
    x ^= x >> 16
    laps = np.minimum((32 - np.frexp(x.astype(np.float64))[1]) // 4, registers.LAPS - 1)
    x <<= (4 * laps).astype(np.uint32)
    bits = logs[laps, x >> (32 - registers.BITS)]
    nobody = np.isneginf(height)
    start = np.where(nobody, np.float32(0), height)[:, np.newaxis]
    heights = (start - bits + np.float32(0.5)).astype(np.int64)
    found: registers.Bytes = np.clip(heights, 1, registers.TOP).astype(np.uint8)
    found[nobody] = 0
    return found
