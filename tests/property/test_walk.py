from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from influence import Network, Shells, Tables, UsageError, Walk
from influence.models import walk as module
from tests import graphs, naive
from tests.unit.test_ego import network_of

VALUES = [100.0, 0.0, 50.0, 200.0, 120.0, 80.0]


def worked(one_way: str = "") -> Network:
    """The worked graph; the ties named run as written."""
    ties = ["AB", "AC", "BC", "CD", "DE", "EF"]
    return Network.from_tables(
        Tables(
            customers={"id": list("ABCDEF")},
            ties={
                "source": [tie[0] for tie in ties],
                "target": [tie[1] for tie in ties],
                "directed": [tie in one_way.split() for tie in ties],
            },
        )
    )


def test_the_published_numbers_of_the_worked_graph() -> None:
    gain = Walk().gain(worked(), np.array(VALUES))
    assert gain == pytest.approx([117, 187, 198, 131.5, 148.5, 109])
    gain = Walk().gain(worked("AC DE EF"), np.array(VALUES))
    assert gain == pytest.approx([117, 162, 153, 106.5, 36, 0])


@settings(derandomize=True, deadline=None, max_examples=60)
@given(company=graphs.companies(), weighted=st.booleans())
def test_walks_are_those_that_enumeration_finds(company: Any, weighted: bool) -> None:
    customers, ties = company
    network = network_of(customers, ties)
    arcs = naive.arcs(naive.last_row_wins(ties)[0])
    keys = network.keys.to_pylist()
    value = {c["id"]: float(c["clv"]) for c in customers}
    payoff = np.array([value[key] for key in keys])
    model = Walk((1.0, 1.0, 1.0), weighted=weighted)
    sums = model.by_distance(network, payoff)[0]
    for i, key in enumerate(keys):
        row = model.row(network, i)
        for steps in (1, 2, 3):
            ends = naive.walks(arcs, key, steps, weighted=weighted)
            expected = [float(ends.get(other, 0)) for other in keys]
            assert row[steps - 1] == pytest.approx(expected, rel=1e-9, abs=1e-9)
            scale = float(np.abs(expected) @ np.abs(payoff)) + 1
            assert sums[steps - 1, i] == pytest.approx(np.dot(expected, payoff), abs=1e-9 * scale)


@pytest.mark.parametrize("name", ["path", "star"])
def test_walks_equal_shells_on_trees(name: str) -> None:
    network = network_of(*graphs.NAMED[name]())
    assert Walk().gain(network, 1.0) == pytest.approx(Shells().gain(network, 1.0))


def test_triangles_are_counted_the_same_in_small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    customers, ties = graphs.random_company(5, 60, 400)
    network = network_of(customers, ties)
    whole = Walk().gain(network, 1.0)
    monkeypatch.setattr(module, "WEDGES_A_BLOCK", 50)
    assert np.array_equal(Walk().gain(network, 1.0), whole)


def test_strengths_count_only_on_request() -> None:
    network = Network.from_tables(
        Tables(
            customers={"id": ["A", "B", "C"]},
            ties={"source": ["A", "B"], "target": ["B", "C"], "strength": [0.5, 0.1]},
        )
    )
    assert Walk((1.0, 1.0)).gain(network, 1.0) == pytest.approx([2, 2, 2])
    assert Walk((1.0, 1.0), weighted=True).gain(network, 1.0) == pytest.approx([0.55, 0.6, 0.15])


def test_more_than_three_steps_are_refused() -> None:
    with pytest.raises(UsageError, match="at most 3"):
        Walk((0.4, 0.3, 0.2, 0.1))
