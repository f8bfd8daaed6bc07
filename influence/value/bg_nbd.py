"""Two models of repeat buying: how often (BG/NBD) and for how much (Gamma-Gamma).

BG/NBD: an active customer buys at an individual rate and may become inactive for good after each
purchase (Fader, Hardie and Lee, "Counting Your Customers the Easy Way", Marketing Science 24(2),
2005). Gamma-Gamma: the mean amount of a customer's purchases, shrunk towards the population mean
the fewer purchases were observed (Fader and Hardie, note 025, 2013); amount and frequency must be
independent.

Both are fitted by the library lifetimes, which the extra `clv` installs; its results are checked
here.
"""

from __future__ import annotations

import io
import re
import warnings
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from influence.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

Floats = npt.NDArray[np.float64]
Covariance = tuple[tuple[float, ...], ...]

LEAST_SHAPE = 0.5
ROUNDING = 1e-9
"""Expected purchases that are negative by less than this are set to 0."""
ADVICE = "use the projection instead (own_value = simple)"


@dataclass(frozen=True)
class BgNbd:
    """Parameters of BG/NBD: r and alpha of the purchase rate, a and b of becoming inactive.

    `alpha` and `log_likelihood` are in the time unit of the data. `log_covariance` is that of the
    errors of the logarithms of r, alpha, a and b.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    log_covariance: Covariance = ()

    @classmethod
    def fit(cls, frequency: Floats, recency: Floats, T: Floats) -> BgNbd:
        """Fit by maximum likelihood; the order of customers is irrelevant.

        Parameters
        ----------
        frequency, recency, T : float64[n]
            As in `RepeatPurchases`, in any time unit.

        Raises
        ------
        UsageError
            If the extra is missing, there is no repeat purchase, or the fit does not converge.
        """
        n, repeats = len(frequency), float(frequency.sum())
        about = f"BG/NBD on {n:,} customers with {repeats:,.0f} repeat purchases"
        if repeats == 0:
            raise UsageError(f"{about}: no data to fit; {ADVICE}")
        (x, t_x, age), weights = _distinct(frequency, recency, T)
        with _lifetimes(about) as library:
            found = library.BetaGeoFitter().fit(x, t_x, age, weights=weights)
        _check_minimum(about, found)
        # The library divides time by the largest T; the density of x purchases scales by T^x.
        scaled = -float(found._negative_log_likelihood_) * n
        r, alpha, a, b = (float(found.params_[name]) for name in ("r", "alpha", "a", "b"))
        likelihood = scaled - repeats * float(np.log(T.max()))
        return cls(r, alpha, a, b, likelihood, _covariance(found, n))

    def expected(
        self,
        t: float,
        frequency: Floats,
        recency: Floats,
        T: Floats,
    ) -> Floats:
        """Return the expected purchases within time t from now (equation 10); float64[n].

        Raises
        ------
        UsageError
            If a figure is negative or not finite.
        """
        about = f"BG/NBD {self}"
        with _lifetimes(about) as library, np.errstate(all="ignore"):
            fitter = library.BetaGeoFitter()
            fitter.params_ = vars(self)
            of = fitter.conditional_expected_number_of_purchases_up_to_time
            result: Floats = np.asarray(of(t, frequency, recency, T), dtype=np.float64)
        return _check_figures(f"{about}: purchases within {t:g}", result)

    def alive(self, frequency: Floats, recency: Floats, T: Floats) -> Floats:
        """Return the probability that each customer is still active; float64[n]."""
        ratio = (self.r + frequency) * np.log((self.alpha + T) / (self.alpha + recency))
        with np.errstate(over="ignore"):
            odds = self.a / (self.b + np.maximum(frequency, 1) - 1) * np.exp(ratio)
        result: Floats = 1 / (1 + np.where(frequency > 0, odds, 0.0))
        return result


@dataclass(frozen=True)
class GammaGamma:
    """Parameters of Gamma-Gamma: shapes p and q, and scale v in money.

    `log_covariance` is that of the errors of the logarithms of p, q and v.
    """

    p: float
    q: float
    v: float
    log_likelihood: float
    log_covariance: Covariance = ()

    @classmethod
    def fit(cls, frequency: Floats, monetary_value: Floats) -> GammaGamma:
        """Fit to customers with repeat purchases of a positive amount, in any order.

        Parameters
        ----------
        frequency, monetary_value : float64[n]
            As in `RepeatPurchases`.

        Raises
        ------
        UsageError
            If the extra is missing, there are no such customers, the fit does not converge, or the
            mean of all purchases is not finite (q ≤ 1).
        """
        came_back = (frequency > 0) & (monetary_value > 0)
        x, money = frequency[came_back], monetary_value[came_back]
        about = f"Gamma-Gamma on {len(x):,} customers with repeat purchases"
        if not len(x):
            raise UsageError(f"{about}: no data to fit; {ADVICE}")
        # p and q have no unit, v is in money: scaled to a mean of 1, the fit does not depend on the
        # unit of money.
        mean = float(np.sort(money).mean())
        (times, scaled), weights = _distinct(x, money / mean)
        with _lifetimes(about) as library:
            found = library.GammaGammaFitter().fit(times, scaled, weights=weights)
        _check_minimum(about, found)
        p, q, v = (float(found.params_[name]) for name in ("p", "q", "v"))
        if q <= 1:
            raise UsageError(f"{about}: q = {q:.4g} is not above 1: no finite mean; {ADVICE}")
        nll = float(found._negative_log_likelihood_)
        likelihood = -len(x) * (nll + float(np.log(mean)))
        return cls(p, q, v * mean, likelihood, _covariance(found, len(x)))

    def expected(self, frequency: Floats, monetary_value: Floats) -> Floats:
        """Return the expected amount of the next purchase, in money (equation 5); float64[n].

        With frequency 0 it is the population mean, p·v / (q − 1).
        """
        pooled = self.p * frequency + self.q - 1
        result: Floats = self.p * (self.v + frequency * monetary_value) / pooled
        return result

    def moments(self, frequency: Floats, monetary_value: Floats) -> tuple[Floats, Floats, Floats]:
        """Return mean and mean square of a customer's mean amount, and the variance of amounts.

        Of a customer's amounts the mean is p / ν and the variance p / ν², where ν is not known;
        float64[n] each.
        """
        mean = self.expected(frequency, monetary_value)
        shape = self.p * frequency + self.q
        # Up to a shape of 2 the mean square is not finite: then as if there were half a purchase.
        square = mean**2 * (shape - 1) / np.maximum(shape - 2, LEAST_SHAPE)
        return mean, square, square / self.p


def _covariance(found: Any, n: int) -> Covariance:
    """Return the covariance of logarithms of parameters, from the mean log-likelihood of n."""
    inverse = np.linalg.inv(np.asarray(found._hessian_)) / n
    return tuple(tuple(row) for row in inverse.tolist())


def _distinct(*columns: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return distinct rows, sorted, and their counts: faster, and independent of the order."""
    rows, counts = np.unique(np.stack(columns, axis=1), axis=0, return_counts=True)
    return rows.T.copy(), counts


