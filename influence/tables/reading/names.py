"""Names of columns: known ones as their spec spells them, others as given, and missing names."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.reading.columns import blank_is_null
from influence.tables.specs import TABLES

BYTE_ORDER_MARK = "\ufeff"
UNNAMED = re.compile(r"(Unnamed: [0-9]+(\.[0-9]+)*|__index_level_[0-9]+__)?")
"""A column without a name: in a file, and as pandas and Arrow call it."""
INDEX = "__index_level_"


def canonical_names(names: Sequence[str], table: str) -> list[str]:
    """Return the column names of a table as its spec spells them.

    Parameters
    ----------
    names : sequence of str
        As a file or frame has them.
    table : str
        One of `TABLES`.

    Returns
    -------
    list of str
        Known columns are recognised in any case, with surrounding blanks and a byte order mark;
        other names only lose blanks and mark. Two names may become the same.

    Examples
    --------
    >>> canonical_names(["ID", " Clv ", " Plan"], "customers")
    ['id', 'clv', 'Plan']
    """
    known = TABLES[table].names
    bare = [name.strip().strip(BYTE_ORDER_MARK).strip() for name in names]
    return [name.lower() if name.lower() in known else name for name in bare]


def is_unnamed(name: str) -> bool:
    """Return whether a column has no name of its own.

    Examples
    --------
    >>> is_unnamed(""), is_unnamed("Unnamed: 0"), is_unnamed("id")
    (True, True, False)
    """
    return UNNAMED.fullmatch(name) is not None


def is_blank(values: pa.ChunkedArray) -> bool:
    """Return whether all cells of a column are blank."""
    if pa.types.is_floating(values.type):
        values = pc.if_else(pc.is_nan(values), None, values)
    cells = blank_is_null(values) if pa.types.is_string(values.type) else values
    return bool(cells.null_count == len(cells))


def empty_columns(count: int) -> str:
    """Return the note that empty columns without a name are not used.

    Examples
    --------
    >>> empty_columns(2)
    '2 empty columns without a name are not used'
    """
    return f"{count:,} empty column{'s' * (count != 1)} without a name {_are(count)} not used"


def unnamed_column(position: int, name: str, values: pa.ChunkedArray) -> str:
    """Return the note that a column without a name is not used; `position` counts from 1.

    Examples
    --------
    >>> unnamed_column(1, "", pa.chunked_array([[0, 1, 2]]))
    'column 1 has no name and is not used (the index of a data frame?)'
    """
    is_index = name.startswith(INDEX)
    if pa.types.is_integer(values.type) or pa.types.is_string(values.type):
        first = [str(value) for value in values.slice(0, 3).to_pylist()]
        is_index = is_index or first == ["0", "1", "2"][: len(first)]
    index = " (the index of a data frame?)" if is_index else ""
    return f"column {position} has no name and is not used{index}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
