"""Reading the values of tables: names, ids, null words, types, numbers, dates."""

import datetime as dt
from decimal import Decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import InputRejected, Rules, Tables, UsageError, open_store, validate
from influence.tables import EMPTY, Source, merge
from influence.tables.reading.ids import NULL_WORDS
from influence.tables.reading.names import canonical_names
from tests.examples import examples

often = examples(200)


def read(rules=None, known=None, **frames):
    """Return the columns of a table as read, and the notes."""
    checked = validate(Tables(**frames), rules, known)
    return checked.tables, {note.event: note for note in checked.notes}


def rejected(rules=None, known=None, **frames):
    """Return the lines of the report, and the problems as data."""
    with pytest.raises(InputRejected) as caught:
        validate(Tables(**frames), rules, known)
    return str(caught.value).splitlines()[1:], caught.value.problems.to_arrow().to_pylist()


def ids_of(values, rules=None):
    return read(rules, customers={"id": values})[0].customers["id"].to_pylist()


def clv_of(values, rules=None):
    frame = {"id": [f"c{i}" for i in range(len(values))], "clv": values}
    return read(rules, customers=frame)[0].customers["clv"].to_pylist()


# Names of columns


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (["ID", "CLV"], ["id", "clv"]),
        ([" id ", "\tClv\u00a0"], ["id", "clv"]),
        (["\ufeffid", "\ufeff Do_Not_Profile"], ["id", "do_not_profile"]),
        (["Plan", " A b "], ["Plan", "A b"]),
        (["Source"], ["Source"]),  # a column of ties
        (["", " "], ["", ""]),
    ],
)
def test_known_columns_are_found_in_any_spelling(given, found):
    assert canonical_names(given, "customers") == found


def test_a_frame_with_upper_case_names_is_read():
    tables = Tables(customers={"ID": ["A"], " Clv ": [1.0], "Plan": ["x"]})
    assert tables.customers.column_names == ["id", "clv", "Plan"]


@pytest.mark.parametrize("names", [["id", "ID"], ["id ", "\ufeffid"], ["plan", "plan "]])
def test_two_columns_with_the_same_meaning_are_refused(names):
    columns = pa.table([pa.array(["A"])] * 2, names=names)
    with pytest.raises(UsageError) as caught:
        Tables(customers=columns)
    assert all(repr(name) in str(caught.value) for name in names)


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "Unnamed: 0.1"])
@pytest.mark.parametrize("table", ["customers", "ties"])
def test_a_column_without_a_name_is_left_out_with_a_note(name, table):
    frames = {
        "customers": {"id": ["A", "B"], "clv": [1.0, 2.0]},
        "ties": {"source": ["A"], "target": ["B"]},
    }
    frames[table] = {name: range(len(frames[table]["id" if table == "customers" else "source"])),
                     **frames[table]}  # fmt: skip
    tables, notes = read(**frames)
    assert name not in tables[table].column_names
    assert notes["column_left_out"].fields["table"] == table
    assert "has no name" in notes["column_left_out"]


def test_empty_columns_without_a_name_are_dropped_and_counted():
    names = ["id", "", "", "Unnamed: 3"]
    frame = pa.table([["A"], [""], pa.nulls(1), [float("nan")]], names=names)
    tables, notes = read(customers=frame)
    assert tables.customers.column_names == ["id"]
    assert "3 empty columns" in notes["empty_columns_left_out"]
    assert "column_left_out" not in notes


def test_the_index_of_a_frame_without_a_name_is_left_out_with_a_note():
    frame = pd.DataFrame({"id": ["A", "B"]}, index=[7, 9])
    tables, notes = read(customers=frame)
    assert tables.customers.column_names == ["id"]
    assert "index" in notes["column_left_out"]


# Ids


