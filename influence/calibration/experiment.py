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

import numpy as np

from influence.calibration.assignment import (
    Experiment,
    exposures,
    possible_exposures,
    share_influencers,
)
from influence.calibration.comparison import FEWEST, Comparison, Effect
from influence.errors import NothingToShow
from influence.network import Network
from influence.progress import Progress, silent

MOST_DRAWS, CELLS = 4_000, 40_000_000
"""Most assignments that are drawn, and most exposures that are kept."""
MOST_CUSTOMERS = 20_000
"""Joint probabilities are of all pairs of customers."""


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
            f"{len(who):,} customers take part, and at most {MOST_CUSTOMERS:,} are possible, since "
            "the variance needs all pairs of them"
        )
    observed = exposures(network, experiment.assigned[np.newaxis], depth)[0, who]
    draws = draws or min(MOST_DRAWS, max(CELLS // network.n, 100))
    under, exact = possible_exposures(network, experiment, depth, draws, seed, progress)
    dependent = None if exact else share_influencers(network, who, depth)
    comparison = Comparison(experiment.outcome[who], observed, under, dependent)
    alone = int((observed == 0).sum())
    if alone < FEWEST:
        raise NothingToShow(
            f"{alone} customers have nobody assigned within {depth} steps, and the comparison "
            f"needs at least {FEWEST}: choose a smaller --depth"
        )
    found = [("own", 0, depth + 1)]
    found += [(f"distance {d}", d, d) for d in range(1, depth + 1)]
    return [
        comparison.effect(name, distance, exposure)
        for name, distance, exposure in found
        if comparison.enough(exposure)
    ]
