"""Own value as a projection of the window and as a forecast."""

import datetime as dt
import sys
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import InputRejected, Tables, UsageError
from influence.rfm import customers_from_summary
from influence.value.bg_nbd import BgNbd, GammaGamma
from influence.value.own import OwnValue
from influence.value.probabilistic import Forecast, probabilistic_clv
from influence.value.repeat import summarise
from influence.value.terms import discounts

LAST = (dt.date(2024, 6, 30) - dt.date(1970, 1, 1)).days


def arrays(purchases):
    """Return rows of (customer, days before the last one, amount) as three arrays."""
    rows = [(who, LAST - ago, amount) for who, ago, amount in purchases]
    customer, day, amount = zip(*rows, strict=True) if rows else ((), (), ())
    return np.array(customer, np.intp), np.array(day, np.int64), np.array(amount, np.float64)


def naive(n, purchases, margin=1.0, rate=0.10, years=3, window=365):
    """Compute the projection row by row."""
    last = min((ago for _, ago, _ in purchases), default=0)
    clv = []
    for i in range(n):
        paid = sum(x for who, ago, x in purchases if who == i and ago - last < window)
        a_year = paid * 365 / window
        clv.append(margin * sum(a_year / (1 + rate) ** t for t in range(1, years + 1)))
    return clv


def test_purchases_of_100_and_200_give_a_clv_of_746_06():
    clv = OwnValue().from_purchases(1, *arrays([(0, 0, 100.0), (0, 200, 200.0)]))
    assert clv.round(2).tolist() == [746.06]


def test_a_purchase_exactly_one_window_ago_is_outside():
    purchases = [(0, 0, 1.0), (1, 364, 1.0), (2, 365, 1.0)]
    clv = OwnValue(rate=0.0, years=1).from_purchases(3, *arrays(purchases))
    assert clv.tolist() == [1.0, 1.0, 0.0]


def test_a_yearly_purchase_on_the_same_date_counts_once():
    clv = OwnValue(rate=0.0, years=1).from_purchases(1, *arrays([(0, 0, 80.0), (0, 365, 80.0)]))
    assert clv.tolist() == [80.0]


def test_a_window_of_another_length_is_scaled_to_a_year():
    clv = OwnValue(rate=0.0, years=1, window=73).from_purchases(1, *arrays([(0, 0, 10.0)]))
    assert clv == pytest.approx([50.0], rel=1e-15)


def test_a_refund_counts_negatively():
    purchases = [(0, 0, 100.0), (0, 3, -40.0), (1, 5, -7.0)]
    clv = OwnValue(rate=0.0, years=1).from_purchases(2, *arrays(purchases))
    assert clv.tolist() == [60.0, -7.0]


def test_a_customer_without_purchases_has_a_clv_of_0():
    assert OwnValue().from_purchases(2, *arrays([(0, 0, 5.0)]))[1] == 0.0
    assert OwnValue().from_purchases(2, *arrays([])).tolist() == [0.0, 0.0]
    assert OwnValue().from_purchases(0, *arrays([])).shape == (0,)


def test_as_of_moves_the_window_and_excludes_later_purchases():
    bought = arrays([(0, 0, 1.0), (0, 10, 2.0), (0, 374, 4.0)])
    terms = OwnValue(rate=0.0, years=1)
    assert terms.from_purchases(1, *bought).tolist() == [3.0]
    assert terms.from_purchases(1, *bought, last_day=LAST - 10).tolist() == [6.0]
    assert terms.from_purchases(1, *bought, last_day=LAST - 5000).tolist() == [0.0]


def test_margin_scales_the_value_and_a_rate_of_0_does_not_discount():
    bought = arrays([(0, 0, 100.0)])
    assert OwnValue(margin=0.25, rate=0.0, years=4).from_purchases(1, *bought).tolist() == [100.0]
    assert discounts(0.0, 3).tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"margin": 1.5}, "margin 1.5: it must lie between 0 and 1"),
        ({"margin": float("nan")}, "margin nan"),
        ({"rate": -0.1}, "rate -0.1: it must be 0 or more"),
        ({"rate": float("inf")}, "rate inf"),
        ({"years": 0}, "years 0: it must be a whole number from 1 to 100"),
        ({"years": 2.5}, "years 2.5"),
    ],
)
@pytest.mark.parametrize("kind", [OwnValue, Forecast])
def test_invalid_terms_are_usage_errors(kind, terms, sentence):
    with pytest.raises(UsageError, match=sentence):
        kind(**terms)


