"""Lock holders: who holds the lock of a store, and when another process may take it over.

If the holder runs on this host, the operating system knows whether its process still exists; the
lock of a process that ended is taken over at once. A holder on another host sends a heartbeat; its
lock expires after 60 seconds without one.
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

LOCK_TIMEOUT_SECONDS = 60.0
HEARTBEAT_SECONDS = 15.0
JOBS_OF_THIS_PROCESS: set[str] = set()
"""Jobs of this process that hold or request a lock."""


def new_load_id() -> str:
    """Return the job name of a load."""
    return f"load-{new_run_id()}"


def new_forget_id() -> str:
    """Return the job name of the removal of a customer, which must not contain their id."""
    return f"forget-{new_run_id()}"


def new_export_id() -> str:
    """Return the job name of an export for a program."""
    return f"export-{new_run_id()}"


@dataclass(frozen=True)
class LockHolder:
    """The process that holds a lock.

    Attributes
    ----------
    job : str
        Id of the run or of the load.
    host : str
    process : int
        Process id.
    born : float
        When the process started, in seconds since 1970, because process ids are reused.
    since, heartbeat : str
        When the lock was taken, and when the last heartbeat was sent; ISO 8601.
    """

    job: str
    host: str = field(default_factory=socket.gethostname)
    process: int = field(default_factory=os.getpid)
    born: float = field(default_factory=lambda: psutil.Process().create_time())
    since: str = field(default_factory=lambda: now().isoformat())
    heartbeat: str = field(default_factory=lambda: now().isoformat())

    @property
    def on_this_host(self) -> bool:
        """Whether the holder runs, or ran, on this host."""
        return self.host == socket.gethostname()

    @property
    def has_ended(self) -> bool:
        """Whether the process is known to have ended; False for a process on another host."""
        if not self.on_this_host:
            return False
        if self.process == os.getpid():
            return self.job not in JOBS_OF_THIS_PROCESS  # this process failed to release it
        try:
            process = psutil.Process(self.process)
            another = abs(process.create_time() - self.born) > 1.0
            return another or process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    @property
    def has_expired(self) -> bool:
        """Whether the last heartbeat is older than the lock timeout, by this host's clock."""
        age = now() - datetime.fromisoformat(self.heartbeat)
        return age.total_seconds() > LOCK_TIMEOUT_SECONDS

    def __str__(self) -> str:
        age = ago(datetime.fromisoformat(self.since))
        where = "on this machine" if self.on_this_host else f"on {self.host}"
        return f"{self.job}, started {age} ago (process {self.process} {where})"

    def refusal(self, url: str) -> StoreLocked:
        """Return the error for a second writer."""
        return StoreLocked(
            f"store {url} is being written by {self}; try again later, or wait with --wait SECONDS",
            job=self.job,
            host=self.host,
            process=self.process,
            since=self.since,
        )


@contextmanager
def registered(job: str) -> Iterator[None]:
    """List a job in `JOBS_OF_THIS_PROCESS` while it holds or requests a lock."""
    JOBS_OF_THIS_PROCESS.add(job)
    try:
        yield
    finally:
        JOBS_OF_THIS_PROCESS.discard(job)


@contextmanager
def heartbeat(beat: Callable[[], None]) -> Iterator[None]:
    """Call `beat` repeatedly until the block exits; ignore its store errors."""
    done = threading.Event()

    def repeat() -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            with contextlib.suppress(StoreError):
                beat()

    thread = threading.Thread(target=repeat, daemon=True, name="influence-heartbeat")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
