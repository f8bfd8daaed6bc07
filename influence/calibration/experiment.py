"""Effects of a randomised experiment at a distance (Aronow and Samii 2017).

A customer's exposure is their own assignment, and the distance of the nearest other customer who
was assigned. From all assignments that the design allows, or many drawn ones, follow the
probabilities of each exposure, alone and of two customers jointly. With them, means of the outcome
by exposure are estimated without a model: Horvitz–Thompson (unbiased) and Hájek (less variable),
with variances that are too large rather than too small. Where assignments are drawn, the exposures
of two customers whom nobody can influence both are taken as independent, since a rare joint
exposure is counted too inexactly; a fixed number of assigned makes them slightly less than that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice, product

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
import scipy.stats

from influence.errors import NothingToShow
from influence.models.shells import Shells
from influence.network import Network
from influence.progress import Progress, silent

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]

MOST_ENUMERATED = 20_000
"""Designs with at most so many assignments are enumerated, so that probabilities are exact."""
MOST_DRAWS, CELLS = 4_000, 40_000_000
"""At most so many assignments are drawn, and so many exposures kept."""
AT_ONCE = 64
MOST_CUSTOMERS = 20_000
"""Joint probabilities are of all pairs of customers."""
FEWEST = 5
"""Customers that each exposure must have."""
NORMAL = float(scipy.stats.norm.ppf(0.975))


@dataclass(frozen=True, eq=False)
class Experiment:
    """Who was assigned at random, and what came of it.

    Attributes
    ----------
    assigned, takes_part : bool[n]
    outcome : float64[n]
        Of those who take part.
    strata : int64[n]
        In each stratum as many are assigned as were.
    """

    assigned: Flags
    takes_part: Flags
    outcome: Floats
    strata: Ints


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


def assignments(experiment: Experiment, draws: int, seed: int) -> tuple[Iterator[Flags], bool]:
    """Return all assignments that the design allows if they are few, else some at random.

    Returns
    -------
    iterator of bool[n]
    bool
        Whether these are all.
    """
    groups = []
    for stratum in np.unique(experiment.strata[experiment.takes_part]):
        (members,) = np.nonzero(experiment.takes_part & (experiment.strata == stratum))
        groups.append((members, int(experiment.assigned[members].sum())))
    n = len(experiment.assigned)
    if math.prod(math.comb(len(members), count) for members, count in groups) <= MOST_ENUMERATED:
        every = product(*(combinations(members.tolist(), count) for members, count in groups))
        return (_flags(n, [i for some in chosen for i in some]) for chosen in every), True
    rng = np.random.default_rng(seed)
    drawn = (
        np.concatenate([rng.choice(members, count, replace=False) for members, count in groups])
        for _ in range(draws)
    )
    return (_flags(n, each.tolist()) for each in drawn), False


def _flags(n: int, where: list[int]) -> Flags:
    flags = np.zeros(n, dtype=bool)
    flags[where] = True
    return flags


def possible_exposures(
    network: Network,
    experiment: Experiment,
    depth: int,
    draws: int,
    seed: int,
    progress: Progress = silent,
) -> tuple[Codes, bool]:
    """Return the exposures of those who take part under possible assignments.

    Returns
    -------
    int8[assignments, taking part]
    bool
        Whether these are all assignments.
    """
    possible, exact = assignments(experiment, draws, seed)
    parts, done = [], 0
    while some := [*islice(possible, AT_ONCE)]:
        progress("assigning", done, draws)
        parts.append(exposures(network, np.array(some), depth)[:, experiment.takes_part])
        done += len(some)
    return np.concatenate(parts), exact


def share_influencers(network: Network, who: Ints, depth: int) -> sp.csr_array:
    """Tell which pairs of customers depend on the assignment of a common one; bool[k, k], sparse.

    Parameters
    ----------
    network : Network
    who : int64[k]
    depth : int
    """
    towards = network.reversed().to_scipy().astype(bool)
    reach = sp.csr_array(
        (np.ones(len(who), dtype=bool), (np.arange(len(who)), who)), (len(who), network.n)
    )
    for _ in range(depth):
        reach = (reach + reach @ towards).astype(bool)
    return sp.csr_array((reach.astype(np.int32) @ reach.T.astype(np.int32)).astype(bool))


def exposures(network: Network, assigned: Flags, depth: int) -> Codes:
    """Return the exposure of each customer under some assignments.

    Parameters
    ----------
    network : Network
    assigned : bool[assignments, n]
    depth : int

    Returns
    -------
    int8[assignments, n]
        0: nobody within reach was assigned; d: the nearest other one was at distance d; and
        depth + 1 more for those who were assigned.
    """
    sums = Shells((1.0,) * depth).by_distance(network.reversed(), *assigned.astype(np.float64))
    found = np.zeros(assigned.shape, dtype=np.int8)
    for d in range(depth, 0, -1):
        found[sums[:, d - 1] > 0] = d
    found += (depth + 1) * assigned.astype(np.int8)
    return found


def effects(
    network: Network,
    experiment: Experiment,
    depth: int,
    *,
    draws: int | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> list[Effect]:
    """Estimate the effect of the own assignment, and of others' at each distance.

    Parameters
    ----------
    network : Network
    experiment : Experiment
    depth : int
    draws, seed : int, optional
        Assignments that are drawn, where not all are enumerated.
    progress : callable, optional

    Returns
    -------
    list of Effect
        Those of exposures that fewer than `FEWEST` customers had are left out.

    Raises
    ------
    NothingToShow
        If more than `MOST_CUSTOMERS` take part, or too few have no assigned customer within reach.
    """
    (who,) = np.nonzero(experiment.takes_part)
    if len(who) > MOST_CUSTOMERS:
        raise NothingToShow(
            f"{len(who):,} customers take part; the variance needs all pairs of them, and at most "
            f"{MOST_CUSTOMERS:,} are possible"
        )
    observed = exposures(network, experiment.assigned[np.newaxis], depth)[0, who]
    draws = draws or min(MOST_DRAWS, max(CELLS // network.n, 100))
    under, exact = possible_exposures(network, experiment, depth, draws, seed, progress)
    dependent = None if exact else share_influencers(network, who, depth)
    comparison = Comparison(experiment.outcome[who], observed, under, dependent)
    alone = int((observed == 0).sum())
    if alone < FEWEST:
        raise NothingToShow(
            f"{alone} customers have nobody assigned within {depth} steps, and at least {FEWEST} "
            "are needed to compare with: take a smaller --depth"
        )
    found = [("own", 0, depth + 1)]
    found += [(f"distance {d}", d, d) for d in range(1, depth + 1)]
    return [
        comparison.effect(name, distance, exposure)
        for name, distance, exposure in found
        if comparison.enough(exposure)
    ]


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
            low=hajek - NORMAL * hajek_error,
            high=hajek + NORMAL * hajek_error,
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
        """How often a difference is as large under assignments that change no outcome."""
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
    """What a mean outcome under one exposure is estimated from.

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
