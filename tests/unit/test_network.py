"""The network: directions, selections, repeated and self ties, and other libraries."""

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import InputRejected, Network, NothingToShow, Selection, UsageError
from influence.network.ego import ego_network
from tests import graphs, naive
from tests.examples import examples

thoroughly = examples(100)


def network_of(ties, ids="ABCDEF", **selection):
    customers = [{"id": key, "clv": 1.0} for key in ids]
    return Network.from_tables(graphs.tables_of((customers, ties)), Selection(**selection))


def arcs(network):
    """Return (from, to) → strength from the arrays."""
    names = network.keys.to_pylist()
    found = {}
    for i in range(network.n):
        for at in range(int(network.indptr[i]), int(network.indptr[i + 1])):
            found[names[i], names[int(network.indices[at])]] = float(network.strength[at])
    assert len(found) == network.arcs
    return found


def tie(ends, **columns):
    return {"source": ends[0], "target": ends[1], **columns}


# Direction


def test_a_tie_runs_both_ways_unless_its_row_says_directed():
    network = network_of([tie("AB"), tie("CD", directed=True)])
    assert set(arcs(network)) == {("A", "B"), ("B", "A"), ("C", "D")}


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("both", {("A", "B"), ("B", "A")}),
        ("as-written", {("A", "B")}),
        ("reversed", {("B", "A")}),
    ],
)
def test_the_direction_of_the_run_overrides_the_row(directed, way, expected):
    network = network_of([tie("AB", directed=directed)], directions={"tie": way})
    assert set(arcs(network)) == expected


def test_a_direction_applies_to_its_kind_only():
    ties = [tie("AB", kind="trusts", directed=True), tie("CD", directed=True)]
    network = network_of(ties, directions={"trusts": "reversed"})
    assert set(arcs(network)) == {("B", "A"), ("C", "D")}


@pytest.mark.parametrize("way", ["both", "as-written", "reversed"])
def test_a_tie_listed_in_both_directions_runs_both_ways_with_any_setting(way):
    network = network_of([tie("AB"), tie("BA"), tie("CD")], directions={"tie": way})
    assert {("A", "B"), ("B", "A")} <= set(arcs(network))
    assert network.ties == 2


def test_opposite_directed_ties_are_two_ties():
    network = network_of([tie("AB", directed=True), tie("BA", directed=True)])
    assert (network.ties, network.arcs) == (2, 2)


@pytest.mark.parametrize("way", ["backwards", "", "BOTH", None])
def test_an_unknown_direction_is_a_usage_error(way):
    with pytest.raises(UsageError, match="tie"):
        Selection(directions={"tie": way})


@thoroughly
@given(
    company=graphs.companies(max_customers=8, max_ties=16),
    directions=graphs.directions(),
    kinds=st.lists(st.sampled_from(graphs.KINDS), unique=True),
    networks=st.lists(st.sampled_from(graphs.NETWORKS), unique=True),
)
def test_arcs_of_random_companies_match_the_twin(company, directions, kinds, networks):
    rows = [naive.row(row) for row in company[1]]
    there = {row["kind"] for row in rows}
    places = {row["network"] for row in rows}
    selection = Selection(
        tuple(kind for kind in kinds if kind in there),
        tuple(name for name in networks if name in places),
        {kind: way for kind, way in directions.items() if kind in there},
    )
    network = Network.from_tables(graphs.tables_of(company), selection)
    survivors, _ = naive.last_row_wins(company[1])
    assert arcs(network) == naive.arcs(
        survivors, selection.directions, selection.kinds or None, selection.networks or None
    )


# Selection


def test_only_the_selected_kinds_and_networks_are_taken():
    ties = [
        tie("AB", kind="friend", network="web"),
        tie("CD", kind="friend"),
        tie("EF", kind="trusts", network="web"),
    ]
    assert set(arcs(network_of(ties, kinds=("friend",)))) == {
        ("A", "B"), ("B", "A"), ("C", "D"), ("D", "C"),
    }  # fmt: skip
    assert set(arcs(network_of(ties, kinds=("friend",), networks=("web",)))) == {
        ("A", "B"), ("B", "A"),
    }  # fmt: skip
    assert network_of(ties, networks=("",)).ties == 1
    assert network_of(ties, kinds=("trusts", "friend")).ties == 3
    assert network_of(ties, kinds=("trusts",)).n == 6


