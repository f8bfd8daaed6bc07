"""The kinds of tie between pairs of customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.tables.keys import ROWS_AT_ONCE, places

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Kinds:
    """The kinds of all ties. The ties themselves are held only where they are of several kinds.

    Attributes
    ----------
    only : str or None
        The kind of all ties; None where they are of several kinds, or where there are none.
    ties : pa.Table or None
        All ties, where they are of several kinds.
    """

    only: str | None
    ties: pa.Table | None

    @classmethod
    def of(cls, ties: pa.Table) -> Kinds:
        """Take the kinds of a table of ties."""
        kinds = pc.unique(ties["kind"]).to_pylist()
        return cls(kinds[0], None) if len(kinds) == 1 else cls(None, ties)

    def between(self, ids: pa.Array, one: Indices, other: Indices) -> pa.Array:
        """List the kinds of the ties of each pair, with commas; each pair has a tie."""
        if self.ties is None:
            return pa.repeat(pa.scalar(self.only, pa.string()), len(one))
        kinds = kinds_between(self.ties, ids, one, other)
        return pa.array([", ".join(names) for names in kinds], pa.string())


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
