"""Columns of any Arrow type are read, left out with a note, or refused by name."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from influence import InputRejected, Rules, Tables
from influence.store.loading import plan
from influence.tables import EMPTY, TABLES
from tests.examples import examples

often = examples(800)
ROWS = 3

UNITS = ("s", "ms", "us", "ns")
FIXED = [
    *(pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint32(), pa.uint64()),
    *(pa.float16(), pa.float32(), pa.float64(), pa.bool_(), pa.date32(), pa.date64()),
    *(pa.decimal32(9, 2), pa.decimal64(18, 0), pa.decimal128(38, 10), pa.decimal256(76, 40)),
    *(pa.decimal128(5, -2), pa.time32("s"), pa.time32("ms"), pa.time64("us"), pa.time64("ns")),
    *(pa.duration(unit) for unit in UNITS),
    *(pa.timestamp(unit, zone) for unit in UNITS for zone in (None, "UTC", "Asia/Tokyo", "-05:30")),
    *(pa.timestamp("s", "Mars/Base"), pa.month_day_nano_interval(), pa.binary(4)),
]
TEXTS = [pa.string(), pa.large_string(), pa.string_view()]
BYTES = [pa.binary(), pa.large_binary(), pa.binary_view()]
WORDS = st.sampled_from(
    ["", " ", "a", "b ", "\u200bc", "NULL", "-", "1", "-1.5", "1,5", "1e999", "nan", "$5", "yes",
     "2024-02-29", "2024-02-30T10:00 UTC", "\ud7ff\uffff", "\0"]
)  # fmt: skip


@st.composite
def fixed(draw: st.DrawFn) -> pa.Array:
    """Values of a fixed-width type, from arbitrary bytes."""
    kind = draw(st.sampled_from(FIXED))
    size = max(kind.bit_width // 8, 1)
    some = st.binary(min_size=size, max_size=size) | st.just(bytes(size))
    small = st.integers(0, 100).map(lambda n: n.to_bytes(1, "little").ljust(size, b"\0"))
    data = b"".join(draw(st.lists(some | small, min_size=ROWS, max_size=ROWS)))
    valid = draw(st.integers(0, 7)).to_bytes(1, "little")
    found = pa.Array.from_buffers(kind, ROWS, [pa.py_buffer(valid), pa.py_buffer(data)])
    try:
        found.validate(full=True)
    except pa.ArrowInvalid:  # such as 25:00
        return pa.nulls(ROWS, kind)
    return found


@st.composite
def not_unicode(draw: st.DrawFn) -> pa.Array:
    """Text columns with bytes that are not valid UTF-8."""
    values = pa.array(draw(st.lists(st.binary(max_size=4), min_size=ROWS, max_size=ROWS)))
    return pa.StringArray.from_buffers(ROWS, *values.buffers()[1:])


@st.composite
def varying(draw: st.DrawFn) -> pa.Array:
    """Text or bytes."""
    values = draw(st.lists(WORDS | st.text(max_size=3) | st.none(), min_size=ROWS, max_size=ROWS))
    kind = draw(st.sampled_from(TEXTS + BYTES))
    if kind in TEXTS:
        return pa.array(values, kind)
    return pa.array([value and value.encode() for value in values], kind)


def wrapped(inner: st.SearchStrategy[pa.Array]) -> st.SearchStrategy[pa.Array]:
    """Arrays nested in runs, dictionaries, lists or structs."""

    def runs(values: pa.Array) -> pa.Array:
        return pa.RunEndEncodedArray.from_arrays(list(range(1, ROWS + 1)), values)

    def indexed(values: pa.Array) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array([2, None, 0], pa.uint32()), values)

    def lists(values: pa.Array) -> pa.Array:
        return pa.ListArray.from_arrays(list(range(ROWS + 1)), values)

    def records(values: pa.Array) -> pa.Array:
        return pa.StructArray.from_arrays([values], ["inside"])

    return st.builds(lambda make, values: make(values),
                     st.sampled_from([runs, indexed, lists, records]), inner)  # fmt: skip


def extensions() -> st.SearchStrategy[pa.Array]:
    """Arrays of extension types."""
    kinds = [
        (pa.uuid(), pa.array([b"0123456789abcdef"] * ROWS, pa.binary(16))),
        (pa.json_(), pa.array(['{"a": 1}', None, "1"])),
        (pa.bool8(), pa.array([0, 1, None], pa.int8())),
        (pa.opaque(pa.int64(), "x", "y"), pa.array([1, 2, None], pa.int64())),
    ]
    return st.sampled_from(kinds).map(lambda of: pa.ExtensionArray.from_storage(*of))


simple = fixed() | varying() | not_unicode() | st.just(pa.nulls(ROWS)) | extensions()
arrays = simple | wrapped(fixed() | varying()) | wrapped(wrapped(varying()))
columns = st.sampled_from(
    [(name, column.name) for name, spec in TABLES.items() for column in spec.columns]
    + [(name, "own") for name in TABLES]
    + [("customers", "clv_computed"), ("customers", ""), ("customers", "Unnamed: 0")]
)
SOUND: dict[str, dict[str, Any]] = {
    "customers": {"id": ["A", "B", "C"]},
    "ties": {"source": ["A", "B", "C"], "target": ["B", "C", "A"]},
    "referrals": {"referrer": ["A", "B", "A"], "referred": ["B", "C", "C"]},
    "transactions": {"customer": ["A"] * 3, "date": ["2024-01-01"] * 3, "amount": [1.0] * 3},
    "surveys": {"customer": ["A", "B", "C"], "score": [1.0] * 3},
    "engagements": {"customer": ["A", "B", "C"], "kind": ["review"] * 3},
    "profiles": {"customer": ["A", "B", "C"], "network": ["web"] * 3},
}
RULES = [
    Rules(),
    Rules(missing_clv="drop", add_missing=0.0, drop_self=True, negative="drop"),
    Rules(missing_clv="zero", add_missing=1.0, drop_self=True, negative="sentiment"),
    Rules(decimal=",", thousands=".", currency_sign=("$",), null_words=("a", "-")),
]


@often
@given(where=columns, values=arrays, rules=st.sampled_from(RULES))
def test_a_column_of_any_type_is_read_or_the_error_names_it(
    where: tuple[str, str], values: pa.Array, rules: Rules
) -> None:
    name, column = where
    frames = {"customers": SOUND["customers"], name: {**SOUND[name], column: values}}
    extra = column in {"own", "", "Unnamed: 0"}
    tables = Tables(**frames)
    try:
        new, loaded, _ = plan(EMPTY, tables, rules=rules)
    except InputRejected as rejected:
        problems = rejected.problems
    else:
        for table in new:
            new[table].validate(full=True)
            new[table].to_pylist()  # every value converts to Python
        kept = column in new[name].column_names
        notes = [note for note in loaded.notes if column in {*note.fields.get("columns", ()),
                note.fields.get("column")} or note.event == "empty_columns_left_out"]  # fmt: skip
        assert kept or notes
        return
    found = {(row["table"], row["column"]) for row in problems.to_arrow().to_pylist()}
    assert not extra
    assert found
    assert all(line for line in problems.lines())