def test_blanks_and_invisible_characters_of_ids_are_removed_and_counted():
    given = [" x ", "y\u00a0", "\u200bz\ufeff", "a\u2060b", "\u3000\tc\n", "d", "e f", "g\u00a0h"]
    checked = validate(Tables(customers={"id": given}, ties={"source": ["x "], "target": ["d"]}))
    tables, found = checked.tables, ["x", "y", "z", "ab", "c", "d", "e f", "g\u00a0h"]
    assert tables.customers["id"].to_pylist() == found
    assert tables.ties["source"].to_pylist() == ["x"]
    stripped = [n.fields for n in checked.notes if n.event == "ids_stripped"]
    assert stripped == [
        {"table": "customers", "column": "id", "rows": 5, "example": " x "},
        {"table": "ties", "column": "source", "rows": 1, "example": "x "},
    ]


def test_ids_that_are_equal_without_their_blanks_are_duplicates():
    lines, _ = rejected(customers={"id": ["A", "A\u00a0"]})
    assert lines == ["customers:1: id: this id occurs in an earlier row: 'A'"]


@pytest.mark.parametrize("blank", [" ", "\t\n", "\u00a0", "\u200b", "\ufeff \u2060"])
def test_an_id_of_invisible_characters_is_empty(blank):
    _, (problem,) = rejected(customers={"id": ["A", blank]})
    assert (problem["row"], problem["problem"], problem["value"]) == (1, "empty_id", blank)


@often
@given(st.lists(st.text(alphabet="aB \u00a0\u200b\ufeff\u2060\u3000é日\n", max_size=5), max_size=6))
def test_ids_are_stripped_like_text_in_python(given_ids):
    def bare(text):
        return "".join(c for c in text if c not in "\u200b\ufeff\u2060").strip()

    wanted = [bare(text) for text in given_ids]
    ties = {"source": ["A"] * len(wanted), "target": given_ids}
    if "" in wanted:
        _, problems = rejected(Rules(add_missing=0.0), ties=ties)
        assert [p["row"] for p in problems if p["problem"] == "empty_id"] == [
            at for at, text in enumerate(wanted) if not text
        ]
    else:
        tables, _ = read(Rules(add_missing=0.0), ties=ties)
        assert tables.ties["target"].to_pylist() == wanted


# Null words


@pytest.mark.parametrize("word", NULL_WORDS)
@pytest.mark.parametrize("spelt", [str.lower, str.upper, str.title])
def test_a_null_word_is_refused_as_an_id_in_any_column(word, spelt):
    for name, column in (("customers", "id"), ("ties", "target"), ("referrals", "referred")):
        frames = {"customers": {"id": ["A", "B"]}}
        other = {"ties": "source", "referrals": "referrer"}.get(name)
        frames[name] = {column: [f" {spelt(word)}", "B"]} | ({other: ["A", "A"]} if other else {})
        lines, (problem,) = rejected(Rules(add_missing=0.0), **frames)
        assert (problem["column"], problem["problem"]) == (column, "empty_id")
        assert problem["value"] == f" {spelt(word)}"
        assert "--null-words" in lines[0]


def test_given_null_words_replace_the_default_ones():
    rules = Rules(null_words=("NULL", "?"), missing_clv="zero")
    frame = {
        "id": ["na", "null", "-"],
        "clv": ["NULL", " ? ", "3"],
        "joined": ["NULL", "2024-01-02", "?"],
        "do_not_profile": ["?", "yes", "NULL"],
        "plan": ["NULL", "null", "gold"],
    }
    tables, _ = read(rules, customers=frame)
    assert tables.customers.to_pydict() == {
        "id": ["na", "null", "-"],
        "clv": [0.0, 0.0, 3.0],
        "joined": [None, dt.date(2024, 1, 2), None],
        "do_not_profile": [None, True, None],
        "plan": [None, "null", "gold"],
    }
    lines, _ = rejected(rules, customers={"id": ["NULL", "null"]})
    assert len(lines) == 1
    assert lines[0].endswith(": 'NULL'")


