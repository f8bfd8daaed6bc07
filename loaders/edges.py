"""Edge lists: two columns of ids, as SNAP and many others publish them."""

from __future__ import annotations

import csv
from itertools import takewhile
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from influence.loaders import delimited
from influence.tables import Problems, Tables

Ends = Literal["undirected", "directed", "reversed"]
COMMENTS = ("#", "%")
DELIMITERS = "\t,; "


def read(path: str | Path, ends: Ends = "undirected", kind: str = "tie") -> Tables:
    """Read an edge list, separated by tabs, commas, semicolons or single spaces.

    Leading lines with # or % are comments. A first row `source,target,…` is a header; then a
    column `strength` is read as well.

    Parameters
    ----------
    path : str or Path
        `.gz` is unpacked on the way.
    ends : {"undirected", "directed", "reversed"}
        Ties that run both ways, from the first column to the second, or from the second to the
        first.
    kind : str
        Of all its ties.

    Returns
    -------
    Tables
        Ties only, not validated yet: load them with the rules `drop_self` and `add_missing`.
    """
    path, problems = Path(path), Problems()
    first, comments = _first_line(path)
    delimiter = delimited.separator(first, DELIMITERS)
    cells = next(csv.reader([first], delimiter=delimiter), [])
    named = [cell.strip().lower() for cell in cells]
    has_header = {"source", "target"} <= set(named)
    names = (
        named
        if has_header
        else ["source", "target", *(f"column {i}" for i in range(3, len(cells) + 1))]
    )
    found = delimited.read(
        path, "ties", problems, delimiter=delimiter, skip=comments + has_header, names=names
    )
    if found is None or len(cells) < 2:
        if len(problems) == 0:
            reason = "two columns of ids are expected"
            problems.add_one(path.name, "ties", comments + 1, "", "unreadable_file", reason)
        return Tables(problems=problems)
    table, source = found
    if not has_header and _begins_with_a_header(table):
        reason = f"a header? ties need columns named source and target: {first}"
        problems.add_one(path.name, "ties", comments + 1, "", "unreadable_file", reason)
        return Tables(problems=problems)
    columns = {name: table[name] for name in names if name in {"source", "target", "strength"}}
    if ends == "reversed":
        columns["source"], columns["target"] = columns["target"], columns["source"]
    columns["kind"] = pa.repeat(kind, len(table))
    columns["directed"] = pa.repeat(ends != "undirected", len(table))
    return Tables(ties=pa.table(columns), sources={"ties": source}, problems=problems)


def _begins_with_a_header(table: pa.Table) -> bool:
    """Whether the first row alone holds names where all others hold numbers."""
    ends = [pc.match_substring_regex(table[end], "^[0-9]+$") for end in ("source", "target")]
    first = [column[0].as_py() for column in ends if len(column) > 1]
    return first == [False, False] and all(pc.all(column.slice(1)).as_py() for column in ends)


def _first_line(path: Path) -> tuple[str, int]:
    """The first line that is no comment, and how many comments come before it."""
    try:
        with delimited.open_text(path) as text:
            comments = sum(1 for _ in takewhile(lambda line: line.startswith(COMMENTS), text))
        with delimited.open_text(path) as text:
            lines = iter(text)
            for _ in range(comments):
                next(lines)
            return next(lines, "").rstrip("\r\n"), comments
    except (OSError, EOFError, UnicodeDecodeError):
        return "", 0  # the reader says what is wrong
