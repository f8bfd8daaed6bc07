"""Which mark separates the cells: the one that gives every row the same number of them."""

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
    """How many cells a mark gives the rows: number of cells → number of rows."""

    mark: str
    counts: Counter[int]

    @property
    def fits(self) -> bool:
        """Whether it gives every row the same number, at least two."""
        return len(self.counts) == 1 and min(self.counts) >= 2

    def __str__(self) -> str:
        common = self.counts.most_common(3)
        parts = [f"{cells} in {rows:,}" for cells, rows in common]
        more = " …" if len(self.counts) > len(common) else ""
        return f"{named(self.mark)}: {', '.join(parts)} rows{more}"


def find_separator(text: bytes, is_header: Callable[[list[str]], bool] | None = None) -> str | None:
    """The separator of a text whose first line is the first row.

    Parameters
    ----------
    text : bytes
        Without comments before the first row.
    is_header : callable, optional
        Whether cells are the names that are expected; where several marks fit, it decides.

    Returns
    -------
    str or None
        A mark of `MARKS`; None where no row holds any, so that there is one column.

    Raises
    ------
    Unreadable
        If none or several fit; says what was seen.
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
        raise Unreadable(f"{reason}; --separator says which")
    if all(set(w.counts) == {1} for w in found if w.mark != BLANKS):
        first = lines[0].decode("utf-8", "replace")
        blanks = next(w for w in found if w.mark == BLANKS)
        if (is_header and is_header([first.strip()])) or _share(blanks) <= MOST:
            return None
    return _nearly(found)


def _nearly(found: Sequence[Widths]) -> str:
    """The mark that gives most rows the same number: the others are named one by one."""
    ranked = sorted(found, key=_share, reverse=True)
    if _share(ranked[0]) > max(MOST, _share(ranked[1])):
        return ranked[0].mark
    seen = "; ".join(str(w) for w in found if set(w.counts) != {1})
    reason = f"no separator gives every row the same number of cells ({seen})"
    raise Unreadable(f"{reason}; --separator says which")


def _share(widths: Widths) -> float:
    """The share of rows with the most common number of cells, if that is two or more."""
    cells, rows = widths.counts.most_common(1)[0]
    return rows / sum(widths.counts.values()) if cells >= 2 else 0.0


def _narrowed(
    fitting: list[Widths], lines: list[bytes], is_header: Callable[[list[str]], bool] | None
) -> list[Widths]:
    """Of several marks that fit: those under which the header is one; then those that are not
    followed by a blank in every row, as the comma in `Smith, J;Doe, K` is.
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
    """The cells of a line without quotes."""
    return line.split() if mark == BLANKS else [cell.strip() for cell in line.split(mark)]


def _cells(lines: Sequence[bytes], mark: str) -> list[int]:
    """How many cells a mark gives each line; blanks around other marks separate nothing."""
    if mark == BLANKS:
        return [len(line.split()) for line in PADDED.sub(rb"\1", b"\n".join(lines)).split(b"\n")]
    separator = mark.encode()
    return [line.count(separator) + 1 for line in lines]


def _lines(text: bytes) -> list[bytes]:
    """The first rows, cells in quotes emptied."""
    for size in (1 << 16, 1 << 20):
        sample = text[:size]
        lines = [line for line in without_quoted(sample).splitlines() if line.strip()]
        if len(lines) > SAMPLE_LINES:
            break
    if len(sample) < len(text) and len(lines) > 1:
        lines.pop()  # cut in the middle
    return lines[: SAMPLE_LINES + 1]


def _fits_all(text: bytes, widths: Widths) -> bool:
    lines = [line for line in without_quoted(text).splitlines() if line.strip()]
    return {*_cells(lines, widths.mark)} == {*widths.counts}