def test_without_null_words_every_word_is_an_id():
    words = ["NULL", "nan", "-", "None"]
    assert ids_of(words, Rules(null_words=())) == words


def test_a_blank_clv_by_a_word_is_a_missing_value():
    frame = {"id": ["A"], "clv": ["NULL"]}
    _, (problem,) = rejected(Rules(null_words=("NULL",)), customers=frame)
    assert (problem["problem"], problem["value"]) == ("missing_clv", "NULL")
    lines, _ = rejected(customers=frame)
    assert lines[-1] == "'NULL' looks like a blank: --null-words NULL"


# Messages


def test_invisible_characters_are_shown_escaped():
    nasty = "B\u00a0\u200b C"
    lines, problems = rejected(
        customers={"id": ["A"], "clv": [nasty]}, ties={"source": ["A"], "target": ["Z\u00a0Z"]}
    )
    assert lines[0] == "customers:0: clv: not a number: 'B\\xa0\\u200b C'"
    assert lines[1] == "ties:0: target: no such customer: 'Z\\xa0Z'"
    assert [problem["value"] for problem in problems] == [nasty, "Z\u00a0Z"]


def test_descriptions_of_input_are_not_quoted():
    lines, _ = rejected(customers={"key": ["A"], "clv": [pa.scalar([1])]}, ties={"source": ["A"]})
    assert all("'" not in line for line in lines)


@pytest.mark.parametrize(
    ("there", "named"),
    [("A", "a"), ("Ann Lee", "ann lee"), ("1", "1.0"), ("1.00", "1"), ("AB", "A B")],
)
def test_the_other_spelling_of_an_unknown_customer_is_suggested(there, named):
    lines, (problem,) = rejected(
        customers={"id": [there, "x"]}, ties={"source": ["x"], "target": [named]}
    )
    assert lines == [f"ties:0: target: no such customer: '{named}' (there is '{there}')"]
    assert problem["value"] == named


def test_a_customer_who_is_not_profiled_is_not_suggested():
    people = Tables(customers={"id": ["Ann", "Bob"], "do_not_profile": [True, False]})
    known = merge(EMPTY, validate(people).tables)
    lines, _ = rejected(known=known, ties={"source": ["ann", "bob"], "target": ["Bob", "Bob"]})
    assert [line.partition("customer: ")[2] for line in lines] == [
        "'ann'",
        "'bob' (there is 'Bob')",
    ]


# Types


def frames_of_every_make():
    two = {"id": ["A", "B"]}
    mixed = pd.DataFrame({**two, "clv": pd.Series([1, "2"], dtype=object)})
    words = pa.array(["A", "B"], pa.string_view())
    return {
        "polars categories": pl.DataFrame(
            {
                "id": pl.Series(["A", "B"], dtype=pl.Categorical),
                "clv": pl.Series(["1", "2"], dtype=pl.Enum(["1", "2"])),
            }
        ),
        "polars Int128": pl.DataFrame({**two, "clv": pl.Series([1, 2], dtype=pl.Int128)}),
        "polars Float16": pl.DataFrame({**two, "clv": pl.Series([1, 2], dtype=pl.Float16)}),
        "pandas categories": pd.DataFrame({**two, "clv": [1, 2]}).astype("category"),
        "pandas objects": mixed,
        "pandas by name": mixed.rename(columns={"id": "ID"}).set_index("ID"),
        "mixed lists": {**two, "clv": ["1", Decimal(2)]},
        "runs": {
            "id": pa.RunEndEncodedArray.from_arrays([1, 2], ["A", "B"]),
            "clv": pa.RunEndEncodedArray.from_arrays([1, 2], [1.0, 2.0]),
        },
        "half floats": {**two, "clv": pa.array([1, 2], pa.float16())},
        "decimals": {**two, "clv": pa.array([Decimal(1), Decimal(2)], pa.decimal256(70, 30))},
        "dictionary of views": {
            "id": pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.uint32()), words),
            "clv": [1.0, 2.0],
        },
    }


