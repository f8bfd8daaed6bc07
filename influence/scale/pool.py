"""Jobs in processes of this machine."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager

from influence.scale.tasks import Blocks, Task, run_block


@contextmanager
def processes() -> Iterator[Blocks]:
    """Start as many processes as there are processors, and yield what runs blocks in them."""
    # Not forked: a child of a process with threads may wait for ever.
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:

        def run(
            location: str, blocks: Sequence[Sequence[Task]], report: Callable[[int], None]
        ) -> None:
            started = [pool.submit(run_block, location, block) for block in blocks]
            for done, future in enumerate(as_completed(started), 1):
                future.result()
                report(done)

        yield run
