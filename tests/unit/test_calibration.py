"""The hazard of an event by exposure: arrays against plain twins, weights, and the command."""

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import scipy.optimize

from influence import CalibrationOptions, calibrate, open_store
from influence.calibration import observed
from influence.calibration.exposure import Exposure
from influence.calibration.groups import independent
from influence.calibration.hazard import additive
from influence.calibration.panel import Panel
from influence.calibration.periods import Periods, chosen
from influence.calibration.positions import positions
from influence.calibration.record import Calibration
from influence.calibration.study import Study, separable
from influence.calibration.weights import Weight, over_window, projected
from influence.errors import UsageError
from influence.tables import EMPTY, Tables, merge, validate
from tests import naive
from tests.builders import network_of, random_network, scattered
from tests.commands import influence
from tests.worlds import PERIODS, spread, write

pytest.importorskip("statsmodels")


def days(*texts):
    return np.array(texts, "M8[D]")


@pytest.mark.parametrize(
    ("given", "name", "count"),
    [
        (days("1970-01-01", "1971-01-01", "1975-01-01"), "year", 6),
        (days("2024-01-15", "2024-04-15", "2024-10-15"), "quarter", 4),
        (days("2024-01-15", "2024-02-15", "2024-12-15"), "month", 12),
        (days("2024-01-01", "2024-01-08", "2024-02-26"), "week", 9),
        (days("2024-01-01", "2024-01-04", "2024-01-31"), "3 days", 11),
        (days("2024-01-01", "2024-01-02", "2024-03-31"), "day", 91),
        (days("2024-01-01", "2024-01-02", "2024-06-30"), "week", 26),
        (days("2014-01-01", "2014-01-02", "2024-06-30"), "quarter", 42),
        (days("1814-01-01", "1814-01-02", "2024-06-30"), "year", 211),
    ],
)
def test_periods_are_the_step_of_the_dates_or_the_shortest_that_are_not_too_many(
    given, name, count
):
    found = chosen(given)
    assert (found.name, found.count) == (name, count)


def test_a_period_can_be_asked_for_and_another_name_is_refused():
    given = days("2024-01-01", "2024-03-31")
    assert chosen(given, unit="month").count == 3
    assert chosen(given, unit="10").name == "10 days"
    assert chosen(given, np.datetime64("2024-12-31"), "quarter").count == 4
    with pytest.raises(UsageError, match="fortnight"):
        chosen(given, unit="fortnight")


def test_every_day_of_a_month_is_in_its_period():
    months = Periods(1, True, np.datetime64("2023-11-30"), np.datetime64("2024-02-01"))
    given = days("2023-10-31", "2023-11-01", "2023-12-31", "2024-01-01", "2024-02-29")
    assert months.of(given).tolist() == [-1, 0, 1, 2, 3]


