"""Both stores keep one calibration, which a run can name."""

from dataclasses import replace

import numpy as np
import pytest

from influence import Tables, run
from influence.calibration.matched import Matched
from influence.calibration.options import CalibrationOptions
from influence.calibration.record import Calibration, Rung, WindowRow
from influence.calibration.weights import Weight
from influence.pipeline import Parameters
from influence.reports.calibrate import calibrate
from influence.tables import EMPTY, merge, validate
from tests.builders import scattered
from tests.worlds import spread

pytest.importorskip("statsmodels")

WEIGHT = Weight(1, 0.03, 0.004, 0.0591, 0.0437, 0.0745)
FOUND = Calibration(
    id="20240101-120000-abcdef",
    made_at="2024-01-01T12:00:00.000+00:00",
    version="0.1.0",
    source="hazard",
    events="transactions",
    verdict="found",
    weights=(0.0591,),
    estimates=(WEIGHT,),
    window=2,
    stale=3,
    period="month",
    facts={"events": 120, "strata": ["segment"]},
    ladder=(Rung("naive", (WEIGHT,), 0.0),),
    windows=(WindowRow(2, (WEIGHT,), 0.0),),
    matched=Matched(300, 2, 40, 20, 2.0, 1.2, 3.3),
)


def test_the_last_calibration_is_kept_and_stamps_the_runs_that_use_it(store):
    tables = Tables(
        customers={"id": ["A", "B"], "clv": [1.0, 2.0]}, ties={"source": ["A"], "target": ["B"]}
    )
    store.write_tables(tables)
    assert store.calibration() is None
    store.write_calibration(replace(FOUND, id="20231231-120000-abcdef", weights=()))
    store.write_calibration(FOUND)
    assert store.calibration() == FOUND
    run(store, Parameters(weights=FOUND.weights, calibration=FOUND.id))
    (made,) = store.runs()
    assert (made.parameters.calibration, made.weights) == (FOUND.id, FOUND.weights)
    store.write_tables(tables, replace=True)
    assert store.calibration() == FOUND


def test_tables_of_both_stores_give_the_same_estimates(store):
    network, left = spread(scattered(400, 5, seed=2), 0.1, seed=3)
    keys, first = network.keys.to_pylist(), np.datetime64("2024-01-01")
    days = [str(first + 7 * at) if at >= 0 else None for at in left.tolist()]
    ends = zip(network.sources.tolist(), network.indices.tolist(), strict=True)
    source, target = zip(*((keys[i], keys[j]) for i, j in ends if i < j), strict=True)
    segments = ["even" if i % 2 else "odd" for i in range(network.n)]
    given = Tables(
        customers={"id": keys, "clv": [1.0] * network.n, "left": days, "segment": segments},
        ties={"source": source, "target": target},
    )
    store.write_tables(given)
    asked = CalibrationOptions("leaving", depth=1, strata=("segment",))
    found, expected = (
        calibrate(tables, asked, tell=lambda _: None)
        for tables in (store.tables(), merge(EMPTY, validate(given).tables))
    )
    assert found.estimates[0].weight == pytest.approx(expected.estimates[0].weight)
    assert found.estimates[0].low == pytest.approx(expected.estimates[0].low)
    assert found.facts == expected.facts
