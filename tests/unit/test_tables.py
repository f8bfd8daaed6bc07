"""Input tables: types of columns, kinds of problems, and rules."""

import datetime as dt
import json
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from influence import InfluenceError, InputRejected, Rules, Tables, validate
from influence.tables import EMPTY, TABLES, Source, complete, merge
from influence.tables.problems import SENTENCES, Problems, printable

DAY = dt.date


def customers(**columns):
    """Return a table of customers with as many ids as the longest column has rows."""
    n = max(len(column) for column in columns.values())
    return Tables(customers={"id": [f"c{i}" for i in range(n)], **columns})


def column(name, values, rules=None):
    """Return the values of a customer column as read."""
    checked = validate(customers(**{name: values}), rules)
    return checked.tables.customers[name].to_pylist()


def problems_of(tables, rules=None, known=None):
    with pytest.raises(InputRejected) as caught:
        validate(tables, rules, known)
    return caught.value.problems.to_arrow().to_pylist()


def kinds(problems):
    return [(p["table"], p["row"], p["column"], p["problem"], p["value"]) for p in problems]


def known_customers(**columns):
    return merge(EMPTY, validate(customers(**columns)).tables)


# Specs


def test_the_columns_are_those_of_the_interface_page():
    assert TABLES["customers"].names == (
        "id", "clv", "clv_se", "name", "segment", "relation", "joined", "sentiment", "currency",
        "do_not_profile",
    )  # fmt: skip
    assert TABLES["ties"].names == (
        "source", "target", "kind", "network", "strength", "directed", "since", "sentiment",
    )  # fmt: skip
    required = {(t.name, c.name) for t in TABLES.values() for c in t.columns if c.required}
    assert required >= {("customers", "id"), ("ties", "source"), ("ties", "target")}


def test_every_kind_of_problem_that_a_column_can_have_has_a_sentence():
    ranges = {c.range_problem for t in TABLES.values() for c in t.columns}
    assert ranges <= set(SENTENCES)


def test_only_customers_keep_attributes():
    assert [name for name, spec in TABLES.items() if spec.keeps_attributes] == ["customers"]


# Frames


def frames():
    rows = {"id": ["A", "B"], "clv": [1.5, None], "joined": [DAY(2024, 1, 2), None]}
    return {
        "mapping": rows,
        "arrow": pa.table(rows),
        "pandas": pd.DataFrame(rows),
        "pandas with an index": pd.DataFrame(rows, index=[7, 9]),
        "pandas by id": pd.DataFrame(rows).set_index("id"),
        "pandas with Arrow types": pd.DataFrame(rows).convert_dtypes(dtype_backend="pyarrow"),
        "polars": pl.DataFrame(rows),
        "chunks": pa.concat_tables([pa.table(rows).slice(0, 1), pa.table(rows).slice(1, 1)]),
        "dictionary": pa.table({**rows, "id": pa.array(["A", "B"]).dictionary_encode()}),
        "large text": pa.table({**rows, "id": pa.array(["A", "B"], pa.large_string())}),
        "text view": pa.table({**rows, "id": pa.array(["A", "B"], pa.string_view())}),
    }


@pytest.mark.parametrize("frame", frames().values(), ids=frames())
def test_all_frames_are_read_alike(frame):
    found = validate(Tables(customers=frame), Rules(missing_clv="drop")).tables.customers
    assert found.select(["id", "clv", "joined"]).to_pydict() == {
        "id": ["A", "B"],
        "clv": [1.5, None],
        "joined": [DAY(2024, 1, 2), None],
    }
    assert found.num_columns == 3


def test_an_unknown_table_is_a_type_error():
    with pytest.raises(TypeError, match="no such table: clients"):
        Tables(clients={"id": ["A"]})


def test_none_means_that_a_table_is_not_given():
    tables = Tables(customers={"id": ["A"]}, ties=None)
    assert list(tables) == ["customers"]
    assert "ties" not in tables


def test_the_repr_of_tables_has_their_sizes():
    assert repr(Tables(customers={"id": ["A"] * 1234})) == "Tables(customers: 1,234)"


