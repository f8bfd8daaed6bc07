"""Run the command line inside the test's process, as a user would from a shell."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from influence.cli import main

if TYPE_CHECKING:
    import pytest


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def influence(capsys: pytest.CaptureFixture[str], *arguments: object) -> Outcome:
    """Run one command; stdout is no terminal, so results come as JSON."""
    capsys.readouterr()
    code = _run(arguments)
    out, err = capsys.readouterr()
    return Outcome(code, out, err)


def prepare(*arguments: object) -> None:
    """Run one command for a fixture that several tests share; it must succeed."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as err:
        code = _run(arguments)
    assert code == 0, err.getvalue()


def _run(arguments: tuple[object, ...]) -> int:
    """Return the exit code of a command."""
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as exit_:
        return int(exit_.code or 0)
    return 0
