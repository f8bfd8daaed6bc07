"""Tasks: jobs as plain data, which another process runs by the files that they name."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

import influence
from influence.errors import EngineFailed
from influence.models.jobs import Job, go_on
from influence.scale.files import JobFiles, without_password

ARRAYS_KEPT = 64
"""Mapped arrays that a process keeps open."""


@dataclass(frozen=True)
class Task:
    """A job as plain data.

    Attributes
    ----------
    module, function : str
        Where the function of the job is found.
    arrays : mapping of str to str
        Names of files, by the names that the function knows.
    options : mapping of str to plain data and small arrays
    result : str
        The name of the file for the result: the same for the same task and version.
    """

    module: str
    function: str
    arrays: Mapping[str, str]
    options: Mapping[str, Any]
    result: str


class Blocks(Protocol):
    """Runs blocks of tasks somewhere; each writes its results."""

    def __call__(
        self, location: str, blocks: Sequence[Sequence[Task]], report: Callable[[int], None]
    ) -> None:
        """Run all blocks; `report` is called with how many are done."""
        ...


class FileRunner:
    """Runs jobs in other processes, on arrays in files.

    Parameters
    ----------
    files : JobFiles
        Those processes must see the same folder.
    blocks : int
        Into how many blocks the jobs are divided.
    run : Blocks
    """

    def __init__(self, files: JobFiles, blocks: int, run: Blocks) -> None:
        self.files, self.blocks, self.run = files, blocks, run

    def map(
        self, jobs: Sequence[Job], report: Callable[[int], None]
    ) -> Iterator[list[npt.NDArray[Any]]]:
        """Run the jobs that have no result yet, and yield the results of all in order."""
        names: dict[int, str] = {}
        tasks = [self._task(job, names) for job in jobs]
        open_tasks = [task for task in tasks if self.files.result(task.result) is None]
        if open_tasks:
            count = min(self.blocks, len(open_tasks))
            cuts = np.linspace(0, len(open_tasks), count + 1).astype(int).tolist()
            blocks = [open_tasks[a:b] for a, b in pairwise(cuts)]
            total = sum(job.size for job in jobs)
            self.run(self.files.location, blocks, lambda done: report(total * done // count))
        for task in tasks:
            result = self.files.result(task.result)
            if result is None:
                folder = without_password(self.files.location)
                raise EngineFailed(f"work folder {folder}: {task.result} is missing")
            yield result

    def _task(self, job: Job, names: dict[int, str]) -> Task:
        """Write the arrays of a job; jobs share them, so each is written once."""
        for array in job.arrays.values():
            if id(array) not in names:
                names[id(array)] = self.files.put(array)
        arrays = {name: names[id(array)] for name, array in job.arrays.items()}
        function = job.function.__module__, job.function.__name__
        key = (influence.__version__, *function, sorted(arrays.items()), dict(job.options))
        result = hashlib.blake2b(pickle.dumps(key), digest_size=16).hexdigest() + ".result"
        return Task(*function, arrays, dict(job.options), result)


def run_block(location: str, tasks: Sequence[Task]) -> None:
    """Run the tasks of a block that have no result yet, and write their results."""
    files = JobFiles(location)
    for task in tasks:
        if files.result(task.result) is None:
            function = getattr(import_module(task.module), task.function)
            arrays = {name: _mapped(location, file) for name, file in task.arrays.items()}
            found = function(**arrays, **task.options, tick=go_on)
            files.put_result(task.result, found)


@lru_cache(ARRAYS_KEPT)
def _mapped(location: str, name: str) -> npt.NDArray[Any]:
    return JobFiles(location).get(name)
