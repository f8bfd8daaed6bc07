"""The files of figures: how many customers' figures a run changes, and figures without some."""

from __future__ import annotations

import secrets
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import StoreRefused
from influence.runs import Run
from influence.score_columns import absent_value, run_columns
from influence.store.directory.entries import current, recorded_run
from influence.store.directory.manifest import Directory, Manifest
from influence.tables.merge import rows_compared


def changes_of_figures(
    directory: Directory, manifest: Manifest, figures: pa.Table
) -> tuple[int, int]:
    """Compare new figures with those of the current run, which are read one column at a time.

    Returns
    -------
    changed : int
        Customers whose figures differ or who had none: all, if the current ones are damaged.
    cleared : int
        Customers who had figures and have none now.
    """
    run = current(manifest)
    if run is None:
        return len(figures), 0
    try:
        return _counted(directory, run["file"], recorded_run(run, run["id"]), figures)
    except (FileNotFoundError, StoreRefused):
        return len(figures), 0


def _counted(directory: Directory, file: str, run: Run, figures: pa.Table) -> tuple[int, int]:
    keys = directory.read(file, columns=["customer"])
    there = directory.schema(file)
    expected = {c.name: c for c in run_columns(run)}

    def before(name: str) -> pa.ChunkedArray:
        if name in there.names:
            return directory.read(file, columns=[name])[name]
        of = expected.get(name)
        value = absent_value(of) if of else pa.scalar(None, figures.schema.field(name).type)
        return pa.chunked_array([pa.repeat(value, len(keys))])

    for field in there:
        if field.name not in figures.column_names:
            figures = figures.append_column(field, pa.nulls(len(figures), field.type))
    at, same = rows_compared(keys, figures.drop_columns("run"), before)
    return int(np.count_nonzero(~same)), len(keys) - int(np.count_nonzero(at >= 0))


def runs_without(
    directory: Directory, runs: list[dict[str, Any]], gone: pa.StringArray
) -> list[dict[str, Any]]:
    """Return the runs without the figures of customers who are removed or not profiled.

    A run whose figures cannot be read is dropped, because they may include such a customer.
    """
    if len(gone) == 0:
        return runs
    kept = []
    for run in runs:
        try:
            scores = directory.read(run["file"])
        except (FileNotFoundError, StoreRefused):
            continue
        stay = scores.filter(pc.invert(pc.is_in(scores["customer"], gone)))
        file = run["file"]
        if len(stay) < len(scores):
            file = directory.write(stay, f"scores-{run['id']}-{secrets.token_hex(8)}")
        kept.append({**run, "file": file})
    return kept
