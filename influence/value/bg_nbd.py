"""Two models of repeat buying: how often (BG/NBD) and for how much (Gamma-Gamma).

BG/NBD: while she is a customer, she buys at a rate of her own, and after each purchase she may
leave for good (Fader, Hardie and Lee, "Counting Your Customers the Easy Way", Marketing Science
24(2), 2005). Gamma-Gamma: a customer's mean purchase, pulled towards everybody's mean the fewer of
hers were seen (Fader and Hardie, note 025, 2013); how much and how often must be unrelated.

Both come from the library lifetimes, which the extra `clv` installs; here is checked what it gives.
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

ROUNDING = 1e-9
"""Purchases: a forecast below 0 by less is 0."""
ADVICE = "take the projection from the window instead (own value by purchases per year)"


@dataclass(frozen=True)
class BgNbd:
    """How often customers come back: r and alpha of the rate, a and b of leaving.

    alpha is in the unit of time of the data; `log_likelihood` too.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    @classmethod
    def fit(cls, frequency: Floats, recency: Floats, T: Floats) -> BgNbd:
        """Find the parameters that make the data likeliest; the order of customers is irrelevant.

        Parameters
        ----------
        frequency, recency, T : float64[n]
            As in `RepeatPurchases`, in any unit of time.

        Raises
        ------
        UsageError
            If the extra is missing, nobody came back, or the search does not converge.
        """
        n, repeats = len(frequency), float(frequency.sum())
        about = f"BG/NBD on {n:,} customers with {repeats:,.0f} repeat purchases"
        if repeats == 0:
            raise UsageError(f"{about}: nothing to learn from; {ADVICE}")
        (x, t_x, age), weights = _alike(frequency, recency, T)
        with _lifetimes(about) as library:
            found = library.BetaGeoFitter().fit(x, t_x, age, weights=weights)
        _check_minimum(about, found)
        # The library measures time in the largest T; a density of x purchases scales by its x-th.
        scaled = -float(found._negative_log_likelihood_) * n
        r, alpha, a, b = (float(found.params_[name]) for name in ("r", "alpha", "a", "b"))
        return cls(r, alpha, a, b, log_likelihood=scaled - repeats * float(np.log(T.max())))

    def expected(
        self,
        t: float,
        frequency: Floats,
        recency: Floats,
        T: Floats,
    ) -> Floats:
        """How many purchases each will make within t from now (equation 10); float64[n].

        Raises
        ------
        UsageError
            If a figure is not finite, or negative.
        """
        about = f"BG/NBD {self}"
        with _lifetimes(about) as library, np.errstate(all="ignore"):
            fitter = library.BetaGeoFitter()
            fitter.params_ = vars(self)
            of = fitter.conditional_expected_number_of_purchases_up_to_time
            result: Floats = np.asarray(of(t, frequency, recency, T), dtype=np.float64)
        return _check_figures(f"{about}: purchases within {t:g}", result)


@dataclass(frozen=True)
class GammaGamma:
    """What a purchase costs: p and q are shapes, v is in money."""

    p: float
    q: float
    v: float
    log_likelihood: float

    @classmethod
    def fit(cls, frequency: Floats, monetary_value: Floats) -> GammaGamma:
        """Fit the model to those who came back for money; the order of customers is irrelevant.

        Parameters
        ----------
        frequency, monetary_value : float64[n]
            As in `RepeatPurchases`.

        Raises
        ------
        UsageError
            If the extra is missing, nobody came back for money, the search does not converge, or
            the mean of all purchases is not finite (q ≤ 1).
        """
        came_back = (frequency > 0) & (monetary_value > 0)
        x, money = frequency[came_back], monetary_value[came_back]
        about = f"Gamma-Gamma on {len(x):,} customers who came back"
        if not len(x):
            raise UsageError(f"{about}: nothing to learn from; {ADVICE}")
        # p and q have no unit, and v has that of money: from a mean of 1 the search is as hard in
        # cents as in millions.
        mean = float(np.sort(money).mean())
        (times, scaled), weights = _alike(x, money / mean)
        with _lifetimes(about) as library:
            found = library.GammaGammaFitter().fit(times, scaled, weights=weights)
        _check_minimum(about, found)
        p, q, v = (float(found.params_[name]) for name in ("p", "q", "v"))
        if q <= 1:
            raise UsageError(f"{about}: q = {q:.4g} is not above 1: no finite mean; {ADVICE}")
        nll = float(found._negative_log_likelihood_)
        return cls(p, q, v * mean, log_likelihood=-len(x) * (nll + float(np.log(mean))))

    def expected(self, frequency: Floats, monetary_value: Floats) -> Floats:
        """What each one's next purchase will cost, in money (equation 5); float64[n].

        With frequency 0 it is everybody's mean, p·v / (q − 1).
        """
        pooled = self.p * frequency + self.q - 1
        result: Floats = self.p * (self.v + frequency * monetary_value) / pooled
        return result


def _alike(*columns: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Distinct rows in sorted order, and how many customers have each: faster, and one order."""
    rows, counts = np.unique(np.stack(columns, axis=1), axis=0, return_counts=True)
    return rows.T.copy(), counts


@contextmanager
def _lifetimes(about: str) -> Iterator[Any]:
    """The library, without its side effects: it sets warning filters and prints its failures."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()) as said:
        warnings.simplefilter("ignore")
        try:
            import lifetimes
            from lifetimes.utils import ConvergenceError
        except ImportError as error:
            raise UsageError(
                "own value by BG/NBD needs the extra clv: pip install '.[clv]' in the checkout "
                f"({error})"
            ) from None
        try:
            yield lifetimes
        except (ConvergenceError, np.linalg.LinAlgError) as error:
            end = _where_it_stopped(said.getvalue())
            raise UsageError(f"{about}: did not converge{end}; {ADVICE}") from error


def _where_it_stopped(said: str) -> str:
    """Of what the library prints about a failed search: the reason, and where it stood."""
    found = dict(re.findall(r"^ *(message|x): *(.*?)\.?$", said, re.MULTILINE))
    stood = f", at logarithms of its parameters {found['x']}" if "x" in found else ""
    return f" ({found['message']}{stood})" if "message" in found else ""


def _check_minimum(about: str, found: Any) -> None:
    """A search that stopped on a plain or at a wall has not converged, whatever it says."""
    parameters = ", ".join(f"{name} = {value:.4g}" for name, value in found.params_.items())
    curved = np.asarray(found._hessian_)
    if not np.isfinite(curved).all() or np.linalg.eigvalsh(curved).min() <= 0:
        raise UsageError(f"{about}: did not converge, stopped at {parameters}; {ADVICE}")


def _check_figures(about: str, figures: Floats) -> Floats:
    wrong = ~(figures >= -ROUNDING) | np.isinf(figures)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise UsageError(
            f"{about}: {wrong.sum():,} of {len(figures):,} cannot be, the first "
            f"{figures[first]:g} at {first}; {ADVICE}"
        )
    return np.maximum(figures, 0.0)
