"""Writing of tables to the server in batches, some of them in parallel."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import pyarrow as pa

from influence import queries
from influence.progress import Progress
from influence.store.neo4j.bolt import BeforeCommit, Bolt
from influence.store.neo4j.values import property_lists

ROWS_PER_BATCH = 2_000
WRITERS = 3
"""Batches that are written in parallel."""
Shape = Callable[[pa.Table], dict[str, list[Any]]]
T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """A statement that is run over the rows of a table in batches.

    Rows are converted to Python objects only when their batch is written.

    Attributes
    ----------
    query : str
    table : pa.Table
    shape : callable
        Returns the parameters of a batch, lists of equal length.
    fixed : dict
        Further parameters, equal for all batches.
    """

    query: str
    table: pa.Table
    shape: Shape = property_lists
    fixed: dict[str, Any] = field(default_factory=dict)

    @property
    def starts(self) -> range:
        """The first row of each batch."""
        return range(0, len(self.table), ROWS_PER_BATCH)

    def write(self, bolt: Bolt, before_commit: BeforeCommit | None, start: int) -> int:
        """Write the batch that begins at a row, and return its number of rows."""
        part = self.table.slice(start, ROWS_PER_BATCH)
        query = queries.load(self.query)
        bolt.write_batch(query, self.shape(part), before_commit, **self.fixed)
        return len(part)


def write_all(
    bolt: Bolt,
    before_commit: BeforeCommit | None,
    stage: str,
    steps: Sequence[Step],
    progress: Progress,
) -> None:
    """Write steps one after another.

    Two batches with ties of the same customer can deadlock; one of them is then retried.
    """
    done, total = 0, sum(len(step.table) for step in steps)
    for step in steps:
        write = partial(step.write, bolt, before_commit)
        with contextlib.closing(in_parallel(bolt, write, step.starts)) as written:
            for rows in written:
                done += rows
                progress(stage, done, total)


def in_parallel(
    bolt: Bolt, write: Callable[[int], T], starts: Iterable[int]
) -> Generator[T, None, None]:
    """Call `write` with each start, some of them in parallel.

    Yields
    ------
    what `write` returns, in the order of the starts
    """
    with ThreadPoolExecutor(WRITERS) as pool, bolt.reconnecting_after_interrupt():
        yield from pool.map(write, starts)
