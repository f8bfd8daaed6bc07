"""The plain twins against each other, networkx, and the published figures."""

import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import graphs, naive
from tests.examples import examples

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "worked.json").read_text())
VARIANTS = GOLDEN["variants"]
W = [naive.exact(w) for w in graphs.WEIGHTS]

every_named_graph = pytest.mark.parametrize("company", graphs.NAMED.values(), ids=graphs.NAMED)
every_variant = pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)


def parts(company, directions=None):
    """Return ids, arcs and exact values, as a load and a run use them."""
    customers, ties = company
    value = {c["id"]: naive.exact(c["clv"]) for c in customers}
    survivors, _ = naive.last_row_wins(ties)
    return list(value), naive.arcs(survivors, directions), value


def exact_scores(variant):
    nodes, arcs, _ = parts((variant["customers"], variant["ties"]), variant["directions"])
    assert nodes == list("ABCDEF")
    return naive.scores(variant["customers"], arcs, GOLDEN["weights"])


def as_printed(exact, printed):
    """Return the exact number, rounded to the decimals of the page."""
    places = Decimal(1).scaleb(Decimal(printed).as_tuple().exponent)
    wide = Decimal(exact.numerator) / Decimal(exact.denominator)
    return wide.quantize(places, ROUND_HALF_UP)


# The worked graph


@every_variant
def test_every_published_number_is_the_exact_one_rounded(variant):
    scores = exact_scores(variant)
    for column, row in variant["published"].items():
        for customer, printed in row.items():
            exact = Fraction(scores[customer][column])
            assert as_printed(exact, printed) == Decimal(printed), (column, customer)
            if len(printed.partition(".")[2]) < 4:
                assert exact == Fraction(printed), (column, customer)


@every_variant
def test_every_published_sum_is_exact(variant):
    scores = exact_scores(variant)
    for column, printed in variant["published_sums"].items():
        assert sum(row[column] for row in scores.values()) == Fraction(printed), column


@every_variant
def test_the_golden_file_holds_the_nearest_doubles(variant):
    scores = exact_scores(variant)
    in_file = variant["scores"]
    assert list(in_file) == list(scores)
    for customer, row in scores.items():
        assert list(in_file[customer]) == list(row)
        assert in_file[customer] == {column: float(exact) for column, exact in row.items()}
    for column, total in variant["sums"].items():
        assert total == float(sum(row[column] for row in scores.values())), column


@every_variant
def test_the_golden_file_holds_the_named_graph(variant):
    assert graphs.NAMED[variant["graph"]]() == (variant["customers"], variant["ties"])


@every_variant
def test_brute_force_gives_the_published_ledger(variant):
    nodes, arcs, value = parts((variant["customers"], variant["ties"]), variant["directions"])
    by_coalition = naive.shapley(nodes, arcs, value, W)
    assert by_coalition == naive.shapley_by_arrival(nodes, arcs, value, W)
    for customer, printed in variant["published"]["network_value"].items():
        assert as_printed(by_coalition[customer], printed) == Decimal(printed)


def test_as_written_by_row_and_by_setting_are_equal():
    by_row = parts(graphs.worked_directed())
    assert by_row == parts(graphs.worked(), {"tie": "as-written"})
    assert parts(graphs.worked()) == parts(graphs.worked_directed(), {"tie": "both"})


def test_the_best_groups_of_the_worked_graph_match_the_page():
    nodes, arcs, value = parts(graphs.worked())

    def worth(group):
        return naive.worth(group, nodes, arcs, value, W)

    assert [worth("D"), worth("DE"), worth("DEA")] == [
        Fraction("321.5"),
        Fraction("321.5") + 82,
        Fraction("478.5"),
    ]
    assert max(nodes, key=worth) == "D"
    assert max(set(nodes) - set("D"), key=lambda i: worth("D" + i)) == "E"
    assert max(set(nodes) - set("DE"), key=lambda i: worth("DE" + i)) == "A"
    cost = {"A": 10, "B": 1, "C": 8, "D": 25, "E": 12, "F": 6}
    affordable = [
        group
        for size in range(7)
        for group in combinations("ABCDEF", size)
        if sum(cost[i] for i in group) <= 20
    ]
    assert max(affordable, key=worth) == ("B", "E", "F")
    assert worth("BEF") == Fraction("357.5")


