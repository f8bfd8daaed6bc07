"""Inputs from public reports of problems: correct figures, or a clear refusal."""

from __future__ import annotations

import runpy
import shutil
import zipfile
from pathlib import Path

import pytest

from influence import open_store
from tests.commands import influence

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the reported inputs are not here")
Capsys = pytest.CaptureFixture[str]

TABLES = ("load", "tables", "in")
EDGES = ("load", "edges", "e.txt")
GERMAN = ("--encoding", "cp1252", "--decimal", ",", "--thousands", ".")

REFUSED = {
    "01-unclosed-quote": [
        (("check", "customers.csv"), "customers.csv:3", "never closes"),
        (EDGES, "e.txt:1", "never closes"),
    ],
    "05-repeated-header-mid-comment": [
        (EDGES, "e.txt:3", "the header is repeated here"),
        (("load", "edges", "c.txt"), "c.txt:2", "--comments"),
    ],
    "06-null-string-hub": [
        (EDGES, "e.txt:1", "an id must not be empty", "'NULL'", "--null-words"),
        ((*TABLES, "--add-missing"), "referrals.csv:2", "'NULL'"),
    ],
    "16-excel-german": [(("check", "in"), "customers.csv:3", "looks like cp1252", "--encoding")],
    "27-pandas-index-column": [(EDGES, "e.txt:1", "--columns -,source,target")],
}
READ = {
    "01-unclosed-quote": [((*EDGES, "--no-quotes"), 'a "Bob b c d e', 4)],
    "02-konect-mixed-separators": [(EDGES, "1 2 3", 3)],
    "04-header-from-to": [
        (EDGES, "alice bob carol", 2),
        (("load", "edges", "neo4j.txt"), "alice bob carol", 2),
    ],
    "05-repeated-header-mid-comment": [(("load", "edges", "c.txt", "--comments"), "1 2 3 4", 2)],
    "11-files-left-out": [(TABLES, "A B", 1)],
    "12-weight-column": [
        (EDGES, "a b c", 2, "column weight is read as strength"),
        (("load", "edges", "gephi.csv"), "alice bob carol", 2, "not used: Id, Label"),
    ],
    "14-semicolons-and-commas": [(EDGES, "Doe, K|Roe, L|Smith, J", 2)],
    "16-excel-german": [
        (("load", "tables", "in", *GERMAN), "A B", 0),
        (("load", "tables", "utf16"), "A", 0),
    ],
    "18-trailing-empty-columns-and-rows": [
        (("load", "tables", "a"), "A B", 0, "2 empty columns"),
        (("load", "tables", "b"), "A", 0, "2 empty rows dropped"),
    ],
    "24-invisible-space": [(TABLES, "A B", 1, "'A '", r"'B\xa0'")],
    "27-pandas-index-column": [
        (TABLES, "A B", 0, "no name"),
        ((*EDGES, "--columns", "-,source,target"), "a b c", 3),
    ],
}


@pytest.fixture
def case(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "case"
    shutil.copytree(CASES / request.param, folder, copy_function=shutil.copyfile)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("case", REFUSED, indirect=True)
def test_ambiguous_input_is_refused_with_the_option_that_decides(
    case: Path, request: pytest.FixtureRequest, capsys: Capsys
) -> None:
    for command, *said in REFUSED[request.node.callspec.params["case"]]:
        done = influence(capsys, *command, *(["--store", "s"] if "check" not in command else []))
        assert done.code == 3
        assert all(words in done.err for words in said), done.err
        assert not Path("s").exists()


@pytest.mark.parametrize("case", READ, indirect=True)
def test_readable_input_is_read_with_a_note(
    case: Path, request: pytest.FixtureRequest, capsys: Capsys
) -> None:
    for number, (command, ids, ties, *said) in enumerate(
        READ[request.node.callspec.params["case"]]
    ):
        done = influence(capsys, *command, "--store", f"s{number}")
        assert done.code == 0, done.err
        assert all(words in done.err for words in said), done.err
        tables = open_store(f"s{number}").tables()
        mark = "|" if "|" in ids else " "
        assert tables.customers["id"].to_pylist() == sorted(ids.split(mark), key=str.encode)
        assert len(tables.ties) == ties


@pytest.mark.parametrize("case", ["07-future-date"], indirect=True)
def test_a_purchase_in_the_far_future_does_not_move_the_window(case: Path, capsys: Capsys) -> None:
    assert influence(capsys, *TABLES, "--store", "s").code == 0
    run = influence(capsys, "run", "--store", "s")
    assert "1 of 4 purchases lies after today" in run.err
    worth = {row["customer"]: row["clv"] for row in influence(capsys, "top", "--store", "s").json}
    assert worth["A"] > worth["B"] > worth["C"] > 0


@pytest.mark.parametrize("case", ["09-referral-earliest-same-day"], indirect=True)
def test_of_two_referrers_on_one_day_the_earlier_counts(case: Path, capsys: Capsys) -> None:
    assert influence(capsys, *TABLES, "--store", "s").code == 0
    assert influence(capsys, "run", "--store", "s").code == 0
    first, *_ = influence(capsys, "top", "--store", "s", "--by", "referral_value").json
    assert (first["customer"], first["referral_value"]) == ("A", 50.0)


@pytest.mark.parametrize("case", ["26-survey-question-text"], indirect=True)
def test_another_survey_question_can_be_selected(case: Path, capsys: Capsys) -> None:
    question = "How likely are you to recommend us to a friend?"
    loaded = influence(capsys, *TABLES, "--store", "s")
    assert question in loaded.err
    assert influence(capsys, *TABLES, "--store", "q", "--question", question).code == 0
    assert influence(capsys, "run", "--store", "q").code == 0
    stances = {
        row["customer"]: row["stance"] for row in influence(capsys, "top", "--store", "q").json
    }
    assert stances == {"A": "promoter", "B": "detractor"}


@pytest.mark.parametrize(
    "case", ["19-polars-categorical", "20-oracle-number-ids", "21-int128"], indirect=True
)
def test_unusual_types_are_read_or_refused_by_name(case: Path, capsys: Capsys) -> None:
    for script in sorted(case.glob("*.py")):
        runpy.run_path(str(script))
    if (case / "in").is_dir():
        done = influence(capsys, *TABLES, "--store", "s")
        if done.code == 0:
            assert open_store("s").customers()["id"].to_pylist() == ["12"]
        else:
            assert done.code == 3
            assert "customers.parquet" in done.err


@pytest.mark.parametrize("case", ["22-zip-bz2"], indirect=True)
def test_compressed_edge_lists_are_read(case: Path, capsys: Capsys) -> None:
    with zipfile.ZipFile("e.zip", "w") as archive:
        archive.write("e.txt")
    assert influence(capsys, "load", "edges", "e.zip", "--store", "s").code == 0
    assert len(open_store("s").tables().ties) == 2