def test_an_empty_frame_is_allowed():
    tables = complete(Tables(customers=pd.DataFrame({"id": []}), ties={"source": [], "target": []}))
    assert (len(tables.customers), len(tables.ties)) == (0, 0)


# Ids


def test_ids_keep_inner_characters():
    ids = ["007", "7", 'a,"b', "é", "e\u0301", "x", "X", "a b", "a\u00a0b", "😀", "a\nb", "NULLs"]
    found = validate(Tables(customers={"id": ids})).tables.customers["id"].to_pylist()
    assert found == ids


def test_ids_that_are_numbers_become_their_digits():
    for values in (
        [1, 20, 300],
        [1.0, 20.0, 300.0],
        pa.array([1, 20, 300], pa.int16()),
        pd.Series([1, 20, 300], dtype="Int64"),
    ):
        found = validate(Tables(customers={"id": pa.array(values)})).tables.customers["id"]
        assert found.to_pylist() == ["1", "20", "300"]


@pytest.mark.parametrize("value", [2.5, 1e-20, 2.0**53 - 1])
def test_ids_of_unusual_numbers_become_text(value):
    (found,) = validate(Tables(customers={"id": [value]})).tables.customers["id"].to_pylist()
    assert float(found) == value


def test_a_missing_numeric_id_is_empty_and_not_nan():
    for frame in (
        pd.DataFrame({"id": [1.0, None]}),
        pl.DataFrame({"id": [1.0, float("nan")]}),
        {"id": np.array([1.0, np.nan])},
    ):
        problems = problems_of(Tables(customers=frame))
        assert [(p["row"], p["problem"]) for p in problems] == [(1, "empty_id")]


# Numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1.0),
        ("-1.5", -1.5),
        ("+2", 2.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1E-3", 0.001),
        (" 7 ", 7.0),
        ("\u00a07", 7.0),
        ("0001", 1.0),
        ("12345678901234567890", 12345678901234567890.0),
    ],
)
def test_numbers_in_text(text, number):
    assert column("clv", [text, "0"]) == [number, 0.0]


@pytest.mark.parametrize(
    "text",
    ["1,5", "1.234,56", "1 000", "1_000", "€5", "5 EUR", "five", "0x10", "--1", "1e", ".", "-",
     "١٢", "true", "1\n2", "None", "NA", "#N/A", "1;2"],
)  # fmt: skip
def test_text_that_is_not_a_number(text):
    assert kinds(problems_of(customers(clv=["1", text]))) == [
        ("customers", 1, "clv", "not_a_number", text)
    ]


@pytest.mark.parametrize(
    "text", ["nan", "NaN", "inf", "-inf", "+Infinity", " INF ", "1e400", "-1e999"]
)
def test_text_that_is_not_a_finite_number(text):
    assert kinds(problems_of(customers(clv=["1", text]))) == [
        ("customers", 1, "clv", "not_finite", text)
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("make", [np.array, pl.Series, pa.array])
def test_native_numbers_that_are_not_finite(make, value):
    frame = {"id": ["a", "b"], "clv": make([1.0, value])}
    problems = problems_of(
        Tables(customers=frame if make is not pl.Series else pl.DataFrame(frame))
    )
    assert [(p["row"], p["problem"]) for p in problems] == [(1, "not_finite")]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([3, 5], pa.int8()),
        pa.array([3, 5], pa.uint64()),
        pa.array([3, 5], pa.float32()),
        pa.array([Decimal("3.00"), Decimal("5.00")]),
        pa.array(["3", "5"]).dictionary_encode(),
    ],
)
def test_native_numbers_of_any_type(values):
    assert column("clv", values) == [3.0, 5.0]


def test_the_bounds_of_a_sentiment():
    assert column("sentiment", ["-1", "1", "", "0.5"]) == [-1.0, 1.0, None, 0.5]
    assert kinds(problems_of(customers(sentiment=[1.0000001, -1.01, 0.0]))) == [
        ("customers", 0, "sentiment", "out_of_range", "1.0000001"),
        ("customers", 1, "sentiment", "out_of_range", "-1.01"),
    ]


