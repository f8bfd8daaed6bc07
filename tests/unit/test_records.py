"""Properties as columns: what comes back from a database in which anybody may set anything."""

from __future__ import annotations

import datetime as dt

import neo4j.time
import pyarrow as pa
import pytest

from influence.scores import score_columns
from influence.store.neo4j import properties, records

DAY = neo4j.time.Date(2026, 1, 2)
WHOLE, NUMBER, TEXT = pa.int64(), pa.float64(), pa.string()


@pytest.mark.parametrize(
    ("values", "kind", "kept", "odd"),
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
def test_a_figure_keeps_its_type(values, kind, kept, odd):
    found, beside = records.typed(values, kind)
    assert (found.type, found.to_pylist()) == (kind, kept)
    assert (beside and beside.to_pylist()) == odd


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([DAY, None], [dt.date(2026, 1, 2), None]),
        ([DAY, 2.0], ["2026-01-02", "2.0"]),  # never the second day of 1970
        ([1, "a"], ["1", "a"]),
        ([True, 1.5], ["True", "1.5"]),
    ],
)
def test_a_companys_column_of_several_types_is_text(values, expected):
    assert records.array(values).to_pylist() == expected


@pytest.mark.parametrize("method", ["exact", "sketch"])
@pytest.mark.parametrize("depth", [1, 3, 11])
def test_the_type_of_every_figure_is_known(depth, method):
    for column in score_columns(depth, method):
        given = column.name in properties.INPUTS
        assert properties.kind(column.property_key) == (None if given else column.type)
    for key, name in properties.PREVIOUS.items():
        assert properties.kind(key) == {c.name: c.type for c in score_columns(depth)}[name]
