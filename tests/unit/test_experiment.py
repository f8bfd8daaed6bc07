"""Randomised experiments at a distance, against every assignment of small companies."""

from itertools import combinations

import numpy as np
import pytest

from influence.calibration.assignment import (
    Experiment,
    assignments,
    exposures,
    possible_exposures,
    share_influencers,
)
from influence.calibration.comparison import Comparison
from influence.calibration.experiment import effects
from tests.builders import network_of, random_network, scattered
from tests.commands import influence, prepare
from tests.worlds import write

DEPTH = 2


@pytest.fixture(autouse=True)
def fewer_draws(monkeypatch):
    monkeypatch.setattr("influence.calibration.experiment.MOST_DRAWS", 200)


def everybody(assigned, outcome, strata=None):
    n = len(assigned)
    strata = np.zeros(n, dtype=np.int64) if strata is None else strata
    return Experiment(np.array(assigned, bool), np.ones(n, bool), np.array(outcome, float), strata)


def test_few_assignments_are_enumerated_and_strata_keep_their_numbers():
    strata = np.array([0, 0, 0, 1, 1, 1])
    possible, exact = assignments(everybody([1, 0, 0, 1, 1, 0], [0] * 6, strata), 10, 0)
    found = [*possible]
    assert exact
    assert len({tuple(each) for each in found}) == len(found) == 3 * 3
    assert {(int(each[:3].sum()), int(each[3:].sum())) for each in found} == {(1, 2)}


def test_many_assignments_are_drawn_with_the_same_numbers():
    given = everybody([1] * 20 + [0] * 20, [0] * 40)
    possible, exact = assignments(given, 7, 3)
    found = [*possible]
    assert not exact
    assert [each.sum() for each in found] == [20] * 7
    again = [*assignments(given, 7, 3)[0]]
    assert all((one == other).all() for one, other in zip(found, again, strict=True))


@pytest.mark.parametrize("seed", range(3))
def test_an_exposure_is_the_own_assignment_and_the_nearest_other_who_can_influence(seed):
    network = random_network(15, 25, seed)
    assigned = np.random.default_rng(seed).random((4, 15)) < 0.2
    found = exposures(network, assigned, DEPTH)
    arcs = {*zip(network.sources.tolist(), network.indices.tolist(), strict=True)}
    for row, each in zip(found, assigned, strict=True):
        for j in range(15):
            near = {i for i, k in arcs if k == j} - {j}
            next_ = {h for h, i in arcs if i in near} - near - {j}
            reached = 1 if each[[*near]].any() else 2 if each[[*next_]].any() else 0
            assert row[j] == reached + 3 * each[j]


