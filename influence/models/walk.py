"""Walks: several paths add up.

Counts non-backtracking walks (none turns straight back over the arc it came by), with A the matrix
of arcs and R = diag(A²)::

    N₁ = A,  N₂ = A² − R,  N₃ = A³ − RA − AR + A∘A∘Aᵀ

On an undirected network of unit strengths this is N_t = A·N_{t−1} − (Deg − 1)·N_{t−2} with
N₂ = A² − Deg. A walk that ends where it began is left out: nobody influences herself. Equals
shells on trees and exceeds them where cycles close.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.errors import UsageError
from influence.models.matvec import ArcMatrix, Floats, Matrix
from influence.models.payoff import Payoff
from influence.models.triangles import closed_triangles
from influence.models.weights import DEFAULT, check_weights
from influence.network import Network
from influence.progress import Progress, silent

MOST_STEPS = 3
CSR = ("indptr", "indices", "data")


@dataclass(frozen=True)
class Walk:
    """I_i = Σ_t w_t · Σ_{j≠i} (N_t)_ij · payoff_j, for walks of t = 1 … D ≤ 3 steps.

    Parameters
    ----------
    weights : tuple of float
        w_1 … w_D, in [0, 1], never increasing.
    weighted : bool
        Whether a walk counts the product of its ties' strengths instead of 1.

    Raises
    ------
    UsageError
        For weights that cannot be used, or for more than three.

    Examples
    --------
    >>> from influence import Network, Tables
    >>> network = Network.from_tables(Tables(
    ...     customers={"id": ["A", "B", "C"]},
    ...     ties={"source": ["A", "B", "A"], "target": ["B", "C", "C"]},
    ... ))
    >>> Walk((0.5, 0.2)).gain(network, payoff=1.0)
    array([1.4, 1.4, 1.4])
    """

    weights: tuple[float, ...] = DEFAULT
    weighted: bool = False

    def __post_init__(self) -> None:
        check_weights(self.weights)
        if len(self.weights) > MOST_STEPS:
            raise UsageError(
                f"model walk counts at most {MOST_STEPS} steps, not {len(self.weights)}"
            )

    @property
    def depth(self) -> int:
        """How many steps influence is followed."""
        return len(self.weights)

    def gain(self, network: Network, payoff: Payoff) -> Floats:
        """What each customer brings about in others, in the unit of `payoff`; float64[n]."""
        gain: Floats = np.array(self.weights) @ self.by_distance(network, payoff)[0]
        return gain

    def by_distance(
        self, network: Network, *payoffs: Payoff, progress: Progress = silent
    ) -> Floats:
        """Sum each payoff over the ends of all walks of t steps, without weights.

        Returns
        -------
        float64[payoffs, D, n]
        """
        arcs = _Arcs.of(network, weighted=self.weighted)
        closed = None
        if self.depth > 2:
            mutual = arcs.a is arcs.turned
            closed = closed_triangles(arcs.a.matrix, progress, mutual=mutual)
        sums = np.empty((len(payoffs), self.depth, network.n))
        for column, payoff in zip(sums, payoffs, strict=True):
            v = np.broadcast_to(np.asarray(payoff, dtype=np.float64), network.n)
            one, two, three = arcs.walks(v)
            column[:] = [one, two, three if closed is None else three - closed * v][: self.depth]
        return sums

    def row(self, network: Network, customer: int) -> Floats:
        """How often walks of t steps from one customer end at each other one.

        Returns
        -------
        float64[D, n]
        """
        arcs = _Arcs.of(network, weighted=self.weighted).transposed()
        start = np.zeros(network.n)
        start[customer] = 1.0
        rows = np.stack(arcs.walks(start)[: self.depth])
        rows[:, customer] = 0.0
        return rows


@dataclass(frozen=True)
class _Arcs:
    """The matrix of arcs and what non-backtracking needs besides.

    `returning` is diag(A²), `there_and_back` is A∘A∘Aᵀ; `turned` is Aᵀ.
    """

    a: ArcMatrix
    turned: ArcMatrix
    returning: Floats
    there_and_back: ArcMatrix

    @classmethod
    def of(cls, network: Network, *, weighted: bool) -> _Arcs:
        strength = network.strength.copy() if weighted else np.ones(network.arcs)
        matrix = _with(network.to_scipy(), strength)
        turned = matrix.T.tocsr()
        if all(np.array_equal(getattr(matrix, x), getattr(turned, x)) for x in CSR):
            a = ArcMatrix(matrix)
            cubes = a if (matrix.data == 1).all() else ArcMatrix(_with(matrix, matrix.data**3))
            squares = ArcMatrix(_with(matrix, matrix.data**2))
            return cls(a, a, squares.times(np.ones(network.n)), cubes)
        mutual = matrix.multiply(turned).tocsr()
        back = mutual.multiply(matrix).tocsr()
        return cls(ArcMatrix(matrix), ArcMatrix(turned), mutual.sum(axis=1), ArcMatrix(back))

    def transposed(self) -> _Arcs:
        """The same for all arcs turned round; (N_t)ᵀ is N_t of Aᵀ."""
        if self.a is self.turned:
            return self
        back = ArcMatrix(self.there_and_back.matrix.T.tocsr())
        return _Arcs(self.turned, self.a, self.returning, back)

    def walks(self, v: Floats) -> tuple[Floats, Floats, Floats]:
        """N₁v, N₂v and N₃v, walks back to the start included in the last."""
        one = self.a.times(v)
        two = self.a.times(one) - self.returning * v
        back = one if self.there_and_back is self.a else self.there_and_back.times(v)
        return one, two, self.a.times(two) - self.returning * one + back


def _with(matrix: Matrix, data: Floats) -> Matrix:
    """The same arcs with other strengths."""
    import scipy.sparse as sp

    return sp.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)
