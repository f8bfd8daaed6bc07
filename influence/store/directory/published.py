"""The tables, runs, figures and snapshot that a manifest names, read on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from influence.engine.snapshot import Snapshot
from influence.errors import NothingToShow, UsageError
from influence.network import Network
from influence.progress import Progress, silent
from influence.runs import Run
from influence.score_columns import COMPARED, STANDINGS, completed_scores
from influence.scores import Scores
from influence.store.base import nothing_loaded
from influence.store.directory.entries import current, made_of, recorded_run
from influence.store.directory.exports import last_export
from influence.store.directory.inputs import inputs_of
from influence.store.directory.manifest import Directory, Manifest
from influence.store.last_export import LastExport
from influence.tables import EMPTY, Tables
from influence.tables.merge import completed
from influence.tables.notes import ignore
from influence.tables.source import Source
from influence.tables.specs import CUSTOMERS, TABLES


@dataclass(frozen=True, eq=False)
class Published:
    """One state of a directory store; see `Store` and `influence.answers.company.Source`.

    Reading raises FileNotFoundError if a writer has since removed a file.
    """

    directory: Directory
    manifest: Manifest
    url: str

    # Tables

    def tables(self, progress: Progress = silent) -> Tables:
        """Return all tables, and from which files they are; empty if nothing has been loaded."""
        files = self.manifest["tables"]
        return self._tables(files, progress) if files else EMPTY

    def input_of(self, run: Run) -> Tables | None:
        """Return the tables from which a run was computed; None if they are not kept."""
        files = inputs_of(self.manifest).get(run.id)
        return None if files is None else self._tables(files)

    def last_export(self, target: str) -> LastExport | None:
        """Return what a target was last given; None if it was given nothing yet."""
        return last_export(self.directory, self.manifest, target)

    def _tables(self, files: Mapping[str, str], progress: Progress = silent) -> Tables:
        found = {}
        for done, name in enumerate(TABLES):
            progress("reading", done, len(TABLES))
            found[name] = self._table(name, files.get(name))
        sources = {name: Source(file) for name, file in files.items()}
        return Tables(complete=True, sources=sources, **found)

    def table(self, name: str) -> pa.Table:
        """Return an input table, with all columns of its spec.

        Raises
        ------
        NothingToShow
            If nothing has been loaded.
        """
        if not self.manifest["tables"]:
            raise nothing_loaded(self.directory.path)
        return self._table(name, self.manifest["tables"].get(name))

    def customers(self, columns: Sequence[str] | None, ids: Sequence[str] | None) -> pa.Table:
        """Return the customers table, or some columns and rows of it; see `Store`."""
        file = self.manifest["tables"].get("customers")
        if file is None:
            raise nothing_loaded(self.directory.path)
        some = {} if ids is None else {"filters": pc.field("id").isin(pa.array(ids, pa.string()))}
        there = self.directory.schema(file).names
        if columns is None or {*columns} & {*CUSTOMERS.stored.names} - {*there}:
            # A store of an older version may lack a column.
            table = completed("customers", self.directory.read(file, **some))
            return table if columns is None else table.select(_present(columns, table.column_names))
        return self.directory.read(file, columns=_present(columns, there), **some)

    def _table(self, name: str, file: str | None) -> pa.Table:
        """Read a table, which a store of an older version may lack, or some of its columns."""
        return EMPTY[name] if file is None else completed(name, self.directory.read(file))

    # Runs and figures

    def runs(self) -> Sequence[Run]:
        """Return the runs that are kept, newest first."""
        now = self.manifest["current"]
        return [recorded_run(data, now) for data in self.manifest["runs"]]

    def figures(self, run: Run) -> pa.Table:
        """Return the score table of a run that is kept."""
        return completed_scores(self.directory.read(self._figures_of(run.id)), run)

    def main_figures(self, run_id: str) -> pa.Table:
        """Return the main figures of a run; see `Store.figures`."""
        return self.directory.read(self._figures_of(run_id)).select(["customer", *COMPARED])

    def _figures_of(self, run_id: str) -> str:
        """Return the file with the figures of a run.

        Raises
        ------
        NothingToShow
            If the run is not kept.
        """
        files: dict[str, str] = {run["id"]: run["file"] for run in self.manifest["runs"]}
        if run_id not in files:
            known = ", ".join(files) or "none"
            raise NothingToShow(f"no run {run_id!r} in {self.directory.path}; it keeps {known}")
        return files[run_id]

    def scores(self, customers: Sequence[str] | None) -> Scores | None:
        """Return the scores of the current run, of all or some customers; None without a run."""
        run = current(self.manifest)
        if run is None:
            return None
        some = None if customers is None else pa.array(customers, pa.string())
        wanted = {} if some is None else {"filters": pc.field("customer").isin(some)}
        found = recorded_run(run, run["id"])
        return Scores(completed_scores(self.directory.read(run["file"], **wanted), found), found)

    def standings(self) -> Scores | None:
        """Return quadrants and tiers of the current run, if it has them; see `Store`."""
        run = current(self.manifest)
        if run is None or not {*STANDINGS} <= {*self.directory.schema(run["file"]).names}:
            return None
        table = self.directory.read(run["file"], columns=["customer", *STANDINGS])
        return Scores(table, recorded_run(run, run["id"]))

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

    # The network

    def snapshot(self, run: Run) -> Snapshot | None:
        """Read the snapshot of a run; None if it is not the current run or the tables changed."""
        kept = self.manifest.get("ground") if self.manifest["current"] == run.id else None
        if kept is None:
            return None
        snapshot, files = self.directory.read_snapshot(kept)
        # A writer of an older version keeps entries that it does not know, outdated ones too.
        return snapshot if made_of(files, self.manifest) else None

    def network(self, run: Run) -> Network:
        """Return the network of the current ties: from the snapshot of the run, else built."""
        snapshot = self.snapshot(run)
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


def _present(columns: Sequence[str], there: Sequence[str]) -> list[str]:
    """Return those of some columns that there are."""
    return [name for name in columns if name in there]