@pytest.mark.parametrize("window", [0, -1, 30.5])
def test_a_window_is_a_whole_number_of_days(window):
    with pytest.raises(UsageError, match=f"window {window}: it must be a whole number of days"):
        OwnValue(window=window)


PURCHASES = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.integers(0, 500),
        st.floats(-1e6, 1e6, allow_nan=False, allow_infinity=False),
    ),
    max_size=30,
)


@given(PURCHASES, st.integers(1, 400), st.randoms(use_true_random=False))
def test_own_value_matches_its_twin_in_any_order_of_rows(purchases, window, random):
    terms = OwnValue(0.3, 0.07, 4, window)
    clv = terms.from_purchases(5, *arrays(purchases))
    tolerance = 1e-9 * (1 + sum(abs(amount) for _, _, amount in purchases))
    assert clv == pytest.approx(naive(5, purchases, 0.3, 0.07, 4, window), abs=tolerance)
    random.shuffle(purchases)
    assert terms.from_purchases(5, *arrays(purchases)).tobytes() == clv.tobytes()


# ── repeat purchases ──────────────────────────────────────────────────────────────────────────


def naive_summary(purchases):
    """Return customer → frequency, recency, T, monetary value, computed day by day."""
    last = min((ago for _, ago, _ in purchases), default=0)
    found = {}
    for who in sorted({who for who, _, _ in purchases}):
        days = {}
        for ago in {ago for i, ago, _ in purchases if i == who}:
            rows = [x for i, when, x in purchases if (i, when) == (who, ago)]
            if max(rows) >= 0:
                days[ago] = max(sum(rows), 0.0)
        if days:
            first = max(days)
            again = [money for ago, money in days.items() if ago != first]
            mean = sum(again) / max(len(again), 1)
            found[who] = (len(again), first - min(days), first - last, mean)
    return found


@given(PURCHASES, st.randoms(use_true_random=False))
def test_a_summary_matches_its_twin_in_any_order_of_rows(purchases, random):
    summary = summarise(*arrays(purchases))
    expected = naive_summary(purchases)
    assert summary.customer.tolist() == list(expected)
    columns = (summary.frequency, summary.recency, summary.T, summary.monetary_value)
    for row, figures in zip(zip(*columns, strict=True), expected.values(), strict=True):
        assert row == pytest.approx(figures, rel=1e-9, abs=1e-6)
    random.shuffle(purchases)
    assert summarise(*arrays(purchases)).monetary_value.tobytes() == columns[3].tobytes()


def test_a_summary_matches_that_of_the_library():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifetimes.utils import summary_data_from_transaction_data

    rng = np.random.default_rng(7)
    who, ago = rng.integers(0, 40, 300), rng.integers(0, 200, 300)
    amount = rng.gamma(3.0, 20.0, 300).round(2)
    day = (LAST - ago).astype(np.int64)
    frame = pd.DataFrame({"who": who, "day": day.astype("datetime64[D]"), "amount": amount})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = summary_data_from_transaction_data(frame, "who", "day", "amount").sort_index()
    ours = summarise(who.astype(np.intp), day, amount)
    assert ours.customer.tolist() == theirs.index.tolist()
    for name in ("frequency", "recency", "T"):
        assert getattr(ours, name).tolist() == theirs[name].tolist(), name
    assert ours.monetary_value == pytest.approx(theirs["monetary_value"].to_numpy(), rel=1e-12)


def test_a_refund_reduces_the_purchases_of_its_day():
    purchases = [(0, 90, 50.0), (0, 60, 80.0), (0, 60, -30.0), (0, 30, -50.0), (1, 20, -5.0)]
    summary = summarise(*arrays(purchases), last_day=LAST)
    assert summary.customer.tolist() == [0]
    assert (summary.frequency[0], summary.recency[0], summary.T[0]) == (1, 30, 90)
    assert summary.monetary_value.tolist() == [50.0]


# ── the forecast ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def simulated():
    """600 customers drawn from BG/NBD and Gamma-Gamma."""
    rng = np.random.default_rng(3)
    columns = []
    for _ in range(600):
        T = float(rng.integers(100, 365))
        rate, leaves, price = rng.gamma(0.8, 1 / 25), rng.beta(0.9, 2.5), 8 / rng.gamma(4, 1 / 30)
        x, t_x, now = 0, 0.0, rng.exponential(1 / rate)
        while now < T:
            x, t_x = x + 1, now
            if rng.random() < leaves:
                break
            now += rng.exponential(1 / rate)
        columns.append((x, t_x, T, rng.gamma(6 * x, price / (6 * x)) if x else 0.0))
    return np.array(columns).T.copy()


