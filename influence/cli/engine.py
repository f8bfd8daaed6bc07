"""Options of where a run computes: on this machine, or by Spark."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from influence.models.jobs import Job, Result, Runner

Command = TypeVar("Command", bound=Callable[..., Any])
MASTER = "local[*]"


def engine(command: Command) -> Command:
    """Add --engine, --master, --blocks and --work-dir to a command."""
    command = click.option(
        "--work-dir", metavar="PATH",
        help="Folder or URL for the files that Spark's workers read and write, such as a shared "
        "path or s3://bucket/folder; needed unless the master is local.",
    )(command)  # fmt: skip
    command = click.option(
        "--blocks", type=click.IntRange(min=1), metavar="N",
        help="Number of tasks of each computation on Spark; the figures do not depend on it. "
        "[default: four for each core]",
    )(command)  # fmt: skip
    command = click.option(
        "--master", metavar="URL",
        help=f"Spark's master, such as spark://host:7077, yarn or local[4]. [default: {MASTER}]",
    )(command)  # fmt: skip
    return click.option(
        "--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True,
        help="Where the large sums are computed: here, or by Spark, with the same figures.",
    )(command)  # fmt: skip


@contextmanager
def runner(
    name: str, master: str | None, blocks: int | None, work_dir: str | None, store: str
) -> Iterator[Runner | None]:
    """Prepare the engine of a run; None stands for this machine.

    Spark is started when the run has something to compute.

    Parameters
    ----------
    name : {"local", "spark"}
    master, blocks, work_dir
        As given on the command line.
    store : str
        The store's path or URL, which names the folder of its files in the work folder.

    Raises
    ------
    UsageError
        If an option does not go with the engine, or Spark cannot be used.
    """
    from influence.errors import UsageError

    if name == "local":
        given = {"--master": master, "--blocks": blocks, "--work-dir": work_dir}
        wrong = [option for option, value in given.items() if value is not None]
        if wrong:
            raise UsageError(f"{', '.join(wrong)}: only with --engine spark")
        yield None
        return
    from influence.scale.files import JobFiles, inside, temporary_folder
    from influence.spark.checks import check, checked_master
    from influence.spark.session import spark_runner, spark_session

    master = checked_master(master or MASTER)
    if work_dir is None and not master.startswith("local"):
        raise UsageError(
            f"--master {master}: give --work-dir too, a folder or URL that all workers see"
        )
    check(master)
    if "://" not in store:
        store = str(Path(store.removeprefix("files:")).absolute())
    digest = hashlib.blake2b(store.encode(), digest_size=8).hexdigest()
    files = JobFiles(inside(work_dir or str(temporary_folder("influence-jobs")), digest))
    # It logs what it also raises.
    logging.getLogger().addFilter(lambda record: "py4j" not in record.pathname)
    with ExitStack() as stack:

        def start() -> Runner:
            spark = stack.enter_context(spark_session(master))
            return stack.enter_context(spark_runner(spark, files, blocks))

        yield StartedWhenNeeded(start)


class StartedWhenNeeded:
    """A runner that is started for its first jobs; see `influence.models.jobs.Runner`."""

    def __init__(self, start: Callable[[], Runner]) -> None:
        self._start = start

    @cached_property
    def _runner(self) -> Runner:
        return self._start()

    def map(self, jobs: Sequence[Job], report: Callable[[int], None]) -> Iterator[Result]:
        """Run jobs; yield their results in order."""
        return self._runner.map(jobs, report)
