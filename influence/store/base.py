"""The base class of both stores; `Store` documents the methods."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace as replace_field
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from influence.errors import NothingToShow
from influence.progress import Progress, silent
from influence.runs import Run
from influence.store.forgetting import Forgotten
from influence.store.loading import plan
from influence.store.loads import Load, changes_of, notes_of_repeats, origin_of
from influence.store.lock import new_load_id
from influence.store.lock_wait import LockWait
from influence.store.protocol import REMOVAL_LIMIT, Loaded
from influence.store.removal import LoadOptions
from influence.tables import Rules, Tables


def nothing_loaded(place: object) -> NothingToShow:
    """Return the error for a store into which nothing has been loaded."""
    return NothingToShow(f"{place} holds no customers yet; load them with `influence load`")


def no_store(path: Path) -> NothingToShow:
    """Return the error for a store whose directory is not there."""
    if path.exists():
        return NothingToShow(f"{path} is a file; a store is a directory")
    return NothingToShow(f"there is no store at {path} yet; `influence load` makes one")


class BaseStore(abc.ABC):
    """The part of a store that does not depend on where it keeps its data.

    Parameters
    ----------
    url : str
    place : str
        The name of the store in messages.
    lock_wait : LockWait, optional
        How long to wait for the lock of another writer.
    """

    _keeps_inputs: ClassVar[str]
    """Which inputs the store keeps, in a few words."""

    def __init__(self, url: str, place: str, lock_wait: LockWait | None) -> None:
        self.url = url
        self._place = place
        self._lock_wait = lock_wait or LockWait()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._place!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

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
        """Add and update rows, or replace tables; see `Store`."""
        options = LoadOptions(replace, tuple(empty), allow_removal, removal_limit, readmit)
        load_id = new_load_id()
        with nullcontext() if dry_run else self._lock_to_load(load_id):
            old, forgotten = self._content(progress), self._forgotten()
            new, loaded, still_forgotten = plan(old, tables, rules, options, forgotten)
            origin = origin_of(tables)
            repeats = notes_of_repeats(origin, self.loads())
            loaded = replace_field(loaded, notes=(*loaded.notes, *repeats))
            if not dry_run:
                changes = changes_of(loaded.changes)
                load = Load(load_id, replace, loaded.origins, origin=origin, changes=changes)
                self._save(load, new, loaded, still_forgotten, progress)
        return loaded

    def tables(self, progress: Progress = silent) -> Tables:
        """Return all tables; see `Store`."""
        tables = self._content(progress)
        if len(tables.customers) == 0:
            raise nothing_loaded(self._place)
        return tables

    def input_of(self, run: Run) -> Tables:
        """Return the tables from which a run was computed; see `Store`."""
        if not run.input_changed:
            return self.tables()
        found = self._kept_input(run)
        if found is None:
            raise NothingToShow(
                f"run {run.id}: {self.url} no longer has its input, since later loads changed it "
                f"({self._keeps_inputs})"
            )
        return found

    def _no_run(self) -> NothingToShow:
        return NothingToShow(
            f"no finished run in {self._place} yet; start one with `influence run`"
        )

    @abc.abstractmethod
    def loads(self) -> list[Load]:
        """Return the last loads, newest first; see `Store`."""

    @abc.abstractmethod
    def close(self) -> None:
        """Close all connections."""

    @abc.abstractmethod
    def _lock_to_load(self, job: str) -> AbstractContextManager[None]:
        """Hold the lock of a store; the store is created if it does not exist."""

    @abc.abstractmethod
    def _content(self, progress: Progress) -> Tables:
        """Return all tables; they are empty if nothing has been loaded."""

    @abc.abstractmethod
    def _kept_input(self, run: Run) -> Tables | None:
        """Return the input of a run from before later loads; None if it is not kept."""

    @abc.abstractmethod
    def _forgotten(self) -> Forgotten:
        """Return the hashes of the customers who are excluded from loads."""

    @abc.abstractmethod
    def _save(
        self, load: Load, new: Tables, loaded: Loaded, forgotten: Forgotten, progress: Progress
    ) -> None:
        """Record a load, and write its changes and the customers to exclude from later loads."""
