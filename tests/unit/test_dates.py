"""Dates in national orders, as serial numbers, and as seconds since 1970."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import InputRejected, Rules, Tables, validate
from influence.tables.reading.dates import ORDERS, as_dates, in_iso, readings
from tests.examples import examples

FORMS = {
    "day-first": ["{0.day}/{0.month}/{0.year}", "{0:%d.%m.%Y}", "{0.day}-{0.month}-{0.year}",
                  "{0:%d. %m. %Y}"],
    "month-first": ["{0.month}/{0.day}/{0.year}", "{0:%m-%d-%Y}"],
    "year-first": ["{0.year}/{0.month}/{0.day}", "{0:%Y%m%d}", "{0.year}年{0.month}月{0.day}日"],
}  # fmt: skip
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


def column(*cells: object) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(cells)])


def joined(*cells: object, rules: Rules | None = None) -> list[dt.date | None]:
    tables = Tables(customers={"id": [str(i) for i in range(len(cells))], "joined": [*cells]})
    days: list[dt.date | None] = validate(tables, rules).tables.customers["joined"].to_pylist()
    return days


def refused(*cells: object, rules: Rules | None = None) -> list[tuple[str, str]]:
    with pytest.raises(InputRejected) as caught:
        joined(*cells, rules=rules)
    rows = caught.value.problems.to_arrow().to_pylist()
    return [(row["problem"], row["value"]) for row in rows]


@given(st.lists(DAYS, min_size=1, max_size=8), st.data())
@examples()
def test_every_form_is_read_in_its_order_as_python_does(days: list[dt.date], data) -> None:
    order = data.draw(st.sampled_from([*FORMS]))
    texts = [data.draw(st.sampled_from(FORMS[order])).format(day) for day in days]
    read = as_dates(column(*texts), order)
    assert read.to_pylist() == [day.isoformat() for day in days]


@given(st.lists(DAYS, min_size=1, max_size=8), st.sampled_from(["day-first", "month-first"]))
@examples()
def test_a_column_is_never_read_in_another_order_than_its_own(days, order) -> None:
    texts = [FORMS[order][0].format(day) for day in days]
    found = readings(column(*texts)).orders
    if any(day.day > 12 for day in days):
        assert found == (order,)
    elif any(day.day != day.month for day in days):
        assert found == ("day-first", "month-first")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/12/2024", dt.date(2024, 12, 31)),
        ("12/31/2024", dt.date(2024, 12, 31)),
        ("03.04.2024", dt.date(2024, 4, 3)),  # with points the day comes first everywhere
        ("31.12.24", dt.date(2024, 12, 31)),
        ("31.12.69", dt.date(1969, 12, 31)),
        ("2024-1-2", dt.date(2024, 1, 2)),
        ("20240131", dt.date(2024, 1, 31)),
        ("31-DEC-24", dt.date(2024, 12, 31)),
        ("Dec 31, 2024", dt.date(2024, 12, 31)),
        ("March 1st, 2024", dt.date(2024, 3, 1)),
        ("3. März 2024", dt.date(2024, 3, 3)),
        ("3 février 2024", dt.date(2024, 2, 3)),
        ("3 de marzo de 2024", dt.date(2024, 3, 3)),
        ("2024년 3월 4일", None),
    ],
)
def test_dates_that_can_be_read_in_one_way_are_read(text: str, day: dt.date | None) -> None:
    if day is None:
        assert refused(text) == [("unreadable_date", text)]
    else:
        assert joined(text, "", None) == [day, None, None]


@pytest.mark.parametrize(
    ("cells", "meanings"),
    [
        (["03/04/2024", "05/04/2024"], ("2024-04-03", "2024-03-04")),
        (["03-04-24"], ("2024-04-03", "2024-03-04")),
        (["24-01-02"], ("2002-01-24", "2024-01-02")),
        (["24/01/02", "23/12/01"], ("2002-01-24", "2024-01-02")),
        (["13/04/2024", "04/13/2024", "01/02/2024"], ("2024-04-13", "no date")),
    ],
)
def test_an_ambiguous_column_is_refused_with_both_readings(cells, meanings) -> None:
    ((problem, value),) = refused(*cells)
    assert problem == "ambiguous_dates"
    assert cells[0] in value
    assert all(meaning in value for meaning in meanings)


def test_an_option_decides() -> None:
    cells = ("03/04/2024", "2024-05-06")
    assert joined(*cells, rules=Rules(dates="day-first"))[0] == dt.date(2024, 4, 3)
    assert joined(*cells, rules=Rules(dates="month-first"))[0] == dt.date(2024, 3, 4)
    assert joined("24-01-02", rules=Rules(dates="year-first")) == [dt.date(2024, 1, 2)]


def test_a_date_that_the_order_cannot_read_is_reported_as_given() -> None:
    assert refused("31/12/2024", "12/31/2024", "30/12/2024") == [("unreadable_date", "12/31/2024")]
    assert refused("31/12/2024 25:00") == [("unreadable_date", "31/12/2024 25:00")]


def test_the_order_is_announced_with_an_example() -> None:
    tables = Tables(customers={"id": ["A", "B"], "joined": ["03/04/2024", "25/04/2024"]})
    (note,) = (note for note in validate(tables).notes if note.event == "dates_read")
    assert "with the day first: '25/04/2024' is 2024-04-25" in note


@pytest.mark.parametrize(
    ("cells", "moment"),
    [
        (["45657.5", "45000"], dt.datetime(2024, 12, 31, 12)),
        ([45657.5], dt.datetime(2024, 12, 31, 12)),
        (["1735646400"], dt.datetime(2024, 12, 31, 12)),
        ([1735646400], dt.datetime(2024, 12, 31, 12)),
        (["1735646400000"], dt.datetime(2024, 12, 31, 12)),
        ([1735646400000], dt.datetime(2024, 12, 31, 12)),
    ],
)
def test_numbers_are_days_of_a_spreadsheet_or_seconds(cells, moment) -> None:
    dates, decided = in_iso(column(*cells))
    assert dates[0].as_py() == moment
    assert decided is not None
    assert joined(*cells)[0] == moment.date()


def test_the_time_of_day_is_kept() -> None:
    bought = {"customer": ["A"] * 3, "amount": [1, 2, 3],
              "date": ["3/15/2024 2:30 PM", "3/15/2024 12:05 AM", "3/16/2024 9:05:07"]}  # fmt: skip
    read = validate(Tables(customers={"id": ["A"]}, transactions=bought)).tables.transactions
    assert read["time"].to_pylist() == [52_200.0, 300.0, 32_707.0]


def test_small_numbers_are_no_dates() -> None:
    assert refused("17") == [("unreadable_date", "17")]
    assert refused(17) == [("unreadable_column", "int64")]
    assert joined("17", rules=Rules(dates="excel")) == [dt.date(1900, 1, 16)]


def test_the_orders_are_those_of_the_option() -> None:
    from influence.cli.rules import FOR_ALL

    def command() -> None: ...

    option = FOR_ALL["dates"](command).__click_params__[0]
    assert tuple(option.type.choices) == ORDERS
