"""Generate what customers do: reviews, shares, answers and e-mails, and the planted acts.

Most acts are drawn. Planted acts make some customers stand out: innovators act before their
contacts, Ambassadors review and share, the advocate recommends the company, the critical detractor
warns others, the advisor answers, and shares run along weak ties. Sleepers do nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.demo.acts import COMMUNITY, Acts
from influence.demo.characters import Characters, Reach
from influence.demo.emails import make_emails, some_contact
from influence.demo.parameters import CompanyParameters
from influence.demo.people import FOLLOWS, NOBODY, Floats, Ints
from influence.demo.roster import Roster
from influence.demo.social import EARLY, Contacts, Social

KINDS = ("review", "share", "reply", "question", "answer", "idea", "beta", "read")
SHARES = (0.30, 0.20, 0.12, 0.14, 0.06, 0.03, 0.02, 0.13)
"""Shares of the kinds among the drawn acts."""
TOWARDS = ("share", "reply", "answer")
"""Kinds that reach one contact, in half of the cases."""
JUDGING = ("review", "reply", "share")
"""Kinds with a sentiment."""
FIRST = 540
"""Largest age in days of an act of others than the innovators."""
SCORE_OF_ZERO, SCORE_OF_ONE = 7.5, 10.0
"""Answers to the survey that correspond to an act's sentiment of 0 and of 1."""
RECENT = 300
"""Largest age in days of planted acts, except the first of the innovators."""
FOLLOWERS = 3
"""Number of contacts who follow an innovator's example."""
AMBASSADOR = {"review": 3, "share": 5, "answer": 2, "reply": 3, "idea": 1}
DETRACTOR = {"review": 4, "share": 5, "reply": 3, "question": 2}
ADVOCATE = {"share": 4, "review": 1}
ADVISOR = {"answer": 12, "reply": 3, "read": 2}
INNOVATOR = {"beta": 2, "idea": 2, "review": 1}
FOLLOWER = {"review": 1}
WEAK_TIE = {"share": 3}
"""Planted acts of each customer by kind."""


def make_engagements(
    rng: np.random.Generator,
    parameters: CompanyParameters,
    roster: Roster,
    characters: Characters,
    social: Social,
    sentiment: Floats,
) -> pa.Table:
    """Return the table `engagements`, in the order of the dates.

    Parameters
    ----------
    sentiment : float64[n]
        Mean 0 and spread 1, as answers to surveys are drawn from it.
    """
    reach = Reach(roster)
    mean, spread = parameters.typical_score
    opinion = (mean + spread * sentiment - SCORE_OF_ZERO) / (SCORE_OF_ONE - SCORE_OF_ZERO)
    opinion = np.round(np.clip(opinion, -1.0, 1.0) * 4) / 4
    opinion[social.ambassadors] = 1.0
    for_emails, for_acts, for_planted = rng.spawn(3)
    keen = np.append(social.ambassadors, characters.detractor)
    acts = Acts.together(
        make_acts(for_acts, parameters, roster, reach, opinion),
        plant_acts(for_planted, parameters, roster, reach, characters, social, opinion),
        make_emails(
            for_emails, parameters, roster, reach, keen, social.frequent_buyer, social.sleepers
        ),
    )
    return acts.where(~np.isin(acts.customer, social.sleepers)).table(roster)


def make_acts(
    rng: np.random.Generator,
    parameters: CompanyParameters,
    roster: Roster,
    reach: Reach,
    opinion: Floats,
) -> Acts:
    """Draw acts: more people of the community act, where others can see it."""
    n = roster.n
    member = np.zeros(n, np.bool_)
    member[np.concatenate(roster.pairs[FOLLOWS])] = True
    share = parameters.acting * np.where(member, 2.0, 1.0) / (1.0 + member.mean())
    times = rng.geometric(1 / parameters.acts, size=n) * (rng.random(n) < share)
    who = np.repeat(np.arange(n), times)
    kind = rng.choice(KINDS, size=len(who), p=SHARES)
    first = np.maximum(roster.joined, parameters.last - FIRST)[who]
    day = first + (rng.random(len(who)) * (parameters.last - first + 1)).astype(np.int64)
    towards = np.isin(kind, TOWARDS) & (rng.random(len(who)) < 0.5)
    other = np.where(towards, some_contact(rng, reach, who), NOBODY)
    judging = np.isin(kind, JUDGING) & (rng.random(len(who)) < 0.6)
    public = (member[who] & ~towards) | (kind == "review")
    return Acts.of(
        who,
        kind,
        day,
        other,
        np.where(member[who] & ~towards, COMMUNITY, ""),
        public & (kind != "read"),
        np.where(judging, opinion[who], np.nan),
    )


def plant_acts(
    rng: np.random.Generator,
    parameters: CompanyParameters,
    roster: Roster,
    reach: Reach,
    characters: Characters,
    social: Social,
    opinion: Floats,
) -> Acts:
    """Plant the acts of the customers who stand out."""
    last = parameters.last

    def recent(people: npt.ArrayLike, times: Mapping[str, int], towards: int | None = None) -> Acts:
        """Let each of these people act a number of times, towards some contact or a given one."""
        who = np.repeat(people, sum(times.values()))
        kind = np.tile(np.repeat(list(times), list(times.values())), np.size(people))
        day = np.maximum(last - rng.integers(1, RECENT, size=len(who)), roster.joined[who])
        contact = some_contact(rng, reach, who) if towards is None else towards
        other = np.where(np.isin(kind, TOWARDS), contact, NOBODY)
        said = np.where(np.isin(kind, (*JUDGING, "answer")), opinion[who], np.nan)
        return Acts.of(who, kind, day, other, "", kind == "review", said)

    early = last - EARLY + rng.integers(0, 60, size=len(social.innovators))
    return Acts.together(
        recent(social.ambassadors, AMBASSADOR),
        recent(characters.detractor, DETRACTOR),
        recent(characters.advocate, ADVOCATE),
        recent(social.advisor, ADVISOR),
        recent(social.innovators, INNOVATOR),
        Acts.of(social.innovators, "beta", early),
        recent(followers(roster, social), FOLLOWER),
        *(
            recent(one, WEAK_TIE, towards=other)
            for ends in zip(*social.weak_ties, strict=True)
            for one, other in (ends, ends[::-1])
            if other in reach.next(one)
        ),
    )


def followers(roster: Roster, social: Social) -> Ints:
    """Return three contacts of each innovator who will act after the example: int64[k]."""
    known = Contacts(roster)
    chosen = [
        contacts[~np.isin(contacts, [*social.innovators, *social.sleepers])][:FOLLOWERS]
        for contacts in map(known.of, social.innovators.tolist())
    ]
    return np.unique(np.concatenate([social.innovators[:0], *chosen]))
