"""Read files by a mapping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import UsageError
from influence.loaders.files import ALL, PACKED, ending_of
from influence.loaders.mapped.combine import combined
from influence.loaders.mapped.frames import Frame, read_frames
from influence.loaders.mapped.groups import ties_of
from influence.loaders.mapped.mapping import read_mapping
from influence.loaders.mapped.matching import bare, known
from influence.loaders.mapped.rows import Piece, left_out, rows_of
from influence.loaders.mapped.schema import Mapping, lookups
from influence.loaders.mapped.values import lookup_columns
from influence.loaders.text import Reading
from influence.tables import Origin, Problems, Source, Tables
from influence.tables.notes import Note
from influence.tables.problems import printable


def read(
    paths: Sequence[str | Path],
    mapping: Mapping | str | Path,
    reading: Reading | None = None,
    *,
    largest_group: int | None = None,
) -> Tables:
    """Read files by a mapping.

    Parameters
    ----------
    paths : sequence of str or Path
        Files, or directories of files; a file in a directory that cannot be one is left out with a
        note.
    mapping : Mapping, str or Path
        A mapping, the path of one, or the name of a vendor.
    reading : Reading, optional
        How to read text; comes before the settings of the mapping.
    largest_group : int, optional
        Overrides `largest` of all groups; 0 for no limit.

    Returns
    -------
    Tables
        Not validated; `problems` contains what could not be read.

    Raises
    ------
    UsageError
        If the mapping has errors, or does not fit the files.
    """
    mapping = mapping if isinstance(mapping, Mapping) else read_mapping(mapping)
    problems, notes, refused = Problems(), list[Note](), dict[str, int]()
    files = list_files([Path(path) for path in paths], notes)
    reading = reading or Reading()
    reading.check_files(len(files))
    frames = read_frames(files, mapping, reading, problems, notes, refused)
    pieces: dict[str, list[Piece]] = {}
    for frame in frames:
        for piece in _pieces(frame, frames, largest_group, problems, notes):
            pieces.setdefault(piece.table, []).append(piece)
    tables: dict[str, pa.Table] = {}
    sources: dict[str, Source] = {}
    for name, some in pieces.items():
        tables[name], sources[name] = combined(some, notes)
    return Tables(
        sources=sources, problems=problems, notes=notes, refused=refused,
        origin=Origin.of_files("mapped", files), **tables,
    )  # fmt: skip


def _pieces(
    frame: Frame,
    frames: Sequence[Frame],
    largest: int | None,
    problems: Problems,
    notes: list[Note],
) -> list[Piece]:
    """Return the rows that one file gives for all tables; notes count them."""
    _announce_lookups(frame, frames, notes)
    pieces, counts = [], []
    for rows in frame.file.rows:
        lacks = left_out(rows, frame)
        if lacks:
            counts.append(f"no {rows.table} (no column {', '.join(lacks)})")
            continue
        piece = rows_of(rows, frame, frames, problems)
        dropped = piece.source.dropped
        out = f" ({dropped:,} left out)" if dropped else ""
        counts.append(f"{rows.table} {len(piece.cells):,}{out}")
        pieces.append(piece)
    _announce(frame, counts, notes)
    for group in frame.file.groups:
        lacks = left_out(group, frame)
        if lacks:
            file = frame.source.file
            text = f"{file}: no ties {group.kind}: there is no column {', '.join(lacks)}"
            notes.append(Note(text, "group_left_out", file=file, kind=group.kind, columns=lacks))
            continue
        pieces.append(ties_of(group, frame, frames, largest, notes))
    if pieces:  # rows that the file has lost are those of its first table
        source = pieces[0].source
        source = replace(
            source,
            dropped=source.dropped + frame.source.dropped,
            refused=source.refused + frame.source.refused,
        )
        pieces[0] = pieces[0]._replace(source=source)
    return pieces


def _announce_lookups(frame: Frame, frames: Sequence[Frame], notes: list[Note]) -> None:
    """Note where several rows match a lookup, since the first one counts."""
    for lookup in lookups(frame.file):
        match, take = lookup_columns(lookup, frame, frames)
        pairs = pa.table([match, take], names=["match", "take"]).drop_null()
        several = pairs.group_by("match").aggregate([("take", "count_distinct")])
        doubtful = several.filter(pc.greater(several["take_count_distinct"], 1))["match"]
        if len(doubtful):
            text = (
                f"{frame.source.file}: lookup: {len(doubtful):,} values of {lookup.match} occur "
                f"with several {lookup.take}, such as '{printable(doubtful[0].as_py())}'; the "
                "first one counts"
            )
            notes.append(Note(text, "lookup_doubtful", file=frame.source.file, n=len(doubtful)))


def _announce(frame: Frame, counts: Sequence[str], notes: list[Note]) -> None:
    if counts:
        file, rows = frame.source.file, len(frame.cells)
        text = f"{file}: read as {frame.file.name}: rows {rows:,}; {'; '.join(counts)}"
        notes.append(Note(text, "file_mapped", file=file, kind=frame.file.name, rows=rows))
    unused = _unused(frame)
    if unused:
        text = f"{frame.source.file}: not in the mapping, and not used: {', '.join(unused)}"
        notes.append(Note(text, "columns_not_used", file=frame.source.file, columns=unused))


def _unused(frame: Frame) -> list[str]:
    """Return the columns of a file that the mapping does not name."""
    used = known(frame.file, frame.spelt)
    return [name for name in frame.cells.column_names if bare(name) not in used]


def list_files(paths: Sequence[Path], notes: list[Note]) -> list[Path]:
    """List the files, those in directories included."""
    files = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        for file in sorted(path.iterdir()):
            if file.is_file() and ending_of(file) in {*ALL, *PACKED}:
                files.append(file)
            elif not file.name.startswith("."):
                notes.append(Note(f"{file.name}: not read", "file_not_read", file=file.name))
    if not files:
        raise UsageError(f"{', '.join(map(str, paths))}: no files here")
    return files
