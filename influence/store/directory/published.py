"""What one manifest names: its tables, runs, figures and snapshot, each read when it is needed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from influence.engine.snapshot import Snapshot
from influence.errors import NothingToShow, UsageError
from influence.network import Network
from influence.runs import Run
from influence.store.directory.manifest import Directory, Manifest
from influence.tables import EMPTY, Tables
from influence.tables.merge import completed
from influence.tables.notes import ignore


@dataclass(frozen=True, eq=False)
class Published:
    """What questions are answered from; see `influence.answers.company.Source`.

    Reading raises FileNotFoundError where a writer has removed a file since.
    """

    directory: Directory
    manifest: Manifest
    url: str

    def runs(self) -> Sequence[Run]:
        """The runs that are kept, newest first."""
        now = self.manifest["current"]
        return [recorded_run(data, now) for data in self.manifest["runs"]]

    def table(self, name: str) -> pa.Table:
        """An input table, with all columns of its spec.

        Raises
        ------
        NothingToShow
            If nothing has been loaded.
        """
        if not self.manifest["tables"]:
            raise nothing_yet(self.directory)
        return read_table(self.directory, self.manifest, name)

    def figures(self, run: Run) -> pa.Table:
        """The score table of a run that is kept."""
        files = {data["id"]: data["file"] for data in self.manifest["runs"]}
        return self.directory.read(files[run.id])

    def tie_values(self) -> pa.Table:
        """The most valuable ties of the current run; see `influence.scores.TIE_SCHEMA`.

        Raises
        ------
        NothingToShow
            If no run of this version has finished yet.
        """
        file = self.manifest.get("tie_values")
        if file is None:
            raise NothingToShow(f"no valued ties in {self.directory.path} yet: `influence run`")
        return self.directory.read(file)

    def network(self, run: Run) -> Network:
        """The network of the present ties: as the run kept it, else built anew."""
        snapshot = read_snapshot(self.directory, self.manifest, run)
        if snapshot is not None:
            return snapshot.network
        given = {name: EMPTY[name] for name in EMPTY}
        given |= {name: self.table(name) for name in ("customers", "ties")}
        try:
            return Network.from_tables(
                Tables(complete=True, **given), run.parameters.selection, ignore
            )
        except UsageError:  # of the kinds or networks that the run took, no tie is left
            given["ties"] = EMPTY["ties"]
            return Network.from_tables(Tables(complete=True, **given))


def nothing_yet(directory: Directory) -> NothingToShow:
    """Return the error for a store that nothing has been loaded into."""
    return NothingToShow(f"nothing in {directory.path} yet: `influence load` brings customers")


def read_table(directory: Directory, manifest: Manifest, name: str) -> pa.Table:
    """Read a table that a manifest names.

    A store of an older version may lack the table, or a column of it.
    """
    file = manifest["tables"].get(name)
    return EMPTY[name] if file is None else completed(name, directory.read(file))


def read_snapshot(directory: Directory, manifest: Manifest, run: Run) -> Snapshot | None:
    """Read the snapshot of a run; None where it is not the current run, or the tables changed."""
    kept = manifest.get("ground") if manifest["current"] == run.id else None
    if kept is None:
        return None
    snapshot, files = directory.read_snapshot(kept)
    # A writer of an earlier version copies entries that it does not know.
    return snapshot if made_of(files, manifest) else None


def current(manifest: Manifest) -> dict[str, Any] | None:
    """The record of the run whose figures are shown, if there is one."""
    return next((run for run in manifest["runs"] if run["id"] == manifest["current"]), None)


def made_of(files: Collection[str], manifest: Manifest) -> bool:
    """Whether something that was made of these files was made of the current tables."""
    tables = set(manifest["tables"].values())
    return bool(tables) and tables <= set(files)


def recorded_run(data: dict[str, Any], current_id: str | None) -> Run:
    """A run from its record in a manifest."""
    values = {key: value for key, value in data.items() if key != "file"}
    return replace(Run.from_dict(values), current=data["id"] == current_id)
