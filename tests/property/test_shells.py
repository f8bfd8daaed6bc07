"""The shells model against its slow twin, on named, unusual and random companies."""

import itertools
import os
import random
import subprocess
import sys
from pathlib import Path
from unittest import mock

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import Network, Selection, Shells, Tables
from influence.models import PRESETS, check_weights, preset
from influence.models.backends import compiled
from influence.models.backends.search import Search
from influence.models.jobs import Threads
from influence.network import vertex_order
from influence.network.vertex_order import reorder
from influence.tables import EMPTY, merge, validate
from tests import graphs, naive
from tests.builders import every_named_graph, network_of, random_network
from tests.examples import examples

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.usefixtures("search_by")
thoroughly = examples(150)


def twin(company, directions=None, kinds=None, networks=None):
    """Return the ids in the order of the network, and the arcs."""
    customers, ties = company
    survivors, _ = naive.last_row_wins(ties)
    nodes = sorted(customer["id"] for customer in customers)
    return nodes, naive.arcs(survivors, directions, kinds, networks)


def values_of(company):
    return {customer["id"]: customer["clv"] for customer in company[0]}


def selection_of_present_names(company, directions, kinds=(), networks=()):
    """A selection of names that some tie has; others are refused, which is tested elsewhere."""
    present = {naive.row(tie)["kind"] for tie in company[1]}
    places = {naive.row(tie)["network"] for tie in company[1]}
    return Selection(
        kinds=tuple(kind for kind in kinds if kind in present),
        networks=tuple(name for name in networks if name in places),
        directions={kind: way for kind, way in directions.items() if kind in present},
    )


def arcs_of(network):
    names = network.keys.to_pylist()
    return {
        (names[i], names[j]): network.strength[at]
        for i in range(network.n)
        for at in range(network.indptr[i], network.indptr[i + 1])
        for j in [int(network.indices[at])]
    }


def assert_equals_the_twin(n, arcs, depth=3, seed=0):
    coin = random.Random(seed)
    payoff = [coin.randint(-400, 400) / 4 for _ in range(n)]
    each = np.array([[coin.randint(-99, 99) for _ in range(n)] for _ in range(depth)], dtype=float)
    network = network_of(n, arcs)
    columns = np.stack([np.tile(payoff, (depth, 1)), np.ones((depth, n)), each])
    found = Shells((1.0,) * depth).by_distance(network, np.array(payoff), 1.0, each)
    nodes = list(range(n))
    twin_arcs = {arc: 1.0 for arc in arcs if arc[0] != arc[1]}
    out = {i: [] for i in nodes}
    for i, j in twin_arcs:
        out[i].append(j)
    expected = np.zeros((3, depth, n))
    for i in nodes:  # naive.shell with neighbour lists, which is faster
        seen, frontier = {i}, {i}
        for d in range(depth):
            frontier = {j for f in frontier for j in out[f]} - seen
            seen |= frontier
            expected[0, d, i] = sum(payoff[j] for j in frontier)
            expected[1, d, i] = len(frontier)
            expected[2, d, i] = sum(each[d, j] for j in frontier)
    # Quarters up to 100 are exact as doubles, and so are their sums.
    np.testing.assert_array_equal(found, expected)
    for kernel in ("bfs", "multi-source"):
        search = Search(reorder(network.indptr, network.indices), columns, kernel)
        sums = search.sums([[(0, search.targets)]], Threads())
        np.testing.assert_array_equal(search.shells(sums), expected, kernel)


# The twin


@every_named_graph
@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_named_graphs_equal_the_twin(company, depth):
    nodes, arcs = twin(company)
    network = Network.from_tables(graphs.tables_of(company))
    value = values_of(company)
    payoff = np.array([value[key] for key in nodes])
    model = Shells((1.0,) * depth)
    people, money = model.by_distance(network, 1.0, payoff)
    expected = naive.reach(nodes, arcs, depth)
    assert people.T.tolist() == [expected[i] for i in nodes]
    twin_money = naive.by_distance(nodes, arcs, value, depth)
    np.testing.assert_allclose(money.T, [twin_money[i] for i in nodes] or money.T, atol=1e-9)


