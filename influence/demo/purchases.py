"""What the sample company's customers bought: three years of purchases that agree with their CLV.

CLV is the margin of what was paid within the last 365 days, carried on for three years at 10 % a
year (`influence.value.own`). So a customer's purchases of that year come to about
CLV / (margin · 2.487), and without its column `clv` a run with that margin finds nearly the same
values. Two years before are there as well, less of them the further back.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from influence.demo.parameters import CompanyParameters
from influence.demo.people import Floats, Ints
from influence.demo.roster import Roster, dates

YEAR = 365
YEARS = 3
CARRIED_ON = 1.1**-1 + 1.1**-2 + 1.1**-3
"""Σ (1 + r)^−t for three years at 10 %: what a yearly unit of margin is worth."""
NOISE = 0.10
"""Spread of the log of a year's purchases: purchases and CLV agree, but not to the cent."""
GROWTH = 0.85
"""What was bought a year earlier, as a share."""
LEAST = 5.0
"""Nobody's purchases are cut into pieces smaller than this."""


def make_transactions(
    rng: np.random.Generator, parameters: CompanyParameters, roster: Roster
) -> pa.Table:
    """Table `transactions`, in the order of the dates."""
    payer = np.flatnonzero(roster.clv > 0)
    yearly = roster.clv[payer] / (parameters.margin * CARRIED_ON)
    often = np.array(parameters.purchases)[roster.segment[payer]]
    parts = [
        _one_year(rng, parameters, roster, payer, yearly * GROWTH**ago, often, ago)
        for ago in range(YEARS)
    ]
    who, day, amount = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((amount, who, day))
    return pa.table(
        {
            "customer": pa.array(roster.ids[who[order]], pa.string()),
            "date": dates(day[order]),
            "amount": pa.array(amount[order], pa.float64()),
        }
    )


def _one_year(
    rng: np.random.Generator,
    parameters: CompanyParameters,
    roster: Roster,
    payer: Ints,
    total: Floats,
    often: Floats,
    ago: int,
) -> tuple[Ints, Ints, Floats]:
    """Who, when, how much, in the year that ended so many years ago.

    In the last year everybody bought for a whole year's money, newcomers in less time: who is new
    buys more at first, and CLV was measured on it. Before it, in proportion to the days.
    """
    end = parameters.last - YEAR * ago
    first = np.maximum(roster.joined[payer], end - YEAR + 1)
    share = np.clip((end - first + 1) / YEAR, 0.0, 1.0)
    total = total * np.exp(NOISE * rng.standard_normal(len(payer)) - NOISE**2 / 2)
    if ago:
        total *= share
    times = rng.poisson(often * share) + (ago == 0)
    times = np.minimum(times, np.maximum(total / LEAST, ago == 0).astype(np.int64))
    row = np.repeat(np.arange(len(payer)), times)
    piece = rng.gamma(4.0, size=len(row))
    piece *= (total / np.maximum(np.bincount(row, piece, minlength=len(payer)), 1e-9))[row]
    day = first[row] + (rng.random(len(row)) * (end - first[row] + 1)).astype(np.int64)
    return payer[row], day, np.maximum(np.round(piece, 2), 0.01)
