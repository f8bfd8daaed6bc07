"""Recognise the header of an edge list by the names of its two ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.loaders import named
from influence.loaders.text import Grid, Unreadable
from influence.tables.specs import TIES

PAIRS = """
    source target, src dst, src dest, source destination, from to, fromid toid, fromnode
    tonode, fromnodeid tonodeid, sourceid targetid, startid endid, start end, node1 node2,
    nodeid1 nodeid2, id1 id2, user1 user2, userid1 userid2, userid friendid, user friend,
    follower followee, follower followed, followerid followeeid, followerid followedid,
    sender receiver, sender recipient, trustor trustee, rater ratee, ego alter, head tail,
    person1 person2, customer1 customer2
"""
"""Names of the two ends, compared without case, blanks, and marks such as _ and :."""
ENDS = [tuple(pair.split()) for pair in PAIRS.split(",")]


def bare(name: str) -> str:
    """Normalise a name: lower case, without punctuation, and without the types that Neo4j adds.

    Examples
    --------
    >>> [bare(name) for name in (" Node_1 ", ":START_ID(Person)", "FromNodeId")]
    ['node1', 'startid', 'fromnodeid']
    """
    plain = re.sub(r"\(.*\)$|:(int|long|float|double|string)$", "", name.strip().lower())
    return re.sub(r"[^a-z0-9]", "", plain)


def canonical(name: str) -> str:
    """Return the column of ties that a name means, else the name itself."""
    spelt = bare(name)
    known = spelt in TIES.names or spelt in {"weight", "type"}
    return spelt if known and not name.startswith(":") else name.strip()


def end_positions(cells: Sequence[str]) -> tuple[int, int] | None:
    """Return the positions of the two ends, if the cells name them."""
    spelt = [*map(bare, cells)]
    return next(((spelt.index(a), spelt.index(b)) for a, b in ENDS if {a, b} <= set(spelt)), None)


def is_header(cells: Sequence[str]) -> bool:
    """Return whether cells contain known names of the two ends of ties."""
    return end_positions(cells) is not None


def require_header(grid: Grid) -> None:
    """Refuse a first row of known names that may be ids, since similar ids follow below.

    Raises
    ------
    Unreadable
        With the options that decide.
    """
    ends = end_positions(grid.first) or (0, 1)
    rest = grid.cells.slice(1)
    kept = np.ones(len(rest), dtype=bool)
    kept[named.repeated_headers(grid, rest)] = False
    rest = rest.filter(pa.array(kept))
    for at in ends:
        name = grid.first[at].strip()
        letters = re.escape(name.rstrip("0123456789"))
        similar = rf"^\s*{letters}[0-9]+\s*$" if name[-1:].isdigit() else rf"^\s*{letters}\s*$"
        unsure = name[-1:].isdigit() and not len(rest)
        if unsure or any_matches(rest, ends, similar):
            raise Unreadable(
                f"a header, or a tie between such ids? {', '.join(grid.first)}; --header reads it "
                "as a header, --no-header as a tie",
                grid.first_row, grid.rows,
            )  # fmt: skip


def any_matches(cells: pa.Table, columns: Sequence[int], pattern: str) -> bool:
    """Return whether any cell of these columns matches a pattern."""
    found = (pc.match_substring_regex(cells.column(at), pattern) for at in columns)
    return any(pc.any(each, min_count=0).as_py() for each in found)


def names(cells: Sequence[str]) -> list[str]:
    """Return the names of columns below a known header: columns of ties, others as given."""
    ends = end_positions(cells)
    found = [*map(canonical, cells)]
    if ends is not None:
        found = [f"({name})" if name in {"source", "target"} else name for name in found]
        found[ends[0]], found[ends[1]] = "source", "target"
    return found
