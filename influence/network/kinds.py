"""The kinds of tie between pairs of customers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.tables.keys import ROWS_AT_ONCE, places

Indices = npt.NDArray[np.int64]


def kinds_between(ties: pa.Table, ids: pa.Array, one: Indices, other: Indices) -> list[list[str]]:
    """List the kinds of tie of each pair, sorted; an empty list where there is no tie.

    Parameters
    ----------
    ties : pa.Table
    ids : pa.StringArray, n
    one, other : int64[m]
        The two customers of each pair, by position in `ids`.
    """
    n = len(ids)
    near = np.zeros(n, dtype=bool)
    near[one] = near[other] = True
    wanted = np.minimum(one, other) * n + np.maximum(one, other)
    found: dict[int, set[str]] = {}
    for begin in range(0, len(ties), ROWS_AT_ONCE):
        some = ties.slice(begin, ROWS_AT_ONCE)
        source, target = (places(some[end], ids) for end in ("source", "target"))
        rows = np.flatnonzero(near[source] & near[target])  # a few of all ties
        source, target = source[rows], target[rows]
        code = np.minimum(source, target) * n + np.maximum(source, target)
        there = np.isin(code, wanted)
        kinds = some["kind"].take(rows[there]).to_pylist()
        for pair, kind in zip(code[there].tolist(), kinds, strict=True):
            found.setdefault(pair, set()).add(kind)
    return [sorted(found.get(pair, ())) for pair in wanted.tolist()]
