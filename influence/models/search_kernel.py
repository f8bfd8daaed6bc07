"""Which search is the faster: customer by customer, or 512 targets at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from influence.kernels import MASK_BITS
from influence.network.vertex_order import VertexOrder

Kernel = Literal["balls", "batches"]

SMALL = 8 * MASK_BITS
"""Customers up to whom the choice does not matter, and would cost a kernel more to load."""

SAMPLES = 200
SHARE = 1 / 400
"""Up to which share of all arcs a search from one customer may look at for balls to be faster.
A batch looks at nearly all arcs in each of its last steps, for 512 customers; about 4 ns an arc
in a ball, 10 to 20 in a batch."""


@dataclass(frozen=True)
class Choice:
    """A way of searching, and why.

    Attributes
    ----------
    kernel : {"balls", "batches"}
        Breadth first from each customer, or for 512 targets at a time as bits of a mask.
    looked_at : float
        Arcs that a search from one customer looks at, the mean of a sample.
    at_most : float
        Up to how many of them balls are faster.
    """

    kernel: Kernel
    looked_at: float
    at_most: float


def choose(local: VertexOrder, depth: int) -> Choice:
    """Choose by the arcs within depth − 1 of some customers; the same for the same network.

    Parameters
    ----------
    local : VertexOrder
    depth : int
        How many steps are searched.
    """
    m, at_most = len(local.order), SHARE * len(local.indices)
    looked_at = 0.0 if m <= SMALL else measured(local, depth)
    kernel: Kernel = "balls" if m > SMALL and looked_at <= at_most else "batches"
    return Choice(kernel, looked_at, at_most)


def measured(local: VertexOrder, depth: int) -> float:
    """How many arcs a search from one customer looks at, the mean of a sample.

    The sample ends where even nothing from the others would bring the mean below a share of
    `SHARE`.
    """
    from influence.kernels.bfs import arcs_within

    m = len(local.order)
    seen, queue = np.zeros(m, dtype=np.uint8), np.zeros(m + 1, dtype=np.uint32)
    sample = np.random.default_rng(0).choice(m, size=min(SAMPLES, m), replace=False)
    looked_at: list[int] = []
    for customer in sample:
        looked_at.append(arcs_within(local.indptr, local.indices, depth, customer, seen, queue))
        if sum(looked_at) > SHARE * len(local.indices) * len(sample):
            break
    return sum(looked_at) / len(looked_at)
