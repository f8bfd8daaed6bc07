"""The manifest after a load, after forgetting a customer, after a run, and after an export.

Each function writes new files beside the present ones and returns the manifest that names them; the
store publishes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import pyarrow as pa

from influence.engine.snapshot import Snapshot
from influence.errors import NothingToShow
from influence.progress import Progress
from influence.scores import Scores
from influence.store.directory.entries import files_of_figures, forgotten_in, made_of
from influence.store.directory.exports import with_export, without_customers
from influence.store.directory.figures import changes_of_figures, runs_without
from influence.store.directory.inputs import (
    inputs_of,
    inputs_to_keep,
    not_profiling,
    without_customer,
    write_table,
)
from influence.store.directory.manifest import Directory, Manifest
from influence.store.directory.tie_values import file_without, write_ties
from influence.store.forgetting import Forgotten, names_of, without
from influence.store.last_export import LastExport
from influence.store.loads import LOADS_KEPT, Load
from influence.store.protocol import Loaded, Written
from influence.tables import Tables
from influence.tables.specs import TABLES

RUNS_KEPT = 10


def after_load(
    directory: Directory,
    manifest: Manifest,
    load: Load,
    new: Tables,
    loaded: Loaded,
    forgotten: Forgotten,
    progress: Progress,
) -> Manifest:
    """Write the tables that a load changed, and take out the figures that it makes invisible."""
    loads = [load.to_dict(), *manifest.get("loads", [])][:LOADS_KEPT]
    manifest = {**manifest, "loads": loads}
    if manifest["tables"] and not loaded.changed:
        return manifest
    if forgotten != forgotten_in(manifest):
        manifest = {**manifest, "forgotten": asdict(forgotten)}
    names = dict(manifest["tables"])
    for done, name in enumerate(TABLES):
        progress("writing", done, len(TABLES))
        if loaded.changes[name].any or name not in names:
            names[name] = write_table(directory, name, new[name])
    gone = loaded.changes["customers"].removed["id"].to_pylist()
    hidden = new.customers.filter(new.customers["do_not_profile"])["id"].to_pylist()
    unseen = pa.array([*gone, *hidden], pa.string())
    runs = runs_without(directory, manifest["runs"], unseen)
    change = loaded.changes["ties"]
    ties = (new.ties, change.added) if len(change.removed) else (None, None)
    valued = file_without(directory, manifest.get("tie_values"), unseen, *ties)
    runs = [{**run, "input_changed": run["input_changed"] or loaded.matters} for run in runs]
    inputs = inputs_of(manifest)
    if loaded.regroups:
        runs = [{**run, "unprofiled": {}, "credited": {}} for run in runs]
        inputs = not_profiling(directory, inputs, pa.array(hidden, pa.string()))
    changed = {
        "tables": names, "runs": runs, "inputs": inputs, "ground": None, "tie_values": valued,
    }  # fmt: skip
    return {**manifest, **changed}


def after_forgetting(
    directory: Directory, manifest: Manifest, old: Tables, customer: str
) -> tuple[Manifest, dict[str, int]]:
    """Write the tables, the earlier inputs and the figures without a customer.

    Returns
    -------
    Manifest
    dict
        See `Store.forget`.

    Raises
    ------
    NothingToShow
        If there is no such customer.
    """
    new, removed = without(old, customer)
    names = dict(manifest["tables"])
    for name, count in removed.items():
        if count:
            names[name] = write_table(directory, name, new[name])
    gone = pa.array([customer])
    runs = runs_without(directory, manifest["runs"], gone)
    valued = file_without(directory, manifest.get("tie_values"), gone)
    before = [run["file"] for run in manifest["runs"]]
    removed["runs"] = sum(run["file"] not in before for run in runs)
    old_inputs, present = inputs_of(manifest), manifest["tables"]
    renamed = {present[name]: names[name] for name in present}
    inputs = without_customer(directory, old_inputs, renamed, customer)
    earlier = {run: files for run, files in old_inputs.items() if files != present}
    removed["inputs"] = sum(inputs.get(run) != files for run, files in earlier.items())
    if not (removed["customers"] or removed["inputs"]):
        raise NothingToShow(f"no customer {customer!r} in the store")
    # The totals of customers who are not profiled may include this one.
    runs = [{**run, "input_changed": True, "unprofiled": {}, "credited": {}} for run in runs]
    forgotten = asdict(forgotten_in(manifest).including(customer))
    theirs = names_of(old.customers, customer)
    loads = [Load.from_dict(load).without(theirs).to_dict() for load in manifest.get("loads", [])]
    changed = {
        "tables": names, "runs": runs, "inputs": inputs, "ground": None, "tie_values": valued,
        "forgotten": forgotten, "loads": loads,
        "exports": without_customers(directory, manifest, gone),
    }  # fmt: skip
    return {**manifest, **changed}, removed


def after_run(
    directory: Directory,
    manifest: Manifest,
    scores: Scores,
    snapshot: Snapshot | None,
    files: Sequence[str],
    request: str | None,
    keep_inputs: int,
) -> tuple[Manifest, Written]:
    """Write the scores of a run, its snapshot and its most valuable ties.

    Parameters
    ----------
    files : sequence of str
        From which the tables came, see `Store.origin`; others see `Store.write_scores`.
    """
    changed, cleared = changes_of_figures(directory, manifest, scores.table)
    run = scores.run.finished()
    file = directory.write(scores.table, f"scores-{run.id}")
    runs = [{**run.to_dict(), "file": file}, *manifest["runs"]][:RUNS_KEPT]
    kept, of_present_tables = None, made_of(files, manifest)
    if snapshot is not None and of_present_tables:
        kept = directory.write_snapshot(snapshot, files)
    valued = None if scores.ties is None else write_ties(directory, scores.ties)
    written = {"runs": runs, "current": run.id, "ground": kept, "tie_values": valued}
    manifest = {**manifest, **written, "basis": None}
    if of_present_tables:
        manifest["inputs"] = {**inputs_of(manifest), run.id: manifest["tables"]}
    manifest["inputs"] = inputs_to_keep(manifest, keep_inputs)
    if request is not None and of_present_tables:
        checksums = directory.checksums(files_of_figures(manifest))
        manifest["basis"] = {"run": run.id, "request": request, "files": checksums}
    return manifest, Written(run, changed=changed, cleared=cleared)


def after_export(directory: Directory, manifest: Manifest, export: LastExport) -> Manifest:
    """Write what a program was given."""
    return {**manifest, "exports": with_export(directory, manifest, export)}
