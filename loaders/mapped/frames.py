"""Read the files of a mapped load, and find which kind of file of the mapping each one is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

import pyarrow as pa

from influence.errors import UsageError
from influence.loaders import named
from influence.loaders.files import JSON_LINES, TYPED, ending_of, read_cells, read_typed
from influence.loaders.mapped.matching import bare, known, missing, spelling
from influence.loaders.mapped.schema import File, Mapping
from influence.loaders.text import Reading, Unreadable
from influence.tables import Problems, Source
from influence.tables.notes import Note
from influence.tables.reading.frames import to_arrow
from influence.tables.reading.names import is_unnamed


@dataclass(frozen=True)
class Frame:
    """One file, its columns under their own names.

    Attributes
    ----------
    file : File
        Its kind.
    cells : pa.Table
        Text, or the types of the file.
    source : Source
    spelt : dict of str to str
        Name in lower case, without blanks at its ends → name.
    """

    file: File
    cells: pa.Table
    source: Source
    spelt: dict[str, str] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Return whether there is a column of this name, in any case."""
        return spelling(name, self.spelt) is not None

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        return self.cells[self.name_of(name)]

    def name_of(self, name: str) -> str:
        """Return a name as the file spells it."""
        return self.spelt[spelling(name, self.spelt) or name]


def read_frames(
    paths: Sequence[Path],
    mapping: Mapping,
    reading: Reading,
    problems: Problems,
    notes: list[Note],
    refused: dict[str, int],
) -> list[Frame]:
    """Read all files; those that cannot be read, or fit no kind of file, become problems.

    Parameters
    ----------
    refused : dict of str to int
        Receives the number of rows that are lost, by table.

    Raises
    ------
    UsageError
        If a file fits several kinds of file.
    """
    frames = []
    for path in paths:
        try:
            frames.append(_frame(path, mapping, reading, problems, notes))
        except Unreadable as error:
            table = mapping.file[0].rows[0].table if mapping.file[0].rows else "ties"
            named.unreadable(path.name, table, error, problems)
            refused[table] = refused.get(table, 0) + error.rows
    found = {frame.file.name for frame in frames}
    absent = [file.name for file in mapping.file if file.name not in found]
    if absent and not len(problems):
        text = f"no file for {', '.join(absent)}, which the mapping describes too"
        notes.append(Note(text, "files_absent", names=absent))
    return frames


def _frame(
    path: Path, mapping: Mapping, reading: Reading, problems: Problems, notes: list[Note]
) -> Frame:
    likely = [file for file in mapping.file if _fits_name(path, file)] or mapping.file
    found: list[File] = []

    def is_header(cells: list[str]) -> bool:
        present = {*map(bare, cells)}
        return any(not missing(file, present) for file in likely)

    def table_of(names: list[str], row: int, rows: int) -> str:
        found.append(_kind(path, mapping, names, row, rows))
        return found[0].rows[0].table if found[0].rows else "ties"

    reading = _reading(reading, likely)
    cells, source = read_columns(path, reading, problems, notes, table_of, is_header)
    return Frame(found[0], cells, source, {bare(name): name for name in cells.column_names})


def read_columns(
    path: Path,
    reading: Reading,
    problems: Problems,
    notes: list[Note],
    table_of: Callable[[list[str], int, int], str],
    is_header: Callable[[list[str]], bool] | None = None,
) -> tuple[pa.Table, Source]:
    """Read a file of any format, its columns under their own names.

    Parameters
    ----------
    table_of : callable
        Returns the table under which problems are reported, from the names of the columns, the row
        in which they stand, and the number of rows.
    is_header : callable, optional
        Returns whether cells are the expected names.

    Raises
    ------
    Unreadable
        If it cannot be read.
    """
    if ending_of(path) in TYPED:
        table = to_arrow(path.name, read_typed(path))
        names = [name for name in table.column_names if not is_unnamed(name)]
        first_row = 1 if ending_of(path) in JSON_LINES else 2
        table_of(names, first_row - 1, len(table))
        return table.select(names), Source(path.name, first_row=first_row)
    grid = read_cells(path, reading, is_header)
    blank = sum(not cell.strip() for cell in grid.first)
    if is_header is None and blank > len(grid.first) / 2 and len(grid.cells) > 1:
        raise Unreadable(f"{blank} of {len(grid.first)} columns have no name: is this row a title? "
                         "remove the rows above the header", grid.first_row, grid.rows)  # fmt: skip
    if is_header and not is_header(grid.first) and named.header_below(grid, is_header):
        shown = ", ".join(grid.first)
        raise Unreadable(f"the header is in a row below; remove the rows above it: {shown}",
                         grid.first_row, grid.rows)  # fmt: skip
    given = list(reading.columns) or grid.first
    names = ["" if is_unnamed(name.strip()) else name.strip() for name in given]
    names += [""] * (len(grid.first) - len(names))
    table_name = table_of(names, grid.first_row, grid.rows)
    header = reading.header is not False
    return named.table(path.name, table_name, grid, names, problems, notes, header=header)


def _reading(reading: Reading, likely: Sequence[File]) -> Reading:
    """Return how to read a text, where the options leave it to the mapping."""
    for name in ("separator", "encoding", "sheet"):
        said = {getattr(file, name) for file in likely}
        if getattr(reading, name) is None and len(said) == 1:
            reading = replace(reading, **{name: said.pop()})
    return reading


def _fits_name(path: Path, file: File) -> bool:
    return any(fnmatchcase(path.name.lower(), each.lower()) for each in file.patterns)


def _kind(path: Path, mapping: Mapping, names: Sequence[str], row: int = 1, rows: int = 0) -> File:
    """Return the kind of a file: by its name, then by the columns that it must have.

    Raises
    ------
    Unreadable
        If it fits none, with the columns that are missing.
    UsageError
        If it fits several.
    """
    present = {*map(bare, names)}
    named_so = [file for file in mapping.file if _fits_name(path, file)]
    candidates = named_so or [file for file in mapping.file if not file.patterns] or mapping.file
    fitting = [file for file in candidates if not missing(file, present)]
    if len(fitting) > 1:
        most = max(len(known(file, present)) for file in fitting)
        fitting = [file for file in fitting if len(known(file, present)) == most]
    if len(fitting) > 1:
        both = " and ".join(file.name for file in fitting)
        raise UsageError(f"{path.name}: fits {both} of the mapping; `match` decides by the name")
    if not fitting:
        lacks = "; ".join(
            f"for {file.name} it lacks {', '.join(missing(file, present))}" for file in candidates
        )
        has = ", ".join(name for name in names if name)
        raise Unreadable(f"no kind of file of the mapping: {lacks}; it has {has}", row, rows)
    return fitting[0]
