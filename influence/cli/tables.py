"""Draw tables that fit the terminal, with numbers on one line; plain text in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

TEXT_AT_LEAST = 22
"""Minimum width of ids and names beside numbers; longer ones are wrapped."""
HEADING_AT_LEAST = 13
"""Longer words in a heading are cut; the longest of a score column is participation."""
GAP = 2
"""Blanks between two columns of a table."""
WIDE = 200
"""Width of a line in a pipe."""
LONGEST = 200
"""Characters of a cell; longer text is cut, visibly."""

Rows = Sequence[Mapping[str, Any]]


def console() -> Console:
    """Return a console that prints text unchanged, with styles on a terminal only."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    return Console(
        highlight=False,
        emoji=False,  # a name may contain :house:
        markup=False,  # [red] may be an id
        force_terminal=terminal,
        width=None if terminal else WIDE,
    )


def show(
    rows: Rows,
    columns: Mapping[str, str],
    *,
    title: str | None = None,
    caption: str | None = None,
    keep: Collection[str] = (),
) -> None:
    """Draw a table; columns that do not fit the terminal are named below it.

    On a narrow terminal headings are wrapped first, then the last columns are left out. Numbers
    are never cut; a line may be too long instead.

    Parameters
    ----------
    rows : sequence of dict
    columns : mapping of str to str
        Column → heading, the most important first.
    keep : collection of str, optional
        Columns that are left out after all others, such as the figure by which rows are ordered.
    """
    shown = fitting(rows, columns, keep=keep)
    left_out = [heading for name, heading in columns.items() if name not in shown]
    if left_out:
        missing = f"not shown at this width: {', '.join(left_out)}; --format json has all"
        caption = f"{caption}\n{missing}" if caption else missing
    draw(rows, shown, title=title, caption=caption)


def draw(
    rows: Rows,
    columns: Mapping[str, str],
    *,
    title: str | None = None,
    caption: str | None = None,
    width: int | None = None,
) -> None:
    """Draw all columns of a table; lines may be longer than the terminal is wide.

    Parameters
    ----------
    width : int, optional
        Maximum width; by default that of the terminal.
    """
    out = console()
    drawn, needed = _table(rows, columns, min(out.width, width or out.width))
    print_lines(f"\n{title}" if title else "", style="bold")
    out.width = max(out.width, needed)
    out.print(drawn)
    if caption:
        print_lines(caption, style="dim")


def print_lines(text: str, *, style: str = "", indent: int = 0) -> None:
    """Print text unchanged, wrapped between words and indented."""
    from rich.padding import Padding
    from rich.text import Text

    lines = Text(text, style=style, overflow="fold")
    console().print(Padding(lines, (0, 0, 0, indent), expand=False) if indent else lines)


def fitting(
    rows: Rows,
    columns: Mapping[str, str],
    width: int | None = None,
    keep: Collection[str] = (),
) -> dict[str, str]:
    """Return the columns that fit, at least two, in their order.

    Parameters
    ----------
    width : int, optional
        By default that of the terminal; in a pipe all columns fit.
    keep : collection of str, optional
        The first column and these are left out after all others, of which the last goes first.
    """
    names = list(columns)
    if width is None and sys.stdout.isatty():
        width = console().width
    if width is not None:
        stays = {*names[:1], *keep}
        leaving = sorted(names, key=lambda name: name not in stays)  # the last goes first
        while len(names) > 2 and _least(_laid_out(rows, columns, names, tall=True)) > width:
            names.remove(leaving.pop())
    return {name: columns[name] for name in names}


@dataclass(frozen=True)
class _Column:
    heading: tuple[str, ...]
    cells: tuple[str, ...]
    numeric: bool

    @property
    def natural(self) -> int:
        """Width of the longest line."""
        from rich.cells import cell_len

        return max(map(cell_len, (*self.heading, *self.cells)), default=0)

    @property
    def least(self) -> int:
        """Minimum width."""
        return self.natural if self.numeric else min(self.natural, TEXT_AT_LEAST)


def _laid_out(
    rows: Rows, columns: Mapping[str, str], names: Sequence[str], *, tall: bool
) -> list[_Column]:
    from rich.cells import cell_len

    found = []
    for name in names:
        cells = tuple(cell(row.get(name)) for row in rows)
        numeric = any(isinstance(row.get(name), int | float) for row in rows)
        heading = [cell(columns[name])]
        if tall:
            heading = _in_lines(heading[0], max(map(cell_len, cells), default=0))
        found.append(_Column(tuple(heading), cells, numeric))
    return found


def _in_lines(heading: str, wide: int) -> list[str]:
    """Wrap a heading to the width of its cells, or of its longest word if that is not too long."""
    from rich.cells import cell_len, chop_cells

    room = max(wide, HEADING_AT_LEAST)
    words = [part for word in heading.split() for part in chop_cells(word, room)]
    room = max(wide, *map(cell_len, words), 0)
    lines: list[str] = []
    for word in words:
        if lines and cell_len(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def _least(columns: Sequence[_Column]) -> int:
    """Return the minimum width of a table."""
    return sum(column.least + GAP for column in columns) - GAP


def _table(rows: Rows, columns: Mapping[str, str], width: int) -> tuple[Table, int]:
    """Return a table with numbers aligned to the right, and its width."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    laid_out = _laid_out(rows, columns, list(columns), tall=False)
    if sum(column.natural + GAP for column in laid_out) - GAP > width:
        laid_out = _laid_out(rows, columns, list(columns), tall=True)
    widths = _widths(laid_out, width)
    drawn = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    tallest = max((len(column.heading) for column in laid_out), default=0)
    for column, wide in zip(laid_out, widths, strict=True):
        above = "\n" * (tallest - len(column.heading))
        drawn.add_column(
            Text(above + "\n".join(column.heading)),
            justify="right" if column.numeric else "left",
            overflow="fold",
            width=wide,
            no_wrap=column.numeric,  # a wrapped number would look like two
        )
    for cells in zip(*(column.cells for column in laid_out), strict=True):
        drawn.add_row(*map(Text, cells))
    return drawn, sum(wide + GAP for wide in widths) - GAP


def _widths(columns: Sequence[_Column], width: int) -> list[int]:
    """Return the width of each column.

    Each has its minimum; text columns share the rest, those that need least first.
    """
    widths = [column.least for column in columns]
    spare = width - _least(columns)
    texts = sorted((c.natural - c.least, at) for at, c in enumerate(columns) if not c.numeric)
    for left, (more, at) in zip(range(len(texts), 0, -1), texts, strict=True):
        given = max(0, min(more, spare // left))
        widths[at] += given
        spare -= given
    return widths


def cell(value: Any) -> str:
    """Return a value as text for a table; floats with two decimals."""
    from influence.tables.problems import printable

    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, list | tuple):
        value = ", ".join(f"{item:g}" if isinstance(item, float) else str(item) for item in value)
    # The width of joined emoji depends on the terminal, so they are separated.
    return printable(str(value).replace("\u200d", ""), LONGEST)
