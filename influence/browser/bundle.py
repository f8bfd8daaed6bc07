"""The three files for the Browser, as bytes and in a directory."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from influence import queries
from influence.browser import literals
from influence.browser.guide import guide
from influence.browser.style import style
from influence.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from influence.browser.examples import Examples
    from influence.queries import Query

STYLE, FAVORITES, GUIDE = NAMES = ("influence.grass", "favorites.zip", "guide.html")
FOLDER = "influence"
WHEN = (1980, 1, 1, 0, 0, 0)
"""Fixed timestamp of zip entries, so that equal input gives equal bytes."""


def files(examples: Examples) -> dict[str, bytes]:
    """Return the contents of each file, by name."""
    return {
        STYLE: style(examples.caption).encode(),
        FAVORITES: _zipped(favorites(examples)),
        GUIDE: guide(examples).encode(),
    }


def write(directory: Path, examples: Examples) -> list[Path]:
    """Write the files into a directory, created if necessary; existing files are overwritten.

    Raises
    ------
    UsageError
        If the directory cannot be written.
    """
    paths = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, content in files(examples).items():
            paths.append(directory / name)
            paths[-1].write_bytes(content)
    except OSError as error:
        raise UsageError(f"{directory}: cannot write there: {error.strerror}") from error
    return paths


def favorites(examples: Examples) -> dict[str, str]:
    """Return the text of every query for analysts, by its short name."""
    return {
        name.removeprefix(queries.EXPLORE): literals.saved(query, given(query, examples))
        for name, query in queries.library().items()
        if name.startswith(queries.EXPLORE)
    }


def given(query: Query, examples: Examples) -> dict[str, Any]:
    """Return example values for the required parameters of a query."""
    if query.name.endswith("/referral-tree"):
        return {"customer": examples.referrer}
    return {p.name: examples.customer for p in query.parameters if p.default is None}


def _zipped(texts: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}.cypher", WHEN)
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
