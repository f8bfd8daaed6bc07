"""Loading a company's own files by a mapping."""

from __future__ import annotations

import datetime as dt
from itertools import combinations
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import InputRejected, UsageError, open_store, validate
from influence.loaders.mapped import groups as groups_module
from influence.loaders.mapped import read
from tests.examples import examples

CUSTOMERS = '[[file]]\nname = "people"\n[[file.rows]]\ntable = "customers"\ncolumns.id = "Id"\n'
ORDERS = """
[[file]]
name = "orders"
decimal = ","
dates = "day-first"
[[file.rows]]
table = "transactions"
only = "Status = paid"
columns.customer = "Who"
columns.date = "When"
columns.amount = "Total"
[[file.rows]]
table = "customers"
merge = true
columns.id = "Who"
"""


def load(folder: Path, mapping: str, **files: str) -> Any:
    """Read files by a mapping, and validate them."""
    paths = write(folder, mapping, **files)
    return validate(read(paths, folder / "mapping.toml"))


def write(folder: Path, mapping: str, **files: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return [folder / f"{name}.csv" for name in files]


def rejected(folder: Path, mapping: str, **files: str) -> list[tuple[Any, ...]]:
    with pytest.raises(InputRejected) as caught:
        load(folder, mapping, **files)
    rows = caught.value.problems.to_arrow().to_pylist()
    return [(r["file"], r["row"], r["column"], r["problem"], r["value"]) for r in rows]


def rows(checked: Any, table: str, *columns: str) -> list[tuple[Any, ...]]:
    found = checked.tables[table]
    return list(zip(*(found[name].to_pylist() for name in columns), strict=True))


# Columns


def test_columns_are_found_in_any_case_and_order(tmp_path: Path) -> None:
    checked = load(tmp_path, CUSTOMERS, a="NAME, ID \nAna,1\n")
    assert rows(checked, "customers", "id") == [("1",)]


def test_every_way_to_make_a_cell(tmp_path: Path) -> None:
    mapping = (
        CUSTOMERS
        + """
columns.name = { join = ["First", "Last"] }
columns.segment = { column = "Mail", part = "domain" }
columns.relation = { column = "Kind", values = { C = "customer", P = "partner" } }
columns.currency = { constant = "EUR" }
columns.clv = { column = "Cents", scale = 0.01 }
columns.sentiment = { column = "Score", extract = "^([0-9.]+) -", others = "blank" }
columns.phone = { first = ["Mobile", "Home"] }
columns.key = { column = "Id", prefix = "crm-", case = "upper" }
columns.age = { column = "Age", type = "number" }
columns.absent = { column = "Nowhere", optional = true }
attributes = ["City"]
"""
    )
    text = (
        "Id,First,Last,Mail,Kind,Cents,Score,Mobile,Home,Age,City\n"
        "a,Ana,Ruiz,ana@Shop.example.COM,c,1999,1 - good,,22,41,Bonn\n"
        "b,,Li,www.example.org/x,P,5,n/a,11,22,,\n"
    )
    found = load(tmp_path, mapping, people=text).tables.customers.to_pylist()
    assert found[0] == {
        "id": "a", "clv": 19.99, "name": "Ana Ruiz", "segment": "shop.example.com",
        "relation": "customer", "sentiment": 1.0, "currency": "EUR", "phone": "22",
        "key": "crm-A", "age": 41.0, "City": "Bonn",
    }  # fmt: skip
    assert found[1]["name"] == "Li"
    assert found[1]["segment"] == "example.org"
    assert (found[1]["sentiment"], found[1]["age"], found[1]["phone"]) == (None, None, "11")


def test_a_cell_without_a_translation_is_refused_unless_told_otherwise(tmp_path: Path) -> None:
    text = "Id,Kind\na,C\nb,X\nc,\n"
    mapping = CUSTOMERS + 'columns.relation = { column = "Kind", values = { C = "customer" }%s }\n'
    refused = rejected(tmp_path, mapping % "", a=text)
    assert refused == [("a.csv", 3, "Kind", "not_translated", "X")]
    kept = load(tmp_path, mapping % ', others = "keep"', a=text)
    assert rows(kept, "customers", "relation") == [("customer",), ("X",), ("customer",)]
    blank = load(tmp_path, mapping % ', others = "blank"', a=text)
    assert rows(blank, "customers", "relation") == [("customer",)] * 3  # blank: the default


def test_a_lookup_finds_the_cell_of_another_row(tmp_path: Path) -> None:
    mapping = """
[[file]]
name = "mails"
[[file.rows]]
table = "ties"
skip_blank = ["target"]
columns.kind = { constant = "replies to" }
columns.source = "From"
columns.target = { column = "InReplyTo", lookup = { match = "Message", take = "From" } }
[[file.rows]]
table = "customers"
merge = true
columns.id = "From"
"""
    text = "Message,InReplyTo,From\nm1,,ana\nm2,m1,bo\nm3,m2,ana\n"
    checked = load(tmp_path, mapping, mails=text)
    assert rows(checked, "ties", "source", "target") == [("bo", "ana"), ("ana", "bo")]
    assert checked.rows["ties"].dropped == 1
    assert rejected(tmp_path, mapping, mails=text + "m4,m9,bo\n") == [
        ("mails.csv", 5, "InReplyTo", "not_translated", "m9"),
    ]
    twice = load(tmp_path, mapping, mails=text + "m1,,bo\n")
    assert rows(twice, "ties", "source", "target") == [("bo", "ana"), ("ana", "bo")]
    assert any("1 values of Message occur with several From, such as 'm1'" in note
               for note in twice.notes)  # fmt: skip


def test_a_cell_of_several_values_gives_a_row_for_each(tmp_path: Path) -> None:
    mapping = (
        CUSTOMERS
        + """
[[file.rows]]
table = "ties"
skip_blank = ["target"]
columns.source = "Id"
columns.target = { column = "Friends", split = ";" }
"""
    )
    text = "Id,Friends\na,b; c\nb,\nc,x\n"
    assert rejected(tmp_path, mapping, a=text) == [("a.csv", 4, "Friends", "unknown_customer", "x")]
    checked = load(tmp_path, mapping, a=text.replace("x", "a"))
    assert rows(checked, "ties", "source", "target") == [("a", "b"), ("a", "c"), ("c", "a")]


def test_problems_name_the_columns_and_rows_of_the_file(tmp_path: Path) -> None:
    text = "Status,Total,When,Who\nopen,x,1.2.2024,a\npaid,x,1.2.2024,a\npaid,1,31.2.2024,\n"
    assert {*rejected(tmp_path, ORDERS, o=text)} == {
        ("o.csv", 3, "Total", "not_a_number", "x"),
        ("o.csv", 4, "Who", "empty_id", ""),
        ("o.csv", 4, "When", "unreadable_date", "31.2.2024"),
    }


# Files


def test_each_file_is_read_in_its_own_format(tmp_path: Path) -> None:
    mapping = ORDERS.replace('dates = "day-first"', "")
    checked = load(
        tmp_path, mapping,
        a="Who,When,Total,Status\na,25/04/2024,\"1,5\",paid\n",
        b="Who,When,Total,Status\nb,03/25/2024,\"2,5\",paid\n",
    )  # fmt: skip
    found = rows(checked, "transactions", "customer", "date", "amount")
    assert found == [("a", dt.date(2024, 4, 25), 1.5), ("b", dt.date(2024, 3, 25), 2.5)]
    ambiguous = rejected(
        tmp_path, mapping,
        a="Who,When,Total,Status\na,25/04/2024,1,paid\n",
        b="Who,When,Total,Status\nb,03/04/2024,2,paid\n",
    )  # fmt: skip
    assert [row[:4] for row in ambiguous] == [("b.csv", 1, "When", "ambiguous_dates")]


def test_a_file_that_fits_nothing_is_refused_with_the_columns_it_lacks(tmp_path: Path) -> None:
    ((file, _, _, problem, why),) = rejected(tmp_path, CUSTOMERS, a="Key,Name\n1,x\n")
    assert (file, problem) == ("a.csv", "unreadable_file")
    assert "for people it lacks Id; it has Key, Name" in why


def test_files_are_told_apart_by_their_columns_or_by_their_names(tmp_path: Path) -> None:
    both = CUSTOMERS + ORDERS
    text = "Who,When,Total,Status\na,25/04/2024,1,paid\n"
    checked = load(tmp_path, both, x=text, y="Id\na\n")
    assert len(checked.tables.customers) == 1
    twice = CUSTOMERS + CUSTOMERS.replace("people", "others")
    with pytest.raises(UsageError, match="fits people and others"):
        load(tmp_path, twice, x="Id\na\n")
    named = twice.replace('"others"', '"others"\nmatch = "X*"')
    assert len(load(tmp_path, named, x="Id\na\n").tables.customers) == 1


def test_parquet_and_directories_are_read_too(tmp_path: Path) -> None:
    write(tmp_path, CUSTOMERS)
    folder = tmp_path / "in"
    folder.mkdir()
    pq.write_table(pa.table({"Id": [1, 2], "x": [1.0, 2.0]}), folder / "people.parquet")
    (folder / "notes.md").write_text("no table")
    tables = read([folder], tmp_path / "mapping.toml")
    assert validate(tables).tables.customers["id"].to_pylist() == ["1", "2"]
    assert any("notes.md: not read" in note for note in tables.notes)
    assert any("not in the mapping, and not used: x" in note for note in tables.notes)


def test_every_row_is_counted(tmp_path: Path) -> None:
    text = "Who,When,Total,Status\n" + "a,1.2.2024,1,paid\n" * 3 + "b,1.2.2024,1,open\n,,,\n"
    paths = write(tmp_path, CUSTOMERS + ORDERS, o=text, p="Id\nb\n")
    store = open_store(str(tmp_path / "store"))
    loaded = store.write_tables(read(paths, tmp_path / "mapping.toml"))
    counts = {name: count.to_dict() for name, count in loaded.rows.items()}
    assert counts["transactions"] == {
        "rows": 5, "read": 3, "merged": 0, "dropped": 2, "refused": 0,
    }  # fmt: skip
    assert counts["customers"] == {"rows": 5, "read": 2, "merged": 3, "dropped": 0, "refused": 0}
    assert not store.write_tables(read(paths, tmp_path / "mapping.toml")).changed


# Merging


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["", "x", "y"]), st.booleans()),
        min_size=1,
        max_size=10,
    )
)
@examples()
def test_merging_fills_blanks_from_later_rows(tmp_path_factory, given_rows) -> None:
    folder = tmp_path_factory.mktemp("merged")
    mapping = CUSTOMERS.replace('"people"', '"people"\nmatch = "main*"')
    mapping += 'columns.name = "Name"\n'
    mapping += mapping.replace("people", "more").replace("main*", "more*") + "merge = true\n"
    main = {}
    for key, name, is_main in given_rows:
        if is_main and key not in main:
            main[key] = name
    more = [(key, name) for key, name, is_main in given_rows if not is_main]
    expected = dict(main)
    for key, name in more:
        expected[key] = expected.get(key) or name
    header = "Id,Name,\n"
    checked = load(
        folder, mapping,
        main=header + "".join(f"{key},{name},\n" for key, name in main.items()),
        more=header + "".join(f"{key},{name},\n" for key, name in more),
    )  # fmt: skip
    assert dict(rows(checked, "customers", "id", "name")) == {
        key: name or None for key, name in expected.items()
    }
    assert checked.rows["customers"].merged == len(main) + len(more) - len(expected)


