"""The hazard of an event: additive (the default), logit or multiplicative.

statsmodels fits all of them. In the additive form the effects of period and stratum are taken out
before, by subtracting means, which gives the same coefficients and keeps millions of rows in
memory.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from influence.calibration.groups import Groups
from influence.errors import NothingToShow, UsageError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
CONFIDENCE = 0.95
STEPS, CONVERGED = 25, 1e-7
MOST_HAZARD = 3.0
"""A fitted hazard above is cut while the steps converge: the event is then as good as certain."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """An estimate with its uncertainty.

    Attributes
    ----------
    value, error : float
        The error is a standard error.
    low, high : float
        Of the 95 % interval.
    """

    value: float
    error: float
    low: float
    high: float


def quantile(freedom: float) -> float:
    """Return how many standard errors a 95 % interval reaches to each side."""
    from scipy.special import stdtrit  # scipy.stats would take every command half a second

    return float(stdtrit(freedom, (1 + CONFIDENCE) / 2))


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted hazard.

    Attributes
    ----------
    coefficients : float64[k]
    covariances : tuple of float64[k, k]
        One for each way of clustering; the widest interval counts.
    freedom : tuple of float
        Degrees of freedom of each.
    rows : int
        Person-periods.
    aic : float or None
        Of a logit.
    """

    coefficients: Floats
    covariances: tuple[Floats, ...]
    freedom: tuple[float, ...]
    rows: int
    aic: float | None = None

    def estimate(self, contrast: Floats) -> Estimate:
        """Estimate a sum of coefficients.

        Parameters
        ----------
        contrast : float64[k]
            What each coefficient is multiplied with.
        """
        value = float(contrast @ self.coefficients)
        found = []
        for covariance, freedom in zip(self.covariances, self.freedom, strict=True):
            error = math.sqrt(max(float(contrast @ covariance @ contrast), 0.0))
            found.append((error * quantile(freedom), error))
        half, error = max(found)
        return Estimate(value, error, value - half, value + half)

    def correlation(self, contrasts: Floats) -> Floats:
        """Correlate the errors of several sums of coefficients; float64[m, m].

        By the way of clustering that gives the first of them the widest interval.

        Parameters
        ----------
        contrasts : float64[m, k]
        """
        first = contrasts[0]
        widest = max(
            range(len(self.covariances)),
            key=lambda way: (
                quantile(self.freedom[way]) ** 2 * (first @ self.covariances[way] @ first)
            ),
        )
        joint = contrasts @ self.covariances[widest] @ contrasts.T
        errors = np.sqrt(np.maximum(np.diag(joint), np.finfo(np.float64).tiny))
        found: Floats = np.clip(joint / np.outer(errors, errors), -1.0, 1.0)
        return found


def additive(happened: Flags, columns: Floats, effects: Ints, clusters: tuple[Ints, ...]) -> Fit:
    """Fit P(event) = 1 − exp(−(effect of the row's group + columns · coefficients)).

    Hazards add up, so tries are independent: with a coefficient of −log(1 − p), each person exposed
    to makes the event happen with probability p, whatever else does. By least squares, in
    Gauss–Newton steps from the linear fit; a fitted probability may be below 0.

    Parameters
    ----------
    happened : bool[rows]
    columns : float64[rows, k]
        Independent within groups; see `influence.calibration.groups.independent`.
    effects : int64[rows]
        The group of each row, such as its period and stratum; each has an effect of its own.
    clusters : tuple of int64[rows]
        Ways of clustering rows whose errors may depend on one another.

    Raises
    ------
    NothingToShow
        If the steps do not converge.
    """
    sm = _statsmodels()
    groups = Groups.of(effects)
    y = happened.astype(np.float64)
    before, hazard, survival = np.full(columns.shape[1], np.inf), y, np.ones(len(y))
    for _ in range(STEPS):
        x = groups.centred(columns, survival)
        z = groups.centred(hazard[:, np.newaxis], survival)[:, 0]
        squared = (x * (survival**2)[:, np.newaxis]).T
        coefficients = np.linalg.solve(squared @ x, squared @ z)
        if np.abs(coefficients - before).max(initial=0.0) < CONVERGED:
            break
        before = coefficients
        fitted = np.minimum(hazard - (z - x @ coefficients), MOST_HAZARD)
        survival = np.exp(-fitted)
        hazard = fitted + (y - 1 + survival) / survival
    else:
        raise NothingToShow(
            f"the hazard did not converge in {STEPS} steps: these events are too few for so many "
            "estimates; choose a smaller depth, longer periods, or fewer covariates and strata"
        )
    # Without a constant, which means took out; looking for one costs more than the fit.
    fit = sm.OLS(z * survival, x * survival[:, np.newaxis], hasconst=False).fit(method="qr")
    covariances = tuple(_clustered(fit, cluster) for cluster in clusters)
    freedom = tuple(float(len(np.unique(cluster)) - 1) for cluster in clusters)
    return Fit(np.asarray(fit.params), covariances, freedom, len(y))


def squares_left(happened: Flags, columns: Floats, effects: Ints) -> float:
    """Return the sum of squared residuals of a linear fit; columns may depend on one another."""
    groups = Groups.of(effects)
    x = groups.centred(columns)
    y = groups.centred(happened[:, np.newaxis].astype(np.float64))[:, 0]
    with_y = x.T @ y
    return float(y @ y - with_y @ np.linalg.lstsq(x.T @ x, with_y, rcond=None)[0])


