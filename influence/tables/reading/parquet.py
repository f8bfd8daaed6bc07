"""Read Parquet files by row groups, so that a table takes little more memory than its values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

BITS = {pa.float16(): pa.int16(), pa.float32(): pa.int32(), pa.float64(): pa.int64()}
"""Types of the same width: as numbers, 0 and −0 would be equal, and NaN would not equal itself."""


def read_parquet(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a file, or some columns; one that repeats the group before shares its memory.

    Columns of one value, such as blank dates and equal kinds, thus take the memory of one group.

    Raises
    ------
    OSError, pa.ArrowException, ValueError
        If the file cannot be read.
    KeyError
        If it has no such column.
    """
    with pq.ParquetFile(path, pre_buffer=False) as file:
        groups = (file.read_row_group(at, columns) for at in range(file.num_row_groups))
        table = pa.concat_tables([*sharing(groups)] or [file.schema_arrow.empty_table()])
    return table if columns is None else table.select(columns)


def sharing(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield tables of one schema; a column equal to that of the table before is the same object.

    Examples
    --------
    >>> one, other = sharing([pa.table({"kind": ["tie"]}), pa.table({"kind": ["tie"]})])
    >>> one["kind"].chunk(0).buffers()[2].address == other["kind"].chunk(0).buffers()[2].address
    True
    """
    before: list[pa.ChunkedArray] = []
    for table in tables:
        pairs = zip(before or table.columns, table.columns, strict=True)
        before = [old if _bits(old).equals(_bits(new)) else new for old, new in pairs]
        yield pa.table(before, schema=table.schema)


def _bits(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return floating-point numbers as integers of the same bits, other columns unchanged."""
    kind = BITS.get(column.type)
    if kind is None:
        return column
    return pa.chunked_array([chunk.view(kind) for chunk in column.chunks], kind)
