"""The lock of a Neo4j store: a node that names the lock holder, timed by the server's clock."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import neo4j

from influence import queries
from influence.errors import StoreError, StoreLocked
from influence.store.lock import LOCK_TIMEOUT_SECONDS, LockHolder, heartbeat, registered
from influence.store.lock_wait import LockWait
from influence.store.neo4j.bolt import Bolt, run_in


class HeldLock:
    """A lock that a job of this process holds, unless another process has taken it over."""

    def __init__(self, bolt: Bolt, job: str) -> None:
        self._bolt = bolt
        self._job = job

    def beat(self) -> None:
        """Send a heartbeat."""
        self._bolt.write(queries.load("lock/beat"), {"job": self._job})

    def confirm(self, transaction: neo4j.Transaction) -> None:
        """Check, as the last statement of a write, that this job still holds the lock.

        A process that was suspended for minutes may have lost it. From this statement to the commit
        no other process can take the lock over.

        Raises
        ------
        StoreLocked
            If another process has taken the lock over; nothing is written.
        """
        query = queries.load("lock/confirm")
        if not run_in(transaction, query, {"job": self._job}).records:
            raise StoreLocked(
                f"store {self._bolt.url}: the lock of {self._job} expired without a heartbeat, and "
                "another writer took it over; repeat the command"
            )


@contextmanager
def hold_lock(bolt: Bolt, job: str, wait: LockWait) -> Iterator[HeldLock]:
    """Hold the lock of a database.

    Raises
    ------
    StoreLocked
        If another process holds the lock, and keeps it longer than `wait`.
    """
    with registered(job):
        try:
            wait.acquire(lambda: _take_or_refuse(bolt, job))
            held = HeldLock(bolt, job)
            with heartbeat(held.beat):
                yield held
        finally:
            # An interrupted request may have got the lock, too. The query releases only the lock
            # of this job; if the server does not respond, the lock expires.
            with contextlib.suppress(StoreError):
                bolt.write(queries.load("lock/release"), {"job": job})


def _take_or_refuse(bolt: Bolt, job: str) -> None:
    """Take the lock.

    Raises
    ------
    StoreLocked
        If another process holds it.
    """
    holder = _take(bolt, LockHolder(job), ended="")
    if holder.job != job and holder.has_ended:
        holder = _take(bolt, LockHolder(job), ended=holder.job)
    if holder.job != job:
        raise holder.refusal(bolt.url)


def _take(bolt: Bolt, candidate: LockHolder, ended: str) -> LockHolder:
    """Take the lock if it is free, and return its holder.

    Parameters
    ----------
    bolt : Bolt
    candidate : LockHolder
    ended : str
        Job of a holder whose process has ended, or empty.
    """
    values = asdict(candidate)
    del values["heartbeat"]
    query = queries.load("lock/take")
    timeout = int(LOCK_TIMEOUT_SECONDS)
    (record,) = bolt.write(query, {**values, "timeout": timeout, "ended": ended})
    return LockHolder(**record)
