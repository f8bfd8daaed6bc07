"""The first row of an edge list: a header, whose names are known or not, or a tie like the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.loaders import named
from influence.loaders.text import Grid, Unreadable
from influence.tables.specs import TIES

PAIRS = (
    ("source", "target"),
    ("src", "dst"),
    ("src", "dest"),
    ("source", "destination"),
    ("from", "to"),
    ("fromid", "toid"),
    ("fromnode", "tonode"),
    ("fromnodeid", "tonodeid"),
    ("sourceid", "targetid"),
    ("startid", "endid"),
    ("start", "end"),
    ("node1", "node2"),
    ("nodeid1", "nodeid2"),
    ("id1", "id2"),
    ("user1", "user2"),
    ("userid1", "userid2"),
    ("userid", "friendid"),
    ("user", "friend"),
    ("follower", "followee"),
    ("follower", "followed"),
    ("followerid", "followeeid"),
    ("followerid", "followedid"),
    ("sender", "receiver"),
    ("sender", "recipient"),
    ("trustor", "trustee"),
    ("rater", "ratee"),
    ("ego", "alter"),
    ("head", "tail"),
    ("person1", "person2"),
    ("customer1", "customer2"),
)
"""What the two ends are called, without regard to case, blanks, and marks such as _ and :."""
WORDS = frozenset(
    {
        "source",
        "target",
        "src",
        "dst",
        "dest",
        "destination",
        "from",
        "to",
        "start",
        "end",
        "node",
        "user",
        "friend",
        "follower",
        "followee",
        "followed",
        "sender",
        "receiver",
        "recipient",
        "trustor",
        "trustee",
        "rater",
        "ratee",
        "ego",
        "alter",
        "head",
        "tail",
        "person",
        "customer",
        "member",
        "account",
        "who",
        "whom",
        "id",
        "name",
        "key",
        "label",
        "type",
        "weight",
        "strength",
        "value",
        "rating",
        "score",
        "time",
        "date",
        "timestamp",
        "count",
        "vertex",
        "actor",
        "contact",
        "kind",
        "author",
        "v",
        "uid",
        "origin",
        "manager",
        "employee",
        "parent",
        "child",
        "referrer",
        "referred",
        "inviter",
        "invitee",
        "caller",
        "callee",
        "buyer",
        "seller",
        "left",
        "right",
        "leader",
        "boss",
        "subordinate",
        "mentor",
        "mentee",
        "donor",
        "lender",
        "borrower",
        "subject",
        "object",
        "predicate",
        "relation",
        "relationship",
        "edge",
        "link",
        "quelle",
        "ziel",
        "von",
        "nach",
        "kunde",
        "kundin",
        "freund",
        "origine",
        "cible",
        "client",
        "ami",
        "fuente",
        "destino",
        "cliente",
        "amigo",
        "emisor",
        "receptor",
        "от",
        "кому",
        "кто",
    }
)
"""What headers are made of."""
NUMBER = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"
DATE = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]|\s*$)"
WORD_EDGE = re.compile(r"(?<=[a-z])(?=[A-Z])")
LETTERS = {("i", "j"), ("u", "v"), ("n1", "n2"), ("v1", "v2"), ("id1", "id2")}
SAMPLE = 1000
ENOUGH = 3
SHAPES = (NUMBER, r"@.+\.", r"[0-9]")
"""What all cells of a column may have in common, and a name of a column has not."""


def bare(name: str) -> str:
    """A name without case, blanks, punctuation, and what Neo4j adds: labels, types.

    Examples
    --------
    >>> [bare(name) for name in (" Node_1 ", ":START_ID(Person)", "FromNodeId")]
    ['node1', 'startid', 'fromnodeid']
    """
    plain = re.sub(r"\(.*\)$|:(int|long|float|double|string)$", "", name.strip().lower())
    return re.sub(r"[^a-z0-9]", "", plain)


def canonical(name: str) -> str:
    """The column of ties that a name means, else the name as it stands."""
    spelt = bare(name)
    known = spelt in TIES.names or spelt in {"weight", "type"}
    return spelt if known and not name.startswith(":") else name.strip()


def _ends(cells: Sequence[str]) -> tuple[int, int] | None:
    """Where the two ends stand, if the cells name them."""
    spelt = [*map(bare, cells)]
    return next(((spelt.index(a), spelt.index(b)) for a, b in PAIRS if {a, b} <= set(spelt)), None)


def is_header(cells: Sequence[str]) -> bool:
    """Whether cells name the two ends of ties in a way that is known."""
    return _ends(cells) is not None


def require_header(grid: Grid) -> None:
    """Refuse a first row of known names that may be ids: they, or others like them, stand below.

    Raises
    ------
    Unreadable
        With the options that choose.
    """
    ends = _ends(grid.first) or (0, 1)
    rest = grid.cells.slice(1)
    stays = np.ones(len(rest), dtype=bool)
    stays[named.repeated_headers(grid, rest)] = False
    rest = rest.filter(pa.array(stays))
    for at in ends:
        name = grid.first[at].strip()
        letters = re.escape(name.rstrip("0123456789"))
        alike = rf"^\s*{letters}[0-9]+\s*$" if name[-1:].isdigit() else rf"^\s*{letters}\s*$"
        unsure = name[-1:].isdigit() and not len(rest)
        if unsure or _any(rest, ends, alike):
            raise Unreadable(
                f"a header, or a tie of such ids? {', '.join(grid.first)}; --header says that it "
                "is one, --no-header that it is not",
                grid.first_row, grid.rows,
            )  # fmt: skip


def _any(cells: pa.Table, columns: Sequence[int], shape: str) -> bool:
    """Whether some cell of some columns has a shape."""
    found = (pc.match_substring_regex(cells.column(at), shape) for at in columns)
    return any(pc.any(those, min_count=0).as_py() for those in found)


def names(cells: Sequence[str]) -> list[str]:
    """The columns of ties that a known header names, and the others by their own names."""
    ends = _ends(cells)
    found = [*map(canonical, cells)]
    if ends is not None:
        found = [f"({name})" if name in {"source", "target"} else name for name in found]
        found[ends[0]], found[ends[1]] = "source", "target"
    return found


def require_data(grid: Grid, *, columns_named: bool = False) -> None:
    """Refuse a first row that may be no tie: a header of other names, a title, a line of sizes, an
    index; and a column that may be no end.

    Raises
    ------
    Unreadable
        With both readings, and the options that choose.
    """
    shown = ", ".join(grid.first)
    why = None
    if named.header_below(grid, is_header):
        why = f"a header in a row below? take out what stands above it: {shown}"
    elif _has_sizes(grid.cells):
        why = (
            f"a line of sizes? {len(grid.cells) - 1:,} rows follow: {shown}; "
            "--header leaves it out, --no-header says that it is a tie"
        )
    elif columns_named:
        return
    elif looks_like_header(grid.cells):
        why = (
            f"a header? ties need columns named source and target: {shown}; "
            "--columns source,target,… names the columns, --no-header says that it is a tie"
        )
    elif _has_index(grid.cells):
        why = (
            f"is the first column a count of the rows, or an end of ties? {shown}; "
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
    """Whether the first row is unlike the others, or made of words of headers."""
    return cells.num_columns > 1 and (unlike_the_rest(cells) or _made_of_words(cells))


def unlike_the_rest(cells: pa.Table) -> bool:
    """Whether the first row lacks what all others have in common in some column.

    Few rows have something in common by chance: then it must be numbers, at both ends or beside
    them.
    """
    if len(cells) > ENOUGH:
        return any(_stands_out(column, SHAPES) for column in cells.columns)
    if len(cells) < 2:
        return False
    out = [_stands_out(column, (NUMBER,)) for column in cells.columns]
    return all(out[:2]) or any(out[2:])


def _stands_out(column: pa.ChunkedArray, shapes: Sequence[str]) -> bool:
    """Whether the first cell lacks what all others have in common."""
    first, rest = column[0].as_py(), column.slice(1)
    shapes = [shape for shape in shapes if first.strip() and not re.search(shape, first)]
    for some in (rest.slice(0, SAMPLE), rest):  # most are ruled out by the first few
        shapes = [s for s in shapes if pc.all(pc.match_substring_regex(some, s)).as_py()]
    return bool(shapes)


def _made_of_words(cells: pa.Table) -> bool:
    """Whether the first two cells are words of headers, such as `Who,Whom`, and no ids below; or
    one word twice, told apart by 1 and 2 or a and b, where ids are not numbered.
    """
    names = [end[0].as_py() for end in cells.columns[:2]]
    rest = cells.slice(1)
    stems = [
        re.fullmatch(r"(.*?[a-z])[ _.-]?([12]|(?<=[_ .-])[abAB]|[AB])", n.strip()) for n in names
    ]
    if all(stems) and stems[0][1] == stems[1][1] and stems[0][2] != stems[1][2]:  # type: ignore[index]
        return not _any(rest, (0, 1), r"[0-9A-B]\s*$")
    parts = [{*re.findall(r"[^\W\d_]+", WORD_EDGE.sub(" ", name).lower())} for name in names]
    spelt = tuple(name.strip().lower() for name in names)
    words = not any(re.search("[0-9]", name) for name in names) and all(p & WORDS for p in parts)
    if not words and spelt not in LETTERS:
        return False
    again = (rf"^\s*{re.escape(name.strip())}\s*$" for name in names)
    return not any(_any(rest, (0, 1), shape) for shape in again) and (words or len(rest) > 0)


def _has_no_end(cells: pa.Table) -> bool:
    """Whether the second of three columns is one and the same mark or word, or either is a date."""
    if cells.num_columns < 3 or len(cells) < 2:
        return False
    second = cells.column(1)
    alike = pc.all(pc.equal(second, second[0])).as_py() and not _any(cells, (1,), NUMBER)
    dates = any(pc.all(pc.match_substring_regex(cells.column(at), DATE)).as_py() for at in (0, 1))
    third_is_number = pc.all(pc.match_substring_regex(cells.column(2), NUMBER)).as_py()
    return dates or (alike and not third_is_number)


def _has_sizes(cells: pa.Table) -> bool:
    """Whether the first row is as many nodes as the ids below allow, and as many rows as follow."""
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
    """Whether the first of three columns or more counts the rows, and the next two are words."""
    if cells.num_columns < 3 or len(cells) < 2:
        return False
    numeric = [pc.any(pc.match_substring_regex(cells.column(i), NUMBER)).as_py() for i in (1, 2)]
    begins = cells.column(0)[0].as_py()
    if any(numeric) or begins not in {"0", "1"}:
        return False
    counted = pa.array(range(int(begins), len(cells) + int(begins))).cast(pa.string())
    same: bool = pc.all(pc.equal(cells.column(0).combine_chunks(), counted)).as_py()
    return same