@pytest.mark.parametrize(
    ("tie", "total", "endpoints"),
    [
        ("CD", "327", "175.5"),
        ("DE", "303.5", "186.5"),
        ("EF", "173", "145"),
        ("AC", "97", "72"),
        ("BC", "52", "52"),
        ("AB", "20", "20"),
    ],
)
def test_the_loss_by_cutting_a_tie_matches_the_page(tie, total, endpoints):
    nodes, arcs, value = parts(graphs.worked())
    cut = {arc: s for arc, s in arcs.items() if set(arc) != set(tie)}
    before = naive.shells_gain(nodes, arcs, value, W)
    after = naive.shells_gain(nodes, cut, value, W)
    assert sum(before[i] - after[i] for i in nodes) == Fraction(total)
    assert sum(before[i] - after[i] for i in tie) == Fraction(endpoints)
    kept = naive.ledger(nodes, cut, value, W)["network_value"]
    assert sum(kept.values()) == 550


# Distances


@every_named_graph
def test_shells_match_the_shortest_distances_of_networkx(company):
    nodes, arcs, _ = parts(company())
    graph = nx.DiGraph(list(arcs))
    graph.add_nodes_from(nodes)
    for i in nodes:
        found = nx.single_source_shortest_path_length(graph, i, cutoff=3)
        assert naive.shell(arcs, i, 3) == {j: d for j, d in found.items() if d}


@given(graphs.companies(), graphs.directions(), graphs.weights())
@examples()
def test_the_shells_twins_agree(company, directions, weights):
    nodes, arcs, value = parts(company, directions)
    weights = [naive.exact(w) for w in weights]
    money = naive.by_distance(nodes, arcs, value, len(weights))
    people = naive.by_distance(nodes, arcs, dict.fromkeys(nodes, 1), len(weights))
    gain = naive.shells_gain(nodes, arcs, value, weights)
    assert people == naive.reach(nodes, arcs, len(weights))
    for i in nodes:
        assert gain[i] == sum(w * v for w, v in zip(weights, money[i], strict=True))
        assert sum(people[i]) == len(naive.shell(arcs, i, len(weights))) <= len(nodes) - 1


# The ledger


@given(graphs.companies(max_customers=7), graphs.directions(), graphs.weights())
@examples(150)
def test_the_closed_form_equals_the_shapley_value(company, directions, weights):
    nodes, arcs, value = parts(company, directions)
    weights = [naive.exact(w) for w in weights]
    closed_form = naive.ledger(nodes, arcs, value, weights)["network_value"]
    assert closed_form == naive.shapley(nodes, arcs, value, weights)


@given(graphs.companies(max_customers=5), graphs.weights())
@examples(50)
def test_coalitions_and_arrival_orders_give_the_same_shapley_value(company, weights):
    nodes, arcs, value = parts(company)
    by_coalition = naive.shapley(nodes, arcs, value, weights)
    assert by_coalition == naive.shapley_by_arrival(nodes, arcs, value, weights)


@pytest.mark.parametrize(
    "company",
    [graph for graph in graphs.NAMED.values() if len(graph()[0]) <= 7],
    ids=lambda graph: graph.__name__,
)
def test_the_closed_form_equals_the_shapley_value_on_small_named_graphs(company):
    nodes, arcs, value = parts(company())
    closed_form = naive.ledger(nodes, arcs, value, W)["network_value"]
    assert closed_form == naive.shapley(nodes, arcs, value, W)


@every_named_graph
def test_the_ledger_assigns_every_value_once(company):
    nodes, arcs, value = parts(company())
    books = naive.ledger(nodes, arcs, value, W)
    assert sum(books["network_value"].values()) == sum(value.values())
    assert sum(books["credit_received"].values()) == sum(books["credit_given"].values())
    for i in nodes:
        assert books["own_kept"][i] + books["credit_given"][i] == value[i]
        assert books["own_kept"][i] + books["credit_received"][i] == books["network_value"][i]
        if value[i]:
            assert 1 - W[0] <= Fraction(books["own_kept"][i]) / value[i] <= 1
        if not any(i in arc for arc in arcs):
            assert books["network_value"][i] == value[i]