@pytest.mark.parametrize("strength", ["0", "-1", "-1e-300"])
def test_a_strength_must_be_greater_than_0(strength):
    tables = Tables(
        customers={"id": ["A", "B"]},
        ties={"source": ["A"], "target": ["B"], "strength": [strength]},
    )
    assert kinds(problems_of(tables)) == [
        ("ties", 0, "strength", "strength_not_positive", strength)
    ]


# Dates


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-29", DAY(2024, 2, 29)),
        (" 2024-12-31 ", DAY(2024, 12, 31)),
        ("1899-01-01", DAY(1899, 1, 1)),
        ("0001-01-01", DAY(1, 1, 1)),
        ("9999-12-31", DAY(9999, 12, 31)),
        ("2024-01-02T23:59", DAY(2024, 1, 2)),
        ("2024-01-02 23:59:59", DAY(2024, 1, 2)),
        ("2024-01-02T23:59:59.123456Z", DAY(2024, 1, 2)),
        ("2024-01-02T23:59:59+05:30", DAY(2024, 1, 2)),
    ],
)
def test_dates_in_text(text, day):
    assert column("joined", [text, "", None]) == [day, None, None]


@pytest.mark.parametrize(
    "text",
    ["2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "30/02/2024", "31.13.2024",
     "20240132", "yesterday", "2024-01-01x", "2024-01-01T", "2024-01-01T1", "17",
     "2024-01-01T25:00", "2024-01-01T12:61"],
)  # fmt: skip
def test_text_that_is_not_a_date(text):
    assert kinds(problems_of(customers(joined=["2024-01-01", text]))) == [
        ("customers", 1, "joined", "unreadable_date", text)
    ]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([DAY(2024, 5, 6)]),
        pa.array([DAY(2024, 5, 6)], pa.date64()),
        pa.array([dt.datetime(2024, 5, 6, 23, 59, 59)], pa.timestamp("s")),
        pa.array([dt.datetime(2024, 5, 6, 23, 59, 59)], pa.timestamp("ns")),
        pa.array([dt.datetime(2024, 5, 6, 22, 30)], pa.timestamp("us", "UTC")),
        pd.Series([pd.Timestamp("2024-05-06 12:00")]),
    ],
)
def test_native_dates_of_any_type(values):
    assert column("joined", values) == [DAY(2024, 5, 6)]


def test_a_timestamp_with_a_time_zone_has_its_local_day():
    late = pa.array([dt.datetime(2024, 5, 7, 3, 0)], pa.timestamp("s", "America/New_York"))
    assert column("joined", late) == [DAY(2024, 5, 6)]


# Flags


@pytest.mark.parametrize("text", ["true", "TRUE", "t", "Yes", "y", "1", " true ", "1.0"])
def test_texts_that_are_true(text):
    assert column("do_not_profile", [text, None]) == [True, None]


@pytest.mark.parametrize("text", ["false", "F", "no", "N", "0", "0.0"])
def test_texts_that_are_false(text):
    assert column("do_not_profile", [text, "1"]) == [False, True]


@pytest.mark.parametrize("text", ["", "  ", None])
def test_a_blank_flag_is_null_for_profiling_and_false_for_direction(text):
    assert column("do_not_profile", [text, "1"]) == [None, True]
    ties = Tables(ties={"source": ["A"], "target": ["B"], "directed": [text]})
    read = validate(ties, Rules(add_missing=0.0)).tables.ties
    assert read["directed"].to_pylist() == [False]


@pytest.mark.parametrize("values", [[1, 0], [1.0, 0.0], [True, False]])
def test_native_flags(values):
    assert column("do_not_profile", values) == [True, False]


@pytest.mark.parametrize("text", ["maybe", "2", "-1", "ja"])
def test_text_that_is_not_a_flag(text):
    assert kinds(problems_of(customers(do_not_profile=["no", text]))) == [
        ("customers", 1, "do_not_profile", "not_true_or_false", text)
    ]


