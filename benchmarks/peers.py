"""What else answers the question, each the fastest way that its own documentation offers.

Peers are an extra (`pip install '.[bench]'`): one that is not installed is left out, which the
table says. Each is prepared, which is not timed, and then asked for some customers at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.answers import DEPTH, Floats, Ints
from influence import Network

Ask = Callable[[Ints], Floats]
"""Some customers → float64[customers, 1]: people within three degrees; or [customers, 3]: value."""


@dataclass(frozen=True)
class Peer:
    """Another way to an answer.

    Attributes
    ----------
    name, module, note : str
    at_once : int
        For how many customers at least it is asked at a time.
    most : int
        Arcs; of a larger graph its objects do not fit into memory.
    prepare : callable
        From the network and the payoff to `Ask`.
    """

    name: str
    module: str
    prepare: Callable[[Network, Floats], Ask]
    at_once: int = 1
    note: str = ""
    most: int = 2**62

    @property
    def there(self) -> bool:
        return find_spec(self.module) is not None


def igraph_balls(network: Network, _: Floats) -> Ask:
    graph = _igraph(network)
    return lambda some: np.array([graph.neighborhood_size(some.tolist(), order=DEPTH)]).T - 1.0


def igraph_lists(network: Network, payoff: Floats) -> Ask:
    graph = _igraph(network)

    def ask(some: Ints) -> Floats:
        sums = np.empty((len(some), DEPTH))
        for d in range(DEPTH):
            rings = graph.neighborhood(some.tolist(), order=d + 1, mindist=d + 1)
            sums[:, d] = [payoff[ring].sum() for ring in rings]
        return sums

    return ask


def _igraph(network: Network) -> Any:
    import igraph

    rows = np.repeat(np.arange(network.n), np.diff(network.indptr))
    pairs = np.column_stack([rows, network.indices.astype(np.int64)])
    return igraph.Graph(n=network.n, edges=pairs[pairs[:, 0] < pairs[:, 1]])


def scipy_blocks(network: Network, payoff: Floats) -> Ask:
    import scipy.sparse as sp

    n = network.n
    shape, ones = (n, n), np.ones(network.arcs, dtype=np.float32)
    arcs = sp.csr_array((ones, network.indices.astype(np.int32), network.indptr), shape=shape)

    def ask(some: Ints) -> Floats:
        start = np.ones(len(some), dtype=np.float32)
        ring = sp.csr_array((start, (np.arange(len(some)), some)), shape=(len(some), n))
        seen, sums = ring, np.empty((len(some), DEPTH))
        for d in range(DEPTH):
            ring = (ring @ arcs).tocsr()
            ring.data[:] = 1
            ring = (ring - ring.multiply(seen)).tocsr()
            ring.eliminate_zeros()
            sums[:, d] = np.asarray(ring @ payoff)
            seen = seen + ring
        return sums

    return ask


def graphblas_blocks(network: Network, payoff: Floats) -> Ask:
    import graphblas as gb

    n = network.n
    rows = np.repeat(np.arange(n), np.diff(network.indptr))
    arcs = gb.Matrix.from_coo(rows, network.indices.astype(np.int64), True, nrows=n, ncols=n)
    values = gb.Vector.from_dense(payoff)

    def ask(some: Ints) -> Floats:
        size = len(some)
        ring = gb.Matrix.from_coo(np.arange(size), some, True, nrows=size, ncols=n)
        seen, sums = ring.dup(), np.zeros((size, DEPTH))
        for d in range(DEPTH):
            onward = gb.Matrix(bool, size, n)
            onward(~seen.S) << gb.semiring.any_pair(ring @ arcs)
            ring = onward
            sums[:, d] = gb.semiring.plus_second(ring @ values).new().to_dense(fill_value=0.0)
            seen(ring.S) << True
        return sums

    return ask


def networkit_searches(network: Network, payoff: Floats) -> Ask:
    import networkit as nk

    rows = np.repeat(np.arange(network.n), np.diff(network.indptr))
    once = rows < network.indices
    ends = rows[once].astype(np.uint64), network.indices[once].astype(np.uint64)
    graph = nk.GraphFromCoo(ends, n=network.n)

    def ask(some: Ints) -> Floats:
        return np.array([of_one(i) for i in some.tolist()])

    def of_one(customer: int) -> Floats:
        search = nk.distance.BFS(graph, customer, storePaths=False).run()
        # Those out of reach lie at the largest number there is.
        distance = np.minimum(search.getDistances(asarray=True), DEPTH + 1).astype(np.int64)
        return np.asarray(np.bincount(distance, payoff, DEPTH + 2)[1 : DEPTH + 1], np.float64)

    return ask


def networkx_searches(network: Network, payoff: Floats) -> Ask:
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(network.n))
    rows = np.repeat(np.arange(network.n), np.diff(network.indptr))
    graph.add_edges_from(zip(rows.tolist(), network.indices.tolist(), strict=True))

    def ask(some: Ints) -> Floats:
        return np.array([of_one(i) for i in some.tolist()])

    def of_one(customer: int) -> Floats:
        found = nx.single_source_shortest_path_length(graph, customer, cutoff=DEPTH)
        people = np.fromiter(found, np.int64, len(found))
        distance = np.fromiter(found.values(), np.int64, len(found))
        return np.asarray(np.bincount(distance, payoff[people], DEPTH + 1)[1:], np.float64)

    return ask


PEERS = (
    Peer("igraph neighborhood_size", "igraph", igraph_balls, note="counts"),
    Peer("igraph neighborhood + sums", "igraph", igraph_lists),
    Peer("SciPy blocks of 256", "scipy", scipy_blocks, 256),
    Peer("GraphBLAS blocks of 256", "graphblas", graphblas_blocks, 256),
    Peer("NetworKit BFS", "networkit", networkit_searches, note="any depth"),
    Peer("NetworkX, cutoff 3", "networkx", networkx_searches, most=5_000_000),
)


def batches(peer: Peer, order: Ints) -> Iterator[Ints]:
    """More and more customers at a time, of a given order; blocks stay as they are."""
    start, size = 0, peer.at_once
    while start < len(order):
        yield order[start : start + size]
        start += size
        size = min(2 * size, 64) if peer.at_once == 1 else size
