"""Own value on real purchases: published estimates for CDNOW, and a shop of wholesalers.

CDNOW, the 10 % sample, weeks 1 to 39: Fader, Hardie and Lee, Marketing Science 24(2), 2005;
Gamma-Gamma on the same weeks: Fader, Hardie and Lee, Journal of Marketing Research 42, 2005.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import gammaln

from influence import UsageError
from influence.value.bg_nbd import BgNbd, GammaGamma
from influence.value.own import OwnValue
from influence.value.probabilistic import Forecast, probabilistic_clv
from influence.value.repeat import summarise

DATA = Path(__file__).parents[2].parent / "shared" / "data"
END_OF_WEEK_39 = int(np.datetime64("1997-09-30").astype(np.int64))


def read(file, amount):
    """Customer as 0 … n − 1, day, amount, and the frame they came from."""
    if not (DATA / file).exists():
        pytest.skip(f"{file} is not on this machine")
    frame = pd.read_csv(DATA / file, parse_dates=["date"])
    frame = frame.rename(columns={amount: "paid"})
    codes, _ = pd.factorize(frame["customer"])
    frame["who"] = codes.astype(np.intp)
    frame["day"] = frame["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    arrays = (frame["who"].to_numpy(), frame["day"].to_numpy(), frame["paid"].to_numpy(np.float64))
    return arrays, frame


@pytest.fixture(scope="module")
def cdnow():
    return read("cdnow/transactions_sample.csv.gz", "dollars")


@pytest.fixture(scope="module")
def retail():
    return read("online-retail/baskets.csv.gz", "amount")


def log_likelihood(model, x, t_x, age):
    """The paper's equation (6), customer by customer, without the library."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + gammaln(a + b) - gammaln(b)
    here = gammaln(b + x) - gammaln(a + b + x) - (r + x) * np.log(alpha + age)
    gone = (
        np.log(a) + gammaln(b + np.maximum(x, 1) - 1) - gammaln(a + b + x)
        - (r + x) * np.log(alpha + t_x)
    )  # fmt: skip
    return float((common + np.where(x > 0, np.logaddexp(here, gone), here)).sum())


def is_highest(model, x, t_x, age):
    """Whether no parameter can be moved by 1 % for a likelier model."""
    best = log_likelihood(model, x, t_x, age)
    assert model.log_likelihood == pytest.approx(best, rel=1e-9)
    for name in ("r", "alpha", "a", "b"):
        for factor in (0.99, 1.01):
            moved = BgNbd(**(vars(model) | {name: getattr(model, name) * factor}))
            if log_likelihood(moved, x, t_x, age) > best + 1e-6:
                return False
    return True


def test_bg_nbd_on_cdnow_is_the_published_model(cdnow):
    summary = summarise(*cdnow[0], last_day=END_OF_WEEK_39)
    assert len(summary.customer) == 2357
    weeks = summary.frequency, summary.recency / 7, summary.T / 7
    model = BgNbd.fit(*weeks)
    assert (round(model.r, 3), round(model.alpha, 3)) == (0.243, 4.414)
    assert (round(model.a, 3), round(model.b, 3)) == (0.793, 2.426)
    assert round(model.log_likelihood, 1) == -9582.4
    assert is_highest(model, *weeks)


def test_gamma_gamma_on_cdnow_is_the_published_model(cdnow):
    summary = summarise(*cdnow[0], last_day=END_OF_WEEK_39)
    model = GammaGamma.fit(summary.frequency, summary.monetary_value)
    assert (summary.frequency > 0).sum() == 946
    assert (round(model.p, 2), round(model.q, 2), round(model.v, 2)) == (6.25, 3.74, 15.44)


