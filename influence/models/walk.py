"""Walks: several paths add up.

Counts non-backtracking walks (none returns over the arc that it has just taken), with A the matrix
of arcs and R = diag(A²)::

    N₁ = A,  N₂ = A² − R,  N₃ = A³ − RA − AR + A∘A∘Aᵀ

On an undirected network of unit strengths this is N_t = A·N_{t−1} − (Deg − 1)·N_{t−2} with
N₂ = A² − Deg. Walks that end where they began are left out: customers do not
influence themselves. Equals shells on trees and exceeds them where there are cycles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.errors import UsageError
from influence.models.backends import Backend, backend_of
from influence.models.matvec import ArcMatrix, Matrix
from influence.models.model import Floats, Model
from influence.models.payoff import Payoff
from influence.models.triangles import closed_triangles
from influence.network import Network
from influence.progress import Progress, silent

MOST_STEPS = 3
CSR = ("indptr", "indices", "data")


@dataclass(frozen=True)
class Walk(Model):
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

    weighted: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.depth > MOST_STEPS:
            raise UsageError(f"model walk counts at most {MOST_STEPS} steps, not {self.depth}")

    def by_distance(
        self, network: Network | Backend, *payoffs: Payoff, progress: Progress = silent
    ) -> Floats:
        """Sum each payoff over the ends of all walks of t steps, without weights.

        Returns
        -------
        float64[payoffs, D, n]
        """
        backend = backend_of(network)
        network = backend.network
        arcs = _Arcs.of(network, weighted=self.weighted)
        closed = None
        if self.depth > 2:
            mutual = arcs.a is arcs.transpose
            matrix = arcs.a.matrix
            closed = closed_triangles(matrix, progress, mutual=mutual, runner=backend.runner)
        sums = np.empty((len(payoffs), self.depth, network.n))
        for column, payoff in zip(sums, payoffs, strict=True):
            v = np.broadcast_to(np.asarray(payoff, dtype=np.float64), network.n)
            one, two, three = arcs.walks(v)
            column[:] = [one, two, three if closed is None else three - closed * v][: self.depth]
        return sums

    def row(self, network: Network, customer: int) -> Floats:
        """Count the walks of t steps from one customer to each other one.

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
    """The matrix A of arcs, and what non-backtracking walks need besides.

    `transpose` is Aᵀ, `returning` is diag(A²), `there_and_back` is A∘A∘Aᵀ.
    """

    a: ArcMatrix
    transpose: ArcMatrix
    returning: Floats
    there_and_back: ArcMatrix

    @classmethod
    def of(cls, network: Network, *, weighted: bool) -> _Arcs:
        strength = network.strength.copy() if weighted else np.ones(network.arcs)
        matrix = _with(network.to_scipy(), strength)
        transpose = matrix.T.tocsr()
        if all(np.array_equal(getattr(matrix, x), getattr(transpose, x)) for x in CSR):
            a = ArcMatrix(matrix)
            cubes = a if (matrix.data == 1).all() else ArcMatrix(_with(matrix, matrix.data**3))
            squares = ArcMatrix(_with(matrix, matrix.data**2))
            return cls(a, a, squares.dot(np.ones(network.n)), cubes)
        mutual = matrix.multiply(transpose).tocsr()
        back = mutual.multiply(matrix).tocsr()
        return cls(ArcMatrix(matrix), ArcMatrix(transpose), mutual.sum(axis=1), ArcMatrix(back))

    def transposed(self) -> _Arcs:
        """Reverse all arcs; (N_t)ᵀ is N_t of Aᵀ."""
        if self.a is self.transpose:
            return self
        back = ArcMatrix(self.there_and_back.matrix.T.tocsr())
        return _Arcs(self.transpose, self.a, self.returning, back)

    def walks(self, v: Floats) -> tuple[Floats, Floats, Floats]:
        """Return N₁v, N₂v and N₃v, walks back to the start included in the last."""
        one = self.a.dot(v)
        two = self.a.dot(one) - self.returning * v
        back = one if self.there_and_back is self.a else self.there_and_back.dot(v)
        return one, two, self.a.dot(two) - self.returning * one + back


def _with(matrix: Matrix, data: Floats) -> Matrix:
    """The same arcs with other strengths."""
    import scipy.sparse as sp

    return sp.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)
