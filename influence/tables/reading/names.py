"""What the columns of a table are called: known ones by their spec, others as the company does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from influence.tables.specs import TABLES

BYTE_ORDER_MARK = "\ufeff"
NAMELESS = re.compile(r"(Unnamed: [0-9]+(\.[0-9]+)*)?")
"""A column without a name, as it stands in a file or as pandas calls it."""
INDEX = "__index_level_"
"""How Arrow begins the name of an index of pandas that has none."""


def canonical_names(names: Sequence[str], table: str) -> list[str]:
    """The names of the columns of a table, as its spec spells them.

    Parameters
    ----------
    names : sequence of str
        As a file or frame has them.
    table : str
        One of `TABLES`.

    Returns
    -------
    list of str
        Known columns are found without regard to case, surrounding blanks and a byte order mark;
        other names lose blanks and mark only. Two may come to the same name.

    Examples
    --------
    >>> canonical_names(["ID", " Clv ", " Plan"], "customers")
    ['id', 'clv', 'Plan']
    """
    known = TABLES[table].names
    bare = [name.strip().strip(BYTE_ORDER_MARK).strip() for name in names]
    return [name.lower() if name.lower() in known else name for name in bare]


def is_nameless(name: str) -> bool:
    """Whether a column has no name of its own.

    Examples
    --------
    >>> is_nameless(""), is_nameless("Unnamed: 0"), is_nameless("id")
    (True, True, False)
    """
    return NAMELESS.fullmatch(name) is not None
