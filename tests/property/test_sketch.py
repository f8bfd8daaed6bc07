"""Sketched sums against their twins, against exact sums, and against their standard errors."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import Network, Shells, UsageError
from influence.kernels import registers, sketches
from influence.kernels.aligned import aligned_rows
from influence.models.backends import backend_of, dense
from influence.models.sketch import Sketch
from tests import graphs
from tests.builders import every_named_graph, network_of, scattered
from tests.examples import examples

DEPTH = (1.0, 1.0, 1.0)
pytestmark = pytest.mark.usefixtures("search_by")

seeded = examples(40)


@st.composite
def networks(draw):
    """Directed and undirected networks, with isolates and loops."""
    n = draw(st.integers(1, 12))
    who = st.integers(0, n - 1)
    arcs = draw(st.lists(st.tuples(who, who), max_size=30))
    return network_of(n, arcs + [(j, i) for i, j in arcs] * draw(st.booleans()))


def twin_of_draw(key, height, part, logs):
    """Draw registers one by one, with integers of any size."""
    out = np.zeros((len(key), 64), dtype=np.uint8)
    for u, r in np.ndindex(out.shape):
        if height[u] == -np.inf:
            continue
        one, other = int(key[u]) % 2**32, int(key[u]) >> 32
        x = (one + (64 * part + r) * 0x9E3779B9) % 2**32
        x = (x ^ (x >> 16)) * 0x7FEB352D % 2**32
        x = ((x ^ other) ^ (x >> 15)) * 0x846CA68B % 2**32
        x ^= x >> 16
        lap = min(next((i for i in range(8) if x >> (28 - 4 * i)), 7), 7)
        bits = (x << 4 * lap) % 2**32 >> 20
        out[u, r] = np.clip(int(height[u] - logs[lap, bits] + np.float32(0.5)), 1, 255)
    return out


def pairs_within(network, depth):
    """Return which pairs are within each distance from 0 to D; bool[D + 1, n, n]."""
    within = [np.eye(network.n, dtype=bool)]
    arcs = network.to_scipy().toarray() > 0
    for _ in range(depth):
        within.append(within[-1] | (arcs.astype(int) @ within[-1].astype(int) > 0))
    return np.array(within)


def drawn(values, seed=0, part=0):
    height, level = registers.heights(values)
    near = aligned_rows(len(values))
    key = registers.keys((seed,), len(values))
    sketches.draw(key, height, part, registers.logarithms(), near)
    return near, level, key, height


@seeded
@given(networks(), st.integers(0, 3))
def test_the_dense_backend_draws_and_follows_the_same_ranks(network, part):
    values = np.arange(network.n) * 1.5
    near, level, key, height = drawn(values, seed=part, part=part)
    logs, rank = registers.logarithms(), registers.ranks(level)
    some, wanted = range(64 * part, 64 * part + 64), np.array([True, False, True])
    kept, sums = near.copy(), np.zeros((2, network.n))
    sketches.add_ranks(
        network.indptr, network.indices, rank, wanted, near, aligned_rows(network.n), sums
    )
    source = registers.Drawing(key, height, rank)
    dense_sums = dense.sums_of_registers(network, logs, source, some, wanted)
    np.testing.assert_allclose(dense_sums, sums, rtol=1e-12)
    assert np.array_equal(dense.draw(key, height, some, logs), kept)


def test_drawn_ranks_equal_the_twin():
    values = np.array([1.0, 0.0, 2.5, 1e-9, 1e9])
    near, _, key, height = drawn(values, part=3)
    assert np.array_equal(dense.draw(key, height, range(192, 256), registers.logarithms()), near)
    assert near.tolist() == twin_of_draw(key, height, 3, registers.logarithms()).tolist()
    assert not near[1].any()
    assert near[[0, 2, 3, 4]].all()


def test_a_rank_is_exponential_with_the_value_as_its_rate():
    n, value = 4000, 3.0
    near, level, *_ = drawn(np.full(n, value))
    found = registers.ranks(level)[near].ravel() * value
    assert found.mean() == pytest.approx(1.0, abs=0.01)
    for p in (0.001, 0.01, 0.1, 0.5, 0.9, 0.999):
        expected = -np.log1p(-p)
        # Levels are about a fifth apart.
        assert np.quantile(found, p) == pytest.approx(expected, rel=0.12), p


@seeded
@given(networks(), st.integers(0, 3))
def test_followed_ranks_equal_the_twin(network, seed):
    values = np.arange(network.n) * 1.0
    near, level, *_ = drawn(values, seed)
    start, rank = near.copy(), registers.ranks(level)
    sums = np.zeros((2, network.n))
    sketches.add_ranks(
        network.indptr, network.indices, rank, np.array([True, False, True]),
        near, aligned_rows(network.n), sums,
    )  # fmt: skip
    within = pairs_within(network, 3)
    for d, of_customers in zip((1, 3), sums, strict=True):
        for u in range(network.n):
            largest = start[within[d, u]].max(axis=0)
            assert of_customers[u] == pytest.approx(rank[largest].sum(), rel=1e-12)


@seeded
@given(networks(), st.integers(1, 4))
def test_sums_of_a_subset_equal_those_of_a_full_search(network, depth):
    payoffs = np.random.default_rng(0).normal(size=(2, depth, network.n))
    exact = Shells((1.0,) * depth).by_distance(network, *payoffs)
    who = np.arange(network.n)[::-2]
    np.testing.assert_allclose(
        backend_of(network).subset_sums(who, payoffs), exact[:, :, who], atol=1e-12
    )


def test_more_than_512_customers_are_searched_in_batches():
    network = scattered(700)
    payoffs = np.ones((1, 2, network.n))
    exact = Shells((1.0, 1.0)).by_distance(network, 1.0)
    assert np.array_equal(backend_of(network).subset_sums(np.arange(700), payoffs), exact)


@every_named_graph
def test_direct_neighbours_and_empty_shells_are_exact_on_named_graphs(company):
    network = Network.from_tables(graphs.tables_of(company))
    value = np.linspace(0, 100, network.n)
    exact = Shells(DEPTH).by_distance(network, 1.0, value)
    found = Sketch(DEPTH).estimate(network, 1.0, value)
    np.testing.assert_allclose(found.sums[:, 0], exact[:, 0], rtol=1e-12)
    assert not found.variances[:, 0].any()
    assert not found.sums[exact == 0].any()
    empty = np.broadcast_to(exact[0] == 0, exact.shape)
    assert not found.variances[empty].any()


@seeded
@given(networks(), st.integers(0, 5))
def test_estimates_are_not_negative_and_empty_shells_are_zero(network, seed):
    value = np.random.default_rng(seed).exponential(size=network.n)
    exact = Shells(DEPTH).by_distance(network, value)
    found = Sketch(DEPTH, registers=64, seed=seed, sample=0).by_distance(network, value)
    assert (found >= 0).all()
    assert not found[exact == 0].any()


@seeded
@given(networks())
def test_negative_payoffs_give_negative_estimates(network):
    value = np.linspace(1, 2, network.n)
    found = Sketch(DEPTH, registers=64, sample=0).by_distance(network, -value)
    assert (found <= 0).all()
    zero = Sketch(DEPTH).estimate(network, 0.0)
    assert not zero.sums.any()
    assert not zero.variances.any()


def test_a_payoff_by_distance_is_used_at_its_distance():
    network = scattered(seed=4)
    payoff = np.stack([np.full(network.n, x) for x in (1.0, 0.0, 5.0)])
    exact = Shells(DEPTH).by_distance(network, payoff)[0]
    found = Sketch(DEPTH).by_distance(network, payoff)[0]
    assert np.array_equal(found[0], exact[0])
    assert not found[1].any()
    assert found[2].sum() == pytest.approx(exact[2].sum(), rel=0.1)


def test_sums_within_a_distance_exclude_the_customer():
    network = scattered(seed=5, directed=True)
    levels = np.random.default_rng(5).normal(size=(3, network.n)) * [[1], [2], [3]]
    within = pairs_within(network, 3)
    found = Sketch(DEPTH, registers=1024).within(network, levels, within.any(axis=-1)[1:])
    for d in range(3):
        others = within[d + 1] & ~np.eye(network.n, dtype=bool)
        off = found.sums[0, d] - others @ levels[d]
        if d == 0:
            np.testing.assert_allclose(off, 0, atol=1e-9)
        else:
            assert (off**2).sum() < 2 * found.variances[0, d].sum()


@pytest.mark.parametrize("directed", [False, True])
def test_estimates_over_many_seeds_are_unbiased_with_the_stated_variance(directed):
    network = scattered(300, seed=1, directed=directed)
    value = np.random.default_rng(1).lognormal(size=network.n) - 0.5
    exact = Shells(DEPTH).by_distance(network, 1.0, value)
    seeds = 150
    found = [
        Sketch(DEPTH, registers=64, seed=seed, sample=0).estimate(network, 1.0, value)
        for seed in range(seeds)
    ]
    off = np.array([each.sums - exact for each in found])
    stated = np.mean([each.variances for each in found], axis=0)
    # Errors of one seed are correlated, so the bias is compared with the spread of totals.
    totals = off[:, :, 1:].sum(axis=-1)
    spread = totals.std(axis=0) / np.sqrt(seeds)
    assert (np.abs(totals.mean(axis=0)) <= 4 * spread).all()
    for d in (1, 2):
        ratio = (off[:, :, d] ** 2).mean(axis=(0, 2)) / stated[:, d].mean(axis=-1)
        assert (ratio > 0.75).all(), ratio
        assert (ratio < 1.25).all(), ratio


def test_errors_at_two_distances_are_uncorrelated():
    network = scattered(300, seed=2)
    exact = Shells(DEPTH).by_distance(network, 1.0)[0]
    off = np.array([
        Sketch(DEPTH, registers=64, seed=seed, sample=0).by_distance(network, 1.0)[0] - exact
        for seed in range(150)
    ])  # fmt: skip
    two, three = off[:, 1], off[:, 2]
    correlation = (two * three).mean() / np.sqrt((two**2).mean() * (three**2).mean())
    assert abs(correlation) < 0.15


def test_an_exact_sample_corrects_the_total():
    network = scattered(2000, seed=3)
    exact = Shells(DEPTH).by_distance(network, 1.0)[0]
    for seed in range(5):
        found = Sketch(DEPTH, registers=64, seed=seed).estimate(network, 1.0)
        assert np.array_equal(found.exact[0], exact[:, found.sample])
        ratio = found.sums[0, 1:].sum(axis=1) / exact[1:].sum(axis=1)
        assert ratio == pytest.approx([1, 1], abs=0.03), "raw totals are off by 12 %"


def test_the_same_seed_gives_the_same_bits_on_any_number_of_threads(monkeypatch):
    network = scattered(seed=6)
    found = []
    for threads in (1, 2, 7):
        monkeypatch.setattr(os, "cpu_count", lambda threads=threads: threads)
        estimate = Sketch(seed=5).estimate(network, 1.0, np.arange(network.n) - 50.0)
        found.append((estimate.sums.tobytes(), estimate.variances.tobytes()))
    assert len(set(found)) == 1
    assert Sketch(seed=6).by_distance(network, 1.0).tobytes() != found[0][0]


def test_streams_draw_different_ranks():
    network = scattered(seed=7)
    exact = Shells(DEPTH).by_distance(network, 1.0)[0, 2]
    one, other = (
        Sketch(DEPTH, sample=0).estimate(network, 1.0, stream=stream).sums[0, 2] - exact
        for stream in (0, 1)
    )
    assert not np.array_equal(one, other)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"registers": 100}, "100 registers: a multiple of 64"),
        ({"registers": 0}, "0 registers"),
        ({"registers": 8192}, "64 to 4,096"),
        ({"seed": -1}, "seed -1: it must be at least 0"),
        ({"weights": (0.1, 0.2)}, "must not increase"),
    ],
)
def test_invalid_parameters_are_refused(parameters, message):
    with pytest.raises(UsageError, match=message):
        Sketch(**parameters)


def test_an_error_in_one_slice_is_raised(monkeypatch, search_by):
    def fail(*_):
        raise MemoryError

    where = (dense, "draw") if search_by == "dense" else (sketches, "draw")
    monkeypatch.setattr(*where, fail)
    with pytest.raises(MemoryError):
        Sketch().by_distance(scattered(), 1.0, 2.0)


@pytest.mark.parametrize("registers", [64, 320, 1024])
def test_estimates_are_the_same_with_and_without_the_compiler(monkeypatch, registers):
    network = scattered(300, seed=8, directed=True)
    found = []
    for most in (300, -1):
        monkeypatch.setattr(dense, "CUSTOMERS", most)
        estimate = Sketch(registers=registers).estimate(network, 1.0, np.arange(300) - 90.0)
        found.append(np.stack([estimate.sums, estimate.variances]))
    np.testing.assert_allclose(*found, rtol=1e-9, atol=1e-9)