@pytest.mark.parametrize(
    "selection",
    [
        {"kinds": ("Friend",)},
        {"kinds": ("Friend", "nobody's")},
        {"networks": ("web",)},
        {"kinds": ("tie",), "networks": ("web", "mail")},
    ],
)
def test_only_unknown_kinds_or_networks_are_a_usage_error_that_lists_known_ones(selection):
    with pytest.raises(UsageError, match=r"no tie has the .*; there is ('tie'|'')"):
        network_of([tie("AB")], **selection)


@pytest.mark.parametrize(
    ("selection", "event"),
    [
        ({"kinds": ("tie", "nobody's")}, "kind_not_there"),
        ({"networks": ("", "web")}, "network_not_there"),
        ({"directions": {"follows": "reversed"}}, "kind_not_there"),
    ],
)
def test_an_unknown_kind_or_network_among_known_ones_is_noted_and_ignored(selection, event):
    tables = graphs.tables_of((graphs.customers_with({"A": 1.0, "B": 1.0}), [tie("AB")]))
    told = []
    network = Network.from_tables(tables, Selection(**selection), told.append)
    assert network.arcs == 2
    ((note),) = told
    assert note.event == event
    assert note.fields["there"] == ([""] if "network" in event else ["tie"])
    with pytest.warns(UserWarning, match="ignored"):
        Network.from_tables(tables, Selection(**selection))


def test_a_message_lists_few_names():
    ties = [tie("AB", kind=f"k{i}") for i in range(1000)]
    with pytest.raises(UsageError) as caught:
        network_of(ties, kinds=("x",))
    assert len(str(caught.value)) < 500


# Repeated ties and self ties


def test_of_a_repeated_tie_the_last_strength_counts():
    network = network_of([tie("AB", strength=5.0), tie("BA", strength=2.0)])
    assert arcs(network) == {("A", "B"): 2.0, ("B", "A"): 2.0}


def test_of_parallel_arcs_the_strongest_counts():
    ties = [
        tie("AB", kind="friend", strength=2.0),
        tie("AB", kind="trusts", strength=5.0, directed=True),
        tie("AB", kind="friend", network="web", strength=3.0),
    ]
    network = network_of(ties)
    assert arcs(network) == {("A", "B"): 5.0, ("B", "A"): 3.0}
    assert (network.ties, network.arcs) == (3, 2)


def test_a_self_tie_is_refused():
    with pytest.raises(InputRejected, match="same customer"):
        network_of([tie("AA")])


def test_self_arcs_and_repeated_arcs_are_dropped_from_arrays():
    keys = pa.array(["a", "b"])
    network = Network.from_arcs(
        keys, np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1]), np.array([9.0, 1.0, 3.0, 9.0]), ties=4
    )
    assert arcs(network) == {("a", "b"): 3.0}


def test_customers_without_ties_are_in_the_network():
    network = network_of([tie("BC")], ids="DCBA")
    assert network.keys.to_pylist() == ["A", "B", "C", "D"]
    assert network.indptr.tolist() == [0, 0, 1, 2, 2]
    assert network.neighbours("A") == []


def test_an_empty_network():
    network = network_of([], ids="")
    assert (network.n, network.arcs, network.ties) == (0, 0, 0)
    assert network.indptr.tolist() == [0]
    assert network.reversed() is network
    assert network.to_scipy().shape == (0, 0)
    assert isinstance(network.fingerprint(), str)


def test_keys_are_sorted_as_text_by_code_point():
    ids = ["b", "B", "é", "～", "😀", "10", "9", "\ue000", "!"]
    assert network_of([], ids=ids).keys.to_pylist() == sorted(ids)


# The arrays


def test_the_arrays_are_sorted_typed_read_only_csr():
    network = Network.from_tables(graphs.tables_of(graphs.karate()))
    assert network.indptr.dtype == np.int64
    assert network.indices.dtype == np.uint32
    assert network.strength.dtype == np.float64
    assert network.indptr[0] == 0
    assert network.indptr[-1] == len(network.indices) == len(network.strength) == network.arcs
    for i in range(network.n):
        row = network.indices[network.indptr[i] : network.indptr[i + 1]].tolist()
        assert row == sorted(set(row) - {i})
    for array in (network.indptr, network.indices, network.strength):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(AttributeError):
        network.ties = 3


def test_index_and_neighbours_go_by_key():
    network = network_of([tie("BD"), tie("BA"), tie("CB", directed=True)])
    assert network.index("B") == 1
    assert network.neighbours("B") == ["A", "D"]
    assert network.neighbours("C") == ["B"]
    for call in (network.index, network.neighbours):
        with pytest.raises(NothingToShow, match="'nobody'"):
            call("nobody")


def test_the_repr_of_a_network_has_its_size():
    assert repr(network_of([tie("AB")])) == "Network(6 customers, 1 ties, 2 arcs)"


