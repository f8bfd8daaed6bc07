"""Communities of the network: clusters of customers whose errors may depend on one another."""

from __future__ import annotations

import networkx as nx
import numpy as np
import numpy.typing as npt

from influence.network import Network

Ints = npt.NDArray[np.int64]
ARCS_OF_LOUVAIN = 400_000
"""Up to this many arcs Louvain takes at most a minute; larger networks get label propagation."""
FEWEST = 10
"""With fewer clusters a standard error by cluster means nothing."""


def communities(network: Network, seed: int = 0) -> Ints:
    """Number the communities of customers, whichever way influence runs; int64[n].

    By the Louvain method, or by label propagation in large networks.

    Parameters
    ----------
    network : Network
    seed : int
    """
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(network.n))
    graph.add_edges_from(zip(network.sources.tolist(), network.indices.tolist(), strict=True))
    if network.arcs <= ARCS_OF_LOUVAIN:
        found = nx.community.louvain_communities(graph, seed=seed)
    else:
        found = nx.community.fast_label_propagation_communities(graph, seed=seed)
    labels = np.zeros(network.n, dtype=np.int64)
    for number, members in enumerate(found):
        labels[list(members)] = number
    return labels


def enough(clusters: Ints) -> bool:
    """Tell whether there are enough clusters, none of them with half of all customers."""
    sizes = np.bincount(np.unique(clusters, return_inverse=True)[1])
    return len(sizes) >= FEWEST and bool(sizes.max() * 2 <= sizes.sum())
