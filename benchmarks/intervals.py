"""Intervals: how long 1,000 draws take beside one search, and how often intervals hold the truth.

    python -m benchmarks.intervals [--worlds 40] [--customers 100000] [--only speed]

Companies are simulated again and again: weights or CLV are known with an error, or customers go on
buying after a forecast, and network value is computed again from the truth. Counted is how many
network values and ranks lie within their intervals.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import click
import numpy as np
import numpy.typing as npt

from benchmarks import graphs
from benchmarks.graphs import Graph
from benchmarks.measure import peak
from influence import Tables, compute
from influence.engine.customers import CustomerArrays
from influence.engine.intervals import Intervals, Uncertain, intervals, with_errors
from influence.engine.method import method_of
from influence.engine.sums import Payoffs, Sums
from influence.engine.warmup import warm_up
from influence.models.backends import backend_of
from influence.models.shells import Shells
from influence.models.weight_errors import WeightErrors, decaying
from influence.parameters import DRAWS, Parameters
from influence.progress import silent
from influence.value.clv_errors import ClvErrors
from influence.value.conventions import Conventions

Floats = npt.NDArray[np.float64]

CUSTOMERS, CONTACTS = 400, 6
WEIGHTS, DEVIATIONS = np.array([0.30, 0.12, 0.05]), np.array([0.06, 0.03, 0.02])
CORRELATIONS = np.array([[1.0, -0.3, 0.0], [-0.3, 1.0, -0.3], [0.0, -0.3, 1.0]])
COVARIANCE = CORRELATIONS * np.outer(DEVIATIONS, DEVIATIONS)
ERROR = 0.4
"""Standard error of a CLV that is given, as a share of it."""
DAYS, YEARS, TOP = 365, 3, 100


@dataclass(frozen=True)
class World:
    """A company as it is known, and as it is.

    Attributes
    ----------
    tables : Tables
    parameters : Parameters
    value : float64[n]
        The CLV in truth.
    weights : float64[D]
        In truth.
    """

    tables: Tables
    parameters: Parameters
    value: Floats
    weights: Floats


def company(rng: np.random.Generator) -> tuple[list[str], dict[str, list[str]]]:
    """Make ids and ties, with some hubs."""
    ids = [f"c{at:04}" for at in range(CUSTOMERS)]
    pull = rng.pareto(2.0, CUSTOMERS) + 0.5
    ends = rng.choice(CUSTOMERS, (CUSTOMERS * CONTACTS // 2, 2), p=pull / pull.sum())
    source, target = np.unique(np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1), axis=0).T
    return ids, {"source": [ids[i] for i in source], "target": [ids[i] for i in target]}


def uncertain(rng: np.random.Generator, *, weights: bool, clv: bool) -> World:
    """Weights are estimated with an error, or CLV is given with one, or both."""
    ids, ties = company(rng)
    value, known = rng.lognormal(4, 1, CUSTOMERS), WEIGHTS
    error = ERROR * value if clv else np.zeros(CUSTOMERS)
    customers = {"id": ids, "clv": value + error * rng.standard_normal(CUSTOMERS), "clv_se": error}
    asked = Parameters(tuple(WEIGHTS))
    if weights:
        estimates = rng.multivariate_normal(WEIGHTS, COVARIANCE)
        known = decaying(estimates, np.diag(COVARIANCE))
        errors = WeightErrors(tuple(estimates), tuple(map(tuple, COVARIANCE.tolist())))
        asked = Parameters(tuple(known), weight_errors=errors)
    return World(Tables(customers=customers, ties=ties), asked, value, WEIGHTS)


def forecast(rng: np.random.Generator) -> World:
    """CLV is forecast from a year of purchases; in truth it is what customers then spend."""
    ids, ties = company(rng)
    rate, dropout = rng.gamma(0.6, 1 / 40, CUSTOMERS), rng.beta(0.8, 2.5, CUSTOMERS)
    scale, start = rng.gamma(4.0, 1 / 15, CUSTOMERS), rng.integers(0, DAYS // 2, CUSTOMERS)
    rows, value = [], np.zeros(CUSTOMERS)
    for at in range(CUSTOMERS):
        day = float(start[at])
        while day < DAYS * (1 + YEARS):
            amount = rng.gamma(6.0, 1 / scale[at])
            if day < DAYS:
                rows.append((ids[at], np.datetime64("2023-01-01") + int(day), amount))
            else:
                value[at] += amount * 1.1 ** -np.ceil((day - DAYS) / DAYS)
            if day > start[at] and rng.random() < dropout[at]:
                break
            day += rng.exponential(1 / rate[at])
    customer, date, amounts = zip(*rows, strict=True)
    tables = Tables(
        customers={"id": ids},
        ties=ties,
        transactions={"customer": customer, "date": np.array(date),
                      "amount": amounts},
    )  # fmt: skip
    day = np.datetime64("2023-12-31").astype(object)
    conventions = Conventions(own_value="bg-nbd", as_of=day)
    return World(tables, Parameters(tuple(WEIGHTS), conventions=conventions), value, WEIGHTS)


SCENARIOS: dict[str, Callable[[np.random.Generator], World]] = {
    "weights": lambda rng: uncertain(rng, weights=True, clv=False),
    "CLV with a standard error": lambda rng: uncertain(rng, weights=False, clv=True),
    "both": lambda rng: uncertain(rng, weights=True, clv=True),
    "CLV forecast from purchases": forecast,
}


def held(world: World) -> dict[str, float]:
    """Tell which share of the truth lies within intervals: of values and ranks, and of the top."""
    found = compute(world.tables, world.parameters).table
    ids = found["customer"].to_pylist()
    truth = compute(
        Tables(customers={"id": ids, "clv": world.value}, ties=world.tables.ties),
        Parameters(tuple(world.weights)),
    ).table
    top = found["rank"].to_numpy() <= TOP
    shares: dict[str, float] = {}
    for name in ("network_value", "rank"):
        true, low, high = (
            table[column].to_numpy()
            for table, column in ((truth, name), (found, f"{name}_low"), (found, f"{name}_high"))
        )
        rounding = 1e-9 * np.abs(world.value).sum()
        within = (low - rounding <= true) & (true <= high + rounding)
        shares |= {name: float(within.mean()), f"{name}, top": float(within[top].mean())}
    return shares


def coverage(worlds: int) -> None:
    """Print one table, as it stands in docs/explanation/intervals.md."""
    print(f"| uncertain | network value | of the first {TOP} | rank | of the first {TOP} |")
    print("|---|---|---|---|---|")
    for name, make in SCENARIOS.items():
        found = [held(make(np.random.default_rng(seed))) for seed in range(worlds)]
        means = (np.mean([each[key] for each in found]) for key in found[0])
        print(f"| {name} | {' | '.join(f'{mean:.1%}' for mean in means)} |", flush=True)


def speed(customers: int, repeats: int) -> None:
    """Print processor seconds and memory of draws beside those of the sums of a run."""
    warm_up()
    graph = graphs.GENERATED["chung-lu"](customers)
    print(graph)
    print("| uncertain | one search | sums of a run | with those of intervals "
          f"| {DRAWS:,} draws | in searches | MB |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    for kind in ("weights", "CLV", "both", "forecast"):
        for repeat in range(repeats):
            print(f"| {kind} | {' | '.join(measured(graph, kind, repeat))} |", flush=True)


def measured(graph: Graph, kind: str, repeat: int) -> list[str]:
    """Measure one search, the sums of a run without and with those of intervals, and draws."""
    network, value = graph.relabelled(np.random.default_rng(repeat))
    nothing, forecast = np.zeros(network.n), kind == "forecast"
    error = nothing if kind == "weights" else ERROR * value
    errors = ClvErrors(error, np.full(network.n, forecast), 0.05 * forecast)
    people = replace(CustomerArrays.of_values(value), errors=errors)
    covariance = tuple(map(tuple, COVARIANCE.tolist()))
    of_weights = WeightErrors(tuple(WEIGHTS), covariance) if kind in {"weights", "both"} else None
    asked = Parameters(tuple(WEIGHTS), weight_errors=of_weights)
    backend = backend_of(network)
    method = method_of(backend, asked)
    plain = Payoffs(value, value, nothing, nothing, value, nothing)
    payoffs = with_errors(plain, people, asked)
    _, search = seconds(lambda: Shells(tuple(WEIGHTS)).by_class(backend, 1.0, value))
    _, alone = seconds(lambda: method.sums(plain, silent))
    sums, together = seconds(lambda: method.sums(payoffs, silent))
    (_, memory), drawing = seconds(lambda: peak(draws, value, payoffs, sums, people, asked))
    times = [f"{each:.2f}" for each in (search, alone, together, drawing, drawing / search)]
    return [*times, f"{memory / 1e6:.0f}"]


def draws(
    value: Floats, payoffs: Payoffs, sums: Sums, people: CustomerArrays, asked: Parameters
) -> Intervals:
    network_value = sums.ledger.network_value
    found = Uncertain.of(network_value, np.zeros_like(value), payoffs, sums, people, asked)
    ranks = np.empty(len(value), dtype=np.int64)
    ranks[np.argsort(-network_value)] = np.arange(1, len(value) + 1)
    assert found is not None
    return intervals(found, ranks, DRAWS, 0, silent)


def seconds(work: Callable[[], Any]) -> tuple[Any, float]:
    """Processor seconds: other work on the machine does not count."""
    started = time.process_time()
    return work(), time.process_time() - started


@click.command()
@click.option("--worlds", type=click.IntRange(1), default=40, show_default=True)
@click.option("--customers", type=click.IntRange(100), default=100_000, show_default=True)
@click.option("--repeats", type=click.IntRange(1), default=2, show_default=True)
@click.option("--only", type=click.Choice(["speed", "coverage"]))
def main(worlds: int, customers: int, repeats: int, only: str | None) -> None:
    """Measure both."""
    if only != "coverage":
        speed(customers, repeats)
    if only != "speed":
        coverage(worlds)


if __name__ == "__main__":
    main()