@pytest.mark.parametrize("frame", frames_of_every_make().values(), ids=frames_of_every_make())
def test_all_kinds_of_frames_are_read_alike(frame):
    found = read(customers=frame)[0].customers
    assert found.select(["id", "clv"]).to_pydict() == {"id": ["A", "B"], "clv": [1.0, 2.0]}


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (pa.array([Decimal("12"), Decimal("12.5")], pa.decimal128(38, 10)), ["12", "12.5"]),
        (pa.array([Decimal("0"), Decimal("100")], pa.decimal128(38, 20)), ["0", "100"]),
        (pa.array([Decimal("1200")], pa.decimal128(5, -2)), ["1200"]),
        (pa.array([Decimal("-0.50")], pa.decimal256(70, 3)), ["-0.5"]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
        (pl.Series([1, 2**100], dtype=pl.Int128), ["1", str(2**100)]),
        ([2**70, "A"], [str(2**70), "A"]),
        (["A", 2, 3.0, 2.5, Decimal("1.50")], ["A", "2", "3", "2.5", "1.50"]),
    ],
)  # fmt: skip
def test_ids_of_numeric_types_become_plain_digits(values, found):
    frame = pl.DataFrame({"id": values}) if isinstance(values, pl.Series) else {"id": values}
    tables, _ = read(customers=frame)
    assert tables.customers["id"].to_pylist() == found


def test_decimals_in_a_column_of_text_are_their_digits():
    frame = {"id": ["A"], "segment": pa.array([Decimal(12)], pa.decimal128(38, 10))}
    assert read(customers=frame)[0].customers["segment"].to_pylist() == ["12"]


BYTES = pa.array([b"a\xff", b"b"])
UNREADABLE = {
    "no UTF-8": pa.StringArray.from_buffers(2, *BYTES.buffers()[1:]),
    "mixed": ["A", [1]],
    "true and text": [True, "x"],
    "list": [["a"], ["b"]],
    "record": [{"a": 1}, None],
    "duration": pa.array([1, 2], pa.duration("s")),
    "bytes": [b"a", b"b"],
    "objects": [object(), object()],
    "no Unicode": ["a\ud800", "b"],
    "pandas periods": pd.Series(pd.period_range("2024-01", periods=2, freq="M")),
}


@pytest.mark.parametrize("values", UNREADABLE.values(), ids=UNREADABLE)
def test_a_known_column_that_cannot_be_read_is_a_problem_by_table_and_column(values):
    for column in ("id", "clv", "name"):
        frame = {"id": ["A", "B"]} | {column: values}
        _, (problem,) = rejected(customers=frame)
        assert (problem["table"], problem["column"]) == ("customers", column)
        assert problem["problem"] == "unreadable_column"


