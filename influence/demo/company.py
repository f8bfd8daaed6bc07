"""Generate the sample company: fictional customers and ties, the same bytes for the same seed.

It is built in small steps, each with its own stream of random numbers, so that changing a step does
not change the others: people and households, workplaces, friendships, the online community, dates,
CLV, names and ids, then referrals, purchases and answers to surveys, and last acts and profiles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from influence.demo.characters import cast
from influence.demo.engagements import make_engagements
from influence.demo.names import make_names
from influence.demo.parameters import DEFAULTS, CompanyParameters
from influence.demo.people import (
    COLLEAGUE,
    FOLLOWS,
    FRIEND,
    HOUSEHOLD,
    NOBODY,
    SEGMENTS,
    STUDENT,
    Community,
    Flags,
    Floats,
    Ints,
    People,
    Texts,
    contacts,
    make_colleagues,
    make_community,
    make_friends,
    make_people,
    pairs_within,
)
from influence.demo.profiles import make_profiles
from influence.demo.purchases import make_transactions, purchases_of_last_year
from influence.demo.referrals import make_referrals
from influence.demo.roster import Roster, dates
from influence.demo.social import choose
from influence.demo.surveys import make_sentiment, make_surveys, promoters

SMALLEST = 50  # fewer are too few for workplaces, a community and isolated customers at once


@dataclass(frozen=True, eq=False)
class Company:
    """The sample company.

    Attributes
    ----------
    tables
        By name.
    characters
        The ids of the characters by role.
    social
        The ids of those who stand out by acts and ties, by part; see `influence.demo.social`.
    """

    tables: dict[str, pa.Table]
    characters: dict[str, str]
    social: dict[str, tuple[str, ...]]


def sample_company(
    seed: int = 7, customers: int = 2000, parameters: CompanyParameters = DEFAULTS
) -> dict[str, pa.Table]:
    """Make the sample company.

    Parameters
    ----------
    seed
        The same seed gives the same tables, byte for byte.
    customers
        Number of people, free customers included; 50 or more.
    parameters
        Shares and sizes.

    Returns
    -------
    dict
        `customers` (id, clv in money, name, segment, relation, joined), `ties` (source, target,
        kind, network, strength, directed, since), `referrals` (all columns; margin mostly null),
        `transactions` (customer, date, amount in money), `surveys` (customer, score, date,
        question), `engagements` (customer, kind, date, other, network, public, sentiment) and
        `profiles` (customer, network, contacts, public). A `follows` tie is written follower →
        followed, while influence runs in the opposite direction: use the direction
        `follows=reversed`.

    Raises
    ------
    ValueError
        With fewer than 50 customers.

    Examples
    --------
    >>> company = sample_company(customers=200)
    >>> company["customers"].num_rows, company["customers"].column("id")[0].as_py()
    (200, 'C0001')
    """
    return make_company(seed, customers, parameters).tables


def make_company(
    seed: int = 7, customers: int = 2000, parameters: CompanyParameters = DEFAULTS
) -> Company:
    """Make the sample company with its characters; parameters as for `sample_company`.

    Examples
    --------
    >>> sorted(make_company(customers=200).characters)
    ['advocate', 'catch', 'detractor', 'free', 'referrer']
    """
    if customers < SMALLEST:
        raise ValueError(f"a sample company needs at least {SMALLEST} customers, not {customers}")
    # A stream does not depend on the number of streams, so a new step does not change the others.
    streams = np.random.default_rng(seed).spawn(12)
    people = make_people(streams[0], parameters, customers)
    colleagues = make_colleagues(streams[1], parameters, people)
    friends = make_friends(streams[2], parameters, people)
    community = make_community(streams[3], parameters, people)
    pairs = {
        HOUSEHOLD: pairs_within(people.household),
        COLLEAGUE: colleagues,
        FRIEND: friends,
        FOLLOWS: community.follows,
    }
    joined = make_joined(streams[4], parameters, people)
    clv = make_clv(streams[5], parameters, people, community, contacts(pairs, people.n))
    for_customers, for_ties = streams[6].spawn(2)
    relation = make_relation(for_customers, clv)
    roster = Roster.in_order_of_joining(people, joined, clv, relation, pairs)
    characters = cast(roster)
    roster.relation[characters.free] = "customer"
    sentiment = make_sentiment(streams[7], roster, characters)
    surveys = make_surveys(streams[7], parameters, roster, characters, sentiment)
    transactions = make_transactions(streams[9], parameters, roster)
    purchases = purchases_of_last_year(transactions, parameters, roster)
    social = choose(parameters, roster, characters, promoters(surveys, roster), purchases)
    return Company(
        {
            "customers": customers_table(for_customers, roster),
            "ties": ties_table(for_ties, parameters, roster),
            "referrals": make_referrals(streams[8], parameters, roster, characters, sentiment),
            "transactions": transactions,
            "surveys": surveys,
            "engagements": make_engagements(
                streams[10], parameters, roster, characters, social, sentiment
            ),
            "profiles": make_profiles(streams[11], parameters, roster, social),
        },
        {name: str(roster.ids[index]) for name, index in vars(characters).items()},
        social.ids(roster),
    )


def make_joined(rng: np.random.Generator, parameters: CompanyParameters, people: People) -> Ints:
    """Draw the dates of joining, in days since 1970: steady growth, households often together."""
    span = parameters.years * 365.25
    home = np.sqrt(rng.random(people.n))[people.household] * span
    home += rng.exponential(45, size=people.n)
    alone = np.sqrt(rng.random(people.n)) * span
    day = np.where(rng.random(people.n) < 0.5, home, alone)
    return np.asarray(parameters.last - np.maximum(span - day, 0).astype(np.int64), np.int64)


def make_clv(
    rng: np.random.Generator,
    parameters: CompanyParameters,
    people: People,
    community: Community,
    known: Ints,
) -> Floats:
    """Draw CLV: a skewed distribution with a few very large values, and a fixed share of zeros."""
    n = people.n
    fame = np.log(np.maximum(community.fame, 1))
    level = np.log(np.array(parameters.typical_clv))[people.segment]
    level += parameters.household_spread * rng.standard_normal(n)[people.household]
    at_work = rng.standard_normal(people.workplace.max() + 2)[people.workplace + 1]
    level += parameters.workplace_spread * np.where(people.workplace == NOBODY, 0, at_work)
    level += parameters.spread * rng.standard_normal(n) - parameters.fame_discount * fame
    clv: Floats = np.round(np.maximum(np.exp(level), 1.0), 2)

    leaning = rng.standard_normal(n) + parameters.fame_is_free * fame
    leaning += np.where(people.segment == STUDENT, 0.4, 0.0)
    free = np.argsort(-leaning, kind="stable")[: round(parameters.free * n)]
    pays = np.ones(n, np.bool_)
    pays[free] = False
    clv[free] = 0.0

    able = pays & ~community.member & (people.segment != STUDENT)
    whales = choose_whales(rng, parameters, able, known)
    smallest, largest = parameters.whale_clv
    size = smallest * (largest / smallest) ** (rng.random(len(whales)) ** 2)
    clv[whales] = np.round(size, 2)
    return clv


def choose_whales(
    rng: np.random.Generator, parameters: CompanyParameters, able: Flags, known: Ints
) -> Ints:
    """Choose the customers with very large CLV: first those with few ties, then any others."""
    count = max(2, round(parameters.whales * len(able)))
    loners = round(parameters.loners * count)
    people = rng.permutation(np.flatnonzero(able))
    lonely = people[np.argsort(known[people], kind="stable")[:loners]]
    others = people[~np.isin(people, lonely)]
    return np.concatenate([lonely, others[: count - loners]])


def make_relation(rng: np.random.Generator, clv: Floats) -> Texts:
    """Draw relations: all who pay are customers; of the others some are free customers."""
    draw = rng.random(len(clv))
    relation = np.where(draw < 0.5, "fan", np.where(draw < 0.85, "prospect", "customer"))
    relation[clv > 0] = "customer"
    return relation


def customers_table(rng: np.random.Generator, roster: Roster) -> pa.Table:
    """Return the table `customers`, in the order of the ids."""
    segment = np.array(SEGMENTS)[roster.segment]
    return pa.table(
        {
            "id": pa.array(roster.ids, pa.string()),
            "clv": pa.array(roster.clv, pa.float64()),
            "name": pa.array(make_names(rng, roster.household), pa.string()),
            "segment": pa.array(segment.tolist(), pa.string()),
            "relation": pa.array(roster.relation.tolist(), pa.string()),
            "joined": dates(roster.joined),
        }
    )


def ties_table(rng: np.random.Generator, parameters: CompanyParameters, roster: Roster) -> pa.Table:
    """Return the table `ties`, by kind, then by source and target."""
    ids, joined = roster.ids, roster.joined
    parts = []
    for kind, (left, right) in roster.pairs.items():
        ends = (
            (left, right) if kind.directed else (np.minimum(left, right), np.maximum(left, right))
        )
        order = np.lexsort(ends[::-1])
        source, target, m = ends[0][order], ends[1][order], len(order)
        strength = np.round(rng.uniform(*kind.strength, size=m), 2)
        longest = np.full(m, parameters.last - int(kind.years * 365.25))
        oldest = np.maximum(joined[source], joined[target]) if kind.directed else longest
        since = (oldest + rng.random(m) * (parameters.last - oldest)).astype(np.int64)
        parts.append(
            pa.table(
                {
                    "source": pa.array(ids[source], pa.string()),
                    "target": pa.array(ids[target], pa.string()),
                    "kind": pa.array([kind.kind] * m, pa.string()),
                    "network": pa.array([kind.network] * m, pa.string()),
                    "strength": pa.array(strength, pa.float64()),
                    "directed": pa.array(np.full(m, kind.directed), pa.bool_()),
                    "since": dates(since),
                }
            )
        )
    return pa.concat_tables(parts).combine_chunks()
