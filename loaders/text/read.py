"""Read a text file as a grid: decompress, decode, remove comments, split into cells."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from influence.loaders.text.encoding import as_utf8
from influence.loaders.text.grid import Grid, Preamble, Reading, Unreadable, lines_with_content
from influence.loaders.text.marks import named
from influence.loaders.text.records import Text, columns, is_empty, misfits, row_numbers
from influence.loaders.text.separator import find_separator
from influence.loaders.text.unpack import unpack

SEP_LINE = re.compile(rb'"?sep=([^\r\n"])"?[ \t]*(?:\r\n|\n|\r|$)', re.IGNORECASE)
COMMENT = re.compile(rb"[ \t]*[#%]")
COMMENT_ANYWHERE = re.compile(rb"(?:(?<=[\r\n])|^)[ \t]*[#%][^\r\n]*")
MOST_COLUMNS = 10_000
LOOKED_AT = 200
CONTENT = re.compile(rb"\S")
LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|$)")
FOREIGN = (
    (re.compile(rb'[\[{]\s*["\[{\d]'), "JSON"),
    (re.compile(rb"<[a-z!?]", re.IGNORECASE), "XML or HTML"),
    (re.compile(rb"\(\s*['\"\d]"), "Python tuples"),
    (re.compile(rb"\|[^\r\n]*\|[ \t]*(\r|\n|$)"), "a Markdown table"),
    (re.compile(rb"version https://git-lfs"), "a Git LFS pointer, not the file itself"),
    (re.compile(rb"(404[: ]+)?not found\b", re.IGNORECASE), "a server's message"),
    (re.compile(rb"(graph|creator|node)\b[^,;\t|]*[\[\"]", re.IGNORECASE), "GML"),
    (re.compile(rb"\*(vertices|network|arcs|edges|matrix)\b", re.IGNORECASE), "a Pajek file"),
    (re.compile(rb"dl\s+n\s*=", re.IGNORECASE), "a UCINET file"),
    (re.compile(rb"@relation\b", re.IGNORECASE), "an ARFF file"),
)


@dataclass(frozen=True)
class _Head:
    """The beginning of the first row, and what precedes it."""

    offset: int
    row: int
    comments: tuple[str, ...]
    separator: str | None


def read_grid(
    path: Path,
    reading: Reading,
    is_header: Callable[[list[str]], bool] | None = None,
    preamble: Callable[[tuple[str, ...]], Preamble | None] | None = None,
) -> Grid:
    """Read a text file.

    Parameters
    ----------
    path : Path
    reading : Reading
        The settings; those that are None are detected and recorded in `Grid.decided`.
    is_header : callable, optional
        Returns whether cells are the expected names; decides between separators.
    preamble : callable, optional
        Returns how to read the rows, from the comments of files in a known format.

    Raises
    ------
    Unreadable
        With row, reason and remedy.
    """
    data, packed = unpack(path)
    content, encoding = as_utf8(data, reading.encoding)
    decided = {"encoding": encoding, **({"packed": packed} if packed else {})}
    try:
        return _grid(content, reading, decided, is_header, preamble)
    except Unreadable as error:
        raise Unreadable(
            error.reason, error.row, error.rows or lines_with_content(content)
        ) from None


def _grid(
    content: bytes,
    reading: Reading,
    decided: dict[str, str],
    is_header: Callable[[list[str]], bool] | None,
    preamble: Callable[[tuple[str, ...]], Preamble | None] | None,
) -> Grid:
    head = _head(content, reading)
    known = preamble(head.comments) if preamble else None
    content = content[head.offset :] if head.offset else content
    row, sizes = head.row, b""
    if known and known.has_size_line:
        line = LINE.match(content)
        sizes = line[0] if line else b""
        content, row = content[len(sizes) :], row + 1
    comments = len(head.comments)
    if reading.comments:
        content, more = COMMENT_ANYWHERE.subn(b"", content)
        comments += more
    _require_rows(content, head, reading)
    mark = reading.separator or head.separator or (known.separator if known else None)
    if mark is None:
        mark = _separator(content, row, is_header)
    text = Text(content, row, mark or ",", reading.quotes)
    first_row, first = _first(text)
    found = columns(text, _width(first, first_row))
    above = ""
    if found.refused > len(found.cells):
        if not reading.header or (is_header and is_header(first)):
            raise Unreadable(_unlike(first, text, is_header), first_row, found.rows)
        text, above = _below(text, first_row), text.mark.join(first)
        first_row, first = _first(text)
        found = columns(text, _width(first, first_row))
    width = len(first)
    if mark is not None:
        decided = {**decided, "separator": named(mark)}
    return Grid(
        first=first,
        first_row=first_row,
        cells=found.cells,
        row_numbers=lambda: row_numbers(text, width),
        misfits=lambda: [_misfit(*found, text, width, reading) for found in misfits(text, width)],
        refused=found.refused,
        dropped=found.dropped,
        doubtful=found.doubtful,
        comments=comments,
        above=above,
        sizes=sizes.decode("utf-8", "replace").strip(),
        comment=head.comments[0] if head.comments else "",
        decided=decided,
    )


def _head(content: bytes, reading: Reading) -> _Head:
    """Read the lines before the first row: `sep=;`, blank lines, comments."""
    sep_line = SEP_LINE.match(content)
    offset, row = (sep_line.end(), 2) if sep_line else (0, 1)
    comments = []
    while offset < len(content):
        line = LINE.match(content, offset)
        if line is None:
            break
        is_comment = reading.comments is not False and COMMENT.match(line[0])
        if line[0].strip() and not is_comment:
            break
        if is_comment:
            comments.append(line[0].decode("utf-8", "replace").strip())
        offset, row = line.end(), row + 1
    separator = sep_line[1].decode("latin-1") if sep_line else None
    return _Head(offset, row, tuple(comments), separator)


def _require_rows(content: bytes, head: _Head, reading: Reading) -> None:
    """Refuse a file without rows, or in a format that is not a table."""
    if not CONTENT.search(content):
        if head.comments:
            raise Unreadable(
                f"nothing but comments, such as {head.comments[0]!r}; "
                "--no-comments reads them as rows"
            )
        raise Unreadable("empty file")
    if reading.separator is None:
        beginning = content.lstrip()[:LOOKED_AT]
        for begins, what in FOREIGN:
            if begins.match(beginning):
                raise Unreadable(f"{what}: only rows of separated cells can be read", head.row)


def _width(first: list[str], row: int) -> int:
    """Return the number of cells; a huge number means that line breaks are missing."""
    if len(first) > MOST_COLUMNS:
        raise Unreadable(f"{len(first):,} cells in one row: are there no line breaks?", row)
    return len(first)


def _unlike(first: list[str], text: Text, is_header: Callable[[list[str]], bool] | None) -> str:
    """Explain that most rows have another number of cells than the first."""
    has = f"has {len(first)} cell{'s' * (len(first) != 1)} separated by {named(text.mark)}"
    shown = text.mark.join(first)
    if is_header and is_header(first):
        return (
            f"the header {has}, most rows have another number: {shown}; do rows end with a "
            "separator, or contain decimal commas?"
        )
    return (
        f"a title, or a line of sizes? this row {has}, most others have another number: {shown}; "
        "--header leaves it out of an edge list; else remove it, or set another --separator"
    )


def _below(text: Text, row: int) -> Text:
    """Return the text without the lines up to a row."""
    at = 0
    for _ in range(row - text.first_row + 1):
        line = LINE.match(text.content, at)
        at = line.end() if line else at
    return replace(text, content=text.content[at:], first_row=row + 1)


def _separator(
    content: bytes, row: int, is_header: Callable[[list[str]], bool] | None
) -> str | None:
    try:
        return find_separator(content, is_header)
    except Unreadable as error:
        raise Unreadable(error.reason, row, error.rows) from None


def _first(text: Text) -> tuple[int, list[str]]:
    for row, cells in text.records():
        if not is_empty(cells):
            return row, cells
    raise Unreadable("nothing but empty rows", text.first_row)


def _misfit(
    row: int, cells: int, content: str, text: Text, width: int, reading: Reading
) -> tuple[int, str, str]:
    """Return row, kind of problem and reason of a row with too few or too many cells."""
    if content.startswith(("#", "%")) and reading.comments is None:
        return row, "comment_or_id", content
    found = f"{cells} cell{'s' * (cells != 1)} instead of {width}"
    by = "" if text.mark == "," else f" separated by {named(text.mark)}"
    return row, "unreadable_file", f"{found}{by}: {content}"
