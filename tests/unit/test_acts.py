"""Acts and profiles as input: problems, notes, files, and stores that know nothing of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from influence import InputRejected, Rules, Tables, open_store, run, validate
from influence.tables import EMPTY, complete, merge
from influence.tables.specs import KNOWN_KINDS
from tests.commands import influence

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]
PEOPLE = {"id": ["A", "B"]}


def problems(rules: Rules | None = None, **frames: dict[str, Any]) -> list[tuple[Any, ...]]:
    with pytest.raises(InputRejected) as caught:
        validate(Tables(customers=PEOPLE, **frames), rules)
    found = caught.value.problems.to_arrow().to_pylist()
    return [(row["row"], row["column"], row["problem"], row["value"]) for row in found]


def acts(**columns: list[Any]) -> dict[str, Any]:
    (n,) = {len(values) for values in columns.values()}
    return {"customer": ["A"] * n, "kind": ["review"] * n, **columns}


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("customer", "Z", "unknown_customer"),
        ("customer", "", "empty_id"),
        ("other", "Z", "unknown_customer"),
        ("other", "NULL", "empty_id"),
        ("kind", " ", "missing_value"),
        ("sentiment", "1.5", "out_of_range"),
        ("sentiment", "good", "not_a_number"),
        ("date", "2024-02-30", "unreadable_date"),
        ("public", "perhaps", "not_true_or_false"),
    ],
)
def test_a_wrong_cell_of_an_act_is_reported_by_row_and_value(
    column: str, value: str, problem: str
) -> None:
    sound = {"customer": "B", "kind": "idea"}.get(column, "")
    found = problems(engagements=acts(**{column: [sound, value, sound]}))
    assert found == [(1, column, problem, value)]


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("customer", "Z", "unknown_customer"),
        ("network", "", "missing_value"),
        ("contacts", "-1", "out_of_range"),
        ("contacts", "2.5", "not_whole"),
        ("contacts", "1e300", "out_of_range"),
        ("contacts", "many", "not_a_number"),
        ("contacts", "nan", "not_finite"),
    ],
)
def test_a_wrong_cell_of_a_profile_is_reported_by_row_and_value(
    column: str, value: str, problem: str
) -> None:
    sound: dict[str, Any] = {"customer": ["A"] * 2, "network": ["web", "forum"]}
    first = sound.get(column, ["3"])[0]
    assert problems(profiles={**sound, column: [first, value]}) == [(1, column, problem, value)]


def test_a_missing_column_of_each_table_is_a_problem() -> None:
    found = problems(engagements={"customer": ["A"]}, profiles={"customer": ["A"]})
    assert [(column, problem) for _, column, problem, _ in found] == [
        ("kind", "missing_column"),
        ("network", "missing_column"),
    ]


def test_contacts_are_whole_numbers_of_any_type_and_a_blank_is_not_0() -> None:
    for given in (["0", "1000", ""], [0.0, 1e3, None], [0, 1000, None]):
        profiles = {"customer": ["A"] * 3, "network": list("xyz"), "contacts": given}
        found = complete(Tables(customers=PEOPLE, profiles=profiles)).profiles
        assert found["contacts"].to_pylist() == [0, 1000, None]
    rules = Rules(thousands=".", decimal=",")
    profiles = {"customer": ["A"], "network": ["x"], "contacts": ["1.000"]}
    read = validate(Tables(customers=PEOPLE, profiles=profiles), rules).tables
    assert read.profiles["contacts"].to_pylist() == [1000]


def test_whom_an_act_reached_may_be_blank_and_is_added_with_the_customers() -> None:
    given = Tables(customers=PEOPLE, engagements=acts(other=["B", "", None, " Q "]))
    with pytest.raises(InputRejected):
        validate(given)
    merged = merge(EMPTY, validate(given, Rules(add_missing=0.0)).tables)
    assert merged.engagements["other"].to_pylist() == ["B", None, None, "Q"]
    assert merged.customers["id"].to_pylist() == ["A", "B", "Q"]
    words = Rules(null_words=("nobody",))
    read = validate(Tables(customers=PEOPLE, engagements=acts(other=["nobody"])), words).tables
    assert read.engagements["other"].to_pylist() == [None]


def test_kinds_without_a_known_meaning_are_kept_and_counted() -> None:
    kinds = [*KNOWN_KINDS, "visit", " visit", "Review"]
    checked = validate(Tables(customers=PEOPLE, engagements=acts(kind=kinds)))
    (note,) = (note for note in checked.notes if note.event == "kinds_not_known")
    assert note.fields["kinds"] == {"visit": 2, "Review": 1}
    assert note.fields["rows"] == 3
    assert checked.tables.engagements["kind"].to_pylist()[-3:] == ["visit", "visit", "Review"]


def test_acts_towards_oneself_are_kept_and_counted() -> None:
    checked = validate(Tables(customers=PEOPLE, engagements=acts(other=["A", "B", None])))
    (note,) = (note for note in checked.notes if note.event == "acts_towards_self")
    assert note.fields["rows"] == 1
    assert len(checked.tables.engagements) == 3


def test_acts_of_the_future_are_announced() -> None:
    checked = validate(Tables(customers=PEOPLE, engagements=acts(date=["2999-01-01", ""])))
    assert [note.fields["rows"] for note in checked.notes if note.event == "dates_after_today"] == [
        1
    ]


def test_files_are_found_by_name_checked_and_loaded(tmp_path: Path, capsys: Capture) -> None:
    folder, store = tmp_path / "in", str(tmp_path / "store")
    folder.mkdir()
    (folder / "customers.csv").write_text("id,clv\nA,1\nB,2\n")
    (folder / "Engagements.CSV").write_text(
        "customer;kind;date;other;sentiment\nA;email_open;2024-01-01;;\nA;email_open;2024-01-01;;\n"
        "B;review;2024-01-02 09:30;A;-1\n"
    )
    (folder / "profiles.csv").write_text("customer,network,contacts\nA,web,1\nA,web,2\n")
    assert influence(capsys, "check", folder).code == 0
    loaded = influence(capsys, "load", "tables", folder, "--store", store, "--format", "json").json
    assert loaded["changes"]["engagements"]["new"] == 3
    assert loaded["rows"]["profiles"]["merged"] == 1
    again = influence(capsys, "load", "tables", folder, "--store", store, "--format", "json").json
    assert not again["written"]
    (folder / "Engagements.CSV").unlink()
    emptied = influence(
        capsys, "load", "tables", folder, "--store", store, "--replace", "--empty", "engagements",
        "--format", "json",
    ).json  # fmt: skip
    assert [row["occurrence"] for row in emptied["removed"]["engagements"]] == [0, 1, 0]
    (folder / "profiles.csv").write_text("customer,network,contacts\nA,web,-1\n")
    wrong = influence(capsys, "check", folder, "--format", "json")
    assert wrong.code == 3
    assert [(p["file"], p["row"], p["column"], p["value"]) for p in wrong.json] == [
        ("profiles.csv", 2, "contacts", "-1")
    ]


def test_a_store_of_an_earlier_version_is_read_and_takes_loads_and_runs(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.write_tables(Tables(customers=PEOPLE, ties={"source": ["A"], "target": ["B"]}))
        run(store)
        manifest = json.loads((tmp_path / "manifest.json").read_text())
        for name in ("engagements", "profiles"):
            (tmp_path / manifest["tables"].pop(name)).unlink()
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with open_store(tmp_path) as store:
        assert store.tables().engagements.equals(EMPTY.engagements)
        assert len(store.tables().profiles) == 0
        assert len(run(store).scores) == 2
        assert not store.write_tables(Tables(customers=PEOPLE)).changed
        assert store.write_tables(Tables(engagements=acts(other=["B"]))).changed
        assert len(store.tables().engagements) == 1
        assert store.forget("B")["engagements"] == 1
        assert len(run(store).scores) == 1
