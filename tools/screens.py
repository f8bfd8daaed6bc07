"""Write the screens that pages show of the sample company: `python -m tools.screens`.

A block of `console` with one command shows what a terminal of 80 columns shows; a block with
several commands shows none of their results. A test checks that the pages are up to date.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import tempfile
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from influence.cli import main as influence

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "docs" / "how-to" / "choose-your-question.md",)
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
RUN = re.compile(r"\b\d{8}-\d{6}-[0-9a-f]{6}\b")
EXAMPLE_RUN = "20261128-090000-5eed07"
"""Stands for the ids of all runs, which are never the same."""
TERMINAL = {"COLUMNS": "80", "TERM": "dumb"}


class Screen(io.StringIO):
    """Text that is written as for a terminal."""

    def isatty(self) -> bool:
        """Say that it is a terminal, so that results are tables."""
        return True


def rendered(text: str) -> str:
    """Run the commands of a page in the current folder, in order.

    Returns
    -------
    str
        The page with the present screens.

    Raises
    ------
    RuntimeError
        If a command fails.
    """
    return BLOCK.sub(_block, text)


def _block(found: re.Match[str]) -> str:
    commands = [line for line in found[1].splitlines() if line.startswith("$ ")]
    shown = [_screen(command.removeprefix("$ ")) for command in commands]
    if len(commands) > 1:
        return found[0]
    return f"```console\n{commands[0]}\n{shown[0]}```"


def _screen(command: str) -> str:
    """Run one command and return what it prints, without blanks at the ends of lines."""
    program, *arguments = shlex.split(command)
    if program != "influence":
        subprocess.run(["bash", "-c", command], check=True)
        return ""
    screen, messages, code = Screen(), io.StringIO(), 0
    with patch.dict(os.environ, TERMINAL), redirect_stdout(screen), redirect_stderr(messages):
        try:
            influence(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
    if code:
        raise RuntimeError(f"{command}: {messages.getvalue()}")
    lines = [line.rstrip() for line in screen.getvalue().strip("\n").splitlines()]
    return RUN.sub(EXAMPLE_RUN, "".join(f"{line}\n" for line in lines))


def main() -> None:
    """Write all pages anew."""
    for page in PAGES:
        with tempfile.TemporaryDirectory() as folder, chdir(folder):
            text = rendered(page.read_text("utf-8"))
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