@pytest.mark.parametrize("values", UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_own_column_is_left_out_with_a_note(values):
    tables, notes = read(customers={"id": ["A", "B"], "own": values, "plan": ["x", None]})
    assert tables.customers.column_names == ["id", "plan"]
    note = notes["column_left_out"]
    assert (note.fields["table"], note.fields["column"]) == ("customers", "own")


def test_an_object_that_is_not_a_table_is_a_usage_error():
    for frame in (3, {"id": 1}, pl.LazyFrame({"id": ["A"]}), {"id": ["A", object()], "clv": [1]}):
        with pytest.raises(UsageError, match="customers"):
            Tables(customers=frame)


@pytest.mark.parametrize(
    "values",
    [
        pa.array([2**60], pa.timestamp("s")),
        pa.array([-(2**40)], pa.timestamp("s", "UTC")),
        pa.array([2**30], pa.date32()),
        pa.array([86_400_000 * 2**30], pa.date64()),
    ],
)
def test_a_day_outside_the_calendar_is_refused(values):
    _, (problem,) = rejected(customers={"id": ["A"], "joined": values})
    assert (problem["column"], problem["problem"]) == ("joined", "unreadable_date")
    assert "column_left_out" in read(customers={"id": ["A"], "own": values})[1]


def test_a_missing_timestamp_is_a_blank():
    frame = pd.DataFrame({"id": ["A", "B"], "joined": [pd.NaT, pd.Timestamp("2024-05-01 23:00")]})
    found = read(customers=frame)[0].customers["joined"]
    assert found.to_pylist() == [None, dt.date(2024, 5, 1)]


# Dates in text


@pytest.mark.parametrize(
    "text",
    ["2024-05-01T10:00:00-0400", "2024-05-01 23:59:59 UTC", "2024-05-01T10:00:00+02",
     "2024-05-01T00:00:00Z", "2024-05-01 10:00:00 +0000", "2024-05-01T10:00:00.123456789Z",
     "2024-05-01T10:00:00,5", "2024-05-01 10:00 GMT", "2024-05-01T23:30:00 -11:00"],
)  # fmt: skip
def test_the_day_of_a_timestamp_is_the_written_one(text):
    found = read(customers={"id": ["A"], "joined": [text]})[0].customers["joined"]
    assert found.to_pylist() == [dt.date(2024, 5, 1)]


@pytest.mark.parametrize(
    "text",
    ["2024-05-01T10:00:00+2", "2024-05-01 UTC", "2024-05-01T10:00:00 CEST",
     "2024-05-01T10:00:00+25:00", "2024-05-01T10:00:00+02:60", "2024-05-01T10:00:00."],
)  # fmt: skip
def test_times_in_other_forms_are_refused(text):
    _, (problem,) = rejected(customers={"id": ["A"], "joined": [text]})
    assert (problem["problem"], problem["value"]) == ("unreadable_date", text)


# Numbers in text


@pytest.mark.parametrize(
    ("rules", "text", "number"),
    [
        ({"decimal": ","}, "1,5", 1.5),
        ({"decimal": ","}, "-,5e1", -5.0),
        ({"decimal": ",", "thousands": "."}, "1.234.567,50", 1234567.5),
        ({"decimal": ",", "thousands": "."}, "1234,5", 1234.5),
        ({"thousands": ","}, "-1,234.50", -1234.5),
        ({"thousands": " "}, "1\u202f234\u00a0567", 1234567.0),
        ({"thousands": "'"}, "1'234.5", 1234.5),
        ({"currency_sign": ("€",)}, "€ 5", 5.0),
        ({"currency_sign": ("€",)}, "5\u00a0€", 5.0),
        ({"currency_sign": ("$",)}, "-$5", -5.0),
        ({"currency_sign": ("$",)}, "$-5", -5.0),
        ({"currency_sign": ("$", "US$")}, "US$5", 5.0),
        ({"currency_sign": ("Fr.",)}, "Fr. 5.50", 5.5),
    ],
)  # fmt: skip
def test_numbers_are_read_in_the_given_notation(rules, text, number):
    assert clv_of([text], Rules(**rules)) == [number]


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        ({"decimal": ","}, "1.5"),
        ({"decimal": ",", "thousands": "."}, "1.5"),
        ({"decimal": ",", "thousands": "."}, "1.2345"),
        ({"thousands": ","}, "12,34"),
        ({"thousands": ","}, "1234,567"),
        ({"thousands": ","}, ",234"),
        ({"thousands": ","}, "1,234.567,890"),
        ({"currency_sign": ("€",)}, "€5€"),
        ({"currency_sign": ("€",)}, "€"),
        ({"currency_sign": ("€",)}, "5 $"),
        ({"currency_sign": ("$",)}, "($12.00)"),
        ({"decimal": ","}, "no number"),
    ],
)
def test_numbers_in_another_notation_are_refused(rules, text):
    _, (problem,) = rejected(Rules(**rules), customers={"id": ["A"], "clv": [text]})
    assert (problem["problem"], problem["value"]) == ("not_a_number", text)


