"""How often the intervals of a validation hold, where the truth is known.

`python -m benchmarks.coverage` simulates later behaviour of one fixed company again and again: once
unrelated to any figure, once caused by the first of them. The truth is the mean over many
simulations; counted is how often all intervals hold together, and how often each does.
"""

from __future__ import annotations

from collections.abc import Sequence

import click
import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from benchmarks import graphs
from influence.validation.comparison import compared
from influence.validation.outcomes import Outcome
from influence.validation.result import Figure

Floats = npt.NDArray[np.float64]

CUSTOMERS = 300
DRAWS = 200


class Company:
    """Customers with contacts and three figures, of which the first may cause what follows."""

    def __init__(self) -> None:
        network, _ = graphs.chung_lu(CUSTOMERS).relabelled(np.random.default_rng(0))
        degree = np.diff(network.indptr)
        self.n, rng = network.n, np.random.default_rng(1)
        self.contacts = network.to_scipy()
        self.contacts.data = np.repeat(1 / np.maximum(degree, 1), degree)
        cause, other = rng.random((2, self.n))
        self.figures = {"cause": cause, "degree": degree.astype(float), "like it": cause + other}
        influencers = np.bincount(network.indices, minlength=self.n)
        causes = np.bincount(network.indices, cause[network.sources], self.n)
        self.around = causes / np.maximum(influencers, 1)

    def outcomes(self, seed: int, *, caused: bool) -> tuple[Outcome, Outcome]:
        """What customers and contacts do; many do nothing, a few do much."""
        rng = np.random.default_rng(seed)
        own, around = (self.figures["cause"], self.around) if caused else (0.5, 0.5)
        mine = rng.exponential(1, self.n) * (0.3 + own) * (rng.random(self.n) < 0.6)
        theirs = rng.exponential(1, self.n) * (0.2 + around) ** 2
        return (
            Outcome("own", sp.csr_array(np.eye(self.n)), mine, self.n),
            Outcome("contacts", self.contacts, theirs, self.n),
        )

    def rows(self, seed: int, draws: int, *, caused: bool) -> list[Figure]:
        """Compare the figures once."""
        return compared(
            self.outcomes(seed, caused=caused), self.figures, np.arange(self.n), draws, seed
        )


def measured(rows: Sequence[Figure]) -> list[list[float]]:
    """Spearman of each figure, and the difference from the first; 0 for the first itself."""
    return [[row.spearman or 0.0 for row in rows], [row.difference or 0.0 for row in rows]]


def held(rows: Sequence[Figure], truth: Floats) -> list[bool]:
    """Tell of each interval whether it holds the truth."""
    ends = (
        [(row.spearman_low, row.spearman_high) for row in rows],
        [(row.difference_low, row.difference_high) for row in rows],
    )
    return [
        low <= true <= high
        for measure, trues in zip(ends, truth, strict=True)
        for (low, high), true in zip(measure, trues, strict=True)
        if low is not None and high is not None
    ]


@click.command()
@click.option("--worlds", type=click.IntRange(10), default=300, show_default=True)
@click.option("--for-truth", type=click.IntRange(10), default=1500, show_default=True,
              help="Simulations whose mean is the truth.")  # fmt: skip
def main(worlds: int, for_truth: int) -> None:
    """Print how often the intervals hold."""
    company = Company()
    for caused in (False, True):
        truth = np.zeros((2, 6))  # of what nothing causes
        if caused:
            many = range(worlds, worlds + for_truth)
            rows = (company.rows(seed, 2, caused=True) for seed in many)
            truth = np.mean([measured(each) for each in rows], axis=0)
        found = [held(company.rows(s, DRAWS, caused=caused), truth) for s in range(worlds)]
        together, each = np.mean([all(one) for one in found]), np.mean(found, axis=0)
        what = "the first figure causes it" if caused else "nothing causes it"
        print(f"{what}: all hold in {together:.1%}, each in {each.min():.1%} to {each.max():.1%}")


if __name__ == "__main__":
    main()
