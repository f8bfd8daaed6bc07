"""Tables on their way to the server, batch by batch, two at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from influence import queries
from influence.progress import Progress
from influence.store import records
from influence.store.bolt import Bolt, LastWord

ROWS_A_BATCH = 2_000
WRITERS = 2
"""How many batches are on their way at once. Two that share an end of a tie may meet in a
deadlock; then one of them tries again."""
Shape = Callable[[pa.Table], dict[str, list[Any]]]


@dataclass(frozen=True)
class Step:
    """A statement to be run over the rows of a table, batch by batch.

    A batch becomes Python objects, as lists of equal length, when its turn comes.
    """

    query: str
    table: pa.Table
    shape: Shape = records.lists
    fixed: dict[str, Any] = field(default_factory=dict)


def write_all(
    bolt: Bolt, last: LastWord | None, stage: str, steps: Sequence[Step], progress: Progress
) -> None:
    """Write one step after the other; `last` has the last word in each transaction."""
    done, total = 0, sum(len(step.table) for step in steps)
    for step in steps:
        with contextlib.closing(_written(bolt, last, step)) as batches:
            for rows in batches:
                done += rows
                progress(stage, done, total)


def _written(bolt: Bolt, last: LastWord | None, step: Step) -> Generator[int, None, None]:
    """Write the batches of a step; the rows of each when it is written."""
    query, size = queries.load(step.query), ROWS_A_BATCH

    def write(start: int) -> int:
        part = step.table.slice(start, size)
        bolt.write_batch(query, step.shape(part), last, **step.fixed)
        return len(part)

    starts = range(0, len(step.table), size)
    with ThreadPoolExecutor(WRITERS) as pool, bolt.hanging_up_on_ctrl_c():
        yield from pool.map(write, starts)
