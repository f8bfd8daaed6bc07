"""The score card: what customers contribute socially, beside their financial value.

Three parts, each a mid-rank percentile from 0 to 100 among the active customers:

- knowledge and involvement: acts such as reviews, questions and answers, and how often the
  company's e-mails are opened and clicked;
- participation and value of connections: acts that reach others, how often e-mails are passed on,
  and how far contacts lie apart;
- contacts: how many, in all networks, inside and outside the customer base.

CLV never enters the social side. Quadrants and tiers follow V. Kumar, J. A. Petersen and
R. P. Leone, How valuable is word of mouth?, Harvard Business Review 85(10), 2007.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from influence.value.card_rules import CardRules
from influence.value.percentiles import MEAN_DECIMALS, mid_rank, mid_ranks
from influence.value.stance import STANCES

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Groups = npt.NDArray[np.intp]
Names = npt.NDArray[Any]

QUADRANTS = ("miser", "affluent", "advocate", "champion")
"""By financially high + 2 · socially high."""
TIERS = ("ambassador", "critical_detractor")
HIGH = 50.0
"""From this percentile on a customer is high in a quadrant."""
PROMOTER, _, DETRACTOR, _ = STANCES


@dataclass(frozen=True, eq=False)
class Measures:
    """The measures of each part of the card: lists of float64[n], NaN where unknown."""

    knowledge: Sequence[Floats]
    participation: Sequence[Floats]
    contacts: Sequence[Floats]


@dataclass(frozen=True, eq=False)
class ScoreCard:
    """The score card of each customer; NaN, or None, for customers who are not active.

    Attributes
    ----------
    knowledge, participation, contacts : float64[n]
        The parts, 0 … 100; NaN where nothing is known.
    social_score : float64[n]
        Weighted mean of the parts that are known, 0 … 100.
    social_percentile, financial_percentile : float64[n]
        Of the social score and of CLV, 0 … 100.
    coverage : float64[n]
        The share of the weights whose parts are known, 0 … 1.
    quadrant, tier : object[n]
        See `QUADRANTS` and `TIERS`; None for neither.
    """

    knowledge: Floats
    participation: Floats
    contacts: Floats
    social_score: Floats
    social_percentile: Floats
    financial_percentile: Floats
    coverage: Floats
    quadrant: Names
    tier: Names


def score_card(
    measures: Measures,
    clv: Floats,
    stance: Names,
    active: Flags,
    rules: CardRules,
    *,
    segments: Groups | None = None,
    before: tuple[Names, Names] | None = None,
) -> ScoreCard:
    """Compute the score card.

    Parameters
    ----------
    measures : Measures
    clv : float64[n]
        Own value in money.
    stance : text[n]
        See `influence.value.stance`.
    active : bool[n]
        Customers with any act, purchase or survey in the window; others have no card.
    rules : CardRules
    segments : intp[n], optional
        Percentiles are those within these groups.
    before : (object[n], object[n]), optional
        Quadrant and tier of each customer in the previous run, None for neither.
    """

    def percentile(values: Floats) -> Floats:
        return mid_rank(values, active, segments)

    def part(found: Sequence[Floats]) -> Floats:
        return mid_ranks(found, active, segments)

    parts = [part(found) for found in (measures.knowledge, measures.participation,
                                       measures.contacts)]  # fmt: skip
    weights = np.array([rules.knowledge, rules.participation, rules.contacts])
    known = weights @ ~np.isnan(parts)
    with np.errstate(invalid="ignore"):
        score = np.round(weights @ np.nan_to_num(parts) / known, MEAN_DECIMALS)
    social, financial = percentile(score), percentile(clv)
    quadrant_before, tier_before = before or (np.full(len(clv), None),) * 2
    return ScoreCard(
        knowledge=parts[0],
        participation=parts[1],
        contacts=parts[2],
        social_score=np.where(active, score, np.nan),
        social_percentile=social,
        financial_percentile=financial,
        coverage=np.where(active, known / weights.sum(), np.nan),
        quadrant=_quadrants(social, financial, quadrant_before, rules),
        tier=_tiers(social, financial, clv, stance, tier_before, rules),
    )


def _is_high(percentile: Floats, threshold: float, was: Flags, rules: CardRules) -> Flags:
    """Whether a percentile is high; one that was stays high until it falls clearly below."""
    high: Flags = percentile >= np.where(was, threshold - rules.hysteresis, threshold)
    return high


def _quadrants(social: Floats, financial: Floats, before: Names, rules: CardRules) -> Names:
    was = [np.isin(before.astype(str), names) for names in (QUADRANTS[1::2], QUADRANTS[2:])]
    rich = _is_high(financial, HIGH, was[0], rules)
    loud = _is_high(social, HIGH, was[1], rules)
    found = np.array(QUADRANTS, dtype=object)[rich + 2 * loud]
    found[np.isnan(social) | np.isnan(financial)] = None
    return found


def _tiers(
    social: Floats, financial: Floats, clv: Floats, stance: Names, before: Names, rules: CardRules
) -> Names:
    was = before != np.array(None)
    high = [_is_high(one, rules.ambassador, was, rules) for one in (social, financial)]
    standing = high[0] & high[1] & (clv > 0)
    detracts = stance == DETRACTOR
    found = np.full(len(clv), None, dtype=object)
    found[standing & ~detracts] = TIERS[0]
    found[standing & detracts] = TIERS[1]
    return found
