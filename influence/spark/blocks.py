"""Blocks of tasks as jobs of Spark, and what a failure of one means."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import numpy as np

import influence
from influence.errors import EngineFailed, InfluenceError, UsageError
from influence.scale.files import JobFiles, without_password
from influence.scale.tasks import Task
from influence.spark.worker import Probe, RunBlocks

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

POLL = 0.5
"""Seconds between two reports of progress."""
PROBES = 16
"""Tasks that look at the workers before the first job."""


class SparkBlocks:
    """Runs blocks of tasks as one Spark job; see `influence.scale.tasks.Blocks`.

    Parameters
    ----------
    spark : SparkSession
    """

    def __init__(self, spark: SparkSession) -> None:
        self.spark = spark
        self._free: tuple[int, str] | None = None

    def __call__(
        self, location: str, blocks: Sequence[Sequence[Task]], report: Callable[[int], None]
    ) -> None:
        """Run all blocks, one in each partition; no data moves between them.

        Raises
        ------
        UsageError
            If a worker cannot hold the arrays.
        EngineFailed
            If a block fails as often as Spark tries it.
        """
        self._check_memory(JobFiles(location), blocks)
        frame = self._mapped(len(blocks), RunBlocks(location, blocks), "block long")
        for done in self._collected(frame):
            report(done)

    def check(self, files: JobFiles) -> None:
        """Ask some workers whether they can run the tasks.

        Raises
        ------
        UsageError
            If a worker lacks this version of the package, or does not see the folder.
        """
        name = files.put(np.frombuffer(os.urandom(16), dtype=np.uint8))
        schema = "host string, version string, sees boolean, memory long"
        frame = self._mapped(PROBES, Probe(files.location, name), schema)
        try:
            found = frame.toArrow().to_pylist()
        except Exception as error:
            raise explained(error) from error
        for worker in found:
            if worker["version"] != influence.__version__:
                raise UsageError(
                    f"worker {worker['host']} has influence {worker['version']}, and this is "
                    f"{influence.__version__}: install the same version on all workers"
                )
            if not worker["sees"]:
                folder = without_password(files.location)
                raise UsageError(
                    f"worker {worker['host']} does not see the work folder {folder}: give "
                    "a folder that all workers share, --work-dir PATH or URL"
                )

        self._free = min((worker["memory"], worker["host"]) for worker in found)

    def _check_memory(self, files: JobFiles, blocks: Sequence[Sequence[Task]]) -> None:
        if self._free is None:
            return
        names = {name for block in blocks for task in block for name in task.arrays.values()}
        needed, (free, host) = sum(map(files.size, names)), self._free
        if needed > free:
            raise UsageError(
                f"the arrays of the network are {needed / 2**30:.1f} GiB, and worker {host} has "
                f"{free / 2**30:.1f} GiB of memory free: use workers with more memory"
            )

    def _mapped(self, count: int, work: RunBlocks | Probe, schema: str) -> DataFrame:
        """Call a worker's function with each number below `count`, in a task of its own."""
        numbers = self.spark.range(0, count, 1, numPartitions=count)
        with without_warning():
            return numbers.mapInArrow(work, schema)

    def _collected(self, frame: DataFrame) -> Iterator[int]:
        """Collect a frame in another thread; yield how many of its tasks are done."""
        context = self.spark.sparkContext
        tracker, done = context.statusTracker(), 0
        with ThreadPoolExecutor(1) as pool:
            collected = pool.submit(frame.toArrow)
            try:
                while not collected.done():
                    with suppress(TimeoutError):
                        collected.exception(POLL)
                    stages = map(tracker.getStageInfo, tracker.getActiveStageIds())
                    completed = sum(stage.numCompletedTasks for stage in stages if stage)
                    done = max(done, completed)  # a stage that has ended is not active
                    yield done
                yield len(collected.result())
            except Exception as error:
                raise explained(error) from error
            except BaseException:  # Ctrl-C
                with suppress(Exception):  # Java may be gone
                    context.cancelAllJobs()
                raise


@contextmanager
def without_warning() -> Iterator[None]:
    """Silence Spark's warning of pandas 3: only Arrow goes between Spark and Python."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
        yield


def explained(error: Exception, log: Sequence[str] = ()) -> InfluenceError:
    """Explain a failure of Spark to its user, by its message or else the end of its log."""
    text = str(error)
    if "No module named 'influence" in text:
        return UsageError(
            "the workers do not have the package customer-influence: install it there, or send it "
            "along with spark.archives (see docs/how-to/spark.md)"
        )
    # Not the subclass for what Java itself reports.
    no_answer = type(error).__name__ in {"Py4JError", "Py4JNetworkError"}
    if no_answer or isinstance(error, ConnectionError):
        return EngineFailed("Spark: its Java process on this machine has ended")
    told = (line.strip() for line in [*log, *text.splitlines()])
    lines = [line for line in told if line and not line.startswith("WARNING")]
    causes = [line for line in lines if re.match(r"(Caused by: )?[\w.]+(Error|Exception)\b", line)]
    return EngineFailed(f"Spark: {([*lines[:1], *causes] or [type(error).__name__])[-1]}")
