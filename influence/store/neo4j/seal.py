"""Whether figures still stand as a run left them, known without reading them.

A server numbers what it commits and tells the last number in its bookmarks. Each transaction of
ours counts itself, as part of what it writes. The difference is what others have committed: while
that is the same, nobody else has written, whatever it may have been.
"""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pyarrow as pa

from influence import queries
from influence.errors import StoreError
from influence.scores import Scores
from influence.store.neo4j import properties
from influence.store.neo4j.bolt import Bolt
from influence.store.neo4j.bookmark import last_commit

ROWS_AT_ONCE = 65_536
ATTEMPTS = 4
"""Two where nobody writes; a heartbeat takes one more."""


class Seal:
    """What is kept beside figures: which they are, where, and what others have committed by then.

    Two that are the same mean that the figures stand and nobody else has written in between.

    Parameters
    ----------
    bolt : Bolt
    scores : Scores
    """

    def __init__(self, bolt: Bolt, scores: Scores) -> None:
        self._bolt = bolt
        self._digest = digest(scores)

    def now(self) -> str | None:
        """The seal of these figures at this moment; None where that cannot be told.

        A bookmark may know of a transaction that is committed and cannot be read yet, or came
        after the count. So it is asked again, after what the bookmark knows can be read: if the
        next one is the same, count and number belong together.
        """
        query, before = queries.load("lock/commits"), ""
        for _ in range(ATTEMPTS):
            try:
                ((counted,), bookmark) = self._bolt.read_after(query, before)
            except StoreError:
                return None
            place = last_commit(bookmark)
            if place is None:
                return None
            if bookmark == before:
                database, number = place
                return f"{database} {number - counted['ours']} {self._digest}"
            before = bookmark
        return None


def digest(scores: Scores) -> str:
    """A text that tells figures, and the rules by which they become properties, from others."""
    table = scores.table.drop_columns("run")
    rules = f"{scores.run.version} {properties.LABELS}"
    sink = _Hash(rules.encode())
    with pa.PythonFile(sink, "w") as file, pa.ipc.new_stream(file, table.schema) as stream:
        for start in range(0, len(table), ROWS_AT_ONCE):
            stream.write_table(table.slice(start, ROWS_AT_ONCE).combine_chunks())
    return sink.told.hexdigest()


class _Hash(io.RawIOBase):
    """A file that keeps nothing of what is written to it but a digest."""

    def __init__(self, first: bytes) -> None:
        self.told = hashlib.blake2b(first, digest_size=20)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.told.update(data)
        return len(data)
