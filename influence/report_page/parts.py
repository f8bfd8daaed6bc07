"""The parts that the page is made of: tables, figures and sections, and how a cell is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from influence.headings import headings
from influence.reports.spreadsheet import harmless


class Share(float):
    """A number from 0 to 1, shown in per cent."""


@dataclass(frozen=True)
class Table:
    """Rows under headings.

    Attributes
    ----------
    rows : sequence of dict
    headings : mapping of str to str
        Column → heading; other columns of the rows are not shown.
    """

    rows: Sequence[Mapping[str, Any]]
    headings: Mapping[str, str]

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]], names: Sequence[str], **other: str) -> Table:
        """Make a table of the columns that the rows have, under the usual headings.

        Parameters
        ----------
        rows : sequence of dict
        names : sequence of str
            Columns, in order.
        **other : str
            Headings that differ from the usual ones, by column.
        """
        there = [name for name in names if not rows or name in rows[0]]
        return cls(rows, headings(there) | {n: h for n, h in other.items() if n in there})


@dataclass(frozen=True)
class Figure:
    """A chart with the table behind it, or a table alone.

    Attributes
    ----------
    id : str
        Anchor in the page.
    title : str
    meaning : str
        One sentence: what the figure means.
    method : str
        Anchor of the text that explains how it is computed.
    table : Table
    svg : str or None
        The chart; None for a table alone.
    alt : str
        What the chart shows, for those who cannot see it.
    legend : sequence of (int, str)
        Number of the colour and words of each category.
    note : str
        What was left out, and other remarks.
    points : list of dict or None
        One object for each point of the chart, in its order, where points can be looked up.
    open : bool
        Whether the table is shown without a click.
    """

    id: str
    title: str
    meaning: str
    method: str
    table: Table
    svg: str | None = None
    alt: str = ""
    legend: Sequence[tuple[int, str]] = ()
    note: str = ""
    points: list[dict[str, Any]] | None = None
    open: bool = False


@dataclass(frozen=True)
class Section:
    """A question and its answers.

    Attributes
    ----------
    id : str
        Anchor in the page.
    title : str
    lead : sequence of str
        Paragraphs, the answer first.
    figures : sequence of Figure
    facts : sequence of (str, str)
        Numbers to be shown large: the number and its words.
    """

    id: str
    title: str
    lead: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    facts: Sequence[tuple[str, str]] = ()


def shown(value: Any) -> str:
    """Return a value as text: counts and money with thousands, money with two decimals.

    Text that a spreadsheet would run as a formula gets an apostrophe, since tables are copied.

    Examples
    --------
    >>> shown(1234), shown(1234.5), shown(Share(0.256)), shown(["A", "B"]), shown(None)
    ('1,234', '1,234.50', '25.6 %', 'A, B', '')
    """
    if value is None:
        return ""
    if isinstance(value, Share):
        return f"{value:z.1%}".replace("%", " %")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return str(harmless(text))


def is_number(value: Any) -> bool:
    """Return whether a cell holds a number, which is shown at the right."""
    return isinstance(value, int | float) and not isinstance(value, bool)
