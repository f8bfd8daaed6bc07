"""Intervals of network value and rank: their draws against runs that are computed again."""

import os

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks.intervals import SCENARIOS, held
from influence import Selection, Tables, compute
from influence.engine import extremes
from influence.engine.intervals import intervals
from influence.kernels.ranks import rank_singles
from influence.models.weight_errors import WeightErrors
from influence.parameters import Parameters
from influence.progress import silent
from influence.runs import Run
from influence.value.rank import rank
from tests import graphs
from tests.examples import examples

ENDS = ("network_value_low", "network_value_high", "rank_low", "rank_high")


def errors_of(weights, error=0.1, correlation=0.5):
    """Errors of all weights, equally correlated."""
    matrix = np.full((len(weights), len(weights)), correlation)
    np.fill_diagonal(matrix, 1.0)
    return WeightErrors(tuple(weights), tuple(map(tuple, (error**2 * matrix).tolist())))


def drawn_from(tables, **asked):
    """The scores of a run, and what its intervals are drawn from."""
    kept = []

    def keep(uncertain, *rest):
        kept.append(uncertain)
        return intervals(uncertain, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("influence.pipeline.intervals", keep)
        scores = compute(tables, Parameters(intervals=100, **asked))
    return scores, kept[0]


def scale(scores):
    return 1 + float(np.abs(scores.table["clv"]).sum())


def network_values(tables, weights):
    return compute(tables, Parameters(tuple(weights))).table["network_value"].to_numpy()


@examples(60)
@given(case=graphs.referring_companies(), weights=graphs.weights(4), seed=st.integers(0, 9))
def test_network_value_of_drawn_weights_is_that_of_a_run_with_them(case, weights, seed):
    tables, errors = graphs.tables_of(*case), errors_of(weights)
    scores, uncertain = drawn_from(tables, weights=tuple(weights), weight_errors=errors)
    drawn = errors.draws(5, seed)
    for row, steps in zip(drawn, uncertain.drawn_steps(5, seed), strict=True):
        moved = uncertain.draw(steps, 0.0, *np.zeros((2, len(uncertain.value)), np.float32))
        np.testing.assert_allclose(
            scores.table["network_value"].to_numpy() + moved,
            network_values(tables, row),
            atol=1e-5 * scale(scores),
        )


def errors_that_arrive(company, referrals, weights, error):
    """How network value moves with the error of each CLV, by runs; and what draws are made of."""
    customers, ties = company
    uncertain_clv = [row | {"clv_se": float(e)} for row, e in zip(customers, error, strict=True)]
    tables = graphs.tables_of((uncertain_clv, ties), referrals)
    scores, uncertain = drawn_from(tables, weights=tuple(weights))
    order = np.argsort([row["id"] for row in customers])
    value, step, moved = scores.table["network_value"].to_numpy(), 1e-3, []
    for at in order:
        more = [row | {"clv": row["clv"] + step * (i == at)} for i, row in enumerate(customers)]
        moved.append(network_values(graphs.tables_of((more, ties), referrals), weights) - value)
    return np.array(moved).T / step * np.array(error)[order], uncertain


@examples(30)
@given(case=graphs.referring_companies(), weights=graphs.weights(3), referred=st.booleans())
def test_errors_of_clv_arrive_as_network_value_depends_on_it(case, weights, referred):
    (customers, ties), referrals = case
    assume(customers)
    # Whole amounts lie on the kinks of what a referrer takes.
    customers = [row | {"clv": float(np.rint(row["clv"])) + 0.25} for row in customers]
    error = [10.0 + 5 * at for at in range(len(customers))]
    spread, uncertain = errors_that_arrive(
        (customers, ties), referrals if referred else [], weights, error
    )
    own = np.diag(spread)
    taken = uncertain.drawn_steps(1, 0)[0]
    found = (1 - taken @ uncertain.given) * uncertain.own
    np.testing.assert_allclose(found, own, rtol=1e-3, atol=1e-2)
    others = np.sqrt(np.maximum((spread**2).sum(axis=1) - own**2, 0.0))
    if referred:  # a referrer is taken for a contact
        assert (uncertain.deviation >= others - 1e-2).all()
    else:
        np.testing.assert_allclose(uncertain.deviation, others, rtol=1e-3, atol=1e-2)


def uncertain_tables(n=120, seed=1, error=0.3):
    """Customers with large and small CLV, some of them certain, in a random network."""
    rng = np.random.default_rng(seed)
    ids = [f"c{at:05}" for at in range(n)]
    clv = rng.lognormal(4, 1, n).round(2)
    ends = rng.integers(0, n, (2 * n, 2))
    source, target = ends[ends[:, 0] != ends[:, 1]].T
    return Tables(
        customers={"id": ids, "clv": clv, "clv_se": np.where(clv > 40, error * clv, 0.0)},
        ties={"source": [ids[i] for i in source], "target": [ids[i] for i in target]},
    )


def figures(scores, *names):
    return [scores.table[name].to_numpy() for name in names]


@pytest.mark.parametrize("method", ["exact", "sketch"])
@pytest.mark.parametrize("model", ["shells", "walk"])
def test_ends_lie_on_both_sides_and_the_top_is_counted(method, model):
    if (method, model) == ("sketch", "walk"):
        pytest.skip("walks are not sketched")
    asked = Parameters(weight_errors=errors_of((0.45, 0.25, 0.1)), method=method, model=model)
    scores = compute(uncertain_tables(), asked)
    value, low, high = figures(scores, "network_value", *ENDS[:2])
    place, first, last = figures(scores, "rank", *ENDS[2:])
    assert (low <= value).all()
    assert (value <= high).all()
    assert (low < high).mean() > 0.9  # not of those whom nobody influences, with a certain CLV
    assert (first <= place).all()
    assert (place <= last).all()
    assert first.min() >= 1
    assert last.max() <= len(place)
    stability = scores.run.stability
    assert stability.top_size == 100
    assert stability.top_sure <= stability.top_expected <= 100
    assert stability.top_sure == ((place <= 100) & (last <= 100)).sum()


def test_what_is_certain_has_no_width_and_a_run_without_errors_no_ends():
    certain = compute(uncertain_tables(error=0.0), Parameters())
    assert certain.run.stability is None
    assert not {*ENDS} & {*certain.table.column_names}
    none = compute(uncertain_tables(), Parameters(intervals=0))
    assert none.table.drop_columns(["run"]).equals(certain.table.drop_columns(["run"]))
    tiny = errors_of((0.45, 0.25, 0.1), error=0.0)
    still = compute(uncertain_tables(error=0.0), Parameters(weight_errors=tiny))
    for name, low, high in (("network_value", *ENDS[:2]), ("rank", *ENDS[2:])):
        middle, *ends = figures(still, name, low, high)
        for end in ends:
            np.testing.assert_allclose(end, middle, rtol=1e-6)
    shown = still.table.drop_columns(["run", *ENDS])
    assert shown.equals(certain.table.drop_columns(["run"]))


def test_with_weights_of_kinds_there_are_no_intervals_and_a_note_says_so():
    told = []
    asked = Parameters(selection=Selection(kind_weights={"tie": 0.5}))
    scores = compute(uncertain_tables(), asked, tell=told.append)
    assert scores.run.stability is None
    assert not {*ENDS} & {*scores.table.column_names}
    assert "no_intervals" in {note.event for note in told}


def test_a_seed_gives_the_same_ends_on_any_number_of_processors(monkeypatch):
    tables = uncertain_tables(2_500)
    asked = {"weight_errors": errors_of((0.45, 0.25, 0.1)), "intervals": 100}
    first, other = (compute(tables, Parameters(**asked, seed=seed)) for seed in (3, 4))
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(extremes, "AT_ONCE", 7 * 2_500)
    again = compute(tables, Parameters(**asked, seed=3))
    assert first.table.select(ENDS).equals(again.table.select(ENDS))
    assert not first.table.select(ENDS).equals(other.table.select(ENDS))


@examples(60)
@given(st.lists(st.floats(-100, 100, width=32).map(lambda x: x + 0.0), max_size=40))
def test_ranks_of_the_kernel_are_those_of_its_twin(values):
    values, ranks = np.array(values, np.float32), np.empty(len(values), np.float32)
    rank_singles(values, ranks)
    assert ranks.tolist() == rank(values.astype(np.float64)).tolist()


@pytest.mark.parametrize("at_once", [1, 450, 10**9])
@pytest.mark.parametrize(("draws", "beyond"), [(2, 0), (60, 1), (101, 12)])
def test_ends_without_all_draws_are_those_of_all(at_once, draws, beyond, monkeypatch):
    monkeypatch.setattr(extremes, "AT_ONCE", at_once)
    rng = np.random.default_rng(0)
    value, moved = rng.normal(size=90), rng.normal(size=(draws, 90)).astype(np.float32)
    top = np.arange(7)
    found = extremes.ends(value, lambda at: moved[at], draws, beyond, top, silent)
    ranks = np.array([rank((value + row).astype(np.float32).astype(float)) for row in moved])
    for ends, all_draws in ((found[:2], moved), (found[2:4], ranks)):
        ordered = np.sort(all_draws, axis=0)
        np.testing.assert_array_equal(ends[0], ordered[beyond])
        np.testing.assert_array_equal(ends[1], ordered[-1 - beyond])
    assert found.among_first == pytest.approx((ranks[:, top] <= 7).sum() / draws)


def test_sketches_estimate_what_draws_are_made_of():
    tables = uncertain_tables(600)
    asked = {"weights": (0.4, 0.4, 0.1), "weight_errors": errors_of((0.4, 0.4, 0.1))}
    _, exact = drawn_from(tables, **asked)
    _, sketched = drawn_from(tables, **asked, method="sketch", registers=1024)
    for level in range(3):  # the first, whose step is 0 with these weights, is exact
        right, found = exact.slopes[level], sketched.slopes[level]
        assert np.abs(found - right).mean() <= 0.05 * np.abs(right).mean()
    assert (sketched.deviation**2).sum() == pytest.approx((exact.deviation**2).sum(), rel=0.3)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_intervals_hold_the_truth_of_simulated_companies(scenario):
    if "forecast" in scenario:
        pytest.importorskip("lifetimes")
    # Errors of weights alone are common to all customers: of a company all are held, or few.
    worlds = range(24 if scenario == "weights" else 3)
    found = [held(SCENARIOS[scenario](np.random.default_rng(seed))) for seed in worlds]
    for share in found[0]:
        assert np.mean([each[share] for each in found]) >= 0.9, share


@pytest.mark.parametrize(
    ("uncertain", "method", "named"),
    [
        (("clv",), "exact", "CLV"),
        (("weights", "clv"), "exact", "weights and CLV"),
        (("weights", "clv"), "sketch", "weights, CLV and estimated sums"),
    ],
)
def test_a_run_names_the_errors_that_its_intervals_include(uncertain, method, named):
    run = Run("", 0, 0, 0, "", Parameters(method=method), uncertain=uncertain)
    assert run.included == f"95 % intervals of network value and rank include the errors of {named}"
    assert Run.from_dict(run.to_dict()).included == run.included
