"""From ties to arcs, and from arcs to the CSR arrays of a network."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.network.blocks import counted, distinct_arcs, row_blocks
from influence.network.selection import Selection, arc_directions, kind_weights
from influence.tables.keys import places

Floats = npt.NDArray[np.float64]


class Arcs(NamedTuple):
    """Arcs in any order, possibly repeated.

    Attributes
    ----------
    source, target : uint32[arcs]
        Indices of customers.
    strength : float64[arcs]
    kind_weight : float64[arcs] or None
        None where all kinds weigh the same.
    """

    source: npt.NDArray[np.integer[Any]]
    target: npt.NDArray[np.integer[Any]]
    strength: Floats
    kind_weight: Floats | None = None


def arcs_of(ties: pa.Table, keys: pa.StringArray, selection: Selection) -> Arcs:
    """Return the arcs of selected ties between customers with these sorted ids."""
    source, target = (places(ties[end], keys).astype(np.uint32) for end in ("source", "target"))
    forward, backward = arc_directions(ties, selection)

    def arcs(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[Any]:
        if one is other and all_equal(one):  # a number of ties
            return np.broadcast_to(one[0], int(forward.sum()) + int(backward.sum()))
        return np.concatenate([one[forward], other[backward]])

    weight = kind_weights(ties, selection)
    strength = ties["strength"].to_numpy()
    if weight is not None:
        strength = strength * weight
    return Arcs(
        arcs(source, target),
        arcs(target, source),
        arcs(strength, strength),
        None if weight is None else arcs(weight, weight),
    )


def csr(n: int, arcs: Arcs) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32], Floats,
                                     Floats | None]:  # fmt: skip
    """Return `indptr`, `indices`, `strength` and `kind_weight` of a network of n customers.

    Loops are left out; of equal arcs the strongest is kept, and the largest weight of a kind.
    """
    source, target, strength, kind_weight = arcs
    degree, equal = np.zeros(n, dtype=np.int64), all_equal(strength)
    numbers = [] if equal else [strength]
    numbers += [] if kind_weight is None else [kind_weight]
    columns, largest = [np.zeros(0, dtype=np.uint32)], [[some[:0]] for some in numbers]
    for begin, end in row_blocks(counted(n, source)):
        some: Any = slice(None)
        if end - begin < n:
            some = np.flatnonzero((source >= begin) & (source < end))
        given = [each[some] for each in numbers]
        rows, found_arcs, found = distinct_arcs(source[some], target[some], n, given)
        degree += np.bincount(rows, minlength=n)
        columns.append(found_arcs)
        for kept, block in zip(largest, found, strict=True):
            kept.append(block)
    indices = np.concatenate(columns)
    indptr = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(degree, out=indptr[1:])
    of_arcs = [np.concatenate(blocks) for blocks in largest]
    strongest = np.broadcast_to(strength[0], len(indices)) if equal else of_arcs[0]
    return indptr, indices, strongest, None if kind_weight is None else of_arcs[-1]


def all_equal(strength: Floats) -> bool:
    """Return whether all strengths are the same number; no for none."""
    return bool(len(strength)) and bool((strength == strength[0]).all())