def test_infinite_numbers_are_recognised_in_every_notation():
    frame = {"id": ["A", "B"], "clv": ["€ nan", "-inf"]}
    _, problems = rejected(Rules(decimal=",", currency_sign=("€",)), customers=frame)
    assert [p["problem"] for p in problems] == ["not_finite"] * 2


@often
@given(
    number=st.decimals(-(10**12), 10**12, places=2),
    marks=st.sampled_from([(".", ""), (".", ","), (",", "."), (",", ""), (",", " "), (".", "'")]),
)
def test_numbers_survive_a_round_trip_through_any_notation(number, marks):
    decimal, thousands = marks
    text = f"{number:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands)
    rules = Rules(decimal=decimal, thousands=thousands, currency_sign=("EUR",))
    assert clv_of([text, f"{text} EUR"], rules) == [float(number)] * 2


def test_native_numbers_do_not_depend_on_the_notation():
    assert clv_of([1.5, 2.5], Rules(decimal=",")) == [1.5, 2.5]


@pytest.mark.parametrize(
    "rules",
    [
        {"decimal": ",", "thousands": ","},
        {"decimal": ""},
        {"decimal": "5"},
        {"decimal": " "},
        {"thousands": ",,"},
        {"thousands": "-"},
        {"currency_sign": ("",)},
        {"currency_sign": ("5",)},
        {"currency_sign": (".",)},
        {"currency_sign": "EUR"},
        {"null_words": "NULL"},
        {"negative": "keep"},
    ],
)
def test_invalid_rules_are_usage_errors(rules):
    with pytest.raises(UsageError):
        Rules(**rules)


@pytest.mark.parametrize(
    ("cells", "hint"),
    [
        (["1,5", "2,25"], "'1,5' looks like a decimal comma: --decimal ,"),
        (
            ["1,234", "x"],
            "'1,234' looks like a decimal comma (--decimal ,) or a thousands mark (--thousands ,)",
        ),
        (["1,234", "1,234.5"], "'1,234' looks like a thousands mark: --thousands ,"),
        (
            ["1.234,5"],
            "'1.234,5' looks like a decimal comma and a thousands mark: --decimal , --thousands .",
        ),
        (["1 000"], "'1 000' looks like a thousands mark: --thousands ' '"),
        (["5 EUR"], "'5 EUR' looks like a currency sign: --currency-sign EUR"),
        (
            ["$ 5", "2€"],
            "'$ 5' looks like a currency sign: --currency-sign '$' --currency-sign '€'",
        ),
        (["x", "1/2", "12%", "(5)", "--1"], None),
    ],
)
def test_unreadable_numbers_name_the_option_that_reads_them(cells, hint):
    frame = {"id": [f"c{i}" for i in range(len(cells))], "clv": cells}
    lines, problems = rejected(customers=frame)
    assert lines[len(problems) :] == ([hint] if hint else [])
    assert {problem["problem"] for problem in problems} == {"not_a_number"}  # no hint among them


# Strengths below zero

HOSTILE = {
    "source": ["A", "B", "C", "A"],
    "target": ["B", "C", "A", "A"],
    "strength": ["-2", "3", "-0.5", "-1"],
}
PEOPLE = {"id": ["A", "B", "C"]}


def test_a_strength_below_zero_is_refused():
    lines, problems = rejected(customers=PEOPLE, ties=HOSTILE)
    found = [p["row"] for p in problems if p["problem"] == "strength_not_positive"]
    assert found == [0, 2, 3]
    assert "--negative" in lines[0]


def test_ties_with_a_strength_below_zero_may_be_dropped_and_are_counted():
    checked = validate(Tables(customers=PEOPLE, ties=HOSTILE), Rules(negative="drop"))
    assert checked.tables.ties.to_pylist() == [{"source": "B", "target": "C", "strength": 3.0}]
    (note,) = (n for n in checked.notes if n.event == "negative_ties_dropped")
    assert note.fields == {"table": "ties", "rows": 3}
    assert checked.rows["ties"].dropped == 3