def test_the_forecast_for_cdnow_is_the_one_that_the_documentation_shows(cdnow):
    # docs/explanation/own-value.md: the sample goes on for 39 weeks after those that were seen.
    arrays, frame = cdnow
    summary = summarise(*arrays, last_day=END_OF_WEEK_39)
    seen = summary.frequency, summary.recency, summary.T
    expected = BgNbd.fit(*seen).expected(273.0, *seen)
    spend = GammaGamma.fit(summary.frequency, summary.monetary_value)
    forecast = float((expected * spend.expected(summary.frequency, summary.monetary_value)).sum())
    a_year = OwnValue(rate=0.0, years=1, window=273)
    projection = float(a_year.from_purchases(2357, *arrays, last_day=END_OF_WEEK_39).sum())
    later = frame[frame["day"] > END_OF_WEEK_39]
    came = len(later[["who", "day"]].drop_duplicates())
    assert (came, round(float(expected.sum()))) == (1882, 1653)
    money = later["paid"].sum(), forecast, projection * 273 / 365
    assert [round(float(figure)) for figure in money] == [70976, 59932, 173116]


def test_single_customers_of_cdnow_are_those_that_the_documentation_shows(cdnow):
    arrays, frame = cdnow
    who = {
        number: frame.loc[frame["customer"] == number, "who"].iloc[0] for number in (2761, 1167, 50)
    }
    simple = OwnValue().from_purchases(2357, *arrays, last_day=END_OF_WEEK_39)
    forecast = Forecast().from_purchases(2357, *arrays, last_day=END_OF_WEEK_39)
    shown = {n: (round(float(simple[i]), 2), round(float(forecast[i]), 2)) for n, i in who.items()}
    assert shown == {2761: (2462.68, 5.95), 1167: (876.62, 470.22), 50: (16.89, 18.49)}


@pytest.mark.parametrize("source", ["cdnow", "retail"])
@pytest.mark.parametrize("window", [365, 90])
def test_own_value_is_that_of_a_plain_pivot(source, window, request):
    arrays, frame = request.getfixturevalue(source)
    recent = frame[frame["day"] > frame["day"].max() - window]
    paid = recent.groupby("who")["paid"].sum().reindex(range(frame["who"].max() + 1), fill_value=0)
    factor = sum(0.8 * 365 / window / 1.05**t for t in range(1, 6))
    clv = OwnValue(margin=0.8, rate=0.05, years=5, window=window).from_purchases(len(paid), *arrays)
    assert clv == pytest.approx((factor * paid).to_numpy(), rel=1e-12, abs=1e-6)
    assert (clv == 0).any()


def test_refunds_of_the_wholesalers_make_some_worth_less_than_nothing(retail):
    (who, day, amount), frame = retail
    clv = OwnValue().from_purchases(who.max() + 1, who, day, amount)
    assert (amount < 0).sum() == 3650
    assert clv.min() < 0
    of = frame.set_index("customer")["who"]
    assert clv[of.loc[12346].iloc[0]] == 0.0  # bought for 77,183.60, gave it all back


def test_bg_nbd_on_the_wholesalers_converges_to_the_highest_point(retail):
    summary = summarise(*retail[0])
    columns = summary.frequency, summary.recency, summary.T
    model = BgNbd.fit(*columns)
    assert is_highest(model, *columns)
    spend = GammaGamma.fit(summary.frequency, summary.monetary_value)
    assert spend.q > 1
    clv = probabilistic_clv(*columns, summary.monetary_value)
    assert np.isfinite(clv).all()
    assert (clv > 0).all()


def test_the_sums_of_the_wholesalers_are_those_that_the_documentation_shows(retail):
    (who, day, amount), _ = retail
    sums = [
        kind().from_purchases(who.max() + 1, who, day, amount).sum()
        for kind in (OwnValue, Forecast)
    ]
    assert [round(float(total) / 1e6, 1) for total in sums] == [19.9, 22.2]
    summary = summarise(who, day, amount)
    paid = summary.monetary_value > 0
    related = np.corrcoef(summary.frequency[paid], summary.monetary_value[paid])[0, 1]
    assert round(float(related), 2) == 0.18


def test_wholesalers_of_whom_none_seems_to_leave_are_refused(retail):
    # Up to August the likeliest chance of leaving is none: a runs to 0, and there is no maximum.
    summary = summarise(*retail[0], last_day=int(np.datetime64("2011-08-31").astype(np.int64)))
    with pytest.raises(UsageError, match="3,317 customers with 7,051 repeat purchases: did not"):
        BgNbd.fit(summary.frequency, summary.recency, summary.T)