@thoroughly
@given(
    company=graphs.companies(max_customers=9, max_ties=18),
    weights=graphs.weights(max_depth=5),
    directions=graphs.directions(),
    kinds=st.lists(st.sampled_from(graphs.KINDS), unique=True),
    networks=st.lists(st.sampled_from(graphs.NETWORKS), unique=True),
)
def test_random_companies_equal_the_twin(company, weights, directions, kinds, networks):
    selection = selection_of_present_names(company, directions, kinds, networks)
    nodes, arcs = twin(
        company, selection.directions, selection.kinds or None, selection.networks or None
    )
    network = Network.from_tables(graphs.tables_of(company), selection)
    assert network.keys.to_pylist() == nodes
    assert arcs_of(network) == arcs
    value = values_of(company)
    gain = Shells(tuple(weights)).gain(network, np.array([value[key] for key in nodes]))
    expected = naive.shells_gain(nodes, arcs, value, weights)
    np.testing.assert_allclose(gain, [expected[i] for i in nodes], rtol=1e-12, atol=1e-9)


@thoroughly
@given(seed=st.integers(0, 10_000), n=st.integers(60, 200), ties=st.integers(0, 400))
def test_companies_of_more_than_a_batch_equal_the_twin(seed, n, ties):
    coin = random.Random(seed)
    arcs = [(coin.randrange(n), coin.randrange(n)) for _ in range(ties)]
    assert_equals_the_twin(n, arcs, depth=1 + seed % 5, seed=seed)


# Sizes and shapes

SIZES = [0, 1, 2, 63, 64, 65]
BATCHES = [256, 511, 512, 513]
MORE = [127, 128, 129, 255, 257, 1023, 1024, 1025]
SHAPES = ["empty", "path", "one_way", "star", "in_star", "ring", "clique"]


@pytest.mark.parametrize(
    ("n", "shape"),
    [
        *itertools.product(SIZES, SHAPES),
        *itertools.product(BATCHES, SHAPES[:-1]),
        *(
            pytest.param(n, shape, marks=pytest.mark.ci)
            for n, shape in [
                *itertools.product(MORE, SHAPES[:-1]),
                (128, "clique"),
                (257, "clique"),
            ]
        ),
    ],
)
def test_sizes_around_a_batch_equal_the_twin(n, shape):
    one_way = [(i, i + 1) for i in range(n - 1)]
    hub = n // 2
    arcs = {
        "empty": [],
        "one_way": one_way,
        "path": [*one_way, *((j, i) for i, j in one_way)],
        "star": [pair for i in range(n) if i != hub for pair in ((hub, i), (i, hub))],
        "in_star": [(i, hub) for i in range(n) if i != hub],
        "ring": [(i, (i + 1) % n) for i in range(n) if n > 1],
        "clique": list(itertools.permutations(range(n), 2)),
    }[shape]
    assert_equals_the_twin(n, arcs, depth=4, seed=n)


def test_more_than_four_groups_of_batches_equal_the_twin():
    coin = random.Random(3)
    arcs = [(coin.randrange(1000), coin.randrange(1000)) for _ in range(1500)]
    assert_equals_the_twin(1000, arcs, depth=5)