def logit(happened: Flags, columns: Floats, *factors: Ints) -> Fit:
    """Fit a logistic regression with a constant and the effects of factors.

    The standard errors are those of the model, not clustered, as in the literature that this form
    serves to reproduce. Rows of a level in which nothing, or everything, happened tell nothing and
    are left out.

    Parameters
    ----------
    happened : bool[rows]
    columns : float64[rows, k]
    *factors : int64[rows]

    Raises
    ------
    NothingToShow
        If the estimates do not exist.
    """
    sm = _statsmodels()
    keep, x = _design(happened, columns, factors)
    fit = _finite(lambda: sm.Logit(happened[keep].astype(np.float64), x).fit(disp=0, maxiter=100))
    k = columns.shape[1]
    covariance = np.asarray(fit.cov_params())[:k, :k]
    return Fit(np.asarray(fit.params)[:k], (covariance,), (np.inf,), len(x), aic=float(fit.aic))


def multiplicative(
    happened: Flags, columns: Floats, factors: tuple[Ints, ...], clusters: tuple[Ints, ...]
) -> Fit:
    """Fit a hazard that each unit of a column multiplies, with effects of factors.

    A binomial model with complementary log-log link: the ratios are those of a hazard in continuous
    time. Rows of a level in which nothing happened are left out, as in `logit`.

    Parameters
    ----------
    happened : bool[rows]
    columns : float64[rows, k]
    factors, clusters : tuple of int64[rows]

    Raises
    ------
    NothingToShow
        If the estimates do not exist.
    """
    sm = _statsmodels()
    keep, x = _design(happened, columns, factors)
    family = sm.families.Binomial(sm.families.links.CLogLog())
    fit = _finite(lambda: sm.GLM(happened[keep].astype(np.float64), x, family=family).fit())
    k = columns.shape[1]
    covariances = tuple(
        np.asarray(sm.stats.sandwich_covariance.cov_cluster(fit, codes))[:k, :k]
        for codes in (np.unique(cluster[keep], return_inverse=True)[1] for cluster in clusters)
    )
    freedom = tuple(float(len(np.unique(cluster[keep])) - 1) for cluster in clusters)
    return Fit(np.asarray(fit.params)[:k], covariances, freedom, len(x), aic=float(fit.aic))


def _design(happened: Flags, columns: Floats, factors: tuple[Ints, ...]) -> tuple[Flags, Floats]:
    """Return the rows that tell something, and columns, a constant and dummies of them."""
    keep = np.ones(len(happened), dtype=bool)
    for factor in factors:
        rate = np.bincount(factor, happened) / np.maximum(np.bincount(factor), 1)
        keep &= (rate[factor] > 0) & (rate[factor] < 1)
    dummies = [_dummies(factor[keep]) for factor in factors]
    x = np.column_stack([columns[keep], np.ones(keep.sum()), *dummies])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise NothingToShow("exposures or covariates are constant or collinear")
    return keep, x


def probabilities(happened: Flags, known: Flags, columns: Floats, factor: Ints) -> Floats:
    """Return the probability of a trait by a logit on columns and one factor.

    Where a level of the factor has the trait always or never, it is 1 or 0. Columns that do not
    vary, or have no finite effect, are left out.

    Parameters
    ----------
    happened, known : bool[n]
        Only rows that are known are fitted.
    columns : float64[n, k]
    factor : int64[n]

    Returns
    -------
    float64[n]
    """
    groups = Groups.of(factor)
    size = np.bincount(groups.codes, known, groups.count)
    share = np.bincount(groups.codes, happened & known, groups.count) / np.maximum(size, 1)
    found: Floats = share[groups.codes]
    fitted = known & (found > 0) & (found < 1)
    if not fitted.any():
        return found
    x = np.column_stack([columns[fitted], np.ones(fitted.sum()), _dummies(factor[fitted])])
    x = x[:, _independent(x)]
    try:
        y = happened[fitted].astype(np.float64)
        fit = _finite(lambda: _statsmodels().Logit(y, x).fit(disp=0, maxiter=100))
    except NothingToShow:
        return found
    found[fitted] = np.asarray(fit.predict(x))
    return found


def _independent(x: Floats) -> Flags:
    """Tell which columns do not depend on those before them; bool[k]."""
    ranks = [np.linalg.matrix_rank(x[:, : k + 1]) for k in range(x.shape[1])]
    return np.diff([0, *ranks]) > 0


def _finite(fit: Callable[[], Any]) -> Any:
    """Fit a model; a warning of the library means that there is no finite estimate."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return fit()
        except (Warning, np.linalg.LinAlgError) as error:
            raise NothingToShow(f"the model has no finite estimates: {error}") from error


def _clustered(fit: Any, cluster: Ints) -> Floats:
    codes = np.unique(cluster, return_inverse=True)[1]
    return np.asarray(fit.get_robustcov_results("cluster", groups=codes, use_t=True).cov_params())


def _dummies(factor: Ints) -> Floats:
    """One column for each level but the first."""
    levels = np.unique(factor)
    return np.asarray(factor[:, np.newaxis] == levels[1:], np.float64)


def _statsmodels() -> Any:
    try:
        import statsmodels.api as sm
    except ImportError as error:
        raise UsageError("calibration needs statsmodels: pip install '.[calibration]'") from error
    return sm
