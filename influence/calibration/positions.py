"""Positions of customers in the network, as covariates (McFowland and Shalizi 2023).

Under a model in which ties depend on unseen positions, these make estimates of influence
consistent; in data they have helped little (Rajchwald and Markuzon 2016). So they are a rung of the
ladder that is shown on request, not a cure.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.linalg import svds

from influence.network import Network

Floats = npt.NDArray[np.float64]
DIMENSIONS = 8


def positions(network: Network, dimensions: int = DIMENSIONS) -> Floats:
    """Embed customers by the normalised adjacency matrix, whichever way influence runs.

    Parameters
    ----------
    network : Network
    dimensions : int
        At most n − 1 are returned.

    Returns
    -------
    float64[dimensions, n]
        Leading singular vectors of D^(−1/2) A D^(−1/2); the largest element of each is positive.
    """
    count = min(dimensions, network.n - 1)
    if count < 1 or not network.arcs:
        return np.zeros((0, network.n))
    ones = np.ones(network.arcs)
    arcs = sp.csr_array((ones, network.indices, network.indptr), (network.n, network.n))
    ties = ((arcs + arcs.T) > 0).astype(np.float64)
    scale = sp.diags_array(1 / np.sqrt(np.maximum(ties.sum(axis=0), 1.0)))
    start = np.random.default_rng(0).random(network.n)  # the same vectors every time
    found: Floats = svds(scale @ ties @ scale, k=count, v0=start)[0].T[::-1]
    largest = found[np.arange(count), np.abs(found).argmax(axis=1)]
    return np.asarray(found * np.sign(largest)[:, np.newaxis], np.float64)
