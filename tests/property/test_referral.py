"""Referrals: CRV, ledger and trees against the twins, and every identity of the ledger."""

from datetime import date
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import Network, Shells, Tables
from influence.tables import complete
from influence.tables.rules.forest import Cycle, counting, cycles
from influence.value import ledger, referral
from influence.value.referral import Referrals
from tests import graphs, naive
from tests.examples import examples

FIGURES = ("joined_anyway", "margin", "incentive", "marketing", "acquisition_saved")
TIES = pa.schema(
    [
        ("source", pa.string()),
        ("target", pa.string()),
        ("kind", pa.string()),
        ("network", pa.string()),
        ("strength", pa.float64()),
        ("directed", pa.bool_()),
    ]
)
CLAIMS = pa.schema([("referrer", pa.string()), ("referred", pa.string()), ("date", pa.date32())])

thoroughly = examples(80)
shares = st.one_of(st.sampled_from((0.0, 0.5, 1.0)), st.floats(0, 1))
trees = st.integers(0, 9).flatmap(lambda n: graphs.forests("ABCDEFGHI"[:n]))


def arrays(rows, keys):
    at = {key: place for place, key in enumerate(keys)}
    ends = [np.array([at[row[end]] for row in rows], np.intp) for end in ("referrer", "referred")]
    return Referrals(*ends, *(np.array([row[name] for row in rows], float) for name in FIGURES))


def plain(referrer, referred):
    """Referrals without amounts."""
    nothing = np.zeros(len(referrer))
    ends = np.asarray(referrer, np.intp), np.asarray(referred, np.intp)
    return Referrals(*ends, nothing, nothing, nothing, nothing, nothing)


def exactly(rows):
    """Return rows with floats as exact fractions."""
    return [
        {key: Fraction(cell) if isinstance(cell, float) else cell for key, cell in row.items()}
        for row in rows
    ]


def value_of(company):
    return {customer["id"]: customer["clv"] for customer in company[0]}


def scale(company, rows):
    """Σ|V| + Σ(q + a + c), the scale of tolerances for sums of the ledger."""
    paid = sum(row["acquisition_saved"] + row["incentive"] + row["marketing"] for row in rows)
    return paid + sum(abs(value) for value in value_of(company).values())


def influence_ledger(network, value, weights):
    """The ledger of influence as a run computes it."""
    shells = Shells(tuple(weights))
    influencers = shells.by_distance(network.reversed(), 1.0)[0]
    paid = ledger.shares(value, shells.weights, influencers)
    received = shells.by_distance(network, paid)[0].sum(axis=0)
    return ledger.settle(value, shells.weights, influencers, received)


def figures_of(company, rows, weights, share, directions=None):
    """Return the figures by customer and column, computed from arrays."""
    customers, ties = company
    tables = complete(
        Tables(
            customers=pa.table({"id": pa.array([c["id"] for c in customers], pa.string())}),
            ties=pa.Table.from_pylist(ties or [], schema=graphs.TIES),
        )
    )
    network = Network.from_tables(tables)
    keys = network.keys.to_pylist()
    value = np.array([value_of(company)[key] for key in keys], float)
    referrals = arrays(rows, keys)
    taken, gained = referral.settle(network.n, referrals, value, share)
    settled = influence_ledger(network, value - taken, weights)
    columns = {
        "own_kept": settled.own_kept,
        "credit_received": settled.credit_received,
        "credit_given": settled.credit_given,
        "referral_taken": taken,
        "referral_value": gained,
        "network_value": settled.network_value + gained,
    }
    return {
        key: {name: column[at] for name, column in columns.items()} for at, key in enumerate(keys)
    }


# The ledger


