"""Source of the rows of a table: for messages, and for the formats of its cells."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from influence.tables.notes import Note
from influence.tables.reading.formats import PLAIN, Format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import numpy.typing as npt


@dataclass(frozen=True)
class Source:
    """Origin of the rows of a table.

    Attributes
    ----------
    file : str
    first_row : int
        Row of the first record as an editor counts (a header is row 1); frames count from 0.
    rows : callable, optional
        Returns the row of each record, int64[rows], where records span lines; called only when
        there is something to report.
    dropped, refused, merged : int
        Rows of the file that the loader dropped on purpose, refused because of a problem, or merged
        with others; they are not in the table.
    decided : mapping of str to str
        How the file was read, where it was detected: encoding, separator …
    notes : tuple of Note
        Notes of the loader.
    columns : mapping of str to str
        Column → its name in the file, where that differs.
    formats : mapping of str to Format
        Column → how its cells are written, where the loader knows it.
    parts : tuple of Source
        For a table of several files: the source of each part, in the order of the rows.
    length : int
        Number of rows of a part.
    """

    file: str
    first_row: int = 0
    rows: Callable[[], npt.NDArray[np.int64]] | None = field(default=None, repr=False)
    dropped: int = 0
    refused: int = 0
    merged: int = 0
    decided: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, Format] = field(default_factory=dict)
    parts: tuple[Source, ...] = ()
    length: int = 0

    def row_numbers(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return row numbers, as an editor counts, of rows of a single file; int64[n]."""
        return positions + self.first_row if self.rows is None else self.rows()[positions]

    def spans(self, rows: int) -> Iterator[tuple[Source, int, int]]:
        """Yield the source, the position of the first row, and the length of each part."""
        if not self.parts:
            yield self, 0, rows
        begin = 0
        for part in self.parts:
            yield part, begin, part.length
            begin += part.length

    def located(
        self, positions: npt.NDArray[np.int64]
    ) -> Iterator[tuple[Source, npt.NDArray[np.intp], npt.NDArray[np.int64]]]:
        """Yield for each part the indices of the positions in it, and their row numbers."""
        if not self.parts:
            yield self, np.arange(len(positions)), self.row_numbers(positions)
        for part, begin, length in self.spans(0) if self.parts else ():
            inside = np.flatnonzero((positions >= begin) & (positions < begin + length))
            if len(inside):
                yield part, inside, part.row_numbers(positions[inside] - begin)

    def taking(self, kept: npt.NDArray[np.int64], dropped: int) -> Source:
        """Return the source of some of the rows, with their original row numbers."""
        if not self.parts:
            return replace(
                self,
                rows=lambda: self.row_numbers(kept),
                dropped=self.dropped + dropped,
                length=len(kept),
            )
        parts = []
        for part, begin, length in self.spans(0):
            theirs = kept[(kept >= begin) & (kept < begin + length)] - begin
            parts.append(part.taking(theirs, length - len(theirs)))
        return replace(self, parts=tuple(parts), dropped=self.dropped + dropped)

    def format_of(self, column: str) -> Format:
        """Return how the cells of a column are written."""
        return self.formats.get(column, PLAIN)