@pytest.mark.parametrize("share", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_exposure_counts_those_who_can_influence_at_each_distance(seed, share):
    network = random_network(40, 90, seed)
    event = np.random.default_rng(seed).integers(-1, 8, 40)
    found = Exposure.of(network, event, 8, 3)
    names = network.keys.to_pylist()
    arcs = {
        (names[i], names[j]): 1.0 for i, j in zip(network.sources, network.indices, strict=True)
    }
    had = {name: when for name, when in zip(names, event.tolist(), strict=True) if when >= 0}
    for period in range(8):
        for nearest, farthest in ((1, 2), (3, 5), (1, None)):
            counted = found.within(period, nearest, farthest, share=share)
            for at, name in enumerate(names):
                twin = naive.exposed_to(arcs, had, name, period, nearest, farthest, 3)
                expected = [some / max(people, 1) if share else some for some, people in twin]
                np.testing.assert_allclose(counted[:, at], expected)


def test_customers_are_at_risk_from_joining_to_their_event():
    event, enters = np.array([2, -1, 0, 3, 2]), np.array([0, 2, 0, 0, 3])
    panel = Panel.of(event, enters, 1, 4)
    rows = [*zip(panel.period, panel.customer, panel.happened, strict=True)]
    assert rows == [
        (1, 0, False), (1, 3, False),
        (2, 0, True), (2, 1, False), (2, 3, False),
        (3, 1, False), (3, 3, True),
    ]  # fmt: skip
    columns = panel.columns(lambda period: np.array([[10.0 * period] * 5, [*range(5)]]))
    assert columns.tolist() == [[10.0 * p, c] for p, c, _ in rows]
    some = panel.where(np.array([True, True, True, False, True]))
    assert [*zip(some.period, some.customer, strict=True)] == [(1, 0), (2, 0), (2, 1), (3, 1)]
    assert some.columns(lambda period: np.array([[period] * 5])).ravel().tolist() == [1, 2, 2, 3]


def plain_fit(happened, x, effects, clusters):
    """P = 1 − exp(−η) by a general optimizer, with dummies for groups and a loop over clusters."""
    k, all_x = x.shape[1], np.column_stack([x, effects[:, np.newaxis] == np.unique(effects)])

    def missed(beta):
        return happened - 1 + np.exp(-all_x @ beta)

    found = scipy.optimize.least_squares(missed, np.zeros(all_x.shape[1]), xtol=1e-14, ftol=1e-14)
    slope = np.exp(-all_x @ found.x)[:, np.newaxis] * all_x
    bread, meat = np.linalg.inv(slope.T @ slope), np.zeros((all_x.shape[1],) * 2)
    for cluster in set(clusters.tolist()):
        mine = clusters == cluster
        score = slope[mine].T @ missed(found.x)[mine]
        meat += np.outer(score, score)
    many, n = len(set(clusters.tolist())), len(x)
    factor = many / (many - 1) * (n - 1) / (n - k)  # for small samples; means do not count
    return found.x[:k], factor * (bread @ meat @ bread)[:k, :k]


def test_effects_taken_out_before_give_the_fit_with_a_dummy_for_each_group():
    rng = np.random.default_rng(5)
    effects, clusters = rng.integers(0, 6, 400), rng.integers(0, 25, 400)
    x = rng.poisson(0.7, size=(400, 3)).astype(float)
    happened = rng.random(400) < 1 - np.exp(-0.05 - 0.02 * effects - 0.1 * x[:, 0])
    found = additive(happened, x, effects, (clusters, np.arange(400)))
    for covariance, each in zip(found.covariances, (clusters, np.arange(400)), strict=True):
        coefficients, expected = plain_fit(happened, x, effects, each)
        np.testing.assert_allclose(found.coefficients, coefficients, rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(covariance, expected, rtol=1e-4)
    contrast = np.array([1.0, -1.0, 0.0])
    wide = found.estimate(contrast)
    alone = [
        additive(happened, x, effects, (one,)).estimate(contrast)
        for one in (clusters, np.arange(400))
    ]
    assert wide.high - wide.low == max(each.high - each.low for each in alone)
    correlation = found.correlation(np.array([contrast, [0.0, 0.0, 1.0]]))
    np.testing.assert_allclose(np.diag(correlation), 1.0)
    widest = found.covariances[int(np.argmax([each.high - each.low for each in alone]))]
    assert np.sign(correlation[0, 1]) == np.sign(contrast @ widest[:, 2])


def test_a_chance_of_each_try_is_recovered_where_tries_are_independent():
    rng = np.random.default_rng(7)
    tries, group = rng.integers(0, 4, 50_000), rng.integers(0, 5, 50_000)
    happened = rng.random(50_000) < 1 - (1 - 0.02 * group) * (1 - 0.2) ** tries
    fit = additive(happened, tries[:, np.newaxis].astype(float), group, (np.arange(50_000),))
    assert abs(over_window(fit.coefficients[0], 1) - 0.2) < 0.004


def test_a_column_that_depends_on_those_before_is_told():
    rng = np.random.default_rng(1)
    groups, x = rng.integers(0, 4, 50), rng.normal(size=(50, 2))
    columns = np.column_stack([x, x.sum(axis=1), groups.astype(float), np.zeros(50), x[:, 0] ** 2])
    assert independent(columns, groups).tolist() == [True, True, False, False, False, True]


def weight(w, low, distance=1):
    return Weight(distance, w, 0.01, w, low, 2 * w - low)


def test_weights_count_only_while_every_nearer_distance_was_found():
    assert projected([weight(0.3, 0.2), weight(0.1, -0.1), weight(0.2, 0.1)]) == (0.3,)
    assert projected([weight(0.3, -0.2), weight(0.1, 0.05)]) == ()
    assert projected([weight(0.3, -0.2), weight(0.1, 0.05)], anyway=True) == (0.3, 0.1)


def test_weights_never_increase_with_distance_and_the_more_precise_one_moves_less():
    near, far = projected([weight(0.2, 0.19), weight(0.4, 0.1)])
    assert near == far
    assert abs(near - 0.2) < 0.01
    assert projected([weight(-0.2, -0.3)], anyway=True) == (0.0,)


def test_a_probability_for_each_period_adds_up_over_the_window():
    assert over_window(0.0, 5) == 0.0
    p = 0.25
    assert math.isclose(over_window(-math.log(1 - p), 2), 1 - (1 - p) ** 2)


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """A company in which events spread, in a directory and a store."""
    from tests.commands import prepare

    folder = tmp_path_factory.mktemp("company")
    network, event = spread(scattered(250, 6, seed=2), 0.12, seed=3)
    write(folder, network, event)
    prepare("load", "tables", folder / "customers.csv", folder / "ties.csv", "--store",
            folder / "store")  # fmt: skip
    return folder


def test_what_spreads_is_found_saved_used_and_stamped(company, capsys):
    at = ("--store", company / "store")
    refused = influence(capsys, "run", "--preset", "calibrated", *at)
    assert (refused.code, "no calibration" in refused.err) == (2, True)
    found = influence(capsys, "calibrate", "--events", company / "events.csv", *at)
    assert found.code == 0, found.err
    assert found.json["verdict"] == "found"
    assert found.json["saved"]
    first = found.json["estimates"][0]
    assert first["low"] < 1 - (1 - 0.12) ** 2 < first["high"]
    assert "influence found at distance 1" in found.err
    run = influence(capsys, "run", "--preset", "calibrated", *at)
    assert run.json["weights"] == found.json["weights"]
    assert run.json["calibration"] == found.json["id"]
    assert found.json["id"] in run.err
    other = influence(capsys, "run", *at)
    assert other.json["calibration"] is None
    assert "convention" in other.err


def _record(data):
    return {name: value for name, value in data.items() if name not in {"saved", "sentence"}}


def test_a_record_survives_json(company, capsys):
    found = influence(capsys, "calibrate", "--events", company / "events.csv", "--dry-run",
                      "--store", company / "store")  # fmt: skip
    record = _record(found.json)
    assert json.loads(json.dumps(Calibration.from_dict(record).to_dict())) == record
    older = {name: value for name, value in record.items() if name != "correlation"}
    assert Calibration.from_dict(older).correlation == ()


def test_python_calibrates_as_the_command_does(company, capsys):
    events, store = str(company / "events.csv"), company / "store"
    printed = influence(capsys, "calibrate", "--events", events, "--dry-run", "--store", store)
    with open_store(store) as opened:
        found = calibrate(opened.tables(), events, tell=lambda _: None)
        same = calibrate(opened.tables(), CalibrationOptions(events), tell=lambda _: None)
        opened.write_calibration(found)
    run = influence(capsys, "run", "--preset", "calibrated", "--store", store)
    assert run.json["calibration"] == found.id
    expected = json.loads(json.dumps(found.to_dict()))
    for one in (_record(printed.json), json.loads(json.dumps(same.to_dict()))):
        assert {name for name in expected if one[name] != expected[name]} == {"id", "made_at"}


def test_the_errors_of_a_record_are_those_of_its_intervals(company, capsys):
    found = influence(capsys, "calibrate", "--events", company / "events.csv", "--dry-run",
                      "--store", company / "store")  # fmt: skip
    record = Calibration.from_dict(_record(found.json))
    drawn = record.errors.draws(4_000, seed=1)
    assert drawn.shape == (4_000, len(record.weights))
    assert (np.diff(drawn, axis=1) <= 0).all()
    assert drawn.min() >= 0
    low, high = np.quantile(drawn[:, 0], [0.025, 0.975])
    first = record.estimates[0]
    np.testing.assert_allclose([low, high], [first.low, first.high], rtol=0.03)
    np.testing.assert_array_equal(drawn, record.errors.draws(4_000, seed=1))
    older = replace(record, correlation=()).errors
    assert np.diag(older.covariance).tolist() == np.diag(record.errors.covariance).tolist()


def test_reversing_the_direction_changes_the_estimate(tmp_path, capsys):
    network, event = spread(scattered(600, 6, seed=2, directed=True), 0.2, seed=3)
    write(tmp_path, network, event, directed=True)
    store = ("--store", tmp_path / "store")
    influence(capsys, "load", "tables", tmp_path / "customers.csv", tmp_path / "ties.csv", *store)
    ask = ("calibrate", "--events", tmp_path / "events.csv", "--depth", 1, "--dry-run", *store)
    right = influence(capsys, *ask).json
    wrong = influence(capsys, *ask, "--direction", "tie=reversed").json
    assert right["verdict"] == "found"
    assert wrong["verdict"] == "none found"
    assert wrong["estimates"][0]["high"] < right["estimates"][0]["low"]


def test_where_nothing_spreads_no_preset_is_saved_unless_told(tmp_path, capsys):
    network, event = spread(scattered(250, 6, seed=2), 0.0, seed=4)
    write(tmp_path, network, event)
    store = ("--store", tmp_path / "store")
    influence(capsys, "load", "tables", tmp_path / "customers.csv", tmp_path / "ties.csv", *store)
    ask = ("calibrate", "--events", tmp_path / "events.csv", "--depth", 1, *store)
    found = influence(capsys, *ask)
    assert (found.code, found.json["verdict"], found.json["saved"]) == (0, "none found", False)
    assert "none found" in found.err
    assert influence(capsys, "run", "--preset", "calibrated", *store).code == 2
    anyway = influence(capsys, *ask, "--save-anyway").json
    assert (anyway["verdict"], anyway["saved"]) == ("none found", True)
    assert influence(capsys, "run", "--preset", "calibrated", *store).code == 0


def test_all_problems_of_a_file_of_events_come_at_once(company, tmp_path, capsys):
    events = tmp_path / "bad.csv"
    events.write_text("customer,date\nnobody,2024-01-01\n,2024-01-01\n000001,soon\n")
    found = influence(capsys, "calibrate", "--events", events, "--store", company / "store")
    assert found.code == 3
    assert "bad.csv:2: customer: no such customer: 'nobody'" in found.err
    assert "bad.csv:3: customer: an id must not be empty" in found.err
    assert "bad.csv:4: date: not a date" in found.err
    events.write_text("who,date\n000001,2024-01-01\n")
    found = influence(capsys, "calibrate", "--events", events, "--store", company / "store")
    assert (found.code, "a required column is missing" in found.err) == (3, True)
    found = influence(capsys, "calibrate", "--events", tmp_path / "no.csv", "--store",
                      company / "store")  # fmt: skip
    assert (found.code, "cannot be read" in found.err) == (3, True)


def test_columns_of_a_file_of_events_that_are_not_used_are_named(company, tmp_path, capsys):
    events = tmp_path / "more.csv"
    events.write_text("customer,date,channel\n000001,2024-01-01,web\n")
    found = influence(capsys, "calibrate", "--events", events, "--store", company / "store")
    assert "warning: more.csv: not used: channel" in found.err
    assert "\nmore.csv: UTF-8" in f"\n{found.err}"  # how it was read is no warning


def test_too_few_events_say_how_many_are_needed(company, tmp_path, capsys):
    events = tmp_path / "few.csv"
    rows = [f"{i:06},2024-{i % 9 + 1:02}-01\n" for i in range(12)]
    events.write_text("customer,date\n" + "".join(rows))
    found = influence(capsys, "calibrate", "--events", events, "--store", company / "store")
    assert found.code == 1
    assert "too few: depth 3 needs 60" in found.err
    assert "depth 1 needs 20" in found.err


def test_unknown_columns_and_tables_without_rows_are_told(company, capsys):
    at = ("--events", company / "events.csv", "--store", company / "store")
    found = influence(capsys, "calibrate", *at, "--strata", "colour")
    assert (found.code, "no column 'colour'" in found.err) == (2, True)
    found = influence(capsys, "calibrate", "--events", "transactions", *at[2:])
    assert (found.code, "no customer has a date" in found.err) == (1, True)


def test_events_outside_the_days_observed_are_counted_or_refused(company, capsys):
    at = ("--events", company / "events.csv", "--depth", 1, "--dry-run", "--store",
          company / "store")  # fmt: skip
    later = influence(capsys, "calibrate", *at, "--until", "2024-04-30")
    assert "events after 2024-04-30 are not observed" in later.err
    assert later.json["facts"]["periods"] == 18
    never = influence(capsys, "calibrate", *at, "--until", "2023-12-31")
    assert (never.code, "no event until 2023-12-31" in never.err) == (1, True)
    wrong = influence(capsys, "calibrate", *at, "--until", "31.12.2023")
    assert (wrong.code, "'31.12.2023' is not a date" in wrong.err) == (2, True)
    everything, some = (
        influence(capsys, "calibrate", *at, *more).json["facts"]
        for more in ((), ("--since", "2024-03-04"))
    )
    assert some["periods"] == everything["periods"]
    assert some["person_periods"] < everything["person_periods"]


def test_windows_for_which_there_are_too_few_periods_are_left_out(company, capsys):
    at = ("--events", company / "events.csv", "--dry-run", "--depth", 1, "--period", 35, "--store",
          company / "store")  # fmt: skip
    found = influence(capsys, "calibrate", *at)
    assert found.code == 0, found.err
    assert [row["window"] for row in found.json["windows"]] == [1, 2, 3]
    refused = influence(capsys, "calibrate", *at, "--window", 12)
    assert (refused.code, "more periods" in refused.err) == (1, True)


def test_an_asked_window_is_taken(company, capsys):
    at = ("--events", company / "events.csv", "--depth", 1, "--dry-run", "--store",
          company / "store")  # fmt: skip
    found = influence(capsys, "calibrate", *at, "--window", 3).json
    assert (found["window"], found["facts"]["window_by"]) == (3, "asked")
    assert found["estimates"] == found["windows"][2]["weights"]


def test_positions_separate_communities_and_are_a_rung_of_their_own(company, capsys):
    cliques = [(i, j) for i in range(5) for j in range(5) if i != j]
    network = network_of(10, cliques + [(i + 5, j + 5) for i, j in cliques] + [(0, 5)])
    found = positions(network, 2)
    assert np.array_equal(found, positions(network, 2))
    signs = np.sign(found[1])
    assert len({*signs[:5]}) == len({*signs[5:]}) == 1
    assert signs[0] != signs[9]
    assert positions(network_of(1, [])).shape == (0, 1)
    asked = influence(capsys, "calibrate", "--events", company / "events.csv", "--positions",
                      "--depth", 1, "--dry-run", "--store", company / "store")  # fmt: skip
    rungs = [rung["name"] for rung in asked.json["ladder"]]
    assert rungs == ["naive", "demographics", "positions", "stale placebo"]


def test_prior_behaviours_are_what_customers_did_before_each_period():
    rng = np.random.default_rng(4)
    keys = pa.array([*"ABC"])
    who, amounts = rng.choice([*"ABC"], 60), rng.normal(30, 40, 60).round()
    when = np.datetime64("2023-12-20") + rng.integers(0, 80, 60)
    bought = {"customer": who, "date": when.astype(str), "amount": amounts}
    acted = {"customer": [*"AAB"], "kind": ["review"] * 3,
             "date": ["2024-01-10", None, "2024-02-10"]}  # fmt: skip
    given = Tables(customers={"id": [*"ABC"]}, transactions=bought, engagements=acted)
    tables = merge(EMPTY, validate(given).tables)
    weeks = Periods(7, False, np.datetime64("2024-01-01"), np.datetime64("2024-02-29"))
    names, before = observed.behaviours(tables, "joins", keys, weeks)
    assert names == ("transactions", "spending", "engagements")
    starts = [np.datetime64("2024-01-01") + 7 * week for week in range(weeks.count)]
    for week in range(weeks.count):
        for at, key in enumerate("ABC"):
            mine = (who == key) & (when < starts[week])
            recent = mine & (when >= starts[week] - 21) & (when >= starts[0])
            found = before(week)[:, at]
            assert found[0] == pytest.approx(np.log1p(mine.sum()))
            assert found[2] == pytest.approx(np.arcsinh(amounts[mine].sum()))
            assert found[1] == pytest.approx(np.log1p(recent.sum()))
    assert observed.behaviours(tables, "transactions", keys, weeks)[0] == ("engagements",)


def test_where_everybody_is_within_two_steps_the_second_distance_is_given_up():
    """In each period the exposures at both distances add up to all who had the event."""
    network, event = spread(scattered(300, 60, seed=1), 0.01, seed=2)
    given = Study(
        exposure=Exposure.of(network, event, PERIODS, 3),
        panel=Panel.of(event, np.zeros(network.n, dtype=np.int64), 1, PERIODS),
        strata=np.zeros(network.n, dtype=np.int64),
        clusters=(np.arange(network.n),),
        demographics=np.zeros((0, network.n)),
    )
    found = separable(given)
    assert (given.depth, found.depth) == (3, 1)
    assert found.fit("stale placebo", 2).weights[0].distance == 1


def test_events_may_come_as_parquet_with_any_text_type(company, tmp_path, capsys):
    events = tmp_path / "events.parquet"
    pd.read_csv(company / "events.csv", dtype={"customer": str}, parse_dates=["date"]).to_parquet(
        events
    )
    text, binary = (
        influence(
            capsys,
            "calibrate",
            "--events",
            file,
            "--depth",
            1,
            "--dry-run",
            "--store",
            company / "store",
        )
        for file in (company / "events.csv", events)
    )
    assert binary.json["estimates"] == text.json["estimates"]
