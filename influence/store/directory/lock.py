"""The lock of the directory store: a file locked by the operating system, and its holder."""

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
from influence.store.lock import LockHolder, heartbeat, registered
from influence.store.lock_wait import LockWait

LOCK = "lock"
HOLDER = "holder.json"


@contextmanager
def hold_lock(path: Path, url: str, job: str, wait: LockWait) -> Iterator[None]:
    """Hold the lock of a directory, which is created if it does not exist.

    The operating system releases the lock of a process that ended at once. Some file systems do
    not share locks between hosts; there the heartbeat of the lock holder decides.

    Raises
    ------
    StoreLocked
        If another process holds the lock, and keeps it longer than `wait`.
    """
    created = not path.exists()
    lock = wait.acquire(lambda: _take(path, url))
    try:
        for leftover in path.glob(f"{HOLDER}-*"):  # of a process that died in `_write_holder`
            leftover.unlink(missing_ok=True)
        holder = LockHolder(job)

        def beat() -> None:
            _write_holder(path, replace(holder, heartbeat=now().isoformat()))

        _write_holder(path, holder)
        try:
            with registered(job), heartbeat(beat):
                yield
        finally:
            (path / HOLDER).unlink(missing_ok=True)
    finally:
        lock.release()
        if created and {file.name for file in path.iterdir()} <= {LOCK, HOLDER}:
            _remove_directory(path)


def _take(path: Path, url: str) -> BaseFileLock:
    """Lock the file, unless a process on another host holds the lock."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path / LOCK)
        lock.acquire(timeout=0)
    except Timeout:
        raise _refusal(path, url) from None
    except OSError as error:
        raise StoreError(f"store {path}: {error.strerror or error}") from error
    other = holder_of(path)
    if other and not other.on_this_host and not other.has_expired:
        lock.release()
        raise other.refusal(url)
    return lock


def holder_of(path: Path) -> LockHolder | None:
    """Return who holds the lock of a directory, or held it last; None if not known."""
    try:
        return LockHolder(**json.loads((path / HOLDER).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write_holder(path: Path, holder: LockHolder) -> None:
    fresh = path / f"{HOLDER}-{holder.process}"
    try:
        fresh.write_text(json.dumps(asdict(holder)), encoding="utf-8")
        fresh.replace(path / HOLDER)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise StoreError(f"store {path}: {error.strerror or error}") from error


def _refusal(path: Path, url: str) -> StoreLocked:
    holder = holder_of(path)
    if holder is None:  # not written yet, or removed already
        return StoreLocked(f"store {url} is being written by another process; try again later")
    return holder.refusal(url)


def _remove_directory(path: Path) -> None:
    """Remove a directory to which nothing was written."""
    with contextlib.suppress(OSError):
        for name in (LOCK, HOLDER):
            (path / name).unlink(missing_ok=True)
        path.rmdir()
