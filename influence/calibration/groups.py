"""Groups of rows that have an effect of their own: means subtracted, and what then still varies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEAST_OWN = 0.01
"""Share of its variation within groups that a column must not share with those before it."""
SMALLEST = 1e-9
"""A column with a smaller sum of squares does not vary."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of rows.

    Attributes
    ----------
    codes : int64[rows]
        From 0, dense.
    count : int
    """

    codes: Ints
    count: int

    @classmethod
    def of(cls, groups: Ints) -> Groups:
        """Number groups that have any numbers."""
        names, codes = np.unique(groups, return_inverse=True)
        return cls(codes, len(names))

    def centred(self, columns: Floats, survival: Floats | None = None) -> Floats:
        """Subtract the mean of each group, in which a row counts by the square of its survival.

        Parameters
        ----------
        columns : float64[rows, k]
        survival : float64[rows], optional
            By default all rows count the same.
        """
        weight = np.ones(len(self.codes)) if survival is None else survival**2
        size = np.bincount(self.codes, weight, minlength=self.count)
        centred = np.empty_like(columns)
        for k, column in enumerate(columns.T):
            mean = np.bincount(self.codes, weight * column, minlength=self.count) / size
            centred[:, k] = column - mean[self.codes]
        return centred


def independent(columns: Floats, groups: Ints) -> npt.NDArray[np.bool_]:
    """Tell which columns do not depend on those before them, within groups; bool[k].

    Parameters
    ----------
    columns : float64[rows, k]
    groups : int64[rows]
    """
    x = Groups.of(groups).centred(columns)
    gram = x.T @ x
    scale = np.sqrt(np.maximum(np.diag(gram), SMALLEST))
    gram /= np.outer(scale, scale)
    kept: list[int] = []
    for k in range(len(gram)):
        before = gram[np.ix_(kept, kept)]
        with_k = gram[kept, k]
        rest = gram[k, k] - (with_k @ np.linalg.solve(before, with_k) if kept else 0.0)
        if rest > LEAST_OWN:
            kept.append(k)
    free = np.zeros(len(gram), dtype=bool)
    free[kept] = True
    return free
