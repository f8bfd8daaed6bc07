"""The Neo4j store: `(:Customer)-[:TIE]->(:Customer)`, and one `(:InfluenceRun)` for each run.

A load reads what is there in columns, compares, and writes the difference, so a repeat writes
nothing. A write-back does the same with the figures: each customer's are set in one statement and
so belong to one run; the run becomes current when all are written.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import takewhile
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc

from influence import queries
from influence.customer.neighbourhood import Neighbourhood, neighbourhood_of_tables
from influence.engine.snapshot import Snapshot
from influence.errors import NothingToShow, StoreError, StoreRefused
from influence.progress import Progress, silent
from influence.runs import Run
from influence.scores import COMPARED, Scores, camel, clv_of_run, score_columns
from influence.store.check import Check
from influence.store.credentials import Credentials
from influence.store.forgetting import Forgotten
from influence.store.loading import plan
from influence.store.loads import LOADS_KEPT, Load
from influence.store.lock import new_forget_id, new_load_id
from influence.store.lock_wait import LockWait
from influence.store.neo4j import (
    checks as graph_checks,
)
from influence.store.neo4j import (
    neighbourhood as graph_neighbourhood,
)
from influence.store.neo4j import (
    properties,
    records,
)
from influence.store.neo4j.batches import Step, write_all
from influence.store.neo4j.bolt import BeforeCommit, Bolt
from influence.store.neo4j.changes import no_figures
from influence.store.neo4j.figures import write_figures
from influence.store.neo4j.lock import HeldLock, hold_lock
from influence.store.neo4j.reader import GraphReader
from influence.store.protocol import REMOVAL_LIMIT, Loaded, Written
from influence.store.removal import LoadOptions
from influence.tables import Difference, Rules, Tables
from influence.tables.merge import with_defaults
from influence.tables.specs import CUSTOMERS, TABLES

SCHEMA = ("schema/customer-id", "schema/run-id", "schema/lock-id")
MOST_PROBLEMS = 5
"""So many are named; what is left is counted."""


class Neo4jStore:
    """A store in a Neo4j database. See `Store` for the verbs.

    Parameters
    ----------
    url : str
    credentials : Credentials
    lock_wait : LockWait, optional
        How long to wait for the lock of another writer.

    Raises
    ------
    StoreUnreachable, StoreRefused
        If the server does not answer, or says no.
    """

    def __init__(
        self, url: str, credentials: Credentials, lock_wait: LockWait | None = None
    ) -> None:
        self._lock_wait = lock_wait or LockWait()
        self.url = url
        self._bolt = Bolt(url, credentials)
        self._read = GraphReader(self._bolt)
        self._held: HeldLock | None = None

    def __repr__(self) -> str:
        return f"Neo4jStore({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._bolt.close()

    @contextmanager
    def lock(self, job: str) -> Iterator[None]:
        """Be the only writer; see `Store`."""
        if self._held is not None:
            yield
            return
        for name in SCHEMA:
            self._write(name)
        with hold_lock(self._bolt, job, self._lock_wait) as held:
            self._held = held
            try:
                yield
            finally:
                self._held = None

    def checks(self) -> list[Check]:
        """What `doctor` looks at; see `Store`."""
        constraints = [f"influence_{name.partition('/')[2].replace('-', '_')}" for name in SCHEMA]
        return graph_checks.checks(self._bolt, self._read, constraints)

    # Tables

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
        """Add and update, or replace; see `Store`."""
        options = LoadOptions(replace, tuple(empty), allow_removal, removal_limit, readmit)
        load_id = new_load_id()
        with contextlib.nullcontext() if dry_run else self.lock(load_id):
            before = self._forgotten()
            _, loaded, forgotten = plan(self._tables(progress), tables, rules, options, before)
            if not dry_run:
                self._load(Load(load_id, replace, loaded.origins), loaded, progress)
                if forgotten != before:
                    self._write("write/readmitted", hashes=list(forgotten.hashes))
        return loaded

    def _forgotten(self) -> Forgotten:
        """Who is kept out of loads."""
        found = self._read.records("read/forgotten")
        return Forgotten(found[0]["salt"], tuple(found[0]["hashes"])) if found else Forgotten()

    def loads(self) -> list[Load]:
        """The last loads that changed something, newest first; see `Store`."""
        return [records.load_from(record["load"]) for record in self._read.records("read/loads")]

    def _load(self, load: Load, loaded: Loaded, progress: Progress) -> None:
        if loaded.changed:
            # First, so that it is known even if the rest is never written.
            self._write(
                "write/input-changed",
                matters=loaded.matters,
                load=records.load_properties(load),
                keep=LOADS_KEPT,
            )
        if loaded.regroups:
            self._write("write/unprofiled-removed")
        change = loaded.changes
        customers = change["customers"]
        around = [spec for name, spec in TABLES.items() if name != "customers"]
        hidden = customers.changed.filter(customers.changed["do_not_profile"])
        nothing = no_figures(self._read.figure_keys() if len(hidden) else [])
        added = records.telling(customers.added)
        steps = [
            Step(
                "load/customers-new",
                added,
                records.new_customers,
                fixed=records.same_for_new_customers(added),
            ),
            Step("load/customers", customers.changed, records.customer_rows),
            *(
                Step(f"load/{spec.name}-removed", change[spec.name].removed.select(spec.key))
                for spec in around
            ),
            Step("load/ties-changed", change["ties"].changed),
            Step("load/ties-new", change["ties"].added),
            *(
                Step(f"load/{spec.name}", _new_and_changed(change[spec.name]))
                for spec in around
                if spec.name != "ties"
            ),
            Step("load/customers-removed", customers.removed.select(["id"])),
            # Who asks not to be profiled has no figures from now on.
            Step("write/figures-removed", hidden.select(["id"]), fixed=nothing),
        ]
        self._write_all("loading", steps, progress)

    def tables(self, progress: Progress = silent) -> Tables:
        """All tables; see `Store`."""
        tables = self._tables(progress)
        if len(tables.customers) == 0:
            raise NothingToShow(f"nothing in {self.url} yet: `influence load` brings customers")
        return tables

    def _tables(self, progress: Progress) -> Tables:
        found = self._read.tables(progress)
        with self._numbers_given():
            found["customers"] = _as_given(found["customers"])
            return Tables(complete=True, **found)

    def customers(
        self, columns: Sequence[str] | None = None, ids: Sequence[str] | None = None
    ) -> pa.Table:
        """The customers' table alone; see `Store`."""
        found = self._read.customers(silent, columns, ids)
        names = {*found.column_names, *CUSTOMERS.stored.names}
        with self._numbers_given():
            customers = _as_given(found)
        if columns is None:
            return customers
        return customers.select([name for name in columns if name in names])

    def forget(self, customer: str) -> dict[str, int]:
        """Remove a person with all that was ever kept of them; see `Store`."""
        with self.lock(new_forget_id()):
            kept_out = asdict(self._forgotten().and_also(customer))
            kept_out["hashes"] = list(kept_out["hashes"])
            removed = self._write("write/forget", customer=customer, **kept_out)
        if not removed:
            raise NothingToShow(f"no customer {customer!r} in the store")
        return dict(removed[0])

    # Scores

    def write_scores(
        self,
        scores: Scores,
        progress: Progress = silent,
        *,
        snapshot: Snapshot | None = None,  # noqa: ARG002 - the database has the network itself
        tables: Tables | None = None,  # noqa: ARG002
    ) -> Written:
        """Write back what differs; see `Store`."""
        with self.lock(scores.run.id):
            run = scores.run
            self._write("write/run-started", id=run.id, properties=records.run_properties(run))
            try:
                changed, cleared = write_figures(
                    self._bolt, self._held, self._read, scores, self._dead(), progress
                )
            except BaseException:
                # Whatever stopped it is the error to report, not a server that is gone.
                with contextlib.suppress(StoreError):
                    self._write("write/run-failed", id=run.id)
                raise
            finished = run.finished()
            self._write("write/run-finished", id=run.id, finishedAt=finished.finished_at)
        return Written(finished, changed, cleared)

    def _dead(self) -> list[str]:
        """The runs that died since the last one that was finished."""
        newest = takewhile(lambda run: run.status != "finished", self.runs())
        return [run.id for run in newest]

    def scores(self, customers: Sequence[str] | None = None) -> Scores:
        """The scores of the current run; see `Store`."""
        run = self._current(self.runs())
        keys = properties.figure_keys(run.depth, run.method)
        columns = {"id": "customer"} | {key: key for key in properties.INPUTS}
        columns |= {key: name for name, key in keys.items()}
        table = self._read.figures(columns, customers)
        self._require_figures(table)
        with self._numbers_given():
            figures = {
                c.name: table[c.name].cast(c.type) for c in score_columns(run.depth, run.method)
            }
        # The property clv is input, and a load may have changed it since.
        parts = ("clv", "own_kept", "credit_given", "referral_taken")
        figures["clv"] = clv_of_run(**{name: figures[name] for name in parts})
        ids = table["customer"]
        return Scores(
            pa.table({"customer": ids, **figures, "run": pa.repeat(run.id, len(ids))}), run
        )

    def neighbourhood(self, customer: str, run: Run) -> Neighbourhood:
        """The people within reach of a customer; see `Store`.

        The database searches them itself, as far as its query goes.
        """
        if run.parameters.model != "shells" or run.depth > graph_neighbourhood.DEEPEST:
            return neighbourhood_of_tables(self.tables(), run, customer)
        found = graph_neighbourhood.circles_of(self._read, customer, run)
        return neighbourhood_of_tables(self.tables(), run, customer) if found is None else found

    def figures(self, run_id: str) -> pa.Table:
        """The main figures of the current run or the one before; see `Store`."""
        runs = self.runs()
        current = self._current(runs)
        finished = [run for run in runs if run.status == "finished"]
        before = next(iter(finished[finished.index(current) + 1 :]), None)
        if run_id == current.id:
            return self.scores().table.select(["customer", *COMPARED])
        if before is None or run_id != before.id:
            known = current.id + (f" and {before.id}" if before else "")
            raise NothingToShow(f"no figures of run {run_id!r} in {self.url}; it keeps {known}")
        return self._figures_before([run.id for run in runs[: runs.index(before)]])

    def _figures_before(self, later: list[str]) -> pa.Table:
        """What the figures were before these runs, by what stands beside them."""
        keys = {name: camel(name) for name in COMPARED}
        columns = {"id": "customer", properties.RUN: properties.RUN} | {
            **{key: name for name, key in keys.items()},
            **{key: key for key in properties.PREVIOUS},
        }
        table = self._read.figures(columns)
        self._require_figures(table.drop_columns([*properties.PREVIOUS]))
        changed = pc.is_in(table[properties.RUN], pa.array(later))
        figures = {
            name: pc.if_else(changed, table[key], table[name])
            for key, name in properties.PREVIOUS.items()
        }
        before = pa.table({"customer": table["customer"], **figures})
        return before.filter(pc.is_valid(before["network_value"]))

    def _require_figures(self, table: pa.Table) -> None:
        """Raise where somebody has set a figure to what no run can have written."""
        problems = [
            f"{camel(name)} of {customer!r} is {value}"
            for name in table.column_names
            if properties.odd(name) in table.column_names
            for customer, value in zip(
                table["customer"].to_pylist(), table[properties.odd(name)].to_pylist(), strict=True
            )
            if value is not None
        ]
        if problems:
            more = len(problems) - MOST_PROBLEMS
            raise StoreRefused(
                f"{self.url}: what no run can have written: {', '.join(problems[:MOST_PROBLEMS])}"
                + (f" and {more:,} more" if more > 0 else "")
                + "; `influence run` writes it anew"
            )

    @contextmanager
    def _numbers_given(self) -> Iterator[None]:
        """Refuse input of customers that is of another type than loads leave."""
        try:
            yield
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            # Of a text that is no number, and of a list or a date, which never are.
            raise StoreRefused(
                f"{self.url}: a :Customer that influence did not load has a property of the wrong "
                f"type: {error}"
            ) from error

    def runs(self) -> list[Run]:
        """All runs, newest first; see `Store`."""
        return self._read.runs()

    def _current(self, runs: list[Run]) -> Run:
        for run in runs:
            if run.current:
                return run
        raise NothingToShow(f"no finished run in {self.url} yet: `influence run` makes one")

    # The library

    def query(
        self, query: queries.Query, **parameters: Any
    ) -> tuple[list[str], list[dict[str, Any]]]:
        """Run a query of the library in a transaction that cannot write; see `Store`."""
        bound = query.bind(parameters)
        columns, rows = self._bolt.read_columns(query, bound)
        if not rows:
            self._require(query, bound)
        return columns, [{name: records.native(v) for name, v in row.items()} for row in rows]

    def _require(self, query: queries.Query, bound: dict[str, Any]) -> None:
        """Raise where a query finds nothing because what it asks about is not there."""
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

    def _write_all(self, stage: str, steps: Sequence[Step], progress: Progress) -> None:
        write_all(self._bolt, self._held, stage, steps, progress)


def _as_given(customers: pa.Table) -> pa.Table:
    """Customers as loads left them: a value that a run computed stands in two places."""
    for name, mark in properties.MARKS.items():
        if name not in customers.column_names:
            continue
        twice = pc.equal(customers[name].cast(pa.float64()), customers[mark].cast(pa.float64()))
        computed = pc.fill_null(twice, fill_value=False)
        nothing = pa.scalar(0.0 if name == "clv" else None, pa.float64())
        given = pc.if_else(computed, nothing, customers[name].cast(pa.float64()))
        customers = customers.drop_columns([name, mark]).append_column(name, given)
        if name == "clv":
            customers = customers.append_column("clv_computed", computed)
    return with_defaults(customers)


def _new_and_changed(change: Difference) -> pa.Table:
    return pa.concat_tables([change.added, change.changed])
