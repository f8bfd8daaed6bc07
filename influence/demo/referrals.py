"""Who brought whom to the sample company: a forest along its ties, and one tree above all others.

A customer is referred by whichever of those whom she knows outside the community is quickest; how
quick is a matter of the tie, of the segment and of what the other one thinks of the company.
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
"""How many each below the one who refers most brings in, at most."""


@dataclass(frozen=True, eq=False)
class Terms:
    """What a referral of each customer would be worth: float64[n] each, margin NaN where blank."""

    joined_anyway: Floats
    margin: Floats
    incentive: Floats
    marketing: Floats
    acquisition_saved: Floats

    def crv(self, clv: Floats) -> Floats:
        """What it adds to the referrer's referral value: (1 − p)·(m − a − c) + q."""
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
    """Table `referrals`, in the order of the dates."""
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
    """Some get a voucher, some came by a campaign, few margins are known."""
    n = roster.n
    anyway = rng.choice([0.0, 0.5, 1.0], size=n, p=parameters.anyway)
    incentive = rng.choice([0.0, 10.0, 25.0], size=n, p=[0.5, 0.35, 0.15])
    marketing = rng.choice([0.0, 5.0], size=n, p=[0.7, 0.3])
    known = rng.random(n) < 0.1
    margin = np.where(known, np.round(roster.clv * rng.uniform(0.5, 1.0, size=n), 2), np.nan)
    saved = np.array(parameters.acquisition)[roster.segment]
    saved[roster.clv == 0] = 0.0  # nothing would have been spent on winning them
    sure = [characters.free, characters.catch]
    anyway[sure], margin[sure] = 0.0, np.nan
    return Terms(anyway, margin, incentive, marketing, saved)


def plant_tree(parameters: CompanyParameters, roster: Roster, characters: Characters) -> Ints:
    """Grow the large tree: all whom its root knows, up to three below each, until it is large.

    The free customer stands right below its root, with the one she brought. Where acquaintances
    run out, the root brings the next who joined.
    """
    n, joined = roster.n, roster.joined
    source, target, _ = roster.acquainted()
    possible = referrable(parameters, roster, characters) & (roster.clv > 0)
    above = np.full(n, NOBODY)
    root = characters.referrer
    above[characters.free], above[characters.catch] = root, characters.free
    size, wanted = 2, max(12, round(parameters.tree * n))

    def bring(referrer: int, people: Ints) -> Ints:
        nonlocal size
        can = possible[people] & (above[people] == NOBODY) & (joined[people] > joined[referrer])
        brought = np.unique(people[can])[: wanted - size]
        brought = brought if referrer == root else brought[:FAN_OUT]
        above[brought] = referrer
        size += len(brought)
        return brought

    waiting = deque([root])
    while waiting:
        referrer = waiting.popleft()
        waiting.extend(bring(referrer, target[source == referrer]).tolist())
    bring(root, np.arange(n))
    return above


def referrable(parameters: CompanyParameters, roster: Roster, characters: Characters) -> Flags:
    """Who may be referred: all but the whales, whom others win over, and the characters."""
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
    """Whoever would refer each customer, `NOBODY` for most: int64[n].

    Every acquaintance who joined before her takes an exponential time; the quickest refers her, if
    that is in time.
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
    quickest[target[last_first]] = source[last_first]  # of repeated ones the last is assigned
    return quickest


def graft(
    parameters: CompanyParameters,
    above: Ints,
    quickest: Ints,
    characters: Characters,
    crv: Floats,
) -> Ints:
    """Add the other referrals in the order of joining, as long as no other tree grows too large."""
    above = above.copy()
    planted = np.flatnonzero(above != NOBODY)
    limit = parameters.other_trees * float(crv[planted].sum())
    root = np.arange(len(above))
    worth = np.zeros(len(above))
    for person in range(len(above)):  # a referrer joined before, so her root is known
        referrer = int(above[person])
        if referrer == NOBODY:
            referrer = int(quickest[person])
            if referrer == NOBODY:
                continue
            top = root[referrer]
            if top != characters.referrer and worth[top] + max(crv[person], 0.0) > limit:
                continue
            above[person] = referrer
        root[person] = root[referrer]
        worth[root[person]] += max(crv[person], 0.0)
    return above
