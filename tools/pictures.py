"""Draw the pictures of the gallery from the report of the sample company: `make examples`.

The charts are those of the report, with its colours for light pages and with their legend.
"""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from importlib import resources
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

import vl_convert

from influence import explain, write_picture
from influence.cli import main as influence
from influence.report_page.contents import contents
from influence.report_page.material import Material
from influence.report_page.parts import Figure
from influence.store import open_store
from tools.screens import EXAMPLE_RUN, RUN

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images" / "gallery"
SHOWN = ("parts", "segments", "first", "free-list", "signed", "at-risk", "scatter", "lorenz",
         "by-distance", "tree-1", "bridges")  # fmt: skip
"""The charts of the gallery, by their anchors in the report."""
CUSTOMER = "C0433"
"""Whose own picture is drawn as well."""
LARGE = {"scatter"}
"""Charts with many points, which are smaller as PNG."""
MARGIN, LINE, LETTER = 14, 24, 7.5
"""Around a chart, height of a line of the legend, and room for a letter of it, in pixels."""


def pictures(store: str) -> dict[str, bytes]:
    """Draw the pictures of the gallery from the current run of a store.

    Returns
    -------
    dict of str to bytes
        By name of the file.
    """
    drawn = {}
    with open_store(store) as there, TemporaryDirectory() as folder:
        write_picture(explain(there, CUSTOMER), f"{folder}/customer.svg")
        customer = Path(folder, "customer.svg").read_text("utf-8")
        drawn["customer.svg"] = RUN.sub(EXAMPLE_RUN, customer).encode()
        for section in contents(Material(there, there.scores())):
            for figure in section.figures:
                if figure.id not in SHOWN:
                    continue
                text = standalone(figure)
                if figure.id in LARGE:
                    drawn[f"{figure.id}.png"] = vl_convert.svg_to_png(text, scale=1)
                else:
                    drawn[f"{figure.id}.svg"] = text.encode()
    return drawn


def standalone(figure: Figure) -> str:
    """Make a chart of the report a file of its own: colours, font, legend and background."""
    inner = re.fullmatch(r'<svg viewBox="0 0 (\S+) (\S+)">(.*)</svg>', figure.svg or "", re.DOTALL)
    if inner is None:
        raise ValueError(f"{figure.id}: not the SVG of a chart")
    width, height = float(inner[1]), float(inner[2])
    words, room = _legend(figure, width)
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + 2 * MARGIN:g}" '
        f'height="{height + room + 2 * MARGIN:g}" font-family="sans-serif">\n'
        "<style>text { paint-order: stroke; stroke: var(--paper); stroke-width: 3px }</style>\n"
        f'<rect width="100%" height="100%" fill="var(--paper)"/>{words}'
        f'<g transform="translate({MARGIN},{MARGIN + room})">{inner[3]}</g></svg>\n'
    )
    colours = _colours()
    return re.sub(r"var\((--\w+)\)", lambda name: colours[name[1]], text)


def _legend(figure: Figure, width: float) -> tuple[str, float]:
    """Return the legend as SVG, and its height."""
    parts, x, y = [], float(MARGIN), 0
    for number, name in figure.legend:
        wide = LETTER * len(name) + 30
        if x + wide > width and x > MARGIN:
            x, y = float(MARGIN), y + LINE
        parts.append(
            f'<rect x="{x:g}" y="{y + MARGIN}" width="12" height="12" fill="var(--c{number})"/>'
            f'<text x="{x + 18:g}" y="{y + MARGIN + 11}" font-size="13" fill="var(--ink)">'
            f"{escape(name)}</text>"
        )
        x += wide
    return "".join(parts), y + LINE if parts else 0


def _colours() -> dict[str, str]:
    """Return the colours of light pages by name."""
    css = (resources.files("influence.report_page") / "page.css").read_text("utf-8")
    return dict(re.findall(r"(--\w+): (#\w+)", css.partition("}")[0]))


def main() -> None:
    """Draw all pictures anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        with redirect_stdout(StringIO()):
            influence(["demo", folder, "--quiet"])
        for name, content in pictures(f"{folder}/store").items():
            (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
