"""The files of the nightly job: the script runs, the others are parsed by their own tools.

Docker is not needed: of the image only the sources of its files are checked.
"""

from __future__ import annotations

import ast
import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from influence.cli import app

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PAGE = ROOT / "docs" / "how-to" / "nightly-job.md"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment whose PATH has this checkout's `influence`."""
    command = tmp_path / "bin" / "influence"
    command.parent.mkdir()
    code = "from influence.cli import main; main()"
    command.write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} -c '{code}' \"$@\"\n")
    command.chmod(0o755)
    return os.environ | {
        "PATH": f"{command.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "INFLUENCE_STORE": str(tmp_path / "store"),
        "INFLUENCE_METRICS": str(tmp_path / "influence.prom"),
    }


def night(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DEPLOY / "nightly.sh", folder / "exports of today"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.ci
@pytest.mark.skipif(os.name != "posix", reason="a shell script")
def test_the_script_loads_runs_and_stops_at_the_first_failure(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    exports = tmp_path / "exports of today"
    exports.mkdir()
    (exports / "customers.csv").write_text("id,clv\nA,10\nB,5\n")
    (exports / "ties.csv").write_text("source,target\nA,B\n")
    first = night(tmp_path, environment)
    assert first.returncode == 0, first.stderr
    assert "Top 2 by network value" in first.stdout
    events = [json.loads(line)["event"] for line in first.stderr.splitlines()]
    assert {"load_finished", "run_finished"} <= {*events}
    metrics = Path(environment["INFLUENCE_METRICS"])
    assert "influence_run_success{" in metrics.read_text("utf-8")

    metrics.unlink()
    (exports / "customers.csv").write_text("id,clv\nA,ten\nB,5\n")
    second = night(tmp_path, environment)
    assert (second.returncode, second.stdout) == (3, "")
    assert not metrics.exists()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for name in ("influence.service", "influence.timer"):
        text = (DEPLOY / name).read_text("utf-8")
        text = text.replace("/opt/influence/bin/nightly.sh", str(DEPLOY / "nightly.sh"))
        (tmp_path / name).write_text(text)
    units = [tmp_path / "influence.service", tmp_path / "influence.timer"]
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    about_ours = [line for line in checked.stderr.splitlines() if "influence" in line]
    assert (checked.returncode, about_ours) == (0, []), checked.stderr


def test_the_crontab_has_one_job() -> None:
    lines = (DEPLOY / "influence.crontab").read_text("utf-8").splitlines()
    jobs = [line for line in lines if line[0] not in "#" and not re.match(r"\w+=", line)]
    (job,) = jobs
    assert re.fullmatch(r"(?:[\d*]+ ){5}/\S+/nightly\.sh \S+ 2>>\S+", job)
    assert "%" not in job


def workflow() -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load((DEPLOY / "github-actions.yml").read_text("utf-8"))
    return found


def test_the_workflow_has_a_schedule_and_steps() -> None:
    found = workflow()
    assert len(found[True]["schedule"]) == 1  # YAML 1.1 reads the key `on` as true
    (job,) = found["jobs"].values()
    assert [step["name"] for step in job["steps"]] == ["Load", "Run", "Show the summary"]


def test_compose_starts_the_job_only_when_asked() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    assert [name for name, service in services.items() if "profiles" not in service] == ["neo4j"]
    job = services["job"]
    assert job["profiles"] == ["job"]
    assert job["depends_on"] == {"neo4j": {"condition": "service_healthy"}}
    assert job["environment"]["NEO4J_PASSWORD"] in services["neo4j"]["environment"]["NEO4J_AUTH"]


def test_the_image_copies_files_that_are_there_and_no_secrets() -> None:
    ignored = [
        line.removeprefix("**/")
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    copied = [line.split()[1] for line in lines if re.match(r"COPY (?!--from)", line)]
    assert copied == [".", "deploy/nightly.sh"]
    needed = ("pyproject.toml", "setup.py", "README.md", "LICENSE", "constraints.txt", "influence",
              "loaders", "cypher", "deploy/nightly.sh")  # fmt: skip
    for name in needed:
        assert (ROOT / name).exists()
        assert not any(fnmatch.fnmatch(name.split("/")[0], pattern) for pattern in ignored), name
    assert {".env", "influence.toml", ".git", "influence-data"} <= {*ignored}


def commands() -> list[str]:
    """Every `influence …` line in the files and on their page."""
    tree = ast.parse((DEPLOY / "airflow_dag.py").read_text("utf-8"))
    found = [node.value for node in ast.walk(tree)
             if isinstance(node, ast.Constant) and isinstance(node.value, str)]  # fmt: skip
    found += [step["run"] for job in workflow()["jobs"].values() for step in job["steps"]]
    found += (DEPLOY / "nightly.sh").read_text("utf-8").replace("\\\n", "").splitlines()
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        found += block.splitlines()
    return [line for line in found if line.startswith("influence ")]


@pytest.mark.parametrize("line", sorted({*commands()}))
def test_the_command_line_knows_every_command(line: str) -> None:
    line = re.sub(r"\S*exports\S*", shlex.quote(str(DEPLOY)), line)  # a folder that is there
    words = shlex.split(re.split(r" [|>]| \$\{", line)[0])[1:]
    command: click.Command | None = app
    while isinstance(command, click.Group):
        command = command.get_command(click.Context(command), words.pop(0))
    assert command is not None
    command.make_context("influence", words)  # fails at an unknown option


def test_the_page_names_every_file() -> None:
    page = PAGE.read_text("utf-8")
    for file in DEPLOY.iterdir():
        assert f"deploy/{file.name})" in page, file.name
