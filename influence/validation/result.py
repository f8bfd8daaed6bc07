"""Result of a validation: figures, verdicts, and what was left out or taken as known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from influence.tables.notes import Note
from influence.validation.bootstrap import LEVEL
from influence.validation.predictors import NETWORK_VALUE

NAMES = {
    NETWORK_VALUE: "network value",
    "network_value_gross": "gross network value",
    "clv": "CLV",
    "degree": "degree",
    "pagerank": "PageRank",
    "referral_count": "referral count",
    "later_referrals": "later referrals",
    "purchases_of_contacts": "later purchases of contacts",
    "own_purchases": "own later purchases",
}
"""Predictors and outcomes in words."""


@dataclass(frozen=True)
class Figure:
    """Association of one predictor with one outcome; None where it does not vary enough.

    Attributes
    ----------
    outcome, predictor : str
    spearman, spearman_low, spearman_high : float or None
        Rank correlation, −1 to 1.
    lift, lift_low, lift_high : float or None
        Mean outcome of the top tenth by the predictor ÷ that of all customers.
    difference, difference_low, difference_high : float or None
        Spearman of network value less that of the predictor, over the same resamples; None for
        network value itself.
    lift_difference, lift_difference_low, lift_difference_high : float or None
    """

    outcome: str
    predictor: str
    spearman: float | None = None
    spearman_low: float | None = None
    spearman_high: float | None = None
    lift: float | None = None
    lift_low: float | None = None
    lift_high: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    lift_difference: float | None = None
    lift_difference_low: float | None = None
    lift_difference_high: float | None = None


@dataclass(frozen=True)
class Verdict:
    """The conclusion on one outcome.

    Attributes
    ----------
    outcome : str
    customers : int
        Whose figures are compared with it.
    acted : int
        How many people did it.
    predicts : bool
        Whether network value goes with it: the interval of Spearman lies above 0.
    better_than, worse_than, no_difference : tuple of str
        Predictors, by the interval of the difference.
    sentence : str
    """

    outcome: str
    customers: int
    acted: int
    predicts: bool
    better_than: tuple[str, ...]
    worse_than: tuple[str, ...]
    no_difference: tuple[str, ...]
    sentence: str

    @property
    def ahead(self) -> bool:
        """Whether network value predicts it, and better than every other predictor."""
        return self.predicts and bool(self.better_than) and not self.worse_than + self.no_difference

    @property
    def nothing(self) -> bool:
        """Whether neither network value nor a difference is found."""
        return not self.predicts and not self.better_than + self.worse_than


@dataclass(frozen=True)
class Validation:
    """The result of comparing figures of one day with what happened later.

    Attributes
    ----------
    until, last : date
        The last day that the figures know, and the last day with an outcome.
    customers : int
        Profiled customers who were known then.
    draws, seed : int
        Of the bootstrap.
    cluster : str or None
        What is drawn together: `communities`, or a column of the customers; None draws people.
    clusters : int
        How many of them there are.
    figures : tuple of Figure
    verdicts : tuple of Verdict
        One for each outcome that could be compared.
    refused : dict of str to str
        What is missing, by outcome that could not.
    left_out, undated : dict of str to int
        Rows that are dated later, and rows without a date that are taken as known, by table.
    notes : tuple of Note
    """

    until: date
    last: date
    customers: int
    draws: int
    seed: int
    cluster: str | None
    clusters: int
    figures: tuple[Figure, ...]
    verdicts: tuple[Verdict, ...]
    refused: dict[str, str]
    left_out: dict[str, int]
    undated: dict[str, int]
    notes: tuple[Note, ...]

    @property
    def verdict(self) -> str:
        """The conclusion over all outcomes as a sentence."""
        ahead = [NAMES[each.outcome] for each in self.verdicts if each.ahead]
        if ahead:
            return f"network value is ahead of every other figure for {listed(ahead)}"
        outcomes = [NAMES[each.outcome] for each in self.verdicts]
        return f"network value is not ahead of every other figure for {listed(outcomes, 'or')}"

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        found = asdict(replace(self, notes=()))
        found["until"], found["last"] = self.until.isoformat(), self.last.isoformat()
        found["notes"] = [str(note) for note in self.notes]
        return {**found, "level": LEVEL, "verdict": self.verdict}


def listed(names: Sequence[str], word: str = "and") -> str:
    """Join names to a text: `a, b and c`."""
    *first, last = names
    return f"{', '.join(first)} {word} {last}" if first else last
