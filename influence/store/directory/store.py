"""The embedded store: a directory of Parquet files and a manifest; no server.

::

    influence-data/
        manifest.json                    names the current files; replaced by one rename
        lock, holder.json                while a process writes
        customers-<id>.parquet, ties-<id>.parquet …      also those of earlier inputs
        scores-<run id>.parquet          one for each of the last runs
        tie_values-<id>.parquet          the most valuable ties of the current run
        exported-<id>.parquet            what a program was last given: Salesforce, HubSpot …
        ground-<id>.arrow                the network of the current run, until the tables change
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

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
from influence.errors import StoreRefused
from influence.progress import Progress, silent
from influence.queries import Query
from influence.runs import Run
from influence.scores import Scores
from influence.store.base import BaseStore, no_store
from influence.store.check import Check
from influence.store.directory import checks as directory_checks
from influence.store.directory.entries import (
    current,
    files_of_figures,
    forgotten_in,
    recorded_run,
)
from influence.store.directory.lock import hold_lock
from influence.store.directory.manifest import Directory
from influence.store.directory.next_manifest import (
    after_export,
    after_forgetting,
    after_load,
    after_run,
)
from influence.store.directory.published import Published
from influence.store.forgetting import Forgotten
from influence.store.last_export import LastExport
from influence.store.loads import Load
from influence.store.lock import new_export_id, new_forget_id
from influence.store.lock_wait import LockWait
from influence.store.protocol import KEEP_INPUTS, Loaded, Written
from influence.tables import Tables

Result = TypeVar("Result")


class FilesStore(BaseStore):
    """A store in a directory; `Store` documents the methods.

    Parameters
    ----------
    path : str or Path
        Created by the first load.
    lock_wait : LockWait, optional
        How long to wait for the lock of another writer.
    """

    _keeps_inputs = "a directory keeps those of the last runs, see `run --keep-inputs`"

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
        return forgotten_in(self._directory.manifest())

    def _save(
        self, load: Load, new: Tables, loaded: Loaded, forgotten: Forgotten, progress: Progress
    ) -> None:
        manifest = self._directory.manifest()
        self._directory.publish(
            after_load(self._directory, manifest, load, new, loaded, forgotten, progress)
        )

    def _read(self, read: Callable[[Published], Result]) -> Result:
        """Call `read` with a state of the store that no writer changes meanwhile."""
        return self._directory.consistently(
            lambda manifest: read(Published(self._directory, manifest, self.url))
        )

    def _content(self, progress: Progress = silent) -> Tables:
        return self._read(lambda published: published.tables(progress))

    def _kept_input(self, run: Run) -> Tables | None:
        try:
            return self._read(lambda published: published.input_of(run))
        except StoreRefused:  # damaged, or removed by an older version
            return None

    def customers(
        self, columns: Sequence[str] | None = None, ids: Sequence[str] | None = None
    ) -> pa.Table:
        """Return the customers table; see `Store`."""
        return self._read(lambda published: published.customers(columns, ids))

    def forget(self, customer: str) -> dict[str, int]:
        """Remove a customer with all their data; see `Store`."""
        with self.lock(new_forget_id()):
            old = self._content()
            manifest = self._directory.manifest()
            manifest, removed = after_forgetting(self._directory, manifest, old, customer)
            self._directory.publish(manifest)
        return removed

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
        """Write scores and make their run the current one; see `Store`."""
        files = tuple(origin.split()) if origin is not None else ()
        with self.lock(scores.run.id):
            progress("writing", 0, 1)
            manifest, written = after_run(
                self._directory,
                self._directory.manifest(),
                scores,
                snapshot,
                files,
                request,
                keep_inputs,
            )
            self._directory.publish(manifest)
        return written

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
        found = self._read(lambda published: published.scores(customers))
        if found is None:
            raise self._no_run() if self.path.is_dir() else no_store(self.path)
        return found

    def standings(self) -> Scores | None:
        """Quadrants and tiers of the current run; see `Store`."""
        try:
            return self._read(Published.standings)
        except StoreRefused:  # a damaged file; the run that is to come writes another one
            return None

    def tie_values(self) -> pa.Table:
        """The most valuable ties of the current run; see `Store`."""
        return self._read(Published.tie_values)

    def snapshot(self, run: Run) -> Snapshot:
        """The network and values of a run; see `Store`."""
        found = self._read(lambda published: published.snapshot(run))
        return found or snapshot_of_tables(self.tables(), run)[0]

    def neighbourhood(self, customer: str, run: Run) -> Neighbourhood:
        """Return the customers within reach of one; see `Store`."""
        snapshot = self._read(lambda published: published.snapshot(run))
        if snapshot is None:
            return neighbourhood_of_tables(self.tables(), run, customer)
        return neighbourhood(snapshot, run, customer)

    def query(self, query: Query, **parameters: Any) -> tuple[list[str], list[dict[str, Any]]]:
        """Run a query of the library; see `Store`."""
        bound = query.bind(parameters)
        if not self.path.is_dir():
            raise no_store(self.path)
        rows = self._read(lambda published: answer(query, Company(published), bound))
        return [column.name for column in query.columns], rows

    def figures(self, run_id: str) -> pa.Table:
        """Return the main figures of a run that is kept; see `Store`."""
        return self._read(lambda published: published.main_figures(run_id))

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
        return self._read(lambda published: published.last_export(target))

    def write_last_export(self, export: LastExport) -> None:
        """Remember what a target was given; see `Store`."""
        with self.lock(new_export_id()):
            manifest = self._directory.manifest()
            self._directory.publish(after_export(self._directory, manifest, export))

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
