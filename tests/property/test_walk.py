"""Walks and closed triangles, against enumeration and SciPy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from influence import Network, Shells, Tables, UsageError, Walk
from influence.kernels import matvec as row_kernels
from influence.kernels import triangles as kernel
from influence.models import matvec as rows
from influence.models import triangles
from influence.models.matvec import ArcMatrix
from influence.models.triangles import closed_triangles
from influence.progress import silent
from tests import graphs, naive
from tests.examples import examples

VALUES = [100.0, 0.0, 50.0, 200.0, 120.0, 80.0]


@pytest.fixture(scope="module", autouse=True, params=["scipy", "compiled"])
def closed_by(request: Any) -> Iterator[str]:
    """Run each test with SciPy and with the compiled kernel, which small networks skip."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "compiled":
            patch.setattr(triangles, "FEW", -1)
        yield request.param


def worked(one_way: str = "") -> Network:
    """The worked graph, in which the named ties are directed."""
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


def test_the_worked_graph_has_the_published_gains() -> None:
    gain = Walk().gain(worked(), np.array(VALUES))
    assert gain == pytest.approx([117, 187, 198, 131.5, 148.5, 109])
    gain = Walk().gain(worked("AC DE EF"), np.array(VALUES))
    assert gain == pytest.approx([117, 162, 153, 106.5, 36, 0])


@examples(60)
@given(company=graphs.companies(), weighted=st.booleans())
def test_walks_equal_enumeration(company: Any, weighted: bool) -> None:
    customers, ties = company
    network = Network.from_tables(graphs.tables_of((customers, ties)))
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
    network = Network.from_tables(graphs.tables_of(graphs.NAMED[name]()))
    assert Walk().gain(network, 1.0) == pytest.approx(Shells().gain(network, 1.0))


SHAPES = [(0, 0), (1, 0), (2, 1), (3, 3), (7, 20), (64, 300), (513, 2500)]


def random_matrix(n: int, arcs: int, seed: int, strengths: str) -> sp.csr_array:
    """One-way and mutual arcs, without loops."""
    rng = np.random.default_rng(seed)
    source, target = rng.integers(0, max(n, 1), (2, arcs))
    source, target = source[source != target], target[source != target]
    both = rng.random(len(source)) < 0.5
    i = np.concatenate([source, target[both]])
    j = np.concatenate([target, source[both]])
    i, j = np.unique(np.stack([i, j]), axis=1)
    drawn = {"one": 1.0, "equal": 0.3, "any": rng.lognormal(size=len(i))}[strengths]
    return sp.csr_array((np.broadcast_to(drawn, len(i)).copy(), (i, j)), shape=(n, n))


every_matrix = pytest.mark.parametrize(("n", "arcs"), SHAPES)
every_strength = pytest.mark.parametrize("strengths", ["one", "equal", "any"])


@every_matrix
@every_strength
@pytest.mark.parametrize("cores", [1, 2, 7])
def test_parallel_row_sums_have_the_same_bits_as_scipy(
    n: int, arcs: int, strengths: str, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "LARGE", 0)
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    matrix = random_matrix(n, arcs, arcs, strengths)
    numbers = np.random.default_rng(n).normal(size=n)
    assert ArcMatrix(matrix).dot(numbers).tobytes() == (matrix @ numbers).tobytes()


@every_matrix
@every_strength
def test_closed_triangles_are_the_diagonal_of_the_cube(n: int, arcs: int, strengths: str) -> None:
    steps_done: list[int] = []
    matrix = random_matrix(n, arcs, arcs + 1, strengths)
    found = closed_triangles(matrix, lambda _, done, all_: steps_done.append(done + n - all_))
    dense = matrix.toarray()
    expected = np.diag(dense @ dense @ dense)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    assert strengths != "one" or found.tolist() == expected.tolist()
    assert steps_done[-1:] in ([n], [])


@every_matrix
@every_strength
def test_mutual_arcs_give_the_same_from_half_of_them(n: int, arcs: int, strengths: str) -> None:
    one_way = random_matrix(n, arcs, arcs + 2, strengths)
    matrix = one_way.maximum(one_way.T).tocsr()
    all_of_them = closed_triangles(matrix, silent)
    assert closed_triangles(matrix, silent, mutual=True).tobytes() == all_of_them.tobytes()


def test_closed_triangles_have_the_same_bits_with_any_number_of_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    matrix = random_matrix(300, 3000, 9, "any")
    seen = set()
    for cores in (1, 2, 16):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        seen.add(closed_triangles(matrix, silent).tobytes())
    assert len(seen) == 1


def test_the_kernels_equal_plain_python(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = random_matrix(65, 400, 3, "any")
    compiled = closed_triangles(matrix, silent)
    monkeypatch.setattr(kernel, "add_triangles", kernel.add_triangles.py_func)
    np.testing.assert_array_equal(closed_triangles(matrix, silent), compiled)
    monkeypatch.setattr(rows, "LARGE", 0)
    numbers = np.arange(65.0)
    for name in ("sum_rows", "sum_weighted_rows"):
        monkeypatch.setattr(row_kernels, name, getattr(row_kernels, name).py_func)
    for strengths in ("equal", "any"):
        matrix = random_matrix(65, 400, 4, strengths)
        np.testing.assert_array_equal(ArcMatrix(matrix).dot(numbers), matrix @ numbers)


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_method_for_large_networks_equals_that_for_small_ones(
    directed: bool, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    customers, ties = graphs.random_company(5, 60, 400, directed_share=0.5 * directed)
    network = Network.from_tables(graphs.tables_of((customers, ties)))
    model = Walk(weighted=weighted)
    small = model.by_distance(network, 1.0, np.arange(60.0)), model.row(network, 7)
    monkeypatch.setattr(rows, "LARGE", 0)
    large = model.by_distance(network, 1.0, np.arange(60.0)), model.row(network, 7)
    for one, other in zip(small, large, strict=True):
        np.testing.assert_array_equal(one, other)


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
