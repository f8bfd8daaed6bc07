from __future__ import annotations

import csv
import io
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import click
import pytest

from influence.cli import app, main
from tests.commands import Outcome, influence, prepare

COMPANY = {
    "customers.csv": "id,clv\nA,100\nB,0\nC,50\nD,200\nE,120\nF,80\n",
    "ties.csv": "source,target\nA,B\nA,C\nB,C\nC,D\nD,E\nE,F\n",
}
Capsys = pytest.CaptureFixture[str]


def write_company(folder: Path) -> Path:
    folder.mkdir()
    for name, text in COMPANY.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def company(tmp_path: Path) -> Path:
    return write_company(tmp_path / "in")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a run, which tests copy."""
    folder = tmp_path_factory.mktemp("prepared")
    store = folder / "store"
    prepare("load", "tables", write_company(folder / "in"), "--store", store)
    prepare("run", "--store", store)
    return store


@pytest.fixture
def store(prepared: Path, tmp_path: Path) -> Path:
    return shutil.copytree(prepared, tmp_path / "store")


def all_commands() -> list[tuple[str, click.Command]]:
    context = click.Context(app)
    found = []
    for name in app.list_commands(context):
        command = app.get_command(context, name)
        assert command is not None
        found.append((name, command))
        if isinstance(command, click.Group):
            inside = [command.get_command(context, sub) for sub in command.list_commands(context)]
            found += [(f"{name} {sub.name}", sub) for sub in inside if sub]
    return found


@pytest.mark.parametrize(("name", "command"), all_commands())
def test_every_command_has_help_with_an_example(name: str, command: click.Command) -> None:
    assert "Example" in (command.help or ""), name
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help or option.name in {"form"}, f"{name} {option.name}"


def test_check_load_run_and_top_give_the_worked_ranking(store: Path, capsys: Capsys) -> None:
    top = influence(capsys, "top", "--store", store, "-n", 2).json
    assert [row["customer"] for row in top] == ["D", "E"]
    assert top[0]["network_value"] == pytest.approx(162.75)
    assert top[0]["network_value_gross"] == pytest.approx(321.5)
    assert top[0]["run"] == influence(capsys, "runs", "--store", store).json[0]["id"]


def test_explain_sums_to_the_influence(store: Path, capsys: Capsys) -> None:
    explained = influence(capsys, "explain", "A", "--store", store).json
    assert explained["influence"] == pytest.approx(84.5)
    assert [step["people"] for step in explained["by_distance"]] == [2, 1, 1]
    assert sum(step["influence"] for step in explained["by_distance"]) == pytest.approx(84.5)
    assert sum(row["contribution"] for row in explained["contributors"]) == pytest.approx(84.5)
    assert explained["contributors"][0] == {
        "customer": "D", "distance": 2, "through": "C", "clv": 200.0, "contribution": 50.0,
        "people": 1,
    }  # fmt: skip
    assert (
        len(influence(capsys, "explain", "A", "--store", store, "--limit", 1).json["contributors"])
        == 1
    )


def test_triage_puts_the_most_valuable_first(store: Path, capsys: Capsys) -> None:
    rows = influence(capsys, "triage", "B", "D", "A", "--store", store).json
    assert [row["customer"] for row in rows] == ["D", "A", "B"]


def test_explain_warns_after_a_change_of_the_data(
    store: Path, capsys: Capsys, tmp_path: Path
) -> None:
    assert "changed" not in influence(capsys, "explain", "A", "--store", store).err
    (tmp_path / "ties.csv").write_text("source,target\nA,F\n")
    assert influence(capsys, "load", "tables", tmp_path / "ties.csv", "--store", store).code == 0
    assert "the data changed" in influence(capsys, "explain", "A", "--store", store).err


@pytest.mark.parametrize("command", ["top", "triage", "explain", "runs", "run"])
def test_the_format_is_table_on_a_terminal_and_json_in_a_pipe(
    store: Path, capsys: Capsys, command: str
) -> None:
    names = {"triage": ["A", "B"], "explain": ["A"]}.get(command, [])
    drawn = influence(capsys, command, *names, "--store", store, "--format", "table")
    assert drawn.code == 0
    if command != "run":
        assert drawn.out
        assert not drawn.out.lstrip().startswith(("{", "["))
    assert influence(capsys, command, *names, "--store", store).json


def test_csv_contains_every_column(store: Path, capsys: Capsys) -> None:
    out = influence(capsys, "top", "--store", store, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(out)))
    assert float(rows[0]["credit_given"]) == pytest.approx(200 - 131.6666666)


def test_quiet_prints_only_the_result(company: Path, tmp_path: Path, capsys: Capsys) -> None:
    path = tmp_path / "quiet"
    loaded = influence(capsys, "load", "tables", company, "--store", path, "--quiet")
    ran = influence(capsys, "run", "--store", path, "--quiet")
    assert (loaded.out, loaded.err, ran.err) == ("", "", "")


def test_directions_and_weights_are_recorded_in_the_run(
    company: Path, tmp_path: Path, capsys: Capsys
) -> None:
    path = tmp_path / "s"
    influence(capsys, "load", "tables", company, "--store", path)
    influence(
        capsys, "run", "--store", path, "--direction", "tie=as-written", "--weights", "0.5,0.2"
    )
    run = influence(capsys, "runs", "--store", path).json[0]
    assert (run["directions"], run["weights"], run["arcs"]) == (
        {"tie": "as-written"},
        [0.5, 0.2],
        6,
    )
    row = influence(capsys, "explain", "F", "--store", path).json
    assert (row["reach_1"], row["influence"]) == (0, 0.0)
    assert "reach_3" not in row


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "--weights", "0.2,0.5"], "must not increase"),
        (["run", "--weights", "1.5"], "between 0 and 1"),
        (["run", "--weights", "a"], "numbers separated by commas"),
        (["run", "--preset", "none"], "christakis-fowler"),
        (["run", "--preset", "obesity-2007", "--depth", "2"], "published with depth 3"),
        (["run", "--depth", "4"], "published with depth 3"),
        (["run", "--preset", "calibrated"], "no calibration"),
        (["run", "--preset", "obesity-2007", "--weights", "0.1"], "exclude"),
        (["run", "--kinds", "nope"], "'tie'"),
        (["run", "--direction", "tie=sideways"], "as-written"),
        (["run", "--kinds", "nope,neither"], "no tie has the kind 'nope', 'neither'; there is"),
        (["run", "--wait", "-1"], "--wait"),
        (["run", "--as-of", "tomorrow"], "a date such as 2024-12-31 is needed"),
        (["estimate", "--networks", "nope"], "no tie has the network"),
        (["summary", "--by", "nothing"], "segment"),
        (["summary", "--by", "clv"], "clv is one of the totals"),
        (["summary", "--columns", "nothing,clv,none"], "no column 'nothing', 'none'"),
        (["top", "--columns", "customer,nothing,none"], "no column 'nothing', 'none'"),
        (["top", "--by", "nothing"], "network_value"),
        (["calibrate", "--events", "purchases"], "no events 'purchases': there are joins"),
        (["report", "page.pdf"], "ends in .html or .htm"),
        (["query", "three-degrees"], "customer is missing"),
        (["query", "picture", "--param", "customer=A"], "needs Neo4j"),
        (["query", "nothing"], "no query"),
        (["query", "three-degres"], "did you mean three-degrees?"),
        (["query", "top", "--nothing", "1"], "unknown parameter nothing"),
        (["query", "top", "--limit"], "--limit needs a value"),
        (["query", "top", "10"], "--KEY VALUE"),
        (["query", "top", "--param", "limit=-1"], "from 0"),
        (["frobnicate"], "No such command 'frobnicate': there are demo"),
        (["sumary"], "did you mean summary?"),
        (["load", "table"], "did you mean tables?"),
    ],
)
def test_wrong_usage_exits_2_and_names_the_remedy(
    store: Path, capsys: Capsys, arguments: list[str], says: str
) -> None:
    where = ["--store", str(store)]
    outcome = influence(capsys, *arguments, *where)
    assert outcome.code == 2
    assert says in outcome.err
    assert "Traceback" not in outcome.err


def test_an_unknown_scheme_or_a_password_in_the_url_is_a_usage_error(capsys: Capsys) -> None:
    assert influence(capsys, "runs", "--store", "redis://x").code == 2
    outcome = influence(capsys, "runs", "--store", "bolt://me:secret@localhost")
    assert outcome.code == 2
    assert "secret" not in outcome.err


def test_nothing_to_show_exits_1(company: Path, tmp_path: Path, capsys: Capsys) -> None:
    path = tmp_path / "none"
    for command in (["top"], ["run"], ["runs"], ["explain", "A"]):
        outcome = influence(capsys, *command, "--store", path)
        assert outcome.code == 1, command
        assert "yet" in outcome.err
    for command in (["top"], ["query", "top"], ["explain", "A"]):
        assert "no store at" in influence(capsys, *command, "--store", path).err
        file = company / "ties.csv"
        assert "is a file" in influence(capsys, *command, "--store", file).err
    influence(capsys, "load", "tables", company, "--store", path)
    assert influence(capsys, "top", "--store", path).code == 1
    influence(capsys, "run", "--store", path)
    assert influence(capsys, "explain", "Z", "--store", path).code == 1
    assert influence(capsys, "triage", "A", "Z", "--store", path).code == 1


def test_check_reports_all_problems_and_writes_nothing(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "customers.csv").write_text("id,clv\nA,1\nA,2\n,3\nB,x\nC,inf\nD,\n")
    (tmp_path / "ties.csv").write_text("source,target,strength\nA,Z,1\nB,B,1\nA,B,0\n")
    outcome = influence(capsys, "check", tmp_path)
    assert outcome.code == 3
    assert {(p["file"], p["row"], p["column"], p["problem"], p["value"]) for p in outcome.json} == {
        ("customers.csv", 3, "id", "duplicate_id", "A"),
        ("customers.csv", 4, "id", "empty_id", ""),
        ("customers.csv", 5, "clv", "not_a_number", "x"),
        ("customers.csv", 6, "clv", "not_finite", "inf"),
        ("customers.csv", 7, "clv", "missing_clv", ""),
        ("ties.csv", 2, "target", "unknown_customer", "Z"),
        ("ties.csv", 3, "target", "self_tie", "B"),
        ("ties.csv", 4, "strength", "strength_not_positive", "0"),
    }
    assert "customers.csv:5: clv: not a number: 'x'" in outcome.err
    assert influence(capsys, "check", tmp_path, "--format", "table").out == ""


def test_check_of_valid_tables_exits_0(company: Path, capsys: Capsys) -> None:
    outcome = influence(capsys, "check", company)
    assert (outcome.code, outcome.json) == (0, [])
    assert "6 customers, 6 ties" in outcome.err


def test_a_rejected_load_leaves_the_store_as_it_was(
    store: Path, tmp_path: Path, capsys: Capsys
) -> None:
    before = sorted((path.name, path.read_bytes()) for path in store.iterdir())
    (tmp_path / "ties.csv").write_text("source,target\nA,Z\n")
    outcome = influence(
        capsys, "load", "tables", tmp_path / "ties.csv", "--store", store, "--replace"
    )
    assert outcome.code == 3
    assert sorted((path.name, path.read_bytes()) for path in store.iterdir()) == before


@pytest.mark.parametrize(("rule", "rows"), [("zero", 2), ("drop", 1)])
def test_missing_clv_is_zero_or_drops_the_row(
    tmp_path: Path, capsys: Capsys, rule: str, rows: int
) -> None:
    (tmp_path / "customers.csv").write_text("id,clv\nA,10\nB,\n")
    (tmp_path / "ties.csv").write_text("source,target\nA,B\n")
    path = tmp_path / "s"
    arguments = ["load", "tables", tmp_path, "--store", path, "--missing-clv"]
    assert influence(capsys, *arguments, "error").code == 3
    assert influence(capsys, *arguments, rule).code == 0
    influence(capsys, "run", "--store", path)
    top = influence(capsys, "top", "--store", path).json
    assert len(top) == rows
    assert top[0]["reach_1"] == 1


def test_loading_edges_keeps_the_clv_of_known_customers(
    store: Path, tmp_path: Path, capsys: Capsys
) -> None:
    (tmp_path / "e.txt").write_text("A\tA\nA\tG\nG\tA\n")
    outcome = influence(
        capsys, "load", "edges", tmp_path / "e.txt", "--store", store, "--clv", 7, "--kind", "knows"
    )
    assert outcome.code == 0
    assert "dropped 1 self tie" in outcome.err
    assert "added 1 customers" in outcome.err
    influence(capsys, "run", "--store", store)
    values = {
        row["customer"]: row["clv"] for row in influence(capsys, "top", "--store", store).json
    }
    assert (values["A"], values["G"]) == (100.0, 7.0)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Any]:
    """Run the demo twice, once as a table and once as JSON."""
    folder = tmp_path_factory.mktemp("demo")

    def run(*options: str) -> Outcome:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            main(["demo", str(folder / "d"), *options])
        return Outcome(0, out.getvalue(), err.getvalue())

    return run("--format", "table"), run("--format", "json").json


def test_the_demo_shows_customers_whom_clv_misjudges(demo: tuple[Outcome, Any]) -> None:
    _, found = demo
    below = [row for row in found["call_first"] if row["clv"] < found["median_clv"]]
    assert len(found["call_first"]) == 10
    assert len(below) >= 3
    pairs = [
        pair
        for pair in found["misjudged"]
        if pair["clv_a"] < 0.5 * pair["clv_b"] and pair["network_value_a"] > pair["network_value_b"]
    ]
    assert len(pairs) == len(found["misjudged"]) >= 5
    people = [pair[side] for pair in pairs for side in ("a", "b")]
    assert len(set(people)) == len(people)


def test_the_demo_names_four_customers_whom_clv_does_not_show(demo: tuple[Outcome, Any]) -> None:
    _, found = demo
    rows = {row["part"]: row for row in found["overlooked"]}
    assert list(rows) == ["advocate", "detractor", "free", "referrer"]
    assert len({row["customer"] for row in rows.values()}) == 4
    assert rows["advocate"]["stance"] == "promoter"
    assert rows["advocate"]["network_value"] > rows["advocate"]["clv"] < found["median_clv"]
    assert rows["detractor"]["stance"] == "detractor"
    assert rows["detractor"]["clv"] > 2 * found["median_clv"]
    assert (rows["free"]["clv"], rows["free"]["network_value"] > 0) == (0, True)
    assert f"{rows['referrer']['referral_tree_value']:,.0f}" in rows["referrer"]["reason"]


def test_the_demo_fits_80_columns(demo: tuple[Outcome, Any]) -> None:
    screen, found = demo
    lines = screen.out.splitlines()
    assert max(len(line) for line in lines) <= 80
    assert len(lines) + len(screen.err.splitlines()) <= 52
    assert all(row["reason"] in screen.out for row in found["overlooked"])
    advocate, pair = found["overlooked"][0], found["misjudged"][0]
    assert f"explain {advocate['customer']} " in screen.err
    assert f"triage {pair['a']} {pair['b']} " in screen.err
    social = found["social"]
    ambassador, tie, sleeper = (
        social[part][0] for part in ("ambassadors", "weak_ties", "sleepers")
    )
    assert f"such as {ambassador['name']} ({ambassador['customer']})" in screen.out
    ends = f"{tie['source_name']} and {tie['target_name']}"
    assert f"{ends}, influence {tie['value']:,.0f}" in screen.out
    assert f"such as {sleeper['name']} ({sleeper['customer']})" in screen.out
    assert f"scorecard {ambassador['customer']} {found['overlooked'][1]['customer']} " in screen.err
    assert "ties --weak " in screen.err


def test_the_demo_prints_its_pairs_with_a_reason(demo: tuple[Outcome, Any]) -> None:
    screen, found = demo
    for pair in found["misjudged"]:
        assert pair["name_a"] in screen.out
        assert pair["reason"] in screen.out
    assert "influence explain" in screen.err
