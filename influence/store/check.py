"""What `doctor` finds: each check stands by itself, and none ends the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from influence.errors import InfluenceError, NothingToShow
from influence.store.lock import LockHolder

State = Literal["ok", "warning", "failed"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    check : str
    state : {"ok", "warning", "failed"}
    detail : str
        What was found.
    advice : str
        What to do about it; empty where all is well.
    """

    check: str
    state: State
    detail: str
    advice: str = ""


Check = tuple[str, Callable[[], Iterable[Finding]], str]
"""Its name, what it does, and what to do where that fails."""


def found_by(checks: Iterable[Check]) -> list[Finding]:
    """Run checks one after another; an error that stops a check is its finding.

    An error that stops several of them is reported by the first.
    """
    told: dict[tuple[str, str], Finding] = {}
    for check in checks:
        for finding in _made(*check):
            what = "" if finding.state == "failed" else finding.check
            told.setdefault((what, finding.detail), finding)
    return list(told.values())


def _made(check: str, look: Callable[[], Iterable[Finding]], advice: str) -> list[Finding]:
    try:
        return list(look())
    except NothingToShow as nothing:
        return [Finding(check, "warning", str(nothing), "load tables, then run")]
    except InfluenceError as error:
        return [Finding(check, "failed", str(error), advice)]
    except Exception as error:
        return [Finding(check, "failed", f"{type(error).__name__}: {error}", advice)]


def lock_finding(holder: LockHolder | None) -> Iterator[Finding]:
    """Say who holds the lock of a store, if anyone."""
    if holder is None:
        yield Finding("lock", "ok", "free")
    elif holder.has_ended or (not holder.on_this_host and holder.has_expired):
        detail = f"{holder} left it behind"
        yield Finding("lock", "warning", detail, "nothing: the next load or run takes it over")
    else:
        yield Finding("lock", "ok", f"held by {holder}")
