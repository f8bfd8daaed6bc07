"""Models that are cheaper than the exact search: what they cost, and how far off they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from benchmarks import answers
from benchmarks.answers import DEPTH, Floats
from benchmarks.graphs import SEED
from benchmarks.measure import Row, peak, timed
from influence import Network
from influence.models import Model, Shells, Walk
from influence.models.matvec import ArcMatrix
from influence.models.sketch import Sketch

MODELS: dict[str, Model] = {"walks of 1, 2, 3 steps": Walk(), "sketches, k = 256": Sketch()}
CHECKED = 5


@dataclass
class Estimates:
    """The rows of one graph, repeat by repeat."""

    models: dict[str, Row] = field(
        default_factory=lambda: {name: Row(f"  {name}") for name in MODELS}
    )
    products: Row = field(default_factory=lambda: Row("    of that, A @ x three times"))
    scipy: Row = field(default_factory=lambda: Row("      SciPy A @ x three times"))

    def rows(self) -> list[Row]:
        walks, *others = self.models.values()
        return [walks, self.products, self.scipy, *others]

    def repeat(
        self, number: int, network: Network, payoff: Floats, exact: Floats, of: float
    ) -> None:
        """Once more; `exact` is float64[3, n] and took `of` seconds."""
        influence = np.array(Shells().weights) @ exact
        for name, model in MODELS.items():
            (found, seconds), memory = peak(timed, model.by_distance, network, payoff)
            gain = np.array(model.weights) @ found[0]
            row = self.models[name]
            row.add(seconds, memory, of=of)
            row.note = answers.quality(gain, influence)
            if isinstance(model, Walk):
                check(number, network, payoff, found[0])
                arcs = answers.ones(network)
                ours, products = timed(three, ArcMatrix(arcs).dot, payoff)
                theirs, peer = timed(three, arcs.__matmul__, payoff)
                assert np.array_equal(ours, theirs)
                self.products.add(products, of=seconds)
                self.scipy.add(peer, of=products)


def check(number: int, network: Network, payoff: Floats, found: Floats) -> None:
    rng = np.random.default_rng([SEED, number])
    for customer in rng.choice(network.n, min(CHECKED, network.n), replace=False):
        expected = answers.walks(network, payoff, customer)
        assert np.allclose(found[:, customer], expected, rtol=1e-9), customer


def three(times: Callable[[Floats], Floats], x: Floats) -> Floats:
    """A·x, A²·x, A³·x: walks that end where they began are left in."""
    for _ in range(DEPTH):
        x = times(x)
    return x
