"""Merge ties: of the rows of one tie the last one counts.

Only customers and kinds that occur again are compared as text; all else works on integers, for a
part of the customers at a time, so that the memory does not grow with the number of ties.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.tables.keys import codes, in_parts, row_ids
from influence.tables.reading.columns import true_where

Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]


def last_rows(ties: pa.Table) -> tuple[Flags, Flags]:
    """Find the last row of each tie.

    A later row replaces every earlier one of the same kind and network between the same two
    customers, unless both are directed and run in opposite directions.

    Parameters
    ----------
    ties : pa.Table
        Source, target, kind, network, directed and mutual, in the order in which they were given.

    Returns
    -------
    kept : bool[rows]
    mutual : bool[rows]
        Undirected rows whose tie was listed both ways round since its last directed row.
    """
    (source, target), people = codes([ties["source"], ties["target"]])
    pa.default_memory_pool().release_unused()  # the dictionary of all ids
    both_ways = ~true_where(ties["directed"])
    kept, mutual = np.ones(len(ties), dtype=bool), true_where(ties["mutual"])
    for (rows,) in in_parts(source ^ target):  # the same for both directions
        low, high = np.minimum(source[rows], target[rows]), np.maximum(source[rows], target[rows])
        ends = low.astype(np.int64) * people + high
        again = np.flatnonzero(_occurs_again(ends))
        if not len(again):
            continue
        rows, ends = rows[again], ends[again]  # noqa: PLW2901
        kinds = ties.select(["kind", "network"]).take(pa.array(rows))
        (pair,) = row_ids([kinds.append_column("ends", pa.array(ends))])
        kept[rows], mutual[rows] = _last_of_each(
            pair, source[rows] < target[rows], both_ways[rows], mutual[rows]
        )
    return kept, mutual


def _occurs_again(numbers: npt.NDArray[np.int64]) -> Flags:
    """Return which numbers occur more than once."""
    order = np.argsort(numbers)
    ordered = numbers[order]
    same = ordered[1:] == ordered[:-1]
    again = np.zeros(len(numbers), dtype=bool)
    again[order[1:][same]] = True
    again[order[:-1][same]] = True
    return again


def _last_of_each(
    pair: Positions, upward: Flags, both_ways: Flags, listed_mutual: Flags
) -> tuple[Flags, Flags]:
    """Return which rows are kept, and which are mutual; see `last_rows`.

    Parameters
    ----------
    pair : int64[rows]
        A number for each combination of ends, kind and network.
    upward, both_ways, listed_mutual : bool[rows]
        The direction of each row, whether it runs both ways, and whether a store has it as mutual.
    """
    position, size = np.arange(len(pair)), int(pair.max()) + 1
    last_both = np.full(size, -1)
    np.maximum.at(last_both, pair[both_ways], position[both_ways])
    # Directed rows count from the last undirected row of the pair on, one per direction.
    last_each, way = np.full(2 * size, -1), 2 * pair + upward
    np.maximum.at(last_each, way[~both_ways], position[~both_ways])
    directed = ~both_ways & (position > last_both[pair]) & (position == last_each[way])
    superseded = np.zeros(size, dtype=bool)
    superseded[pair[directed]] = True
    undirected = both_ways & (position == last_both[pair]) & ~superseded[pair]
    # A tie is mutual if it was listed both ways round since the last directed row of the pair.
    last_directed = np.full(size, -1)
    np.maximum.at(last_directed, pair[~both_ways], position[~both_ways])
    recent = both_ways & (position > last_directed[pair])
    mutual = np.zeros(size, dtype=bool)
    mutual[pair[recent & listed_mutual]] = True
    mutual |= _listed_both_ways(pair[recent], upward[recent], size)
    return directed | undirected, mutual[pair] & both_ways


def _listed_both_ways(pair: Positions, upward: Flags, size: int) -> Flags:
    """Return for each pair whether its rows run in both directions."""
    up, down = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    up[pair[upward]] = True
    down[pair[~upward]] = True
    return up & down