def test_problems_keep_their_rows_after_dropped_rows():
    ties = {"source": ["A", "B", "B"], "target": ["B", "B", "B"], "strength": [-1, -1, 1]}
    frames = {"customers": PEOPLE, "ties": ties}
    with pytest.raises(InputRejected) as caught:
        validate(Tables(sources={"ties": Source("t.csv", 2)}, **frames), Rules(negative="drop"))
    (problem,) = caught.value.problems.to_arrow().to_pylist()
    assert (problem["problem"], problem["row"]) == ("self_tie", 4)


def test_ties_with_a_strength_below_zero_may_be_kept_as_a_sentiment():
    rules = Rules(negative="sentiment", drop_self=True)
    tables, notes = read(rules, customers=PEOPLE, ties=HOSTILE)
    assert tables.ties["strength"].to_pylist() == [2.0, 3.0, 0.5]
    assert tables.ties["sentiment"].to_pylist() == [-1.0, None, -1.0]
    assert notes["negative_ties_kept"].fields["rows"] == 2  # the third is with oneself
    given = {**HOSTILE, "sentiment": [0.25, 1.0, None, None]}
    tables, _ = read(rules, customers=PEOPLE, ties=given)
    assert tables.ties["sentiment"].to_pylist() == [0.25, 1.0, -1.0]


@pytest.mark.parametrize("way", ["error", "drop", "sentiment"])
@pytest.mark.parametrize("strength", ["0", "-0.0", "nan", "x"])
def test_an_invalid_strength_is_refused_with_any_rule_for_negative_ones(way, strength):
    ties = {"source": ["A"], "target": ["B"], "strength": [strength]}
    rejected(Rules(negative=way), customers=PEOPLE, ties=ties)


# Stores of earlier versions


def test_a_directory_store_without_tie_sentiment_can_be_loaded_into(tmp_path):
    import pyarrow.parquet as pq

    with open_store(tmp_path / "store") as store:
        store.write_tables(Tables(customers=PEOPLE, ties={"source": ["A"], "target": ["B"]}))
        (file,) = (tmp_path / "store").glob("ties-*.parquet")
        pq.write_table(pq.read_table(file).drop_columns("sentiment"), file)
        assert store.tables().ties["sentiment"].to_pylist() == [None]
        store.write_tables(Tables(ties={"source": ["B"], "target": ["C"], "sentiment": [0.5]}))
        assert sorted(map(str, store.tables().ties["sentiment"].to_pylist())) == ["0.5", "None"]


def test_a_parquet_file_with_an_unknown_type_is_refused(tmp_path):
    from influence.loaders import tables as loader

    whole = pl.DataFrame({"id": pl.Series([1, 2], dtype=pl.Int128), "clv": [1.0, 2.0]})
    whole.write_parquet(tmp_path / "customers.parquet")
    with pytest.raises(InputRejected, match="64 bits"):
        validate(loader.read([tmp_path]))


def test_an_id_that_a_float_cannot_hold_is_refused():
    long = Tables(customers={"id": pa.array([1.0, 49170123456789012.0])})
    with pytest.raises(InputRejected, match="has lost digits"):
        validate(long)
    exact = Tables(customers={"id": pa.array([49170123456789012])})
    assert validate(exact).tables.customers["id"].to_pylist() == ["49170123456789012"]


def test_numbers_that_may_have_thousands_separators_are_noted():
    def said(*values, **rules):
        given = Tables(customers={"id": [*map(str, range(len(values)))], "clv": [*values]})
        return [note for note in validate(given, Rules(**rules)).notes if "thousands" in note]

    (note,) = said("1.000", "25.500", "999")
    assert "clv: numbers such as '1.000'" in note
    assert "--thousands ." in note
    assert not said("1.000", "25.50")
    assert not said("0.125", "0.500")
    assert not said("1.000", "25.500", decimal=",", thousands=".")