@thoroughly
@given(case=graphs.referring_companies(), weights=graphs.weights(4), share=shares)
def test_the_ledger_equals_the_twin(case, weights, share):
    company, rows = case
    found = figures_of(company, rows, weights, share)
    expected = naive.ledger_with_referrals(
        found,
        naive.arcs(naive.last_row_wins(company[1])[0]),
        exactly(rows),
        {key: Fraction(value) for key, value in value_of(company).items()},
        [Fraction(weight) for weight in weights],
        Fraction(share),
    )
    close = {"rel": 1e-12, "abs": 1e-12 * scale(company, rows)}
    for column, figures in expected.items():
        for customer, figure in figures.items():
            assert found[customer][column] == pytest.approx(float(figure), **close), (
                customer,
                column,
            )


@thoroughly
@given(case=graphs.referring_companies(), weights=graphs.weights(4), share=shares)
def test_the_ledger_balances(case, weights, share):
    company, rows = case
    value = value_of(company)
    found = figures_of(company, rows, weights, share)
    close = {"rel": 0, "abs": 1e-9 * scale(company, rows)}
    outside = sum(
        row["acquisition_saved"]
        - (1 - row["joined_anyway"]) * (row["incentive"] + row["marketing"])
        for row in rows
    )
    assert sum(row["network_value"] for row in found.values()) == pytest.approx(
        sum(value.values()) + outside, **close
    )
    for customer, row in found.items():
        assert row["network_value"] == pytest.approx(
            row["own_kept"] + row["referral_value"] + row["credit_received"], **close
        )
        assert value[customer] == pytest.approx(
            row["own_kept"] + row["credit_given"] + row["referral_taken"], **close
        )
        assert 0 <= row["referral_taken"] <= max(value[customer], 0)
        left = value[customer] - row["referral_taken"]
        least, most = sorted(((1 - weights[0]) * left, left))
        assert least - close["abs"] <= row["own_kept"] <= most + close["abs"]


@thoroughly
@given(case=graphs.referring_companies(), weights=graphs.weights(3), share=shares)
def test_without_ties_customers_keep_all_that_referrers_do_not_take(case, weights, share):
    (customers, _), rows = case
    for customer, row in figures_of((customers, []), rows, weights, share).items():
        clv = value_of((customers, []))[customer]
        assert row["own_kept"] == clv - row["referral_taken"]
        assert row["network_value"] == row["own_kept"] + row["referral_value"]


@thoroughly
@given(company=graphs.companies(max_customers=9), weights=graphs.weights(3))
def test_without_referrals_the_ledger_is_that_of_influence(company, weights):
    arcs = naive.arcs(naive.last_row_wins(company[1])[0])
    expected = naive.ledger(value_of(company), arcs, value_of(company), weights)
    for customer, row in figures_of(company, [], weights, 0.5).items():
        assert row["referral_taken"] == row["referral_value"] == 0
        assert row["network_value"] == pytest.approx(
            expected["network_value"][customer], rel=1e-12, abs=1e-12 * scale(company, [])
        )


@thoroughly
@given(case=graphs.referring_companies())
def test_nothing_is_taken_for_certain_joiners_or_at_a_share_of_zero(case):
    company, rows = case
    certain = [row | {"joined_anyway": 1.0} for row in rows]
    for some, share in ((certain, 1.0), (rows, 0.0)):
        found = figures_of(company, some, (0.5,), share)
        assert all(row["referral_taken"] == 0 for row in found.values())


def test_a_referrer_takes_no_more_than_the_clv():
    both = {"referrer": "A", "joined_anyway": 0.0, "incentive": 0, "marketing": 0}
    rows = [both | {"referred": name, "margin": 1000.0, "acquisition_saved": 0.0} for name in "BCD"]
    value = np.array([0.0, 10.0, 0.0, -10.0])
    taken, gained = referral.settle(4, arrays(rows, "ABCD"), value, share=1.0)
    assert taken.tolist() == [0, 10, 0, 0]
    assert gained.tolist() == [10, 0, 0, 0]


# CRV


