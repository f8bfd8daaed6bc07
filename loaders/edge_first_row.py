"""Decide whether the first row of an edge list without a known header is a tie like the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from influence.loaders import named
from influence.loaders.edge_headers import any_matches, is_header
from influence.loaders.text import Grid, Unreadable

WORD_LIST = """
source target src dst dest destination from to start end node user friend follower followee
followed sender receiver recipient trustor trustee rater ratee ego alter head tail person
customer member account who whom id name key label type weight strength value rating score time
date timestamp count vertex actor contact kind author v uid origin manager employee parent child
referrer referred inviter invitee caller callee buyer seller left right leader boss subordinate
mentor mentee donor lender borrower subject object predicate relation relationship edge link
quelle ziel von nach kunde kundin freund origine cible client ami fuente destino cliente amigo
emisor receptor от кому кто
"""
WORDS = frozenset(WORD_LIST.split())
"""Words that headers consist of."""
NUMBER = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"
DATE = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]|\s*$)"
WORD_EDGE = re.compile(r"(?<=[a-z])(?=[A-Z])")
LETTERS = {("i", "j"), ("u", "v"), ("n1", "n2"), ("v1", "v2"), ("id1", "id2")}
SAMPLE = 1000
ENOUGH = 3
SHAPES = (NUMBER, r"@.+\.", r"[0-9]")
"""Patterns that all cells of a column may match and a column name does not."""


def require_data(grid: Grid, *, columns_named: bool = False) -> None:
    """Refuse a first row that may not be a tie, and a column that may not be an end.

    The first row may be a header of unknown names, a title, a line of sizes, or have an index.

    Raises
    ------
    Unreadable
        With both readings, and the options that decide.
    """
    shown = ", ".join(grid.first)
    why = None
    if named.header_below(grid, is_header):
        why = f"a header in a row below? remove the rows above it: {shown}"
    elif _has_sizes(grid.cells):
        why = (
            f"a line of sizes? {len(grid.cells) - 1:,} rows follow: {shown}; "
            "--header leaves it out, --no-header reads it as a tie"
        )
    elif columns_named:
        return
    elif looks_like_header(grid.cells):
        why = (
            f"a header? ties need columns named source and target: {shown}; "
            "--columns source,target,… names the columns, --no-header reads it as a tie"
        )
    elif _has_index(grid.cells):
        why = (
            f"is the first column an index or an end of ties? {shown}; "
            "--columns -,source,target leaves it out, --columns source,target keeps it"
        )
    elif _has_no_end(grid.cells):
        why = (
            f"is the second column an end of ties? {shown}; --columns source,-,target leaves it "
            "out, --columns source,target keeps it"
        )
    if why is not None:
        raise Unreadable(why, grid.first_row, grid.rows)


def looks_like_header(cells: pa.Table) -> bool:
    """Return whether the first row differs from the others, or consists of words of headers."""
    return cells.num_columns > 1 and (_differs(cells) or _made_of_words(cells))


def _differs(cells: pa.Table) -> bool:
    """Return whether in some column all rows but the first match one of the patterns.

    A few rows may do so by chance: then they must be numbers, in both ends or in another column.
    """
    if len(cells) > ENOUGH:
        return any(_stands_out(column, SHAPES) for column in cells.columns)
    if len(cells) < 2:
        return False
    out = [_stands_out(column, (NUMBER,)) for column in cells.columns]
    return all(out[:2]) or any(out[2:])


def _stands_out(column: pa.ChunkedArray, shapes: Sequence[str]) -> bool:
    """Return whether all cells but the first match one of the patterns."""
    first, rest = column[0].as_py(), column.slice(1)
    shapes = [shape for shape in shapes if first.strip() and not re.search(shape, first)]
    for some in (rest.slice(0, SAMPLE), rest):  # the first few rows rule out most patterns
        shapes = [s for s in shapes if pc.all(pc.match_substring_regex(some, s)).as_py()]
    return bool(shapes)


def _made_of_words(cells: pa.Table) -> bool:
    """Return whether the first two cells are words of headers that do not occur as ids below.

    Such as `Who,Whom`, or one word twice with the suffixes 1 and 2 or a and b.
    """
    names = [end[0].as_py() for end in cells.columns[:2]]
    rest = cells.slice(1)
    stems = [
        re.fullmatch(r"(.*?[a-z])[ _.-]?([12]|(?<=[_ .-])[abAB]|[AB])", n.strip()) for n in names
    ]
    if all(stems) and stems[0][1] == stems[1][1] and stems[0][2] != stems[1][2]:  # type: ignore[index]
        return not any_matches(rest, (0, 1), r"[0-9A-B]\s*$")
    parts = [{*re.findall(r"[^\W\d_]+", WORD_EDGE.sub(" ", name).lower())} for name in names]
    spelt = tuple(name.strip().lower() for name in names)
    words = not any(re.search("[0-9]", name) for name in names) and all(p & WORDS for p in parts)
    if not words and spelt not in LETTERS:
        return False
    again = (rf"^\s*{re.escape(name.strip())}\s*$" for name in names)
    return not any(any_matches(rest, (0, 1), shape) for shape in again) and (words or len(rest) > 0)


def _has_no_end(cells: pa.Table) -> bool:
    """Return whether the second of three columns is constant, or one of the first two has dates."""
    if cells.num_columns < 3 or len(cells) < 2:
        return False
    second = cells.column(1)
    alike = pc.all(pc.equal(second, second[0])).as_py() and not any_matches(cells, (1,), NUMBER)
    dates = any(pc.all(pc.match_substring_regex(cells.column(at), DATE)).as_py() for at in (0, 1))
    third_is_number = pc.all(pc.match_substring_regex(cells.column(2), NUMBER)).as_py()
    return dates or (alike and not third_is_number)


def _has_sizes(cells: pa.Table) -> bool:
    """Return whether the first row may be the number of nodes and the number of rows below."""
    follow = len(cells) - 1
    if follow < 3 or cells.num_columns != 2:
        return False
    nodes, ties = (column[0].as_py().strip() for column in cells.columns)
    if not (nodes.isdecimal() and ties == str(follow)):
        return False
    ids = [column.slice(1) for column in cells.columns]
    if not all(pc.all(pc.match_substring_regex(end, "^[0-9]{1,18}$")).as_py() for end in ids):
        return False
    largest: int = max(pc.max(end.cast(pa.int64())).as_py() for end in ids)
    return largest <= int(nodes)


def _has_index(cells: pa.Table) -> bool:
    """Return whether the first of three or more columns counts rows, and the next two are texts."""
    if cells.num_columns < 3 or len(cells) < 2:
        return False
    numeric = [pc.any(pc.match_substring_regex(cells.column(i), NUMBER)).as_py() for i in (1, 2)]
    begins = cells.column(0)[0].as_py()
    if any(numeric) or begins not in {"0", "1"}:
        return False
    counted = pa.array(range(int(begins), len(cells) + int(begins))).cast(pa.string())
    same: bool = pc.all(pc.equal(cells.column(0).combine_chunks(), counted)).as_py()
    return same
