"""Errors of CLV: their shape, and those of forecasts against simulated customers."""

import numpy as np
import pytest

from influence.value.clv_errors import Cubes
from influence.value.probabilistic import Forecast

DAYS, YEARS = 365, 3


@pytest.mark.parametrize("variation", [0.15, 0.5, 1.0, 2.5])
def test_cubes_have_mean_0_variance_1_and_never_make_a_forecast_negative(variation):
    normal = np.random.default_rng(0).standard_normal(200_000, dtype=np.float32)
    shape = Cubes.of(np.full(len(normal), variation))
    found = shape(normal)
    assert abs(found.mean()) < 0.02
    assert found.std() == pytest.approx(1.0, abs=0.05)
    assert (1 + variation * found).min() >= -1e-3


def world(seed, n=400):
    """Purchases of a year by customers who buy as the models assume, and what comes after."""
    rng = np.random.default_rng(seed)
    rate, dropout = rng.gamma(0.6, 1 / 40, n), rng.beta(0.8, 2.5, n)
    scale, start = rng.gamma(4.0, 1 / 15, n), rng.integers(0, DAYS // 2, n)
    rows, later = [], np.zeros(n)
    for customer in range(n):
        day = float(start[customer])
        while day < DAYS * (1 + YEARS):
            amount = rng.gamma(6.0, 1 / scale[customer])
            if day < DAYS:
                rows.append((customer, int(day), amount))
            else:
                later[customer] += amount * 1.1 ** -np.ceil((day - DAYS) / DAYS)
            if day > start[customer] and rng.random() < dropout[customer]:
                break
            day += rng.exponential(1 / rate[customer])
    customer, day, amount = map(np.array, zip(*rows, strict=True))
    return n, customer, day, amount, later


def test_errors_of_a_forecast_hold_what_customers_spend_afterwards():
    pytest.importorskip("lifetimes")
    held, off = [], []
    for seed in range(4):
        n, *purchases, later = world(seed)
        found = Forecast().with_errors(n, *purchases, last_day=DAYS - 1)
        alone = Forecast().from_purchases(n, *purchases, last_day=DAYS - 1)
        np.testing.assert_array_equal(found.clv, alone)
        shape = Cubes.of(found.error / found.clv)
        low, high = (
            found.clv + found.error * shape(np.full(n, end, np.float32)) for end in (-1.96, 1.96)
        )
        held.append(np.mean((low <= later + 1e-9) & (later <= high)))
        total = np.hypot(np.sqrt((found.error**2).sum()), found.common * found.clv.sum())
        off.append((later.sum() - found.clv.sum()) / total)
    assert 0.9 <= np.mean(held) <= 0.98
    assert np.abs(off).max() < 3
