"""Conditions of --where: selected rows, and errors with their position."""

from __future__ import annotations

import contextlib
import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import UsageError
from influence.conditions.where import Condition

COLUMNS = {
    "clv": pa.array([0.0, 100.0, 600.0, None]),
    "segment": pa.array(["retail", "new customers", "", None]),
    "joined": pa.array([dt.date(2024, 1, 2), None, dt.date(2025, 6, 1), dt.date(2023, 1, 1)]),
    "since": pa.array(["2024-01-02", "", "2025-06-01", None]),
    "age": pa.array(["7", "30", None, "100"]),
    "vip": pa.array([True, False, None, True]),
    "rank": pa.array([1, 2, 3, 4]),
    "roles": pa.array(["sharer, advisor", "advisor", None, "super_sharer"]),
    "in": pa.array(["x", "y", "x", "y"]),
}


def column(name: str) -> pa.Array:
    if name not in COLUMNS:
        raise UsageError(f"no column {name!r}")
    return COLUMNS[name]


def rows(text: str) -> list[int]:
    return [at for at, holds in enumerate(Condition(text).mask(column)) if holds]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("clv = 100", [1]),
        ("clv != 100", [0, 2, 3]),
        ("clv < 500", [0, 1]),
        ("clv>=1e2", [1, 2]),
        ("clv <= '100'", [0, 1]),
        ("clv is blank", [3]),
        ("clv is not blank", [0, 1, 2]),
        ("rank > 2.5", [2, 3]),
        ("segment = retail", [0]),
        ('segment = "new customers"', [1]),
        ("segment != retail", [1, 2, 3]),
        ("segment is blank", [2, 3]),
        ("segment in (retail, 'new customers')", [0, 1]),
        ("segment not in (retail)", [1, 2, 3]),
        ("joined < 2025-01-01", [0, 3]),
        ("joined = 2025-06-01", [2]),
        ("since >= 2024-01-02", [0, 2]),
        ("age < 50", [0, 1]),
        ("vip = yes", [0, 3]),
        ("vip = false", [1]),
        ("not vip = yes", [1, 2]),
        ("clv = 0 or clv = 600 and rank = 3", [0, 2]),
        ("(clv = 0 or clv = 600) and rank = 3", [2]),
        ("NOT (clv < 500) AND segment IS BLANK", [2, 3]),
        ('"in" = x', [0, 2]),
        ("roles has advisor", [0, 1]),
        ("roles has sharer", [0]),
        ("roles not has advisor", [2, 3]),
    ],
)
def test_a_condition_selects_rows_by_the_type_of_the_column(text: str, expected: list[int]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("", 1, "a column is expected"),
        ("clv", 4, "is expected"),
        ("clv <", 6, "a value is expected"),
        ("clv has 5", 9, "holds no texts"),
        ("clv < 5 segment = a", 9, "and, or, or the end"),
        ("clv = 5 and", 12, "a column is expected"),
        ("(clv = 5", 9, ") is expected"),
        ("clv < many", 7, "holds numbers"),
        ("clv = inf", 7, "holds numbers"),
        ("segment < retail", 11, "no order"),
        ("joined > May", 10, "holds dates"),
        ("joined = 2024-02-31", 10, "holds dates"),
        ("vip < yes", 7, "yes or no"),
        ("clv = 0 and colour = red", 13, "no column 'colour'"),
        ("segment = 'open", 11, "not closed"),
        ("segment = and", 11, "in quotes"),
        ("clv in ()", 9, "a value is expected"),
        ("clv ! 5", 5, "not readable"),
        ("clv is 5", 8, "blank is expected"),
        ("segment = “retail”", 11, "quotation marks are straight"),
        ("(" * 5000 + "clv = 1", 51, "nested deeper"),
    ],
)
def test_an_invalid_condition_is_refused_with_its_position(text: str, at: int, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        rows(text)
    message = str(refused.value)
    assert f"character {at}:" in message
    assert says in message
    assert message.splitlines()[-1].index("^") == at + 1


@given(st.text())
def test_any_text_is_a_condition_or_a_usage_error(text: str) -> None:
    with contextlib.suppress(UsageError):
        Condition(text).mask(column)


@given(st.lists(st.none() | st.floats(allow_infinity=False)), st.floats(-1e9, 1e9))
def test_numbers_are_compared_as_python_compares_them(
    values: list[float | None], limit: float
) -> None:
    mask = Condition(f"x < {limit!r}").mask({"x": pa.array(values, pa.float64())}.__getitem__)
    assert mask.tolist() == [value is not None and value < limit for value in values]
