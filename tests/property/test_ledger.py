"""The ledger against its twin and the Shapley value; every unit of money is assigned once."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import Selection, compute
from influence.pipeline import Parameters
from influence.value import ledger
from influence.value.rank import rank
from tests import graphs, naive
from tests.builders import every_named_graph
from tests.examples import examples

LEDGER = ("own_kept", "credit_received", "credit_given", "network_value")

thoroughly = examples(80)


def computed(company, weights=graphs.WEIGHTS, directions=None):
    """Return the figures by customer and column."""
    parameters = Parameters(tuple(weights), Selection(directions=directions))
    rows = compute(graphs.tables_of(company), parameters).to_arrow().to_pylist()
    return {row["customer"]: row for row in rows}


def directions_of_kinds(company, directions):
    present = {naive.row(tie)["kind"] for tie in company[1]}
    return {kind: way for kind, way in directions.items() if kind in present}


def arcs_of(company, directions=None):
    return naive.arcs(naive.last_row_wins(company[1])[0], directions)


def scale(company):
    return sum(abs(customer["clv"]) for customer in company[0])


def assert_equals_the_twin(company, weights, directions=None):
    found = computed(company, weights, directions)
    expected = naive.scores(company[0], arcs_of(company, directions), weights)
    assert set(found) == set(expected)
    tolerance = 1e-12 * scale(company)
    for customer, row in expected.items():
        for column, figure in row.items():
            if column.endswith("rank"):
                continue  # values that differ by about the tolerance may be tied or not
            assert found[customer][column] == pytest.approx(
                float(figure), rel=1e-12, abs=tolerance
            ), (customer, column)
    return found, expected


def assert_ledger_balances(company, weights, rows):
    total = scale(company)
    close = {"rel": 0, "abs": 1e-9 * total}
    assert sum(row["network_value"] for row in rows) == pytest.approx(
        sum(row["clv"] for row in rows), **close
    )
    assert sum(row["credit_received"] for row in rows) == pytest.approx(
        sum(row["credit_given"] for row in rows), **close
    )
    for row in rows:
        assert row["own_kept"] + row["credit_given"] == pytest.approx(row["clv"], **close)
        assert row["own_kept"] + row["credit_received"] == pytest.approx(
            row["network_value"], **close
        )
        least, most = sorted(((1 - weights[0]) * row["clv"], row["clv"]))
        assert least - 1e-9 * total <= row["own_kept"] <= most + 1e-9 * total
        assert row["network_value_gross"] == pytest.approx(row["clv"] + row["influence"], **close)


@every_named_graph
@pytest.mark.parametrize("weights", [graphs.WEIGHTS, (1.0,), (0.3, 0.3, 0.3, 0.3, 0.0), (0.0,)])
def test_named_graphs_equal_the_twin(company, weights):
    found, expected = assert_equals_the_twin(company, weights)
    assert_ledger_balances(company, weights, found.values())
    for customer, row in expected.items():
        assert found[customer]["rank"] == row["rank"], customer
        assert found[customer]["clv_rank"] == row["clv_rank"], customer


@thoroughly
@given(
    company=graphs.companies(max_customers=9, max_ties=18),
    weights=graphs.weights(5),
    directions=graphs.directions(),
)
def test_random_companies_equal_the_twin(company, weights, directions):
    ways = directions_of_kinds(company, directions)
    found, _ = assert_equals_the_twin(company, weights, ways)
    assert_ledger_balances(company, weights, found.values())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("directed_share", [0.0, 0.4, 1.0])
def test_larger_companies_equal_the_twin(seed, directed_share):
    company = graphs.random_company(seed, n=75, ties=130, directed_share=directed_share)
    found, _ = assert_equals_the_twin(company, (0.6, 0.4, 0.2, 0.1))
    assert_ledger_balances(company, (0.6, 0.4, 0.2, 0.1), found.values())


@examples(60)
@given(
    company=graphs.companies(max_customers=5, max_ties=9),
    weights=graphs.weights(4),
    directions=graphs.directions(),
)
def test_network_value_is_the_shapley_value_of_the_game(company, weights, directions):
    ways = directions_of_kinds(company, directions)
    value = {customer["id"]: customer["clv"] for customer in company[0]}
    expected = naive.shapley(value, arcs_of(company, ways), value, weights)
    found = computed(company, weights, ways)
    for customer, share in expected.items():
        assert found[customer]["network_value"] == pytest.approx(
            float(share), rel=1e-12, abs=1e-12 * scale(company)
        )


@thoroughly
@given(company=graphs.companies(max_customers=9, max_ties=18), weights=graphs.weights(4))
def test_a_customer_without_ties_keeps_the_whole_clv(company, weights):
    tied = {end for arc in arcs_of(company) for end in arc}
    for customer, row in computed(company, weights).items():
        if customer not in tied:
            assert row["own_kept"] == pytest.approx(row["clv"], rel=1e-12)
            assert row["credit_given"] == pytest.approx(0, abs=1e-12 * scale(company))
            assert row["credit_received"] == row["influence"] == 0
            assert row["network_value"] == pytest.approx(row["clv"], rel=1e-12)


@thoroughly
@given(
    company=graphs.companies(max_customers=8, max_ties=16),
    weights=graphs.weights(4),
    factor=st.sampled_from([-1.0, -2.5, 0.5, 1000.0]),
)
def test_the_ledger_is_linear_in_the_clv(company, weights, factor):
    customers, ties = company
    scaled = [customer | {"clv": factor * customer["clv"]} for customer in customers], ties
    before, after = computed(company, weights), computed(scaled, weights)
    for customer, row in before.items():
        for column in LEDGER:
            assert after[customer][column] == pytest.approx(
                factor * row[column], rel=1e-12, abs=1e-12 * scale(scaled)
            )


@thoroughly
@given(company=graphs.companies(min_customers=1, max_customers=8, max_ties=16), data=st.data())
def test_the_ledger_is_additive_in_the_clv(company, data):
    customers, ties = company
    others = [customer | {"clv": data.draw(graphs.money())} for customer in customers]
    both = [
        one | {"clv": one["clv"] + other["clv"]}
        for one, other in zip(customers, others, strict=True)
    ]
    first, second, sums = (computed((people, ties)) for people in (customers, others, both))
    tolerance = 1e-12 * (scale(company) + scale((others, ties)))
    for customer in sums:
        for column in LEDGER:
            assert sums[customer][column] == pytest.approx(
                first[customer][column] + second[customer][column], rel=1e-12, abs=tolerance
            )


@thoroughly
@given(company=graphs.companies(max_customers=8, max_ties=16), data=st.data())
def test_renaming_customers_renames_the_figures(company, data):
    customers, ties = company
    names = [customer["id"] for customer in customers]
    new = dict(zip(names, data.draw(st.permutations(names)), strict=True))
    renamed = (
        [customer | {"id": new[customer["id"]]} for customer in customers],
        [tie | {"source": new[tie["source"]], "target": new[tie["target"]]} for tie in ties],
    )
    before, after = computed(company), computed(renamed)
    for name in names:
        for column in LEDGER:
            assert after[new[name]][column] == pytest.approx(
                before[name][column], rel=1e-12, abs=1e-12 * scale(company)
            )


def test_a_free_customer_has_the_published_network_value():
    assert computed(graphs.worked())["B"]["network_value"] == pytest.approx(27.58333333)


# The arrays alone


def test_shares_of_an_influencer_do_not_grow_with_distance():
    value = np.array([100.0, 40.0, 0.0])
    influencers = np.array([[2.0, 0.0, 1.0], [1.0, 3.0, 0.0]])
    shares = ledger.shares(value, (0.5, 0.2), influencers)
    assert shares.shape == (2, 3)
    assert (np.diff(shares, axis=0) <= 0).all()
    exact = 100 * (Fraction(3, 10) / 3 + Fraction(2, 10) / 4)
    assert shares[0, 0] == pytest.approx(float(exact))


# Ranks


def test_ranks_start_with_the_largest_and_ties_share_the_smallest():
    assert rank(np.array([5.0, 7.0, 5.0, 1.0, 1.0])).tolist() == [2, 1, 2, 4, 4]
    assert rank(np.array([])).tolist() == []
    assert rank(np.array([-1.0])).tolist() == [1]
    assert rank(np.zeros(4)).tolist() == [1, 1, 1, 1]


def test_chains_of_values_within_the_tolerance_are_tied():
    assert rank(np.array([3.0, 2.9, 2.8, 2.0]), tolerance=0.15).tolist() == [1, 1, 1, 4]


@thoroughly
@given(
    values=st.lists(st.integers(-5, 5).map(lambda quarter: quarter / 4), max_size=12),
    tolerance=st.sampled_from([0.0, 0.25, 0.3]),
)
def test_ranks_equal_the_twin(values, tolerance):
    named = {f"{at:02}": value for at, value in enumerate(values)}
    expected = naive.rank(named, tolerance)
    found = rank(np.array(values, dtype=float), tolerance).tolist()
    assert found == [expected[name] for name in named]


def test_network_values_that_differ_by_rounding_share_a_rank():
    # Two copies of a company whose sums are added in different orders.
    left = ["AB", "BC", "CD", "AC", "DE"]
    ties = graphs.ties_between(left) + graphs.ties_between([pair.lower() for pair in left])
    values = {"A": 0.1, "B": 0.7, "C": 12.3, "D": 1e-3, "E": 33.3}
    customers = graphs.customers_with(values | {k.lower(): v for k, v in values.items()})
    found = computed((customers, ties), (0.47, 0.23, 0.11))
    for name in values:
        assert found[name]["rank"] == found[name.lower()]["rank"]