@thoroughly
@given(
    seed=st.integers(0, 10_000),
    n=st.sampled_from([5, 40, 63, 64, 65, 300, 511, 512, 513, 600]),
    share=st.floats(0.2, 1.5),
    depth=st.integers(1, 6),
    small=st.sampled_from([0, 5000]),
)
def test_companies_with_many_pendant_customers_equal_the_twin(seed, n, share, depth, small):
    coin = random.Random(seed)
    hubs = max(n // 5, 1)
    ends = [coin.choice((n, hubs)) for _ in range(int(share * n))]
    ties = [(coin.randrange(n), coin.randrange(end)) for end in ends]
    with mock.patch.object(vertex_order, "SMALL", small):  # reordered or not
        assert_equals_the_twin(n, [*ties, *((j, i) for i, j in ties)], depth, seed)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_trees_and_couples_equal_the_twin(n, depth):
    trees = {
        "couples": [(i, i + 1) for i in range(0, n - 1, 2)],
        "comb": [(i, i + 2) for i in range(0, n - 2, 2)] + [(i, i + 1) for i in range(0, n - 1, 2)],
        "caterpillar": [(0, 1)] * (n > 1) + [(i % 5, i) for i in range(5, n)],
    }
    for ties in trees.values():
        assert_equals_the_twin(n, [*ties, *((j, i) for i, j in ties)], depth, seed=n)


def test_second_steps_from_few_and_from_most_customers_equal_the_twin():
    n, coin = 5000, random.Random(8)
    ring = [(i, (i + step) % n) for i in range(n) for step in (1, 2)]
    across = [(coin.randrange(n), coin.randrange(n)) for _ in range(50)]
    one_way = [*ring, *across]
    assert_equals_the_twin(n, one_way, depth=4)
    assert_equals_the_twin(n, [*one_way, *((j, i) for i, j in one_way)], depth=3)


def test_one_large_clv_does_not_round_the_sums_of_others():
    network = network_of(5, [pair for i in range(1, 5) for pair in ((0, i), (i, 0))])
    payoff = np.array([0.1, 1e200, 0.25, 0.0, 0.0])
    sums = Shells((1.0, 1.0, 1.0)).by_distance(network, payoff)[0]
    assert sums[:, 1].tolist() == [0.1, 0.25, 0.0]


def test_customers_on_a_cycle_do_not_count_themselves():
    network = network_of(3, [(0, 1), (1, 2), (2, 0)])
    assert Shells((1.0,) * 5).gain(network, 1.0).tolist() == [2.0, 2.0, 2.0]


def test_a_customer_counts_once_at_the_shortest_distance():
    network = network_of(3, [(0, 1), (1, 2), (0, 2)])
    by_distance = Shells((1.0, 1.0)).by_distance(network, 1.0)[0]
    assert by_distance.tolist() == [[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]]


def test_an_empty_network_has_an_empty_gain():
    assert Shells().gain(network_of(0, []), 1.0).shape == (0,)
    assert Shells().by_distance(network_of(0, []), 1.0, np.zeros(0)).shape == (2, 3, 0)


# Properties


@thoroughly
@given(
    company=graphs.companies(max_customers=9, max_ties=18),
    weights=graphs.weights(5),
    factors=st.tuples(st.integers(-8, 8), st.integers(-8, 8)),
    seed=st.integers(0, 1000),
)
def test_gain_is_linear_in_the_payoff(company, weights, factors, seed):
    network = Network.from_tables(graphs.tables_of(company))
    noise = np.random.default_rng(seed)
    x, y = noise.normal(size=(2, network.n))
    a, b = factors
    model = Shells(tuple(weights))
    together = model.gain(network, a * x + b * y)
    apart = a * model.gain(network, x) + b * model.gain(network, y)
    np.testing.assert_allclose(together, apart, rtol=1e-9, atol=1e-9)


@thoroughly
@given(company=graphs.companies(max_customers=9, max_ties=18), data=st.data())
def test_renaming_customers_renames_the_gains(company, data):
    customers, ties = company
    names = [customer["id"] for customer in customers]
    new = dict(zip(names, data.draw(st.permutations(names)), strict=True))
    renamed = (
        [customer | {"id": new[customer["id"]]} for customer in customers],
        [tie | {"source": new[tie["source"]], "target": new[tie["target"]]} for tie in ties],
    )
    value, new_value = values_of(company), values_of(renamed)

    def gains(company, value):
        network = Network.from_tables(graphs.tables_of(company))
        keys = network.keys.to_pylist()
        payoff = np.array([value[key] for key in keys], dtype=float)
        return dict(zip(keys, Shells().gain(network, payoff), strict=True))

    before, after = gains(company, value), gains(renamed, new_value)
    for name in names:
        assert after[new[name]] == pytest.approx(before[name], rel=1e-12, abs=1e-9)


@thoroughly
@given(company=graphs.companies(max_customers=9, max_ties=18))
def test_the_reversed_network_has_the_same_number_of_pairs(company):
    network = Network.from_tables(graphs.tables_of(company))
    model = Shells((1.0,) * 4)
    out = model.by_distance(network, 1.0)[0].sum(axis=1)
    back = model.by_distance(network.reversed(), 1.0)[0].sum(axis=1)
    assert out.tolist() == back.tolist()


def test_the_sums_have_the_same_bits_with_any_number_of_threads(monkeypatch):
    network = random_network(900, 4000, seed=5)
    payoff = np.random.default_rng(5).lognormal(5, 2, network.n)
    seen = set()
    for cores in (1, 2, 3, 16, None):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        for _ in range(3):
            seen.add(Shells((0.5, 0.3, 0.2, 0.1)).gain(network, payoff).tobytes())
    assert len(seen) == 1


@pytest.mark.parametrize("groups", [1, 2, 3, 5, 100])
def test_the_number_of_groups_affects_only_the_rounding_of_money(monkeypatch, groups):
    network = random_network(900, 4000, seed=6)
    payoff = np.random.default_rng(6).lognormal(5, 2, network.n)
    before = Shells((1.0,) * 4).by_distance(network, 1.0, payoff)
    monkeypatch.setattr(compiled, "JOBS", groups)
    after = Shells((1.0,) * 4).by_distance(network, 1.0, payoff)
    np.testing.assert_array_equal(before[0], after[0])
    np.testing.assert_allclose(before[1], after[1], rtol=1e-12)


@thoroughly
@given(company=graphs.companies(max_customers=9, max_ties=18), depth=st.integers(1, 5))
def test_a_payoff_may_depend_on_the_distance(company, depth):
    nodes, arcs = twin(company)
    network = Network.from_tables(graphs.tables_of(company))
    payoff = np.arange(depth * network.n, dtype=float).reshape(depth, network.n) - 7
    found = Shells((1.0,) * depth).by_distance(network, payoff, 1.0)[0]
    place = {name: at for at, name in enumerate(nodes)}
    expected = np.zeros((depth, network.n))
    for i in nodes:
        for j, d in naive.shell(arcs, i, depth).items():
            expected[d - 1, place[i]] += payoff[d - 1, place[j]]
    np.testing.assert_array_equal(found, expected)


def test_several_payoffs_at_once_have_the_same_bits_as_each_alone():
    network = random_network(300, 900, seed=7)
    payoffs = np.random.default_rng(7).normal(size=(3, network.n))
    together = Shells().by_distance(network, *payoffs)
    for payoff, found in zip(payoffs, together, strict=True):
        assert Shells().by_distance(network, payoff)[0].tobytes() == found.tobytes()


def test_the_given_payoff_is_not_modified():
    network = random_network(100, 300, seed=8)
    payoff = np.arange(100.0)
    payoff.setflags(write=False)
    Shells().gain(network, payoff)
    assert payoff.tolist() == list(range(100))


def test_a_payoff_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="broadcast"):
        Shells().gain(random_network(10, 20, seed=9), np.ones(11))


