"""The picture of one customer as a file: SVG, PNG, or a page with the tables behind the charts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from influence.charts.extra import needs_extra
from influence.charts.labels import called
from influence.errors import UsageError
from influence.reports.replacing import replacing

if TYPE_CHECKING:
    from influence.customer.explain import Explanation

SUFFIXES = (".svg", ".png", ".html")


def checked_suffix(path: Path) -> str:
    """Return the suffix of the file of a picture, in small letters.

    Raises
    ------
    UsageError
        If it is none of .svg, .png and .html.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(f"{path}: the file of a picture ends in .svg, .png or .html")
    return suffix


def write_picture(explained: Explanation, path: str | Path) -> Path:
    """Write the ego network of a customer and the parts of their value as one file.

    Parameters
    ----------
    explained : Explanation
    path : str or Path
        Ends in .svg, .png or .html; an existing file is replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UsageError
        If the file has another ending, or the extra `report` is not installed.
    InfluenceError
        If the file cannot be written.
    """
    path = Path(path)
    suffix = checked_suffix(path)
    with needs_extra("pictures"):
        content = _page(explained) if suffix == ".html" else _drawn(explained, suffix)
    with replacing(path) as fresh:
        fresh.write_bytes(content)
    return path


def _drawn(explained: Explanation, suffix: str) -> bytes:
    from influence.charts.drawing import png_file, svg_file
    from influence.customer.picture import picture

    return (svg_file if suffix == ".svg" else png_file)(picture(explained))


def _page(explained: Explanation) -> bytes:
    from influence.report_page.one_customer import around, parts, shells
    from influence.report_page.parts import Section
    from influence.report_page.template import filled

    made = (around(explained), parts(explained), shells(explained))
    lead = [f"The figures are {explained.caveat}."] if explained.caveat else []
    section = Section("customer", "Where the value comes from", lead, [f for f in made if f])
    who = called(explained.figures["customer"], explained.names)
    return filled("picture.html", who=who, stale=explained.stale, it=section).encode()
