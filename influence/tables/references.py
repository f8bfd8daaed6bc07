"""The customers that the rows of a table name."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.reading.columns import true_where
from influence.tables.specs import TABLES


def names_only(name: str, table: pa.Table, known: pa.Array) -> npt.NDArray[np.bool_]:
    """Return which rows of a table name no other customers than these; bool[rows].

    A blank cell names nobody.

    Examples
    --------
    >>> acts = pa.table({"customer": ["A", "A", "B"], "other": ["B", "Z", None]})
    >>> names_only("engagements", acts, pa.array(["A", "B"])).tolist()
    [True, False, True]
    """
    found = np.ones(len(table), dtype=bool)
    for column in TABLES[name].people:
        ids = table[column]
        found &= true_where(pc.or_(pc.is_null(ids), pc.is_in(ids, known)))
    return found
