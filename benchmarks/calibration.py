"""How well `calibrate` finds what was planted: simulated companies with homophily.

    python -m benchmarks.calibration [--seeds 200] [--jobs 1] [--scenario homophily]

Ties join customers who are alike in a trait that nobody sees; the same trait raises the hazard of
the event. Besides, everybody who had the event in the last two periods tries each contact in each
period, with a chance of 0, 0.03 or 0.06. Prints, for each chance, the mean of the naive and of the
final estimate at distance 1, the bias, how often the 95 % interval holds the chance, and how often
influence is found. In the scenario `shocks` each community has campaigns of its own, at times that
nobody sees: what contacts have in common then changes with time, and the placebo cannot remove it.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.calibration.communities import communities, enough
from influence.calibration.exposure import Exposure
from influence.calibration.panel import Panel
from influence.calibration.study import Study, best_window, ladder, separable, windows
from influence.network import Network

CUSTOMERS, CONTACTS, PERIODS = 1_500, 6, 30
GROUPS = 30
HAZARD, WINDOW = 0.015, 2
CHANCES = (0.0, 0.03, 0.06)
SCENARIOS = ("homophily", "shocks")
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Result:
    """What one simulated company gave at distance 1, for each period and contact."""

    naive: float
    estimate: float
    covered: bool
    found: bool
    window: int
    beyond: bool
    """Whether an interval at distance 2 or 3 misses 0."""


def company(seed: int, chance: float, scenario: str) -> tuple[Network, Ints]:
    """Make a network with homophily, and the period of each customer's event; −1: never."""
    rng = np.random.default_rng(seed)
    n, ties = CUSTOMERS, CUSTOMERS * CONTACTS // 2
    group, trait = rng.integers(0, GROUPS, n), rng.normal(size=n)
    pairs = np.zeros((0, 2), dtype=np.int64)
    while len(pairs) < ties:
        drawn = rng.integers(0, n, (8 * ties, 2))
        one, other = drawn.T
        alike = np.exp(-2 * (trait[one] - trait[other]) ** 2)
        alike[group[one] != group[other]] *= 0.05
        pairs = np.vstack([pairs, drawn[(rng.random(len(drawn)) < alike) & (one != other)]])
    one, other = pairs[:ties].T
    keys = pa.array([f"{i:06}" for i in range(n)], pa.string())
    network = Network.from_arcs(
        keys, np.r_[one, other], np.r_[other, one], np.ones(2 * ties), ties=ties
    )
    hazard = np.minimum(HAZARD * np.exp(trait), 0.5)
    campaign = rng.integers(0, PERIODS, GROUPS)
    event = np.full(n, -1)
    for period in range(PERIODS):
        active = (event >= max(period - WINDOW, 0)) & (event < period)
        tries = np.bincount(network.indices, active[network.sources], minlength=n)
        own = hazard.copy()
        if scenario == "shocks":
            own[np.abs(campaign[group] - period) <= 1] += 0.05
        happens = rng.random(n) < 1 - (1 - own) * (1 - chance) ** tries
        event[(event < 0) & happens] = period
    return network, event


def estimated(seed: int, chance: float, scenario: str) -> Result:
    """Calibrate one simulated company."""
    network, event = company(seed, chance, scenario)
    clusters = [np.arange(network.n)]
    found = communities(network)
    if enough(found):
        clusters.append(found)
    study = Study(
        exposure=Exposure.of(network, event, PERIODS, 3),
        panel=Panel.of(event, np.zeros(network.n, dtype=np.int64), 1, PERIODS),
        strata=np.zeros(network.n, dtype=np.int64),
        clusters=tuple(clusters),
        demographics=np.zeros((0, network.n)),
    )
    study = separable(study)
    window = best_window(windows(study))
    rungs = ladder(study, window)
    near, *far = rungs[-1].weights
    planted = 1 - (1 - chance) ** WINDOW
    return Result(
        naive=rungs[0].weights[0].per_period,
        estimate=near.per_period,
        covered=near.low <= planted <= near.high,
        found=near.found,
        window=window,
        beyond=any(each.low > 0 or each.high < 0 for each in far),
    )


def main() -> None:
    """Simulate and print one table, as it stands in docs/explanation/calibration.md."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=200)
    options.add_argument("--jobs", type=int, default=1)
    options.add_argument("--scenario", choices=SCENARIOS, action="append")
    given = options.parse_args()
    print("| scenario | planted | naive | estimate | bias | interval holds it | found "
          "| another window | companies |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    with ProcessPoolExecutor(given.jobs) as pool:
        for scenario in given.scenario or SCENARIOS:
            for chance in CHANCES:
                one = partial(estimated, chance=chance, scenario=scenario)
                found = [*pool.map(one, range(given.seeds))]
                mean = float(np.mean([each.estimate for each in found]))
                print(
                    f"| {scenario} | {chance:.2f} "
                    f"| {np.mean([each.naive for each in found]):.4f} | {mean:.4f} "
                    f"| {mean - chance:+.4f} | {np.mean([each.covered for each in found]):.1%} "
                    f"| {np.mean([each.found for each in found]):.1%} "
                    f"| {np.mean([each.window != WINDOW for each in found]):.1%} "
                    f"| {len(found)} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
