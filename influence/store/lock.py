"""One writer at a time: who holds a store, and when a dead holder's lock may be taken over.

A holder that runs on this host is asked of the operating system: a lock whose process is gone is
taken over at once. A holder elsewhere shows a heartbeat; 60 seconds of silence end its lock.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import psutil

from influence.errors import StoreError, StoreLocked
from influence.runs import ago, new_run_id, now

SILENCE_SECONDS = 60.0
HEARTBEAT_SECONDS = 15.0
JOBS_HERE: set[str] = set()
"""What writes, or asks to, in this process now."""


def new_load_id() -> str:
    """What a load calls itself while it holds a store."""
    return f"load-{new_run_id()}"


def new_forget_id() -> str:
    """What the removal of a person calls itself; her name is nobody's business."""
    return f"forget-{new_run_id()}"


@dataclass(frozen=True)
class Holder:
    """Who holds a lock.

    Attributes
    ----------
    job : str
        A run's id, or that of a load.
    host : str
    process : int
    born : float
        When the process began, in seconds since 1970: process numbers come again.
    since, heartbeat : str
        When the lock was taken, and when its holder was last known to live; ISO 8601.
    """

    job: str
    host: str = field(default_factory=socket.gethostname)
    process: int = field(default_factory=os.getpid)
    born: float = field(default_factory=lambda: psutil.Process().create_time())
    since: str = field(default_factory=lambda: now().isoformat())
    heartbeat: str = field(default_factory=lambda: now().isoformat())

    @property
    def here(self) -> bool:
        """Whether the holder runs, or ran, on this host."""
        return self.host == socket.gethostname()

    @property
    def gone(self) -> bool:
        """Whether its process is known to have ended."""
        if not self.here:
            return False
        if self.process == os.getpid():
            return self.job not in JOBS_HERE  # a lock of ours that could not be given back
        try:
            process = psutil.Process(self.process)
            another = abs(process.create_time() - self.born) > 1.0
            return another or process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    @property
    def silent(self) -> bool:
        """Whether it has given no sign of life for too long, by this host's clock."""
        return (now() - datetime.fromisoformat(self.heartbeat)).total_seconds() > SILENCE_SECONDS

    def __str__(self) -> str:
        age = ago(datetime.fromisoformat(self.since))
        where = "on this machine" if self.here else f"on {self.host}"
        return f"{self.job}, begun {age} ago (process {self.process} {where})"

    def refusal(self, url: str) -> StoreLocked:
        """What the second writer is told."""
        return StoreLocked(
            f"store {url} is being written by {self}; try again when it is done (--wait SECONDS "
            "waits)",
            job=self.job,
            host=self.host,
            process=self.process,
            since=self.since,
        )


@contextmanager
def at_work(job: str) -> Iterator[None]:
    """Let this process know that a lock, held or asked for, is not one left behind."""
    JOBS_HERE.add(job)
    try:
        yield
    finally:
        JOBS_HERE.discard(job)


@contextmanager
def heartbeat(beat: Callable[[], None]) -> Iterator[None]:
    """Call `beat` again and again until the block is left; a beat that fails ends nothing."""
    done = threading.Event()

    def keep_on() -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            with contextlib.suppress(StoreError):
                beat()

    thread = threading.Thread(target=keep_on, daemon=True, name="influence-heartbeat")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
