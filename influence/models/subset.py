"""A few customers searched exactly, all at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from influence.kernels import MASK_BITS
from influence.models import dense
from influence.network import Network

Floats = npt.NDArray[np.float64]

SUBSET_SIZE = MASK_BITS
"""So many customers are searched together."""


def subset_sums(network: Network, customers: npt.NDArray[np.intp], payoffs: Floats) -> Floats:
    """What `Shells.by_distance` gives for some customers: up to 512 cost as much as one hub.

    Parameters
    ----------
    customers : intp[m]
        Indices in the network, each once.
    payoffs : float64[payoffs, D, n]
        What a customer counts at distance 1 … D.

    Returns
    -------
    float64[payoffs, D, m]
    """
    if dense.suits(network):
        return dense.shell_sums(network, payoffs)[:, :, customers]
    from influence.kernels.aligned import aligned_rows
    from influence.kernels.subset import subset_sums as searched

    local, n = network.renumbered, network.n
    number = np.empty(n, dtype=np.int64)
    number[local.order] = np.arange(n)
    heads, arranged = number[customers], np.ascontiguousarray(payoffs[:, :, local.order])
    found = np.empty((*payoffs.shape[:2], len(heads)))
    near, far = (aligned_rows(n).view(np.uint64) for _ in range(2))
    for start in range(0, len(heads), SUBSET_SIZE):
        some = heads[start : start + SUBSET_SIZE]
        sums = np.zeros((*payoffs.shape[:2], SUBSET_SIZE))
        searched(local.in_indptr, local.in_indices, arranged, some, near, far, sums)
        found[:, :, start : start + SUBSET_SIZE] = sums[:, :, : len(some)]
    return found
