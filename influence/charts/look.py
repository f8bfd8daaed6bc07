"""The look of charts: in the report with the colours of its style sheet, or standing alone."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import altair as alt

from influence.charts.labels import visible

Chart = alt.TopLevelMixin
"""Any chart, of one layer or of several."""
WIDTH = 520
"""Width of every chart in pixels; the style sheet of the report scales it to the window."""
LINE = 88
"""Letters in a line of a subtitle."""
NUMBER = "format(datum.value, abs(datum.value) < 1 ? '~g' : '~s')"
"""Labels of an axis of money: 0, 0.5, 500, 20k, 1M."""
POINTS = "points"
"""Name of the chart whose marks can be looked up in the report, and class of their group."""
ALL = (1, 2, 3, 4, 5, 6)
"""Numbers of the colours of categories."""


@dataclass(frozen=True)
class Look:
    """Colours, and whether a chart has its own legend and tooltips.

    Attributes
    ----------
    ink, muted : str
        Colours of text and of lines.
    categories : sequence of str
        Colours 1 to 6.
    letter : float
        Width that is reserved for a letter of a label, in pixels: readers have other fonts.
    alone : bool
        Whether nothing around the chart explains it, as in a notebook.
    """

    ink: str
    muted: str
    categories: Sequence[str]
    letter: float
    alone: bool

    def colours(self, count: int, numbers: Sequence[int] = ALL) -> list[str]:
        """Return the colours of some categories; beyond six they are repeated."""
        return [self.categories[number - 1] for number in islice(cycle(numbers), count)]

    def legend(self, columns: int = 3) -> alt.Legend | None:
        """Return the legend of a chart that stands alone; the report has its own."""
        if not self.alone:
            return None
        return alt.Legend(title=None, orient="top", columns=columns, labelLimit=0)

    def tooltip(self, fields: Mapping[str, str]) -> Any:
        """Return the tooltips of a chart that stands alone: typed field → title."""
        if not self.alone:
            return alt.Undefined
        return [
            alt.Tooltip(
                field, title=title, format=",.2f" if field.endswith(":Q") else alt.Undefined
            )
            for field, title in fields.items()
        ]


PAGE = Look(
    ink="var(--ink)",
    muted="var(--muted)",
    categories=[f"var(--c{number})" for number in ALL],
    letter=8.2,
    alone=False,
)
"""In the report, whose style sheet defines the colours for light and dark."""
ALONE = Look(
    ink="#1c2430",
    muted="#55606e",
    categories=("#2f6fb0", "#c2590a", "#12806a", "#b3344a", "#7a4fa3", "#7c6400"),
    letter=6.5,
    alone=True,
)
"""In a notebook or a file of its own: the light colours of the report, on white."""


def data(rows: Sequence[dict[str, Any]]) -> alt.InlineData:
    """Return rows as the data of a chart."""
    return alt.InlineData(values=list(rows))


def on_white_edge(text: alt.Chart, look: Look) -> list[alt.Chart]:
    """Put the same text in white behind a text; the style sheet of the report does that there."""
    if not look.alone:
        return [text]
    edge = text.copy()
    edge.mark.color = edge.mark.stroke = "white"
    edge.mark.strokeWidth = 3
    return [edge, text]


def one_below_another(charts: Sequence[Any]) -> Chart:
    """Put charts into one picture, each with its own colours."""
    picture = alt.VConcatChart(
        vconcat=list(charts), center=True, spacing=40, background="white", padding=16
    )
    apart: Chart = picture.resolve_scale(color="independent").configure_view(stroke=None)
    return apart


def titled(chart: Chart, title: str, notes: Sequence[str] = ()) -> Chart:
    """Put a title above a chart, and notes below the title."""
    lines = [line for note in notes for line in textwrap.wrap(visible(note), LINE)]
    heading = alt.TitleParams(
        text=textwrap.wrap(visible(title), LINE - 20), subtitle=lines, anchor="start", offset=12,
        fontSize=15, subtitleFontSize=12, subtitleColor=ALONE.muted, color=ALONE.ink,
    )  # fmt: skip
    made: Chart = chart.properties(title=heading)
    return made
