"""Pendant customers left out of a search and added afterwards, against direct sums."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.network import vertex_order
from influence.network.pendants import NONE, Pendants, find_pendants
from influence.network.vertex_order import reorder
from tests.examples import examples


def both_ways(n: int, ties: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    arcs = sorted({pair for i, j in ties if i != j for pair in ((i, j), (j, i))})
    degree = np.bincount([i for i, _ in arcs], minlength=n)
    return np.cumsum([0, *degree]), np.array([j for _, j in arcs], dtype=np.uint32)


@pytest.mark.parametrize(
    ("n", "ties", "stay", "pendants", "parents"),
    [
        (0, [], [], [], []),
        (2, [], [], [], []),  # no arcs
        (2, [(0, 1)], [0, 1], [], []),  # a couple
        (3, [(0, 1), (1, 2)], [1], [0, 2], [1, 1]),
        (4, [(0, 1), (1, 2), (2, 3)], [1, 2], [0, 3], [1, 2]),
        (4, [(0, 3), (1, 3), (2, 3)], [3], [0, 1, 2], [3, 3, 3]),  # a star
        (3, [(0, 1), (1, 2), (2, 0)], [0, 1, 2], [], []),
    ],
)
def test_pendants_have_one_tie_and_are_not_a_pair(n, ties, stay, pendants, parents) -> None:
    found = find_pendants(*both_ways(n, ties))
    assert [part.tolist() for part in found] == [stay, pendants, parents]


@pytest.mark.parametrize("small", [0, 100])
def test_reordering_sorts_pendants_by_parent(small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vertex_order, "SMALL", small)
    ties = [(0, 1), (1, 2), (2, 3), (3, 1), (3, 4), (4, 5), (1, 6), (7, 8)]
    local = reorder(*both_ways(10, ties))
    assert local.n == 10
    assert sorted(local.order) == [1, 2, 3, 4, 7, 8]
    pairs = zip(local.pendants.customers, local.order[local.pendants.parent], strict=True)
    assert sorted(pairs) == [(0, 1), (5, 4), (6, 1)]
    assert (np.diff(local.pendants.parent) >= 0).all()
    rows = np.repeat(np.arange(6), np.diff(local.indptr))
    arcs = {(local.order[i], local.order[j]) for i, j in zip(rows, local.indices, strict=True)}
    assert arcs == {
        (i, j) for i, j in [*ties, *((j, i) for i, j in ties)] if not {i, j} & {0, 5, 6}
    }


def test_directed_networks_have_no_pendants() -> None:
    # 3 → 1 ⇄ 0, 1 → 2, and 4 without ties
    local = reorder(np.array([0, 1, 3, 3, 4, 4]), np.array([1, 0, 2, 1], dtype=np.uint32))
    assert sorted(local.order) == [0, 1, 2, 3]
    assert (local.targets, local.order[3]) == (
        3,
        3,
    )  # a customer without in-neighbours is no target
    assert len(local.pendants) == 0
    assert local.in_indices is not local.indices


@examples()
@given(st.lists(st.tuples(st.integers(0, 5), st.floats(-9, 9)), max_size=40))
def test_siblings_are_summed_without_the_pendant_itself(given_) -> None:
    given_.sort(key=lambda pair: pair[0])
    parent = np.array([pair[0] for pair in given_], dtype=np.intp)
    payoff = np.array([pair[1] for pair in given_])
    pendants = Pendants(np.arange(len(parent)), parent)
    others = (parent[:, np.newaxis] == parent) & ~np.eye(len(parent), dtype=bool)
    np.testing.assert_allclose(
        pendants.sibling_sums(payoff), others @ payoff, rtol=1e-12, atol=1e-12
    )
    together = [payoff[parent == p].sum() for p in range(6)]
    np.testing.assert_allclose(pendants.sums(payoff, 6), together, rtol=1e-12, atol=1e-12)


def test_a_large_sibling_leaves_no_rounding_error() -> None:
    pendants = Pendants(np.arange(3), np.zeros(3, dtype=np.intp))
    assert pendants.sibling_sums(np.array([1e300, 0.25, 0.5])).tolist() == [0.75, 1e300, 1e300]
    assert pendants.sibling_sums(np.array([0.1, 0.0, 0.0])).tolist() == [0.0, 0.1, 0.1]
    assert len(NONE.sibling_sums(np.zeros(3))) == 0


def test_few_pendants_are_not_left_out() -> None:
    ring = [(i, (i + 1) % 30) for i in range(30)]
    few = reorder(*both_ways(32, [*ring, (0, 30), (5, 31)]))
    assert (len(few.pendants), few.targets) == (0, 32)
    more = reorder(*both_ways(36, [*ring, *((i, 30 + i) for i in range(6))]))
    assert (len(more.pendants), more.targets) == (6, 30)
