"""Find the line of a key in TOML, which Python's parser does not tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

Place = tuple[str | int, ...]

HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]")
KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
NAME = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def line_of(text: str, place: Sequence[str | int]) -> int | None:
    """Return the line of a key, counted from 1, or of the nearest table that contains it.

    Parameters
    ----------
    text : str
        Valid TOML.
    place : sequence of str and int
        Keys, and positions in lists of tables.

    Examples
    --------
    >>> text = '[[file]]\\nname = "a"\\n[[file.rows]]\\ntable = "ties"\\ncolumns.source = "x"'
    >>> line_of(text, ("file", 0, "rows", 0, "columns", "source"))
    5
    >>> line_of(text, ("file", 0, "rows", 0, "merge"))
    3
    """
    lines = dict(_keys(text))
    for end in range(len(place), 0, -1):
        if tuple(place[:end]) in lines:
            return lines[tuple(place[:end])]
    return None


def _keys(text: str) -> Iterator[tuple[Place, int]]:
    """Yield the place and the line of each table and key."""
    counts = Counter[Place]()
    inside: Place = ()
    for number, line in enumerate(text.splitlines(), 1):
        header, key = HEADER.match(line), KEY.match(line)
        if header:
            inside = _place(header[2], counts)
            if header[1] == "[[":
                counts[inside] += 1
                inside = (*inside, counts[inside] - 1)
            yield inside, number
        elif key:
            yield (*inside, *_names(key[1])), number


def _names(dotted: str) -> list[str]:
    return [name.strip("\"'") for name in NAME.findall(dotted)]


def _place(dotted: str, counts: Counter[Place]) -> Place:
    """Return the place of a header, with the positions of the lists that contain it."""
    place: Place = ()
    names = _names(dotted)
    for at, name in enumerate(names):
        place = (*place, name)
        if at < len(names) - 1 and counts[place]:
            place = (*place, counts[place] - 1)
    return place
