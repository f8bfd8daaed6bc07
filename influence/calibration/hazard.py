"""The hazard of an event: additive (the default), or logit; standard errors by cluster.

statsmodels fits both. In the additive form the effects of period and stratum are taken out before,
by subtracting means, which gives the same coefficients and keeps millions of rows in memory.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.stats

from influence.errors import NothingToShow, UsageError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
CONFIDENCE = 0.95


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
            found.append((error * float(scipy.stats.t.ppf((1 + CONFIDENCE) / 2, freedom)), error))
        half, error = max(found)
        return Estimate(value, error, value - half, value + half)


def additive(
    happened: npt.NDArray[np.bool_], columns: Floats, effects: Ints, clusters: tuple[Ints, ...]
) -> Fit:
    """Fit P(event) = effect of the row's group + columns · coefficients, by least squares.

    Parameters
    ----------
    happened : bool[rows]
    columns : float64[rows, k]
    effects : int64[rows]
        The group of each row, such as its period and stratum; each has an effect of its own.
    clusters : tuple of int64[rows]
        Ways of clustering rows whose errors may depend on one another.

    The columns must be independent within groups; see `influence.calibration.study.independent`.
    """
    sm = _statsmodels()
    x = within(columns, effects)
    y = within(happened[:, np.newaxis].astype(np.float64), effects)[:, 0]
    model = sm.OLS(y, x)
    fits = [_clustered(model, cluster) for cluster in clusters]
    freedom = tuple(float(len(np.unique(cluster)) - 1) for cluster in clusters)
    covariances = tuple(np.asarray(fit.cov_params()) for fit in fits)
    return Fit(np.asarray(fits[0].params), covariances, freedom, len(y))


def squares_left(happened: npt.NDArray[np.bool_], columns: Floats, effects: Ints) -> float:
    """Return the sum of squared residuals of `additive`; columns may depend on one another."""
    x = within(columns, effects)
    y = within(happened[:, np.newaxis].astype(np.float64), effects)[:, 0]
    with_y = x.T @ y
    return float(y @ y - with_y @ np.linalg.lstsq(x.T @ x, with_y, rcond=None)[0])


def logit(happened: npt.NDArray[np.bool_], columns: Floats, *factors: Ints) -> Fit:
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
    keep = np.ones(len(happened), dtype=bool)
    for factor in factors:
        rate = np.bincount(factor, happened) / np.maximum(np.bincount(factor), 1)
        keep &= (rate[factor] > 0) & (rate[factor] < 1)
    dummies = [_dummies(factor[keep]) for factor in factors]
    x = np.column_stack([columns[keep], np.ones(keep.sum()), *dummies])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise NothingToShow("exposures or covariates do not vary, or determine one another")
    fit = _fitted_logit(sm.Logit(happened[keep].astype(np.float64), x))
    k = columns.shape[1]
    covariance = np.asarray(fit.cov_params())[:k, :k]
    return Fit(np.asarray(fit.params)[:k], (covariance,), (np.inf,), len(x), aic=float(fit.aic))


def _fitted_logit(model: Any) -> Any:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return model.fit(disp=False, maxiter=100)
        except (Warning, np.linalg.LinAlgError) as error:
            raise NothingToShow(f"the logit has no finite estimates: {error}") from error


def _clustered(model: Any, cluster: Ints) -> Any:
    codes = np.unique(cluster, return_inverse=True)[1]
    return model.fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)


def within(columns: Floats, groups: Ints) -> Floats:
    """Subtract the mean of each group.

    Parameters
    ----------
    columns : float64[rows, k]
    groups : int64[rows]
    """
    codes = np.unique(groups, return_inverse=True)[1]
    size = np.bincount(codes)
    means = np.column_stack([np.bincount(codes, column) / size for column in columns.T])
    centred: Floats = columns - means[codes]
    return centred


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
