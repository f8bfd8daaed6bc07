"""How many customers' figures a run changes: the current figures are read one column at a time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from influence.errors import StoreRefused
from influence.runs import Run
from influence.scores import absent_value, score_columns
from influence.store.directory.manifest import Directory, Manifest
from influence.store.directory.published import current, recorded_run
from influence.tables.merge import rows_compared


def changes_of_figures(
    directory: Directory, manifest: Manifest, figures: pa.Table
) -> tuple[int, int]:
    """Compare new figures with those of the current run.

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
    expected = {c.name: c for c in score_columns(run.depth, run.method)}

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
