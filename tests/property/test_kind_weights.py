"""Shells where kinds of ties weigh differently, against all paths one by one."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import Network, Parameters, Selection, compute
from influence.customer.explain import explain_tables
from influence.models import Shells, cut_ties
from influence.models.strongest_paths import strongest_paths_from
from influence.reports.ties import total_loss
from influence.tables import complete
from influence.tables.notes import ignore
from tests import graphs, naive
from tests.examples import examples

KINDS = ("family", "friend", "colleague")
WEIGHTS = {"family": Fraction(1, 2), "friend": Fraction(1), "colleague": Fraction(3, 4)}
STEPS = [Fraction(9, 20), Fraction(1, 4), Fraction(1, 10), Fraction(1, 10)]


@st.composite
def companies(draw, most=6):
    """Customers with values, and directed and undirected ties of several kinds."""
    n = draw(st.integers(1, most))
    names = [chr(ord("A") + i) for i in range(n)]
    customers = graphs.customers_with({name: draw(st.integers(0, 100)) for name in names})
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(
        lambda pair: pair[0] != pair[1]
    )
    ends = draw(st.lists(pairs, max_size=10)) if n > 1 else []
    kinds, ways = st.sampled_from(KINDS), st.booleans()
    ties = [
        {"source": a, "target": b, "kind": draw(kinds), "directed": draw(ways)} for a, b in ends
    ]
    return customers, ties


def parameters(depth=3, weights=WEIGHTS):
    selection = Selection(kind_weights={kind: float(weight) for kind, weight in weights.items()})
    return Parameters(weights=tuple(map(float, STEPS[:depth])), selection=selection)


def value_and_arcs(company):
    """The values, and by arc the largest weight of the kinds behind it; all fractions."""
    customers, ties = company
    value = {customer["id"]: Fraction(customer["clv"]) for customer in customers}
    arcs = {}
    for tie in naive.last_row_wins(ties)[0]:
        for arc in naive.arcs_of(tie, {}):
            arcs[arc] = max(arcs.get(arc, 0), WEIGHTS[tie["kind"]])
    return value, arcs


@examples(60)
@given(companies(), st.integers(1, 4))
def test_every_customer_counts_by_the_path_that_counts_most(company, depth):
    value, arcs = value_and_arcs(company)
    table = compute(graphs.tables_of(company), parameters(depth), tell=ignore).table.to_pylist()
    for row in table:
        paths = naive.strongest_paths(arcs, row["customer"], STEPS[:depth])
        by_distance = [
            sum(counts * value[j] for j, (counts, d, _) in paths.items() if d == step)
            for step in range(1, depth + 1)
        ]
        found = [row[f"influence_{d}"] for d in range(1, depth + 1)]
        assert found == pytest.approx([float(part) for part in by_distance], abs=1e-9)
        people = list(naive.shell(arcs, row["customer"], depth).values())
        reach = [row[f"reach_{d}"] for d in range(1, depth + 1)]
        assert reach == [people.count(d) for d in range(1, depth + 1)]


@examples(40)
@given(companies(most=5))
def test_the_ledger_is_the_shapley_value_of_these_paths(company):
    value, arcs = value_and_arcs(company)
    expected = naive.shapley_of_paths(list(value), arcs, value, STEPS[:3])
    table = compute(graphs.tables_of(company), parameters(), tell=ignore).table
    found = dict(
        zip(*(table[name].to_pylist() for name in ("customer", "network_value")), strict=True)
    )
    assert found == pytest.approx({i: float(share) for i, share in expected.items()}, abs=1e-9)
    assert sum(found.values()) == pytest.approx(float(sum(value.values())))


@examples(60)
@given(companies(), st.integers(1, 4))
def test_a_tie_is_worth_what_is_lost_without_it(company, depth):
    value, arcs = value_and_arcs(company)
    asked, weights = parameters(depth), STEPS[:depth]
    network = Network.from_tables(graphs.tables_of(company), asked.selection, ignore)
    keys = network.keys.to_pylist()
    values = np.array([float(value[key]) for key in keys])

    def influence(i, without=()):
        left = {arc: weight for arc, weight in arcs.items() if arc not in without}
        return sum(
            path[0] * value[j] for j, path in naive.strongest_paths(left, i, weights).items()
        )

    losses = cut_ties.own_losses(network, values, asked.weights)
    assert (losses >= 0).all()
    backward = network.reversed()
    for i, j, loss in zip(network.sources.tolist(), network.indices.tolist(), losses, strict=True):
        pair = keys[i], keys[j]
        cut = {pair, pair[::-1]}
        assert loss == pytest.approx(float(influence(pair[0]) - influence(pair[0], cut)), abs=1e-9)
        expected = sum(influence(key) - influence(key, cut) for key in keys)
        total = total_loss(network, backward, values, asked.weights, (i, j))
        assert total == pytest.approx(float(expected), abs=1e-9)


@examples(40)
@given(companies())
def test_weights_of_one_change_no_bit(company):
    tables = graphs.tables_of(company)
    plain = compute(tables, parameters(weights={}), tell=ignore)
    ones = compute(tables, parameters(weights=dict.fromkeys(KINDS, Fraction(1))), tell=ignore)
    assert ones.table.drop(["run"]).equals(plain.table.drop(["run"]))


@examples(40)
@given(companies(), st.integers(1, 4))
def test_an_explanation_adds_up_to_the_figures(company, depth):
    tables = graphs.tables_of(company)
    tables = complete(tables)
    scores = compute(tables, parameters(depth), tell=ignore)
    for row in scores.table.to_pylist():
        explained = explain_tables(tables, scores, row["customer"])
        assert sum(explained.contributors["contribution"].to_pylist()) == pytest.approx(
            row["influence"], abs=1e-9
        )
        influence = [step["influence"] for step in explained.by_distance]
        found = [row[f"influence_{d}"] for d in range(1, depth + 1)]
        assert influence == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_a_larger_network_is_searched_as_one_customer_at_a_time(seed):
    company = graphs.random_company(seed, 300, 900, kinds=KINDS)
    asked = parameters()
    network = Network.from_tables(graphs.tables_of(company), asked.selection, ignore)
    shells, payoff = Shells(asked.weights), np.random.default_rng(seed).normal(size=network.n)
    classes = shells.classes(network)
    (sums,) = shells.by_class(network, payoff)
    for customer in range(network.n):
        strongest = strongest_paths_from(network, classes, customer)
        expected = np.bincount(strongest, payoff, len(classes.weights) + 1)[:-1]
        assert sums[:, customer] == pytest.approx(expected, abs=1e-9)


def test_a_weak_tie_between_friends_of_friends_takes_nothing_away():
    customers = graphs.customers_with({"A": 0, "B": 0, "C": 100})
    friends = graphs.ties_between(["AB", "BC"], kind="friend")
    family = graphs.ties_between(["AC"], kind="family")
    weights = {"family": Fraction(1, 10)}

    def influence(ties):
        table = compute(
            graphs.tables_of((customers, ties)), parameters(weights=weights), tell=ignore
        ).table
        return table["influence"][0].as_py(), table["influence_active"][0].as_py()

    assert influence(friends) == influence(friends + family) == (25.0, 0.0)
