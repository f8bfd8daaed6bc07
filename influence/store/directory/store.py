"""The embedded store: a directory of Parquet files and a manifest; no server.

::

    influence-data/
        manifest.json                    names the files that count; replaced by one rename
        lock, holder.json                while somebody writes
        customers-<id>.parquet, ties-<id>.parquet …
        scores-<run id>.parquet          one for each of the last runs
        ground-<id>.arrow                the network of the current run, until the tables change
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from dataclasses import replace as with_changes
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence.customer.neighbourhood import Neighbourhood, circles, neighbourhood_of_tables
from influence.engine.snapshot import Snapshot
from influence.errors import NothingToShow, StoreRefused
from influence.progress import Progress, silent
from influence.runs import Run
from influence.scores import COMPARED, Scores
from influence.store.base import BaseStore
from influence.store.check import Check
from influence.store.directory import checks as directory_checks
from influence.store.directory.lock import hold_lock
from influence.store.directory.manifest import Directory, Manifest
from influence.store.forgetting import Forgotten, without
from influence.store.loads import LOADS_KEPT, Load
from influence.store.lock import new_forget_id
from influence.store.lock_wait import LockWait
from influence.store.protocol import Loaded, Written
from influence.tables import EMPTY, Tables, difference
from influence.tables.merge import completed
from influence.tables.problems import Source
from influence.tables.specs import TABLES

RUNS_KEPT = 10


class FilesStore(BaseStore):
    """A store in a directory. See `Store` for the verbs.

    Parameters
    ----------
    path : str or Path
        Made by the first load.
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
        """Be the only writer; see `Store`. With `create` the directory is made."""
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
        if loaded.changed:
            loads = [load.to_dict(), *manifest.get("loads", [])][:LOADS_KEPT]
            manifest = {**manifest, "loads": loads}
        elif manifest["tables"]:
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
        runs = self._without(manifest["runs"], pa.array([*gone, *hidden], pa.string()))
        runs = [{**run, "input_changed": run["input_changed"] or loaded.matters} for run in runs]
        if loaded.regroups:
            runs = [{**run, "unprofiled": {}} for run in runs]
        changed = {"tables": names, "runs": runs, "ground": None}
        self._directory.publish({**manifest, **changed})

    def _without(self, runs: list[dict[str, Any]], gone: pa.StringArray) -> list[dict[str, Any]]:
        """The runs, without the figures of customers who are removed or not to be profiled.

        A run whose figures cannot be read is left out: nobody may be hidden in them.
        """
        if len(gone) == 0:  # nothing to look for in ten files of everybody
            return runs
        kept = []
        for run in runs:
            try:
                scores = self._directory.read(run["file"])
            except (FileNotFoundError, StoreRefused):
                continue
            stay = scores.filter(pc.invert(pc.is_in(scores["customer"], gone)))
            file = run["file"]
            if len(stay) < len(scores):
                file = self._directory.write(stay, f"scores-{run['id']}-{secrets.token_hex(8)}")
            kept.append({**run, "file": file})
        return kept

    def _content(self, progress: Progress = silent) -> Tables:
        def read(manifest: Manifest) -> Tables:
            if not manifest["tables"]:
                return EMPTY
            # A store of an older version may lack a table, or a column of one.
            tables = {name: EMPTY[name] for name in EMPTY}
            for done, (name, file) in enumerate(manifest["tables"].items()):
                progress("reading", done, len(manifest["tables"]))
                tables[name] = completed(name, self._directory.read(file))
            sources = {name: Source(file) for name, file in manifest["tables"].items()}
            return Tables(complete=True, sources=sources, **tables)

        return self._directory.consistently(read)

    def customers(self) -> pa.Table:
        """The customers' table alone; see `Store`."""
        return self.tables().customers

    def forget(self, customer: str) -> dict[str, int]:
        """Remove a person with all that was ever kept of them; see `Store`."""
        with self.lock(new_forget_id()):
            old = self._content()
            new, removed = without(old, customer)
            manifest = self._directory.manifest()
            names = dict(manifest["tables"])
            for name, count in removed.items():
                if count:
                    names[name] = self._directory.write(new[name], f"{name}-{secrets.token_hex(8)}")
            runs = self._without(manifest["runs"], pa.array([customer]))
            # They may be part of what people who are not profiled carry together.
            runs = [{**run, "input_changed": True, "unprofiled": {}} for run in runs]
            forgotten = asdict(_forgotten(manifest).and_also(customer))
            changed = {"tables": names, "runs": runs, "ground": None, "forgotten": forgotten}
            self._directory.publish({**manifest, **changed})
            before = [run["file"] for run in manifest["runs"]]
        return {**removed, "runs": sum(run["file"] not in before for run in runs)}

    def write_scores(self, scores: Scores, progress: Progress = silent) -> Written:
        """Make these scores the current ones; see `Store`."""
        with self.lock(scores.run.id):
            return self._write_scores(scores, progress)

    def _write_scores(self, scores: Scores, progress: Progress) -> Written:
        manifest = self._directory.manifest()
        progress("writing", 0, 1)
        before = self._figures_before(scores.table, manifest)
        change = difference(
            before.drop_columns("run"), scores.table.drop_columns("run"), ["customer"]
        )
        run = scores.run.finished()
        file = self._directory.write(scores.table, f"scores-{run.id}")
        runs = [{**run.to_dict(), "file": file}, *manifest["runs"]][:RUNS_KEPT]
        ground = self._snapshot_to_keep(scores, manifest)
        current = {"runs": runs, "current": run.id, "ground": ground}
        self._directory.publish({**manifest, **current})
        changed = len(change.added) + len(change.changed)
        return Written(run, changed=changed, cleared=len(change.removed))

    def _figures_before(self, figures: pa.Table, manifest: Manifest) -> pa.Table:
        """The current figures; none where there are none, or where they are damaged."""
        with contextlib.suppress(StoreRefused):
            if _current(manifest) is not None:
                return self.scores().table
        return figures.slice(0, 0)

    def _snapshot_to_keep(self, scores: Scores, manifest: Manifest) -> str | None:
        """The file of what a run stood on, if that is what stands here now."""
        ground = scores.ground
        if ground is None or not _made_of(ground, manifest):
            return None
        return self._directory.write_snapshot(ground)

    def scores(self, customers: Sequence[str] | None = None) -> Scores:
        """The scores of the current run; see `Store`."""
        wanted = {} if customers is None else {"filters": pc.field("customer").isin(customers)}

        def read(manifest: Manifest) -> Scores:
            current = _current(manifest)
            if current is None:
                raise self._no_run()
            table = self._directory.read(current["file"], **wanted)
            return Scores(table, _run(current, manifest["current"]))

        return self._directory.consistently(read)

    def circles(self, customer: str, run: Run) -> Neighbourhood:
        """Whom a customer reaches; see `Store`."""

        def read(manifest: Manifest) -> Snapshot | None:
            kept = manifest.get("ground") if manifest["current"] == run.id else None
            ground = None if kept is None else self._directory.read_snapshot(kept)
            # A writer of an earlier version hands on what it does not know.
            return ground if ground and _made_of(ground, manifest) else None

        ground = self._directory.consistently(read)
        if ground is None:
            return neighbourhood_of_tables(self.tables(), run, customer)
        return circles(ground, run, customer)

    def figures(self, run_id: str) -> pa.Table:
        """The main figures of one of the runs that are kept; see `Store`."""

        def read(manifest: Manifest) -> pa.Table:
            for run in manifest["runs"]:
                if run["id"] == run_id:
                    return self._directory.read(run["file"]).select(["customer", *COMPARED])
            known = ", ".join(run["id"] for run in manifest["runs"]) or "none"
            raise NothingToShow(f"no run {run_id!r} in {self.path}; there are {known}")

        return self._directory.consistently(read)

    def checks(self) -> list[Check]:
        """What `doctor` looks at; see `Store`."""
        return directory_checks.checks(self._directory)

    def runs(self) -> list[Run]:
        """The runs that are kept, newest first; see `Store`."""
        manifest = self._directory.manifest()
        return [_run(data, manifest["current"]) for data in manifest["runs"]]

    def loads(self) -> list[Load]:
        """The last loads that changed something, newest first; see `Store`."""
        return [Load.from_dict(data) for data in self._directory.manifest().get("loads", [])]

    def close(self) -> None:
        """Do nothing: no file is held open."""


def _current(manifest: Manifest) -> dict[str, Any] | None:
    """The run whose figures are shown, if there is one."""
    return next((run for run in manifest["runs"] if run["id"] == manifest["current"]), None)


def _made_of(ground: Snapshot, manifest: Manifest) -> bool:
    """Whether it was made of the tables that count."""
    tables = set(manifest["tables"].values())
    return bool(tables) and tables <= set(ground.made_of)


def _forgotten(manifest: Manifest) -> Forgotten:
    """Who is kept out; a store of an earlier version knows of nobody."""
    kept = manifest.get("forgotten", {"salt": "", "hashes": []})
    return Forgotten(kept["salt"], tuple(kept["hashes"]))


def _run(data: dict[str, Any], current: str | None) -> Run:
    values = {key: value for key, value in data.items() if key != "file"}
    return with_changes(Run.from_dict(values), current=data["id"] == current)
