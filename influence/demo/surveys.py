"""Generate the sentiment of the customers and their answers to surveys."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from influence.demo.characters import Characters
from influence.demo.parameters import CompanyParameters
from influence.demo.people import Flags, Floats, Ints
from influence.demo.roster import Roster, dates

CONTENT, ANGRY = 1.5, -4.5
"""The sentiment of the characters: 10 and 3 as answers."""
NOISE = 0.5
"""Spread of answers around the sentiment, relative to the spread of the sentiment."""
PROMOTER = 9
"""Smallest answer of a promoter."""
WINDOW = 540
"""Largest age of the newest answers in days."""


def make_sentiment(rng: np.random.Generator, roster: Roster, characters: Characters) -> Floats:
    """Draw the sentiment of all customers: mean 0, spread 1; correlated within households."""
    shared = rng.standard_normal(roster.n)[roster.household]
    sentiment: Floats = 0.5 * shared + np.sqrt(0.75) * rng.standard_normal(roster.n)
    sentiment[[characters.advocate, characters.free, characters.referrer]] = CONTENT
    sentiment[characters.detractor] = ANGRY
    return sentiment


def make_surveys(
    rng: np.random.Generator,
    parameters: CompanyParameters,
    roster: Roster,
    characters: Characters,
    sentiment: Floats,
) -> pa.Table:
    """Return the table `surveys`, in the order of the dates."""
    n = roster.n
    asked = roster.relation != "prospect"
    answers = asked & (rng.random(n) < parameters.answers)
    sure = [characters.advocate, characters.detractor, characters.free, characters.referrer]
    answers[sure] = True
    noise = NOISE * rng.standard_normal(n)
    noise[sure] = 0.0
    newest = _score(parameters, sentiment + noise)
    earliest = np.maximum(roster.joined, parameters.last - WINDOW)
    day = _between(rng, earliest, np.full(n, parameters.last))

    twice = answers & (rng.random(n) < parameters.answers_twice)
    mind = _score(parameters, sentiment + 2 * NOISE * rng.standard_normal(n))
    before = _between(rng, np.maximum(roster.joined, day - 540), day - 1)
    twice &= (roster.joined < day) & ~np.isin(np.arange(n), sure)

    who = np.concatenate([np.flatnonzero(answers), np.flatnonzero(twice)])
    when = np.concatenate([day[answers], before[twice]])
    score = np.concatenate([newest[answers], mind[twice]])
    order = np.lexsort((who, when))
    return pa.table(
        {
            "customer": pa.array(roster.ids[who[order]], pa.string()),
            "score": pa.array(score[order], pa.float64()),
            "date": dates(when[order]),
            "question": pa.array(["recommend"] * len(order), pa.string()),
        }
    )


def promoters(surveys: pa.Table, roster: Roster) -> Flags:
    """Return whose newest answer is 9 or 10, bool[n]."""
    place = {key: index for index, key in enumerate(roster.ids)}
    found = np.zeros(roster.n, np.bool_)
    rows = zip(surveys["customer"].to_pylist(), surveys["score"].to_pylist(), strict=True)
    for customer, score in rows:  # in the order of the dates, so the newest answer wins
        found[place[customer]] = score >= PROMOTER
    return found


def _score(parameters: CompanyParameters, sentiment: Floats) -> Floats:
    mean, spread = parameters.typical_score
    score: Floats = np.clip(np.rint(mean + spread * sentiment), 0, 10)
    return score


def _between(rng: np.random.Generator, first: Ints, last: Ints) -> Ints:
    """Draw a day of each span, both ends included; `first` where the span is empty."""
    return np.asarray(first + (rng.random(len(first)) * (last - first + 1)).astype(np.int64))
