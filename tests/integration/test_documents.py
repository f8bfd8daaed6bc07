"""The examples in the documentation work: Python as doctests, commands in a shell."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.commands import influence, prepare
from tools import screens

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
GALLERY = ROOT / "docs" / "explanation" / "gallery.md"
QUESTIONS = ROOT / "docs" / "how-to" / "choose-your-question.md"
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


@pytest.mark.ci
@pytest.mark.filterwarnings("ignore::UserWarning")  # notes of the calls
def test_the_screens_and_calls_of_choose_your_question_are_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = QUESTIONS.read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INFLUENCE_STORE", raising=False)
    assert screens.rendered(page) == page, "stale: make examples"
    (setup,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(setup, names)
    calls = re.findall(r"`((?:influence|scores)\.\w+\(.*?)`", page)
    assert len(calls) > 15
    for call in calls:
        assert eval(call, names) is not None, call
    for query in re.findall(r"`influence (query [^N].*?)`", page):
        prepare(*shlex.split(query))


@pytest.mark.ci
def test_the_pictures_of_the_gallery_are_up_to_date_small_and_described(tmp_path: Path) -> None:
    pytest.importorskip("vl_convert", reason="needs the extra report: pip install '.[report]'")
    from tools import pictures

    prepare("demo", tmp_path)
    drawn = pictures.pictures(str(tmp_path / "store"))
    page = GALLERY.read_text("utf-8")
    there = {file.name: file.read_bytes() for file in pictures.FOLDER.iterdir()}
    shown = re.findall(r"!\[[^]]{20,}\]\(../images/gallery/(.+?)\)", page)
    assert sorted(shown) == sorted(drawn) == sorted(there)
    for name, content in there.items():
        assert len(content) < 150_000, name
        if name.endswith(".svg"):
            assert content == drawn[name], f"{name} is stale: make examples"


def test_the_tree_in_the_readme_names_existing_files() -> None:
    tree = re.search(r"## Structure\n\n```\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert tree
    for line in tree[1].splitlines():
        named = re.match(r"(  )?((?:[\w.]+(?:\.py|/)(?:\w+/)? ?)+)", line)
        if named:
            folder = ROOT / "influence" if named[1] else ROOT
            for name in named[2].split():
                assert (folder / name).exists(), name
