"""Encode rows of several tables as integers: equal rows get equal numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

ROWS_AT_ONCE = 1_000_000
"""Rows that are compared together, about: more rows take no more memory."""
LARGEST = 2**62
"""Largest number of distinct combinations before the numbers are made dense again."""


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
    ids, different, dense = np.zeros(len(everything), dtype=np.int64), 1, True
    for column in everything.columns:
        codes, values = _encoded(column)
        if values > 1:
            if different * values > LARGEST:
                ids, different = _dense(ids)
            dense = different == 1
            ids, different = ids * values + codes, different * values
    if not dense:
        ids, _ = _dense(ids)
    return np.split(ids, np.cumsum([len(table) for table in tables])[:-1])


def _encoded(values: pa.ChunkedArray) -> tuple[npt.NDArray[np.int64], int]:
    """Return a number for each value, dense from 0, and how many distinct values there are."""
    if pa.types.is_int64(values.type) and not values.null_count:
        return _dense(values.to_numpy())
    (numbers,), different = codes([values])
    return numbers.astype(np.int64), different


def codes(columns: Sequence[pa.ChunkedArray]) -> tuple[list[npt.NDArray[np.int32]], int]:
    """Number the values of some columns so that equal values share a number.

    Returns
    -------
    list of int32[rows]
        One array per column. Numbers are dense, from 0; null has its own.
    int
        How many distinct values there are.

    Examples
    --------
    >>> [numbers], different = codes([pa.chunked_array([["p", "q"], ["p"]])])
    >>> numbers.tolist(), different
    ([0, 1, 0], 2)
    """
    chunks = [chunk for column in columns for chunk in column.chunks]
    # The chunks stay apart, since the texts of all together may exceed the limit of one array.
    encoded = pa.chunked_array(chunks, columns[0].type).dictionary_encode(null_encoding="encode")
    parts = [chunk.indices.to_numpy() for chunk in encoded.chunks]
    numbers = np.concatenate([np.zeros(0, dtype=np.int32), *parts])
    different = len(encoded.chunk(0).dictionary) if encoded.num_chunks else 0
    return np.split(numbers, np.cumsum([len(column) for column in columns])[:-1]), different


def in_parts(
    *numbers: npt.NDArray[np.int32],
) -> Iterator[tuple[npt.NDArray[np.int64], ...]]:
    """Yield the positions in some arrays, part by part; equal numbers are in the same part.

    Examples
    --------
    >>> [[each.tolist() for each in part] for part in in_parts(np.array([5, 2]), np.array([2]))]
    [[[0, 1], [0]]]
    """
    parts = -(-sum(map(len, numbers)) // ROWS_AT_ONCE)
    if parts <= 1:
        yield tuple(np.arange(len(some)) for some in numbers)
        return
    rests = [_remainders(some, parts) for some in numbers]
    del numbers  # 4 bytes a row, which the caller may not need any more
    for part in range(parts):
        yield tuple(np.flatnonzero(rest == part) for rest in rests)


def _remainders(numbers: npt.NDArray[np.int32], divisor: int) -> npt.NDArray[np.uint16]:
    rest = np.empty(len(numbers), dtype=np.uint16)
    np.remainder(numbers, divisor, out=rest, casting="unsafe")  # without a temporary of 4 bytes
    return rest


def found_at(rows: pa.Table, among: pa.Table) -> npt.NDArray[np.int64]:
    """Return the position of each row in another table of distinct rows; −1 where it is absent.

    Examples
    --------
    >>> a, b = pa.table({"x": ["p", "q"]}), pa.table({"x": ["r", "p"]})
    >>> found_at(a, b).tolist()
    [1, -1]
    """
    at = np.full(len(rows), -1)
    if len(among) == 0 or len(rows) == 0:
        return at
    if rows.equals(among):
        return np.arange(len(rows))
    keys: list[list[npt.NDArray[np.int32]]] = []
    for name in rows.column_names:
        numbers, different = codes([rows[name], among[name]])
        if different > 1 or not keys:
            keys.append(numbers)
    for wanted, known in in_parts(*keys[0]):
        ours, theirs = (
            pa.table({str(i): key[side][some] for i, key in enumerate(keys)})
            for side, some in enumerate((wanted, known))
        )
        ids, ids_known = row_ids([ours, theirs])
        place = np.full(max(ids.max(initial=-1), ids_known.max(initial=-1)) + 1, -1)
        place[ids_known] = known
        at[wanted] = place[ids]
    return at


def taken(column: pa.ChunkedArray, at: npt.NDArray[np.int64]) -> pa.ChunkedArray:
    """Return the values at some positions; in chunks, since one array may hold only 2 GB of text.

    Examples
    --------
    >>> taken(pa.chunked_array([["p", "q"]]), np.array([1, 0])).to_pylist()
    ['q', 'p']
    """
    blocks = [at[begin : begin + ROWS_AT_ONCE] for begin in range(0, len(at), ROWS_AT_ONCE)]
    return column.take(pa.chunked_array(blocks, pa.int64()))


def _dense(numbers: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], int]:
    """Return the same for integers, by sorting, which is faster than a dictionary."""
    different, ids = np.unique(numbers, return_inverse=True)
    return ids, len(different)


def occurrences(ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Count for each row the earlier rows with the same number.

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


def repeated(ids: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return which rows have the number of an earlier row.

    Examples
    --------
    >>> repeated(np.array([7, 3, 7, 7])).tolist()
    [False, False, True, True]
    """
    result = np.ones(len(ids), dtype=bool)
    result[np.unique(ids, return_index=True)[1]] = False
    return result


def by_position(ties: pa.Table, ids: pa.Array) -> pa.Table:
    """Return ties whose ends are positions in an array of ids: less than half the memory."""
    for end in ("source", "target"):
        at = ties.column_names.index(end)
        ties = ties.set_column(at, end, pc.index_in(ties[end], ids))
    return ties


def places(ids: pa.ChunkedArray, among: pa.Array) -> npt.NDArray[np.int64]:
    """Return the position of each id in an array that contains all of them, int64[ids].

    Positions, as in the ties of `by_position`, are returned as they are.

    Examples
    --------
    >>> places(pa.chunked_array([["q", "p"]]), pa.array(["p", "q"])).tolist()
    [1, 0]
    """
    at = ids if pa.types.is_integer(ids.type) else pc.index_in(ids, among)
    found: npt.NDArray[np.int64] = at.to_numpy().astype(np.int64)
    return found
