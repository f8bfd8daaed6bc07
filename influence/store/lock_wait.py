"""How long a writer waits for another's lock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from influence.errors import StoreLocked, UsageError
from influence.tables.notes import Note, ignore

POLL_SECONDS = 0.5
T = TypeVar("T")


@dataclass(frozen=True)
class LockWait:
    """How long to wait, and who is told of it.

    Attributes
    ----------
    seconds : float
    tell : callable
        Told once, in a note, for whom the wait is.

    Raises
    ------
    UsageError
        If the seconds are below 0.
    """

    seconds: float = 0.0
    tell: Callable[[Note], None] = ignore

    def __post_init__(self) -> None:
        if not self.seconds >= 0.0:
            raise UsageError(f"wait {self.seconds}: seconds from 0 up are needed")

    def until_free(self, take: Callable[[], T]) -> T:
        """Try to take a lock until it is free.

        Raises
        ------
        StoreLocked
            If it is not free in time.
        """
        end, told = time.monotonic() + self.seconds, False
        while True:
            try:
                return take()
            except StoreLocked as locked:
                left = end - time.monotonic()
                if left <= 0.0:
                    raise
                if not told:
                    who = str(locked).rpartition(";")[0]  # without what to do about it
                    text = f"{who}; waiting up to {self.seconds:g} s"
                    self.tell(Note(text, "waiting_for_lock", seconds=self.seconds, **locked.fields))
                told = True
                time.sleep(min(POLL_SECONDS, left))