def test_customers_in_two_rows_are_refused_where_merging_is_not_allowed(tmp_path: Path) -> None:
    assert rejected(tmp_path, CUSTOMERS, a="Id\na\na\n") == [
        ("a.csv", 3, "Id", "duplicate_id", "a"),
    ]


# Groups


def grouped(folder: Path, memberships: list[tuple[str, str]], keys: str = "") -> Any:
    mapping = (
        CUSTOMERS
        + "merge = true\n"
        + (f'[[file.groups]]\ncustomer = "Id"\nby = "By"\nkind = "together"\n{keys}\n')
    )
    text = "Id,By\n" + "".join(f"{who},{by}\n" for who, by in memberships)
    return load(folder, mapping, a=text)


MEMBERSHIPS = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from(["", "P", "p ", "q", "r", "s"])),
    min_size=1,
    max_size=20,
)


@given(MEMBERSHIPS, st.integers(1, 3), st.integers(2, 5), st.sampled_from([1, 10, 1000]))
@examples()
def test_groups_imply_the_ties_that_a_comparison_of_all_pairs_finds(
    tmp_path_factory, memberships, shared, largest, at_once
) -> None:
    folder = tmp_path_factory.mktemp("groups")
    keys = f'shared = {shared}\nlargest = {largest}\nstrength = "shared"'
    with mock.patch.object(groups_module, "AT_ONCE", at_once):
        checked = grouped(folder, memberships, keys)
    groups: dict[str, list[str]] = {}
    for who, by in memberships:
        if by.strip() and who not in groups.setdefault(by.strip().lower(), []):
            groups[by.strip().lower()].append(who)
    usable = [{*members} for members in groups.values() if len(members) <= largest]
    people = sorted({who for who, _ in memberships})
    expected = {
        frozenset(pair): sum({*pair} <= members for members in usable)
        for pair in combinations(people, 2)
    }
    found = {
        frozenset((source, target)): strength
        for source, target, strength in rows(checked, "ties", "source", "target", "strength")
    }
    assert found == {pair: n for pair, n in expected.items() if n >= shared}
    assert len(checked.tables["ties"]) == len(found)


