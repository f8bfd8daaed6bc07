"""From an Altair chart to SVG for the report: colours from its style sheet, nothing active."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import cycle
from xml.etree import ElementTree as ET

import altair as alt
import vl_convert

from influence.charts.look import ALL, PAGE, POINTS, WIDTH, Chart

NAMESPACE = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "g", "path", "line", "rect", "text", "tspan"}
ATTRIBUTES = {
    "d", "dx", "dy", "fill", "fill-opacity", "font-size", "font-style", "font-weight", "height",
    "opacity", "stroke", "stroke-dasharray", "stroke-opacity", "stroke-width", "text-anchor",
    "transform", "viewBox", "width", "x", "x1", "x2", "y", "y1", "y2",
}  # fmt: skip
LONG = re.compile(r"(\.\d\d)\d+")
SCALE = 2
"""Pixels of a PNG file for each unit of a chart."""
RULE = "var(--rule)"


def legend(names: Iterable[str], numbers: Sequence[int] = ALL) -> list[tuple[int, str]]:
    """Return number of the colour and words of each category, for the legend in the page."""
    return list(zip(cycle(numbers), names, strict=False))


def svg(chart: Chart) -> str:
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
            domainColor=RULE, gridColor=RULE, tickColor=RULE, labelColor=PAGE.ink,
            titleColor=PAGE.muted, labelFontSize=14, titleFontSize=14, titleFontWeight="normal",
            labelLimit=250,
        ),
        text=alt.MarkConfig(color=PAGE.ink, fontSize=13),
    )  # fmt: skip
    text = vl_convert.vegalite_to_svg(drawn.to_dict(), allowed_base_urls=[])
    return cleaned(text)


def svg_file(chart: Chart) -> bytes:
    """Draw a chart that stands alone as the content of an SVG file."""
    return vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[]).encode()


def png_file(chart: Chart) -> bytes:
    """Draw a chart that stands alone as the content of a PNG file."""
    drawn: bytes = vl_convert.vegalite_to_png(chart.to_dict(), scale=SCALE, allowed_base_urls=[])
    return drawn


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
