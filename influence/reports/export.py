"""Scores as a file for other programs: Parquet, CSV or a workbook."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from influence.errors import InfluenceError, UsageError
from influence.reports import workbook
from influence.reports.spreadsheet import harmless, is_live
from influence.reports.wanted import Wanted, select
from influence.scores import Scores
from influence.store import Store

ENDINGS = (".parquet", ".csv", workbook.ENDING)


class Exported(NamedTuple):
    """How many customers were written, and how many cells got an apostrophe."""

    customers: int
    disarmed: int


def export(
    scores: Scores, path: str | Path, store: Store | None = None, wanted: Wanted | None = None
) -> Exported:
    """Write customers and their scores to a file, which appears whole or not at all.

    Those who asked not to be profiled are one row without id and rank, if they are enough to hide
    each other and there is no condition. In CSV and workbooks, texts that a spreadsheet would take
    for a formula get an apostrophe in front; numbers never change. Parquet keeps texts to the
    letter.

    Parameters
    ----------
    scores : Scores
    path : str or Path
        Its ending says which format: `.parquet`, `.csv` or `.xlsx`.
    store : Store, optional
        Asked for names and for columns that are no figures; without it there are figures only.
    wanted : Wanted, optional
        Which customers, which columns, in which order; by default all, by id.

    Raises
    ------
    UsageError
        If the name ends in none of the endings, a condition or column cannot be used, or a
        workbook cannot hold the rows.
    """
    path = Path(path)
    if path.suffix not in ENDINGS:
        raise UsageError(f"{path}: the name must end in {', '.join(ENDINGS)}")
    wanted = wanted or Wanted()
    table, customers = scores.to_arrow(), len(scores)
    if store is not None:
        table, customers = select(scores, store, wanted)
    if wanted.where is None:
        table = _with_the_unprofiled(table, scores)
    disarmed = 0
    if path.suffix != ".parquet":
        table, disarmed = _disarmed(table)
    fresh = path.with_name(f"{path.name}-{os.getpid()}")
    try:
        _write(table, fresh, path.suffix)
        fresh.replace(path)
    except OSError as error:
        raise InfluenceError(f"{path}: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
    return Exported(customers, disarmed)


def _write(table: pa.Table, path: Path, ending: str) -> None:
    if ending == ".csv":
        pyarrow.csv.write_csv(table, path)
    elif ending == workbook.ENDING:
        workbook.write(table, path)
    else:
        pq.write_table(table, path, compression="zstd")


def _with_the_unprofiled(table: pa.Table, scores: Scores) -> pa.Table:
    together = {**scores.run.unprofiled, "run": scores.run.id}
    row = {name: [value] for name, value in together.items() if name in table.column_names}
    if not scores.run.unprofiled or not row:
        return table
    return pa.concat_tables([table, pa.table(row)], promote_options="default")


def _disarmed(table: pa.Table) -> tuple[pa.Table, int]:
    """Make texts and headings harmless in a spreadsheet; and how many had to change."""
    changed = 0
    for at, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            texts = table.column(at).to_pylist()
            live = sum(is_live(text) for text in texts if text is not None)
            if live:
                quoted = pa.array([harmless(text) for text in texts], pa.string())
                table = table.set_column(at, field.name, quoted)
            changed += live
    changed += sum(map(is_live, table.column_names))
    return table.rename_columns([str(harmless(name)) for name in table.column_names]), changed
