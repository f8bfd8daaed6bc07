"""Times, orders, currencies and window ends, which a store keeps for later loads and runs."""

import json
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from influence import InputRejected, Parameters, Rules, Tables, open_store, run
from influence.value.conventions import Conventions
from tests.stores import figure

PEOPLE = {"id": list("ABC"), "clv": [1.0, 2.0, 100.0]}
NO_CLV = {"id": list("ABC")}


def rows(store, name, *columns):
    """Rows of a table, sorted."""
    return sorted(
        (tuple(row[c] for c in columns) for row in store.tables()[name].to_pylist()), key=str
    )


def events(loaded):
    return [note.event for note in loaded.notes]


def test_of_two_referrers_on_one_day_the_earlier_time_counts(store):
    referrals = {
        "referrer": ["B", "A"],
        "referred": ["C", "C"],
        "date": ["2024-05-01 17:00", "2024-05-01 09:00"],
    }
    loaded = store.write_tables(Tables(customers=PEOPLE, referrals=referrals))
    assert events(loaded) == ["referrals_passed_over"]
    assert rows(store, "referrals", "referrer", "time") == [("A", 32400.0), ("B", 61200.0)]
    run(store)
    assert figure(store, "referral_value") == {"A": 50, "B": 0, "C": 0}
    assert store.neighbourhood("C", store.scores().run).referred_by == "A"
    assert not store.write_tables(Tables(referrals=referrals)).changed


def test_times_with_offsets_are_compared_in_utc(store):
    referrals = {
        "referrer": ["A", "B"],
        "referred": ["C", "C"],
        "date": ["2024-05-01T23:30-05:00", "2024-05-02T01:00+02:00"],
    }
    store.write_tables(Tables(customers=PEOPLE, referrals=referrals))
    run(store)
    assert figure(store, "referral_value") == {"A": 0, "B": 50, "C": 0}
    assert store.neighbourhood("C", store.scores().run).referred_by == "B"


def test_of_two_answers_on_one_day_the_later_time_counts(store):
    surveys = {
        "customer": ["A", "A", "B", "B"],
        "score": [9.0, 2.0, 2.0, 10.0],
        "date": ["2024-05-01 17:00", "2024-05-01 09:00", "2024-05-01", "2024-05-01"],
        "question": ["Recommend", " recommend ", "recommend", "RECOMMEND"],
    }
    loaded = store.write_tables(Tables(customers=PEOPLE, surveys=surveys))
    assert events(loaded) == ["rows_merged", "answers_order_decided"]
    assert loaded.rows["surveys"].merged == 2
    run(store)
    assert figure(store, "stance") == {"A": "promoter", "B": "promoter", "C": "unknown"}
    assert not store.write_tables(Tables(surveys=surveys)).changed
    earlier = {"customer": ["A"], "score": [0.0], "date": ["2024-05-01T08:00"]}
    assert not store.write_tables(Tables(surveys=earlier)).changed


def test_another_question_counts_if_the_load_names_it(store):
    surveys = {"customer": ["A"], "score": [9.0], "question": ["Would you tell a friend?"]}
    loaded = store.write_tables(Tables(customers=PEOPLE, surveys=surveys))
    assert "'Would you tell a friend?' (1)" in str(loaded.notes)
    notes = []
    run(store, tell=notes.append)
    assert next(getattr(line, "event", None) for line in notes) == "no_answer_counts"
    rules = Rules(question="would you tell a FRIEND? ")
    assert events(store.write_tables(Tables(surveys=surveys), rules=rules)) == ["loaded_before"]
    run(store)
    assert figure(store, "stance")["A"] == "promoter"