@thoroughly
@given(case=graphs.referring_companies(), charge_certain=st.booleans())
def test_crv_equals_the_twin(case, charge_certain):
    company, rows = case
    value = value_of(company)
    expected = naive.crv(
        value,
        exactly(rows),
        {key: Fraction(clv) for key, clv in value.items()},
        charge_certain=charge_certain,
    )
    found = referral.crv(
        len(value),
        arrays(rows, value),
        np.array(list(value.values()), float),
        charge_certain=charge_certain,
    )
    margins = sum(row["margin"] or 0 for row in rows)
    close = {"rel": 1e-12, "abs": 1e-12 * (scale(company, rows) + margins)}
    assert found == pytest.approx([float(figure) for figure in expected.values()], **close)


@pytest.mark.parametrize(
    ("joined_anyway", "charge_certain", "expected"),
    [
        (0, False, 62),
        (0, True, 62),
        (1, False, 20),
        (1, True, 12),
        (0.5, False, 41),
        (0.5, True, 37),
    ],
)
def test_crv_of_type_one_and_of_type_two_with_and_without_costs(
    joined_anyway, charge_certain, expected
):
    row = {"referrer": "A", "referred": "B", "margin": 50, "incentive": 5, "marketing": 3}
    rows = [row | {"joined_anyway": joined_anyway, "acquisition_saved": 20}]
    value = np.array([1.0, 2.0])
    found = referral.crv(2, arrays(rows, "AB"), value, charge_certain=charge_certain)
    assert found.tolist() == [expected, 0]


def test_a_blank_margin_is_the_clv_or_zero_if_that_is_negative():
    row = {"referrer": "A", "margin": None, "joined_anyway": 0, "incentive": 1, "marketing": 0}
    rows = [row | {"referred": name, "acquisition_saved": 0} for name in "BC"]
    value = np.array([0.0, 30.0, -30.0])
    assert referral.crv(3, arrays(rows, "ABC"), value).tolist() == [28, 0, 0]


@thoroughly
@given(case=graphs.referring_companies(), data=st.data())
def test_the_order_of_rows_does_not_change_a_bit(case, data):
    company, rows = case
    shuffled = data.draw(st.permutations(rows))
    n = len(company[0])
    value = np.array(list(value_of(company).values()), float)
    one, other = (arrays(some, value_of(company)) for some in (rows, shuffled))
    assert np.array_equal(referral.crv(n, one, value), referral.crv(n, other, value))
    for a, b in zip(
        referral.settle(n, one, value, 0.3), referral.settle(n, other, value, 0.3), strict=True
    ):
        assert np.array_equal(a, b)
    assert np.array_equal(referral.tree_value(n, one, value), referral.tree_value(n, other, value))


# Trees


@thoroughly
@given(rows=trees, crv=st.lists(graphs.money(), min_size=9, max_size=9))
def test_the_value_of_a_tree_equals_the_recursive_twin(rows, crv):
    named = dict(zip("ABCDEFGHI", crv, strict=True))
    expected = naive.tree_value(named, rows, named)
    found = referral.tree_value(9, arrays(rows, named), np.array(crv))
    assert found.tolist() == list(expected.values())  # quarters add up exactly


def test_a_chain_and_a_star_of_a_million_customers_are_computed():
    n = 1_000_000
    people = np.random.default_rng(7).permutation(n)
    chain = plain(people[:-1], people[1:])
    assert np.array_equal(referral.tree_value(n, chain, np.ones(n))[people], np.arange(n, 0, -1))
    star = plain(np.full(n - 1, people[0]), people[1:])
    values = referral.tree_value(n, star, np.ones(n))
    assert values[people[0]] == n
    assert (values[people[1:]] == 1).all()


@pytest.mark.parametrize("n", [2, 3, 8, 1000])
def test_the_tree_value_of_a_cycle_raises(n):
    ring = plain(np.arange(n), np.roll(np.arange(n), 1))
    with pytest.raises(ValueError, match="cycle"):
        referral.tree_value(n, ring, np.ones(n))


def test_no_customers_and_no_referrals_are_accepted():
    for n in (0, 3):
        nothing, value = plain([], []), np.ones(n)
        assert referral.crv(n, nothing, value).tolist() == [0] * n
        for column in referral.settle(n, nothing, value):
            assert column.tolist() == [0] * n
            assert column.dtype == np.float64
        assert referral.tree_value(n, nothing, value).tolist() == [1] * n


