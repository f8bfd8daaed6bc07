"""The examples in the documentation work: Python as doctests, commands in a shell."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.commands import influence

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
TUTORIAL = ROOT / "docs" / "tutorial" / "first-steps.md"


def test_the_python_examples_of_the_readme_are_correct() -> None:
    failed, tried = doctest.testfile(str(README), module_relative=False)
    assert tried > 5
    assert failed == 0


@pytest.mark.parametrize(
    ("document", "shows"), [(README, "162.75"), (TUTORIAL, "Whom CLV misjudges most")]
)
def test_the_commands_of_a_document_run_in_an_empty_folder(
    document: Path,
    shows: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    blocks = re.findall(r"```console\n(.*?)```", document.read_text("utf-8"), re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    assert len(lines) > 5
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INFLUENCE_STORE", raising=False)
    shown = []
    for line in lines:
        program, *arguments = shlex.split(line)
        if program == "influence":  # in this process, since each start takes a second
            outcome = influence(capsys, *arguments)
            assert outcome.code == 0, (line, outcome.err)
            shown.append(outcome.out)
        else:
            subprocess.run(["bash", "-c", line], check=True)
    assert shows in "".join(shown)


def test_the_tree_in_the_readme_names_existing_files() -> None:
    tree = re.search(r"## Structure\n\n```\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert tree
    for line in tree[1].splitlines():
        named = re.match(r"(  )?((?:[\w.]+(?:\.py|/)(?:\w+/)? ?)+)", line)
        if named:
            folder = ROOT / "influence" if named[1] else ROOT
            for name in named[2].split():
                assert (folder / name).exists(), name
