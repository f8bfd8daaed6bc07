"""Means of an outcome by exposure, from the design alone, with conservative errors."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from influence.value.normal import Z_95

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]

FEWEST = 5
"""Customers that each exposure must have."""


@dataclass(frozen=True)
class Effect:
    """The difference of mean outcomes between two exposures.

    Attributes
    ----------
    name : str
        `own`: assigned, against nobody near; `distance d`: not assigned, the nearest who was at
        distance d, against nobody near.
    distance : int
        0 for `own`.
    customers : int
        Who could have had both exposures; the means are theirs.
    exposed : int
        How many of them had the first one.
    horvitz_thompson, hajek : float
    horvitz_thompson_error, hajek_error : float
        Conservative standard errors.
    low, high : float
        Of the 95 % interval of the Hájek estimate.
    p_value : float
        By randomisation, two-sided, if no assignment had changed any outcome.
    """

    name: str
    distance: int
    customers: int
    exposed: int
    horvitz_thompson: float
    horvitz_thompson_error: float
    hajek: float
    hajek_error: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """Outcomes, and exposures as they were and as they could have been.

    Attributes
    ----------
    outcome : float64[n]
    observed : int8[n]
    under : int8[assignments, n]
    dependent : sparse bool[n, n] or None
        Which pairs may depend on each other; None where `under` is exact.
    """

    outcome: Floats
    observed: Codes
    under: Codes
    dependent: sp.csr_array | None = None

    def effect(self, name: str, distance: int, exposure: int) -> Effect:
        """Compare one exposure with exposure 0, among those who could have had both."""
        keep, chance = self.could_have_had(exposure)
        plain, error = self.difference(exposure, keep, chance, (0.0, 0.0))
        middles = tuple(
            float(np.average(self.outcome[who], weights=1 / chance[c][who]))
            for c in (exposure, 0)
            if len(who := self._had(c, keep))
        )
        _, hajek_error = self.difference(exposure, keep, chance, middles)
        hajek = middles[0] - middles[1]
        return Effect(
            name=name,
            distance=distance,
            customers=len(keep),
            exposed=len(self._had(exposure, keep)),
            horvitz_thompson=plain,
            horvitz_thompson_error=error,
            hajek=hajek,
            hajek_error=hajek_error,
            low=hajek - Z_95 * hajek_error,
            high=hajek + Z_95 * hajek_error,
            p_value=self._p_value(hajek, chance, exposure, keep),
        )

    def could_have_had(self, exposure: int) -> tuple[Ints, dict[int, Floats]]:
        """Return who could have had an exposure and exposure 0, and the probability of each."""
        chance = {c: (self.under == c).mean(axis=0) for c in (exposure, 0)}
        (keep,) = np.nonzero((chance[exposure] > 0) & (chance[0] > 0))
        return keep, chance

    def enough(self, exposure: int) -> bool:
        """Tell whether at least `FEWEST` who could have had both exposures had each."""
        keep, chance = self.could_have_had(exposure)
        return all(len(self._had(c, keep)) >= FEWEST for c in chance)

    def _had(self, exposure: int, keep: Ints) -> Ints:
        had: Ints = keep[self.observed[keep] == exposure]
        return had

    def difference(
        self, exposure: int, keep: Ints, chance: dict[int, Floats], middles: tuple[float, ...]
    ) -> tuple[float, float]:
        """Estimate a difference of means, and a conservative standard error.

        Parameters
        ----------
        exposure : int
            Compared with exposure 0.
        keep, chance
            Of `could_have_had`.
        middles : (float, float)
            What is subtracted from outcomes under each exposure: nothing gives Horvitz and
            Thompson's estimate, the means give the error of Hájek's.
        """
        one, other = (
            Mean(c, who := self._had(c, keep), self.outcome[who] - middle, chance[c][who])
            for c, middle in zip((exposure, 0), middles, strict=True)
        )
        variance = (
            self.covariance(one, one, chance, keep)
            + self.covariance(other, other, chance, keep)
            - 2 * self.covariance(one, other, chance, keep)
        )
        # An estimate of a variance can be too small by chance, and even negative.
        alone = sum(
            float(((1 - mean.chance) * (mean.values / mean.chance) ** 2).sum())
            for mean in (one, other)
        )
        total = (one.values / one.chance).sum() - (other.values / other.chance).sum()
        return float(total) / len(keep), math.sqrt(max(variance, alone)) / len(keep)

    def covariance(
        self, one: Mean, other: Mean, probability: dict[int, Floats], keep: Ints
    ) -> float:
        """Estimate the covariance of Σ Y / π under two exposures (Aronow and Samii, 7 to 11).

        Pairs that can never have both exposures cannot be estimated; Young's inequality bounds what
        they add, so that a variance is never too small in expectation.
        """
        same = one.exposure == other.exposure
        total = 0.0
        under_one, under_other = (
            (self.under == mean.exposure).astype(np.float32) for mean in (one, other)
        )
        draws = len(self.under)
        for mean, mine, theirs, opposite in (
            (one, under_one, under_other, other),
            (other, under_other, under_one, one),
        ):
            joint = ((mine[:, mean.who].T @ theirs[:, keep]) / draws).astype(np.float64)
            if self.dependent is not None:
                chances = np.outer(mean.chance, probability[opposite.exposure][keep])
                joint = np.where(self.dependent[mean.who][:, keep].toarray(), joint, chances)
            never = (joint == 0).sum(axis=1)
            bound = float((mean.values**2 / (2 * mean.chance) * never).sum())
            total += bound if same else -bound
            if mean is one:
                at = np.searchsorted(keep, opposite.who)
                pairs = joint[:, at]
                expected = np.outer(one.chance, probability[other.exposure][other.who])
                weights = np.divide(
                    pairs - expected, pairs, where=pairs > 0, out=np.zeros_like(pairs)
                )
                total += float((one.values / one.chance) @ weights @ (other.values / other.chance))
        return total

    def _p_value(
        self, hajek: float, probability: dict[int, Floats], exposure: int, keep: Ints
    ) -> float:
        """Return how often a difference is as large under assignments that change no outcome."""
        means = []
        for c in (exposure, 0):
            weight = (self.under[:, keep] == c) / probability[c][keep]
            size = weight.sum(axis=1)
            sums = weight @ self.outcome[keep]
            means.append(np.divide(sums, size, where=size > 0, out=np.full(len(size), np.nan)))
        differences = np.abs(means[0] - means[1])
        differences = differences[np.isfinite(differences)]
        return float((1 + (differences >= abs(hajek) - 1e-12).sum()) / (1 + len(differences)))


@dataclass(frozen=True, eq=False)
class Mean:
    """The data from which the mean outcome under one exposure is estimated.

    Attributes
    ----------
    exposure : int
    who : int64[k]
        Who had it, ascending.
    values, chance : float64[k]
        Their outcomes, and the probability that they have it.
    """

    exposure: int
    who: Ints
    values: Floats
    chance: Floats