# The reverse


def test_the_reverse_has_every_arc_reversed_with_its_strength():
    network = network_of([tie("AB", directed=True, strength=2.0), tie("BC", strength=3.0)])
    back = network.reversed()
    assert arcs(back) == {(j, i): s for (i, j), s in arcs(network).items()}
    assert back.ties == network.ties
    assert arcs(back.reversed()) == arcs(network)


def test_a_network_whose_arcs_all_run_both_ways_is_its_own_reverse():
    network = Network.from_tables(graphs.tables_of(graphs.karate()))
    assert network.reversed() is network


def test_the_reverse_keeps_unequal_strengths():
    network = network_of(
        [tie("AB", directed=True, strength=1.0), tie("BA", directed=True, strength=2.0)]
    )
    assert arcs(network.reversed()) == {("A", "B"): 2.0, ("B", "A"): 1.0}


@thoroughly
@given(company=graphs.companies(max_customers=8, max_ties=16))
def test_the_reverse_is_the_transposed_matrix(company):
    network = Network.from_tables(graphs.tables_of(company))
    np.testing.assert_array_equal(
        network.reversed().to_scipy().toarray(), network.to_scipy().toarray().T
    )


# Other libraries


@thoroughly
@given(company=graphs.companies(max_customers=8, max_ties=16))
def test_a_round_trip_through_networkx(company):
    network = Network.from_tables(graphs.tables_of(company))
    graph = network.to_networkx()
    assert list(graph.nodes) == network.keys.to_pylist()
    assert nx.get_edge_attributes(graph, "strength") == arcs(network)
    back = Network.from_networkx(graph)
    assert back.fingerprint() == network.fingerprint()


def test_an_undirected_graph_of_networkx_runs_both_ways():
    graph = nx.Graph([(1, 2, {"strength": 2.5}), (2, 3)])
    graph.add_node("lone")
    network = Network.from_networkx(graph)
    assert network.keys.to_pylist() == ["1", "2", "3", "lone"]
    assert arcs(network) == {
        ("1", "2"): 2.5, ("2", "1"): 2.5, ("2", "3"): 1.0, ("3", "2"): 1.0,
    }  # fmt: skip
    assert network.ties == 2


def test_a_directed_graph_of_networkx_runs_as_written():
    network = Network.from_networkx(nx.DiGraph([("a", "b"), ("b", "a"), ("b", "c")]))
    assert set(arcs(network)) == {("a", "b"), ("b", "a"), ("b", "c")}


def test_parallel_edges_of_networkx_keep_one_arc():
    graph = nx.MultiDiGraph([("a", "b", {"strength": 4.0}), ("a", "b", {"strength": 1.0})])
    assert set(arcs(Network.from_networkx(graph))) == {("a", "b")}


def test_parallel_edges_of_networkx_are_as_strong_as_the_strongest():
    for kind in (nx.MultiGraph, nx.MultiDiGraph):
        graph = kind([("a", "b", {"strength": 4.0}), ("a", "b", {"strength": 1.0}), ("a", "b")])
        assert arcs(Network.from_networkx(graph))["a", "b"] == 4.0


def test_a_weight_in_networkx_is_read_as_strength():
    graph = nx.DiGraph()
    graph.add_edge("a", "b", weight=5.0)
    graph.add_edge("b", "c", weight=5.0, strength=2.0)
    graph.add_edge("c", "d", likes=3)
    both, named = Network.from_networkx(graph), Network.from_networkx(graph, strength="likes")
    assert list(arcs(both).values()) == [5.0, 2.0, 1.0]
    assert list(arcs(named).values()) == [1.0, 1.0, 3.0]
    assert list(arcs(Network.from_networkx(graph, strength=None)).values()) == [1.0] * 3
    with pytest.raises(UsageError, match="cost"):
        Network.from_networkx(graph, strength="cost")


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), -1, 0, "x", [1], 10**400, object()])
def test_an_invalid_weight_in_networkx_is_refused(weight):
    graph = nx.Graph([(1, 2, {"weight": weight}), (2, 3, {"weight": "7"}), (3, 4)])
    with pytest.raises(InputRejected, match="ties"):
        Network.from_networkx(graph)


def test_networkx_nodes_with_the_same_text_are_refused():
    for graph in (nx.Graph([(1, 2), ("1", 2)]), nx.Graph([("1 ", 2), ("1", 2)])):
        with pytest.raises(InputRejected, match="earlier row: '1'"):
            Network.from_networkx(graph)


