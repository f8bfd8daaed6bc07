"""Small networks are searched without the compiler, with equal results."""

import numpy as np
import pyarrow as pa
import pytest

from influence import Network, Shells
from influence.models.backends import dense


def network_of(n, arcs, seed=0):
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, n, (2, arcs))
    keys = pa.array([f"{i:05}" for i in range(n)])
    return Network.from_arcs(keys, source, target, np.ones(arcs), ties=arcs)


@pytest.mark.parametrize("n", [63, 64, 65, 255, 256, 257, 511, 513])
def test_dense_and_compiled_searches_give_the_same_sums(n, monkeypatch):
    network = network_of(n, 3 * n, seed=n)
    payoff = np.random.default_rng(n).integers(-50, 50, n) / 4  # quarters add up exactly
    found = []
    for most in (dense.CUSTOMERS, -1):
        monkeypatch.setattr(dense, "CUSTOMERS", most)
        found.append(Shells((0.5,) * 5).by_distance(network, 1.0, payoff))
    np.testing.assert_array_equal(*found)


def test_small_means_few_customers_and_few_arcs(monkeypatch):
    monkeypatch.setattr(dense, "CUSTOMERS", 50)
    monkeypatch.setattr(dense, "ARCS", 60)
    assert dense.suits(network_of(50, 60))
    assert not dense.suits(network_of(51, 60))
    assert not dense.suits(network_of(50, 2000))
