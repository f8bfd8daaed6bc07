"""The embedded store: a directory of Parquet files and a manifest; no server.

::

    influence-data/
        manifest.json                    names the current files; replaced by one rename
        lock, holder.json                while a process writes
        customers-<id>.parquet, ties-<id>.parquet …
        scores-<run id>.parquet          one for each of the last runs
        tie_values-<id>.parquet          the most valuable ties of the current run
        exported-<id>.parquet            what a program was last given: Salesforce, HubSpot …
        ground-<id>.arrow                the network of the current run, until the tables change
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence.answers.company import Company
from influence.answers.library import answer
from influence.calibration.record import Calibration
from influence.customer.neighbourhood import (
    Neighbourhood,
    neighbourhood,
    neighbourhood_of_tables,
    snapshot_of_tables,
)
from influence.engine.snapshot import Snapshot
from influence.errors import NothingToShow, StoreRefused
from influence.progress import Progress, silent
from influence.queries import Query
from influence.runs import Run
from influence.scores import COMPARED, STANDINGS, Scores, completed_scores
from influence.store.base import BaseStore, nothing_loaded
from influence.store.check import Check
from influence.store.directory import checks as directory_checks
from influence.store.directory.figures import changes_of_figures, exports_without, runs_without
from influence.store.directory.lock import hold_lock
from influence.store.directory.manifest import Directory, Manifest
from influence.store.directory.published import (
    Published,
    current,
    files_of_figures,
    made_of,
    read_snapshot,
    read_table,
    recorded_run,
)
from influence.store.directory.tie_values import file_without, write_ties
from influence.store.forgetting import Forgotten, names_of, without
from influence.store.last_export import LastExport
from influence.store.loads import LOADS_KEPT, Load
from influence.store.lock import new_export_id, new_forget_id
from influence.store.lock_wait import LockWait
from influence.store.protocol import Loaded, Written
from influence.tables import EMPTY, Tables
from influence.tables.merge import completed
from influence.tables.source import Source
from influence.tables.specs import CUSTOMERS, TABLES

RUNS_KEPT = 10


class FilesStore(BaseStore):
    """A store in a directory; `Store` documents the methods.

    Parameters
    ----------
    path : str or Path
        Created by the first load.
    lock_wait : LockWait, optional
        How long to wait for the lock of another writer.
    """

    def __init__(self, path: str | Path, lock_wait: LockWait | None = None) -> None:
        super().__init__(f"files:{path}", str(path), lock_wait)
        self.path = Path(path)
        self._locked = False
        self._directory = Directory(self.path)

    @contextmanager
    def lock(self, job: str, *, create: bool = False) -> Iterator[None]:
        """Hold the lock; see `Store`. With `create`, create the directory."""
        if self._locked or not (create or self.path.is_dir()):
            yield
            return
        with hold_lock(self.path, self.url, job, self._lock_wait):
            self._locked = True
            try:
                yield
            finally:
                self._locked = False
                self._directory.discard()

    def _lock_to_load(self, job: str) -> AbstractContextManager[None]:
        return self.lock(job, create=True)

    def _forgotten(self) -> Forgotten:
        return _forgotten(self._directory.manifest())

    def _save(
        self, load: Load, new: Tables, loaded: Loaded, forgotten: Forgotten, progress: Progress
    ) -> None:
        manifest = self._directory.manifest()
        loads = [load.to_dict(), *manifest.get("loads", [])][:LOADS_KEPT]
        manifest = {**manifest, "loads": loads}
        if manifest["tables"] and not loaded.changed:
            self._directory.publish(manifest)
            return
        if forgotten != _forgotten(manifest):
            manifest = {**manifest, "forgotten": asdict(forgotten)}
        self._write_tables(manifest, new, loaded, progress)

    def _write_tables(
        self, manifest: Manifest, new: Tables, loaded: Loaded, progress: Progress
    ) -> None:
        names = dict(manifest["tables"])
        for done, name in enumerate(TABLES):
            progress("writing", done, len(TABLES))
            if loaded.changes[name].any or name not in names:
                names[name] = self._directory.write(new[name], f"{name}-{secrets.token_hex(8)}")
        gone = loaded.changes["customers"].removed["id"].to_pylist()
        hidden = new.customers.filter(new.customers["do_not_profile"])["id"].to_pylist()
        unseen = pa.array([*gone, *hidden], pa.string())
        runs = runs_without(self._directory, manifest["runs"], unseen)
        change = loaded.changes["ties"]
        ties = (new.ties, change.added) if len(change.removed) else (None, None)
        valued = file_without(self._directory, manifest.get("tie_values"), unseen, *ties)
        runs = [{**run, "input_changed": run["input_changed"] or loaded.matters} for run in runs]
        if loaded.regroups:
            runs = [{**run, "unprofiled": {}, "credited": {}} for run in runs]
        changed = {"tables": names, "runs": runs, "ground": None, "tie_values": valued}
        self._directory.publish({**manifest, **changed})

    def _content(self, progress: Progress = silent) -> Tables:
        def read(manifest: Manifest) -> Tables:
            if not manifest["tables"]:
                return EMPTY
            tables = {}
            for done, name in enumerate(TABLES):
                progress("reading", done, len(TABLES))
                tables[name] = read_table(self._directory, manifest, name)
            sources = {name: Source(file) for name, file in manifest["tables"].items()}
            return Tables(complete=True, sources=sources, **tables)

        return self._directory.consistently(read)

    def customers(
        self, columns: Sequence[str] | None = None, ids: Sequence[str] | None = None
    ) -> pa.Table:
        """Return the customers table; see `Store`."""
        some = {} if ids is None else {"filters": pc.field("id").isin(pa.array(ids, pa.string()))}

        def read(manifest: Manifest) -> pa.Table:
            file = manifest["tables"].get("customers")
            if file is None:
                raise nothing_loaded(self.path)
            there = self._directory.schema(file).names
            if columns is None or {*columns} & {*CUSTOMERS.stored.names} - {*there}:
                # A store of an older version may lack a column.
                table = completed("customers", self._directory.read(file, **some))
                return table if columns is None else table.select(_present(columns, table))
            present = [name for name in columns if name in there]
            return self._directory.read(file, columns=present, **some)

        return self._directory.consistently(read)

    def forget(self, customer: str) -> dict[str, int]:
        """Remove a customer with all their data; see `Store`."""
        with self.lock(new_forget_id()):
            old = self._content()
            new, removed = without(old, customer)
            manifest = self._directory.manifest()
            names = dict(manifest["tables"])
            for name, count in removed.items():
                if count:
                    names[name] = self._directory.write(new[name], f"{name}-{secrets.token_hex(8)}")
            gone = pa.array([customer])
            runs = runs_without(self._directory, manifest["runs"], gone)
            valued = file_without(self._directory, manifest.get("tie_values"), gone)
            # The totals of customers who are not profiled may include this one.
            runs = [
                {**run, "input_changed": True, "unprofiled": {}, "credited": {}} for run in runs
            ]
            forgotten = asdict(_forgotten(manifest).including(customer))
            theirs = names_of(old.customers, customer)
            loads = [load.without(theirs).to_dict() for load in self.loads()]
            changed = {
                "tables": names, "runs": runs, "ground": None, "tie_values": valued,
                "forgotten": forgotten, "loads": loads,
                "exports": exports_without(self._directory, manifest.get("exports", {}), gone),
            }  # fmt: skip
            self._directory.publish({**manifest, **changed})
            before = [run["file"] for run in manifest["runs"]]
        return {**removed, "runs": sum(run["file"] not in before for run in runs)}

    def write_scores(
        self,
        scores: Scores,
        progress: Progress = silent,
        *,
        snapshot: Snapshot | None = None,
        origin: str | None = None,
        request: str | None = None,
    ) -> Written:
        """Write scores and make their run the current one; see `Store`."""
        files = tuple(origin.split()) if origin is not None else ()
        with self.lock(scores.run.id):
            return self._write_scores(scores, progress, snapshot, files, request)

    def _write_scores(
        self,
        scores: Scores,
        progress: Progress,
        snapshot: Snapshot | None,
        files: tuple[str, ...],
        request: str | None,
    ) -> Written:
        manifest = self._directory.manifest()
        progress("writing", 0, 1)
        changed, cleared = changes_of_figures(self._directory, manifest, scores.table)
        run = scores.run.finished()
        file = self._directory.write(scores.table, f"scores-{run.id}")
        runs = [{**run.to_dict(), "file": file}, *manifest["runs"]][:RUNS_KEPT]
        kept, of_present_tables = None, made_of(files, manifest)
        if snapshot is not None and of_present_tables:
            kept = self._directory.write_snapshot(snapshot, files)
        valued = None if scores.ties is None else write_ties(self._directory, scores.ties)
        written = {"runs": runs, "current": run.id, "ground": kept, "tie_values": valued}
        manifest = {**manifest, **written, "basis": None}
        if request is not None and of_present_tables:
            checksums = self._directory.checksums(files_of_figures(manifest))
            manifest["basis"] = {"run": run.id, "request": request, "files": checksums}
        self._directory.publish(manifest)
        return Written(run, changed=changed, cleared=cleared)

    def origin(self, tables: Tables) -> str:
        """Return the names of the files from which tables were read; see `Store`."""
        return " ".join(sorted(source.file for source in tables.sources.values()))

    def unchanged(
        self,
        requests: Collection[str],
        read: Callable[[], Tables],  # noqa: ARG002 - the files tell
    ) -> Run | None:
        """Return the current run if it answers one of these requests; see `Store`.

        The content of all files is compared with that at the end of the run, by checksums.
        """
        manifest = self._directory.manifest()
        run, basis = current(manifest), manifest.get("basis")
        # A writer of an older version keeps the entry of an earlier run.
        if run is None or not basis or basis["run"] != run["id"]:
            return None
        files = files_of_figures(manifest)
        if basis["request"] not in requests or {*files} != {*basis["files"]}:
            return None
        with contextlib.suppress(FileNotFoundError, StoreRefused):
            if self._directory.checksums(files) == basis["files"]:
                return recorded_run(run, manifest["current"])
        return None

    def scores(self, customers: Sequence[str] | None = None) -> Scores:
        """Return the scores of the current run; see `Store`."""
        some = None if customers is None else pa.array(customers, pa.string())
        wanted = {} if some is None else {"filters": pc.field("customer").isin(some)}

        def read(manifest: Manifest) -> Scores:
            run = current(manifest)
            if run is None:
                raise self._no_run()
            found = recorded_run(run, manifest["current"])
            table = self._directory.read(run["file"], **wanted)
            return Scores(completed_scores(table, found), found)

        return self._directory.consistently(read)

    def standings(self) -> Scores | None:
        """Quadrants and tiers of the current run; see `Store`."""

        def read(manifest: Manifest) -> Scores | None:
            run = current(manifest)
            if run is None or not {*STANDINGS} <= {*self._directory.schema(run["file"]).names}:
                return None
            table = self._directory.read(run["file"], columns=["customer", *STANDINGS])
            return Scores(table, recorded_run(run, manifest["current"]))

        try:
            return self._directory.consistently(read)
        except StoreRefused:  # a damaged file; the run that is to come writes another one
            return None

    def tie_values(self) -> pa.Table:
        """The most valuable ties of the current run; see `Store`."""

        def read(manifest: Manifest) -> pa.Table:
            return Published(self._directory, manifest, self.url).tie_values()

        return self._directory.consistently(read)

    def snapshot(self, run: Run) -> Snapshot:
        """The network and values of a run; see `Store`."""

        def read(manifest: Manifest) -> Snapshot | None:
            return read_snapshot(self._directory, manifest, run)

        return self._directory.consistently(read) or snapshot_of_tables(self.tables(), run)[0]

    def neighbourhood(self, customer: str, run: Run) -> Neighbourhood:
        """Return the customers within reach of one; see `Store`."""

        def read(manifest: Manifest) -> Snapshot | None:
            return read_snapshot(self._directory, manifest, run)

        snapshot = self._directory.consistently(read)
        if snapshot is None:
            return neighbourhood_of_tables(self.tables(), run, customer)
        return neighbourhood(snapshot, run, customer)

    def query(self, query: Query, **parameters: Any) -> tuple[list[str], list[dict[str, Any]]]:
        """Run a query of the library; see `Store`."""
        bound = query.bind(parameters)

        def read(manifest: Manifest) -> list[dict[str, Any]]:
            return answer(query, Company(Published(self._directory, manifest, self.url)), bound)

        rows = self._directory.consistently(read)
        return [column.name for column in query.columns], rows

    def figures(self, run_id: str) -> pa.Table:
        """Return the main figures of a run that is kept; see `Store`."""

        def read(manifest: Manifest) -> pa.Table:
            for run in manifest["runs"]:
                if run["id"] == run_id:
                    return self._directory.read(run["file"]).select(["customer", *COMPARED])
            known = ", ".join(run["id"] for run in manifest["runs"]) or "none"
            raise NothingToShow(f"no run {run_id!r} in {self.path}; it keeps {known}")

        return self._directory.consistently(read)

    def checks(self) -> list[Check]:
        """Return the checks of `doctor`; see `Store`."""
        return directory_checks.checks(self._directory)

    def runs(self) -> list[Run]:
        """Return the runs that are kept, newest first; see `Store`."""
        manifest = self._directory.manifest()
        return [recorded_run(data, manifest["current"]) for data in manifest["runs"]]

    def loads(self) -> list[Load]:
        """Return the last loads, newest first; see `Store`."""
        return [Load.from_dict(data) for data in self._directory.manifest().get("loads", [])]

    def last_export(self, target: str) -> LastExport | None:
        """Return what a target was last given; see `Store`."""

        def read(manifest: Manifest) -> LastExport | None:
            kept = manifest.get("exports", {}).get(target)
            return kept and LastExport.from_dict(kept, self._directory.read(kept["file"]))

        return self._directory.consistently(read)

    def write_last_export(self, export: LastExport) -> None:
        """Remember what a target was given; see `Store`."""
        with self.lock(new_export_id()):
            manifest = self._directory.manifest()
            file = self._directory.write(export.rows, f"exported-{secrets.token_hex(8)}")
            exports = {
                **manifest.get("exports", {}),
                export.target: {**export.to_dict(), "file": file},
            }
            self._directory.publish({**manifest, "exports": exports})

    def write_calibration(self, calibration: Calibration) -> None:
        """Keep a calibration; see `Store`."""
        with self.lock(calibration.id):
            manifest = self._directory.manifest()
            self._directory.publish({**manifest, "calibration": calibration.to_dict()})

    def calibration(self) -> Calibration | None:
        """Return the calibration that is kept; see `Store`."""
        kept = self._directory.manifest().get("calibration")
        return None if kept is None else Calibration.from_dict(kept)

    def close(self) -> None:
        """Do nothing: the store keeps no file open."""


def _present(columns: Sequence[str], table: pa.Table) -> list[str]:
    """Return those of some columns that a table has."""
    return [name for name in columns if name in table.column_names]


def _forgotten(manifest: Manifest) -> Forgotten:
    """Return the forgotten customers; none in a store of an older version."""
    kept = manifest.get("forgotten", {"salt": "", "hashes": []})
    return Forgotten(kept["salt"], tuple(kept["hashes"]))
