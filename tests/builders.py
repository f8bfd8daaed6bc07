"""Networks that several test modules search, and the mark for tests of every named company."""

import random

import numpy as np
import pyarrow as pa
import pytest

from influence import Network
from tests import graphs

every_named_graph = pytest.mark.parametrize(
    "company", [make() for make in graphs.NAMED.values()], ids=graphs.NAMED
)


def network_of(n, arcs):
    """A network of n customers from pairs of indices; the keys sort as the indices do."""
    keys = pa.array([f"{i:06}" for i in range(n)], pa.string())
    source = np.array([i for i, _ in arcs], dtype=np.int64)
    target = np.array([j for _, j in arcs], dtype=np.int64)
    return Network.from_arcs(keys, source, target, np.ones(len(source)), ties=len(source))


def random_network(n, arcs, seed):
    """A network of n customers and that many random arcs, loops and repeats among them."""
    coin = random.Random(seed)
    return network_of(n, [(coin.randrange(n), coin.randrange(n)) for _ in range(arcs)])


def scattered(n=400, degree=4, seed=0, directed=False):
    """A random network with a hub; the same for the same seed."""
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, n, (n * degree // 2, 2))
    ends[: n // 8, 0] = 0
    arcs = [(int(i), int(j)) for i, j in ends]
    return network_of(n, arcs if directed else arcs + [(j, i) for i, j in arcs])
