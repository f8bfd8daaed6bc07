"""Events of odd shapes: each gives what it should, or one sentence that says what is missing."""

import numpy as np
import pytest

from influence import Tables
from influence.calibration.options import CalibrationOptions
from influence.errors import InfluenceError, UsageError
from influence.reports.calibrate import calibrate
from influence.reports.calibration_text import verdict
from influence.reports.screen import clustering
from influence.tables import EMPTY, merge, validate
from tests.builders import scattered
from tests.worlds import spread

pytest.importorskip("statsmodels")
NETWORK, EVENT = spread(scattered(150, 5, seed=2), 0.12, seed=3)
KEYS = NETWORK.keys.to_pylist()
DAYS = np.datetime64("2024-01-01") + 7 * EVENT
GOOD = [(key, str(day)) for key, day, at in zip(KEYS, DAYS, EVENT, strict=True) if at >= 0]
ENDS = [*zip(NETWORK.sources.tolist(), NETWORK.indices.tolist(), strict=True)]


def company(**more):
    """Tables of the company, with further columns of the customers."""
    customers = {"id": KEYS, "clv": [1.0] * len(KEYS), **more}
    ties = {"source": [KEYS[i] for i, j in ENDS if i < j],
            "target": [KEYS[j] for i, j in ENDS if i < j]}  # fmt: skip
    return merge(EMPTY, validate(Tables(customers=customers, ties=ties)).tables)


TABLES = company()


def found(folder, rows, tables=TABLES, **asked):
    """Calibrate with a file of events; returns the record and the notes."""
    file, notes = folder / "events.csv", []
    file.write_text("customer,date\n" + "".join(f"{who},{day}\n" for who, day in rows))
    return calibrate(
        tables, CalibrationOptions(str(file), depth=1, **asked), tell=notes.append
    ), notes


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return found(tmp_path_factory.mktemp("plain"), GOOD)[0]


@pytest.mark.parametrize(
    ("rows", "asked", "sentence"),
    [
        ([(who, "2024-03-03") for who, _ in GOOD], {}, "0 events of customers at risk"),
        ([(who, f"2024-03-{3 + 7 * (at % 2):02}") for at, (who, _) in enumerate(GOOD)], {},
         r"0 of \d+ events fall in a period and stratum in which some"),
        (GOOD, {"period": "year"}, "0 events of customers at risk"),
        (GOOD, {"strata": ("id",)}, r"0 of \d+ events fall in a period and stratum"),
        (GOOD, {"since": "2030-01-01"}, "0 events of customers at risk"),
        ([*GOOD[1:], (GOOD[0][0], "2204-01-01")], {}, "span more than 100 years"),
        ([*GOOD[1:], (GOOD[0][0], "1024-01-01")], {}, "span more than 100 years"),
        ([], {}, "no customer has a date"),
        ([*GOOD, ("stranger", "2024-01-08")], {}, "no such customer: 'stranger'"),
        ([(who, f"week {at}") for at, (who, _) in enumerate(GOOD)], {}, "not a date"),
        ([(who, f"0{at % 3 + 1}/02/2024") for at, (who, _) in enumerate(GOOD)], {},
         "--dates month-first"),
    ],
    ids=["one day", "two days", "one period", "a stratum each", "after all", "far later",
         "far earlier", "no row", "a stranger", "words", "two orders"],
)  # fmt: skip
def test_what_tells_nothing_is_refused_in_a_sentence(tmp_path, rows, asked, sentence):
    with pytest.raises(InfluenceError, match=sentence):
        found(tmp_path, rows, **asked)


def test_dates_of_a_national_order_are_read_and_announced(tmp_path, plain):
    rows = [(who, f"{day[8:]}.{day[5:7]}.{day[:4]}") for who, day in GOOD]
    same, notes = found(tmp_path, rows)
    assert same.estimates == plain.estimates
    assert any("dates are read with the day first" in str(note) for note in notes)


def test_rows_twice_and_people_without_ties_change_nothing(tmp_path, plain):
    assert found(tmp_path, [*GOOD, *GOOD])[0].estimates == plain.estimates
    lone = company()
    more = validate(Tables(customers={"id": ["z1", "z2"], "clv": [1.0] * 2})).tables
    wider = found(tmp_path, GOOD, merge(lone, more))[0]
    assert abs(wider.estimates[0].weight - plain.estimates[0].weight) < 0.01


def test_without_ties_there_is_nothing_to_learn(tmp_path):
    people = {"id": KEYS, "clv": [1.0] * len(KEYS)}
    alone = validate(Tables(customers=people, ties={"source": [], "target": []})).tables
    with pytest.raises(InfluenceError, match=r"0 of \d+ events"):
        found(tmp_path, GOOD, merge(EMPTY, alone))


def test_who_had_the_event_before_joining_is_not_at_risk_and_is_counted(tmp_path):
    late = ["2030-01-01"] * 10 + ["2020-01-01"] * (len(KEYS) - 10)
    _, notes = found(tmp_path, GOOD, company(joined=late))
    early = sum(1 for who, _ in GOOD if who in KEYS[:10])
    assert f"{early} customers had the event before they joined" in "; ".join(map(str, notes))


def test_weights_of_shares_are_no_preset(tmp_path):
    shares, _ = found(tmp_path, GOOD, share=True)
    assert shares.estimates
    assert shares.weights == ()
    assert "not a preset" in verdict(shares, saved=False)


def test_a_trait_that_is_no_column_lists_the_columns():
    with pytest.raises(UsageError, match="no column 'colour'; there are id, clv"):
        clustering(TABLES, "colour")
