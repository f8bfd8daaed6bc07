"""Generate referrals: a forest along the ties, with one tree that is much larger than the others.

A customer is referred by the acquaintance outside the community with the shortest waiting time,
which depends on the tie, the segment and the sentiment of the acquaintance.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from influence.demo.characters import Characters
from influence.demo.parameters import CompanyParameters
from influence.demo.people import Flags, Floats, Ints
from influence.demo.roster import Roster, dates

NOBODY = -1
FAN_OUT = 3
"""Largest number of referrals of each customer below the root of the largest tree."""


@dataclass(frozen=True, eq=False)
class Terms:
    """The amounts of a referral of each customer: float64[n] each, margin NaN where blank."""

    joined_anyway: Floats
    margin: Floats
    incentive: Floats
    marketing: Floats
    acquisition_saved: Floats

    def crv(self, clv: Floats) -> Floats:
        """Return what each referral adds to CRV: (1 − p)·(m − a − c) + q, float64[n]."""
        margin = np.where(np.isnan(self.margin), clv, self.margin)
        costs = self.incentive + self.marketing
        return (1 - self.joined_anyway) * (margin - costs) + self.acquisition_saved


def make_referrals(
    rng: np.random.Generator,
    parameters: CompanyParameters,
    roster: Roster,
    characters: Characters,
    sentiment: Floats,
) -> pa.Table:
    """Return the table `referrals`, in the order of the dates."""
    terms = make_terms(rng, parameters, roster, characters)
    above = plant_tree(parameters, roster, characters)
    quickest = make_quickest(rng, parameters, roster, characters, sentiment)
    above = graft(parameters, above, quickest, characters, terms.crv(roster.clv))
    referred = np.flatnonzero(above != NOBODY)
    referrer = above[referred]
    earlier = rng.integers(0, 21, size=roster.n)[referred]
    day = np.maximum(roster.joined[referred] - earlier, roster.joined[referrer] + 1)
    order = np.lexsort((referred, day))
    columns = {name: values[referred[order]] for name, values in vars(terms).items()}
    return pa.table(
        {
            "referrer": pa.array(roster.ids[referrer[order]], pa.string()),
            "referred": pa.array(roster.ids[referred[order]], pa.string()),
            "date": dates(day[order]),
            **{name: pa.array(v, pa.float64(), from_pandas=True) for name, v in columns.items()},
        }
    )


def make_terms(
    rng: np.random.Generator,
    parameters: CompanyParameters,
    roster: Roster,
    characters: Characters,
) -> Terms:
    """Draw amounts: some referrals have incentives or marketing costs, few have a known margin."""
    n = roster.n
    anyway = rng.choice([0.0, 0.5, 1.0], size=n, p=parameters.anyway)
    incentive = rng.choice([0.0, 10.0, 25.0], size=n, p=[0.5, 0.35, 0.15])
    marketing = rng.choice([0.0, 5.0], size=n, p=[0.7, 0.3])
    known = rng.random(n) < 0.1
    margin = np.where(known, np.round(roster.clv * rng.uniform(0.5, 1.0, size=n), 2), np.nan)
    saved = np.array(parameters.acquisition)[roster.segment]
    saved[roster.clv == 0] = 0.0  # no acquisition cost for free customers
    sure = [characters.free, characters.catch]
    anyway[sure], margin[sure] = 0.0, np.nan
    return Terms(anyway, margin, incentive, marketing, saved)


def plant_tree(parameters: CompanyParameters, roster: Roster, characters: Characters) -> Ints:
    """Grow the largest tree along ties: all of the root's, then up to three per customer.

    The free customer is a child of the root, with the catch as child. When acquaintances run out,
    the root refers the next customers who joined.
    """
    n, joined = roster.n, roster.joined
    source, target, _ = roster.acquainted()
    possible = referrable(parameters, roster, characters) & (roster.clv > 0)
    above = np.full(n, NOBODY)
    root = characters.referrer
    above[characters.free], above[characters.catch] = root, characters.free
    size, wanted = 2, max(12, round(parameters.tree * n))

    def refer(referrer: int, people: Ints) -> Ints:
        nonlocal size
        can = possible[people] & (above[people] == NOBODY) & (joined[people] > joined[referrer])
        referred = np.unique(people[can])[: wanted - size]
        referred = referred if referrer == root else referred[:FAN_OUT]
        above[referred] = referrer
        size += len(referred)
        return referred

    waiting = deque([root])
    while waiting:
        referrer = waiting.popleft()
        waiting.extend(refer(referrer, target[source == referrer]).tolist())
    refer(root, np.arange(n))
    return above


def referrable(parameters: CompanyParameters, roster: Roster, characters: Characters) -> Flags:
    """Return who may be referred: all but the whales and the characters, bool[n]."""
    possible = np.asarray(roster.clv < parameters.whale_clv[0])
    possible[list(vars(characters).values())] = False
    return possible


def make_quickest(
    rng: np.random.Generator,
    parameters: CompanyParameters,
    roster: Roster,
    characters: Characters,
    sentiment: Floats,
) -> Ints:
    """Return the potential referrer of each customer, `NOBODY` for most: int64[n].

    Every acquaintance who joined earlier has an exponential waiting time; the shortest one wins, if
    it is short enough.
    """
    eager = np.exp(np.array(parameters.promoters_refer)[roster.segment] * sentiment)
    eager *= roster.is_customer * np.where(roster.clv > 0, 1.0, parameters.free_refer)
    source, target, strength = roster.acquainted()
    time = rng.exponential(size=len(source))
    rate = parameters.talk * strength * eager[source]
    possible = referrable(parameters, roster, characters)[target]
    possible &= (roster.joined[source] < roster.joined[target]) & (time < rate)
    source, target, time = source[possible], target[possible], (time[possible] / rate[possible])
    last_first = np.argsort(-time, kind="stable")
    quickest = np.full(roster.n, NOBODY)
    quickest[target[last_first]] = source[
        last_first
    ]  # of repeated indices the last assignment wins
    return quickest


def graft(
    parameters: CompanyParameters,
    above: Ints,
    quickest: Ints,
    characters: Characters,
    crv: Floats,
) -> Ints:
    """Add the other referrals in the order of joining, unless another tree grows too large."""
    above = above.copy()
    planted = np.flatnonzero(above != NOBODY)
    limit = parameters.other_trees * float(crv[planted].sum())
    root = np.arange(len(above))
    tree_value = np.zeros(len(above))
    for person in range(len(above)):  # a referrer joined earlier, so their root is known
        referrer = int(above[person])
        if referrer == NOBODY:
            referrer = int(quickest[person])
            if referrer == NOBODY:
                continue
            top = root[referrer]
            if top != characters.referrer and tree_value[top] + max(crv[person], 0.0) > limit:
                continue
            above[person] = referrer
        root[person] = root[referrer]
        tree_value[root[person]] += max(crv[person], 0.0)
    return above