# Which referrals count


def claims_table(rows):
    return pa.Table.from_pylist(rows, schema=CLAIMS)


@examples(300)
@given(rows=graphs.claims())
def test_counting_rows_and_cycles_equal_the_twin(rows):
    table = claims_table(rows)
    assert counting(table).tolist() == naive.counting(rows)
    assert cycles(table) == [Cycle(row, chain) for row, chain in naive.cycles(rows)]


@thoroughly
@given(rows=graphs.claims("ABCDE"))
def test_counting_rows_without_cycles_are_a_forest(rows):
    table = claims_table(rows)
    chains = cycles(table)
    for found in chains:
        assert found.chain[0] == found.chain[-1]
        assert len(set(found.chain)) == len(found.chain) - 1 >= 2
        row = rows[found.row]
        assert (row["referrer"], row["referred"]) == found.chain[:2]
    cut = [
        row
        for place, (row, counts) in enumerate(zip(rows, counting(table), strict=True))
        if counts and place not in {found.row for found in chains}
    ]
    people = sorted({row[end] for row in cut for end in ("referrer", "referred")})
    at = {person: place for place, person in enumerate(people)}
    forest = plain([at[row["referrer"]] for row in cut], [at[row["referred"]] for row in cut])
    sizes = referral.tree_value(len(people), forest, np.ones(len(people)))
    assert sizes.max(initial=0) <= len(people)


def test_the_earliest_referrer_wins_then_the_first_row_and_blank_dates_come_last():
    rows = [
        ("A", "X", None), ("B", "X", "2024-02-01"), ("C", "X", "2024-01-31"),
        ("D", "X", "2024-01-31"), ("A", "Y", None), ("B", "Y", None), ("Z", "Z", "1999-01-01"),
        ("A", "Z", None),
    ]  # fmt: skip
    names = ("referrer", "referred", "date")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    table = pa.table({**columns, "date": pa.array(columns["date"]).cast(pa.date32())})
    winners = [place for place, counts in enumerate(counting(table)) if counts]
    assert winners == [2, 4, 7]
    assert cycles(table) == []
    undated = table.drop_columns("date")
    assert np.flatnonzero(counting(undated)).tolist() == [0, 4, 7]


def test_a_cycle_through_a_row_that_does_not_count_is_not_reported():
    rows = [
        {"referrer": "A", "referred": "B", "date": None},
        {"referrer": "B", "referred": "A", "date": None},
    ]
    assert cycles(claims_table(rows)) == [Cycle(0, ("A", "B", "A"))]
    later = [*rows, {"referrer": "C", "referred": "A", "date": date(2020, 1, 1)}]
    assert cycles(claims_table(later)) == []


def test_cycles_are_ordered_by_first_row_and_exclude_branches():
    pairs = ["PQ", "EF", "CA", "XY", "FG", "AB", "YX", "BC", "BZ", "ZW"]
    rows = [{"referrer": a, "referred": b, "date": None} for a, b in pairs]
    assert cycles(claims_table(rows)) == [Cycle(2, tuple("CABC")), Cycle(3, tuple("XYX"))]


def test_long_cycles_and_many_cycles_are_found():
    n = 200_000
    people = np.random.default_rng(3).permutation(n)
    ids = pa.array(people).cast(pa.string())
    ring = pa.table({"referrer": ids, "referred": pa.array(np.roll(people, -1)).cast(pa.string())})
    (found,) = cycles(ring)
    assert found.row == 0
    assert found.chain == (*ids.to_pylist(), str(people[0]))
    chain = ring.slice(0, n - 1)
    assert counting(chain).all()
    assert cycles(chain) == []
    partner = people.reshape(-1, 2)[:, ::-1].ravel()
    pairs = pa.table({"referrer": ids, "referred": pa.array(partner).cast(pa.string())})
    assert [found.row for found in cycles(pairs)] == list(range(0, n, 2))
