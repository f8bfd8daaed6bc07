"""Run the notebooks of docs/notebooks and keep their outputs: `python -m tools.notebooks [NAME…]`.

`make notebooks` runs all. They read `CIAODVD` (a folder with the data set) and `NEO4J_URI`,
`NEO4J_PASSWORD` (an empty database) from the environment. A test checks that the outputs are those
that the notebooks give.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "notebooks"
CHANGING = re.compile(
    r"\d{8}-\d{6}-[0-9a-f]{6}"  # id of a run
    r"|\d{4}-\d\d-\d\d \d\d:\d\d( UTC)?"
    r"|\d+ (s|min|h|days)\b"
)
"""What differs from one time to the next."""
SECONDS = 300
"""Longest time of a cell."""


def executed(path: Path, folder: Path, environment: Mapping[str, str]) -> nbformat.NotebookNode:
    """Run a notebook in an empty folder.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        coalesce_streams=True,  # how often a kernel sends what is printed depends on its speed
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env={**os.environ, "PYTHONPATH": str(ROOT), **environment})
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def texts(notebook: nbformat.NotebookNode) -> list[list[str]]:
    """Return what each cell shows as text or HTML, without what differs each time."""
    return [
        [CHANGING.sub("…", _text(output)) for output in cell.get("outputs", [])]
        for cell in notebook.cells
    ]


def _text(output: Mapping[str, Any]) -> str:
    """What was printed, or the result as HTML, else as text."""
    data = output.get("data", {})
    text: str = output.get("text") or data.get("text/html") or data.get("text/plain", "")
    return text


def main(names: list[str]) -> None:
    """Run these notebooks, by default all, and write their outputs."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        if not names or path.stem in names:
            with tempfile.TemporaryDirectory() as folder:
                notebook = executed(path, Path(folder), {})
            nbformat.write(notebook, path)
            print(path.relative_to(ROOT), f"{path.stat().st_size / 1e3:,.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
