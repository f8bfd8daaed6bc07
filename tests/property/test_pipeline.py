"""The whole computation from tables to scores, with referrals and sentiment, against the twins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import Parameters, compute
from influence.value.conventions import Conventions
from tests import graphs, naive
from tests.examples import examples

thoroughly = examples(60)
shares = st.one_of(st.sampled_from((0.0, 0.5, 1.0)), st.floats(0, 1))
sentiments = st.one_of(st.none(), st.sampled_from([-1.0, 0.0, 1.0]), st.floats(-1, 1))


@st.composite
def companies(draw):
    """Customers with sentiments, some of them hidden; ties of any direction; a referral forest."""
    customers, ties = draw(graphs.companies(max_customers=9, max_ties=14))
    people = [
        c | {"sentiment": draw(sentiments), "do_not_profile": draw(st.booleans())}
        for c in customers
    ]
    return people, ties, draw(graphs.forests([c["id"] for c in customers]))


@thoroughly
@given(company=companies(), weights=graphs.weights(), share=shares, bias=st.floats(0, 5))
def test_every_figure_equals_its_twin(company, weights, share, bias):
    people, ties, referrals = company
    conventions = Conventions(referral_share=share, negativity=bias)
    scores = compute(
        graphs.tables_of((people, ties), referrals),
        Parameters(tuple(weights), conventions=conventions),
    )
    arcs = naive.arcs(naive.last_row_wins(ties)[0])
    value = {c["id"]: c["clv"] for c in people}
    sentiment = {c["id"]: c["sentiment"] for c in people if c["sentiment"] is not None}
    ledger = naive.ledger_with_referrals(value, arcs, referrals, value, weights, share)
    crv = naive.crv(value, referrals, value)
    trees = naive.tree_value(value, referrals, crv)
    influence = naive.shells_gain(value, arcs, value, weights)
    signed = naive.signed(value, arcs, value, sentiment, weights, bias)
    money = sum(map(abs, value.values())) + sum(
        row[name] or 0
        for row in referrals
        for name in ("margin", "acquisition_saved", "incentive", "marketing")
    )
    scale = 1e-9 * (1 + float(money)) * (1 + bias)
    rows = {row["customer"]: row for row in scores.to_arrow().to_pylist()}
    assert rows.keys() == {c["id"] for c in people if not c["do_not_profile"]}
    for name, row in rows.items():
        for column, expected in ledger.items():
            assert row[column] == pytest.approx(float(expected[name]), abs=scale), column
        assert row["crv"] == pytest.approx(float(crv[name]), abs=scale)
        assert row["referral_tree_value"] == pytest.approx(float(trees[name]), abs=scale)
        gross = value[name] + crv[name] + influence[name]
        assert row["network_value_gross"] == pytest.approx(float(gross), abs=scale)
        assert row["stance"] == naive.stance(sentiment.get(name))
        for column in ("influence_signed", "pressure", "value_at_risk"):
            assert row[column] == pytest.approx(float(signed[column][name]), abs=scale), column
    hidden = [c["id"] for c in people if c["do_not_profile"]]
    unprofiled = scores.run.unprofiled
    assert bool(unprofiled) == (len(hidden) >= 5)
    if unprofiled:
        assert unprofiled["customers"] == len(hidden)
        total = sum(ledger["network_value"][name] for name in hidden)
        assert unprofiled["network_value"] == pytest.approx(float(total), abs=scale)


@thoroughly
@given(company=companies(), weights=graphs.weights(), share=shares)
def test_the_ledger_balances_for_each_customer_and_in_total(company, weights, share):
    people, ties, referrals = company
    shown = [c | {"do_not_profile": False} for c in people]
    conventions = Conventions(referral_share=share)
    scores = compute(
        graphs.tables_of((shown, ties), referrals),
        Parameters(tuple(weights), conventions=conventions),
    )
    columns = {c: scores.to_arrow()[c].to_numpy() for c in scores.to_arrow().column_names[1:-1]}
    outside = sum(
        row["acquisition_saved"]
        - (1 - row["joined_anyway"]) * (row["incentive"] + row["marketing"])
        for row in referrals
    )
    scale = 1e-9 * (
        1
        + np.abs(columns["clv"]).sum()
        + sum(r["acquisition_saved"] + r["incentive"] + r["marketing"] for r in referrals)
    )
    assert columns["network_value"].sum() == pytest.approx(
        columns["clv"].sum() + outside, abs=scale
    )
    for whole, parts in {
        "network_value": ("own_kept", "referral_value", "credit_received"),
        "clv": ("own_kept", "credit_given", "referral_taken"),
        "network_value_gross": ("clv", "crv", "influence"),
    }.items():
        assert np.abs(columns[whole] - sum(columns[part] for part in parts)).max(initial=0) <= scale
