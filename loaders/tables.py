"""The company's own tables: files named after them, as CSV, gzipped CSV or Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from influence.errors import UsageError
from influence.loaders import delimited
from influence.tables import TABLES, Problems, Source, Tables

ENDINGS = (".csv", ".csv.gz", ".parquet")


def read(paths: Sequence[str | Path]) -> Tables:
    """Read directories and files such as `customers.csv`, `ties.csv.gz`, `ties.parquet`.

    Parameters
    ----------
    paths : sequence of str or Path
        In a directory, files of other names are left alone.

    Returns
    -------
    Tables
        Not validated yet; what could not be read is noted in its `problems`.

    Raises
    ------
    UsageError
        If a file has no table's name, a table comes twice, or there is none at all.
    """
    problems = Problems()
    frames: dict[str, pa.Table] = {}
    sources: dict[str, Source] = {}
    for name, path in _files([Path(path) for path in paths]).items():
        read = _parquet if path.suffix == ".parquet" else delimited.read
        found = read(path, name, problems)
        if found:
            frames[name], sources[name] = found
    return Tables(sources=sources, problems=problems, **frames)


def _files(paths: Sequence[Path]) -> dict[str, Path]:
    """Which file holds which table."""
    files: dict[str, Path] = {}
    for path in paths:
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        for file in inside:
            name = table_name(file)
            if name is None and not path.is_dir():
                raise UsageError(f"{file}: no table has this name; there are {_expected()}")
            if name in files:
                raise UsageError(f"{name}: in {files[name]} and in {file}; one file a table")
            if name is not None:
                files[name] = file
    if not files:
        raise UsageError(f"{', '.join(map(str, paths))}: no table here; expected {_expected()}")
    return files


def table_name(file: Path) -> str | None:
    """The table that a file of this name holds, if any."""
    for ending in ENDINGS:
        name = file.name.removesuffix(ending)
        if name != file.name and name in TABLES:
            return name
    return None


def _expected() -> str:
    return f"{', '.join(TABLES)}, each as {', '.join(ENDINGS)}"


def _parquet(path: Path, table: str, problems: Problems) -> tuple[pa.Table, Source] | None:
    try:
        return pq.read_table(path, partitioning=None), Source(path.name, first_row=2)
    except (pa.ArrowException, OSError, UnicodeError) as error:
        problems.add_one(path.name, table, 1, "", "unreadable_file", str(error))
        return None