@contextmanager
def _lifetimes(about: str) -> Iterator[Any]:
    """Import the library without its side effects: warning filters and printed failures."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()) as printed:
        warnings.simplefilter("ignore")
        try:
            import lifetimes
            from lifetimes.utils import ConvergenceError
        except ImportError as error:
            raise UsageError(
                f"CLV by BG/NBD needs the extra clv: pip install '.[clv]' in the checkout ({error})"
            ) from None
        try:
            yield lifetimes
        except (ConvergenceError, np.linalg.LinAlgError) as error:
            reason = _reason(printed.getvalue())
            raise UsageError(f"{about}: did not converge{reason}; {ADVICE}") from error


def _reason(printed: str) -> str:
    """Extract from the library's output why a fit failed, and at which parameters."""
    found = dict(re.findall(r"^ *(message|x): *(.*?)\.?$", printed, re.MULTILINE))
    at = f", at logarithms of its parameters {found['x']}" if "x" in found else ""
    return f" ({found['message']}{at})" if "message" in found else ""


def _check_minimum(about: str, found: Any) -> None:
    """Require a positive definite Hessian: otherwise the fit did not end at a minimum."""
    parameters = ", ".join(f"{name} = {value:.4g}" for name, value in found.params_.items())
    curved = np.asarray(found._hessian_)
    if not np.isfinite(curved).all() or np.linalg.eigvalsh(curved).min() <= 0:
        raise UsageError(f"{about}: did not converge, stopped at {parameters}; {ADVICE}")


def _check_figures(about: str, figures: Floats) -> Floats:
    wrong = ~(figures >= -ROUNDING) | np.isinf(figures)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise UsageError(
            f"{about}: {wrong.sum():,} of {len(figures):,} are invalid, the first "
            f"{figures[first]:g} at {first}; {ADVICE}"
        )
    return np.maximum(figures, 0.0)
