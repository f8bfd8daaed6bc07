"""Read files named after tables, in any of the formats of `files.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path

import pyarrow as pa

from influence.errors import UsageError
from influence.loaders import named
from influence.loaders.files import (
    ALL,
    JSON_LINES,
    PACKED,
    PARQUET,
    TYPED,
    ending_of,
    read_cells,
    read_typed,
)  # fmt: skip
from influence.loaders.text import Grid, Reading, Unreadable
from influence.tables import TABLES, Origin, Problems, Source, Tables
from influence.tables.notes import Note
from influence.tables.reading.names import canonical_names, is_unnamed


def read(paths: Sequence[str | Path], reading: Reading | None = None) -> Tables:
    """Read directories and files such as `customers.csv`, `ties.tsv.gz`, `Surveys.xlsx`.

    Parameters
    ----------
    paths : sequence of str or Path
        In a directory, files with other names are ignored, and a note names them. A directory
        named after a table may hold its parts in Parquet.
    reading : Reading, optional
        How to read text; by default it is detected, and a note says how.

    Returns
    -------
    Tables
        Not validated; `problems` contains what could not be read.

    Raises
    ------
    UsageError
        If a file is not named after a table, a table occurs twice, there is none at all, or columns
        are named for several files.
    """
    reading, problems, notes = reading or Reading(), Problems(), list[Note]()
    files = _files([Path(path) for path in paths], notes)
    reading.check_files(len(files))
    frames: dict[str, pa.Table] = {}
    sources: dict[str, Source] = {}
    refused: dict[str, int] = {}
    for name, path in files.items():
        try:
            frames[name], sources[name] = _read(path, name, reading, problems, notes)
        except Unreadable as error:
            named.unreadable(path.name, name, error, problems)
            refused[name] = error.rows
    parts = (part for path in files.values() for part in _files_of(path))
    return Tables(
        sources=sources, problems=problems, notes=notes, refused=refused,
        origin=Origin.of_files("tables", parts), **frames,
    )  # fmt: skip


def _read(
    path: Path, table: str, reading: Reading, problems: Problems, notes: list[Note]
) -> tuple[pa.Table, Source]:
    if path.is_dir() or ending_of(path) in TYPED:
        return _typed(path)
    return _named(path, table, reading, problems, notes)


def _named(
    path: Path, table: str, reading: Reading, problems: Problems, notes: list[Note]
) -> tuple[pa.Table, Source]:
    """Read a file of cells, usually with a header."""

    def is_header(cells: list[str]) -> bool:
        names = canonical_names(cells, table)
        return all(c.name in names for c in TABLES[table].columns if c.required)

    grid = read_cells(path, reading, is_header)
    header = _has_header(grid, table, reading, is_header)
    if not header and not reading.columns:
        raise UsageError(f"{path.name}: without a header --columns must name its columns")
    given = list(reading.columns) if reading.columns else grid.first
    names = ["" if is_unnamed(name) else name for name in canonical_names(given, table)]
    width = len(grid.first)
    if len(names) > width:
        raise UsageError(f"--columns names {len(names)} columns; {path.name} has {width}")
    names += [""] * (width - len(names))
    return named.table(path.name, table, grid, names, problems, notes, header=header)


def _has_header(
    grid: Grid, table: str, reading: Reading, is_header: Callable[[list[str]], bool]
) -> bool:
    """Return whether the first row is a header; refuse it if it may be a title or data."""
    if reading.header is not None:
        return reading.header
    shown = ", ".join(grid.first)
    if reading.columns and not {*canonical_names(grid.first, table)} & {*TABLES[table].names}:
        raise Unreadable(
            f"a header or data? {shown}; --header reads the first row as a header, --no-header "
            "as data", grid.first_row, grid.rows,
        )  # fmt: skip
    if not is_header(grid.first) and named.header_below(grid, is_header):
        raise Unreadable(
            f"the header is in a row below; remove the rows above it: {shown}",
            grid.first_row, grid.rows,
        )  # fmt: skip
    return True


def _files(paths: Sequence[Path], notes: list[Note]) -> dict[str, Path]:
    """Find the file of each table."""
    files: dict[str, Path] = {}
    for path in paths:
        folder = path.is_dir() and not _is_parted(path)
        for file in sorted(path.iterdir()) if folder else [path]:
            name = table_name(file) if file.is_file() or _is_parted(file) else None
            if name is None and not folder:
                raise UsageError(f"{file}: no table has this name; there are {_expected()}")
            if name in files:
                raise UsageError(f"{name}: in {files[name]} and in {file}; one file per table")
            if name is not None:
                files[name] = file
            elif not file.name.startswith("."):
                notes.append(_left_out(file))
    if not files:
        raise UsageError(f"{', '.join(map(str, paths))}: no table here; expected {_expected()}")
    return files


def table_name(file: Path) -> str | None:
    """Return the table that a file or a folder of parts with this name holds, if any."""
    stem, ending = _parted(file)
    if file.is_dir():
        return stem
    return stem if stem in TABLES and ending in {*ALL, *PACKED} else None


def _is_parted(path: Path) -> bool:
    """Whether a path is a folder named after a table with parts in Parquet, as Spark writes."""
    return path.is_dir() and _parted(path)[0] in TABLES and bool(_parts(path))


def _parts(folder: Path) -> list[Path]:
    """The parts of a table in a folder, in order; names that begin with . or _ are not data."""
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in PARQUET)
    return [file for file in files if not file.name.startswith((".", "_"))]


def _files_of(path: Path) -> list[Path]:
    return _parts(path) if path.is_dir() else [path]


def _parted(file: Path) -> tuple[str, str]:
    """Return the name in lower case without extensions, and the extension that gives the format."""
    name = file.name.lower()
    ending = next((each for each in PACKED if name.endswith(each)), "")
    name = name.removesuffix(ending)
    stem, dot, kind = name.rpartition(".")
    return (stem, f".{kind}") if dot and f".{kind}" in ALL else (name, ending)


def _left_out(file: Path) -> Note:
    """Note that a file is not read, and which table it may be."""
    stem, _ = _parted(file)
    if not file.is_file():
        what = "a directory" if file.is_dir() else "not a regular file"
        return Note(f"{file.name}: not read; {what}", "file_not_read", file=file.name)
    if stem in TABLES:
        why = f"; a table comes as {_endings()}"
    else:
        meant = get_close_matches(stem, TABLES, n=1)
        why = f"; did you mean {meant[0]}{file.name[len(stem) :]}?" if meant else ""
    return Note(f"{file.name}: not read{why}", "file_not_read", file=file.name)


def _endings() -> str:
    return f"{', '.join(ALL)}, text also with {', '.join(PACKED)}"


def _expected() -> str:
    return f"{', '.join(TABLES)}, each as {_endings()}"


def _typed(path: Path) -> tuple[pa.Table, Source]:
    """Read a file, or a folder of parts one after the other; rows are counted through all parts."""
    parts = _files_of(path)
    nested = next((part for part in parts if path.is_dir() and part.parent != path), None)
    if nested is not None:
        raise Unreadable(
            f"parts lie in folders, {nested.parent.relative_to(path)}, whose names may hold values "
            "of a column: write the table without partitions"
        )
    first_row = 1 if ending_of(path) in JSON_LINES else 2
    tables = [read_typed(part) for part in parts]
    try:
        table = pa.concat_tables(tables, promote_options="permissive")
    except pa.ArrowException as error:
        raise Unreadable(str(error)) from error
    return table, Source(path.name, first_row=first_row)
