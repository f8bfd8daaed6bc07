"""Entries of a manifest: the current run, its files, and the forgotten customers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from influence.runs import Run
from influence.store.directory.manifest import Manifest
from influence.store.forgetting import Forgotten


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


def forgotten_in(manifest: Manifest) -> Forgotten:
    """Return the forgotten customers; none in a store of an older version."""
    kept = manifest.get("forgotten", {"salt": "", "hashes": []})
    return Forgotten(kept["salt"], tuple(kept["hashes"]))