def test_ranges_of_targets_may_be_searched_in_any_order():
    n = 1100
    network = random_network(n, 3300, seed=10)
    payoff = np.ones((1, 3, n))
    search = Search(reorder(network.indptr, network.indices), payoff)
    whole = search.sums([[(0, n)]], Threads())
    parts = search.sums([[(1024, n), (0, 512)], [(512, 1024)]], Threads())
    np.testing.assert_array_equal(parts, whole)


def test_progress_reaches_all_customers():
    steps = []
    network = random_network(700, 2000, seed=11)
    Shells().by_distance(network, 1.0, progress=lambda *step: steps.append(step))
    assert max(done for _, done, _ in steps) == 700
    assert {(stage, total) for stage, _, total in steps} == {("searching", 700)}
    assert all(0 < done <= 700 for _, done, _ in steps)


def test_loading_in_parts_gives_the_same_network():
    customers, ties = graphs.random_company(4, n=40, ties=90)
    once = merge(EMPTY, validate(graphs.tables_of((customers, ties))).tables)
    some = merge(EMPTY, validate(graphs.tables_of((customers, ties[:40]))).tables)
    rest = Tables(ties=pa.Table.from_pylist(ties[40:], schema=graphs.TIES))
    parts = merge(some, validate(rest, known=some).tables)
    networks = [Network.from_tables(tables) for tables in (once, parts)]
    assert networks[0].fingerprint() == networks[1].fingerprint()


