"""The planner: its choices, messages and refusals."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from influence import Network, Parameters, UsageError, estimate, open_store
from influence.engine import cost
from influence.engine.cost import Work
from influence.engine.planner import Plan, duration, plan, read_memory
from influence.models import cut_ties
from influence.models.backends import backend_of
from influence.parameters import Choice, Limits
from tests.builders import network_of, scattered
from tests.commands import influence

WORK = Work(depth=3)


def test_a_small_network_is_searched() -> None:
    made = plan(scattered(), WORK)
    assert (made.method, made.why) == ("exact", "exact search, about a second")
    assert made.sketch_seconds is None


def test_sketches_are_chosen_on_request_or_if_a_search_takes_too_long() -> None:
    asked = plan(scattered(), WORK, "sketch")
    assert (asked.method, asked.why) == ("sketch", "sketches, about a second: as requested")
    late = plan(scattered(), WORK, "auto", Limits(max_seconds=0))
    assert late.method == "sketch"
    assert "more than the limit of a second; `--method exact` runs it anyway" in late.why
    assert plan(scattered(), WORK, "exact", Limits(max_seconds=0)).method == "exact"


def test_the_time_for_ties_counts_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    network = scattered()
    alone = plan(network, WORK)
    monkeypatch.setattr("influence.engine.ties.STEPS_A_SECOND", 1e4)
    with_ties = plan(network, WORK, limits=Limits(max_seconds=1e6))
    steps = cut_ties.choose_search(network, 3).steps
    assert with_ties.tie_seconds == pytest.approx(steps / 1e4)
    assert with_ties.seconds == with_ties.exact_seconds + with_ties.tie_seconds
    assert alone.seconds == pytest.approx(with_ties.exact_seconds + steps / 4e8)
    assert with_ties.why.startswith("exact search, about a second; values of ties, about ")
    likeliest = plan(network, WORK, limits=Limits(max_seconds=20))
    assert likeliest.tie_seconds == pytest.approx(0.5)


def test_a_run_that_does_not_fit_into_memory_is_refused_with_an_alternative(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network, tight = scattered(), Limits(memory=2**40)
    with pytest.raises(UsageError, match=r"needs about .* of memory and 1 MiB are allowed$"):
        plan(network, WORK, "auto", Limits(memory=2**20))
    monkeypatch.setattr("influence.engine.cost.exact_memory", lambda *_: 2**41)
    with pytest.raises(UsageError, match=r"1024.0 GiB are allowed; `--method sketch` needs [0-9]"):
        plan(network, WORK, "exact", tight)
    assert plan(network, WORK, "sketch", tight).method == "sketch"
    monkeypatch.setattr("influence.engine.cost.exact_memory", lambda *_: 0)
    monkeypatch.setattr("influence.engine.cost.sketch_memory", lambda *_: 2**41)
    with pytest.raises(UsageError, match=r"are allowed$"):
        plan(network, WORK, "sketch", tight)
    assert plan(network, WORK, "exact", tight).method == "exact"


@pytest.mark.parametrize("method", ["auto", "exact"])
def test_sketches_are_no_alternative_where_kinds_weigh_differently(
    monkeypatch: pytest.MonkeyPatch, method: Choice
) -> None:
    network = scattered()
    weighed = replace(network, kind_weight=np.where(np.arange(network.arcs) % 2, 0.5, 1.0))
    monkeypatch.setattr("influence.engine.cost.exact_memory", lambda *_: 2**41)
    with pytest.raises(UsageError, match=r"1024.0 GiB are allowed$"):
        plan(weighed, WORK, method, Limits(memory=2**40))


def test_auto_sketches_if_a_search_does_not_fit_into_memory_and_exact_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("influence.engine.cost.exact_memory", lambda *_: 2**50)
    # What this process holds already would be added to it.
    monkeypatch.setattr("influence.engine.planner._memory", lambda _: (2**34, 0))
    made = plan(scattered(), WORK)
    assert made.method == "sketch"
    assert "an exact search would need 1048576." in made.why
    with pytest.raises(UsageError, match=r"are free; `--method sketch` needs [0-9]"):
        plan(scattered(), WORK, "exact")


def test_an_empty_network_can_be_planned() -> None:
    made = plan(network_of(0, []), WORK, measure_all=True)
    assert isinstance(made, Plan)
    assert made.customers == 0


@pytest.mark.parametrize(
    ("text", "size"),
    [("123", 123), ("8GB", 8 * 10**9), ("512 MiB", 2**29), ("1.5g", 15 * 10**8), ("2Ti", 2**41),
     ("7 b", 7)],
)  # fmt: skip
def test_memory_is_parsed_with_its_unit(text: str, size: int) -> None:
    assert read_memory(text) == size


@pytest.mark.parametrize("text", ["", "lots", "-1", "8 XB", "1e9"])
def test_invalid_memory_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="a number of bytes is needed"):
        read_memory(text)


@pytest.mark.parametrize("budget", [-1.0, float("nan")])
def test_a_negative_time_limit_is_refused(budget: float) -> None:
    with pytest.raises(UsageError, match="max seconds"):
        Limits(max_seconds=budget)


def test_times_are_formatted_for_people() -> None:
    assert [duration(x) for x in (0.2, 75.4, 600)] == ["a second", "75 s", "10 min"]


@pytest.fixture
def loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    pairs = {tuple(pair) for pair in rng.integers(0, 60, (150, 2)).tolist() if pair[0] < pair[1]}
    rows = "\n".join(f"{i:02},{j:02}" for i, j in sorted(pairs))
    Path("edges.csv").write_text(f"source,target\n{rows}\n", encoding="utf-8")
    assert influence(capsys, "load", "edges", "edges.csv", "--clv", 10).code == 0
    return tmp_path


@pytest.mark.usefixtures("loaded")
def test_commands_plan_choose_and_record_the_method(capsys: pytest.CaptureFixture[str]) -> None:
    estimated = influence(capsys, "estimate").json
    assert estimated["method"] == "exact"
    assert estimated["exact_seconds"] > 0
    run = influence(capsys, "run", "--method", "sketch", "--registers", 64, "--seed", 5)
    assert "sketches, about a second: as requested" in run.err
    assert (
        "estimates from sketches of 64 registers, standard error 12.7% within a distance" in run.err
    )
    assert (run.json["method"], run.json["registers"], run.json["seed"]) == ("sketch", 64, 5)
    assert run.json["factor"] == pytest.approx(1, abs=0.3)
    top = influence(capsys, "top", "--format", "table", "--by", "credit_received")
    assert "standard error" in top.out
    assert "estimates from sketches" in top.out
    assert "network_value_se" in influence(capsys, "top").json[0]
    explained = influence(capsys, "explain", "01", "--format", "table")
    assert "exact" in explained.out
    assert "estimates" in influence(capsys, "doctor", "--format", "csv").out
    assert "estimates" in influence(capsys, "export", "scores.csv").err
    assert "influence_3_se" in Path("scores.csv").read_text(encoding="utf-8").splitlines()[0]
    assert influence(capsys, "runs").json[0]["standard_error"] == pytest.approx(62**-0.5)
    exact = influence(capsys, "run")
    assert "exact search" in exact.err
    assert exact.json["method"] == "exact"
    assert "network_value_se" not in influence(capsys, "top").json[0]
    assert "estimates" not in influence(capsys, "top", "--format", "table").out


@pytest.mark.usefixtures("loaded")
def test_python_estimates_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    printed = influence(capsys, "estimate", "--depth", 2, "--registers", 128).json
    with open_store("influence-data") as store:
        parameters = Parameters(weights=(0.5, 0.2), method="auto", registers=128)
        found = asdict(estimate(store.tables(), parameters))
        sketched = estimate(Network.from_tables(store.tables()), Parameters(method="sketch"))
    measured = {name for name in found if "seconds" in name or "memory" in name}
    assert printed.keys() == found.keys()
    assert all(printed[name] == found[name] for name in found.keys() - measured)
    assert found["depth"] == 2
    assert (sketched.method, sketched.depth) == ("sketch", 3)


@pytest.mark.usefixtures("loaded")
def test_limits_come_from_flags_and_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    refused = influence(capsys, "run", "--memory", "1MB")
    assert refused.code == 2
    assert "of memory and 1 MiB are allowed" in refused.err
    assert influence(capsys, "run", "--memory", "much").code == 2
    for registers in (100, 0, 64_000_000):  # refused before a sketch is measured
        run = influence(capsys, "run", "--registers", registers, "--method", "sketch")
        assert run.code == 2
        assert f"{registers:,} registers" in run.err or f"{registers} registers" in run.err
    Path("influence.toml").write_text('memory = "1MB"\nbudget = 0\n', encoding="utf-8")
    assert influence(capsys, "run").code == 2
    sketched = influence(capsys, "run", "--memory", "64GB")
    assert json.loads(sketched.out)["method"] == "sketch"


def test_threads_that_search_need_memory_each(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = backend_of(scattered(100_000, seed=1))
    needed = []
    for processors in (2, 64):
        monkeypatch.setattr("os.cpu_count", lambda count=processors: count)
        needed.append(cost.exact_memory(backend, Work(3)))
    assert needed[1] - needed[0] >= 62 * 3 * 3 * 8 * backend.network.n


def test_workers_take_no_sketches_where_kinds_weigh_differently() -> None:
    network = scattered(100, seed=1)
    same = cost.worker_bytes(network, Work(3))
    weighed = replace(network, kind_weight=np.where(np.arange(network.arcs) % 2, 0.5, 1.0))
    found = cost.worker_bytes(weighed, Work(3))
    assert same.keys() - found.keys() == {"sketch_task", "sketch_files"}
    assert found["exact_files"] == 3 * 9 * 8 * network.n  # 2 + 3 + 4 classes of paths
