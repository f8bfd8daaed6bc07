"""Names, conditions and columns in `top`, `export`, `summary`, `explain`, `triage`, `compare`."""

from __future__ import annotations

import csv
import io
import shutil
import unicodedata
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from influence.cli.commands.query import KEPT
from influence.queries import explore
from tests.commands import influence, prepare

Capsys = pytest.CaptureFixture[str]
CUSTOMERS = """id,clv,name,segment,joined,city,do_not_profile
A,100,Ann,retail,2024-01-01,Köln,
B,0,Kim,retail,2023-05-01,=1+1,
C,50,Kim,business,,Bonn,
D,200,"=SUM(A1)",business,2022-01-01,Bonn,
E,120,,retail,2021-01-01,,
H,80,Hidden,retail,2020-01-01,Bonn,true
"""
TIES = "source,target\nA,B\nA,C\nB,C\nC,D\nD,E\nE,H\n"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a run, which tests copy."""
    folder = tmp_path_factory.mktemp("prepared")
    store = folder / "store"
    (folder / "in").mkdir()
    (folder / "in" / "customers.csv").write_text(CUSTOMERS)
    (folder / "in" / "ties.csv").write_text(TIES)
    prepare("load", "tables", folder / "in", "--store", store)
    prepare("run", "--store", store)
    return store


@pytest.fixture
def store(prepared: Path, tmp_path: Path) -> str:
    return str(shutil.copytree(prepared, tmp_path / "store"))


# Names


def test_names_follow_ids_and_ids_only_hides_them(store: str, capsys: Capsys) -> None:
    for row in influence(capsys, "top", "--store", store).json:
        assert list(row)[:2] == ["customer", "name"]
    hidden = influence(capsys, "top", "--store", store, "--ids-only")
    assert "name" not in hidden.json[0]
    drawn = influence(capsys, "top", "--store", store, "--format", "table").out
    assert "Ann" in drawn


def test_without_names_there_is_no_name_column(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "customers.csv").write_text("id,clv\nA,1\nB,2\n")
    (tmp_path / "ties.csv").write_text("source,target\nA,B\n")
    url = str(tmp_path / "s")
    influence(capsys, "load", "tables", tmp_path, "--store", url)
    influence(capsys, "run", "--store", url)
    assert "name" not in influence(capsys, "top", "--store", url).json[0]
    assert "name" not in influence(capsys, "explain", "A", "--store", url).json


def test_a_customer_is_found_by_a_unique_name(store: str, capsys: Capsys) -> None:
    by_name = influence(capsys, "explain", " ann ", "--store", store).json
    assert by_name == influence(capsys, "explain", "A", "--store", store).json
    assert (by_name["customer"], by_name["name"]) == ("A", "Ann")
    assert {row["name"] for row in by_name["contributors"]} >= {"Kim"}
    rows = influence(capsys, "triage", "Ann", "D", "--store", store).json
    assert [(row["customer"], row["name"]) for row in rows] == [("D", "=SUM(A1)"), ("A", "Ann")]


def test_an_ambiguous_name_lists_the_ids(store: str, capsys: Capsys) -> None:
    refused = influence(capsys, "explain", "Kim", "--store", store)
    assert refused.code == 2
    assert "B (segment retail)" in refused.err
    assert "C (segment business)" in refused.err


def test_unknown_customers_are_listed_together_with_similar_ones(
    store: str, capsys: Capsys
) -> None:
    refused = influence(capsys, "triage", "A", "Nobody", "sum(", "idd", "--store", store)
    assert refused.code == 1
    assert "name 'Nobody', 'sum(', 'idd'; did you mean D =SUM(A1)?" in refused.err


def test_a_name_is_found_in_any_case_and_any_form_of_unicode(
    tmp_path: Path, capsys: Capsys
) -> None:
    names = ["José", unicodedata.normalize("NFD", "Zoë"), "İpek", "ΑΝΔΡΈΑΣ"]
    rows = "".join(f"{at},1,{name}\n" for at, name in enumerate(names))
    (tmp_path / "customers.csv").write_text(f"id,clv,name\n{rows}")
    (tmp_path / "ties.csv").write_text("source,target\n0,1\n2,3\n")
    store = tmp_path / "store"
    prepare("load", "tables", tmp_path, "--store", store)
    prepare("run", "--store", store)
    for at, asked in enumerate([unicodedata.normalize("NFD", "JOSÉ"), "zoë", "İPEK", "ανδρέας"]):
        assert influence(capsys, "explain", asked, "--store", store).json["customer"] == str(at)


@pytest.mark.parametrize("asked", ["Nobody", "Hidden", "H", "hidde"])
def test_unknown_customers_and_those_not_profiled_are_not_found(
    store: str, capsys: Capsys, asked: str
) -> None:
    for command in (["explain", asked], ["triage", "A", asked]):
        refused = influence(capsys, *command, "--store", store)
        assert refused.code == 1
        assert "mean" not in refused.err


def test_customers_who_are_not_profiled_are_never_named(
    store: str, tmp_path: Path, capsys: Capsys
) -> None:
    influence(capsys, "run", "--store", store, "--weights", "0.5")
    file = tmp_path / "all.csv"
    for command in (
        ["top"], ["explain", "E"], ["triage", "A", "E"], ["compare", "previous", "latest"],
        ["export", file], ["summary", "--by", "name"], ["top", "--where", "city = Bonn"],
    ):  # fmt: skip
        outcome = influence(capsys, *command, "--store", store)
        assert outcome.code == 0
        assert "Hidden" not in outcome.out + outcome.err
    assert "Hidden" not in file.read_text()


def test_compared_customers_have_names(store: str, capsys: Capsys) -> None:
    influence(capsys, "run", "--store", store, "--weights", "0.5")
    rows = influence(capsys, "compare", "previous", "latest", "--store", store).json
    assert {row["customer"]: row["name"] for row in rows}["A"] == "Ann"
    where = ["--store", store, "--ids-only"]
    assert "name" not in influence(capsys, "compare", "previous", "latest", *where).json[0]


# Conditions, order and columns


def test_a_condition_keeps_the_ranks_of_the_whole_ranking(store: str, capsys: Capsys) -> None:
    whole = {row["customer"]: row for row in influence(capsys, "top", "--store", store).json}
    found = influence(capsys, "top", "--store", store, "--where", "segment = retail and clv < 500")
    assert {row["customer"] for row in found.json} == {"A", "B", "E"}
    assert all(row == whole[row["customer"]] for row in found.json)
    assert "3 of 5 customers match" in found.err
    assert [row["rank"] for row in found.json] == sorted(row["rank"] for row in found.json)


def test_of_several_conditions_all_hold(store: str, capsys: Capsys) -> None:
    ask = ("top", "--store", store, "--where")
    both = influence(capsys, *ask, "clv = 0 or clv > 90", "--where", "segment = retail")
    assert both == influence(capsys, *ask, "(clv = 0 or clv > 90) and segment = retail")
    assert len(both.json) == 3


def test_ascending_reverses_the_order(store: str, capsys: Capsys) -> None:
    down = influence(capsys, "top", "--store", store, "--by", "gross").json
    up = influence(capsys, "top", "--store", store, "--by", "gross", "--ascending").json
    assert [row["customer"] for row in up] == [row["customer"] for row in reversed(down)]


@pytest.mark.parametrize(
    ("word", "column"),
    [
        ("gross", "network_value_gross"), ("network-value", "network_value"),
        ("influence", "influence"), ("referrals", "crv"), ("clv", "clv"),
        ("credit-received", "credit_received"),
    ],
)  # fmt: skip
def test_by_accepts_short_names_of_columns(
    store: str, capsys: Capsys, word: str, column: str
) -> None:
    by_word = influence(capsys, "top", "--store", store, "--by", word).json
    assert by_word == influence(capsys, "top", "--store", store, "--by", column).json


def test_columns_are_shown_in_the_order_given(store: str, capsys: Capsys) -> None:
    rows = influence(
        capsys, "top", "--store", store, "--columns", "city,customer,gross", "-n", 1
    ).json
    assert list(rows[0]) == ["city", "customer", "network_value_gross"]
    assert rows[0]["city"] == "Bonn"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--columns", "clv,segmnt"], "segment"),
        (["--columns", "name", "--ids-only"], "--ids-only"),
        (["--by", "infuence"], "influence"),
        (["--where", "citty = Bonn"], "city"),
        (["--where", "clv <"], "value is expected"),
    ],
)
def test_an_unknown_column_is_a_usage_error_with_suggestions(
    store: str, capsys: Capsys, arguments: list[str], says: str
) -> None:
    refused = influence(capsys, "top", "--store", store, *arguments)
    assert (refused.code, refused.out) == (2, "")
    assert says in refused.err


def test_a_summary_with_where_covers_matching_customers(store: str, capsys: Capsys) -> None:
    where = ["--where", "segment = retail", "--columns", "customers,clv"]
    found = influence(capsys, "summary", "--store", store, *where)
    assert found.json == [{"all": "all", "customers": 3, "clv": 220.0}]
    assert "3 of 5 customers match" in found.err
    groups = influence(capsys, "summary", "--by", "segment", "--ascending", "--store", store).json
    values = [row["network_value"] for row in groups]
    assert values == sorted(values)
    refused = influence(capsys, "summary", "--by", "name", "--ids-only", "--store", store)
    assert refused.code == 2


# Files


def test_export_contains_matching_customers_and_requested_columns(
    store: str, tmp_path: Path, capsys: Capsys
) -> None:
    wanted = ["--where", "segment = retail", "--columns", "customer,name,city,joined,clv"]
    rows = {}
    for ending in ("csv", "parquet", "xlsx"):
        file = tmp_path / f"out.{ending}"
        done = influence(capsys, "export", file, "--store", store, *wanted)
        assert done.code == 0
        assert "3 of 5 customers match" in done.err
        assert ("formula" in done.err) == (ending != "parquet")
        rows[ending] = file
    table = pq.read_table(rows["parquet"])
    assert table.column_names == ["customer", "name", "city", "joined", "clv"]
    assert table["city"].to_pylist() == ["Köln", "=1+1", None]
    by_csv = list(csv.DictReader(io.StringIO(rows["csv"].read_text())))
    assert [row["city"] for row in by_csv] == ["Köln", "'=1+1", ""]
    sheet = openpyxl.load_workbook(rows["xlsx"]).active
    assert [cell.value for cell in sheet[1]] == table.column_names
    assert (sheet["C3"].value, sheet["C3"].data_type) == ("'=1+1", "s")
    assert (sheet["E2"].value, sheet["E2"].data_type) == (100, "n")
    assert sheet["D2"].is_date


def test_export_contains_all_figures_and_names_by_default(
    store: str, tmp_path: Path, capsys: Capsys
) -> None:
    influence(capsys, "export", tmp_path / "all.parquet", "--store", store)
    names = pq.read_table(tmp_path / "all.parquet").column_names
    assert names[:3] == ["customer", "name", "clv"]
    influence(capsys, "export", tmp_path / "ids.parquet", "--store", store, "--ids-only")
    assert pq.read_table(tmp_path / "ids.parquet").column_names == [
        name for name in names if name != "name"
    ]
    assert influence(capsys, "export", tmp_path / "a.txt", "--store", store).code == 2


# Former names


def test_budget_is_accepted_as_the_former_name_of_max_seconds(
    store: str, capsys: Capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    new = influence(capsys, "estimate", "--max-seconds", 0, "--store", store)
    assert new.json["method"] == "sketch"
    old = influence(capsys, "estimate", "--budget", 0, "--store", store)
    assert old.json["method"] == "sketch"
    assert "--max-seconds" in old.err
    both = influence(capsys, "run", "--budget", 1, "--max-seconds", 1, "--store", store)
    assert both.code == 2
    for key, noted in (("max_seconds", False), ("budget", True)):
        Path("influence.toml").write_text(f"{key} = 0\n")
        found = influence(capsys, "estimate", "--store", store)
        assert found.json["method"] == "sketch"
        assert ("budget is now called max_seconds" in found.err) == noted
    Path("influence.toml").write_text("budget = 0\nmax_seconds = 1\n")
    assert influence(capsys, "estimate", "--store", store).code == 2


# Queries


def test_parameters_of_a_query_are_options_too(store: str, capsys: Capsys) -> None:
    ask = ("query", "bridges", "--store", store)
    asked = influence(capsys, *ask, "--param", "segment_a=business", "--param", "limit=1")
    assert len(asked.json) == 1
    assert influence(capsys, *ask, "--segment-a", "business", "--limit=1") == asked


def test_a_query_without_rows_says_so(store: str, capsys: Capsys) -> None:
    found = influence(capsys, "query", "movers", "--store", store)
    assert (found.code, found.json, found.err) == (0, [], "query movers returned no rows\n")
    assert not influence(capsys, "query", "movers", "--store", store, "--quiet").err


def test_a_table_of_a_query_names_run_and_currency(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "customers.csv").write_text("id,clv,currency\nA,1,CHF\nB,2,CHF\n")
    (tmp_path / "ties.csv").write_text("source,target\nA,B\n")
    store = tmp_path / "store"
    prepare("load", "tables", tmp_path, "--store", store)
    prepare("run", "--store", store)
    ask = ("query", "top", "--store", store, "--format", "table")
    assert "amounts in CHF · the split is a convention" in influence(capsys, *ask).out
    assert "CHF" not in influence(capsys, *ask, "--quiet").out


def test_the_columns_that_a_narrow_terminal_keeps_are_columns_of_their_query() -> None:
    for name, kept in KEPT.items():
        assert kept <= {column.name for column in explore(name).columns}
