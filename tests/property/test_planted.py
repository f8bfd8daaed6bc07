"""Simulated companies: what was planted is found, and chance is found as often as it says."""

import math

import numpy as np
import pytest
import scipy.sparse as sp

from influence.calibration.exposure import Exposure
from influence.calibration.panel import Panel
from influence.calibration.study import Study
from influence.validation.comparison import compared
from influence.validation.outcomes import Outcome
from tests.builders import random_network, scattered
from tests.commands import influence
from tests.worlds import PERIODS, spread

MULTIPLIER = 1.797
"""Nitzan and Libai 2011: the hazard of leaving for each contact who left."""


def leavers(folder, capsys, *, directed, seed=1):
    """Load a company in which each contact who left multiplies the hazard of leaving."""
    network = scattered(3000, 4, seed=seed, directed=directed)
    rng = np.random.default_rng(seed)
    left = np.full(network.n, -1)
    for month in range(20):
        gone = np.bincount(network.indices, (left >= 0)[network.sources], minlength=network.n)
        hazard = np.minimum(0.008 * MULTIPLIER**gone, 0.9)
        left[(left < 0) & (rng.random(network.n) < 1 - np.exp(-hazard))] = month
    keys = network.keys.to_pylist()
    dates = [f"{2022 + at // 12}-{at % 12 + 1:02}-01" if at >= 0 else "" for at in left.tolist()]
    rows = [f"{key},100,{date}" for key, date in zip(keys, dates, strict=True)]
    (folder / "customers.csv").write_text("\n".join(["id,clv,left", *rows]))
    ends = zip(network.sources.tolist(), network.indices.tolist(), strict=True)
    ties = [f"{keys[i]},{keys[j]},{directed}" for i, j in ends if directed or i < j]
    (folder / "ties.csv").write_text("\n".join(["source,target,directed", *ties]))
    influence(capsys, "load", "tables", folder / "customers.csv", folder / "ties.csv", "--store",
              folder / "store")  # fmt: skip


def test_a_planted_multiplier_is_recovered_and_reversing_the_direction_loses_it(tmp_path, capsys):
    pytest.importorskip("statsmodels")
    leavers(tmp_path, capsys, directed=True)
    ask = ("calibrate", "--events", "leaving", "--form", "multiplicative", "--depth", 1, "--store",
           tmp_path / "store")  # fmt: skip
    found = influence(capsys, *ask)
    assert found.code == 0, found.err
    (ratio,) = found.json["ratios"]
    assert ratio["ratio_low"] < MULTIPLIER < ratio["ratio_high"]
    assert math.isclose(ratio["ratio"], MULTIPLIER, rel_tol=0.1)
    (reversed_,) = influence(capsys, *ask, "--direction", "tie=reversed").json["ratios"]
    assert reversed_["ratio_high"] < ratio["ratio_low"]


@pytest.mark.ci
def test_with_the_dates_of_ties_a_planted_chance_is_recovered_and_without_them_it_is_not():
    """Of 12 companies in which ties began at any time, most of them while events happened."""
    pytest.importorskip("statsmodels")
    chance, with_dates, without = 0.08, [], []
    for seed in range(12):
        network = scattered(600, 8, seed=seed)
        ends = network.sources + network.indices  # equal for both directions of a tie
        begins = np.random.default_rng(seed).integers(-15, PERIODS, 2 * network.n)[ends]
        event = spread(network, chance, seed, begins=begins)[1]
        with_dates.append(estimated(network, event, begins))
        without.append(estimated(network, event, None))
    assert abs(np.mean([each.per_period for each in with_dates]) - chance) < 0.008
    assert np.mean([each.per_period for each in without]) < 0.8 * chance
    planted = 1 - (1 - chance) ** 2
    assert sum(each.low < planted < each.high for each in with_dates) >= 10


def estimated(network, event, begins):
    """The weight at distance 1."""
    given = Study(
        exposure=Exposure.of(network, event, PERIODS, 2, begins=begins, back=7),
        panel=Panel.of(event, np.zeros(network.n, dtype=np.int64), 1, PERIODS),
        strata=np.zeros(network.n, dtype=np.int64),
        clusters=(np.arange(network.n),),
        demographics=np.zeros((0, network.n)),
        depth=2,
    )
    return given.fit("stale placebo", 2).weights[0]


def test_of_figures_that_predict_nothing_1_company_in_20_shows_a_difference():
    found = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        network = random_network(150, 600, seed)
        arcs = network.to_scipy()
        arcs.data = np.repeat(1 / np.maximum(np.diff(arcs.indptr), 1), np.diff(arcs.indptr))
        own = sp.csr_array(np.eye(network.n))
        degree = np.diff(network.indptr) + rng.random(network.n)
        value = degree + arcs @ degree + rng.normal(0, 2, network.n)  # like those of contacts
        later = rng.exponential(1, (2, network.n)) * (rng.random((2, network.n)) < 0.5)
        outcomes = Outcome("own", own, later[0], 99), Outcome("contacts", arcs, later[1], 99)
        figures = {"network_value": value, "degree": degree, "other": rng.random(network.n)}
        rows = compared(outcomes, figures, np.arange(network.n), 200, seed)
        found += any(
            row.difference_low is not None and not row.difference_low <= 0 <= row.difference_high
            for row in rows
        )
    assert found <= 11  # of 100 at 5 %, with three standard errors
