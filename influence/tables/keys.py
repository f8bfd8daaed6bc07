"""Rows of several tables as integers: equal rows get equal numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def row_ids(tables: Sequence[pa.Table]) -> list[npt.NDArray[np.int64]]:
    """Number the rows of tables with equal columns so that equal rows share a number.

    Returns
    -------
    list of int64[rows]
        One array per table. Numbers are dense, from 0, in no particular order.

    Examples
    --------
    >>> a, b = pa.table({"x": ["p", "q"]}), pa.table({"x": ["q", "r"]})
    >>> [ids.tolist() for ids in row_ids([a, b])]
    [[0, 1], [1, 2]]
    """
    everything = pa.concat_tables(tables)
    ids = np.zeros(len(everything), dtype=np.int64)
    for column in everything.columns:
        encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
        codes = encoded.indices.to_numpy().astype(np.int64)
        ids = ids * len(encoded.dictionary) + codes
        if len(encoded.dictionary) > 1 and ids.max(initial=0) >= 2**31:
            # Dense again, so that the next column cannot overflow.
            _, ids = np.unique(ids, return_inverse=True)
    _, ids = np.unique(ids, return_inverse=True)
    return np.split(ids, np.cumsum([len(table) for table in tables])[:-1])


def occurrences(ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each row, how many earlier rows have the same number.

    Examples
    --------
    >>> occurrences(np.array([7, 3, 7, 7])).tolist()
    [0, 0, 1, 2]
    """
    order = np.argsort(ids, kind="stable")
    ordered = ids[order]
    begins = np.flatnonzero(np.diff(ordered, prepend=-1))
    counts = np.diff([*begins, len(ids)])
    result = np.empty(len(ids), dtype=np.int64)
    result[order] = np.arange(len(ids)) - np.repeat(begins, counts)
    return result
