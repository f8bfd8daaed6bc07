"""Tables from the results of queries on a database of another schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from influence.errors import UsageError
from influence.tables import TABLES, Origin, Source, Tables
from influence.tables.origin import File


def read(results: Mapping[Path, pa.Table]) -> Tables:
    """Return tables from query results, by the file of the query.

    Rows are numbered from 1 in the order of the result. The record of the load has a hash of each
    result, not of the query.

    Raises
    ------
    UsageError
        If a result is no table of ours, several results are the same table, or it may be several
        tables and the file is not named after one of them.
    """
    frames: dict[str, pa.Table] = {}
    sources: dict[str, Source] = {}
    for file, result in results.items():
        name = _table_of(file, result.column_names)
        if name in frames:
            raise UsageError(f"{sources[name].file} and {file.name} both return {name}")
        frames[name], sources[name] = result, Source(file.name, first_row=1)
    files = tuple(File.of_frame(str(file), result) for file, result in results.items())
    return Tables(sources=sources, origin=Origin("cypher", files), **frames)


def _table_of(file: Path, columns: Sequence[str]) -> str:
    """Return the table that a result is: by the name of the file, else by its columns."""
    if file.stem.lower() in TABLES:
        return file.stem.lower()
    present = {name.lower() for name in columns}
    found = [
        name
        for name, spec in TABLES.items()
        if all(column.name in present for column in spec.columns if column.required)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        files = " or ".join(f"{name}.cypher" for name in found)
        raise UsageError(f"{file.name}: it may return {' or '.join(found)}: call it {files}")
    needed = "; ".join(
        f"{name}: {', '.join(column.name for column in spec.columns if column.required)}"
        for name, spec in TABLES.items()
    )
    raise UsageError(
        f"{file.name}: it returns {', '.join(columns) or 'nothing'}, which make no table; tables "
        f"need the columns {needed}"
    )