def test_purchases_are_distinguished_by_order_and_time(store):
    def bought(**columns):
        n = len(next(iter(columns.values())))
        given = {"customer": ["A"] * n, "date": ["2024-05-01"] * n, "amount": [5.0] * n}
        return Tables(transactions={**given, **columns})

    store.write_tables(Tables(customers=NO_CLV))
    plain = bought(amount=[5.0, 5.0])
    assert events(store.write_tables(plain)) == ["purchases_equal"]
    again = store.write_tables(plain)
    assert not again.changed
    counted = [note.fields for note in again.notes if note.event != "loaded_before"]
    assert counted == [{"table": "transactions", "same": 2, "separate": 1}]
    ordered = store.write_tables(bought(invoice_no=[17.0, 18.0]))
    assert events(ordered) == ["column_recognised", "purchases_told_better"]
    kept = ("order", "time", "occurrence")
    assert rows(store, "transactions", *kept) == [("17", None, 0), ("18", None, 0)]
    assert not store.write_tables(plain).changed
    lines = bought(order=["18", "18", "19"])
    store.write_tables(lines)
    assert not store.write_tables(lines).changed
    timed = bought(date=["2024-05-01 10:00:00"], order=["17"])
    store.write_tables(timed)
    assert not store.write_tables(timed).changed
    assert rows(store, "transactions", *kept) == [
        ("17", 36000.0, 0), ("18", None, 0), ("18", None, 1), ("19", None, 0),
    ]  # fmt: skip
    store.write_tables(bought(date=["2024-05-01T11:00Z"], order=["17"]))
    assert len(rows(store, "transactions", "order")) == 5
    run(store)
    assert figure(store, "clv")["A"] == pytest.approx(25 * 2.48685, abs=1e-3)


def test_a_purchase_after_today_does_not_move_the_window(store):
    bought = {
        "customer": ["A", "B", "C", "C"],
        "date": ["2024-03-01", "2024-04-01", "2024-05-01", "2204-05-01"],
        "amount": [100.0, 50.0, 10.0, 10.0],
    }
    loaded = store.write_tables(Tables(customers=NO_CLV, transactions=bought))
    (note,) = (note for note in loaded.notes if note.event == "window_end")
    assert (note.fields["later"], note.fields["as_of"]) == (1, date(2024, 5, 1))
    notes = []
    first = run(store, tell=notes.append).written.run
    assert notes[0].event == "window_end"
    assert figure(store, "clv") == pytest.approx(
        {"A": 248.685, "B": 124.343, "C": 24.869}, abs=1e-3
    )
    asked = run(store, Parameters(conventions=Conventions(as_of=date(2024, 4, 1)))).written.run
    assert figure(store, "clv")["C"] == 0
    assert first.fingerprint != asked.fingerprint
    kept = store.runs()
    assert [(r.as_of, r.parameters.conventions.as_of) for r in kept] == [
        (date(2024, 4, 1), date(2024, 4, 1)), (date(2024, 5, 1), None),
    ]  # fmt: skip
    assert store.scores().run.as_of == date(2024, 4, 1)
    assert json.dumps(kept[0].to_dict()["as_of"]) == '"2024-04-01"'


def test_the_currency_is_stored_with_purchases_and_referrals_and_in_the_run(store):
    bought = {"customer": ["A"], "date": ["2024-05-01"], "amount": [5.0]}
    referrals = {"referrer": ["A"], "referred": ["B"], "incentive": [1.0], "currency": ["eur "]}
    tables = Tables(customers=NO_CLV, transactions=bought, referrals=referrals)
    store.write_tables(tables)
    assert rows(store, "referrals", "currency") == [("EUR",)]
    assert rows(store, "transactions", "currency") == [("",)]
    store.write_tables(Tables(transactions={**bought, "currency": ["EUR"]}))
    assert rows(store, "transactions", "currency", "amount") == [("EUR", 5.0)]
    assert not store.write_tables(Tables(transactions=bought)).changed
    assert run(store).written.run.currency == "EUR"
    assert store.runs()[0].currency == "EUR"


