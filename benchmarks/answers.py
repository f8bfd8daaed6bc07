"""The same answers by plain methods, for some customers: nothing is timed that is not right."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from influence import Network

DEPTH = 3
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Matrix = sp.csr_array[Any]


def shells(network: Network, payoff: Floats, customer: int) -> tuple[Ints, Floats]:
    """People and value at distance 1, 2, 3, found ring by ring; int64[3], float64[3]."""
    seen = np.zeros(network.n, dtype=bool)
    seen[customer] = True
    ring, people, value = np.array([customer]), np.zeros(DEPTH, dtype=np.int64), np.zeros(DEPTH)
    for d in range(DEPTH):
        rows = [network.indices[network.indptr[i] : network.indptr[i + 1]] for i in ring]
        ring = np.unique(np.concatenate(rows)) if rows else ring
        ring = ring[~seen[ring]]
        seen[ring] = True
        people[d], value[d] = len(ring), payoff[ring].sum()
    return people, value


def walks(network: Network, payoff: Floats, customer: int) -> Floats:
    """Σ payoff over the ends of all walks of 1, 2, 3 steps that never turn back; float64[3].

    Every tie runs both ways, so a walk of one more step leaves an end by all ties but the one it
    came by: N_t = A·N_{t−1} − (Deg − 1)·N_{t−2}, and Deg alone where it came from the start.
    """
    arcs = ones(network)
    degree = np.diff(network.indptr)
    before, walking, sums = np.zeros(network.n), np.zeros(network.n), np.zeros(DEPTH)
    walking[customer] = 1
    for t in range(DEPTH):
        onward = arcs @ walking - (degree - (t > 1)) * before
        before, walking = walking, onward
        sums[t] = walking @ payoff - walking[customer] * payoff[customer]
    return sums


def ones(network: Network) -> Matrix:
    """The matrix of arcs without strengths."""
    indices = network.indices.astype(np.int32)
    shape = (network.n, network.n)
    return sp.csr_array((np.ones(network.arcs), indices, network.indptr), shape=shape)


def quality(estimate: Floats, exact: Floats) -> str:
    """How far an estimate is off, on average and for the worst 5 %, and if it finds the top 1 %."""
    known = exact > 0
    off = np.abs(estimate[known] / exact[known] - 1)
    p95, same = np.quantile(off, 0.95), overlap(estimate, exact)
    mean = f"{off.mean():.1%}" if off.mean() < 1 else f"{off.mean():,.0%}"
    return f"off {mean}, p95 {p95:,.0%}; top 1 % {same:.0%}"


def overlap(one: Floats, other: Floats, share: float = 0.01) -> float:
    """How many of the first by one are among the first by the other, as a share."""
    many = max(round(share * len(one)), 1)
    first = [set(np.argsort(-values, kind="stable")[:many].tolist()) for values in (one, other)]
    return len(first[0] & first[1]) / many
