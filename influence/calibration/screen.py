"""Screen: whether people near one another share a trait, on one snapshot; never a weight.

For each distance d, with x the trait and S_d(x) its sum over the people at distance d:

- ratio: P(x_j = 1 | x_i = 1) / P(x_j = 1 | x_i = 0) over all ordered pairs at distance d, with its
  distribution when the trait is permuted within strata (as Christakis and Fowler 2007 do);
- risk ratio: Σ_i x_i S_d(x)_i / Σ_i x_i S_d(p)_i, with p the probability of the trait by stratum,
  number of contacts and covariates, since farther shells contain people with more contacts. Its
  interval is from a bootstrap over communities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from influence.calibration.hazard import probabilities
from influence.models.backends import Backend, backend_of
from influence.models.shells import Shells
from influence.network import Network
from influence.progress import Progress, silent

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
AT_ONCE = 64
"""Permutations that share one search."""
TAILS = (2.5, 97.5)


@dataclass(frozen=True)
class Clustering:
    """The similarity of people at one distance in a trait.

    Attributes
    ----------
    distance : int
    pairs : int
        Ordered pairs of people whose trait is known.
    with_trait, without_trait : float or None
        The share of the others who have it, of people with and without it.
    ratio : float or None
        Of these two.
    null_mean, null_error : float or None
        Mean and standard deviation of the ratio after permutations within strata.
    p_value : float or None
        The share of permutations with at least this ratio; one-sided.
    risk_ratio, low, high : float or None
        Beyond stratum, contacts and covariates, with a 95 % interval.

    A figure is None where nobody is at that distance, or the interval has too few communities.
    """

    distance: int
    pairs: int
    with_trait: float | None
    without_trait: float | None
    ratio: float | None
    null_mean: float | None
    null_error: float | None
    p_value: float | None
    risk_ratio: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A trait of some customers.

    Attributes
    ----------
    trait, known : bool[n]
        Whether they have it; whether that is known.
    strata : int64[n]
        Within which it is permuted.
    communities : int64[n] or None
        Which are drawn for intervals; None where there are too few.
    covariates : float64[n, k]
    """

    trait: Flags
    known: Flags
    strata: Ints
    communities: Ints | None
    covariates: Floats


def screen(
    network: Network,
    snapshot: Snapshot,
    depth: int,
    permutations: int,
    seed: int,
    progress: Progress = silent,
) -> list[Clustering]:
    """Compare people at each distance.

    Parameters
    ----------
    network : Network
        Distances are along its arcs.
    snapshot : Snapshot
    depth, permutations, seed : int
        The permutations and the draws of communities are as many.
    progress : callable, optional
    """
    model, backend = Shells((1.0,) * depth), backend_of(network)
    x = (snapshot.trait & snapshot.known).astype(np.float64)
    known = snapshot.known.astype(np.float64)
    expected = np.where(snapshot.known, _expected(network, snapshot), 0.0)
    sums = model.by_distance(backend, x, known, expected, progress=progress)
    ratios = [np.array([_ratio(x, known, *sums[:2, d]) for d in range(depth)])]
    rng = np.random.default_rng(seed)
    for begin in range(0, permutations, AT_ONCE):
        progress("permuting", begin, permutations)
        count = min(AT_ONCE, permutations - begin)
        ratios += _permuted(model, backend, snapshot, sums[1], count, rng)
    draws = _draws(snapshot.communities, permutations, rng)
    return [
        _clustering(d, x, known, sums[:, d], np.array([each[d] for each in ratios]), draws,
                    snapshot.communities)
        for d in range(depth)
    ]  # fmt: skip


def _expected(network: Network, snapshot: Snapshot) -> Floats:
    """The probability of the trait by stratum, number of contacts and covariates; float64[n]."""
    contacts = np.log1p(np.diff(network.indptr).astype(np.float64))
    columns = np.column_stack([contacts, snapshot.covariates])
    return probabilities(snapshot.trait, snapshot.known, columns, snapshot.strata)


def _permuted(
    model: Shells,
    backend: Backend,
    snapshot: Snapshot,
    people: Floats,
    count: int,
    rng: np.random.Generator,
) -> list[Floats]:
    """The ratios of some permutations of the trait within strata, among those who are known."""
    known = snapshot.known.astype(np.float64)
    drawn = [permuted(snapshot.trait & snapshot.known, snapshot, rng) for _ in range(count)]
    sums = model.by_distance(backend, *drawn)
    return [
        np.array([_ratio(x, known, each[d], people[d]) for d in range(len(people))])
        for x, each in zip(drawn, sums, strict=True)
    ]


def permuted(trait: Flags, snapshot: Snapshot, rng: np.random.Generator) -> Floats:
    """Permute a trait within the strata of those who are known; float64[n]."""
    (who,) = np.nonzero(snapshot.known)
    strata = snapshot.strata[who]
    ordered = np.argsort(strata, kind="stable")
    mixed = np.lexsort((rng.random(len(who)), strata))
    found = np.zeros(len(trait))
    found[who[ordered]] = trait[who[mixed]]
    return found


def _ratio(x: Floats, known: Floats, with_it: Floats, people: Floats) -> float:
    """P(x_j = 1 | x_i = 1) / P(x_j = 1 | x_i = 0); NaN where there are no such pairs."""
    shares = _shares(x, known, with_it, people)
    return shares[0] / shares[1] if shares[1] > 0 else np.nan


def _shares(x: Floats, known: Floats, with_it: Floats, people: Floats) -> tuple[float, float]:
    without = known - x
    pairs = float(x @ people), float(without @ people)
    both = float(x @ with_it), float(without @ with_it)
    return tuple(b / p if p > 0 else np.nan for b, p in zip(both, pairs, strict=True))  # type: ignore[return-value]


def _draws(communities: Ints | None, count: int, rng: np.random.Generator) -> Ints | None:
    """Count how often each sample draws each community; int64[count, communities]."""
    if communities is None:
        return None
    many = int(communities.max()) + 1
    return rng.multinomial(many, np.full(many, 1 / many), size=count)


def _clustering(
    d: int,
    x: Floats,
    known: Floats,
    sums: Floats,
    ratios: Floats,
    draws: Ints | None,
    communities: Ints | None,
) -> Clustering:
    with_it, people, expected = sums
    shares = _shares(x, known, with_it, people)
    ratio, null = ratios[0], ratios[1:][np.isfinite(ratios[1:])]
    observed, chance = x * with_it, x * expected
    low = high = np.nan
    if draws is not None and communities is not None and chance.sum() > 0:
        one, other = (draws @ np.bincount(communities, part) for part in (observed, chance))
        low, high = np.percentile(one[other > 0] / other[other > 0], TAILS)
    figures = {
        "with_trait": shares[0],
        "without_trait": shares[1],
        "ratio": ratio,
        "null_mean": null.mean() if len(null) else np.nan,
        "null_error": null.std() if len(null) else np.nan,
        "p_value": (1 + (null >= ratio).sum()) / (1 + len(null)) if len(null) else np.nan,
        "risk_ratio": observed.sum() / chance.sum() if chance.sum() > 0 else np.nan,
        "low": low,
        "high": high,
    }
    finite = {name: float(each) if np.isfinite(each) else None for name, each in figures.items()}
    return Clustering(d + 1, round(float(known @ people)), **finite)