def test_times_and_orders_can_be_copied_between_stores(store, tmp_path):
    bought = {"customer": ["A"], "date": ["2024-05-01 10:30"], "amount": [5.0], "order": ["7"]}
    referrals = {"referrer": ["A"], "referred": ["B"], "date": ["2024-05-01T01:00+02:00"]}
    with open_store(tmp_path / "other") as other:
        other.write_tables(Tables(customers=NO_CLV, transactions=bought, referrals=referrals))
        store.write_tables(other.tables())
    assert rows(store, "transactions", "order", "time") == [("7", 37800.0)]
    assert rows(store, "referrals", "time") == [(-3600.0,)]


def test_a_directory_of_an_older_version_can_be_read_and_written(tmp_path):
    later = {"time", "order", "currency"}
    with open_store(tmp_path) as store:
        bought = {"customer": ["A"], "date": ["2024-05-01"], "amount": [5.0]}
        referrals = {"referrer": ["A"], "referred": ["B"], "date": ["2024-05-01"]}
        surveys = {"customer": ["A"], "score": [9.0], "date": ["2024-05-01"]}
        tables = Tables(customers=NO_CLV, transactions=bought, referrals=referrals, surveys=surveys)
        store.write_tables(tables)
        before = {name: store.tables()[name] for name in tables}
        for name in ("transactions", "referrals", "surveys"):
            (file,) = tmp_path.glob(f"{name}-*.parquet")
            table = pq.read_table(file)
            pq.write_table(table.drop_columns([*later & {*table.column_names}]), file)
        assert all(store.tables()[name].equals(before[name]) for name in tables)
        assert not store.write_tables(tables).changed
        assert run(store).written.run.as_of == date(2024, 5, 1)


def test_replacing_customers_in_another_currency_is_refused_while_other_money_stays(store):
    euros = {"id": ["A", "B"], "clv": [100.0, 50.0], "currency": ["EUR", "EUR"]}
    referral = {"referrer": ["A"], "referred": ["B"], "margin": [40.0], "currency": ["EUR"]}
    store.write_tables(Tables(customers=euros, referrals=referral))
    dollars = Tables(customers={**euros, "currency": ["USD", "USD"]})
    with pytest.raises(InputRejected, match="EUR"):
        store.write_tables(dollars, replace=True)
    store.write_tables(dollars, replace=True, empty=["referrals"])
    assert store.customers()["currency"].to_pylist() == ["USD", "USD"]


def test_an_amount_matches_in_every_numeric_type(store):
    who, when = ["A"] * 3, ["2024-01-01"] * 3
    amounts = ["0.35", "0.7", "19.99"]
    bought = {"customer": who, "date": when, "amount": amounts}
    store.write_tables(Tables(customers={"id": ["A"]}, transactions=bought))
    as_decimal = pa.array([Decimal(a) for a in amounts], pa.decimal128(12, 2))
    as_float32 = pa.array([float(a) for a in amounts], pa.float32())
    for amount in (as_decimal, as_float32):
        again = store.write_tables(Tables(transactions={**bought, "amount": amount}))
        assert not again.changed
    assert len(store.tables().transactions) == 3


def test_blanks_around_an_order_are_ignored(store):
    bought = {"customer": ["A"], "date": ["2024-01-01"], "amount": [5.0], "order": ["o1"]}
    store.write_tables(Tables(customers={"id": ["A"]}, transactions=bought))
    for order in (" o1 ", "o1\u00a0", "o\u200b1"):
        again = store.write_tables(Tables(transactions={**bought, "order": [order]}))
        assert not again.changed
        assert "cells_stripped" in [note.event for note in again.notes]


def test_answers_in_the_future_are_noted(store):
    answers = {"customer": ["A"], "score": [9.0], "date": ["2099-01-01"]}
    loaded = store.write_tables(Tables(customers={"id": ["A"]}, surveys=answers))
    assert "dates_after_today" in [note.event for note in loaded.notes]
