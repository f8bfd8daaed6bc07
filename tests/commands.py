"""Run the command line inside the test's process, as a user would from a shell."""

from __future__ import annotations

import json
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
    code = 0
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as exit_:
        code = int(exit_.code or 0)
    out, err = capsys.readouterr()
    return Outcome(code, out, err)
