"""Error of the forecast of a customer's spending; see `influence.value.probabilistic`.

With N the purchases within the horizon and A the amount of one, independent of N (Gamma-Gamma),
the money M = Σ A has

    E[M²] = E[N]·E[Var A] + E[N²]·E[(mean of A)²]

over what is not known of a customer: rate, whether they are still active, when they become
inactive, and their mean amount. Besides, the parameters of both models are estimates; what follows
from their errors is common to all customers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from influence.value.bg_nbd import BgNbd, Floats, GammaGamma
from influence.value.repeat import RepeatPurchases

DRAWS = 100
"""Draws of N for each customer."""
AT_ONCE = 20_000
"""Customers drawn for at once."""
TINY = 1e-12
SAMPLE = 1_000
"""Customers from whom the common error is found."""
STEP = 1e-3
"""By how much logarithms of parameters are changed for a derivative."""


def own_error(
    purchases: BgNbd,
    spend: GammaGamma,
    seen: RepeatPurchases,
    horizon: float,
    seed: int = 0,
) -> Floats:
    """Return the standard error of the money of each customer, divided by its expectation.

    Parameters
    ----------
    purchases, spend : BgNbd, GammaGamma
    seen : RepeatPurchases
        Of k customers.
    horizon : float
        In days.
    seed : int

    Returns
    -------
    float64[k]
        0 where nothing is expected.
    """
    of = seen.frequency, seen.recency, seen.T
    expected, alive = purchases.expected(horizon, *of), purchases.alive(*of)
    mean, square, variance = spend.moments(seen.frequency, seen.monetary_value)
    # E[N²] / E[N]² of those who are still active, from draws; all else is exact.
    spread = np.concatenate([*_spread(purchases, seen, horizon, seed), np.zeros(0)])
    second = expected * variance + expected**2 * spread / np.maximum(alive, TINY) * square
    money = expected * mean
    ratio = second / np.maximum(money, TINY) ** 2
    error: Floats = np.sqrt(np.maximum(ratio - 1, 0.0)) * (money > TINY)
    return error


def _spread(purchases: BgNbd, seen: RepeatPurchases, horizon: float, seed: int) -> Iterator[Floats]:
    """Yield E[N²] / E[N]² of customers who are active now, for some at a time."""
    rng = np.random.default_rng(seed)
    for start in range(0, len(seen.T), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        x, age = seen.frequency[some, np.newaxis], seen.T[some, np.newaxis]
        shape = len(x), DRAWS
        rate = rng.standard_gamma(purchases.r + x, shape) / (purchases.alpha + age)
        dropout = rng.beta(purchases.a, purchases.b + x, shape)
        made = rng.poisson(rate * horizon)
        until_inactive = np.log1p(-rng.random(shape)) / np.log1p(-np.clip(dropout, TINY, 1 - TINY))
        count = np.minimum(made, np.ceil(until_inactive))
        mean = count.mean(axis=1)
        found = (count**2).mean(axis=1) / np.maximum(mean, TINY) ** 2
        # Where no draw has a purchase, there are so few that N is 0 or 1.
        yield np.where(mean > 0, found, DRAWS)


def common_error(
    purchases: BgNbd, spend: GammaGamma, seen: RepeatPurchases, horizon: float
) -> float:
    """Return the standard error of all customers' money by errors of the models' parameters.

    As a share of that money, by the delta method on a sample of customers.
    """
    step = max(len(seen.T) // SAMPLE, 1)
    x, recency, age, amount = (
        figures[::step] for figures in (seen.frequency, seen.recency, seen.T, seen.monetary_value)
    )

    def money(purchases: BgNbd, spend: GammaGamma) -> float:
        expected = purchases.expected(horizon, x, recency, age)
        return float(expected @ spend.expected(x, amount))

    now, variance = money(purchases, spend), 0.0
    if now <= 0:
        return 0.0
    for model, names in ((purchases, ("r", "alpha", "a", "b")), (spend, ("p", "q", "v"))):
        slopes = []
        for name in names:
            moved = replace(model, **{name: getattr(model, name) * np.exp(STEP)})
            both = (moved, spend) if model is purchases else (purchases, moved)
            slopes.append((money(*both) / now - 1) / STEP)
        variance += float(slopes @ np.array(model.log_covariance) @ slopes)
    return float(np.sqrt(max(variance, 0.0)))
