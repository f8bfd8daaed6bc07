"""What a file holds before anybody asks what its columns are called."""

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
        For the message, with the way out where there is one.
    row : int
        Where, as an editor counts.
    rows : int
        How many rows are lost by it, as far as they can be counted.
    column : str
        Which one, if one is to blame.
    """

    def __init__(self, reason: str, row: int = 1, rows: int = 0, column: str = "") -> None:
        super().__init__(reason)
        self.reason, self.row, self.rows, self.column = reason, row, rows, column


def lines_with_content(text: bytes) -> int:
    """How many rows a text has at most: its lines that are not blank."""
    return sum(1 for line in text.splitlines() if line.strip())


@dataclass(frozen=True)
class Reading:
    """How a person wants a file to be read; what is None is found out and announced.

    Attributes
    ----------
    separator : str, optional
        A character, or one of the names comma, semicolon, tab, pipe, blank.
    encoding : str, optional
        Any that Python knows.
    quotes : bool
        Whether quotation marks enclose cells; else they are characters like any other.
    comments : bool, optional
        Whether lines that begin with # or % are comments, wherever they stand; None: only those
        before the first row.
    header : bool, optional
        Whether the first row holds names.
    columns : tuple of str
        What the columns are called, in their order; `-` is not used.
    sheet : str, optional
        Of a workbook.

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
                raise UsageError(
                    f"encoding {self.encoding!r}: Python knows none of this name"
                ) from None
        if self.separator is not None:
            names = {name.rstrip("s"): mark for mark, name in MARKS.items()} | {"\\t": "\t"}
            mark = names.get(self.separator.lower().rstrip("s"), self.separator)
            if len(mark.encode()) != 1 or mark in '"\r\n':
                known = ", ".join(name.rstrip("s") for name in MARKS.values())
                raise UsageError(f"separator {self.separator!r}: one character, or one of {known}")
            object.__setattr__(self, "separator", mark)


@dataclass(frozen=True)
class Preamble:
    """What the comments at the top of a file of a known kind tell.

    Attributes
    ----------
    separator : str
    has_size_line : bool
        Whether a line of sizes stands before the rows.
    """

    separator: str
    has_size_line: bool = False


@dataclass(frozen=True)
class Grid:
    """The rows of a file, cells to the letter, columns by position.

    Attributes
    ----------
    first : list of str
        The cells of the first row, which may be a header.
    first_row : int
        Where it stands, as an editor counts.
    cells : pa.Table
        Columns `0`, `1` …; text, the first row included. Rows that do not fit are missing.
    rest : pa.Table, optional
        All but the first row in types of their own, where the file has types.
    row_numbers : callable
        The row of each record of `cells`, as an editor counts; asked for messages only.
    misfits : callable
        Row, kind of problem and reason of each row that does not fit; asked where there are any.
    refused, dropped : int
        Rows that do not fit, and rows without any content.
    doubtful : tuple of int
        Rows in which a cell holds lines that look like rows: a quote may be missing.
    comments : int
        Lines that were taken for comments.
    comment : str
        The first of them.
    above : str
        A row that was left out above the first, a title or sizes.
    sizes : str
        The line of sizes, in files of a kind that has one.
    decided : mapping of str to str
        What was found out: encoding, separator, compression.
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
        """How many rows there are, the first included."""
        return len(self.cells) + self.refused + self.dropped
