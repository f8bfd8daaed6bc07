"""Groups of rows that have an effect of their own, which is taken out by subtracting means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


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
