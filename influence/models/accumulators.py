"""What a search sums at each distance, and what the sums of shells are made of.

The letters are those of `influence.network.pendants`; without leaves only A(d, d) is needed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from influence.network.vertex_order import VertexOrder

Floats = npt.NDArray[np.float64]
Row = tuple[int, int, bool, int]
"""Payoff, distance e at which it is summed, whether it is the leaves', distance d that counts."""


class Accumulators:
    """Some payoffs as the rows of a search.

    Parameters
    ----------
    local : VertexOrder
    columns : float64[payoffs, D, n]
        What a customer counts at distance 1 … D, in the customers' own order.

    Attributes
    ----------
    rows : float64[rows, m]
        What is summed, in the arrangement's order.
    begin : int64[D + 2]
        Those summed at distance e are the rows begin[e] … begin[e + 1] − 1. At distance 0
        everybody sees herself.
    """

    def __init__(self, local: VertexOrder, columns: Floats) -> None:
        self.local, self.columns = local, columns
        payoffs, self.depth, _ = columns.shape
        # The same at every distance: one row for all d.
        self.alike = [bool((column == column[:1]).all()) for column in columns]
        self.place: dict[Row, int] = {}
        begin = [0]
        for e in range(self.depth + 1):
            for column in range(payoffs):
                for of_leaves, d in self._wanted(e):
                    self.place.setdefault(self._row(column, e, of_leaves, d), len(self.place))
            begin.append(len(self.place))
        self.begin = np.array(begin, dtype=np.int64)
        self.rows = np.empty((len(self.place), len(local.order)))
        for (column, _, of_leaves, d), row in self.place.items():
            self.rows[row] = self._values(columns[column, d - 1], of_leaves)

    def shells(self, sums: Floats) -> Floats:
        """The sums over the shells of all customers.

        Parameters
        ----------
        sums : float64[rows, m]
            Of each row, over those at its distance from each customer.

        Returns
        -------
        float64[payoffs, D, n]
            In the customers' own order.
        """
        local, leaves = self.local, self.local.leaves
        result = np.zeros_like(self.columns)
        for column, shells in enumerate(result):
            for d, shell in enumerate(shells, 1):
                own = sums[self.place[self._row(column, d, False, d)]]
                if not len(leaves):
                    shell[local.order] = own
                    continue
                seen = sums[self.place[self._row(column, d - 1, True, d)]]
                shell[local.order] = own + seen
                of_leaf = sums[self.place[self._row(column, d - 1, False, d)]][leaves.parent]
                if d == 2:
                    of_leaf += leaves.siblings(self.columns[column, 1])
                elif d > 2:
                    of_leaf += sums[self.place[self._row(column, d - 2, True, d)]][leaves.parent]
                shell[leaves.who] = of_leaf
        return result

    def _wanted(self, e: int) -> list[tuple[bool, int]]:
        """Which sums at distance e count, at which distance d."""
        wanted = [(False, e)]
        if len(self.local.leaves):
            wanted += [(False, e + 1), (True, e + 1)] + [(True, e + 2)] * (e > 0)
        return [(of_leaves, d) for of_leaves, d in wanted if 1 <= d <= self.depth]

    def _row(self, column: int, e: int, of_leaves: bool, d: int) -> Row:
        return column, e, of_leaves, 1 if self.alike[column] else d

    def _values(self, payoff: Floats, of_leaves: bool) -> Floats:
        if of_leaves:
            return self.local.leaves.together(payoff, len(self.local.order))
        return payoff[self.local.order]
