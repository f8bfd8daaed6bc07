"""The graphs of the benchmarks, their plain answers, and the answers of the peers."""

import numpy as np
import pyarrow as pa
import pytest

from benchmarks import answers, clv, files, graphs, limits, measure
from benchmarks.peers import PEERS, batches
from benchmarks.search import asked
from influence import Network, Shells
from influence.models import Walk
from tests import naive
from tests.graphs import tables_of, ties_between

SIZE = 400


@pytest.fixture(scope="module", params=[*graphs.GENERATED])
def graph(request):
    return graphs.GENERATED[request.param](SIZE)


@pytest.fixture(scope="module")
def case(graph):
    return graph.relabelled(np.random.default_rng(1))


def test_generated_graphs_are_simple_and_the_same_every_time(graph):
    low, high = graph.pairs
    assert (low < high).all()
    assert high.max() < SIZE
    assert len(np.unique(low * SIZE + high)) == len(low)
    assert 8 <= graph.degrees.mean() <= 20
    assert np.array_equal(graph.pairs, graphs.GENERATED[graph.name](SIZE).pairs)


def test_the_generated_graphs_differ_as_their_models_say():
    largest = {name: make(20_000).degrees.max() for name, make in graphs.GENERATED.items()}
    assert largest["watts-strogatz"] < 40 < 200 < largest["communities"] < largest["chung-lu"]
    assert 500 < largest["barabasi-albert"] < largest["chung-lu"]


def test_communities_have_more_triangles_than_randomly_swapped_ties():
    def closed(mixing):
        found = graphs.communities(5_000, mixing)
        arcs = answers.ones(found.relabelled(np.random.default_rng(0))[0])
        return (arcs @ arcs).multiply(arcs).sum() / (found.degrees * (found.degrees - 1)).sum()

    assert closed(0.3) > 3 * closed(1.0)


def test_every_repeat_permutes_customers_and_draws_a_new_payoff(graph):
    (one, payoff), (other, another) = (
        graph.relabelled(np.random.default_rng([graphs.SEED, r])) for r in range(2)
    )
    assert sorted(np.diff(one.indptr)) == sorted(np.diff(other.indptr))
    assert not np.array_equal(one.indices, other.indices)
    assert not np.array_equal(payoff, another)


def test_plain_shells_and_walks_match_the_naive_twin():
    edges = ["AB", "AC", "BC", "CD", "DE", "EF", "FA", "DA"]
    network = Network.from_tables(
        tables_of(([{"id": key, "clv": 1.0} for key in "ABCDEFG"], ties_between(edges)))
    )
    names = network.keys.to_pylist()
    arcs = naive.arcs([{"source": a, "target": b} for a, b in edges], {})
    payoff = 2.0 ** np.arange(network.n)
    value = dict(zip(names, payoff, strict=True))
    for i, name in enumerate(names):
        people, sums = answers.shells(network, payoff, i)
        distances = naive.shell(arcs, name, 3)
        for d in (1, 2, 3):
            at = [j for j, distance in distances.items() if distance == d]
            assert (people[d - 1], sums[d - 1]) == (len(at), sum(value[j] for j in at))
            ends = naive.walks(arcs, name, d, weighted=False)
            expected = sum(count * value[j] for j, count in ends.items() if j != name)
            assert answers.walks(network, payoff, i)[d - 1] == expected


def test_plain_answers_match_the_models(case):
    network, payoff = case
    shells, walks = (m.by_distance(network, payoff)[0] for m in (Shells(), Walk()))
    for customer in range(0, SIZE, 29):
        assert np.allclose(answers.shells(network, payoff, customer)[1], shells[:, customer])
        assert np.allclose(answers.walks(network, payoff, customer), walks[:, customer])


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_an_installed_peer_gives_the_same_answers(peer, case):
    if not peer.there:
        pytest.skip(f"{peer.module} is not installed")
    network, payoff = case
    ask, order = peer.prepare(network, payoff), np.arange(SIZE)
    found = np.concatenate([ask(some) for some in batches(peer, order)])
    counted = found.shape[1] == 1
    exact = Shells().by_distance(network, 1.0 if counted else payoff)[0].T
    assert np.allclose(found, exact.sum(axis=1, keepdims=True) if counted else exact)


def test_a_wrong_answer_aborts_the_measurement(case):
    network, payoff = case
    exact = Shells().by_distance(network, payoff)[0]
    with pytest.raises(AssertionError):
        asked(PEERS[2], lambda some: exact[:, some].T + 1, np.arange(SIZE), exact, 1.0)


def test_quality_names_the_error_and_the_share_of_the_top():
    exact = np.arange(200.0)
    assert answers.quality(exact, exact) == "off 0.0%, p95 0%; top 1 % 100%"
    assert answers.quality(exact * 1.1, exact) == "off 10.0%, p95 10%; top 1 % 100%"
    assert answers.quality(-exact, exact).endswith("top 1 % 0%")


def test_the_limit_grows_with_arcs_within_the_measured_range():
    found = limits.Limits(2, {1_000_000: 2.0}, {1_000_000: 1.0, 100_000_000: 3.0})
    assert limits.between(found.together, 10_000_000) == pytest.approx(2.0)
    assert limits.between(found.together, 1) == 1.0
    assert found.seconds(1_000, 10**9) == pytest.approx(2.0)
    assert all(ns > 0 for ns in limits.measure((64_000,), 1_000).alone.values())


def test_the_table_fits_eighty_columns(capsys):
    rows = [measure.Row(f"  {peer.name}", "any depth; extrapolated (1,000)") for peer in PEERS]
    for row in rows:
        row.add(12_345.6, 2_000_000_000, of=0.1)
    measure.show("a title", rows)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in shown


def test_a_ratio_is_the_median_over_repeats():
    row = measure.Row("")
    for seconds, other in ((1.0, 1.0), (20.0, 10.0), (9.0, 3.0)):
        row.add(seconds, of=other)
    assert row.ratio == 2.0


def test_a_company_has_the_ties_of_its_graph(graph):
    tables = graphs.checked(graphs.company(graph))
    network = Network.from_tables(tables)
    assert network.arcs == 2 * graph.pairs.shape[1]
    assert isinstance(network.keys, pa.StringArray)


def test_all_file_readers_return_the_same_rows(tmp_path):
    for _, path, ours in files.written(tmp_path, 1000):
        assert ours() == 1000
        assert {read(path) for read in files.PEERS.values()} == {1000}


def test_lifetimes_ranks_generated_customers_as_the_forecast_does():
    pytest.importorskip("lifetimes")
    bought = clv.purchases(1_000, np.random.default_rng(1))
    assert all(map(np.array_equal, bought, clv.purchases(1_000, np.random.default_rng(1))))
    own, other = clv.ours(1_000, bought), clv.by_lifetimes(1_000, bought)
    assert np.corrcoef(own, other)[0, 1] > 0.999
