"""Small networks: everybody's circles as rows of bits, in NumPy alone.

Loading a compiler takes a third of a second. A company of two thousand customers is searched in
less, so no command on it waits for one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from influence.network import Network

Floats = npt.NDArray[np.float64]

CUSTOMERS, ARCS = 2_048, 2**15
"""Up to so many; where everybody reaches everybody a search takes a fifth of a second."""
ROWS = 256
"""Of how many customers the bits are spelt out at a time."""


def suits(network: Network) -> bool:
    """Whether a network is small enough."""
    return network.n <= CUSTOMERS and network.arcs <= ARCS


def memory(network: Network) -> int:
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
