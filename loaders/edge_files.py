"""Kinds of edge lists that say of themselves what they are: Matrix Market and KONECT."""

from __future__ import annotations

import re
from dataclasses import dataclass

from influence.loaders.text import Grid, Preamble, Unreadable
from influence.loaders.text.marks import BLANKS

MATRIX_MARKET = re.compile(r"%%MatrixMarket\s+(\w+)\s+(\w+)\s+([\w-]+)\s+([\w-]+)", re.IGNORECASE)
KONECT = re.compile(r"%\s*(sym|asym|bip)\s+(\w+)\s*$")
UNWEIGHTED = {"unweighted"}
SAYS_DIRECTED = re.compile(r"(?<!un)directed", re.IGNORECASE)


@dataclass(frozen=True)
class Declared:
    """What a file says of itself.

    Attributes
    ----------
    what : str
        The line that says so.
    names : tuple of str
        Of its columns, where the kind of file settles them.
    directed : bool, optional
        How its ties run, where the kind of file settles it.
    hint : str
        A comment in words that speaks of direction.
    """

    what: str = ""
    names: tuple[str, ...] = ()
    directed: bool | None = None
    hint: str = ""


def preamble(comments: tuple[str, ...]) -> Preamble | None:
    """What the comments at the top tell of the rows below, where the kind of file is known."""
    first = comments[0] if comments else ""
    if MATRIX_MARKET.match(first):
        return Preamble(BLANKS, has_size_line=True)
    return Preamble(BLANKS) if KONECT.match(first) else None


def declared(grid: Grid) -> Declared:
    """What a file says of itself in the first of its comments.

    Raises
    ------
    Unreadable
        If it is of a known kind that cannot be ties, or holds another number of rows than it says.
    """
    market, konect = MATRIX_MARKET.match(grid.comment), KONECT.match(grid.comment)
    if market:
        return _matrix_market(grid, *(part.lower() for part in market.groups()))
    if konect:
        ends, weights = konect.groups()
        if ends == "bip":
            raise Unreadable(
                f"{grid.comment!r}: two kinds of nodes, not ties among customers",
                1,
                len(grid.cells),
            )
        names = ("source", "target", "(weight)" if weights in UNWEIGHTED else "weight", "time")
        return Declared(grid.comment, names, directed=ends == "asym")
    hint = grid.comment if SAYS_DIRECTED.search(grid.comment) else ""
    return Declared(hint=hint)


def _matrix_market(grid: Grid, of: str, layout: str, field: str, symmetry: str) -> Declared:
    """An entry i j is an arc from i to j; the line of sizes before them is none.

    Source: Boisvert, Pozo, Remington, The Matrix Market Exchange Formats, NISTIR 5935 (1996).
    """
    rows = grid.rows
    if (of, layout) != ("matrix", "coordinate") or field == "complex" or symmetry not in {
        "general", "symmetric",
    }:  # fmt: skip
        raise Unreadable(f"{grid.comment!r}: only real, integer and pattern matrices in "
                         "coordinates, general or symmetric, are edge lists", 1, rows)  # fmt: skip
    sizes = [int(cell) for cell in grid.sizes.split() if cell.isdecimal()]
    if len(sizes) != 3 or len(grid.sizes.split()) != 3:
        raise Unreadable("no line of three sizes", grid.first_row - 1, rows)
    if sizes[0] != sizes[1]:
        raise Unreadable(f"{sizes[0]:,} rows and {sizes[1]:,} columns: two kinds of nodes, not "
                         "ties among customers", grid.first_row - 1, rows)  # fmt: skip
    if rows != sizes[2]:
        raise Unreadable(f"{rows:,} entries, not {sizes[2]:,} as it says: is the file cut?",
                         grid.first_row, rows)  # fmt: skip
    names = ("source", "target", "weight")[: grid.cells.num_columns]
    return Declared(grid.comment, names, directed=symmetry == "general")
