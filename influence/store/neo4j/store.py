"""The Neo4j store: `(:Customer)-[:TIE]->(:Customer)`, and one `(:InfluenceRun)` for each run.

A load reads the tables, compares, and writes the difference, so that a repeat writes nothing. A
write-back does the same with figures. All figures of a customer are set in one statement, so they
belong to one run; the run becomes the current one when all are written.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from itertools import takewhile
from typing import Any

import pyarrow as pa

from influence import queries
from influence.calibration.record import Calibration
from influence.customer.neighbourhood import (
    Neighbourhood,
    neighbourhood_of_tables,
    snapshot_of_tables,
)
from influence.engine.snapshot import Snapshot
from influence.errors import NothingToShow, StoreError, StoreRefused
from influence.progress import Progress, silent
from influence.runs import Run
from influence.score_columns import COMPARED
from influence.scores import TIE_SCHEMA, Scores
from influence.store.base import BaseStore
from influence.store.check import Check
from influence.store.credentials import Credentials
from influence.store.forgetting import Forgotten, names_of
from influence.store.last_export import LastExport
from influence.store.loads import LOADS_KEPT, Load
from influence.store.lock import new_export_id, new_forget_id
from influence.store.lock_wait import LockWait
from influence.store.neo4j import checks as graph_checks
from influence.store.neo4j import neighbourhood as graph_neighbourhood
from influence.store.neo4j import nodes
from influence.store.neo4j.batches import write_all
from influence.store.neo4j.bolt import BeforeCommit, Bolt
from influence.store.neo4j.customers import customers_as_given
from influence.store.neo4j.figures import write_figures
from influence.store.neo4j.loading import load_steps
from influence.store.neo4j.lock import HeldLock, hold_lock
from influence.store.neo4j.reader import GraphReader
from influence.store.neo4j.scores import (
    read_previous_figures,
    read_scores,
    read_standings,
)
from influence.store.neo4j.tie_values import tie_value_step
from influence.store.neo4j.values import python_value
from influence.store.protocol import Loaded, Written
from influence.tables import TABLES, Tables
from influence.tables.digest import digest

SCHEMA = ("schema/customer-id", "schema/run-id", "schema/lock-id")
INDEXES = ("schema/tie-value",)


class Neo4jStore(BaseStore):
    """A store in a Neo4j database; `Store` documents the methods.

    Parameters
    ----------
    url : str
    credentials : Credentials
    lock_wait : LockWait, optional
        How long to wait for the lock of another writer.

    Raises
    ------
    StoreUnreachable, StoreRefused
        If the server does not respond, or refuses.
    """

    _keeps_inputs = (
        "a database has the present tables only; a directory store, loaded and run with the same "
        "files each time, keeps the input of the previous run"
    )

    def __init__(
        self, url: str, credentials: Credentials, lock_wait: LockWait | None = None
    ) -> None:
        super().__init__(url, url, lock_wait)
        self._bolt = Bolt(url, credentials)
        self._read = GraphReader(self._bolt)
        self._held: HeldLock | None = None

    def close(self) -> None:
        """Close all connections."""
        self._bolt.close()

    @contextmanager
    def lock(self, job: str) -> Iterator[None]:
        """Hold the lock; see `Store`."""
        if self._held is not None:
            yield
            return
        for name in (*SCHEMA, *INDEXES):
            self._write(name)
        with hold_lock(self._bolt, job, self._lock_wait) as held:
            self._held = held
            try:
                yield
            finally:
                self._held = None

    def checks(self) -> list[Check]:
        """Return the checks of `doctor`; see `Store`."""
        constraints = [f"influence_{name.partition('/')[2].replace('-', '_')}" for name in SCHEMA]
        return graph_checks.checks(self._bolt, self._read, constraints)

    # Tables

    def _lock_to_load(self, job: str) -> AbstractContextManager[None]:
        return self.lock(job)

    def _kept_input(self, run: Run) -> Tables | None:  # noqa: ARG002
        return None

    def _forgotten(self) -> Forgotten:
        found = self._read.records("read/forgotten")
        return Forgotten(found[0]["salt"], tuple(found[0]["hashes"])) if found else Forgotten()

    def _content(self, progress: Progress) -> Tables:
        found = self._read.tables(progress)
        found["customers"] = customers_as_given(found["customers"], self.url)
        return Tables(complete=True, **found)

    def customers(
        self, columns: Sequence[str] | None = None, ids: Sequence[str] | None = None
    ) -> pa.Table:
        """Return the customers table; see `Store`."""
        found = self._read.customers(silent, columns, ids)
        customers = customers_as_given(found, self.url)
        if columns is None:
            return customers
        return customers.select([name for name in columns if name in customers.column_names])

    def loads(self) -> list[Load]:
        """Return the last loads, newest first; see `Store`."""
        return [nodes.load_from(record["load"]) for record in self._read.records("read/loads")]

    def _save(
        self, load: Load, _: Tables, loaded: Loaded, forgotten: Forgotten, progress: Progress
    ) -> None:
        # Written first, so that a load that is cut off is recorded, too.
        self._write(
            "write/load",
            matters=loaded.matters,
            load=nodes.load_properties(load),
            keep=LOADS_KEPT,
        )
        if loaded.regroups:
            self._write("write/unprofiled-removed")
        steps = load_steps(loaded.changes, self._read.figure_keys())
        write_all(self._bolt, self._before_commit, "loading", steps, progress)
        if forgotten != self._forgotten():
            self._write("write/readmitted", hashes=list(forgotten.hashes))

    def forget(self, customer: str) -> dict[str, int]:
        """Remove a customer with all their data; see `Store`."""
        with self.lock(new_forget_id()):
            forgotten = asdict(self._forgotten().including(customer))
            forgotten["hashes"] = list(forgotten["hashes"])
            theirs = names_of(self.customers(["id", "name"], [customer]), customer)
            loads = [nodes.load_properties(load.without(theirs)) for load in self.loads()]
            removed = self._write("write/forget", customer=customer, loads=loads, **forgotten)
        if not removed:
            raise NothingToShow(f"no customer {customer!r} in the store")
        return {**removed[0], "inputs": 0}

    # Scores

    def write_scores(
        self,
        scores: Scores,
        progress: Progress = silent,
        *,
        snapshot: Snapshot | None = None,  # noqa: ARG002 - the database has the network itself
        origin: str | None = None,
        request: str | None = None,
        keep_inputs: int = 0,  # noqa: ARG002 - the database has the present tables only
    ) -> Written:
        """Write the figures that differ; see `Store`."""
        with self.lock(scores.run.id):
            run = scores.run
            self._write("write/run-started", id=run.id, properties=nodes.run_properties(run))
            try:
                changed, cleared = write_figures(
                    self._bolt, self._before_commit, self._read, scores, self._dead(), progress
                )
                self._write_tie_values(scores, progress)
            except BaseException:
                # The first error is reported, not one of marking the run as failed.
                with contextlib.suppress(StoreError):
                    self._write("write/run-failed", id=run.id)
                raise
            finished = run.finished()
            basis = None
            if request is not None and origin is not None:
                basis = _basis(request, origin, scores.table, scores.ties)
            self._write(
                "write/run-finished", id=run.id, finishedAt=finished.finished_at, basis=basis
            )
        return Written(finished, changed, cleared)

    def origin(self, tables: Tables) -> str:
        """Return a hash of tables; see `Store`."""
        return digest(*(tables[name] for name in TABLES))

    def unchanged(self, requests: Collection[str], read: Callable[[], Tables]) -> Run | None:
        """Return the current run if it answers one of these requests; see `Store`.

        Tables and figures are read and compared with those at the end of the run, by a hash.
        """
        run = next(iter(self.runs()), None)
        # Some figures are those of a later run that did not finish; a load may have been undone.
        if run is None or not run.current or run.input_changed:
            return None
        basis = self._read.one("read/basis", id=run.id)["basis"]
        if basis is None or basis.partition(" ")[0] not in requests:
            return None
        try:
            figures, ties = self.scores().table, self._read.tie_values()
        except StoreRefused:  # a figure that no run can have written
            return None
        now = _basis(basis.partition(" ")[0], self.origin(read()), figures, ties)
        return run if basis == now else None

    def _write_tie_values(self, scores: Scores, progress: Progress) -> None:
        now = TIE_SCHEMA.empty_table() if scores.ties is None else scores.ties
        step = tie_value_step(self._read.written_tie_values(), now)
        write_all(self._bolt, self._before_commit, "writing ties", [step], progress)

    def _dead(self) -> list[str]:
        """Return the ids of unfinished runs since the last finished one."""
        newest = takewhile(lambda run: run.status != "finished", self.runs())
        return [run.id for run in newest]

    def scores(self, customers: Sequence[str] | None = None) -> Scores:
        """Return the scores of the current run; see `Store`."""
        return read_scores(self._read, self.url, self._current(self.runs()), customers)

    def standings(self) -> Scores | None:
        """Return quadrants and tiers of the current run; see `Store`."""
        run = next((run for run in self.runs() if run.current), None)
        return None if run is None else read_standings(self._read, run, self._dead())

    def tie_values(self) -> pa.Table:
        """Return the most valuable ties of the current run; see `Store`."""
        run = self._current(self.runs())
        found = self._read.tie_values()
        if not len(found) and run.ties:
            raise NothingToShow(
                f"no values of ties in {self.url} yet; `influence run` computes them"
            )
        order = [("value", "descending"), ("source", "ascending"), ("target", "ascending")]
        return found.sort_by(order)

    def snapshot(self, run: Run) -> Snapshot:
        """Return the network and values of a run; see `Store`."""
        return snapshot_of_tables(self.tables(), run)[0]

    def neighbourhood(self, customer: str, run: Run) -> Neighbourhood:
        """Return the customers within reach of one; see `Store`.

        The database searches them, up to the depth of its query.
        """
        if run.parameters.model != "shells" or run.depth > graph_neighbourhood.MAX_DEPTH:
            return neighbourhood_of_tables(self.tables(), run, customer)
        found = graph_neighbourhood.search_neighbourhood(self._read, customer, run)
        return neighbourhood_of_tables(self.tables(), run, customer) if found is None else found

    def figures(self, run_id: str) -> pa.Table:
        """Return the main figures of the current run or the one before; see `Store`."""
        runs = self.runs()
        current = self._current(runs)
        finished = [run for run in runs if run.status == "finished"]
        before = next(iter(finished[finished.index(current) + 1 :]), None)
        if run_id == current.id:
            return self.scores().table.select(["customer", *COMPARED])
        if before is None or run_id != before.id:
            known = current.id + (f" and {before.id}" if before else "")
            raise NothingToShow(f"no run {run_id!r} in {self.url}; it keeps {known}")
        later = [run.id for run in runs[: runs.index(before)]]
        return read_previous_figures(self._read, self.url, later)

    def runs(self) -> list[Run]:
        """Return all runs, newest first; see `Store`."""
        return self._read.runs()

    def last_export(self, target: str) -> LastExport | None:
        """Return what a target was last given; see `Store`."""
        parts = self._read.records("read/last-export", target=target)
        return nodes.export_from(parts) if parts else None

    def write_last_export(self, export: LastExport) -> None:
        """Remember what a target was given; see `Store`."""
        with self.lock(export_id := new_export_id()):
            of = {"target": export.target, "id": export_id}
            for part, properties in enumerate(nodes.export_parts(export)):
                self._write("write/last-export-part", part=part, **of, **properties)
            self._write("write/last-export", **of)

    def write_calibration(self, calibration: Calibration) -> None:
        """Keep a calibration; see `Store`."""
        with self.lock(calibration.id):
            self._write(
                "write/calibration",
                id=calibration.id,
                verdict=calibration.verdict,
                weights=list(calibration.weights),
                record=json.dumps(calibration.to_dict()),
            )

    def calibration(self) -> Calibration | None:
        """Return the calibration that is kept; see `Store`."""
        kept = self._read.records("read/calibration")
        return Calibration.from_dict(json.loads(kept[0]["record"])) if kept else None

    def _current(self, runs: list[Run]) -> Run:
        current = next((run for run in runs if run.current), None)
        if current is None:
            raise self._no_run()
        return current

    # The library

    def query(
        self, query: queries.Query, **parameters: Any
    ) -> tuple[list[str], list[dict[str, Any]]]:
        """Run a query of the library in a transaction that cannot write; see `Store`."""
        bound = query.bind(parameters)
        columns, rows = self._bolt.read_columns(query, bound)
        if not rows:
            self._require(query, bound)
        return columns, [{name: python_value(v) for name, v in row.items()} for row in rows]

    def _require(self, query: queries.Query, bound: dict[str, Any]) -> None:
        """Raise NothingToShow if a query has no rows because its customer or the run is missing."""
        if (
            "customer" in bound
            and not self._read.one("read/customer", id=bound["customer"])["known"]
        ):
            raise NothingToShow(f"no customer {bound['customer']!r} in {self.url}")
        if query.needs_run:
            self._current(self.runs())

    def _write(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        query = queries.load(name)
        return self._bolt.write(query, query.bind(parameters), self._before_commit)

    @property
    def _before_commit(self) -> BeforeCommit | None:
        return self._held.confirm if self._held is not None else None


def _basis(request: str, origin: str, figures: pa.Table, ties: pa.Table | None) -> str:
    """Return a request, the origin of a run, and a hash of its figures, as one text.

    The CLV of figures and the kinds of ties are input: they are in the tables.
    """
    ties = TIE_SCHEMA.empty_table() if ties is None else ties
    ends = [("source", "ascending"), ("target", "ascending")]
    found = digest(
        figures.drop_columns(["clv", "run"]).sort_by("customer"),
        ties.drop_columns("kind").sort_by(ends),
    )
    return f"{request} {origin} {found}"
