"""The embedded store: a directory of Parquet files and a manifest; no server.

::

    influence-data/
        manifest.json                    names the files that count; replaced by one rename
        lock, holder.json                while somebody writes
        customers-<id>.parquet, ties-<id>.parquet …
        scores-<run id>.parquet          one for each of the last runs

A write puts its files beside the old ones, then renames a new manifest over the old: a reader
sees the state before or the state after. Files that no manifest names are removed afterwards.
"""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace as with_changes
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from influence.circles import Circles, circles
from influence.compare import FIGURES
from influence.errors import NothingToShow, StoreError, StoreRefused
from influence.progress import Progress, silent
from influence.runs import Run
from influence.scores import Scores
from influence.store.directory_lock import hold_directory
from influence.store.forgetting import without
from influence.store.loading import plan
from influence.store.lock import new_forget_id, new_load_id
from influence.store.protocol import Loaded, Written
from influence.tables import EMPTY, Rules, Tables, difference
from influence.tables.specs import TABLES

MANIFEST = "manifest.json"
FORMAT = 2
RUNS_KEPT = 10
NOTHING_YET: dict[str, Any] = {"format": FORMAT, "tables": {}, "runs": [], "current": None}
OURS = re.compile(
    rf"({'|'.join(TABLES)})-[0-9a-f]{{16}}\.parquet"
    r"|scores-[0-9]{8}-[0-9]{6}-[0-9a-f]{6}(-[0-9a-f]{16})?\.parquet"
    r"|manifest\.json-[0-9a-f]{16}"
)
"""Files that a writer makes before a manifest names them."""
Result = TypeVar("Result")


