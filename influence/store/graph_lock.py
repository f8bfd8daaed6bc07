"""The lock of a Neo4j store: one node that says who writes, by the server's own clock."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from influence import queries
from influence.errors import StoreError, StoreLocked
from influence.store.bolt import Bolt
from influence.store.lock import SILENCE_SECONDS, Holder, heartbeat


class Lease:
    """A lock that is held, as long as its node says so."""

    def __init__(self, bolt: Bolt, job: str) -> None:
        self._bolt = bolt
        self._job = job
        self._confirmed = time.time()

    def beat(self) -> None:
        """Show life.

        Raises
        ------
        StoreLocked
            If another writer has taken the lock over.
        """
        holders = self._bolt.write(queries.load("lock/beat"), {"job": self._job})
        if not holders:
            raise StoreLocked(
                f"store {self._bolt.url}: {self._job} was silent for so long that another writer "
                "took over; repeat the command"
            )
        self._confirmed = time.time()

    def confirm(self) -> None:
        """Make sure before a write that the lock is still ours, where it may have run out.

        A process that was stopped for minutes does not know it; the clock does.
        """
        if time.time() - self._confirmed > SILENCE_SECONDS / 2:
            self.beat()


@contextmanager
def hold_graph(bolt: Bolt, job: str) -> Iterator[Lease]:
    """Be the only writer of a database.

    Raises
    ------
    StoreLocked
        If another writer is at work.
    """
    mine = Holder(job)
    other = _take(bolt, mine, gone="")
    if other.job != job and other.gone:
        other = _take(bolt, mine, gone=other.job)
    if other.job != job:
        raise other.refusal(bolt.url)
    lease = Lease(bolt, job)
    try:
        with heartbeat(job, lease.beat):
            yield lease
    finally:
        # A server that is gone keeps no lock that anybody could miss: it runs out by itself.
        with contextlib.suppress(StoreError):
            bolt.write(queries.load("lock/release"), {"job": job})


def _take(bolt: Bolt, holder: Holder, gone: str) -> Holder:
    """Take the lock if it is free; who holds it now."""
    values = asdict(holder)
    del values["heartbeat"]
    query = queries.load("lock/take")
    (record,) = bolt.write(query, {**values, "gone": gone, "silence": int(SILENCE_SECONDS)})
    return Holder(**record)
