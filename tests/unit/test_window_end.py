"""The end of the window of purchases."""

from datetime import date, timedelta

import numpy as np
import pytest

from influence import Parameters, Tables, compute
from influence.tables.rules.window_end import EPOCH, latest_today, window_end
from influence.value.conventions import Conventions

TODAY = date(2026, 1, 1)
YEAR = 365


def end(*dates, window=YEAR, **more):
    days = np.array([(day - EPOCH).days for day in dates], dtype=np.int64)
    return window_end(days, window, **{"today": TODAY, **more})


def daily(first, count):
    return [first + timedelta(days=i) for i in range(count)]


def test_the_window_ends_with_the_last_purchase():
    found = end(date(2024, 5, 1), date(2025, 12, 31))
    assert (found.day, found.why, found.later, found.note) == (date(2025, 12, 31), "last", 0, None)
    assert end() is None


def test_old_data_and_long_gaps_are_not_cut():
    cdnow = daily(date(1997, 1, 1), 545)
    assert end(*cdnow).note is None
    seasons = [d for year in range(2018, 2025) for d in daily(date(year, 12, 1), 24)]
    assert end(*seasons).note is None
    assert end(date(2021, 1, 1), date(2024, 1, 1)).day == date(2024, 1, 1)


def test_purchases_after_today_do_not_move_the_window():
    found = end(*daily(date(2025, 1, 1), 3), date(2204, 5, 1), date(9999, 12, 31))
    assert (found.day, found.why, found.later) == (date(2025, 1, 3), "today", 2)
    assert "2 of 5 purchases lie after today (the last on 9999-12-31)" in found.note
    assert found.note.fields["as_of"] == date(2025, 1, 3)


def test_if_all_purchases_are_after_today_the_last_counts_with_a_note():
    found = end(date(2027, 1, 1), date(2028, 1, 1))
    assert (found.day, found.why, found.later) == (date(2028, 1, 1), "all after today", 0)
    assert found.note


def test_a_few_much_later_purchases_do_not_move_the_window():
    many = daily(date(1997, 1, 1), 100)
    found = end(*many, date(2017, 5, 1))
    assert (found.day, found.why, found.later) == (many[-1], "gap", 1)
    assert "1 of 101 purchases lies long after all others" in found.note
    near = many[-1] + timedelta(days=2 * YEAR)
    assert end(*many, near).day == near
    assert end(*many, near + timedelta(days=1)).day == many[-1]
    assert end(*many, near, window=30).day == near
    assert end(*many, near + timedelta(days=1), window=2 * YEAR).day == near + timedelta(days=1)


def test_many_much_later_purchases_move_the_window_with_a_note():
    some, others = daily(date(2010, 1, 1), 30), daily(date(2020, 1, 1), 3)
    found = end(*some, *others)
    assert (found.day, found.later, found.before_gap) == (others[-1], 0, some[-1])
    assert str(some[-1]) in found.note
    assert end(*others, *some[:1]).note is None  # most of them: that is the business


def test_as_of_ends_the_window():
    found = end(date(2024, 1, 1), date(2024, 6, 1), as_of=date(2024, 3, 1))
    assert (found.day, found.why, found.later) == (date(2024, 3, 1), "asked", 1)
    assert end(date(2024, 1, 1), as_of=date(2024, 3, 1)).note is None


def test_today_is_the_date_in_the_easternmost_time_zone():
    assert latest_today() - date.today() in {timedelta(0), timedelta(days=1)}


def company(*dates):
    bought = {"customer": ["A"] * len(dates), "date": list(dates), "amount": [10.0] * len(dates)}
    return Tables(customers={"id": ["A", "B"]}, transactions=bought)


@pytest.mark.parametrize("own_value", ["simple", "bg-nbd"])
def test_the_window_end_is_recorded_and_part_of_the_fingerprint(own_value):
    if own_value == "bg-nbd":
        pytest.importorskip("lifetimes")
    # Customers who come at rates of their own and leave, so that a forecast can be fitted.
    coin = np.random.default_rng(5)
    who, buyers, days, amounts = [f"C{i}" for i in range(400)], [], [], []
    for customer in who:
        rate, leaves, day = coin.gamma(0.8, 0.06), coin.beta(1, 3), coin.uniform(0, 60)
        price = coin.gamma(3, 10)
        while day < 300:
            buyers.append(customer)
            days.append(date(2024, 1, 1) + timedelta(days=int(day)))
            amounts.append(round(coin.gamma(6, price / 6), 2))
            day = np.inf if coin.random() < leaves else day + coin.exponential(1 / rate)

    def made(extra, **conventions):
        bought = {
            "customer": buyers + ["C0"] * len(extra),
            "date": days + extra,
            "amount": amounts + [10.0] * len(extra),
        }
        tables = Tables(customers={"id": who}, transactions=bought)
        found = Conventions(own_value=own_value, **conventions)
        return compute(tables, Parameters(conventions=found), tell=lambda _: None).run

    plain, slip = made([]), made([date(2204, 1, 1)])
    assert plain.as_of == slip.as_of == max(days)
    assert plain.fingerprint == slip.fingerprint
    earlier = made([], as_of=date(2024, 9, 1))
    assert earlier.as_of == date(2024, 9, 1)
    assert earlier.fingerprint != plain.fingerprint


def test_without_computed_clv_no_window_end_is_recorded():
    tables = Tables(
        customers={"id": ["A"], "clv": [1.0]}, transactions=company("2024-01-01")["transactions"]
    )
    assert compute(tables).run.as_of is None


def test_a_requested_window_without_purchases_is_a_warning():
    late = Conventions(as_of=date(2042, 12, 31))
    with pytest.warns(UserWarning, match="none of 1 purchases lies in the window"):
        compute(company("2024-01-01"), Parameters(conventions=late))


def test_without_a_callback_notes_are_python_warnings():
    with pytest.warns(UserWarning, match="lies after today"):
        compute(company("2024-01-01", "2204-01-01"))
