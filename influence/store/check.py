"""The checks of `doctor`. They are independent: an error in one does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from influence.errors import InfluenceError, NothingToShow
from influence.store.lock import LockHolder

State = Literal["ok", "warning", "failed"]


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Attributes
    ----------
    check : str
    state : {"ok", "warning", "failed"}
    detail : str
        The result in words.
    advice : str
        What to do about it; empty if there is nothing to do.
    """

    check: str
    state: State
    detail: str
    advice: str = ""


Check = tuple[str, Callable[[], Iterable[Finding]], str]
"""The name of a check, a function that returns its findings, and the advice if it fails."""


def run_checks(checks: Iterable[Check]) -> list[Finding]:
    """Run checks and return their findings; an error that stops a check becomes its finding.

    If the same error stops several checks, only the first of them reports it.
    """
    findings: dict[tuple[str, str], Finding] = {}
    for check in checks:
        for finding in _findings(*check):
            name = "" if finding.state == "failed" else finding.check
            findings.setdefault((name, finding.detail), finding)
    return list(findings.values())


def _findings(name: str, check: Callable[[], Iterable[Finding]], advice: str) -> list[Finding]:
    try:
        return list(check())
    except NothingToShow as nothing:
        return [Finding(name, "warning", str(nothing), "load tables, then run")]
    except InfluenceError as error:
        return [Finding(name, "failed", str(error), advice)]
    except Exception as error:
        return [Finding(name, "failed", f"{type(error).__name__}: {error}", advice)]


def lock_finding(holder: LockHolder | None) -> Iterator[Finding]:
    """Report who holds the lock of a store."""
    if holder is None:
        yield Finding("lock", "ok", "free")
    elif holder.has_ended or (not holder.on_this_host and holder.has_expired):
        detail = f"not released by {holder}"
        yield Finding("lock", "warning", detail, "none needed: the next load or run takes it over")
    else:
        yield Finding("lock", "ok", f"held by {holder}")
