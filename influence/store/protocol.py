"""The Store protocol, in verbs of the domain, and what its verbs report."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol, Self

import pyarrow as pa

from influence.customer.neighbourhood import Neighbourhood
from influence.engine.snapshot import Snapshot
from influence.progress import Progress, silent
from influence.queries import Query
from influence.runs import Run
from influence.scores import Scores
from influence.store.check import Check
from influence.store.loads import Load
from influence.tables import Difference, Rules, Tables
from influence.tables.counts import RowCounts
from influence.tables.notes import Note

REMOVAL_LIMIT = 0.2
"""The share of the customers, or of the ties, that a load may remove unasked."""


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
    origins : dict of str to dict
        By table, its file, how that was read, and what became of the rows; see `Load`.
    """

    changes: dict[str, Difference]
    notes: tuple[Note, ...] = ()
    matters: bool = True
    regroups: bool = False
    rows: dict[str, RowCounts] = field(default_factory=dict)
    origins: dict[str, dict[str, Any]] = field(default_factory=dict)

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
        empty: Sequence[str] = (),
        allow_removal: bool = False,
        removal_limit: float = REMOVAL_LIMIT,
        readmit: bool = False,
        rules: Rules | None = None,
        dry_run: bool = False,
        progress: Progress = silent,
    ) -> Loaded:
        """Add and update rows; with `replace`, remove what the tables that are given do not have.

        The input is validated first: with faults nothing is written. A repeat changes nothing.

        Parameters
        ----------
        tables : Tables
        replace : bool
            A table that is not given stays; rows that name a customer who is removed go, too.
        empty : sequence of str
            With `replace`, tables that are not given and are to be emptied.
        allow_removal : bool
            Remove more than `removal_limit`.
        removal_limit : float
            The largest share of the customers, or of the ties, that a load may remove unasked.
        readmit : bool
            Let in customers who were forgotten; otherwise rows that name them are left out.
        rules : Rules, optional
        dry_run : bool
            Work the changes out and do not make them.
        progress : callable, optional

        Raises
        ------
        InputRejected
            If the input has faults, or (`RemovalRefused`) would remove too much.
        StoreLocked
            If another writer is at work.
        """
        ...

    def tables(self, progress: Progress = silent) -> Tables:
        """All tables, complete."""
        ...

    def customers(
        self, columns: Sequence[str] | None = None, ids: Sequence[str] | None = None
    ) -> pa.Table:
        """The customers' table alone, with the company's own columns.

        Parameters
        ----------
        columns : sequence of str, optional
            Only these; those that customers do not have are left out.
        ids : sequence of str, optional
            Only these customers, in any order; unknown ids are left out.
        """
        ...

    def forget(self, customer: str) -> dict[str, int]:
        """Remove a person with all that was ever kept of them: rows, figures, history.

        Later loads leave them out; a hash tells them (see `docs/explanation/privacy.md`). Others'
        figures still count them until the next run.

        Returns
        -------
        dict
            How many rows went, by table, and of how many `runs` their figures.

        Raises
        ------
        NothingToShow
            If there is no such customer.
        StoreLocked
            If another writer is at work.
        """
        ...

    def write_scores(
        self,
        scores: Scores,
        progress: Progress = silent,
        *,
        snapshot: Snapshot | None = None,
        tables: Tables | None = None,
    ) -> Written:
        """Make these scores the current ones.

        Parameters
        ----------
        scores : Scores
        progress : callable, optional
        snapshot : Snapshot, optional
            The network and values behind the scores, for a store that keeps them.
        tables : Tables, optional
            What `tables()` returned and the snapshot was made of: it is kept only while the store
            still holds these tables.
        """
        ...

    def loads(self) -> list[Load]:
        """The last twenty loads that changed something, newest first."""
        ...

    def scores(self, customers: Sequence[str] | None = None) -> Scores:
        """The scores of the current run; of some customers only, where they are named."""
        ...

    def standings(self) -> Scores | None:
        """Customer, quadrant and tier in the current run; None where there is no run yet."""
        ...

    def tie_values(self) -> pa.Table:
        """The most valuable ties of the current run, see `influence.scores.TIE_SCHEMA`.

        Raises
        ------
        NothingToShow
            If no run that values ties has finished yet.
        """
        ...

    def snapshot(self, run: Run) -> Snapshot:
        """The network of the present tables by the parameters of a run, and its values."""
        ...

    def neighbourhood(self, customer: str, run: Run) -> Neighbourhood:
        """The people within reach of a customer by the parameters of a run, and referrals."""
        ...

    def query(self, query: Query, **parameters: Any) -> tuple[list[str], list[dict[str, Any]]]:
        """Answer a question of the analysts' library.

        Both stores return the same columns and rows, in the same order. Money is rounded to 2
        digits, shares and pressure to 3, halves away from zero. Dates are `datetime.date`.

        Returns
        -------
        columns : list of str
        rows : list of dict

        Raises
        ------
        UsageError
            If a parameter is unknown, missing or out of its bounds, or if the query draws a graph
            and the store is a directory.
        NothingToShow
            If there is no such customer, or no finished run yet.
        """
        ...

    def figures(self, run_id: str) -> pa.Table:
        """The main figures of a run: customer, network_value, influence and rank.

        As far back as the store keeps them: ten runs in a directory, two in Neo4j.
        """
        ...

    def checks(self) -> list[Check]:
        """What `doctor` looks at; each check is made on its own."""
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
