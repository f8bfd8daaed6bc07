"""The Store protocol, in verbs of the domain, and what its verbs report."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

import pyarrow as pa

from influence.circles import Circles
from influence.progress import Progress, silent
from influence.runs import Run
from influence.scores import Scores
from influence.tables import Difference, Rules, Tables
from influence.tables.counts import RowCounts
from influence.tables.notes import Note


@dataclass(frozen=True)
class Loaded:
    """What a load did to each table.

    Attributes
    ----------
    changes : dict
        By table.
    notes : tuple of Note
        Remarks for the person who did it.
    matters : bool
        Whether a run would find something else than before.
    regroups : bool
        Whether others than before are not to be profiled: then what runs kept of them together
        would tell them apart.
    rows : dict of str to RowCounts
        By table, what became of the rows that were given.
    """

    changes: dict[str, Difference]
    notes: tuple[Note, ...] = ()
    matters: bool = True
    regroups: bool = False
    rows: dict[str, RowCounts] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether anything differs from before."""
        return any(change.any for change in self.changes.values())

    def __str__(self) -> str:
        said = {name: str(change) for name, change in self.changes.items()}
        told = [f"{name}: {text}" for name, text in said.items() if text != "none"]
        return "; ".join(told) or "nothing to do"


@dataclass(frozen=True)
class Written:
    """What a write-back did.

    Attributes
    ----------
    run : Run
        As it is kept now: finished and current.
    changed : int
        Customers whose figures are others than before, new ones included.
    cleared : int
        Customers who had figures and have none now.
    """

    run: Run
    changed: int
    cleared: int


class Store(Protocol):
    """Keeps the company's tables and the scores of its runs.

    Every verb raises `StoreError` where the store does not answer, and `NothingToShow` where it
    has nothing. Use it as a context manager, or call `close`.
    """

    url: str

    def lock(self, job: str) -> AbstractContextManager[None]:
        """Be the only writer while the block lasts; the write verbs do it by themselves.

        Raises
        ------
        StoreLocked
            If another writer is at work.
        """
        ...

    def write_tables(
        self,
        tables: Tables,
        *,
        replace: bool = False,
        rules: Rules | None = None,
        dry_run: bool = False,
        progress: Progress = silent,
    ) -> Loaded:
        """Add and update customers and ties; with `replace`, remove those not in `tables`.

        The input is validated first: with faults (`InputRejected`) nothing is written.
        A repeat changes nothing. With `dry_run` the changes are worked out and not made.
        """
        ...

    def tables(self, progress: Progress = silent) -> Tables:
        """All tables, complete."""
        ...

    def customers(self) -> pa.Table:
        """The customers' table alone, with the company's own columns."""
        ...

    def forget(self, customer: str) -> dict[str, int]:
        """Remove a person with all that was ever kept of her: rows, figures, history.

        Others' figures still count her until the next run.

        Returns
        -------
        dict
            How many rows went, by table, and of how many `runs` her figures.

        Raises
        ------
        NothingToShow
            If there is no such customer.
        StoreLocked
            If another writer is at work.
        """
        ...

    def write_scores(self, scores: Scores, progress: Progress = silent) -> Written:
        """Make these scores the current ones."""
        ...

    def scores(self, customers: Sequence[str] | None = None) -> Scores:
        """The scores of the current run; of some customers only, where they are named."""
        ...

    def circles(self, customer: str, run: Run) -> Circles:
        """Whom a customer reaches with the settings of a run, and whom she brought."""
        ...

    def figures(self, run_id: str) -> pa.Table:
        """The main figures of a run: customer, network_value, influence and rank.

        As far back as the store keeps them: ten runs in a directory, two in Neo4j.
        """
        ...

    def facts(self) -> list[tuple[str, str]]:
        """What the store says of itself, as pairs of a name and a detail."""
        ...

    def runs(self) -> list[Run]:
        """The runs that are known, newest first."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def unfinished(runs: list[Run]) -> Run | None:
    """The newest run whose write-back began and did not end, if it is the newest of all."""
    return runs[0] if runs and runs[0].status != "finished" else None