# Text, blanks, defaults, attributes


def test_a_blank_is_the_default():
    tables = complete(
        Tables(
            customers={"id": ["A", "B"], "relation": ["", None], "name": ["", " "]},
            ties={
                "source": ["A"], "target": ["B"], "kind": [""], "network": [None],
                "strength": [" "], "directed": [""], "since": [""],
            },
        )
    )  # fmt: skip
    assert tables.customers["relation"].to_pylist() == ["customer", "customer"]
    assert tables.customers["name"].to_pylist() == [None, None]
    assert tables.ties.to_pylist() == [
        {
            "source": "A", "target": "B", "kind": "tie", "network": "", "strength": 1.0,
            "directed": False, "since": None, "sentiment": None, "mutual": False,
        }
    ]  # fmt: skip


def test_absent_columns_have_their_defaults():
    tables = complete(Tables(customers={"id": ["A"]}))
    assert tables.customers.to_pylist() == [
        {
            "id": "A", "clv": 0.0, "clv_se": None, "name": None, "segment": None,
            "relation": "customer", "joined": None, "sentiment": None, "currency": None,
            "do_not_profile": False, "clv_computed": True,
        }
    ]  # fmt: skip


def test_own_columns_keep_their_types():
    own = {
        "plan": ["gold", ""],
        "a b": [1, 2],
        "since": [DAY(2024, 1, 1), None],
        "Gold": [True, False],
        "score": [0.5, None],
    }
    found = complete(customers(**own)).customers
    assert found.select(list(own)).to_pydict() == {**own, "plan": ["gold", None]}


@pytest.mark.parametrize("name", ["kind", "network", "strength", "directed", "mutual", "target"])
def test_an_own_column_does_not_get_defaults_of_ties(name):
    found = complete(customers(**{name: ["x", None]})).customers
    assert found[name].to_pylist() == ["x", None]


def test_columns_beyond_those_of_ties_are_named_in_a_note():
    checked = validate(
        Tables(
            customers={"id": ["A", "B"]},
            ties={"source": ["A"], "target": ["B"], "colour": ["red"]},
            sources={"ties": Source("ties.csv")},
        )
    )
    assert "colour" not in checked.tables.ties.column_names
    assert any("ties.csv" in note and "colour" in note for note in checked.notes)


def test_a_frame_with_repeated_column_names_is_refused():
    for names in (["id", "id"], ["id", "plan", "plan"]):
        columns = [pa.array(["A"])] * len(names)
        with pytest.raises(InfluenceError, match=names[-1]):
            validate(Tables(customers=pa.table(columns, names=names)))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("clv", pa.array([DAY(2024, 1, 1)])),
        ("clv", pa.array([[1.0]])),
        ("joined", pa.array([1], pa.time32("s"))),
        ("joined", pa.array([1], pa.duration("s"))),
        ("name", pa.array([["a"]])),
        ("do_not_profile", pa.array([[True]])),
        ("name", pa.array([b"\xff"])),
    ],
)
def test_a_column_of_a_type_that_cannot_be_read_is_a_problem_not_a_traceback(name, values):
    with pytest.raises(InputRejected):
        validate(customers(**{name: values}))


@pytest.mark.parametrize("values", [pa.array([["A"]]), pa.array([b"\xff"]), pa.array([{"a": 1}])])
def test_ids_of_a_type_that_cannot_be_read_are_a_problem_not_a_traceback(values):
    with pytest.raises(InputRejected):
        validate(Tables(customers={"id": values}))


# Problems


def test_a_missing_column_lists_the_existing_ones():
    tables = Tables(
        customers={"key": ["A"], "clv": [1]}, sources={"customers": Source("c.csv", first_row=2)}
    )
    assert problems_of(tables) == [
        {
            "file": "c.csv", "table": "customers", "row": 1, "column": "id",
            "problem": "missing_column", "value": "key, clv",
        }
    ]  # fmt: skip


def test_a_missing_id_column_does_not_make_every_tie_a_problem():
    tables = Tables(customers={"key": ["A", "B"]}, ties={"source": ["A"], "target": ["B"]})
    assert [p["problem"] for p in problems_of(tables)] == ["missing_column"]


