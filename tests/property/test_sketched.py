"""A sketched run: exact columns are exact, and estimates match their standard errors."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import Tables, compute
from influence.engine.estimated import capped_error
from influence.pipeline import Parameters
from influence.score_columns import ESTIMATED, score_columns
from tests import graphs
from tests.builders import every_named_graph
from tests.examples import examples

EXACT_ALWAYS = (
    "clv",
    "crv",
    "reach_1",
    "influence_1",
    "referral_value",
    "referral_taken",
    "stance",
)


def both(tables, **parameters):
    return (compute(tables, Parameters(method=m, **parameters)) for m in ("exact", "sketch"))


def columns(scores):
    return {name: scores.table[name].to_numpy() for name in scores.table.column_names}


def assert_holds(exact, sketched):
    assert sketched.table.column_names == [
        "customer", *(c.name for c in score_columns(sketched.run.depth, "sketch")), "run"
    ]  # fmt: skip
    a, b = columns(exact), columns(sketched)
    for name in EXACT_ALWAYS:
        assert a[name].tolist() == pytest.approx(b[name].tolist()), name
    scale = np.abs(a["clv"]).sum()
    money = 1e-9 * scale
    assert b["network_value"].sum() == pytest.approx(a["network_value"].sum(), abs=money)
    np.testing.assert_allclose(
        b["own_kept"] + b["credit_given"] + b["referral_taken"], b["clv"], atol=money
    )
    np.testing.assert_allclose(
        b["own_kept"] + b["referral_value"] + b["credit_received"], b["network_value"], atol=money
    )
    kept = np.abs(b["own_kept"])
    assert (kept <= np.abs(b["clv"] - b["referral_taken"]) + money).all()
    steps = range(1, sketched.run.depth + 1)
    np.testing.assert_allclose(sum(b[f"influence_{d}"] for d in steps), b["influence"], atol=money)
    for name in b:
        if ESTIMATED.fullmatch(name):
            assert (b[f"{name}_se"] >= 0).all(), name
    return a, b


@every_named_graph
def test_a_small_company_is_computed_exactly_and_its_ledger_balances(company):
    exact, sketched = both(graphs.tables_of(company))
    a, b = assert_holds(exact, sketched)
    for name in ("influence", "reach_2", "reach_3", "network_value_gross"):
        np.testing.assert_allclose(a[name], b[name], atol=1e-9)
        assert not b[f"{name}_se"].any()


@examples(40)
@given(graphs.companies(), graphs.weights(), st.integers(0, 9))
def test_the_ledger_balances_for_any_company_and_seed(company, weights, seed):
    tables = graphs.tables_of(company)
    if weights == sorted(weights, reverse=True):
        assert_holds(*both(tables, weights=tuple(weights), seed=seed, registers=64))


def crowd(n=3000, seed=0, directed=False):
    rng = np.random.default_rng(seed)
    names = np.char.zfill(np.arange(n).astype(str), 5)
    ends = rng.integers(0, n, (3 * n, 2))
    ends[: n // 10, 0] = rng.integers(0, 20, n // 10)
    ends = np.unique(np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1), axis=0)
    value = np.round(rng.lognormal(4, 1, n), 2) * np.where(rng.random(n) < 0.1, -1, 1)
    sentiment = rng.choice([-1.0, 0.0, 1.0, np.nan], n)
    return Tables(
        customers={"id": pa.array(names), "clv": pa.array(value),
                   "sentiment": pa.array(sentiment, from_pandas=True)},
        ties={"source": pa.array(names[ends[:, 0]]), "target": pa.array(names[ends[:, 1]]),
              "directed": pa.array([directed] * len(ends))},
    )  # fmt: skip


@pytest.mark.parametrize("directed", [False, True])
def test_errors_match_the_standard_errors_and_the_largest_are_exact(directed):
    exact, sketched = both(crowd(directed=directed))
    a, b = assert_holds(exact, sketched)
    for name in ("reach_2", "reach_3", "influence", "network_value", "credit_received",
                 "credit_given", "pressure"):  # fmt: skip
        off, error = b[name] - a[name], b[f"{name}_se"]
        standardised = (off / np.where(error > 0, error, 1))[error > 0]
        assert np.sqrt((standardised**2).mean()) < 1.5, name
    # Equal up to rounding, because sums are added in another order.
    np.testing.assert_allclose(off[error == 0], 0, atol=1e-6)
    first = np.argsort(-a["network_value_gross"])[:100]
    assert np.array_equal(np.argsort(-b["network_value_gross"])[:100], first)
    assert not b["network_value_gross_se"][first].any()
    assert not b["influence_se"][first].any()
    run = sketched.run
    assert (run.method, run.parameters.registers, run.parameters.seed) == ("sketch", 256, 0)
    assert run.accuracy.standard_error == pytest.approx(254**-0.5)
    assert run.accuracy.factor == pytest.approx(1, abs=0.1)
    assert run.accuracy.mean_error < 0.1
    assert "6.3%" in run.caveat


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
def test_two_standard_errors_cover_active_and_passive_influence(directed, seed):
    tables, coin = crowd(2000, seed, directed=directed), np.random.default_rng(seed)
    acted = tables.ties.take(coin.choice(len(tables.ties), len(tables.ties) // 2, replace=False))
    named = coin.random(len(acted)) < 0.8
    acts = {
        "customer": acted["source"],
        "kind": ["share"] * len(acted),
        "other": pa.array(acted["target"].to_pylist(), mask=~named),
    }
    value = np.abs(tables.customers["clv"].to_numpy()) if seed == 1 else tables.customers["clv"]
    tables = Tables(
        customers={"id": tables.customers["id"], "clv": value}, ties=tables.ties, engagements=acts
    )
    exact, sketched = map(columns, both(tables))
    for name in ("influence_active", "influence_passive"):
        off, error = sketched[name] - exact[name], sketched[f"{name}_se"]
        some = error > 0
        np.testing.assert_allclose(off[~some], 0, atol=1e-6)
        assert some.mean() > 0.3
        assert (np.abs(off[some]) <= 2 * error[some]).mean() > 0.92, name
        assert 0.7 < np.sqrt(((off[some] / error[some]) ** 2).mean()) < 1.3, name


def test_without_acts_and_with_acts_along_all_arcs_one_side_is_exactly_nothing():
    tables = crowd(1000)
    a = columns(compute(tables, Parameters(method="sketch")))
    assert not a["influence_active"].any()
    np.testing.assert_array_equal(a["influence_passive_se"], a["influence_se"])
    everybody = {"customer": tables.customers["id"], "kind": ["review"] * 1000}
    acting = Tables(customers=tables.customers, ties=tables.ties, engagements=everybody)
    b = columns(compute(acting, Parameters(method="sketch")))
    assert not b["influence_passive"].any()
    assert not b["influence_passive_se"].any()
    np.testing.assert_array_equal(b["influence_active_se"], b["influence_se"])


def test_an_exact_run_has_no_errors_and_no_caveat():
    scores = compute(crowd(100))
    assert not any(name.endswith("_se") for name in scores.table.column_names)
    assert (scores.run.method, scores.run.accuracy, scores.run.caveat) == ("exact", None, None)


def test_walks_are_exact_beside_a_sketched_ledger():
    exact, sketched = both(crowd(1000), model="walk")
    a, b = assert_holds(exact, sketched)
    np.testing.assert_allclose(a["influence"], b["influence"])
    assert not b["influence_se"].any()
    assert b["network_value_se"].any()


def test_no_customers_and_customers_without_value_are_accepted():
    empty = {"id": pa.array([], pa.string())}
    assert len(compute(Tables(customers=empty), Parameters(method="sketch"))) == 0
    ties = {"source": ["A"], "target": ["B"]}
    scores = compute(Tables(customers={"id": ["A", "B"]}, ties=ties), Parameters(method="sketch"))
    assert scores.to_arrow()["influence"].to_pylist() == [0.0, 0.0]
    assert scores.run.accuracy.factor == 1.0


def test_the_error_of_a_capped_estimate_equals_a_simulation():
    coin = np.random.default_rng(7)
    estimate = np.array([0.0, 0.5, 0.9, 1.0, 1.05, 1.3, 4.0])
    for sigma in (0.02, 0.1, 0.4):
        drawn = estimate + sigma * coin.standard_normal((200_000, len(estimate)))
        simulated = np.minimum(drawn, 1.0).std(axis=0)
        found = capped_error(estimate, np.full(len(estimate), sigma))
        assert found == pytest.approx(simulated, abs=0.01 * sigma)
        assert (found <= sigma).all()
    assert capped_error(np.array([9.0, 0.5]), np.array([0.1, 0.0])).tolist() == [0.0, 0.0]
