from __future__ import annotations

import numpy as np
import pytest

from influence import Network
from influence.network.ego import ego_network
from tests import graphs, naive


@pytest.mark.parametrize("name", graphs.NAMED)
@pytest.mark.parametrize("depth", [1, 2, 4])
def test_shells_of_an_ego_network_match_the_twin(name: str, depth: int) -> None:
    customers, ties = graphs.NAMED[name]()
    if not customers:
        return
    network = Network.from_tables(graphs.tables_of((customers, ties)))
    arcs = naive.arcs(naive.last_row_wins(ties)[0])
    keys = network.keys.to_pylist()
    for i, key in enumerate(keys):
        ego = ego_network(network, i, depth)
        found = {keys[j]: int(d) for j, d in zip(ego.members, ego.distance, strict=True)}
        assert found == naive.shell(arcs, key, depth)
        assert np.all(np.diff(ego.distance) >= 0)
        for j, d, first in zip(ego.members, ego.distance, ego.through, strict=True):
            assert keys[first] == first_step(arcs, key, keys[j], int(d))


def first_step(arcs: dict, start: str, goal: str, distance: int) -> str:
    """Return the smallest neighbour that is one step closer to the goal."""
    neighbours = sorted(target for source, target in arcs if source == start)
    return next(
        y
        for y in neighbours
        if y == goal or naive.shell(arcs, y, distance - 1).get(goal) == distance - 1
    )
