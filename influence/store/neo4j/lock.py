"""The lock of a Neo4j store: one node that says who writes, by the server's own clock.

Beside it stands a node for each of those who write at once: if all had their last word at the same
node, they would wait for one another's commits.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import neo4j

from influence import queries
from influence.errors import StoreError, StoreLocked
from influence.store.lock import SILENCE_SECONDS, Holder, at_work, heartbeat
from influence.store.lock_wait import LockWait
from influence.store.neo4j.bolt import Bolt, run_in

WRITERS = ("writer 1", "writer 2", "writer 3")
"""The nodes of those who may write for a job at once."""


class Lease:
    """A lock that is held, as long as its node says so."""

    def __init__(self, bolt: Bolt, job: str) -> None:
        self._bolt = bolt
        self._job = job

    def beat(self) -> None:
        """Show life."""
        self._bolt.write(queries.load("lock/beat"), {"job": self._job})

    def confirm(self, transaction: neo4j.Transaction, writer: str = WRITERS[0]) -> None:
        """Make sure, as the last word of a write, that the lock is still ours.

        A process that was stopped for minutes does not know that it was; its node does, and from
        here to the commit nobody can take the lock over.

        Parameters
        ----------
        transaction : neo4j.Transaction
        writer : str
            Who writes, of `WRITERS`; two that are the same wait for each other.

        Raises
        ------
        StoreLocked
            If another writer has taken the lock over: nothing is written.
        """
        query, parameters = queries.load("lock/confirm"), {"job": self._job, "writer": writer}
        if not run_in(transaction, query, parameters).records:
            raise StoreLocked(
                f"store {self._bolt.url}: {self._job} was silent for so long that another writer "
                "took over; repeat the command"
            )


@contextmanager
def hold_graph(bolt: Bolt, job: str, patience: LockWait) -> Iterator[Lease]:
    """Be the only writer of a database.

    Raises
    ------
    StoreLocked
        If another writer is at work, and not done in time.
    """
    with at_work(job):
        try:
            patience.until_free(lambda: _taken(bolt, job))
            lease = Lease(bolt, job)
            with heartbeat(lease.beat):
                yield lease
        finally:
            # Whoever was interrupted while asking may hold it as well; another's stays.
            # A server that is gone keeps no lock that anybody could miss: it runs out by itself.
            with contextlib.suppress(StoreError):
                bolt.write(queries.load("lock/release"), {"job": job})


def _taken(bolt: Bolt, job: str) -> None:
    """Take the lock, or be told who holds it."""
    mine = Holder(job)
    other = _take(bolt, mine, gone="")
    if other.job != job and other.gone:
        other = _take(bolt, mine, gone=other.job)
    if other.job != job:
        raise other.refusal(bolt.url)


def _take(bolt: Bolt, holder: Holder, gone: str) -> Holder:
    """Take the lock if it is free; who holds it now."""
    values = asdict(holder)
    del values["heartbeat"]
    query = queries.load("lock/take")
    limits = {"silence": int(SILENCE_SECONDS), "writers": WRITERS}
    (record,) = bolt.write(query, {**values, **limits, "gone": gone})
    return Holder(**record)
