"""Scores as a file for other programs: Parquet or CSV."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from influence.errors import InfluenceError, UsageError
from influence.reports.spreadsheet import harmless, is_live
from influence.scores import Scores

ENDINGS = (".parquet", ".csv")


def export(scores: Scores, path: Path) -> int:
    """Write all score columns to a file, which appears whole or not at all.

    Those who asked not to be profiled are one row without id and rank, if they are enough to hide
    each other. In CSV, ids that a spreadsheet would take for a formula get an apostrophe in front;
    numbers never change. Parquet keeps ids to the letter.

    Returns
    -------
    int
        How many ids got an apostrophe.

    Raises
    ------
    UsageError
        If the name ends in neither `.parquet` nor `.csv`.
    """
    if path.suffix not in ENDINGS:
        raise UsageError(f"{path}: the name must end in {' or '.join(ENDINGS)}")
    table, live = _with_the_unprofiled(scores), 0
    if path.suffix == ".csv":
        table, live = _harmless(table)
    fresh = path.with_name(f"{path.name}-{os.getpid()}")
    try:
        if path.suffix == ".csv":
            pyarrow.csv.write_csv(table, fresh)
        else:
            pq.write_table(table, fresh, compression="zstd")
        fresh.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise InfluenceError(f"{path}: {error.strerror or error}") from error
    return live


def _with_the_unprofiled(scores: Scores) -> pa.Table:
    together = {n: v for n, v in scores.run.unprofiled.items() if n != "customers"}
    if not together:
        return scores.to_arrow()
    row = pa.table({name: [value] for name, value in {**together, "run": scores.run.id}.items()})
    return pa.concat_tables([scores.to_arrow(), row], promote_options="default")


def _harmless(table: pa.Table) -> tuple[pa.Table, int]:
    ids = table["customer"].to_pylist()
    live = sum(is_live(name) for name in ids if name is not None)
    if live:
        quoted = pa.array([harmless(name) for name in ids], pa.string())
        table = table.set_column(table.column_names.index("customer"), "customer", quoted)
    return table, live
