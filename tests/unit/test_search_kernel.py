"""The choice of the search, which does not change the sums."""

from __future__ import annotations

import numpy as np
import pytest

from influence import Shells
from influence.models.backends import search
from influence.models.backends.search_kernel import Choice, choose
from influence.network.vertex_order import reorder
from tests.builders import network_of

RING = [(i, (i + 1) % 5000) for i in range(5000)]
HUB = [(0, i) for i in range(1, 5000)] + [(i, 0) for i in range(1, 5000)]


@pytest.mark.parametrize(
    ("n", "arcs", "depth", "kernel", "visited"),
    [
        (5000, RING, 3, "bfs", 3.0),
        (5000, RING, 1, "bfs", 1.0),
        (5000, RING, 100, "multi-source", 100.0),
        (5000, RING + HUB, 3, "multi-source", 10_002.0),
        (4000, RING[:3999], 3, "multi-source", 0.0),
        (5000, [], 3, "multi-source", 0.0),
    ],
)
def test_customers_with_a_small_reach_are_searched_one_by_one(
    n, arcs, depth, kernel, visited
) -> None:
    network = network_of(n, arcs)
    chosen = choose(reorder(network.indptr, network.indices), depth)
    assert chosen == Choice(kernel, pytest.approx(visited, rel=0.7), chosen.at_most)
    assert chosen.at_most == pytest.approx(len(arcs) / 400, rel=1e-3)


def test_both_searches_give_the_same_sums(monkeypatch) -> None:
    network = network_of(5000, RING)
    payoff = np.arange(5000.0)
    found = []
    for kernel in ("bfs", "multi-source"):
        choice = Choice(kernel, 0.0, 0.0)
        monkeypatch.setattr(search, "choose", lambda *_, choice=choice: choice)
        found.append(Shells((1.0,) * 4).by_distance(network, 1.0, payoff))
    np.testing.assert_array_equal(*found)
