"""The lock of a Neo4j store: one node that says who writes, by the server's own clock."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from influence import queries
from influence.errors import StoreError
from influence.store.bolt import Bolt
from influence.store.lock import SILENCE_SECONDS, Holder, heartbeat


@contextmanager
def hold_graph(bolt: Bolt, job: str) -> Iterator[None]:
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
    try:
        with heartbeat(lambda: _say(bolt, "lock/beat", job)):
            yield
    finally:
        _say(bolt, "lock/release", job)


def _take(bolt: Bolt, holder: Holder, gone: str) -> Holder:
    """Take the lock if it is free; who holds it now."""
    values = asdict(holder)
    del values["heartbeat"]
    query = queries.load("lock/take")
    (record,) = bolt.write(query, {**values, "gone": gone, "silence": int(SILENCE_SECONDS)})
    return Holder(**record)


def _say(bolt: Bolt, name: str, job: str) -> None:
    # A server that is gone keeps no lock that anybody could miss: it runs out by itself.
    with contextlib.suppress(StoreError):
        bolt.write(queries.load(name), {"job": job})
