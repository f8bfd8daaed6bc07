"""The time that a writer waits for the lock of another one."""

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
    """The time to wait for a lock, and what to call when the wait begins.

    Attributes
    ----------
    seconds : float
    notify : callable
        Called once, with a note that names the lock holder.

    Raises
    ------
    UsageError
        If the seconds are negative.
    """

    seconds: float = 0.0
    notify: Callable[[Note], None] = ignore

    def __post_init__(self) -> None:
        if not self.seconds >= 0.0:
            raise UsageError(f"wait {self.seconds}: use 0 seconds or more")

    def acquire(self, take: Callable[[], T]) -> T:
        """Call `take` until it succeeds, and return what it returns.

        Raises
        ------
        StoreLocked
            If the lock is still held when the time is over.
        """
        end, notified = time.monotonic() + self.seconds, False
        while True:
            try:
                return take()
            except StoreLocked as locked:
                left = end - time.monotonic()
                if left <= 0.0:
                    raise
                if not notified:
                    self.notify(self._note(locked))
                notified = True
                time.sleep(min(POLL_SECONDS, left))

    def _note(self, locked: StoreLocked) -> Note:
        holder = str(locked).rpartition(";")[0]  # without the advice
        text = f"{holder}; waiting up to {self.seconds:g} s"
        return Note(text, "waiting_for_lock", seconds=self.seconds, **locked.fields)