def test_empty_ids():
    tables = Tables(customers={"id": ["A", "", None]}, ties={"source": ["A"], "target": [""]})
    assert kinds(problems_of(tables)) == [
        ("customers", 1, "id", "empty_id", ""),
        ("customers", 2, "id", "empty_id", ""),
        ("ties", 0, "target", "empty_id", ""),
    ]


def test_a_duplicate_is_reported_on_the_second_and_later_rows():
    tables = Tables(customers={"id": ["A", "B", "A", "A", "B", "C"]})
    assert kinds(problems_of(tables)) == [
        ("customers", 2, "id", "duplicate_id", "A"),
        ("customers", 3, "id", "duplicate_id", "A"),
        ("customers", 4, "id", "duplicate_id", "B"),
    ]


def test_unknown_customers_at_either_end():
    tables = Tables(customers={"id": ["A"]}, ties={"source": ["A", "X"], "target": ["Y", "A"]})
    assert kinds(problems_of(tables)) == [
        ("ties", 0, "target", "unknown_customer", "Y"),
        ("ties", 1, "source", "unknown_customer", "X"),
    ]


def test_a_self_tie_is_reported_once_per_row():
    tables = Tables(customers={"id": ["A"]}, ties={"source": ["A"], "target": ["A"]})
    assert kinds(problems_of(tables)) == [("ties", 0, "target", "self_tie", "A")]


def test_a_second_currency():
    found = problems_of(customers(currency=["EUR", None, "", "USD", "EUR", "eur"]))
    assert kinds(found) == [
        ("customers", 3, "currency", "mixed_currency", "USD (of 3 EUR, 1 USD)"),
    ]


def test_all_problems_of_all_tables_are_reported_together():
    tables = Tables(
        customers={"id": ["A", "A", ""], "clv": ["x", "inf", ""], "joined": ["?", "", ""]},
        ties={"source": ["A", "Z"], "target": ["A", "A"], "strength": ["0", "y"]},
    )
    assert sorted(p["problem"] for p in problems_of(tables)) == sorted(
        ["duplicate_id", "empty_id", "not_a_number", "not_finite", "missing_clv",
         "unreadable_date", "self_tie", "unknown_customer", "strength_not_positive",
         "not_a_number"]
    )  # fmt: skip


def test_rows_are_numbered_as_in_an_editor():
    rows = np.array([2, 3, 7])  # a cell with line breaks came before the third
    tables = Tables(
        customers={"id": ["A", "B", "A"]}, sources={"customers": Source("c.csv", 2, lambda: rows)}
    )
    (problem,) = problems_of(tables)
    assert (problem["file"], problem["row"]) == ("c.csv", 7)
    tables = Tables(customers={"id": ["A", "B", "A"]}, sources={"customers": Source("c.csv", 2)})
    (problem,) = problems_of(tables)
    assert problem["row"] == 4


def test_problems_are_ordered_by_file_and_row():
    tables = Tables(
        customers={"id": ["A", "", "A"], "clv": ["x", "1", "y"]},
        ties={"source": ["Q"], "target": ["A"]},
        sources={"customers": Source("b.csv", 2), "ties": Source("a.csv", 2)},
    )
    assert [(p["file"], p["row"]) for p in problems_of(tables)] == [
        ("a.csv", 2), ("b.csv", 2), ("b.csv", 3), ("b.csv", 4), ("b.csv", 4),
    ]  # fmt: skip


def test_each_kind_shows_ten_lines_and_a_count():
    with pytest.raises(InputRejected) as caught:
        validate(Tables(customers={"id": ["A"] * 1235, "clv": ["x"] * 12 + ["1"] * 1223}))
    lines = str(caught.value).splitlines()
    assert lines[0] == "1,246 problems in the input:"
    assert sum("this id occurs in an earlier row: 'A'" in line for line in lines) == 10
    assert sum("not a number: 'x'" in line for line in lines) == 10
    assert any("1,224 more" in line and "duplicate_id" in line for line in lines)
    assert any("2 more" in line and "not_a_number" in line for line in lines)
    assert len(lines) == 1 + 20 + 2
    assert len(caught.value.problems) == 1246