@given(graphs.companies(min_customers=1), graphs.weights())
@examples()
def test_a_negative_clv_is_split_like_a_positive_one(company, weights):
    nodes, arcs, value = parts(company)
    weights = [naive.exact(w) for w in weights]
    turned = {i: -v for i, v in value.items()}
    books = naive.ledger(nodes, arcs, value, weights)
    turned_books = naive.ledger(nodes, arcs, turned, weights)
    for column, figures in books.items():
        assert turned_books[column] == {i: -figure for i, figure in figures.items()}
    together = dict.fromkeys(nodes, Fraction(0))
    for j in nodes:
        alone = {i: value[i] if i == j else 0 for i in nodes}
        for i, share in naive.shapley(nodes, arcs, alone, weights).items():
            together[i] += share
    assert together == books["network_value"]


def test_brute_force_refuses_more_than_seven():
    nodes, arcs, value = parts(graphs.cycle())
    with pytest.raises(ValueError, match="not 8"):
        naive.shapley(nodes, arcs, value, W)


# Ties to arcs


def test_a_directed_row_gives_one_arc_and_an_undirected_row_two():
    assert naive.arcs([("A", "B", "tie", "", 2.0, True)]) == {("A", "B"): 2.0}
    assert naive.arcs([("A", "B")]) == {("A", "B"): 1.0, ("B", "A"): 1.0}


@pytest.mark.parametrize("directed", [False, True])
def test_the_direction_of_the_run_overrides_the_row(directed):
    ties = [{"source": "A", "target": "B", "kind": "trusts", "directed": directed}]
    forth, back = {("A", "B"): 1.0}, {("B", "A"): 1.0}
    assert naive.arcs(ties, {"trusts": "both"}) == forth | back
    assert naive.arcs(ties, {"trusts": "as-written"}) == forth
    assert naive.arcs(ties, {"trusts": "reversed"}) == back
    assert naive.arcs(ties, {"names": "reversed"}) == naive.arcs(ties)


@pytest.mark.parametrize("way", ["both", "as-written", "reversed"])
def test_a_tie_listed_in_both_directions_runs_both_ways_with_any_setting(way):
    survivors, replaced = naive.last_row_wins([("A", "B"), ("B", "A")])
    assert replaced == 1
    assert [tie["mutual"] for tie in survivors] == [True]
    assert set(naive.arcs(survivors, {"tie": way})) == {("A", "B"), ("B", "A")}


def test_self_ties_and_unselected_ties_give_no_arc():
    ties = [("A", "A"), ("A", "B", "friend", "town"), ("B", "C", "friend", "web"), ("C", "D")]
    undirected = {("A", "B"), ("B", "A")}
    assert set(naive.arcs(ties, kinds=["friend"], networks=["town"])) == undirected
    assert set(naive.arcs(ties, kinds=["friend"])) == undirected | {("B", "C"), ("C", "B")}
    assert set(naive.arcs(ties, networks=[""])) == {("C", "D"), ("D", "C")}
    assert naive.arcs(ties, kinds=[]) == {}


def test_of_parallel_arcs_the_strongest_counts():
    ties = [
        ("A", "B", "friend", "town", 2.0, False),
        ("A", "B", "follows", "web", 5.0, True),
        ("B", "A", "friend", "web", 0.5, False),
    ]
    assert naive.arcs(ties) == {("A", "B"): 5.0, ("B", "A"): 2.0}
    assert naive.arcs(ties, {"follows": "reversed"}) == {("A", "B"): 2.0, ("B", "A"): 5.0}


# Duplicates


def test_the_last_row_wins_also_with_swapped_ends():
    customers, ties = graphs.duplicates()
    survivors, replaced = naive.last_row_wins(ties)
    kept = [
        (t["source"] + t["target"], t["network"], t["strength"], t["directed"], t["mutual"])
        for t in survivors
    ]
    assert kept == [
        ("BA", "", 2.0, False, True),
        ("BC", "", 3.0, True, False),
        ("CB", "", 4.0, True, False),
        ("DC", "", 7.0, False, False),
        ("ED", "", 9.0, True, False),
        ("DE", "web", 9.5, False, False),
    ]
    assert replaced == len(ties) - len(kept) == 4
    assert len(customers) == 5