def test_networkx_nodes_with_invalid_unicode_are_refused():
    with pytest.raises(InputRejected, match="Unicode"):
        Network.from_networkx(nx.Graph([("a", "\ud800")]))


def test_an_empty_graph_of_networkx():
    assert Network.from_networkx(nx.Graph()).n == 0


def test_the_matrix_of_scipy_holds_the_strengths():
    network = network_of([tie("AB", strength=2.0), tie("BC", directed=True, strength=3.0)])
    matrix = network.to_scipy()
    expected = np.zeros((6, 6))
    expected[0, 1] = expected[1, 0] = 2.0
    expected[1, 2] = 3.0
    np.testing.assert_array_equal(matrix.toarray(), expected)
    np.testing.assert_array_equal((matrix @ matrix).toarray(), expected @ expected)


# Fingerprints


def test_a_fingerprint_changes_with_customers_arcs_strengths_and_columns():
    plain = [tie("AB", strength=2.0)]
    made = {
        "as it is": network_of(plain).fingerprint(),
        "one more customer": network_of(plain, ids="ABCDEFG").fingerprint(),
        "another name": network_of(plain, ids="ABCDEG").fingerprint(),
        "the same letters": network_of(plain, ids=["A", "B", "CD", "E", "F", "G"]).fingerprint(),
        "letters cut elsewhere": network_of(
            plain, ids=["A", "B", "C", "DE", "F", "G"]
        ).fingerprint(),
        "one more tie": network_of([*plain, tie("CD")]).fingerprint(),
        "one way only": network_of([tie("AB", strength=2.0, directed=True)]).fingerprint(),
        "another strength": network_of([tie("AB", strength=3.0)]).fingerprint(),
        "with a column": network_of(plain).fingerprint(np.zeros(6)),
        "another column": network_of(plain).fingerprint(np.ones(6)),
    }
    assert len(set(made.values())) == len(made)


def test_a_fingerprint_does_not_depend_on_the_order_of_rows():
    ties = [tie("AB"), tie("CD", strength=2.0), tie("AE", directed=True)]
    one = network_of(ties).fingerprint()
    assert network_of(list(reversed(ties)), ids="FEDCBA").fingerprint() == one


# Distance shells of one customer


@thoroughly
@given(
    company=graphs.companies(min_customers=1, max_customers=8, max_ties=16), depth=st.integers(1, 5)
)
def test_the_shells_of_all_customers_match_the_twin(company, depth):
    network = Network.from_tables(graphs.tables_of(company))
    names = network.keys.to_pylist()
    twin = arcs(network)
    for i, name in enumerate(names):
        found = ego_network(network, i, depth)
        distance = naive.shell(twin, name, depth)
        order = sorted(distance, key=lambda other: (distance[other], other))
        assert [names[j] for j in found.members] == order
        assert found.distance.tolist() == [distance[other] for other in order]
        first = {
            other: min(
                near
                for near in distance
                if distance[near] == 1
                and naive.shell(twin, near, depth).get(other, 0 if near == other else depth + 1)
                == distance[other] - 1
            )
            for other in order
        }
        assert [names[j] for j in found.through] == [first[other] for other in order]


def test_edges_are_the_ties_of_a_company():
    rng = np.random.default_rng(5)
    pairs = {tuple(sorted(pair)) for pair in rng.integers(0, 30, (80, 2)).tolist()}
    source, target = zip(*[pair for pair in pairs if pair[0] != pair[1]], strict=True)
    strength = np.arange(1.0, len(source) + 1)
    for directed in (False, True):
        network = Network.from_edges(np.array(source), list(target), strength, directed=directed)
        graph = nx.DiGraph() if directed else nx.Graph()
        graph.add_weighted_edges_from(
            zip(map(str, source), map(str, target), strength, strict=True)
        )
        assert arcs(network) == arcs(Network.from_networkx(graph))


def test_edges_may_leave_customers_without_ties():
    network = Network.from_edges([], [], customers=[7, 8])
    assert network.keys.to_pylist() == ["7", "8"]
    assert network.arcs == 0


def test_wrong_edges_are_refused():
    with pytest.raises(UsageError, match="same length"):
        Network.from_edges(["A"], [])
    with pytest.raises(InputRejected):
        Network.from_edges(["A"], ["A"])
    with pytest.raises(InputRejected):
        Network.from_edges(["A"], ["B"], customers=["A"])
    with pytest.raises(InputRejected):
        Network.from_edges(["A"], ["B"], [0.0])


def test_the_last_strength_of_a_pair_counts():
    network = Network.from_edges(["A", "A"], ["B", "B"], [3.0, 2.0])
    assert network.strength.tolist() == [2.0, 2.0]
