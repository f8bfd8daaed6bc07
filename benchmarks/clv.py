"""CLV from purchases: our forecast beside lifetimes, called as its documentation shows.

Both fit BG/NBD and Gamma-Gamma with lifetimes; ours summarises purchases with NumPy, fits customers
with equal figures once, and discounts by the year instead of by the month. Purchases are generated
from BG/NBD with the parameters that Fader, Hardie and Lee (2005) found for CDNOW.
"""

from __future__ import annotations

import warnings

import click
import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

from benchmarks.graphs import SEED
from benchmarks.measure import Row, peak, show, timed
from influence.value.probabilistic import Forecast

R, ALPHA, A, B = 0.243, 4.414, 0.793, 2.426
"""Of BG/NBD, in weeks."""
DAYS, JOINING = 78 * 7, 12 * 7
"""Length of the observation, and the days in which customers make their first purchase."""
YEARS, RATE = 3, 0.10
Purchases = tuple[npt.NDArray[np.intp], npt.NDArray[np.int64], npt.NDArray[np.float64]]


@click.command()
@click.option("--customers", type=click.IntRange(1000), default=50_000, show_default=True)
@click.option("--repeats", type=click.IntRange(1), default=3, show_default=True)
def main(customers: int, repeats: int) -> None:
    """Measure."""
    rows = [Row("purchases to CLV"), Row("  lifetimes, step by step")]
    for number in range(repeats):
        bought = purchases(customers, np.random.default_rng([SEED, number]))
        (own, seconds), memory = peak(timed, ours, customers, bought)
        rows[0].add(seconds, memory)
        (other, longer), memory = peak(timed, by_lifetimes, customers, bought)
        rows[1].add(longer, memory, of=seconds)
        agreement = float(spearmanr(own, other).statistic)
        assert agreement > 0.999, agreement
        rows[1].note = f"rank correlation {agreement:.5f}, total × {other.sum() / own.sum():.3f}"
    show(f"{customers:,} customers, {len(bought[0]):,} purchases", rows)


def purchases(n: int, rng: np.random.Generator) -> Purchases:
    """Draw customers who buy at individual rates and become inactive after some purchase."""
    rate = rng.gamma(R, 1 / ALPHA, n) / 7
    leaves = rng.beta(A, B, n)
    usual = rng.gamma(6.0, 6.0, n)
    who, day = np.arange(n), rng.uniform(0, JOINING, n)
    customers, days = [who], [day]
    while len(who):
        stays = rng.random(len(who)) > (leaves[who] if len(days) > 1 else 0.0)
        who, day = who[stays], day[stays]
        day = day + rng.exponential(1 / np.maximum(rate[who], 1e-12))
        who, day = who[day < DAYS], day[day < DAYS]
        customers.append(who)
        days.append(day)
    buyers = np.concatenate(customers)
    amounts = np.round(usual[buyers] * rng.lognormal(0, 0.5, len(buyers)), 2) + 0.01
    return buyers, np.concatenate(days).astype(np.int64), amounts


def ours(n: int, bought: Purchases) -> npt.NDArray[np.float64]:
    """Forecast as a run does."""
    customer, day, amount = bought
    return Forecast(rate=RATE, years=YEARS).from_purchases(n, customer, day, amount, DAYS)


def by_lifetimes(n: int, bought: Purchases) -> npt.NDArray[np.float64]:
    """Summarise, fit twice and forecast, as its quick start does."""
    import pandas as pd
    from lifetimes import BetaGeoFitter, GammaGammaFitter
    from lifetimes.utils import summary_data_from_transaction_data

    customer, day, amount = bought
    start = np.datetime64("2024-01-01")
    frame = pd.DataFrame({"customer": customer, "date": start + day, "amount": amount})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about options that the library sets
        seen = summary_data_from_transaction_data(
            frame, "customer", "date", "amount", observation_period_end=start + DAYS
        )
        buying = BetaGeoFitter().fit(seen["frequency"], seen["recency"], seen["T"])
        again = seen[seen["monetary_value"] > 0]
        spending = GammaGammaFitter().fit(again["frequency"], again["monetary_value"])
        found = spending.customer_lifetime_value(
            buying, seen["frequency"], seen["recency"], seen["T"], seen["monetary_value"],
            time=12 * YEARS, discount_rate=(1 + RATE) ** (1 / 12) - 1, freq="D",
        )  # fmt: skip
    clv = np.zeros(n)
    clv[found.index.to_numpy()] = found.to_numpy()
    return clv


if __name__ == "__main__":
    main()