def potential(network, seed):
    """An outcome for each exposure; float64[n, exposures]."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(network.n, 1)) + np.array([0, 0.8, 0.3, 2, 2.5, 2.2])


@pytest.mark.parametrize("seed", range(3))
def test_over_all_assignments_the_estimate_is_unbiased_and_the_variance_not_too_small(seed):
    network = scattered(n=11, degree=2, seed=seed)
    outcomes = potential(network, seed)
    possible = np.array([_flags(11, some) for some in combinations(range(11), 3)])
    under = exposures(network, possible, DEPTH)
    for exposure in (1, 2, 3):
        estimates, variances = [], []
        for row in under:
            compared = Comparison(outcomes[np.arange(11), row], row, under)
            keep, chance = compared.could_have_had(exposure)
            estimate, error = compared.difference(exposure, keep, chance, (0.0, 0.0))
            estimates.append(estimate)
            variances.append(error**2)
        truth = (outcomes[keep, exposure] - outcomes[keep, 0]).mean()
        assert np.isclose(np.mean(estimates), truth)
        assert np.mean(variances) >= np.var(estimates) - 1e-9


def _flags(n, where):
    flags = np.zeros(n, dtype=bool)
    flags[[*where]] = True
    return flags


def test_planted_effects_are_in_their_intervals_and_no_effect_is_not_significant():
    rng = np.random.default_rng(2)
    network = scattered(n=700, degree=2, seed=4)
    assigned = rng.permutation(np.arange(700) < 80)
    (exposure,) = exposures(network, assigned[np.newaxis], DEPTH)
    own, near = exposure > DEPTH, exposure % (DEPTH + 1)
    outcome = rng.normal(size=700) + 2.0 * own + np.array([0, 0.6, 0.0])[near]
    given = everybody(assigned, outcome)
    found = {each.name: each for each in effects(network, given, DEPTH, draws=200)}
    for name, planted in (("own", 2.0), ("distance 1", 0.6), ("distance 2", 0.0)):
        assert found[name].low < planted < found[name].high
        missed = abs(found[name].horvitz_thompson - planted)
        assert missed < 3 * found[name].horvitz_thompson_error
    assert found["distance 1"].p_value < 0.01
    assert found["distance 2"].p_value > 0.05


def test_customers_who_could_not_have_both_exposures_are_left_out():
    pair_and_alone = network_of(8, [(0, 1), (1, 0), (2, 3), (3, 2)])
    given = everybody([1, 0, 0, 0, 0, 0, 0, 1], [1.0] * 8)
    under, _ = possible_exposures(pair_and_alone, given, 1, 10, 0)
    keep, _ = Comparison(given.outcome, under[0], under).could_have_had(1)
    assert keep.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("seed", range(2))
def test_customers_depend_on_each_other_if_somebody_can_influence_both(seed):
    network = random_network(25, 20, seed)
    who = np.array([1, 4, 5, 9, 20, 24])
    found = share_influencers(network, who, 2).toarray()
    arcs = {*zip(network.sources.tolist(), network.indices.tolist(), strict=True)}
    within = []
    for i in who.tolist():
        near = {h for h, j in arcs if j == i}
        within.append({i} | near | {g for g, h in arcs if h in near})
    assert found.tolist() == [[bool(one & other) for other in within] for one in within]


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    """A company, a file of an experiment whose effect spreads to contacts, and one without."""
    folder = tmp_path_factory.mktemp("campaign")
    rng = np.random.default_rng(2)
    network = scattered(n=700, degree=2, seed=4)
    assigned = rng.permutation(np.arange(700) < 80)
    (exposure,) = exposures(network, assigned[np.newaxis], DEPTH)
    own, near = exposure > DEPTH, exposure % (DEPTH + 1)
    noise = rng.normal(size=700)
    write(folder, network, np.full(700, -1))
    for name, effect in (("works", 0.9), ("fails", 0.0)):
        outcome = noise + 3.0 * (effect > 0) * own + np.array([0, effect, 0.0])[near]
        rows = zip(network.keys.to_pylist(), assigned.astype(int), outcome, strict=True)
        lines = "".join(f"{customer},{each},{value}\n" for customer, each, value in rows)
        (folder / f"{name}.csv").write_text("customer,assigned,outcome\n" + lines)
    prepare("load", "tables", folder / "customers.csv", folder / "ties.csv", "--store",
            folder / "store")  # fmt: skip
    return folder


def test_an_experiment_gives_weights_as_shares_of_the_own_effect(campaign, capsys):
    at = ("--depth", DEPTH, "--store", campaign / "store")
    found = influence(capsys, "calibrate", "--experiment", campaign / "works.csv", *at)
    assert found.code == 0, found.err
    assert (found.json["source"], found.json["verdict"]) == ("experiment", "found")
    (weight,) = found.json["weights"]
    first, second = found.json["estimates"]
    assert first["low"] < 0.3 < first["high"]
    assert weight == first["weight"]
    assert found.json["facts"]["multiplier"] == 1 + weight
    assert second["low"] < 0 < second["high"]
    run = influence(capsys, "run", "--preset", "calibrated", "--store", campaign / "store")
    assert run.json["calibration"] == found.json["id"]


def test_an_experiment_without_effect_finds_none(campaign, capsys):
    found = influence(capsys, "calibrate", "--experiment", campaign / "fails.csv", "--depth", DEPTH,
                      "--store", campaign / "store")  # fmt: skip
    assert (found.code, found.json["verdict"], found.json["saved"]) == (0, "none found", False)
    assert "none found: the own effect of the assignment is not clear" in found.err


def test_all_problems_of_an_experiment_come_at_once(campaign, tmp_path, capsys):
    file = tmp_path / "bad.csv"
    file.write_text(
        "customer,assigned,outcome\nnobody,1,2\n000001,maybe,2\n000002,1,\n000002,0,x\n"
    )
    at = ("--store", campaign / "store")
    found = influence(capsys, "calibrate", "--experiment", file, *at)
    assert found.code == 3
    for problem in (
        "bad.csv:2: customer: no such customer: 'nobody'",
        "bad.csv:3: assigned: neither true nor false: 'maybe'",
        "bad.csv:4: outcome: a required cell is blank",
        "bad.csv:5: customer: this id occurs in an earlier row",
        "bad.csv:5: outcome: not a number: 'x'",
    ):
        assert problem in found.err
    file.write_text("customer,assigned,outcome\n000001,1,2\n000002,1,3\n")
    found = influence(capsys, "calibrate", "--experiment", file, *at)
    assert (found.code, "2 of 2 customers were assigned" in found.err) == (1, True)


def test_one_way_to_calibrate_must_be_chosen(campaign, capsys):
    found = influence(capsys, "calibrate", "--store", campaign / "store")
    assert (found.code, "give one of --events" in found.err) == (2, True)


def test_exposures_that_few_could_have_are_left_out():
    """The pair's own exposures are of two customers; everybody else is alone."""
    network = network_of(40, [(0, 1), (1, 0)])
    given = everybody([1] * 20 + [0] * 20, [*range(40)])
    found = effects(network, given, 1, draws=50)
    assert [each.name for each in found] == ["own"]