@pytest.fixture(scope="module")
def forecast(simulated):
    """Their CLV, by day and without options."""
    return probabilistic_clv(*simulated)


def expected_by_integration(model, t, x, t_x, T):
    """Return E[N(t)] of one customer, integrated over their rate λ and probability p of leaving.

    Given both, the odds of being active are (1 − p)^x λ^x e^{−λT} to p (1 − p)^{x−1} λ^x
    e^{−λ t_x}, and an active customer is expected to buy (1 − e^{−λ p t}) / p times.
    """
    rate = np.linspace(0, 1, 2001)[1:-1] ** 3 * 3.0
    p = np.linspace(0, 1, 2001)[1:-1] ** 2
    wide = np.gradient(rate) * rate ** (model.r - 1) * np.exp(-model.alpha * rate)
    tall = np.gradient(p) * p ** (model.a - 1) * (1 - p) ** (model.b - 1)
    lam, leave = rate[:, np.newaxis], p[np.newaxis, :]
    here = (1 - leave) ** x * lam**x * np.exp(-lam * T)
    gone = leave * (1 - leave) ** (x - 1) * lam**x * np.exp(-lam * t_x) if x else 0.0
    weight = wide[:, np.newaxis] * tall
    will = (1 - np.exp(-lam * leave * t)) / leave
    return float((weight * here * will).sum() / (weight * (here + gone)).sum())


@pytest.mark.parametrize("history", [(0, 0.0, 100.0), (3, 40.0, 60.0), (9, 200.0, 210.0)])
def test_expected_purchases_match_numerical_integration(history):
    model = BgNbd(r=1.4, alpha=20.0, a=1.6, b=3.1, log_likelihood=0.0)
    (found,) = model.expected(90.0, *(np.array([figure]) for figure in history))
    assert found == pytest.approx(expected_by_integration(model, 90.0, *history), rel=2e-3)


def test_a_forecast_is_amount_times_purchases_discounted_by_year(simulated):
    x, t_x, T, money = simulated
    often, spend = BgNbd.fit(x, t_x, T), GammaGamma.fit(x, money)
    one, two = often.expected(365.0, x, t_x, T), often.expected(730.0, x, t_x, T)
    by_hand = 0.4 * spend.expected(x, money) * (one / 1.2 + (two - one) / 1.44)
    clv = probabilistic_clv(x, t_x, T, money, horizon=2, rate=0.2, margin=0.4)
    assert clv == pytest.approx(by_hand, rel=1e-12)


def test_units_and_order_do_not_change_the_forecast(simulated, forecast):
    x, t_x, T, money = simulated
    assert probabilistic_clv(x, t_x / 7, T / 7, money, unit="week") == pytest.approx(
        forecast, rel=1e-6
    )
    assert probabilistic_clv(x, t_x, T, 100 * money) == pytest.approx(100 * forecast, rel=1e-6)
    order = np.random.default_rng(0).permutation(len(x))
    again = probabilistic_clv(x[order], t_x[order], T[order], money[order])
    assert again == pytest.approx(forecast[order], rel=1e-13)


def test_the_forecast_of_a_single_purchase_decreases_with_its_age(simulated, forecast):
    x, _, T, _ = simulated
    once = np.flatnonzero(x == 0)
    by_age = once[np.argsort(T[once])]
    assert (forecast[once] > 0).all()
    assert (np.diff(forecast[by_age]) <= 0).all()


def test_the_forecast_of_a_customer_without_purchases_is_0():
    rng = np.random.default_rng(5)
    rows = [
        (who, int(ago), float(amount))
        for who in range(300)
        for ago, amount in zip(
            rng.uniform(0, 300, 1 + rng.geometric(0.4)), rng.gamma(4, rng.gamma(4, 8), 99),
            strict=False,
        )
    ]  # fmt: skip
    bought = arrays(rows)
    clv = Forecast().from_purchases(302, *bought)
    assert clv[300:].tolist() == [0.0, 0.0]
    seen = summarise(*bought)
    columns = (seen.frequency, seen.recency, seen.T, seen.monetary_value)
    assert clv[seen.customer].tolist() == probabilistic_clv(*columns).tolist()
    assert Forecast().from_purchases(2, *arrays([])).tolist() == [0.0, 0.0]