def test_one_undirected_row_replaces_two_directed_ones():
    forth, back = ("A", "B", "tie", "", 1.0, True), ("B", "A", "tie", "", 2.0, True)
    undirected = ("A", "B", "tie", "", 3.0, False)
    assert naive.last_row_wins([forth, back])[1] == 0
    assert naive.last_row_wins([forth, back, undirected])[1] == 2
    survivors, replaced = naive.last_row_wins([undirected, forth, back])
    assert replaced == 1
    assert naive.arcs(survivors) == {("A", "B"): 1.0, ("B", "A"): 2.0}


def test_a_repeated_row_is_not_mutual():
    survivors, replaced = naive.last_row_wins([("A", "B"), ("A", "B")])
    assert replaced == 1
    assert not survivors[0]["mutual"]


def test_a_reversed_row_of_another_kind_or_network_is_another_tie():
    ties = [("A", "B"), ("B", "A", "friend"), ("B", "A", "tie", "web")]
    survivors, replaced = naive.last_row_wins(ties)
    assert replaced == 0
    assert not any(tie["mutual"] for tie in survivors)


@given(graphs.companies(max_customers=4))
def test_a_row_is_kept_unless_a_later_row_is_the_same_tie(company):
    rows = [naive.row(tie) for tie in company[1]]
    survivors, replaced = naive.last_row_wins(rows)
    expected = [
        one
        for place, one in enumerate(rows)
        if not any(naive.same_tie(one, later) for later in rows[place + 1 :])
    ]
    assert [tie | {"mutual": False} for tie in survivors] == expected
    assert replaced == len(rows) - len(expected)


@given(graphs.companies())
def test_removing_duplicates_is_idempotent(company):
    once, _ = naive.last_row_wins(company[1])
    assert naive.last_row_wins(once) == (once, 0)


@given(graphs.companies(), graphs.directions())
def test_reversing_every_kind_reverses_every_arc(company, directions):
    survivors, _ = naive.last_row_wins(company[1])
    turn = {"both": "both", "as-written": "reversed", "reversed": "as-written"}
    ways = dict.fromkeys(graphs.KINDS, "as-written") | directions
    arcs = naive.arcs(survivors, ways)
    turned = naive.arcs(survivors, {kind: turn[way] for kind, way in ways.items()})
    assert turned == {(j, i): strength for (i, j), strength in arcs.items()}


# Ranks


def test_equal_values_share_the_smallest_rank():
    values = {"A": 10.0, "B": 30.0, "C": 10.0, "D": 20.0, "E": -5.0}
    assert naive.rank(values, 0) == {"B": 1, "D": 2, "A": 3, "C": 3, "E": 5}


def test_values_within_the_tolerance_share_a_rank():
    values = {"A": 3.0, "B": 2.5, "C": 2.0, "D": 1.0}
    assert naive.rank(values, 0.5) == {"A": 1, "B": 1, "C": 1, "D": 4}
    assert naive.rank(values, 0.25) == {"A": 1, "B": 2, "C": 3, "D": 4}
    assert naive.rank({}, 0) == {}


@given(st.dictionaries(st.text(max_size=2), st.integers(-5, 5), max_size=12))
def test_a_rank_is_one_plus_the_number_of_larger_values(values):
    ranks = naive.rank(values, 0)
    for name, value in values.items():
        assert ranks[name] == 1 + sum(1 for other in values.values() if other > value)


# Graphs


def test_a_random_company_is_the_same_for_the_same_seed():
    one = graphs.random_company(7, n=20, ties=40, kinds=("tie", "follows"), networks=("", "web"))
    again = graphs.random_company(7, n=20, ties=40, kinds=("tie", "follows"), networks=("", "web"))
    assert one == again
    assert one != graphs.random_company(8, n=20, ties=40)
    customers, ties = one
    assert (len(customers), len(ties)) == (20, 40)
    assert all(tie["source"] != tie["target"] for tie in ties)
    assert graphs.random_company(1, n=1) == (graphs.random_company(1, n=1)[0], [])


@every_named_graph
def test_a_named_graph_is_consistent_and_new_on_each_call(company):
    customers, ties = company()
    ids = {c["id"] for c in customers}
    assert len(ids) == len(customers)
    assert all({tie["source"], tie["target"]} <= ids for tie in ties)
    assert company() == (customers, ties)
    assert not ties or company()[1][0] is not ties[0]
