"""Properties of nodes as columns, also with values of the wrong type."""

from __future__ import annotations

import datetime as dt

import neo4j.time
import pyarrow as pa
import pytest

from influence.score_columns import score_columns
from influence.store.neo4j import customers, properties, values

DAY = neo4j.time.Date(2026, 1, 2)
WHOLE, NUMBER, TEXT = pa.int64(), pa.float64(), pa.string()


@pytest.mark.parametrize(
    ("given", "kind", "kept", "wrong"),
    [
        ([1, None], WHOLE, [1, None], None),
        ([1.5, None], NUMBER, [1.5, None], None),
        (["a", None], TEXT, ["a", None], None),
        ([None, None], NUMBER, [None, None], None),
        ([], WHOLE, [], None),
        ([1, 2], NUMBER, [1.0, 2.0], [None, None]),  # as good as a number
        ([2**60, 0.5], NUMBER, [float(2**60), 0.5], [None, None]),
        ([1, 2.0], WHOLE, [1, None], [None, "2.0"]),
        (["7", 1.0], NUMBER, [None, 1.0], ["'7'", None]),
        (["7", "8"], WHOLE, [None, None], ["'7'", "'8'"]),
        ([True, 1.0], NUMBER, [None, 1.0], ["True", None]),
        ([True, False], WHOLE, [None, None], ["True", "False"]),
        ([DAY, 2.0], NUMBER, [None, 2.0], ["datetime.date(2026, 1, 2)", None]),
        ([[1.0], 2.0], NUMBER, [None, 2.0], ["[1.0]", None]),
        ([3, "a"], TEXT, [None, "a"], ["3", None]),
        ([b"x", "a"], TEXT, [None, "a"], ["b'x'", None]),
    ],
)
def test_a_figure_keeps_its_type(given, kind, kept, wrong):
    found, wrong_type = values.column_of_type(given, kind)
    assert (found.type, found.to_pylist()) == (kind, kept)
    assert (wrong_type and wrong_type.to_pylist()) == wrong


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([DAY, None], [dt.date(2026, 1, 2), None]),
        ([DAY, 2.0], ["2026-01-02", "2.0"]),  # never the second day of 1970
        ([1, "a"], ["1", "a"]),
        ([True, 1.5], ["True", "1.5"]),
    ],
)
def test_an_own_column_of_several_types_is_text(given, expected):
    assert values.column_of_any_type(given).to_pylist() == expected


@pytest.mark.parametrize("method", ["exact", "sketch"])
@pytest.mark.parametrize("depth", [1, 3, 11])
def test_the_type_of_every_figure_is_known(depth, method):
    for column in score_columns(depth, method):
        given = column.name in properties.COMPUTED_KEYS
        assert properties.figure_type(column.property_key) == (None if given else column.type)
    for key, name in properties.PREVIOUS_KEYS.items():
        assert properties.figure_type(key) == {c.name: c.type for c in score_columns(depth)}[name]


def test_parts_with_values_of_the_wrong_type_are_combined():
    keys = ["id", "rank", "influence"]
    parts = [
        values.CustomerProperties.from_columns(keys, columns)
        for columns in (
            [["a", "b"], [1, "two"], [1.0, None]],
            [["c"], [3], [3]],
            [[], [], []],
            [["d"], [None], [True]],
        )
    ]
    found = values.CustomerProperties.stacked(parts)
    assert found.values.to_pydict() == {
        "id": ["a", "b", "c", "d"], "rank": [1, None, 3, None], "influence": [1.0, None, 3.0, None],
    }  # fmt: skip
    assert {key: texts.to_pylist() for key, texts in found.wrong_type.items()} == {
        "rank": [None, "'two'", None, None], "influence": [None, None, None, "True"],
    }  # fmt: skip
    assert found.has("rank").to_pylist() == [True, True, True, False]
    assert found.filter(found.has("influence")).values["id"].to_pylist() == ["a", "c", "d"]


def test_an_own_column_may_have_the_name_of_a_figure_or_flag():
    table = pa.table(
        {
            "id": ["a"], "clv": [1.0], "clv_computed": [True], "do_not_profile": [False],
            "rank": [7], "mutual": [False], "clvComputed": ["x"],
        }
    )  # fmt: skip
    (row,) = customers.new_customers(table)["rows"]
    assert row == {
        "id": "a", "clv": 0.0, "clvComputed": 0.0, "doNotProfile": None,
        "rank_": 7, "mutual": False, "clvComputed_": "x",
    }  # fmt: skip
