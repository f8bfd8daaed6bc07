"""Detect the separator: the mark that gives every row the same number of cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from influence.loaders.text.grid import Unreadable
from influence.loaders.text.marks import BLANKS, MARKS, named
from influence.loaders.text.quotes import without_quoted

SAMPLE_LINES = 1000
MOST = 0.5
PADDED = re.compile(rb"[ \t]*([,;|])[ \t]*")
PADDED_IN_LINE = {mark: re.compile(rb"%s[ \t]" % re.escape(mark.encode())) for mark in ",;|"}


@dataclass(frozen=True)
class Widths:
    """The numbers of cells that a mark gives: number of cells → number of rows."""

    mark: str
    counts: Counter[int]

    @property
    def fits(self) -> bool:
        """Whether every row has the same number of cells, at least two."""
        return len(self.counts) == 1 and min(self.counts) >= 2

    def __str__(self) -> str:
        common = self.counts.most_common(3)
        parts = [f"{cells} in {rows:,}" for cells, rows in common]
        more = " …" if len(self.counts) > len(common) else ""
        return f"{named(self.mark)}: {', '.join(parts)} rows{more}"


def find_separator(text: bytes, is_header: Callable[[list[str]], bool] | None = None) -> str | None:
    """Return the separator of a text whose first line is the first row.

    Parameters
    ----------
    text : bytes
        Without comments before the first row.
    is_header : callable, optional
        Returns whether cells are the expected names; decides where several marks fit.

    Returns
    -------
    str or None
        A mark of `MARKS`; None if no row contains any, so that there is one column.

    Raises
    ------
    Unreadable
        If none or several fit, with the numbers of cells that each mark gives.
    """
    lines = _lines(text)
    found = [Widths(mark, Counter(_cells(lines, mark))) for mark in MARKS]
    fitting = [widths for widths in found if widths.fits]
    tab, blanks = (next((w for w in fitting if w.mark == mark), None) for mark in ("\t", BLANKS))
    if tab and blanks and tab.counts == blanks.counts:
        fitting.remove(blanks)  # the same cells
    if len(lines) > SAMPLE_LINES and len(fitting) > 1:
        fitting = [w for w in fitting if _fits_all(text, w)] or fitting
    if len(fitting) > 1:
        fitting = _narrowed(fitting, lines, is_header)
    if len(fitting) == 1:
        return fitting[0].mark
    if fitting:
        ways = "; ".join(f"{named(w.mark)} give {min(w.counts)} cells" for w in fitting)
        reason = f"several separators give every row the same number of cells: {ways}"
        raise Unreadable(f"{reason}; --separator selects one")
    if all(set(w.counts) == {1} for w in found if w.mark != BLANKS):
        first = lines[0].decode("utf-8", "replace")
        blanks = next(w for w in found if w.mark == BLANKS)
        if (is_header and is_header([first.strip()])) or _share(blanks) <= MOST:
            return None
    return _best(found)


def _best(found: Sequence[Widths]) -> str:
    """Return the mark that gives most rows the same number; the other rows become problems."""
    ranked = sorted(found, key=_share, reverse=True)
    if _share(ranked[0]) > max(MOST, _share(ranked[1])):
        return ranked[0].mark
    seen = "; ".join(str(w) for w in found if set(w.counts) != {1})
    reason = f"no separator gives every row the same number of cells ({seen})"
    raise Unreadable(f"{reason}; --separator selects one")


def _share(widths: Widths) -> float:
    """Return the share of rows with the most common number of cells, if that is two or more."""
    cells, rows = widths.counts.most_common(1)[0]
    return rows / sum(widths.counts.values()) if cells >= 2 else 0.0


def _narrowed(
    fitting: list[Widths], lines: list[bytes], is_header: Callable[[list[str]], bool] | None
) -> list[Widths]:
    """Narrow down several marks that fit.

    First to those under which the first row is the header, then to those that are not followed by a
    blank in every row, as the comma in `Smith, J;Doe, K` is.
    """
    if is_header is not None:
        first = lines[0].decode("utf-8", "replace")
        known = [w for w in fitting if is_header(split(first, w.mark))]
        fitting = known or fitting
    padded = [w for w in fitting if w.mark in PADDED_IN_LINE]
    padded = [w for w in padded if all(PADDED_IN_LINE[w.mark].search(line) for line in lines)]
    bare = [w for w in fitting if w not in padded]
    return bare if padded and len(bare) == 1 else fitting


def split(line: str, mark: str) -> list[str]:
    """Split a line without quotes into cells."""
    return line.split() if mark == BLANKS else [cell.strip() for cell in line.split(mark)]


def _cells(lines: Sequence[bytes], mark: str) -> list[int]:
    """Count the cells that a mark gives each line; blanks around other marks do not separate."""
    if mark == BLANKS:
        return [len(line.split()) for line in PADDED.sub(rb"\1", b"\n".join(lines)).split(b"\n")]
    separator = mark.encode()
    return [line.count(separator) + 1 for line in lines]


def _lines(text: bytes) -> list[bytes]:
    """Return the first rows, with quoted cells emptied."""
    for size in (1 << 16, 1 << 20):
        sample = text[:size]
        lines = [line for line in without_quoted(sample).splitlines() if line.strip()]
        if len(lines) > SAMPLE_LINES:
            break
    if len(sample) < len(text) and len(lines) > 1:
        lines.pop()  # may be cut in the middle
    return lines[: SAMPLE_LINES + 1]


def _fits_all(text: bytes, widths: Widths) -> bool:
    lines = [line for line in without_quoted(text).splitlines() if line.strip()]
    return {*_cells(lines, widths.mark)} == {*widths.counts}
