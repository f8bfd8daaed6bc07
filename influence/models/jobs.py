"""Jobs: independent parts of a computation, and who runs them.

Whoever runs jobs returns their results in the order of the jobs, and results are added up in that
order: a sum has the same bits on one thread, on many, and on other machines.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from influence.models.threads import Slice, interruptible_pool

JOBS = 64
"""Into how many jobs a large computation is divided, so that as many machines can share it."""

Items = TypeVar("Items", list[Slice], npt.NDArray[np.int64])
Arrays = Mapping[str, npt.NDArray[Any]]
Result = Sequence[npt.NDArray[Any]]
Tick = Callable[[int], bool]
"""Called by a job with how much more is done; returns whether to go on."""


def go_on(more: int) -> bool:  # noqa: ARG001
    """Tell a job to go on, whatever it reports: the usual tick."""
    return True


def dealt(items: Items, jobs: int = JOBS) -> list[Items]:
    """Deal items out in turn to jobs: where the work grows along the order, jobs are equal."""
    return [items[job::jobs].copy() for job in range(min(jobs, len(items)))]


@dataclass(frozen=True, eq=False)
class Job:
    """A part of a computation.

    Attributes
    ----------
    function : callable
        Of a module, so that another process finds it by its name; called with the arrays, the
        options and `tick` by name. It only reads the arrays, and returns some.
    arrays : mapping of str to arrays
    options : mapping of str to plain data and small arrays
    size : int
        How much of the computation this is, in the unit that `tick` is called with.
    """

    function: Callable[..., Result]
    arrays: Arrays
    options: Mapping[str, Any] = field(default_factory=dict)
    size: int = 1

    def run(self, tick: Tick) -> Result:
        """Run here and now."""
        arrays = {name: _read_only(array) for name, array in self.arrays.items()}
        return self.function(**arrays, **self.options, tick=tick)


def _read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Make an array as one that is mapped from a file, so that kernels are compiled once."""
    view = np.ascontiguousarray(array).view()
    view.setflags(write=False)
    return view


class Runner(Protocol):
    """Runs jobs."""

    def map(self, jobs: Sequence[Job], report: Callable[[int], None]) -> Iterator[Result]:
        """Run jobs and yield their results in order; `report` is called with how much is done."""
        ...


class Threads:
    """Runs jobs on all processors of this machine, on arrays in memory."""

    def map(self, jobs: Sequence[Job], report: Callable[[int], None]) -> Iterator[Result]:
        """See `Runner`."""
        done, lock = 0, Lock()
        with interruptible_pool() as (pool, stopped):

            def tick(more: int) -> bool:
                nonlocal done
                with lock:
                    done += more
                report(done)
                return not stopped.is_set()

            def run(job: Job) -> Result:
                return job.run(tick) if not stopped.is_set() else ()

            waiting = deque(pool.submit(run, job) for job in jobs)
            while waiting:
                yield waiting.popleft().result()