def test_a_group_that_is_too_large_is_left_out_and_announced(tmp_path: Path) -> None:
    memberships = [(str(i), "big") for i in range(4)] + [("0", "small"), ("1", "small")]
    checked = grouped(tmp_path, memberships, "largest = 3")
    assert rows(checked, "ties", "source", "target") == [("0", "1")]
    (note,) = (note for note in checked.notes if note.event == "groups_left_out")
    assert "more than 3 customers" in note
    assert "'big' (4)" in note
    overruled = validate(read([tmp_path / "a.csv"], tmp_path / "mapping.toml", largest_group=0))
    assert len(overruled.tables.ties) == 6


def test_groups_that_imply_too_many_ties_are_refused_before_they_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups_module, "MOST_TIES", 5)
    with pytest.raises(UsageError, match="6 pairs of customers share a group, more than 5"):
        grouped(tmp_path, [(str(i), "big") for i in range(4)])


def test_mail_providers_imply_no_ties(tmp_path: Path) -> None:
    mapping = (
        CUSTOMERS
        + """
[[file.groups]]
customer = "Id"
by = { column = "Mail", part = "domain" }
kind = "same domain"
"""
    )
    text = "Id,Mail\na,a@gmail.com\nb,b@GMAIL.com\nc,c@x.com\nd,d@X.com\ne,none\n"
    checked = load(tmp_path, mapping, a=text)
    assert rows(checked, "ties", "source", "target") == [("c", "d")]
    assert any("'gmail.com' (2)" in note for note in checked.notes)
    assert any("1 row belongs to no group, such as 'none'" in note for note in checked.notes)
    both = load(tmp_path, mapping + "public_domains = true\n", a=text)
    assert len(both.tables.ties) == 2


