"""Which day is a customer's event, and what is said of rows that do not count."""

import pytest

from influence import Tables
from influence.calibration.options import CalibrationOptions
from influence.errors import InputRejected, NothingToShow
from influence.reports.calibration_events import event_days
from influence.tables import EMPTY, merge, validate

TIES = {"source": [], "target": []}


def complete(**frames):
    people = {"id": [*"ABC"], "clv": [1.0] * 3, "joined": ["2024-01-05", None, "2024-02-01"]}
    return merge(EMPTY, validate(Tables(**{"customers": people, "ties": TIES, **frames})).tables)


def days_of(tables, events, **asked):
    """The days as text by customer, and the notes."""
    notes = []
    keys = tables.customers["id"].combine_chunks()
    days = event_days(tables, CalibrationOptions(events, **asked), keys, notes.append)
    return dict(zip(keys.to_pylist(), days.astype(str).tolist(), strict=True)), notes


def test_the_first_purchase_counts_refunds_do_not_and_later_ones_are_counted():
    bought = {
        "customer": [*"AAABB"],
        "date": ["2024-01-02", "2024-03-01", "2024-04-01", "2024-02-02", "2024-02-03"],
        "amount": [-5.0, 10.0, 20.0, 7.0, -7.0],
    }
    days, (note,) = days_of(complete(transactions=bought), "transactions")
    assert days == {"A": "2024-03-01", "B": "2024-02-02", "C": "NaT"}
    assert note.fields["rows"] == 1
    assert "transactions: 1 further events of the same customers are left out" in str(note)


def test_acts_without_a_date_are_no_events_and_are_counted():
    acts = {"customer": [*"AAB"], "kind": ["review"] * 3, "date": [None, "2024-01-03", None]}
    days, (note,) = days_of(complete(engagements=acts), "engagements")
    assert days == {"A": "2024-01-03", "B": "NaT", "C": "NaT"}
    assert "2 rows without a date are not events" in str(note)


def test_customers_of_whom_it_is_not_known_when_they_joined_are_counted():
    days, (note,) = days_of(complete(), "joins")
    assert days == {"A": "2024-01-05", "B": "NaT", "C": "2024-02-01"}
    assert "1 customers without a date of joining count as not having joined" in str(note)


def test_rows_that_a_file_repeats_are_counted_and_blank_dates_are_no_events(tmp_path):
    file = tmp_path / "events.csv"
    file.write_text("customer,date\nA,2024-01-03\nA,2024-01-03\nA,2024-01-02\nB,\n")
    days, notes = days_of(complete(), str(file))
    assert days == {"A": "2024-01-02", "B": "NaT", "C": "NaT"}
    assert {note.event: note.fields["rows"] for note in notes if "rows" in note.fields} == {
        "events_without_date": 1,
        "events_repeated": 2,
    }


def test_a_file_without_any_event_and_one_with_strangers_are_refused(tmp_path):
    file = tmp_path / "events.csv"
    file.write_text("customer,date\nA,\n")
    with pytest.raises(NothingToShow, match="no customer has a date"):
        days_of(complete(), str(file))
    file.write_text("customer,date\nZ,2024-01-03\n")
    with pytest.raises(InputRejected, match="no such customer: 'Z'"):
        days_of(complete(), str(file))
