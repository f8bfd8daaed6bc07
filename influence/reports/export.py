"""Export of scores to Parquet, CSV or a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from influence.errors import UsageError
from influence.reports import workbook
from influence.reports.replacing import replacing
from influence.reports.spreadsheet import harmless, harmless_texts, is_formula
from influence.reports.wanted import Wanted, select
from influence.scores import Scores
from influence.store import Store

ENDINGS = (".parquet", ".csv", workbook.ENDING)


class Exported(NamedTuple):
    """What an export wrote.

    Attributes
    ----------
    customers : int
        Customers written.
    disarmed : int
        Cells that got an apostrophe, since a spreadsheet would run them as a formula.
    """

    customers: int
    disarmed: int


def export(
    scores: Scores, path: str | Path, store: Store | None = None, wanted: Wanted | None = None
) -> Exported:
    """Write customers and their scores to a file, atomically.

    Without a condition, customers who are not profiled are one row without id and rank, if there
    are enough of them that no one can be identified. In CSV and workbooks, texts that a spreadsheet
    would run as a formula get an apostrophe in front; numbers stay as they are. Parquet keeps all
    texts unchanged.

    Parameters
    ----------
    scores : Scores
    path : str or Path
        The suffix selects the format: `.parquet`, `.csv` or `.xlsx`.
    store : Store, optional
        Read for names and for columns that are not figures; without it only figures are written.
    wanted : Wanted, optional
        Which customers and columns, in which order; by default all, by id.

    Raises
    ------
    UsageError
        If the suffix is unknown, a condition or column is not valid, or a workbook cannot hold the
        rows.
    """
    path = Path(path)
    if path.suffix not in ENDINGS:
        raise UsageError(f"{path}: the file name must end in {', '.join(ENDINGS)}")
    wanted = wanted or Wanted()
    table, customers = scores.to_arrow(), len(scores)
    if store is not None:
        table, customers = select(scores, store, wanted)
    if wanted.where is None:
        table = _with_unprofiled(table, scores)
    disarmed = 0
    if path.suffix != ".parquet":
        table, disarmed = _disarmed(table)
    with replacing(path) as fresh:
        _write(table, fresh, path.suffix)
    return Exported(customers, disarmed)


def _write(table: pa.Table, path: Path, ending: str) -> None:
    if ending == ".csv":
        pyarrow.csv.write_csv(table, path)
    elif ending == workbook.ENDING:
        workbook.write(table, path)
    else:
        pq.write_table(table, path, compression="zstd")


def _with_unprofiled(table: pa.Table, scores: Scores) -> pa.Table:
    totals = {**scores.run.unprofiled, "run": scores.run.id}
    row = {name: [value] for name, value in totals.items() if name in table.column_names}
    if not scores.run.unprofiled or not row:
        return table
    return pa.concat_tables([table, pa.table(row)], promote_options="default")


def _disarmed(table: pa.Table) -> tuple[pa.Table, int]:
    """Return a table with texts and headings safe for spreadsheets, and the number changed."""
    changed = 0
    for at, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            texts, formulas = harmless_texts(table.column(at))
            table = table.set_column(at, field.name, texts)
            changed += formulas
    changed += sum(map(is_formula, table.column_names))
    return table.rename_columns([str(harmless(name)) for name in table.column_names]), changed
