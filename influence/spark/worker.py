"""Functions of Arrow batches that Spark's workers run, sent as objects with plain data."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import psutil
import pyarrow as pa

import influence
from influence.scale.files import JobFiles
from influence.scale.tasks import Task, run_block

Batches = Iterable[pa.RecordBatch]


@dataclass(frozen=True)
class RunBlocks:
    """Run the blocks whose numbers arrive, and return the numbers.

    Attributes
    ----------
    location : str
        The folder of the tasks' files.
    blocks : sequence of sequences of Task
    """

    location: str
    blocks: Sequence[Sequence[Task]]

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """Run the blocks."""
        for batch in batches:
            for number in batch.column(0).to_pylist():
                run_block(self.location, self.blocks[number])
                yield pa.RecordBatch.from_pydict({"block": pa.array([number], pa.int64())})


@dataclass(frozen=True)
class Probe:
    """Tell what a worker has.

    Attributes
    ----------
    location, name : str
        A folder and a file in it that the worker should see.
    """

    location: str
    name: str

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """Return one row for each number that arrives."""
        for batch in batches:
            row = {
                "host": socket.gethostname(),
                "version": influence.__version__,
                "sees": JobFiles(self.location).has(self.name),
                "memory": psutil.virtual_memory().available,
            }
            yield pa.RecordBatch.from_pylist([row] * len(batch))
