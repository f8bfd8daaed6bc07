"""The Store protocol, and the return types of its methods."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol, Self

import pyarrow as pa

from influence.calibration.record import Calibration
from influence.customer.neighbourhood import Neighbourhood
from influence.engine.snapshot import Snapshot
from influence.progress import Progress, silent
from influence.queries import Query
from influence.runs import Run
from influence.scores import Scores
from influence.store.check import Check
from influence.store.last_export import LastExport
from influence.store.loads import Load
from influence.tables import Difference, Rules, Tables
from influence.tables.counts import RowCounts
from influence.tables.notes import Note

KEEP_INPUTS = 1
"""Of how many earlier inputs a directory keeps the tables, besides the present ones."""
REMOVAL_LIMIT = 0.2
"""The largest share of customers or ties that a load may remove without `allow_removal`."""


@dataclass(frozen=True)
class Loaded:
    """The changes that a load made.

    Attributes
    ----------
    changes : dict
        The difference by table.
    notes : tuple of Note
        Remarks for the user.
    matters : bool
        Whether a new run could give other figures.
    regroups : bool
        Whether the set of customers who are not profiled changed. Comparing the stored totals
        of the old set with those of the new one could identify a customer.
    rows : dict of str to RowCounts
        By table, how many rows were given, merged, dropped and refused.
    origins : dict of str to dict
        By table, the file, how it was read, and the row counts; see `Load`.
    """

    changes: dict[str, Difference]
    notes: tuple[Note, ...] = ()
    matters: bool = True
    regroups: bool = False
    rows: dict[str, RowCounts] = field(default_factory=dict)
    origins: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether any table changed."""
        return any(change.any for change in self.changes.values())

    def __str__(self) -> str:
        texts = {name: str(change) for name, change in self.changes.items()}
        changes = [f"{name}: {text}" for name, text in texts.items() if text != "none"]
        return "; ".join(changes) or "nothing to do"


@dataclass(frozen=True)
class Written:
    """The outcome of a write-back.

    Attributes
    ----------
    run : Run
        The run as stored: finished and current.
    changed : int
        How many customers have new figures, new customers included.
    cleared : int
        How many customers lost their figures.
    """

    run: Run
    changed: int
    cleared: int


