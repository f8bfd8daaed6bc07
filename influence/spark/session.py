"""A Spark session that runs blocks of tasks, checked before anything is computed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
import psutil

import influence
from influence.errors import EngineFailed, InfluenceError, UsageError
from influence.scale.files import JobFiles, without_password
from influence.scale.tasks import FileRunner, Task
from influence.spark.worker import Probe, RunBlocks

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

JAVA = 17
"""The oldest Java that Spark 4 runs on."""
ATTEMPTS = 4
"""How often Spark tries a block before the run fails; a local master would try once."""
SECONDS = 5.0
"""How long a master may take to accept a connection."""
POLL = 0.5
"""Seconds between two reports of progress."""
PROBES = 16
"""Tasks that look at the workers before the first job."""


@contextmanager
def spark_session(master: str) -> Iterator[SparkSession]:
    """Start Spark, and stop it at the end.

    Parameters
    ----------
    master : str
        Such as `local[4]`, `spark://host:7077`, `yarn` or `k8s://https://host:port`.

    Raises
    ------
    UsageError
        If Spark cannot be started, in one sentence that says why.
    """
    check(master)
    on_interrupt = signal.getsignal(signal.SIGINT)
    spark = _started(master)
    try:
        yield spark
    finally:
        with suppress(Exception):  # its Java process may be gone
            spark.stop()
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, on_interrupt)  # pyspark's needs the session


@contextmanager
def spark_runner(
    spark: SparkSession, files: JobFiles, blocks: int | None = None
) -> Iterator[FileRunner]:
    """Check the workers, and yield a runner of jobs.

    Parameters
    ----------
    spark : SparkSession
    files : JobFiles
        A folder that all workers see. It is removed afterwards, unless something failed: then the
        next run goes on from its results.
    blocks : int, optional
        Into how many tasks each computation is divided; by default four for each core.

    Raises
    ------
    UsageError
        If a worker lacks the package or does not see the folder.
    """
    run = SparkBlocks(spark)
    run.check(files)
    yield FileRunner(files, blocks or 4 * spark.sparkContext.defaultParallelism, run)
    files.remove()


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
            raise _explained(error) from error
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
                raise _explained(error) from error
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


def _explained(error: Exception, log: Sequence[str] = ()) -> InfluenceError:
    """What a failure of Spark means for its user, by its message or else the end of its log."""
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


def _started(master: str) -> SparkSession:
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings: dict[str, bool | float | int | str | None] = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.task.maxFailures": str(ATTEMPTS),
    }
    if master.startswith("local"):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    builder = SparkSession.builder.appName("influence").master(_with_attempts(master))
    with _log_of_java() as log, _java_ended(), without_warning():
        try:
            return builder.config(map=settings).getOrCreate()
        except Exception as error:
            log.seek(0)
            told = [line for line in log.read().splitlines() if line.strip()]
            raise _explained(error, told) from error


@contextmanager
def _log_of_java() -> Iterator[IO[str]]:
    """Let a Java process that is started meanwhile log to a file, instead of among our messages.

    Spark reports failures as exceptions, which its log would only repeat.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        sys.stderr.flush()
        kept = os.dup(2)
        os.dup2(log.fileno(), 2)
        try:
            yield log
        finally:
            os.dup2(kept, 2)
            os.close(kept)


@contextmanager
def _java_ended() -> Iterator[None]:
    """End a Java process that was interrupted before Python could connect to it.

    It would wait for ever: pyspark has removed the folder in which it would tell its port.
    """
    from pyspark import SparkContext

    here = psutil.Process()
    before = {*here.children(recursive=True)}
    try:
        yield
    except BaseException:  # Ctrl-C
        if SparkContext._gateway is None:  # noqa: SLF001 - there is no other way to know
            for child in {*here.children(recursive=True)} - before:
                with suppress(psutil.Error):
                    if "pyspark-shell" in child.cmdline():
                        child.kill()
        raise


def _with_attempts(master: str) -> str:
    """Let a local master try a task again, as a cluster does."""
    if master == "local":
        master = "local[1]"
    return re.sub(r"^local\[([^,\]]+)\]$", rf"local[\1,{ATTEMPTS}]", master)


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    needed = f"Spark needs Java {JAVA} or newer"
    if java is None or not Path(java).exists():
        where = f"JAVA_HOME is {home}" if home else "there is no java on the PATH"
        raise UsageError(f"{needed}, and {where}: install it, or set JAVA_HOME")
    command = [java, "-version"]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stderr  # noqa: S603
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    if found is None or int(found[1]) < JAVA:
        version = found[1] if found else "unknown"
        raise UsageError(f"{needed}; {java} is version {version}: set JAVA_HOME to a newer one")


def check(master: str) -> None:
    """Check what can be checked before Spark is started.

    Raises
    ------
    UsageError
        If Java or pyspark is missing, or the master cannot be reached.
    """
    checked_master(master)
    _check_java()
    try:
        import pyspark.sql  # noqa: F401
    except ImportError as error:
        raise UsageError(
            "--engine spark needs pyspark: pip install 'customer-influence[spark]'"
        ) from error
    _check_reachable(master)


def checked_master(master: str) -> str:
    """Return the URL of a master.

    Raises
    ------
    UsageError
        If it has none of the forms that Spark knows.
    """
    cores = r"\[(\*|\d+)(,\d+)?\]"
    forms = rf"local({cores})?|local-cluster\[\d+,\d+,\d+\]|spark://[^:/]+:\d+.*|yarn|k8s://.+"
    if not re.fullmatch(forms, master):
        raise UsageError(
            f"master {master!r}: such as local[4], spark://host:7077, yarn or k8s://https://host"
        )
    return master


def _check_reachable(master: str) -> None:
    """Connect to a standalone master: Spark would try for a minute and report something else."""
    found = re.fullmatch(r"spark://([^:/,]+):(\d+)", master)
    if not found:
        return  # several masters, of which one is enough, or none that is a plain socket
    try:
        socket.create_connection((found[1], int(found[2])), SECONDS).close()
    except OSError as error:
        raise UsageError(f"master {master} cannot be reached: {error}") from error
