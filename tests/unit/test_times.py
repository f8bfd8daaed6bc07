"""Times of day and the order of dates with and without them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pyarrow as pa
import pytest

from influence.tables import Tables, complete, validate
from influence.tables.reading.columns import read_date
from influence.tables.reading.times import earliest_first, latest_last, time_of_day
from influence.tables.rules import forest

NEW_YORK = timezone(timedelta(hours=-5))


def times(values, kind=None):
    given = pa.chunked_array([pa.array(values, kind)])
    return time_of_day(given, read_date(given)[0]).to_pylist()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2024-05-01", None),
        ("2024-05-01 00:00:00", None),
        ("2024-05-01T00:00Z", None),
        ("2024-05-01 09:00", 32_400),
        ("2024-05-01T09:00:01.25", 32_401.25),
        ("2024-05-01T09:00Z", 32_400),
        ("2024-05-01T01:00+02:00", -3_600),
        ("2024-05-01T23:30-0500", 102_600),
        (" 2024-05-01 09:00 ", 32_400),
        ("2024-13-01 09:00", None),
        (None, None),
    ],
)
def test_times_are_seconds_from_midnight_utc_of_the_written_day(text, seconds):
    assert times([text, "2024-05-01 12:00"]) == [seconds, 43_200]


def test_timestamps_and_equal_texts_have_the_same_time():
    local = datetime(2024, 5, 1, 23, 30, tzinfo=NEW_YORK)
    kind = pa.timestamp("ns", "-05:00")
    assert times([local, datetime(2024, 5, 1, 5, tzinfo=UTC), None], kind) == [102_600, None, None]
    assert times([datetime(2024, 5, 1, 9, 0, 1, 250_000), datetime(2024, 5, 1)]) == [
        32_401.25,
        None,
    ]
    assert times([date(2024, 5, 1)]) == [None]


def moments(rows):
    days = pa.array([day for day, _ in rows], pa.int32()).cast(pa.date32())
    table = pa.table({"date": days, "time": pa.array([t for _, t in rows], pa.float64())})
    return earliest_first(table).tolist(), latest_last(table).tolist()


def test_less_precise_dates_sort_later():
    first, last = moments([(10, 3_600.0), (10, None), (11, 60.0), (None, None)])
    assert first == sorted(first)
    assert sorted(last) == [last[3], last[1], last[0], last[2]]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["2024-05-02", "2024-05-01"], {"later": 1}),
        (["2024-05-01 10:00", "2024-05-01 09:00"], {"later": 1}),
        (["2024-05-01", "2024-05-01"], {"by_order": 1}),
        (["2024-05-01T10:00+01:00", "2024-05-01T09:00Z"], {"by_order": 1}),
        (["", None], {"by_order": 1}),
        (["", "2024-05-01"], {"without_date": 1}),
        (["2024-05-01", "2024-05-01 23:00"], {"without_time": 1}),
    ],
)
def test_notes_count_ignored_referrals_by_reason(dates, expected):
    tables = Tables(
        customers={"id": ["A", "B", "C"]},
        referrals={"referrer": ["A", "B"], "referred": ["C", "C"], "date": dates},
    )
    found = forest.ignored(complete(tables).referrals.sort_by("place"))
    assert found == forest.Ignored(**expected)


def test_times_without_an_offset_are_noted_as_utc():
    def notes(*dates):
        surveys = {"customer": ["A"] * len(dates), "score": [9] * len(dates), "date": dates}
        tables = Tables(customers={"id": ["A"], "clv": [1.0]}, surveys=surveys)
        return [note.event for note in validate(tables).notes]

    assert notes("2024-05-01 09:00", "2024-05-02T09:00+02:00") == ["times_taken_for_utc"]
    assert not notes("2024-05-01 09:00", "2024-05-02 09:00", "2024-05-03")
    assert not notes("2024-05-01T09:00Z", "2024-05-02T09:00-0500", "2024-05-03")
