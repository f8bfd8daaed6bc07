"""The rows of a file as a grid of cells, before its columns have names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.errors import UsageError
from influence.loaders.text.marks import MARKS

Rows = npt.NDArray[np.int64]


class Unreadable(Exception):
    """A file that cannot be read.

    Attributes
    ----------
    reason : str
        The reason for the message, with a remedy if there is one.
    row : int
        Row as an editor counts.
    rows : int
        Number of rows that are lost, as far as they can be counted.
    column : str
        The faulty column, if it is a single one.
    """

    def __init__(self, reason: str, row: int = 1, rows: int = 0, column: str = "") -> None:
        super().__init__(reason)
        self.reason, self.row, self.rows, self.column = reason, row, rows, column


def lines_with_content(text: bytes) -> int:
    """Count the lines that are not blank: an upper bound of the rows."""
    return sum(1 for line in text.splitlines() if line.strip())


@dataclass(frozen=True)
class Reading:
    """Settings for reading a file; those that are None are detected and announced.

    Attributes
    ----------
    separator : str, optional
        A character, or one of the names comma, semicolon, tab, pipe, blank.
    encoding : str, optional
        Any encoding that Python supports.
    quotes : bool
        Whether quotation marks enclose cells; otherwise they are ordinary characters.
    comments : bool, optional
        Whether all lines that begin with # or % are comments; None: only those before the first
        row.
    header : bool, optional
        Whether the first row is a header.
    columns : tuple of str
        Names of the columns in their order; `-` for a column that is not used.
    sheet : str, optional
        Sheet of a workbook.

    Raises
    ------
    UsageError
        If there is no such encoding or separator.
    """

    separator: str | None = None
    encoding: str | None = None
    quotes: bool = True
    comments: bool | None = None
    header: bool | None = None
    columns: tuple[str, ...] = ()
    sheet: str | None = None

    def __post_init__(self) -> None:
        if self.encoding is not None:
            try:
                "".encode(self.encoding)
            except LookupError:
                raise UsageError(f"encoding {self.encoding!r}: Python does not know it") from None
        if self.separator is not None:
            names = {name.rstrip("s"): mark for mark, name in MARKS.items()} | {"\\t": "\t"}
            mark = names.get(self.separator.lower().rstrip("s"), self.separator)
            if len(mark.encode()) != 1 or mark in '"\r\n':
                known = ", ".join(name.rstrip("s") for name in MARKS.values())
                raise UsageError(f"separator {self.separator!r}: one character, or one of {known}")
            object.__setattr__(self, "separator", mark)

    def check_files(self, count: int) -> None:
        """Refuse settings about the columns of one file where there are several.

        Raises
        ------
        UsageError
        """
        if count > 1 and (self.columns or self.header is False):
            raise UsageError("--columns and --no-header need a single file")


@dataclass(frozen=True)
class Preamble:
    """Settings for the rows below the comments of a file in a known format.

    Attributes
    ----------
    separator : str
    has_size_line : bool
        Whether a line of sizes precedes the rows.
    """

    separator: str
    has_size_line: bool = False


@dataclass(frozen=True)
class Grid:
    """The rows of a file, cells unchanged, columns by position.

    Attributes
    ----------
    first : list of str
        The cells of the first row, which may be a header.
    first_row : int
        Row of `first`, as an editor counts.
    cells : pa.Table
        Columns `0`, `1` …; text, the first row included. Rows with a wrong number of cells are
        missing.
    rest : pa.Table, optional
        All but the first row with their own types, if the file has types.
    row_numbers : callable
        Returns the row of each record of `cells`, as an editor counts; called for messages only.
    misfits : callable
        Returns row, kind of problem and reason of each row with a wrong number of cells; called
        only if there are any.
    refused, dropped : int
        Rows with a wrong number of cells, and rows without content.
    doubtful : tuple of int
        Rows in which a cell contains lines that look like rows: a quote may be missing.
    comments : int
        Lines read as comments.
    comment : str
        The first comment.
    above : str
        A row that was left out above the first one, a title or sizes.
    sizes : str
        The line of sizes, in formats that have one.
    decided : mapping of str to str
        Detected settings: encoding, separator, compression.
    """

    first: list[str]
    first_row: int
    cells: pa.Table
    row_numbers: Callable[[], Rows]
    rest: pa.Table | None = None
    misfits: Callable[[], list[tuple[int, str, str]]] = list
    refused: int = 0
    dropped: int = 0
    doubtful: tuple[int, ...] = ()
    comments: int = 0
    comment: str = ""
    above: str = ""
    sizes: str = ""
    decided: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """The number of rows, the first included."""
        return len(self.cells) + self.refused + self.dropped
