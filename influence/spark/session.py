"""Spark, started and stopped around a run."""

from __future__ import annotations

import os
import re
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

import psutil

from influence.errors import UsageError
from influence.scale.files import JobFiles
from influence.scale.tasks import FileRunner
from influence.spark.blocks import SparkBlocks, explained, without_warning
from influence.spark.checks import check

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ATTEMPTS = 4
"""How often Spark tries a block before the run fails; a local master would try once."""


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
        If Spark cannot be started, in one sentence that says why; if this process has a session
        already, which `spark_runner` takes.
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


def _started(master: str) -> SparkSession:
    from pyspark.sql import SparkSession

    active = SparkSession.getActiveSession()
    if active is not None:  # Spark would go on with it, whatever its master
        there = active.sparkContext.master
        raise UsageError(f"this process has a Spark session on {there} already: stop it first")
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
            raise explained(error, told) from error


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