def test_exactly_ten_of_a_kind_have_no_count():
    with pytest.raises(InputRejected) as caught:
        validate(Tables(customers={"id": ["A"] * 11}))
    assert len(str(caught.value).splitlines()) == 11
    assert "more" not in str(caught.value)


def test_one_problem_is_one_line():
    tables = Tables(
        customers={"id": ["A", "A"]}, sources={"customers": Source("in/customers.csv", 2)}
    )
    with pytest.raises(InputRejected) as caught:
        validate(tables)
    first, line = str(caught.value).splitlines()
    assert first == "1 problem in the input:"
    assert line == "in/customers.csv:3: id: this id occurs in an earlier row: 'A'"


def test_a_problem_of_any_input_is_one_line_of_printable_characters():
    nasty = "a\nb\x1b[31m\r\x00\u200dx"
    tables = Tables(
        customers={"id": [nasty, nasty], "clv": [nasty, "1"]},
        sources={"customers": Source(f"in/{nasty}.csv", 2)},
    )
    with pytest.raises(InputRejected) as caught:
        validate(tables)
    lines = str(caught.value).split("\n")
    assert len(lines) == 3
    assert all(line.isprintable() for line in lines)
    data = caught.value.problems.to_arrow().to_pylist()
    assert {p["value"] for p in data} == {nasty}  # as data it is kept to the letter
    json.dumps(data)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 日本 😀", "plain é 日本 😀"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
        ("\u202eevil\u2028", "\\u202eevil\\u2028"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 79 + "…"),
    ],
)
def test_control_characters_are_escaped_and_long_text_is_cut(text, shown):
    assert printable(text) == shown


def test_without_problems_there_are_no_lines():
    problems = Problems()
    assert len(problems) == 0
    assert list(problems.lines()) == []
    assert problems.to_arrow().num_rows == 0


# Known customers


def test_other_tables_may_name_customers_of_the_store():
    known = known_customers(clv=[1.0, 2.0])
    ties = Tables(ties={"source": ["c0", "c9"], "target": ["c1", "c1"]})
    assert kinds(problems_of(ties, known=known)) == [
        ("ties", 1, "source", "unknown_customer", "c9")
    ]
    both = Tables(customers={"id": ["c9"]}, ties=ties.ties)
    assert len(validate(both, known=known).tables.ties) == 2


def test_the_currency_is_that_of_the_store():
    known = known_customers(currency=[None, "EUR"])
    assert kinds(problems_of(customers(currency=["USD", "USD"]), known=known)) == [
        ("customers", 0, "currency", "mixed_currency", "USD (of 2 USD, the store holds EUR)"),
        ("customers", 1, "currency", "mixed_currency", "USD (of 2 USD, the store holds EUR)"),
    ]
    validate(customers(currency=["EUR", None]), known=known)


def test_a_customer_of_the_store_may_be_named_again():
    known = known_customers(clv=[1.0])
    validate(Tables(customers={"id": ["c0"], "clv": [2.0]}), known=known)


# Rules


def test_a_blank_clv_is_an_error_by_default():
    for values in ([1.0, None], ["1", " "], ["1", ""]):
        problems = problems_of(customers(clv=values))
        assert [(p["row"], p["column"], p["problem"]) for p in problems] == [
            (1, "clv", "missing_clv")
        ]


def test_a_clv_that_is_not_a_number_is_not_also_missing():
    found = problems_of(customers(clv=["x", "nan", ""]))
    assert [p["problem"] for p in found] == ["not_a_number", "not_finite", "missing_clv"]


def test_a_blank_clv_may_count_as_zero_or_as_none():
    assert column("clv", ["1", "", None], Rules(missing_clv="zero")) == [1.0, 0.0, 0.0]
    assert column("clv", ["1", "", None], Rules(missing_clv="drop")) == [1.0, None, None]