def test_a_fit_that_does_not_converge_is_an_error_with_its_figures(capsys):
    one = [np.array([figure]) for figure in (3.0, 10.0, 20.0, 5.0)]
    with pytest.raises(UsageError, match=r"on 1 customers with 3 repeat purchases: did not conv"):
        probabilistic_clv(*one)
    assert capsys.readouterr().out == ""


def test_equal_amounts_do_not_converge(simulated):
    x, t_x, T, _ = simulated
    with pytest.raises(
        UsageError, match=r"Gamma-Gamma on \d+ customers with repeat purchases: did not"
    ):
        probabilistic_clv(x, t_x, T, np.where(x > 0, 9.99, 0.0))


def test_amounts_without_a_mean_are_refused():
    rng = np.random.default_rng(1)
    with pytest.raises(UsageError, match=r"q = 0\.\d+ is not above 1"):
        GammaGamma.fit(np.full(2000, 2.0), rng.gamma(8.0, 9.0 / rng.gamma(0.7, 1.0, 2000)))


def test_without_repeated_purchases_there_is_no_fit():
    none = np.zeros(3)
    with pytest.raises(UsageError, match="with 0 repeat purchases: no data to fit"):
        probabilistic_clv(none, none, np.array([5.0, 6.0, 7.0]), none)


def test_invalid_rows_are_named(simulated):
    x, t_x, T, money = simulated
    late = t_x.copy()
    late[17] = 1e4
    with pytest.raises(UsageError, match=r"recency: 1 of 600 are out of range, the first at 17"):
        probabilistic_clv(x, late, T, money)
    with pytest.raises(UsageError, match=r"unit 'D': day, week, month, year"):
        probabilistic_clv(x, t_x, T, money, unit="D")


def test_without_the_extra_the_error_names_it(monkeypatch, simulated):
    monkeypatch.setitem(sys.modules, "lifetimes", None)
    with pytest.raises(UsageError, match=r"pip install '\.\[clv\]'"):
        probabilistic_clv(*simulated)


def test_a_fit_restores_the_warning_filters(simulated):
    before = list(warnings.filters)
    probabilistic_clv(*simulated)
    assert warnings.filters == before


# ── the frame its users have ──────────────────────────────────────────────────────────────────


@pytest.fixture
def frame(simulated):
    names = ["frequency", "recency", "T", "monetary_value"]
    summary = pd.DataFrame(dict(zip(names, simulated, strict=True)))
    summary.insert(0, "customer_id", [f"c{i:03}" for i in range(len(summary))])
    return summary.astype({"frequency": int})


def test_a_summary_in_any_frame_gives_customers_with_clv(frame, forecast):
    customers = customers_from_summary(frame)
    assert customers.column_names == ["id", "clv"]
    assert customers["id"].to_pylist()[:2] == ["c000", "c001"]
    assert customers["clv"].to_pylist() == forecast.tolist()
    others = [frame.set_index("customer_id"), pl.from_pandas(frame), pa.table(frame)]
    assert all(customers_from_summary(other).equals(customers) for other in others)
    assert Tables(customers=customers).customers.equals(customers)


def test_a_blank_mean_without_repeated_purchases_is_allowed(frame):
    blank = frame.assign(monetary_value=frame["monetary_value"].where(frame["frequency"] > 0))
    assert customers_from_summary(blank).equals(customers_from_summary(frame))


def test_all_problems_of_a_summary_are_reported_together(frame):
    frame.loc[3, "recency"] = 1e4
    frame.loc[4, "customer_id"] = "c003"
    frame.loc[6, "monetary_value"] = -3.0
    with pytest.raises(InputRejected) as rejected:
        customers_from_summary(frame)
    found = rejected.value.problems.to_arrow().to_pylist()
    assert [(row["row"], row["column"], row["problem"]) for row in found] == [
        (3, "recency", "out_of_range"),
        (4, "customer_id", "duplicate_id"),
        (6, "monetary_value", "out_of_range"),
    ]


def test_a_column_that_is_missing_and_a_cell_that_is_blank_are_problems(frame):
    frame.loc[5, "recency"] = None
    with pytest.raises(InputRejected) as rejected:
        customers_from_summary(frame.drop(columns="T"))
    found = rejected.value.problems.to_arrow().to_pylist()
    assert [(row["row"], row["column"], row["problem"]) for row in found] == [
        (0, "T", "missing_column"),
        (5, "recency", "not_a_number"),
    ]