# Errors of the mapping


def test_all_errors_of_a_mapping_are_listed_with_their_lines(tmp_path: Path) -> None:
    mapping = """
[[file]]
name = "a"
mach = "x"
[[file.rows]]
table = "custmers"
columns.id = "Id"
[[file.rows]]
table = "ties"
columns.source = "?"
columns.strenth = "x"
columns.kind = { column = "x", extract = "(" }
only = "x ="
[[file.groups]]
by = "x"
kind = ""
customer = { column = "x", constant = 1 }
"""
    with pytest.raises(UsageError) as caught:
        load(tmp_path, mapping, a="Id\n1\n")
    lines = str(caught.value).splitlines()
    assert lines[0] == "9 errors in the mapping:"
    assert [line.split(": ")[:2] for line in lines[1:] if line.startswith("mapping.toml")] == [
        ["mapping.toml:4", "file[1].mach"],
        ["mapping.toml:6", "file[1].rows[1].table"],
        ["mapping.toml:8", "file[1].rows[2]"],
        ["mapping.toml:10", "file[1].rows[2].columns.source"],
        ["mapping.toml:11", "file[1].rows[2].columns.strenth"],
        ["mapping.toml:12", "file[1].rows[2].columns.kind.extract"],
        ["mapping.toml:13", "file[1].rows[2].only"],
        ["mapping.toml:16", "file[1].groups[1].kind"],
        ["mapping.toml:17", "file[1].groups[1].customer"],
    ]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ("[[file]", "not TOML"),
        ("", "file: this key is missing"),
        ('[[file]]\nname = "a"\n', "neither rows nor groups"),
        (CUSTOMERS + CUSTOMERS, "two files are called people"),
        (CUSTOMERS + 'columns.name = { column = "x", values = { A = 1, a = 2 } }\n', "twice: a"),
        (CUSTOMERS + 'skip_blank = ["x"]\n', "skip_blank: no such column here: x"),
        (CUSTOMERS + 'columns.clv = { column = "x", type = "text" }\n', "columns of your own"),
        (CUSTOMERS + 'columns.name = { column = "x", lookup = { file = "y", match = "a", '
         'take = "b" } }\n', "no file is called y"),
        (ORDERS + 'columns.clv = { column = "x", decimal = "12" }\n', "--decimal '12'"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_work_is_refused(tmp_path: Path, mapping: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(tmp_path, mapping, a="Id\n1\n")
    assert message in str(caught.value)
