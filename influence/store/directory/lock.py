"""The lock of the embedded store: a file that the operating system locks, and who holds it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from influence.errors import StoreError, StoreLocked
from influence.runs import now
from influence.store.lock import Holder, at_work, heartbeat
from influence.store.lock_wait import LockWait

LOCK = "lock"
HOLDER = "holder.json"


@contextmanager
def hold_directory(path: Path, url: str, job: str, patience: LockWait) -> Iterator[None]:
    """Be the only writer of a directory, which is made if need be.

    The operating system gives the lock of a process that ended back at once. Where a file system
    does not share locks between hosts, the holder's heartbeat tells.

    Raises
    ------
    StoreLocked
        If another writer is at work, and not done in time.
    """
    made = not path.exists()
    lock = patience.until_free(lambda: _taken(path, url))
    try:
        for left in path.glob(f"{HOLDER}-*"):  # by a writer that died while it signed
            left.unlink(missing_ok=True)
        holder = Holder(job)
        _sign(path, holder)
        try:
            with (
                at_work(job),
                heartbeat(lambda: _sign(path, replace(holder, heartbeat=now().isoformat()))),
            ):
                yield
        finally:
            (path / HOLDER).unlink(missing_ok=True)
    finally:
        lock.release()
        if made and {file.name for file in path.iterdir()} <= {LOCK, HOLDER}:
            _remove(path)


def _taken(path: Path, url: str) -> BaseFileLock:
    """The lock of the operating system, where nobody elsewhere shows life."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path / LOCK)
        lock.acquire(timeout=0)
    except Timeout:
        raise _refusal(path, url) from None
    except OSError as error:
        raise StoreError(f"store {path}: {error.strerror or error}") from error
    other = holder_of(path)
    if other and not other.here and not other.silent:
        lock.release()
        raise other.refusal(url)
    return lock


def holder_of(path: Path) -> Holder | None:
    """Who holds the lock of a directory, or held it last; None where that is not known."""
    try:
        return Holder(**json.loads((path / HOLDER).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _sign(path: Path, holder: Holder) -> None:
    fresh = path / f"{HOLDER}-{holder.process}"
    try:
        fresh.write_text(json.dumps(asdict(holder)), encoding="utf-8")
        fresh.replace(path / HOLDER)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise StoreError(f"store {path}: {error.strerror or error}") from error


def _refusal(path: Path, url: str) -> StoreLocked:
    holder = holder_of(path)
    if holder is None:  # it has only just begun, or is just ending
        return StoreLocked(f"store {url} is being written by another process; try again")
    return holder.refusal(url)


def _remove(path: Path) -> None:
    """Leave no trace of a store that nothing was written to."""
    with contextlib.suppress(OSError):
        for name in (LOCK, HOLDER):
            (path / name).unlink(missing_ok=True)
        path.rmdir()
