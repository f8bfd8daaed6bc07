"""From an Altair chart to SVG for the page: colours from its style sheet, nothing active."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import cycle, islice
from typing import Any
from xml.etree import ElementTree as ET

import altair as alt
import vl_convert

NAMESPACE = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "g", "path", "line", "rect", "text", "tspan"}
ATTRIBUTES = {
    "d", "dx", "dy", "fill", "fill-opacity", "font-size", "font-style", "font-weight", "height",
    "opacity", "stroke", "stroke-dasharray", "stroke-opacity", "stroke-width", "text-anchor",
    "transform", "viewBox", "width", "x", "x1", "x2", "y", "y1", "y2",
}  # fmt: skip
POINTS = "points"
"""Name of the chart whose marks can be looked up, and class of their group."""
LONG = re.compile(r"(\.\d\d)\d+")
WIDTH = 520
"""Width of every chart in pixels; the style sheet scales it to the window."""
LETTER = 8.2
"""Width that is reserved for a letter of a label, in pixels: readers have other fonts."""
NUMBER = "format(datum.value, abs(datum.value) < 1 ? '~g' : '~s')"
"""Labels of an axis of money: 0, 0.5, 500, 20k, 1M."""
INK, MUTED, RULE = "var(--ink)", "var(--muted)", "var(--rule)"
ALL = (1, 2, 3, 4, 5, 6)
"""Numbers of the colours of categories, which the style sheet defines for light and dark."""


def colours(count: int, numbers: Sequence[int] = ALL) -> list[str]:
    """Return the colours of so many categories; beyond six they are repeated."""
    return [f"var(--c{number})" for number in islice(cycle(numbers), count)]


def legend(names: Iterable[str], numbers: Sequence[int] = ALL) -> list[tuple[int, str]]:
    """Return number of the colour and words of each category, for the legend in the page."""
    return list(zip(cycle(numbers), names, strict=False))


def data(rows: Sequence[dict[str, Any]]) -> alt.InlineData:
    """Return rows as the data of a chart."""
    return alt.InlineData(values=list(rows))


def svg(chart: alt.TopLevelMixin) -> str:
    """Draw a chart.

    Returns
    -------
    str
        One `svg` element without scripts, styles, links, identifiers and width: the style sheet
        sets its colours and size. The text around it has to say what it shows.
    """
    drawn = chart.configure(
        background="transparent",
        font="sans-serif",
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            domainColor=RULE, gridColor=RULE, tickColor=RULE, labelColor=INK, titleColor=MUTED,
            labelFontSize=14, titleFontSize=14, titleFontWeight="normal", labelLimit=250,
        ),
        text=alt.MarkConfig(color=INK, fontSize=13),
    )  # fmt: skip
    text = vl_convert.vegalite_to_svg(drawn.to_dict(), allowed_base_urls=[])
    return cleaned(text)


def cleaned(text: str) -> str:
    """Keep the elements and attributes of an SVG that draw, and round its coordinates."""
    root = ET.fromstring(text)  # noqa: S314 - made here, with all texts of the data escaped
    _clean(root)
    _, _, width, height = map(float, root.get("viewBox", "").split())
    root.attrib = {"viewBox": f"0 0 {max(width, WIDTH):g} {height:g}"}
    return ET.tostring(root, encoding="unicode")


def _clean(element: ET.Element) -> None:
    element.tag = element.tag.removeprefix(NAMESPACE)
    found = POINTS in element.get("class", "").split("_")[0].split()
    element.attrib = {
        name: LONG.sub(r"\1", value) for name, value in element.attrib.items() if name in ATTRIBUTES
    }
    if found:
        element.set("class", POINTS)
    for inner in list(element):
        if not isinstance(inner.tag, str) or inner.tag.removeprefix(NAMESPACE) not in ELEMENTS:
            element.remove(inner)
            continue
        _clean(inner)
        if _draws_nothing(inner):
            element.remove(inner)


def _draws_nothing(element: ET.Element) -> bool:
    if element.tag == "path":
        return element.get("d", "") in {"", "M0,0h0v0h0Z"}
    return element.tag == "g" and len(element) == 0
