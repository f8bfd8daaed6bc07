"""Which search is chosen, and that it does not matter for the sums."""

from __future__ import annotations

import numpy as np
import pytest

from influence import Shells
from influence.models import shells as engine
from influence.models.search_kernel import Choice, choose
from tests.builders import network_of

RING = [(i, (i + 1) % 5000) for i in range(5000)]
HUB = [(0, i) for i in range(1, 5000)] + [(i, 0) for i in range(1, 5000)]


@pytest.mark.parametrize(
    ("n", "arcs", "depth", "kernel", "looked_at"),
    [
        (5000, RING, 3, "balls", 3.0),
        (5000, RING, 1, "balls", 1.0),
        (5000, RING, 100, "batches", 100.0),
        (5000, RING + HUB, 3, "batches", 10_002.0),
        (4000, RING[:3999], 3, "batches", 0.0),
        (5000, [], 3, "batches", 0.0),
    ],
)
def test_small_balls_are_searched_one_by_one(n, arcs, depth, kernel, looked_at) -> None:
    chosen = choose(network_of(n, arcs).arranged, depth)
    assert chosen == Choice(kernel, pytest.approx(looked_at, rel=0.7), chosen.at_most)
    assert chosen.at_most == pytest.approx(len(arcs) / 400, rel=1e-3)


def test_either_search_gives_the_same_sums_through_the_model(monkeypatch) -> None:
    network = network_of(5000, RING)
    payoff = np.arange(5000.0)
    found = []
    for kernel in ("balls", "batches"):
        choice = Choice(kernel, 0.0, 0.0)
        monkeypatch.setattr(engine, "choose", lambda *_, choice=choice: choice)
        found.append(Shells((1.0,) * 4).by_distance(network, 1.0, payoff))
    np.testing.assert_array_equal(*found)