class FilesStore:
    """A store in a directory. See `Store` for the verbs.

    Parameters
    ----------
    path : str or Path
        Made by the first load.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.url = f"files:{path}"
        self._locked = False
        self._unpublished: list[str] = []

    def __repr__(self) -> str:
        return f"FilesStore({str(self.path)!r})"

    @contextmanager
    def lock(self, job: str, *, create: bool = False) -> Iterator[None]:
        """Be the only writer; see `Store`. With `create` the directory is made."""
        if self._locked or not (create or self.path.is_dir()):
            yield
            return
        with hold_directory(self.path, self.url, job):
            self._locked = True
            try:
                yield
            finally:
                self._locked = False
                # What no manifest came to name, such as where the disk was full.
                for file in self._unpublished:
                    (self.path / file).unlink(missing_ok=True)
                self._unpublished.clear()

    def write_tables(
        self,
        tables: Tables,
        *,
        replace: bool = False,
        rules: Rules | None = None,
        dry_run: bool = False,
        progress: Progress = silent,
    ) -> Loaded:
        """Add and update, or replace; see `Store`."""
        with nullcontext() if dry_run else self.lock(new_load_id(), create=True):
            manifest = self._manifest()
            new, loaded = plan(self._tables(), tables, replace=replace, rules=rules)
            if not dry_run and (loaded.changed or not manifest["tables"]):
                self._load(manifest, new, loaded, progress)
        return loaded

    def _load(
        self, manifest: dict[str, Any], new: Tables, loaded: Loaded, progress: Progress
    ) -> None:
        names = dict(manifest["tables"])
        for done, name in enumerate(TABLES):
            progress("writing", done, len(TABLES))
            if loaded.changes[name].any or name not in names:
                names[name] = self._write(new[name], f"{name}-{secrets.token_hex(8)}")
        gone = loaded.changes["customers"].removed["id"].to_pylist()
        hidden = new.customers.filter(new.customers["do_not_profile"])["id"].to_pylist()
        runs = self._without(manifest["runs"], pa.array([*gone, *hidden], pa.string()))
        runs = [{**run, "input_changed": run["input_changed"] or loaded.matters} for run in runs]
        if loaded.regroups:
            runs = [{**run, "unprofiled": {}} for run in runs]
        self._publish({**manifest, "tables": names, "runs": runs})

    def _without(self, runs: list[dict[str, Any]], gone: pa.StringArray) -> list[dict[str, Any]]:
        """The runs, without the figures of customers who are removed or not to be profiled."""
        kept = []
        for run in runs:
            scores = self._read(run["file"])
            stay = scores.filter(pc.invert(pc.is_in(scores["customer"], gone)))
            file = run["file"]
            if len(stay) < len(scores):
                file = self._write(stay, f"scores-{run['id']}-{secrets.token_hex(8)}")
            kept.append({**run, "file": file})
        return kept

    def tables(self, progress: Progress = silent) -> Tables:
        """All tables; see `Store`."""
        tables = self._tables(progress)
        if len(tables.customers) == 0:
            raise NothingToShow(f"nothing in {self.path} yet: `influence load` brings customers")
        return tables

    def _tables(self, progress: Progress = silent) -> Tables:
        def read(manifest: dict[str, Any]) -> Tables:
            if not manifest["tables"]:
                return EMPTY
            # A store of an older version may lack a table.
            tables = {name: EMPTY[name] for name in EMPTY}
            for done, (name, file) in enumerate(manifest["tables"].items()):
                progress("reading", done, len(manifest["tables"]))
                tables[name] = self._read(file)
            return Tables(complete=True, **tables)

        return self._consistently(read)

    def customers(self) -> pa.Table:
        """The customers' table alone; see `Store`."""
        return self.tables().customers

    def forget(self, customer: str) -> dict[str, int]:
        """Remove a person with all that was ever kept of her; see `Store`."""
        with self.lock(new_forget_id()):
            old = self._tables()
            new, removed = without(old, customer)
            manifest = self._manifest()
            names = dict(manifest["tables"])
            for name, count in removed.items():
                if count:
                    names[name] = self._write(new[name], f"{name}-{secrets.token_hex(8)}")
            runs = self._without(manifest["runs"], pa.array([customer]))
            # She may be part of what people who are not profiled carry together.
            runs = [{**run, "input_changed": True, "unprofiled": {}} for run in runs]
            self._publish({**manifest, "tables": names, "runs": runs})
            before = [run["file"] for run in manifest["runs"]]
        return {**removed, "runs": sum(run["file"] not in before for run in runs)}

    def write_scores(self, scores: Scores, progress: Progress = silent) -> Written:
        """Make these scores the current ones; see `Store`."""
        with self.lock(scores.run.id):
            return self._write_scores(scores, progress)

    def _write_scores(self, scores: Scores, progress: Progress) -> Written:
        manifest = self._manifest()
        progress("writing", 0, 1)
        before = self.scores().table if manifest["current"] else scores.table.slice(0, 0)
        change = difference(
            before.drop_columns("run"), scores.table.drop_columns("run"), ["customer"]
        )
        run = scores.run.finished()
        file = self._write(scores.table, f"scores-{run.id}")
        runs = [{**run.to_dict(), "file": file}, *manifest["runs"]][:RUNS_KEPT]
        self._publish({**manifest, "runs": runs, "current": run.id})
        changed = len(change.added) + len(change.changed)
        return Written(run, changed=changed, cleared=len(change.removed))

    def scores(self, customers: Sequence[str] | None = None) -> Scores:
        """The scores of the current run; see `Store`."""
        found = self._current_scores()
        if customers is None:
            return found
        wanted = pc.is_in(found.table["customer"], pa.array(customers, pa.string()))
        return Scores(found.table.filter(wanted), found.run)

    def circles(self, customer: str, run: Run) -> Circles:
        """Whom a customer reaches; see `Store`."""
        return circles(self.tables(), run, customer)

    def _current_scores(self) -> Scores:

        def read(manifest: dict[str, Any]) -> Scores:
            if not manifest["runs"]:
                raise NothingToShow(f"no run in {self.path} yet: `influence run` makes one")
            current = next(run for run in manifest["runs"] if run["id"] == manifest["current"])
            return Scores(self._read(current["file"]), _run(current, manifest["current"]))

        return self._consistently(read)

    def figures(self, run_id: str) -> pa.Table:
        """The main figures of one of the runs that are kept; see `Store`."""

        def read(manifest: dict[str, Any]) -> pa.Table:
            for run in manifest["runs"]:
                if run["id"] == run_id:
                    return self._read(run["file"]).select(["customer", *FIGURES])
            known = ", ".join(run["id"] for run in manifest["runs"]) or "none"
            raise NothingToShow(f"no run {run_id!r} in {self.path}; there are {known}")

        return self._consistently(read)

    def facts(self) -> list[tuple[str, str]]:
        """Where it is, and how much room there is; see `Store`."""
        manifest = self._manifest()
        where = next(p for p in (self.path, *self.path.absolute().parents) if p.exists())
        free = shutil.disk_usage(where).free
        writable = "writable" if os.access(where, os.W_OK) else "not writable"
        return [
            ("store", self.url),
            ("directory", f"{writable}, {free / 2**30:,.1f} GiB free"),
            ("runs", f"{len(manifest['runs'])} of at most {RUNS_KEPT} kept"),
        ]

    def runs(self) -> list[Run]:
        """The runs that are kept, newest first; see `Store`."""
        manifest = self._manifest()
        return [_run(data, manifest["current"]) for data in manifest["runs"]]

    def close(self) -> None:
        """Nothing is held open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _manifest(self) -> dict[str, Any]:
        """What counts now; an empty one where nothing was written yet."""
        try:
            text = (self.path / MANIFEST).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return dict(NOTHING_YET)
        except UnicodeDecodeError as error:
            raise StoreRefused(f"store {self.path}: {MANIFEST} is not readable: {error}") from error
        except OSError as error:
            raise StoreRefused(f"store {self.path}: {error.strerror or error}") from error
        try:
            manifest: dict[str, Any] = {"format": None, **json.loads(text)}
        except (ValueError, TypeError) as error:
            raise StoreRefused(f"store {self.path}: {MANIFEST} is not readable: {error}") from error
        if manifest["format"] != FORMAT:
            raise StoreRefused(f"store {self.path}: format {manifest['format']}, not {FORMAT}")
        if not manifest.keys() >= NOTHING_YET.keys():
            raise StoreRefused(f"store {self.path}: {MANIFEST} is not complete")
        return manifest

    def _consistently(self, read: Callable[[dict[str, Any]], Result]) -> Result:
        """Read by one manifest; again by the next where a writer cleaned up in between."""
        manifest = self._manifest()
        while True:
            try:
                return read(manifest)
            except FileNotFoundError as error:
                newer = self._manifest()
                if newer == manifest:
                    raise StoreRefused(f"store {self.path}: {error.filename} is missing") from error
                manifest = newer

    def _read(self, file: str) -> pa.Table:
        if not OURS.fullmatch(file):  # a manifest from elsewhere leads to no other directory
            raise StoreRefused(f"store {self.path}: {MANIFEST} names {file!r}, which is not ours")
        try:
            return pq.read_table(self.path / file, partitioning=None)
        except FileNotFoundError as error:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), file) from error
        except pa.ArrowInvalid as error:
            raise StoreRefused(f"store {self.path}: {file} is damaged: {error}") from error

    def _write(self, table: pa.Table, name: str) -> str:
        """Write a file that no manifest names yet, down to the disk."""
        file = f"{name}.parquet"
        self._unpublished.append(file)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with (self.path / file).open("wb") as sink:
                pq.write_table(table, sink, compression="zstd")
                sink.flush()
                os.fsync(sink.fileno())
        except OSError as error:
            (self.path / file).unlink(missing_ok=True)
            raise StoreError(f"store {self.path}: {error.strerror or error}") from error
        return file

    def _publish(self, manifest: dict[str, Any]) -> None:
        """Make a manifest the one that counts, then remove the files that it no longer names."""
        fresh = self.path / f"{MANIFEST}-{secrets.token_hex(8)}"
        try:
            with fresh.open("w", encoding="utf-8") as sink:
                json.dump(manifest, sink, ensure_ascii=False, indent=1)
                sink.flush()
                os.fsync(sink.fileno())
            fresh.replace(self.path / MANIFEST)
            self._unpublished.clear()
            _to_disk(self.path)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            raise StoreError(f"store {self.path}: {error.strerror or error}") from error
        named = {*manifest["tables"].values(), *(run["file"] for run in manifest["runs"])}
        # Writers come one at a time, so what is not named was left by one that died.
        for file in self.path.iterdir():
            if OURS.fullmatch(file.name) and file.name not in named:
                file.unlink(missing_ok=True)


def _to_disk(directory: Path) -> None:
    """Make a rename last, where the system can open a directory."""
    if os.name == "posix":
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _run(data: dict[str, Any], current: str | None) -> Run:
    values = {key: value for key, value in data.items() if key != "file"}
    return with_changes(Run.from_dict(values), current=data["id"] == current)