class Store(Protocol):
    """A store of the company's tables and the scores of its runs.

    Every method raises `StoreError` if the store does not respond, and `NothingToShow` if there is
    nothing to return. Use the store as a context manager, or call `close`.
    """

    url: str

    def lock(self, job: str) -> AbstractContextManager[None]:
        """Hold the lock for the duration of a block; methods that write take it themselves.

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
        """Add and update rows; with `replace`, remove rows that the given tables do not have.

        The input is validated first; nothing is written if it has problems. Repeating a load
        changes nothing.

        Parameters
        ----------
        tables : Tables
        replace : bool
            Tables that are not given stay, except that rows of removed customers are removed.
        empty : sequence of str
            With `replace`, tables to empty that are not given.
        allow_removal : bool
            Remove more than `removal_limit`.
        removal_limit : float
            The largest share of customers or ties that a load may remove without
            `allow_removal`.
        readmit : bool
            Load rows of forgotten customers; by default they are left out.
        rules : Rules, optional
        dry_run : bool
            Compute the changes without writing them.
        progress : callable, optional

        Raises
        ------
        InputRejected
            If the input has problems, or (`RemovalRefused`) the load would remove too many rows.
        StoreLocked
            If another writer is at work.
        """
        ...

    def tables(self, progress: Progress = silent) -> Tables:
        """Return all tables, complete."""
        ...

    def input_of(self, run: Run) -> Tables:
        """Return the tables from which a run was computed, without customers who were forgotten.

        A directory keeps those of earlier runs, see `keep_inputs` of `write_scores`; customers who
        are not profiled any more are not profiled in them either.

        Raises
        ------
        NothingToShow
            If a load changed the tables since, and the store does not keep the former ones.
        """
        ...

    def customers(
        self, columns: Sequence[str] | None = None, ids: Sequence[str] | None = None
    ) -> pa.Table:
        """Return the customers table, with the company's own columns.

        Parameters
        ----------
        columns : sequence of str, optional
            Only these; columns that customers do not have are left out.
        ids : sequence of str, optional
            Only these customers, in any order; unknown ids are left out.
        """
        ...

    def forget(self, customer: str) -> dict[str, int]:
        """Remove a customer with all their rows, figures and history.

        Later loads leave the customer out; a hash of the id identifies them (see
        `docs/explanation/privacy.md`). The figures of other customers include them until the next
        run.

        Returns
        -------
        dict
            How many rows were removed by table, and from how many `runs` their figures, and from
            how many earlier `inputs` their rows.

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
        origin: str | None = None,
        request: str | None = None,
        keep_inputs: int = KEEP_INPUTS,
    ) -> Written:
        """Write scores and make their run the current one.

        Parameters
        ----------
        scores : Scores
        progress : callable, optional
        snapshot : Snapshot, optional
            The network and values behind the scores, for a store that keeps them.
        origin : str, optional
            The `origin` of the tables from which the snapshot was made. It is kept only while the
            store still holds these tables.
        request : str, optional
            What was asked for, see `influence.engine.request`; with it `unchanged` knows the run.
        keep_inputs : int
            Of how many earlier inputs a directory keeps the tables besides the present ones. It
            knows the input of this run by `origin`. Neo4j keeps none.
        """
        ...

    def origin(self, tables: Tables) -> str:
        """Return a text that identifies tables, as `tables()` returned them, for `write_scores`."""
        ...

    def unchanged(self, requests: Collection[str], read: Callable[[], Tables]) -> Run | None:
        """Return the current run if it answers one of these requests for the present tables.

        Parameters
        ----------
        requests : collection of str
        read : callable
            Returns `tables()`; a directory compares its files instead.

        Returns
        -------
        Run or None
            None also if figures were changed, removed or damaged since the run wrote them.
        """
        ...

    def loads(self) -> list[Load]:
        """Return the last 366 loads, newest first, those that changed nothing included."""
        ...

    def last_export(self, target: str) -> LastExport | None:
        """Return what a target was last given; None where there was no export for it."""
        ...

    def write_last_export(self, export: LastExport) -> None:
        """Remember what a target was given, instead of what it was given before.

        Raises
        ------
        StoreLocked
            If another writer is at work.
        """
        ...

    def scores(self, customers: Sequence[str] | None = None) -> Scores:
        """Return the scores of the current run, of all customers or of the given ones.

        They have no `names`, which would be read for every query: `customers(["id", "name"])`
        returns them.
        """
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
        """Return the customers within reach of one by the parameters of a run, and referrals."""
        ...

    def query(self, query: Query, **parameters: Any) -> tuple[list[str], list[dict[str, Any]]]:
        """Run a query of the library.

        Both stores return the same columns and rows in the same order. Money is rounded to 2
        decimals, shares and pressure to 3, halves away from zero. Dates are `datetime.date`.

        Returns
        -------
        columns : list of str
        rows : list of dict

        Raises
        ------
        UsageError
            If a parameter is unknown, missing or out of bounds, or if the query returns a graph and
            the store is a directory.
        NothingToShow
            If there is no such customer, or no finished run yet.
        """
        ...

    def figures(self, run_id: str) -> pa.Table:
        """Return the main figures of a run: customer, network_value, influence and rank.

        A directory keeps the figures of ten runs, Neo4j those of two.
        """
        ...

    def checks(self) -> list[Check]:
        """Return the checks of `doctor` for this store."""
        ...

    def runs(self) -> list[Run]:
        """Return all runs that the store records, newest first."""
        ...

    def write_calibration(self, calibration: Calibration) -> None:
        """Keep a calibration, instead of the one before.

        Raises
        ------
        StoreLocked
            If another writer is at work.
        """
        ...

    def calibration(self) -> Calibration | None:
        """Return the calibration that the store keeps; None where there is none."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def unfinished(runs: list[Run]) -> Run | None:
    """Return the newest run if its write-back did not finish, else None."""
    return runs[0] if runs and runs[0].status != "finished" else None
