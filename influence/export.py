"""Scores as a file for other programs: Parquet or CSV."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from influence.errors import InfluenceError, UsageError
from influence.scores import Scores
from influence.spreadsheet import harmless, is_live

ENDINGS = (".parquet", ".csv")


def export(scores: Scores, path: Path) -> int:
    """Write all score columns to a file, which appears whole or not at all.

    In CSV, ids that a spreadsheet would take for a formula get an apostrophe in front; numbers
    never change. Parquet keeps ids to the letter.

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
    table, live = scores.to_arrow(), 0
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


def _harmless(table: pa.Table) -> tuple[pa.Table, int]:
    ids = table["customer"].to_pylist()
    live = sum(map(is_live, ids))
    if live:
        quoted = pa.array([harmless(name) for name in ids], pa.string())
        table = table.set_column(table.column_names.index("customer"), "customer", quoted)
    return table, live
