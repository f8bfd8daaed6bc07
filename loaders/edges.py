"""Read edge lists: two columns of ids, as published by SNAP, KONECT, Gephi, networkx and others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import UsageError
from influence.loaders import edge_files, edge_first_row, edge_headers, named, workbook
from influence.loaders.edge_files import Declared
from influence.loaders.files import WORKBOOK
from influence.loaders.text import Grid, Reading, Unreadable, read_grid
from influence.tables import Origin, Problems, Tables
from influence.tables.notes import Note

Ends = Literal["undirected", "directed", "reversed"]
NONE = "none"
"""Value of `strength` for no column."""


@dataclass(frozen=True)
class Layout:
    """The names of the columns.

    Attributes
    ----------
    names : list of str
        One per column: a column of ties, or the name in the file.
    header : bool
        Whether the first row is a header.
    """

    names: list[str]
    header: bool


def read(
    path: str | Path,
    ends: Ends | None = None,
    kind: str | None = None,
    *,
    reading: Reading | None = None,
    strength: str | None = None,
) -> Tables:
    """Read an edge list.

    Parameters
    ----------
    path : str or Path
        Compressed or not.
    ends : {"undirected", "directed", "reversed"}, optional
        Ties that run both ways, from the first column to the second, or from the second to the
        first. Default: as the file declares, else both ways.
    kind : str, optional
        Kind of all ties. Default: the column `kind`, else `tie`.
    reading : Reading, optional
        How to read the text; by default it is detected, and a note says how.
    strength : str, optional
        The column of strengths: its name, its number from 1, or "none". Default: a column named
        strength or weight.

    Returns
    -------
    Tables
        Ties only, not validated: load them with the rules `drop_self` and `add_missing`.

    Raises
    ------
    UsageError
        If there is no column of that name or number.
    """
    path, problems = Path(path), Problems()
    notes, detected = list[Note](), list[Note]()
    reading = reading or Reading()
    try:
        grid = _grid(path, reading)
        declared = edge_files.declared(grid)
        layout = _layout(grid, declared, reading, strength, detected, path.name)
        table, source = named.table(
            path.name, "ties", grid, layout.names, problems, notes, header=layout.header
        )
    except Unreadable as error:
        named.unreadable(path.name, "ties", error, problems)
        return Tables(problems=problems, notes=notes, refused={"ties": error.rows})
    if reading.comments is None and not layout.header:
        _comments_among_rows(path.name, grid, problems)
    ties = _ties(table, ends, kind, declared, detected, path.name)
    notes += detected
    return Tables(
        ties=ties, sources={"ties": source}, problems=problems, notes=notes,
        origin=Origin.of_files("edges", [path]),
    )  # fmt: skip


def _grid(path: Path, reading: Reading) -> Grid:
    if path.suffix.lower() in WORKBOOK:
        return workbook.read(path, reading.sheet)
    return read_grid(path, reading, edge_headers.is_header, edge_files.preamble)


def _layout(
    grid: Grid,
    declared: Declared,
    reading: Reading,
    strength: str | None,
    notes: list[Note],
    file: str,
) -> Layout:
    """Name the columns as the caller, the header or the format says."""
    width = len(grid.first)
    wanted = None if grid.above else reading.header
    header = edge_headers.is_header(grid.first) if wanted is None else wanted
    if reading.columns:
        if len(reading.columns) > width:
            raise UsageError(f"--columns names {len(reading.columns)} columns; {file} has {width}")
        names = [*map(edge_headers.canonical, reading.columns)]
        if reading.header is None and not header:
            edge_first_row.require_data(grid, columns_named=True)
            header = edge_first_row.looks_like_header(grid.cells)
        if header:
            text = f"{file}: the first row is read as a header: {', '.join(grid.first)}"
            notes.append(Note(f"{text} (--no-header reads it as a tie)", "header", file=file))
    elif header and edge_headers.is_header(grid.first):
        if reading.header is None:
            edge_headers.require_header(grid)
        names = edge_headers.names(grid.first)
    elif declared.names:
        names, header = list(declared.names), False
    else:
        if reading.header is None:
            edge_first_row.require_data(grid)
        names = ["source", "target"]
    names += [f"column {i}" for i in range(len(names) + 1, width + 1)]
    if not {"source", "target"} <= {*names[:width]}:
        raise Unreadable(
            "two columns of ids are expected; --separator sets the separator, --columns "
            "source,target,… names the columns", grid.first_row, grid.rows,
        )  # fmt: skip
    return Layout(_with_strength(names[:width], grid, strength, notes, file, header=header), header)


def _with_strength(
    names: list[str],
    grid: Grid,
    strength: str | None,
    notes: list[Note],
    file: str,
    *,
    header: bool,
) -> list[str]:
    """Name the requested column strength, by default a column named strength or weight."""
    if strength is None:
        if "weight" in names and "strength" not in names:
            names[names.index("weight")] = "strength"
            text = f"{file}: column weight is read as strength (--strength none ignores it)"
            notes.append(Note(text, "strength_column", file=file, column="weight"))
        return names
    names = ["weight" if name == "strength" else name for name in names]
    if strength.lower() == NONE:
        return names
    spelt = [*map(edge_headers.bare, grid.first)] if header else []
    wanted = edge_headers.bare(strength)
    if wanted in spelt:
        at = spelt.index(wanted)
    elif strength in names:
        at = names.index(strength)
    elif strength.isdecimal() and 2 < int(strength) <= len(names):
        at = int(strength) - 1
    else:
        columns = ", ".join(grid.first if header else names)
        raise UsageError(f"--strength {strength}: no such column in {file}; it has {columns}")
    names[at] = "strength"
    return names


def _comments_among_rows(file: str, grid: Grid, problems: Problems) -> None:
    """Report rows that may be comments or ties whose first id begins like a comment."""
    at = named.like_comments(grid.cells)
    if len(at):
        records = grid.cells.take(pa.array(at)).to_pylist()
        for row, record in zip(grid.row_numbers()[at].tolist(), records, strict=True):
            problems.add_one(
                file, "ties", row, "source", "comment_or_id", " ".join(record.values())
            )


def _ties(
    table: pa.Table,
    ends: Ends | None,
    kind: str | None,
    declared: Declared,
    notes: list[Note],
    file: str,
) -> pa.Table:
    """Return the table of ties with ends, kind and direction."""
    columns = {name: table[name] for name in table.column_names}
    _read_type(columns)
    if ends is None and "directed" not in columns and declared.directed is not None:
        columns["directed"] = pa.repeat(declared.directed, len(table))
        way = "directed" if declared.directed else "undirected"
        text = f"{file}: the ties are {way}, as the file declares ({declared.line})"
        notes.append(Note(text, "direction", file=file, directed=declared.directed))
    elif ends is not None or "directed" not in columns:
        columns["directed"] = pa.repeat(ends not in {None, "undirected"}, len(table))
        if ends is None and declared.hint:
            text = f"{file}: the ties are read as running both ways, yet it says {declared.hint!r}"
            notes.append(Note(f"{text} (--directed, --reversed)", "direction", file=file))
    if ends == "reversed":
        columns["source"], columns["target"] = columns["target"], columns["source"]
    if kind is not None or "kind" not in columns:
        columns["kind"] = pa.repeat(kind or "tie", len(table))
    return pa.table(columns)


def _read_type(columns: dict[str, pa.ChunkedArray]) -> None:
    """Read the column Type, in which Gephi says whether an edge is directed."""
    if "type" not in columns or "directed" in columns or not len(columns["type"]):
        return
    types = pc.utf8_lower(pc.utf8_trim_whitespace(columns["type"]))
    if pc.any(pc.is_in(types, pa.array(["directed", "undirected"]))).as_py():
        both_ways = pc.is_in(types, pa.array(["undirected", "mutual", ""]))
        flags = pc.if_else(both_ways, "false", columns["type"])
        columns["directed"] = pc.if_else(pc.equal(types, "directed"), "true", flags)
        del columns["type"]
