"""`run --metrics`: what a monitor reads, parsed by the library of Prometheus."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from prometheus_client.parser import text_string_to_metric_families

from influence.errors import InfluenceError, StoreLocked, UsageError
from influence.reports.metrics import METRICS, Attempt, metrics
from influence.runs import now
from influence.store import open_store
from tests.commands import influence, prepare

Capture = pytest.CaptureFixture[str]
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "nightly-job.md"


def gauges(text: str) -> dict[tuple[str, str | None], float]:
    """Values by name and stage; every gauge has a HELP and a TYPE."""
    found = {}
    for family in text_string_to_metric_families(text):
        assert (family.type, family.documentation) == ("gauge", METRICS[family.name])
        for sample in family.samples:
            found[sample.name, sample.labels.get("stage")] = sample.value
    return found


@pytest.fixture
def store(tmp_path: Path) -> str:
    (tmp_path / "customers.csv").write_text("id,clv\nA,10\nB,5\nC,1\n")
    (tmp_path / "ties.csv").write_text("source,target\nA,B\n")
    url = str(tmp_path / "store")
    prepare("load", "tables", tmp_path, "--store", url)
    return url


def test_a_successful_run_writes_times_counts_and_the_exit_code(
    store: str, tmp_path: Path, capsys: Capture
) -> None:
    file, began = tmp_path / "influence.prom", now().timestamp()
    record = influence(capsys, "run", "--store", store, "--metrics", file).json
    found = gauges(file.read_text("utf-8"))
    assert {name for name, _ in found} == set(METRICS)
    plain = {name.removeprefix("influence_run_"): value for (name, _), value in found.items()}
    assert (plain["success"], plain["exit_code"], plain["computed"]) == (1, 0, 1)
    assert (plain["customers"], plain["ties"], plain["changed_customers"]) == (3, 1, 3)
    assert began <= plain["start_timestamp_seconds"] <= plain["end_timestamp_seconds"]
    assert plain["end_timestamp_seconds"] <= now().timestamp()
    seconds = {stage: value for (_, stage), value in found.items() if stage}
    assert seconds == record["seconds"]

    influence(capsys, "run", "--store", store, "--metrics", file)
    again = gauges(file.read_text("utf-8"))
    assert again["influence_run_computed", None] == 0
    assert again["influence_run_changed_customers", None] == 0
    assert not [other for other in tmp_path.iterdir() if other.name.startswith("influence.prom-")]


def test_a_failed_run_replaces_the_file(store: str, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "influence.prom"
    prepare("run", "--store", store, "--metrics", file)
    with open_store(store) as held, held.lock("another"):
        outcome = influence(capsys, "run", "--store", store, "--metrics", file)
    assert outcome.code == 4
    found = gauges(file.read_text("utf-8"))
    assert found["influence_run_success", None] == 0
    assert found["influence_run_exit_code", None] == 4
    assert len(found) == 4


def test_settings_with_a_mistake_are_reported_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("influence.toml").write_text("weights = 7\n")
    assert influence(capsys, "run", "--metrics", "m.prom").code == 2
    text = Path("m.prom").read_text("utf-8")
    assert gauges(text)["influence_run_exit_code", None] == 2
    assert 'store=""' in text


@pytest.mark.parametrize(
    "error",
    [InfluenceError("x"), UsageError("x"), StoreLocked("x"), click.UsageError("x"), click.Abort(),
     KeyboardInterrupt(), ZeroDivisionError("x"), BrokenPipeError()],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_the_exit_code_in_the_file_is_that_of_the_command(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("influence.cli.commands.run.options.settings_for", fail)
    monkeypatch.setattr("sys.stderr.close", lambda: None, raising=False)
    file = tmp_path / "m.prom"
    code = influence(capsys, "run", "--store", tmp_path / "s", "--metrics", file).code
    assert gauges(file.read_text("utf-8"))["influence_run_exit_code", None] == code > 0


def test_a_file_that_cannot_be_written_is_an_error(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    nowhere = tmp_path / "none" / "m.prom"
    outcome = influence(capsys, "run", "--store", store, "--metrics", nowhere)
    assert (outcome.code, outcome.out) == (2, "")
    assert "there is no directory" in outcome.err

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    monkeypatch.chdir(tmp_path)
    outcome = influence(capsys, "run", "--store", tmp_path / "empty", "--metrics", "m.prom")
    assert outcome.code == 1
    assert "No space left" in outcome.err
    assert "holds no customers" in outcome.err


@pytest.mark.parametrize("store", ['C:\\new\\"x"', "a\nb", "Läden", "\\", ""])
def test_any_name_of_a_store_is_read_back(store: str) -> None:
    text = metrics(Attempt(store, now(), now(), 3, None))
    samples = [s for family in text_string_to_metric_families(text) for s in family.samples]
    assert {sample.labels["store"] for sample in samples} == {store}


def test_the_page_explains_every_gauge() -> None:
    rows = re.findall(r"^\| `(influence_run_\w+)` \| (.*) \|$", PAGE.read_text("utf-8"), re.M)
    assert dict(rows) == METRICS
