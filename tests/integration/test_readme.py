"""The README is run: its Python as doctests, its console lines in a shell."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


def test_the_python_examples_hold() -> None:
    failed, tried = doctest.testfile(str(README), module_relative=False)
    assert tried > 5
    assert failed == 0


def test_the_quick_start_runs_in_an_empty_folder(tmp_path: Path) -> None:
    blocks = re.findall(r"```console\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    assert len(lines) > 5
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    environment.pop("INFLUENCE_STORE", None)
    script = "set -e\n" + "\n".join(lines)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "162.75" in done.stdout


def test_the_tree_in_the_readme_names_what_is_there() -> None:
    tree = re.search(r"## The house\n\n```\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert tree
    for line in tree[1].splitlines():
        named = re.match(r"(  )?((?:[\w.]+(?:\.py|/)(?:\w+/)? ?)+)", line)
        if named:
            folder = ROOT / "influence" if named[1] else ROOT
            for name in named[2].split():
                assert (folder / name).exists(), name
