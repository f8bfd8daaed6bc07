"""Generate three years of purchases that agree with CLV.

CLV is the margin of the purchases within the last 365 days, continued for three years at 10 % a
year (`influence.value.own`). So a customer's purchases of that year sum to about
CLV / (margin · 2.487), and without the column `clv` a run with that margin computes nearly the same
CLV. The two years before have fewer purchases.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.demo.parameters import CompanyParameters
from influence.demo.people import Floats, Ints
from influence.demo.roster import Roster, dates

YEAR = 365
YEARS = 3
DISCOUNTED_YEARS = 1.1**-1 + 1.1**-2 + 1.1**-3
"""Σ (1 + r)^−t for three years at 10 %: CLV per unit of yearly margin."""
NOISE = 0.10
"""Spread of the log of a year's purchases: purchases and CLV agree approximately."""
GROWTH = 0.85
"""Purchases of the year before, as a share of a year's."""
LEAST = 5.0
"""Smallest mean amount of a purchase."""


def make_transactions(
    rng: np.random.Generator, parameters: CompanyParameters, roster: Roster
) -> pa.Table:
    """Return the table `transactions`, in the order of the dates."""
    payer = np.flatnonzero(roster.clv > 0)
    yearly = roster.clv[payer] / (parameters.margin * DISCOUNTED_YEARS)
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


def purchases_of_last_year(
    transactions: pa.Table, parameters: CompanyParameters, roster: Roster
) -> Ints:
    """Count the purchases of each customer in the last year, int64[n]."""
    days = transactions["date"].cast(pa.int32()).to_numpy()
    buyers = pc.index_in(transactions["customer"], pa.array(roster.ids, pa.string())).to_numpy()
    return np.bincount(buyers[days > parameters.last - YEAR], minlength=roster.n)


def _one_year(
    rng: np.random.Generator,
    parameters: CompanyParameters,
    roster: Roster,
    payer: Ints,
    total: Floats,
    often: Floats,
    ago: int,
) -> tuple[Ints, Ints, Floats]:
    """Draw buyers, dates and amounts of the year that ended `ago` years ago.

    In the last year every customer spends a whole year's money, new customers in a shorter time,
    since CLV is defined by it; in earlier years, in proportion to the days since joining.
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
