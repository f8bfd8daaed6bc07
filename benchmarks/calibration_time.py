"""Seconds and memory of `calibrate --events` in a large company.

`python -m benchmarks.calibration_time [--dated]` generates 100,000 customers who join in one of 50
weeks, by themselves or after a contact, and calibrates from their days of joining; the ties were
there all the time or, with `--dated`, began in one of these weeks.
"""

from __future__ import annotations

import resource
import sys

import click
import numpy as np

from benchmarks import graphs
from benchmarks.measure import timed
from influence import Tables
from influence.calibration.options import CalibrationOptions
from influence.reports.calibrate import calibrate
from influence.tables import complete
from influence.tables.notes import ignore

FIRST = np.datetime64("2024-01-01")
HAZARD, CHANCE, WINDOW = 0.01, 0.01, 2
KIBIBYTES = 1 if sys.platform == "darwin" else 1024
"""Bytes of a unit of the peak memory that the system tells."""


def company(customers: int, periods: int, *, dated: bool) -> Tables:
    """Simulate customers with days of joining, weeks apart, and ties."""
    graph = graphs.communities(customers)
    rng = np.random.default_rng(graphs.SEED)
    low, high = graph.pairs
    joined = np.full(customers, periods)
    for period in range(periods):
        active = (joined >= period - WINDOW) & (joined < period)
        tries = np.bincount(high, active[low], customers) + np.bincount(
            low, active[high], customers
        )
        happens = rng.random(customers) < 1 - (1 - HAZARD) * (1 - CHANCE) ** tries
        joined[(joined == periods) & happens] = period
    ids = np.array([f"{i:06}" for i in range(customers)])
    days = np.where(joined < periods, FIRST + 7 * joined, np.datetime64("NaT", "D"))
    ties = {"source": ids[low], "target": ids[high]}
    if dated:
        ties["since"] = FIRST + 7 * rng.integers(0, periods, len(low))
    return complete(Tables(customers={"id": ids, "joined": days}, ties=ties))


@click.command()
@click.option("--customers", type=click.IntRange(500), default=100_000, show_default=True)
@click.option("--periods", type=click.IntRange(15, 99), default=50, show_default=True)
@click.option("--dated", is_flag=True, help="Ties began in one of the periods.")
def main(customers: int, periods: int, *, dated: bool) -> None:
    """Print seconds and peak memory."""
    tables = company(customers, periods, dated=dated)
    calibrate(
        company(300, 20, dated=dated), CalibrationOptions("joins", depth=1), tell=ignore
    )  # compiles
    found, seconds = timed(calibrate, tables, CalibrationOptions("joins"), tell=ignore)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTES
    rows = found.facts["person_periods"]
    kind = "with dates" if dated else "there all the time"
    print(f"ties {kind}: {seconds:,.0f} s, {peak / 1e9:.1f} GB, {rows:,} person-periods")


if __name__ == "__main__":
    main()
