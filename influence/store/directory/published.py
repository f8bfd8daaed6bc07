"""The tables, runs, figures and snapshot that a manifest names, read on demand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from influence.engine.snapshot import Snapshot
from influence.errors import NothingToShow, UsageError
from influence.network import Network
from influence.runs import Run
from influence.scores import completed_scores
from influence.store.base import nothing_loaded
from influence.store.directory.manifest import Directory, Manifest
from influence.tables import EMPTY, Tables
from influence.tables.merge import completed
from influence.tables.notes import ignore


@dataclass(frozen=True, eq=False)
class Published:
    """The source of query answers; see `influence.answers.company.Source`.

    Reading raises FileNotFoundError if a writer has since removed a file.
    """

    directory: Directory
    manifest: Manifest
    url: str

    def runs(self) -> Sequence[Run]:
        """Return the runs that are kept, newest first."""
        now = self.manifest["current"]
        return [recorded_run(data, now) for data in self.manifest["runs"]]

    def table(self, name: str) -> pa.Table:
        """Return an input table, with all columns of its spec.

        Raises
        ------
        NothingToShow
            If nothing has been loaded.
        """
        if not self.manifest["tables"]:
            raise nothing_loaded(self.directory.path)
        return read_table(self.directory, self.manifest, name)

    def figures(self, run: Run) -> pa.Table:
        """Return the score table of a run that is kept."""
        files = {data["id"]: data["file"] for data in self.manifest["runs"]}
        return completed_scores(self.directory.read(files[run.id]), run)

    def tie_values(self) -> pa.Table:
        """The most valuable ties of the current run; see `influence.scores.TIE_SCHEMA`.

        Raises
        ------
        NothingToShow
            If no run of this version has finished yet.
        """
        file = self.manifest.get("tie_values")
        if file is None:
            raise NothingToShow(
                f"no values of ties in {self.directory.path} yet; `influence run` computes them"
            )
        return self.directory.read(file)

    def network(self, run: Run) -> Network:
        """Return the network of the current ties: from the snapshot of the run, else built."""
        snapshot = read_snapshot(self.directory, self.manifest, run)
        if snapshot is not None:
            return snapshot.network
        given = {name: EMPTY[name] for name in EMPTY}
        given |= {name: self.table(name) for name in ("customers", "ties")}
        try:
            return Network.from_tables(
                Tables(complete=True, **given), run.parameters.selection, ignore
            )
        except UsageError:  # no tie of the selected kinds or networks is left
            given["ties"] = EMPTY["ties"]
            return Network.from_tables(Tables(complete=True, **given))


def read_table(directory: Directory, manifest: Manifest, name: str) -> pa.Table:
    """Read a table that a manifest names.

    A store of an older version may lack the table or some of its columns.
    """
    file = manifest["tables"].get(name)
    return EMPTY[name] if file is None else completed(name, directory.read(file))


def read_snapshot(directory: Directory, manifest: Manifest, run: Run) -> Snapshot | None:
    """Read the snapshot of a run; None if it is not the current run or the tables changed."""
    kept = manifest.get("ground") if manifest["current"] == run.id else None
    if kept is None:
        return None
    snapshot, files = directory.read_snapshot(kept)
    # A writer of an older version keeps entries that it does not know, outdated ones too.
    return snapshot if made_of(files, manifest) else None


def current(manifest: Manifest) -> dict[str, Any] | None:
    """Return the record of the current run; None if there is none."""
    return next((run for run in manifest["runs"] if run["id"] == manifest["current"]), None)


def made_of(files: Collection[str], manifest: Manifest) -> bool:
    """Return whether files include all current tables."""
    tables = set(manifest["tables"].values())
    return bool(tables) and tables <= set(files)


def files_of_figures(manifest: Manifest) -> list[str]:
    """Return the files with the tables and with all figures of the current run."""
    run = current(manifest)
    files = [*manifest["tables"].values(), run and run["file"]]
    files += [manifest.get("ground"), manifest.get("tie_values")]
    return [file for file in files if file is not None]


def recorded_run(data: dict[str, Any], current_id: str | None) -> Run:
    """Read a run from its record in a manifest."""
    values = {key: value for key, value in data.items() if key != "file"}
    return replace(Run.from_dict(values), current=data["id"] == current_id)
