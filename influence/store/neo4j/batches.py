"""Tables on their way to the server, batch by batch, some of them at once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from typing import Any, TypeVar

import pyarrow as pa

from influence import queries
from influence.progress import Progress
from influence.store.neo4j.bolt import BeforeCommit, Bolt
from influence.store.neo4j.lock import WRITERS, HeldLock
from influence.store.neo4j.values import property_lists

ROWS_A_BATCH = 2_000
Shape = Callable[[pa.Table], dict[str, list[Any]]]
T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """A statement to be run over the rows of a table, batch by batch.

    A batch becomes Python objects, as lists of equal length, when its turn comes.

    Attributes
    ----------
    query : str
    table : pa.Table
    shape : callable
        Makes the lists of a batch, which are parameters.
    fixed : dict
        Further parameters, the same for all batches.
    properties : callable, optional
        Makes further lists, of properties that the statement takes as one map for each row,
        `$properties[i]`: they travel by column.
    """

    query: str
    table: pa.Table
    shape: Shape = property_lists
    fixed: dict[str, Any] = field(default_factory=dict)
    properties: Shape | None = None

    @property
    def starts(self) -> range:
        """Where its batches begin."""
        return range(0, len(self.table), ROWS_A_BATCH)

    def write(self, bolt: Bolt, start: int, before_commit: BeforeCommit | None) -> int:
        """Write the batch that begins there; how many rows it has."""
        query, lists = self.batch(start)
        bolt.write_batch(query, lists, before_commit, **self.fixed)
        return min(ROWS_A_BATCH, len(self.table) - start)

    def batch(self, start: int) -> tuple[queries.Query, dict[str, list[Any]]]:
        """The statement, and the lists of some rows."""
        query, part = queries.load(self.query), self.table.slice(start, ROWS_A_BATCH)
        lists = self.shape(part)
        if self.properties is None:
            return query, lists
        columns = self.properties(part)
        return query.by_column("properties", columns), lists | columns


def write_all(
    bolt: Bolt, held: HeldLock | None, stage: str, steps: Sequence[Step], progress: Progress
) -> None:
    """Write one step after the other, as long as the lock is held.

    Two batches that share an end of a tie may meet in a deadlock; then one of them tries again.
    """
    done, total = 0, sum(len(step.table) for step in steps)
    for step in steps:
        written = at_once(bolt, held, partial(step.write, bolt), step.starts)
        with contextlib.closing(written):
            for rows in written:
                done += rows
                progress(stage, done, total)


def at_once(
    bolt: Bolt,
    held: HeldLock | None,
    write: Callable[[int, BeforeCommit | None], T],
    starts: Iterable[int],
) -> Generator[T, None, None]:
    """Write from each start on, by all writers at once, each with a last word of its own.

    Yields
    ------
    what `write` returns, in the order of the starts, when it is written
    """

    def one(start: int, writer: str) -> T:
        return write(start, partial(held.confirm, writer=writer) if held else None)

    with ThreadPoolExecutor(len(WRITERS)) as pool, bolt.reconnecting_after_interrupt():
        yield from pool.map(one, starts, cycle(WRITERS))
