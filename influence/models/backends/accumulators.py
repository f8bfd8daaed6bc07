"""Accumulators: what a search sums at each distance, and how shell sums follow from them.

The letters are those of `influence.network.pendants`; without pendants only A(d, d) is needed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from influence.network.vertex_order import ReorderedGraph

Floats = npt.NDArray[np.float64]
Key = tuple[int, int, bool, int]
"""Payoff, distance e at which it is summed, whether of pendants (B, not A), payoff's distance d."""


class Accumulators:
    """The rows of numbers that a search sums for some payoffs.

    Parameters
    ----------
    graph : ReorderedGraph
    payoffs : float64[payoffs, D, n]
        The payoff of a customer at distance 1 … D, in the network's own order.

    Attributes
    ----------
    rows : float64[rows, m]
        What is summed, in vertex order.
    begin : int64[D + 2]
        Rows begin[e] … begin[e + 1] − 1 are summed at distance e. At distance 0 every vertex
        reaches itself.
    """

    def __init__(self, graph: ReorderedGraph, payoffs: Floats) -> None:
        self.graph, self.payoffs = graph, payoffs
        count, self.depth, _ = payoffs.shape
        # A payoff that is the same at every distance needs one row for all d.
        self.constant = [bool((payoff == payoff[:1]).all()) for payoff in payoffs]
        self.row_of: dict[Key, int] = {}
        begin = [0]
        for e in range(self.depth + 1):
            for payoff in range(count):
                for of_pendants, d in self._needed(e):
                    self.row_of.setdefault(self._key(payoff, e, of_pendants, d), len(self.row_of))
            begin.append(len(self.row_of))
        self.begin = np.array(begin, dtype=np.int64)
        self.rows = np.empty((len(self.row_of), len(graph.order)))
        for (payoff, _, of_pendants, d), row in self.row_of.items():
            self.rows[row] = self._values(payoffs[payoff, d - 1], of_pendants)

    def shells(self, sums: Floats) -> Floats:
        """Combine the sums of a search into sums over the distance shells of all customers.

        Parameters
        ----------
        sums : float64[rows, m]
            Of each row, over the vertices at its distance from each vertex.

        Returns
        -------
        float64[payoffs, D, n]
            In the network's own order.
        """
        graph, pendants = self.graph, self.graph.pendants
        result = np.zeros_like(self.payoffs)
        for payoff, shells in enumerate(result):
            for d, shell in enumerate(shells, 1):
                own = sums[self.row_of[self._key(payoff, d, False, d)]]
                if not len(pendants):
                    shell[graph.order] = own
                    continue
                shell[graph.order] = own + sums[self.row_of[self._key(payoff, d - 1, True, d)]]
                at_parent = sums[self.row_of[self._key(payoff, d - 1, False, d)]][pendants.parent]
                if d == 2:
                    at_parent += pendants.sibling_sums(self.payoffs[payoff, 1])
                elif d > 2:
                    row = self.row_of[self._key(payoff, d - 2, True, d)]
                    at_parent += sums[row][pendants.parent]
                shell[pendants.customers] = at_parent
        return result

    def _needed(self, e: int) -> list[tuple[bool, int]]:
        """The sums needed at distance e: whether of pendants, and the payoff's distance d."""
        needed = [(False, e)]
        if len(self.graph.pendants):
            needed += [(False, e + 1), (True, e + 1)] + [(True, e + 2)] * (e > 0)
        return [(of_pendants, d) for of_pendants, d in needed if 1 <= d <= self.depth]

    def _key(self, payoff: int, e: int, of_pendants: bool, d: int) -> Key:
        return payoff, e, of_pendants, 1 if self.constant[payoff] else d

    def _values(self, payoff: Floats, of_pendants: bool) -> Floats:
        if of_pendants:
            return self.graph.pendants.sums(payoff, len(self.graph.order))
        return payoff[self.graph.order]
