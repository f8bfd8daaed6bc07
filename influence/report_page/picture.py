"""Pictures as files: SVG, PNG, or a page with the tables behind the charts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from influence.charts.extra import needs_extra
from influence.charts.labels import called
from influence.errors import UsageError
from influence.reports.replacing import replacing

if TYPE_CHECKING:
    from influence.calibration.record import Calibration
    from influence.charts.look import Chart
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
    return _write(path, lambda: _picture(explained), lambda: _page(explained))


def write_weights(found: Calibration, path: str | Path) -> Path:
    """Write the weights of a calibration beside the published ones as one file.

    Parameters
    ----------
    found : Calibration
    path : str or Path
        As of `write_picture`, and with the same errors.

    Raises
    ------
    NothingToShow
        If the calibration has no weights.
    """
    return _write(path, found.plot.weights, lambda: _page_of_weights(found))


def _write(path: str | Path, chart: Callable[[], Chart], page: Callable[[], str]) -> Path:
    path = Path(path)
    suffix = checked_suffix(path)
    with needs_extra("pictures"):
        content = page().encode() if suffix == ".html" else _drawn(chart(), suffix)
    with replacing(path) as fresh:
        fresh.write_bytes(content)
    return path


def _drawn(chart: Chart, suffix: str) -> bytes:
    from influence.charts.drawing import png_file, svg_file

    return (svg_file if suffix == ".svg" else png_file)(chart)


def _picture(explained: Explanation) -> Chart:
    from influence.customer.picture import picture

    return picture(explained)


def _page(explained: Explanation) -> str:
    from influence.report_page.one_customer import around, parts, shells
    from influence.report_page.parts import Section
    from influence.report_page.template import filled

    made = (around(explained), parts(explained), shells(explained))
    lead = [f"The figures are {explained.caveat}."] if explained.caveat else []
    section = Section("customer", "Where the value comes from", lead, [f for f in made if f])
    who = called(explained.figures["customer"], explained.names)
    title = f"One customer: {who}"
    return filled("picture.html", title=title, heading=who, stale=explained.stale, it=section)


def _page_of_weights(found: Calibration) -> str:
    from influence.report_page.calibrated import section
    from influence.report_page.template import filled

    title = "Weights from the company's own data"
    return filled("picture.html", title=title, heading=title, stale=False, it=section(found))
