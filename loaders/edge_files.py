"""Recognise edge lists that declare their format: Matrix Market and KONECT."""

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
    """The declaration of a file about itself.

    Attributes
    ----------
    line : str
        The declaring line.
    names : tuple of str
        Names of the columns, where the format defines them.
    directed : bool, optional
        Whether the ties are directed, where the format defines it.
    hint : str
        A comment that mentions direction.
    """

    line: str = ""
    names: tuple[str, ...] = ()
    directed: bool | None = None
    hint: str = ""


def preamble(comments: tuple[str, ...]) -> Preamble | None:
    """Return how to read the rows below the first comments, if they declare a known format."""
    first = comments[0] if comments else ""
    if MATRIX_MARKET.match(first):
        return Preamble(BLANKS, has_size_line=True)
    return Preamble(BLANKS) if KONECT.match(first) else None


def declared(grid: Grid) -> Declared:
    """Return what a file declares about itself in its first comment.

    Raises
    ------
    Unreadable
        If its format cannot hold ties, or the number of rows is not the declared one.
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
    """Read a Matrix Market declaration; an entry i j is an arc from i to j.

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
        raise Unreadable(f"{rows:,} entries, not {sizes[2]:,} as declared: is the file truncated?",
                         grid.first_row, rows)  # fmt: skip
    names = ("source", "target", "weight")[: grid.cells.num_columns]
    return Declared(grid.comment, names, directed=symmetry == "general")
