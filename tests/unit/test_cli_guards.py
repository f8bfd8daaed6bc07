"""Safe loads, forgetting, JSON logs, locks, and the checks of `doctor`."""

from __future__ import annotations

import json
import os
import pty
import shutil
import sys
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from influence.cli import main
from influence.cli.output import log_as, warn
from influence.store import open_store
from tests.commands import Outcome, influence, prepare

Capsys = pytest.CaptureFixture[str]
IDS = [f"C{i:02}" for i in range(20)]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("INFLUENCE_", "NEO4J_"))]:
        monkeypatch.delenv(name)


def write(folder: Path, customers: list[str], ties: bool = True) -> Path:
    folder.mkdir(exist_ok=True)
    people = "".join(f"{name},1\n" for name in customers)
    (folder / "customers.csv").write_text("id,clv\n" + people)
    rows = "".join(f"{a},{b}\n" for a, b in pairwise(customers))
    if ties:
        (folder / "ties.csv").write_text("source,target\n" + rows)
    return folder


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of input and a loaded store, which tests copy."""
    folder = tmp_path_factory.mktemp("prepared")
    prepare("load", "tables", write(folder / "in", IDS), "--store", folder / "store")
    return folder


@pytest.fixture
def store(prepared: Path, tmp_path: Path) -> Path:
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    return tmp_path / "store"


def load(capsys: Capsys, folder: Path, store: Path, *more: object) -> Outcome:
    return influence(capsys, "load", "tables", folder, "--store", store, *more)


def logged(outcome: Outcome) -> list[dict[str, Any]]:
    """Return the JSON objects on stderr, one per line."""
    return [json.loads(line) for line in outcome.err.splitlines()]


# Loads


def test_replace_keeps_a_table_that_is_not_given(
    store: Path, tmp_path: Path, capsys: Capsys
) -> None:
    only = write(tmp_path / "only", IDS, ties=False)
    done = load(capsys, only, store, "--replace")
    assert (done.code, done.out) == (0, "")
    assert "not in this load, so unchanged: ties (--empty TABLE empties one)" in done.err
    done = load(capsys, only, store, "--replace", "--empty", "ties", "--format", "json")
    assert done.json["changes"]["ties"]["removed"] == 19
    assert load(capsys, only, store, "--empty", "ties").code == 2


def test_a_dry_run_lists_removed_rows_and_writes_nothing(
    store: Path, tmp_path: Path, capsys: Capsys
) -> None:
    before = sorted((file.name, file.read_bytes()) for file in store.iterdir())
    fewer = write(tmp_path / "fewer", IDS[2:])
    found = load(capsys, fewer, store, "--replace", "--dry-run", "--format", "json").json
    assert (found["dry_run"], found["written"]) == (True, False)
    assert found["changes"]["customers"] == {
        "new": 0, "changed": 0, "removed": 2, "unchanged": 18,
    }  # fmt: skip
    assert found["removed"]["customers"] == [{"id": "C00"}, {"id": "C01"}]
    assert found["removed"]["ties"] == [
        {"source": IDS[i], "target": IDS[i + 1], "kind": "tie", "network": ""} for i in (0, 1)
    ]
    assert found["rows"]["customers"] == {
        "file": "customers.csv", "rows": 18, "read": 18, "merged": 0, "dropped": 0, "refused": 0,
        "decided": {"encoding": "UTF-8", "separator": "commas"},
    }  # fmt: skip
    assert sorted((file.name, file.read_bytes()) for file in store.iterdir()) == before


def test_a_load_that_removes_too_much_is_refused_and_names_allow_removal(
    store: Path, tmp_path: Path, capsys: Capsys
) -> None:
    half = write(tmp_path / "half", IDS[:10])
    refused = load(capsys, half, store, "--replace", "--format", "json")
    assert refused.code == 3
    assert refused.json["refused"][0] == {
        "table": "customers", "before": 20, "removed": 10, "limit": 0.2, "share": 0.5,
    }  # fmt: skip
    assert len(refused.json["removed"]["customers"]) == 10
    assert (refused.json["written"], refused.json["problems"]) == (False, [])
    assert "10 of 20 customers (50%)" in refused.err
    assert "--allow-removal" in refused.err
    Path("influence.toml").write_text("removal_limit = 0.6\n")
    assert load(capsys, half, store, "--replace", "--dry-run").code == 0
    Path("influence.toml").write_text("removal_limit = 1.2\n")
    assert load(capsys, half, store, "--replace").code == 2
    Path("influence.toml").unlink()
    assert load(capsys, half, store, "--replace", "--allow-removal").code == 0


def test_the_json_of_a_rejected_load_contains_the_problems(
    store: Path, tmp_path: Path, capsys: Capsys
) -> None:
    wrong = write(tmp_path / "wrong", [*IDS, "C00"])
    refused = load(capsys, wrong, store, "--format", "json")
    assert refused.code == 3
    assert refused.json["written"] is False
    assert [problem["problem"] for problem in refused.json["problems"]] == ["duplicate_id"]
    assert refused.json["rows"]["customers"]["refused"] == 1
    assert refused.json["problems"] == influence(capsys, "check", wrong).json


def test_loading_edges_reports_changes_and_notes_as_json(
    store: Path, tmp_path: Path, capsys: Capsys
) -> None:
    (tmp_path / "e.txt").write_text("C00 new\nC00 C00\n")
    done = influence(
        capsys, "load", "edges", tmp_path / "e.txt", "--store", store, "--format", "json"
    )
    assert done.json["changes"]["ties"]["new"] == 1
    assert {note["event"] for note in done.json["notes"]} == {
        "file_read",
        "self_ties_dropped", "customers_added",
    }  # fmt: skip


# Forget


def test_a_forgotten_customer_stays_out_until_readmitted(
    store: Path, tmp_path: Path, capsys: Capsys
) -> None:
    assert influence(capsys, "forget", "C03", "--store", store).code == 0
    done = load(capsys, tmp_path / "in", store, "--format", "json")
    (note,) = [n for n in done.json["notes"] if n["event"] == "forgotten_dropped"]
    assert (note["event"], note["customers"], note["ties"]) == ("forgotten_dropped", 1, 2)
    assert "C03" not in done.err + done.out
    assert load(capsys, tmp_path / "in", store, "--readmit").code == 0
    events = {
        n["event"] for n in load(capsys, tmp_path / "in", store, "--format", "json").json["notes"]
    }
    assert events == {"file_read", "loaded_before"}
    with open_store(store) as opened:
        assert "C03" in opened.tables().customers["id"].to_pylist()


def test_forget_asks_for_confirmation_on_a_terminal(
    store: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    master, slave = pty.openpty()
    with os.fdopen(master, "wb", buffering=0) as keyboard, os.fdopen(slave) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        keyboard.write(b"n\n")
        refused = influence(capsys, "forget", "C03", "--store", store)
        assert refused.code == 1
        assert "Remove C03" in refused.err
        assert "nothing was removed" in refused.err
        with open_store(store) as opened:
            assert len(opened.tables().customers) == 20
        assert influence(capsys, "forget", "C03", "--yes", "--store", store).code == 0
        keyboard.write(b"y\n")
        assert influence(capsys, "forget", "C04", "--store", store).code == 0
    with open_store(store) as opened:
        assert len(opened.tables().customers) == 18


# Settings that name unknown kinds


def test_a_kind_without_ties_is_a_warning(store: Path, capsys: Capsys) -> None:
    Path("influence.toml").write_text('[directions]\nfollows = "reversed"\n')
    for command in (["run"], ["estimate"], ["run", "--kinds", "tie,gone"], ["run", "--quiet"]):
        done = influence(capsys, *command, "--store", store)
        assert done.code == 0, done.err
        assert "warning: no tie has the kind" in done.err
        assert "'follows'" in done.err
        assert "there is 'tie'" in done.err
    done = influence(capsys, "doctor", "--store", store)
    assert done.code == 0
    (finding,) = (one for one in done.json if one["check"] == "directions")
    assert finding["state"] == "warning"


# Runs by name


def test_compare_accepts_latest_current_and_previous(store: Path, capsys: Capsys) -> None:
    nothing = influence(capsys, "compare", "previous", "latest", "--store", store)
    assert (nothing.code, "no finished run yet" in nothing.err) == (1, True)
    influence(capsys, "run", "--store", store)
    first = influence(capsys, "compare", "previous", "latest", "--store", store)
    assert (first.code, "is the first one" in first.err) == (1, True)
    influence(capsys, "run", "--store", store, "--weights", "0.5")
    by_name = influence(capsys, "compare", "previous", "current", "--store", store)
    new, old = (run["id"] for run in influence(capsys, "runs", "--store", store).json)
    by_id = influence(capsys, "compare", old, new, "--store", store)
    assert by_name.json
    assert by_name.json == by_id.json


def test_compare_splits_a_change_by_what_changed(
    store: Path, tmp_path: Path, capsys: Capsys
) -> None:
    influence(capsys, "run", "--store", store)
    copy = tmp_path / "yesterday"
    shutil.copytree(store, copy)
    rows = influence(capsys, "top", "-n", "1", "--store", store).json
    customer = rows[0]["customer"]
    changed = tmp_path / "customers.csv"
    changed.write_text(f"id,clv\n{customer},5\nnobody-yet,70\n", encoding="utf-8")
    assert influence(capsys, "load", "tables", changed, "--store", store).code == 0
    influence(capsys, "run", "--store", store, "--weights", "0.5", "--keep-inputs", "0")
    command = ("compare", "previous", "latest", "--store", store)

    gone = influence(capsys, *command, "--why")
    assert "the change is not split" in gone.err
    assert gone.json == influence(capsys, *command).json

    why = influence(capsys, *command, "--why", "--before-store", copy)
    assert [row["part"] for row in why.json] == ["weights", "CLV", "new customers"]
    assert why.json[-1]["clv"] == 70
    one = influence(capsys, *command, "--customer", customer, "--before-store", copy)
    assert {row["part"] for row in one.json} == {"weights", "CLV"}
    (change,) = (r["change"] for r in gone.json if r["customer"] == customer)
    assert sum(row["network_value"] for row in one.json) == pytest.approx(change, abs=1e-9)

    influence(capsys, "run", "--store", store, "--weights", "0.4,0.1")
    weights = influence(capsys, *command, "--why")
    assert ([row["part"] for row in weights.json], weights.code) == (["weights"], 0)
    nobody = influence(capsys, *command, "--customer", "nobody at all")
    assert (nobody.code, "no figure changed" in nobody.err) == (1, True)


def test_compare_does_not_show_a_customer_who_is_not_to_be_profiled(
    store: Path, tmp_path: Path, capsys: Capsys
) -> None:
    influence(capsys, "run", "--store", store)
    copy = tmp_path / "yesterday"
    shutil.copytree(store, copy)
    customer = influence(capsys, "top", "-n", "1", "--store", store).json[0]["customer"]
    hidden = tmp_path / "customers.csv"
    hidden.write_text(f"id,do_not_profile\n{customer},true\n", encoding="utf-8")
    assert influence(capsys, "load", "tables", hidden, "--store", store).code == 0
    influence(capsys, "run", "--store", store)
    command = ("compare", "previous", "latest", "--store", store, "--before-store", copy)
    found = influence(capsys, *command, "--customer", customer)
    assert (found.code, found.out) == (1, "")


# Logs


@pytest.mark.parametrize(
    ("arguments", "event", "code"),
    [
        (["frobnicate"], "usage_error", 2),
        (["top", "--nope"], "usage_error", 2),
        (["top", "--by", "nothing"], "usage_error", 2),
        (["explain", "nobody"], "nothing_to_show", 1),
        (["runs", "--store", "bolt://127.0.0.1:1"], "store_unreachable", 4),
        (["doctor", "--store", "bolt://127.0.0.1:1"], "checks_failed", 1),
        (["compare", "a", "b"], "nothing_to_show", 1),
    ],
)
def test_every_failure_is_logged_as_one_json_object_with_its_exit_code(
    store: Path, capsys: Capsys, arguments: list[str], event: str, code: int
) -> None:
    influence(capsys, "run", "--store", store)
    where = [] if arguments[0] == "frobnicate" or "--store" in arguments else ["--store", store]
    for form in (["--log-format", "json"], ["--log-format=json"]):
        outcome = influence(capsys, *arguments, *where, *form)
        assert outcome.code == code, outcome.err
        (line,) = logged(outcome)
        assert (line["level"], line["event"], line["exit_code"]) == ("error", event, code)


def test_a_rejected_input_is_logged_with_the_number_of_problems_of_each_kind(
    store: Path, tmp_path: Path, capsys: Capsys
) -> None:
    wrong = write(tmp_path / "wrong", [*IDS, "C00", "C01", ""])
    *_, line = logged(load(capsys, wrong, store, "--log-format", "json"))
    assert (line["event"], line["exit_code"]) == ("input_rejected", 3)
    assert line["kinds"]["duplicate_id"] == 2
    assert line["problems"] == sum(line["kinds"].values())


def test_the_last_event_of_a_load_or_run_contains_its_numbers(
    store: Path, tmp_path: Path, capsys: Capsys
) -> None:
    *_, last = logged(load(capsys, tmp_path / "in", store, "--log-format", "json"))
    assert last["event"] == "load_finished"
    assert last["changes"]["ties"] == {"new": 0, "changed": 0, "removed": 0, "unchanged": 19}
    assert last["rows"]["customers"]["read"] == 20
    planned, last = logged(influence(capsys, "run", "--store", store, "--log-format", "json"))
    assert planned["event"] == "planned"
    assert last["event"] == "run_finished"
    assert (last["customers"], last["ties"], last["arcs"], last["changed"]) == (20, 19, 38, 20)
    assert set(last["seconds"]) == {"reading", "computing", "writing"}
    assert last["peak_memory"] > 10_000_000
    assert last["run"] == influence(capsys, "runs", "--store", store).json[0]["id"]


def test_debug_adds_the_traceback_to_the_json_object(store: Path, capsys: Capsys) -> None:
    where = ["--store", store, "--log-format", "json", "--debug"]
    (line,) = logged(influence(capsys, "explain", "nobody", *where))
    assert "NothingToShow" in line["traceback"]


def test_ctrl_c_is_logged(store: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("influence.batch.compute_run", interrupt)
    outcome = influence(capsys, "run", "--store", store, "--log-format", "json")
    (line,) = logged(outcome)
    assert (outcome.code, line["event"], line["exit_code"]) == (130, "interrupted", 130)


def test_fields_cannot_override_level_and_event(capsys: Capsys) -> None:
    log_as("info", "text", "event", {"level": "error", "rows": 1}, as_json=True)
    line = json.loads(capsys.readouterr().err)
    assert (line["level"], line["event"], line["rows"]) == ("info", "event", 1)


# Locks


def test_a_command_without_wait_is_refused_while_the_lock_is_held(
    store: Path, capsys: Capsys
) -> None:
    with open_store(store) as other, other.lock("run-1"):
        refused = influence(capsys, "run", "--store", store, "--log-format", "json")
    (line,) = logged(refused)
    assert (refused.code, line["event"], line["job"]) == (4, "store_locked", "run-1")


def test_a_command_that_waits_in_vain_names_the_lock_holder_and_is_refused(
    store: Path, tmp_path: Path, capsys: Capsys
) -> None:
    where = ["--store", store, "--log-format", "json"]
    with open_store(store) as other, other.lock("run-1"):
        for command in (["run"], ["load", "tables", tmp_path / "in"], ["forget", "C00"]):
            waited = influence(capsys, *command, *where, "--wait", "0.3")
            first, last = logged(waited)
            assert (first["event"], first["job"], waited.code) == ("waiting_for_lock", "run-1", 4)
            assert last["event"] == "store_locked"


def test_a_command_that_waits_runs_when_the_lock_is_released(
    store: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = ["--store", store, "--log-format", "json"]
    with open_store(store) as other, ExitStack() as held:
        held.enter_context(other.lock("run-1"))

        def warn_and_release(message: str, event: str, **fields: object) -> None:
            warn(message, event, **fields)
            if event == "waiting_for_lock":
                held.close()

        monkeypatch.setattr("influence.cli.output.warn", warn_and_release)
        done = influence(capsys, "run", *where, "--wait", "30")
    assert done.code == 0
    assert [line["event"] for line in logged(done)] == [
        "waiting_for_lock", "planned", "run_finished",
    ]  # fmt: skip


# Doctor


def states(outcome: Outcome) -> dict[str, str]:
    assert all(set(one) == {"check", "state", "detail", "advice"} for one in outcome.json)
    assert all(bool(one["advice"]) == (one["state"] != "ok") for one in outcome.json)
    return {one["check"]: one["state"] for one in outcome.json}


def test_doctor_reports_a_healthy_store_as_ok(store: Path, capsys: Capsys) -> None:
    influence(capsys, "run", "--store", store)
    done = influence(capsys, "doctor", "--store", store)
    assert done.code == 0
    assert set(states(done).values()) == {"ok"}
    assert {"versions", "settings", "directory", "disk", "manifest", "files", "lock", "content",
            "current run", "figures", "input", "loads"} <= set(states(done))  # fmt: skip
    drawn = influence(capsys, "doctor", "--store", store, "--format", "table")
    assert "20 customers, 19 ties" in drawn.out


@pytest.mark.parametrize(
    "text", ["stroe = 'x'\n", "store = \n", "[value]\nmargn = 1\n", "\xff", "memory = 'much'\n"]
)
def test_invalid_settings_do_not_stop_other_checks(store: Path, capsys: Capsys, text: str) -> None:
    Path("influence.toml").write_bytes(text.encode("latin-1"))
    done = influence(capsys, "doctor", "--store", store)
    assert done.code == 1
    assert states(done)["settings"] == "failed"
    assert states(done)["content"] == "ok"
    assert "1 check failed: settings" in done.err


def test_the_store_is_read_from_settings_with_an_unknown_key(store: Path, capsys: Capsys) -> None:
    Path("influence.toml").write_text(f"store = '{store}'\nnonsense = 1\n")
    done = influence(capsys, "doctor")
    assert states(done)["content"] == "ok"
    assert str(store) in done.out


def test_a_missing_store_is_a_warning(tmp_path: Path, capsys: Capsys) -> None:
    done = influence(capsys, "doctor", "--store", tmp_path / "none")
    assert done.code == 0
    assert states(done)["directory"] == "warning"
    assert not (tmp_path / "none").exists()


def test_a_file_in_place_of_a_store_fails(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "file").write_text("")
    done = influence(capsys, "doctor", "--store", tmp_path / "file")
    assert (done.code, states(done)["directory"]) == (1, "failed")


@pytest.mark.parametrize("kind", ["customers", "ties", "scores", "ground"])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_every_damaged_file_is_named(store: Path, capsys: Capsys, kind: str, damage: str) -> None:
    influence(capsys, "run", "--store", store)
    (file,) = store.glob(f"{kind}-*")
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-5])
    else:
        file.unlink()
    done = influence(capsys, "doctor", "--store", store)
    assert done.code == 1
    assert states(done)["files"] == "failed"
    assert file.name in done.out


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda m: "{", "manifest"),
        (lambda m: json.dumps({**m, "format": 99}), "manifest"),
        (lambda m: json.dumps({**m, "runs": [{"id": "r"}]}), "manifest"),
        (lambda m: json.dumps({**m, "runs": [{**m["runs"][0], "model": 7, "new": 1}]}), "runs"),
        (lambda m: json.dumps({**m, "loads": [{"id": 1}]}), "loads"),
    ],
)
def test_an_invalid_manifest_fails_a_check(
    store: Path, capsys: Capsys, change: Any, check: str
) -> None:
    influence(capsys, "run", "--store", store)
    path = store / "manifest.json"
    path.write_text(change(json.loads(path.read_text())))
    done = influence(capsys, "doctor", "--store", store)
    assert done.code == 1
    assert "failed" in states(done).values()
    assert {check, "files", "runs"} & {
        name for name, state in states(done).items() if state == "failed"
    }


def test_doctor_reports_the_lock_holder(store: Path, capsys: Capsys) -> None:
    with open_store(store) as other, other.lock("run-1"):
        done = influence(capsys, "doctor", "--store", store)
    (lock,) = (one for one in done.json if one["check"] == "lock")
    assert (lock["state"], "held by run-1" in lock["detail"]) == ("ok", True)


def test_a_stale_run_is_a_warning(store: Path, tmp_path: Path, capsys: Capsys) -> None:
    influence(capsys, "run", "--store", store)
    load(capsys, write(tmp_path / "new", ["another"]), store)
    done = influence(capsys, "doctor", "--store", store)
    assert (done.code, states(done)["input"]) == (0, "warning")


def test_a_run_whose_kinds_have_no_ties_is_stale(
    store: Path, tmp_path: Path, capsys: Capsys
) -> None:
    influence(capsys, "run", "--store", store, "--kinds", "tie")
    (tmp_path / "ties.csv").write_text("source,target,kind\nC00,C01,friend\n")
    where = ["--store", store, "--replace", "--allow-removal"]
    assert influence(capsys, "load", "tables", tmp_path / "ties.csv", *where).code == 0
    done = influence(capsys, "doctor", "--store", store)
    assert (done.code, states(done)["input"]) == (0, "warning")


def test_an_unreachable_server_or_a_wrong_scheme_fails_a_check(capsys: Capsys) -> None:
    for url in ("bolt://127.0.0.1:1", "redis://x", "bolt://me:secret@localhost"):
        done = influence(capsys, "doctor", "--store", url)
        assert (done.code, states(done)["store"]) == (1, "failed")
        assert "secret" not in done.out + done.err


def test_usage_errors_are_text_by_default(capsys: Capsys) -> None:
    with pytest.raises(SystemExit):
        main(["top", "--nope"])
    assert "Usage:" in capsys.readouterr().err