# Weights


@pytest.mark.parametrize(
    "weights",
    [(), (-0.1,), (1.1,), (float("nan"),), (0.5, float("nan")), (0.2, 0.3), (float("inf"),)],
)
def test_invalid_weights_are_refused(weights):
    from influence import UsageError

    with pytest.raises(UsageError, match="weights"):
        check_weights(weights)
    with pytest.raises(UsageError):
        Shells(weights)


@pytest.mark.parametrize("weights", [(0.0,), (1.0, 1.0, 1.0), (0.5, 0.5, 0.0), (1e-300,)])
def test_weights_at_the_bounds_are_accepted(weights):
    assert check_weights(weights) == weights
    assert Shells(weights).depth == len(weights)


def test_every_preset_is_valid_and_the_default_is_three_degrees():
    for name, weights in PRESETS.items():
        assert preset(name) == check_weights(weights)
        assert preset(name, depth=len(weights)) == weights
    assert Shells().weights == (0.45, 0.25, 0.10)


@pytest.mark.parametrize(
    ("name", "depth"),
    [
        ("obesity-2007", 4),
        ("obesity", None),
        ("calibrated", None),
        ("geometric(2)", None),
        ("geometric(0.5)", 0),
        ("geometric()", None),
        ("geometric(-0.5)", None),
        ("geometric(.)", None),
        ("geometric(e)", None),
        ("geometric(0.5.5)", None),
        ("geometric(1e999)", None),
        ("", None),
    ],
)
def test_an_invalid_preset_is_wrong_usage(name, depth):
    from influence import UsageError

    with pytest.raises(UsageError):
        preset(name, depth)


def test_geometric_weights_have_the_requested_depth():
    assert preset("geometric(0.5)") == (0.5, 0.25, 0.125)
    assert preset("geometric( 0.5 )", 5) == (0.5, 0.25, 0.125, 0.0625, 0.03125)


# The kernel without its compiler

WITHOUT_JIT = """
import random
import numpy as np
from influence.network.vertex_order import reorder
from influence.kernels import multi_source_bfs as shells
from influence.models.backends.search import Search
from influence.models.jobs import Threads

assert not hasattr(shells.add_multi_source_sums, "signatures"), "compiled after all"
for n, ties, depth in (
    (0, 0, 3), (1, 0, 2), (5, 12, 3), (64, 90, 2), (65, 150, 4), (70, 60, 3), (520, 300, 3)
):
    coin = random.Random(n)
    out = [set() for _ in range(n)]
    for _ in range(ties):
        i, j = coin.randrange(n), coin.randrange(n)
        if i != j:
            out[i].add(j)
    indptr = np.cumsum([0, *map(len, out)]).astype(np.int64)
    indices = np.array([j for row in out for j in sorted(row)], dtype=np.uint32)
    payoff = np.array([[[coin.randint(-9, 9) for _ in range(n)] for _ in range(depth)]] * 2, float)
    payoff[1] = 1.0
    local = reorder(indptr, indices)
    expected = np.zeros((2, depth, n))
    for i in range(n):
        seen, frontier = {i}, {i}
        for d in range(depth):
            frontier = {j for f in frontier for j in out[f]} - seen
            seen |= frontier
            expected[:, d, i] = sum(payoff[0, d, j] for j in frontier), len(frontier)
    for kernel, few in (("bfs", 0.5), ("multi-source", 0.0), ("multi-source", 2.0)):
        shells.FEW = few  # second steps pushed sometimes, never, always
        search = Search(local, payoff, kernel)
        sums = search.shells(search.sums([[(0, n)]], Threads()))
        np.testing.assert_array_equal(sums, expected, (n, kernel))
print("equal")
"""


def test_the_kernel_as_plain_python_equals_the_twin():
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_JIT],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "equal"), done.stderr
