"""Name the columns of a grid: the result is an Arrow table and the source of its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.loaders.text import Grid, Unreadable
from influence.loaders.text.records import holds
from influence.tables import Problems, Source
from influence.tables.notes import Note
from influence.tables.problems import printable
from influence.tables.reading.names import empty_columns, is_blank, unnamed_column

NOT_USED = "-"
"""Name in `--columns` of a column to ignore."""
TITLE = 5
"""Rows that a title above a header may take."""
AROUND = (("\ufeff", ""), (" ", ""), ("", " "), (" ", " "))
"""Characters around a name that are ignored in comparisons."""
DECIDED = {"separator": "separated by {}", "sheet": "sheet {}"}
"""Wording of detected settings whose value alone is not clear."""


def table(
    file: str,
    name: str,
    grid: Grid,
    names: Sequence[str],
    problems: Problems,
    notes: list[Note],
    *,
    header: bool,
) -> tuple[pa.Table, Source]:
    """Name the columns of a grid.

    Parameters
    ----------
    file, name : str
        Names of file and table for messages.
    grid : Grid
    names : sequence of str
        One per column; columns named `-` or nothing are not used.
    problems : Problems
        Receives rows with a wrong number of cells, and repeated headers.
    notes : list of Note
        Receives notes on what was ignored.
    header : bool
        Whether the first row is a header.

    Returns
    -------
    pa.Table, Source

    Raises
    ------
    Unreadable
        If two columns have the same name.
    """
    twice = [
        each for each, times in Counter(names).items() if times > 1 and each not in {"", NOT_USED}
    ]
    if twice:
        raise Unreadable("occurs twice", grid.first_row, grid.rows, column=twice[0])
    cells = grid.cells.slice(1) if header else grid.cells
    if header:
        again = repeated_headers(grid, cells)
        for row in grid.row_numbers()[1:][again].tolist() if len(again) else ():
            problems.add_one(file, name, row, "", "repeated_header", ", ".join(grid.first))
        notes += _like_comments(file, name, cells)
    body = grid.rest if header and grid.rest is not None else cells
    kept = _kept(file, body, names, notes)
    if grid.refused:
        for row, kind, reason in grid.misfits():
            problems.add_one(file, name, row, "", kind, reason)
    notes += _reading_notes(file, name, grid)
    source = Source(
        file,
        grid.first_row + header,
        lambda: grid.row_numbers()[int(header) :],
        dropped=grid.dropped,
        refused=grid.refused,
        decided=grid.decided,
    )
    return pa.table({names[i]: body.column(i) for i in kept}), source


def unreadable(file: str, name: str, error: Unreadable, problems: Problems) -> None:
    """Report a file that cannot be read at all."""
    problems.add_one(file, name, error.row, error.column, "unreadable_file", error.reason)


def _kept(file: str, body: pa.Table, names: Sequence[str], notes: list[Note]) -> list[int]:
    """Return the positions of the columns that have a name; announce the others."""
    unnamed = [i for i, name in enumerate(names) if name == ""]
    empty = [i for i in unnamed if is_blank(body.column(i))]
    if empty:
        text = f"{file}: {empty_columns(len(empty))}"
        notes.append(Note(text, "columns_dropped", file=file, columns=len(empty)))
    for i in unnamed:
        if i not in empty:
            text = f"{file}: {unnamed_column(i + 1, names[i], body.column(i))}"
            columns = [f"column {i + 1}"]
            notes.append(Note(text, "columns_not_used", file=file, columns=columns))
    return [i for i, name in enumerate(names) if name not in {"", NOT_USED}]


def repeated_headers(grid: Grid, cells: pa.Table) -> npt.NDArray[np.intp]:
    """Return where the first row is repeated among cells, as in concatenated files; intp[m].

    Case, a surrounding blank and a byte order mark are ignored.
    """
    names = [_bare(cell) for cell in grid.first]
    at = next((i for i, name in enumerate(names) if name), None)
    if at is None or not holds(cells.column(at), names[at][0] + names[at][0].upper()):
        return np.zeros(0, dtype=np.intp)
    name = grid.first[at].strip()
    spelt = {name, name.lower(), name.upper(), name.title(), name.capitalize()}
    spelt |= {f"{before}{way}{after}" for way in spelt for before, after in AROUND}
    maybe = pc.is_in(cells.column(at), pa.array(sorted(spelt)))
    where = pc.indices_nonzero(maybe).to_numpy()
    rows = cells.take(pa.array(where)).to_pylist() if len(where) else []
    same = [[*map(_bare, row.values())] == names for row in rows]
    found: npt.NDArray[np.intp] = where[same].astype(np.intp) if rows else where.astype(np.intp)
    return found


def _bare(cell: str) -> str:
    return cell.strip().strip("\ufeff").strip().lower()


def like_comments(cells: pa.Table) -> npt.NDArray[np.intp]:
    """Return the rows that begin with # or %, intp[m]."""
    first = cells.column(0)
    begins = (pc.starts_with(first, mark) for mark in "#%" if holds(first, mark))
    found = [pc.indices_nonzero(those).to_numpy().astype(np.intp) for those in begins]
    return np.sort(np.concatenate([np.zeros(0, np.intp), *found]))


def header_below(grid: Grid, is_header: Callable[[list[str]], bool]) -> bool:
    """Return whether one of the next rows is a header, so that a title precedes it."""
    below = grid.cells.slice(1, TITLE).to_pydict().values()
    return any(is_header([*row]) for row in zip(*below, strict=True))


def _like_comments(file: str, name: str, cells: pa.Table) -> list[Note]:
    """Note how many rows below a header begin like comments."""
    rows = len(like_comments(cells))
    if not rows:
        return []
    begin = "1 row begins" if rows == 1 else f"{rows:,} rows begin"
    text = f"{file}: {begin} with # or % and count as rows (--comments ignores such lines)"
    return [Note(text, "rows_like_comments", file=file, table=name, rows=rows)]


def _reading_notes(file: str, name: str, grid: Grid) -> list[Note]:
    """Return notes on how the file was read, and what was ignored."""
    notes = []
    decided = ", ".join(DECIDED.get(key, "{}").format(value) for key, value in grid.decided.items())
    notes.append(Note(f"{file}: {decided}", "file_read", file=file, table=name, **grid.decided))
    if grid.comments:
        lines = "1 line" if grid.comments == 1 else f"{grid.comments:,} lines"
        text = f"{file}: {lines} read as comments, such as {printable(grid.comment)!r}"
        notes.append(Note(text, "comments", file=file, lines=grid.comments))
    if grid.above:
        text = f"{file}: a row above the header is left out: {printable(grid.above)}"
        notes.append(Note(text, "row_left_out", file=file, table=name))
    if grid.doubtful:
        n, first = len(grid.doubtful), grid.doubtful[0]
        cells = "1 cell in quotes holds" if n == 1 else f"{n:,} cells in quotes hold"
        text = f"{file}:{first}: {cells} lines that look like rows: is a quote missing?"
        notes.append(Note(f"{text} (--no-quotes reads quotes as characters)", "doubtful_quotes",
                          file=file, rows=list(grid.doubtful)))  # fmt: skip
    if grid.dropped:
        rows = "1 empty row" if grid.dropped == 1 else f"{grid.dropped:,} empty rows"
        notes.append(Note(f"{file}: {rows} dropped", "rows_dropped", file=file, table=name,
                          rows=grid.dropped))  # fmt: skip
    return notes