@pytest.mark.parametrize("way", ["zero", "drop"])
def test_an_invalid_clv_is_never_read_as_blank(way):
    assert [p["problem"] for p in problems_of(customers(clv=["x"]), Rules(missing_clv=way))] == [
        "not_a_number"
    ]


def test_without_a_clv_column_clv_is_0_with_a_note():
    checked = validate(Tables(customers={"id": ["A"]}))
    assert any("no column clv" in note for note in checked.notes)
    assert complete(Tables(customers={"id": ["A"]})).customers["clv"].to_pylist() == [0.0]


def test_missing_customers_may_be_added():
    tables = Tables(
        customers={"id": ["A"], "clv": [5.0], "plan": ["gold"]},
        ties={"source": ["A", "B", "C"], "target": ["B", "C", "A"]},
    )
    checked = validate(tables, Rules(add_missing=2.5))
    rows = {row["id"]: row for row in checked.tables.customers.to_pylist()}
    assert {key: row["clv"] for key, row in rows.items()} == {"A": 5.0, "B": 2.5, "C": 2.5}
    assert rows["A"]["plan"] == "gold"
    assert rows["B"]["plan"] is None
    assert any("added 2 customers" in note for note in checked.notes)
    made = complete(checked.tables)
    assert {row["relation"] for row in made.customers.to_pylist()} == {"customer"}


def test_missing_customers_may_be_added_without_a_table_of_customers():
    checked = validate(Tables(ties={"source": ["A"], "target": ["B"]}), Rules(add_missing=0.0))
    assert sorted(checked.tables.customers["id"].to_pylist()) == ["A", "B"]


def test_adding_customers_does_not_change_existing_values():
    known = known_customers(clv=[7.0, 8.0])
    tables = Tables(
        customers={"id": ["c0", "new"], "name": ["Ann", "Ned"]},
        ties={"source": ["c1"], "target": ["added"]},
    )
    merged = merge(known, validate(tables, Rules(add_missing=3.0), known).tables)
    assert {row["id"]: row["clv"] for row in merged.customers.to_pylist()} == {
        "c0": 7.0, "c1": 8.0, "new": 0.0, "added": 3.0,
    }  # fmt: skip


def test_an_empty_end_is_not_added_as_a_customer():
    tables = Tables(ties={"source": ["A"], "target": [""]})
    assert [p["problem"] for p in problems_of(tables, Rules(add_missing=0.0))] == ["empty_id"]


def test_self_ties_may_be_dropped_and_are_counted():
    tables = Tables(
        customers={"id": ["A", "B"]},
        ties={"source": ["A", "A", "B"], "target": ["A", "B", "B"]},
    )
    checked = validate(tables, Rules(drop_self=True))
    assert checked.tables.ties.to_pylist() == [{"source": "A", "target": "B"}]
    assert any("dropped 2 self ties" in note for note in checked.notes)


def test_problems_keep_their_rows_after_dropped_self_ties():
    tables = Tables(
        customers={"id": ["A"]},
        ties={"source": ["A", "A", "A"], "target": ["A", "A", "X"]},
        sources={"ties": Source("ties.csv", 2)},
    )
    (problem,) = problems_of(tables, Rules(drop_self=True))
    assert (problem["problem"], problem["row"], problem["value"]) == ("unknown_customer", 4, "X")


def test_a_customer_with_only_a_self_tie_is_added():
    tables = Tables(ties={"source": ["A", "B"], "target": ["A", "C"]})
    checked = validate(tables, Rules(add_missing=1.0, drop_self=True))
    assert sorted(checked.tables.customers["id"].to_pylist()) == ["A", "B", "C"]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_customers_cannot_be_added_with_a_value_that_is_not_finite(value):
    with pytest.raises(InfluenceError):
        validate(Tables(ties={"source": ["A"], "target": ["B"]}), Rules(add_missing=value))


def test_validation_does_not_change_the_given_tables():
    given = pa.table({"id": ["A"], "clv": [" 1 "]})
    tables = Tables(customers=given)
    validate(tables)
    assert tables.customers.equals(given)
