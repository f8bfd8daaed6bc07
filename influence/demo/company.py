"""The sample company: invented customers and the ties between them, the same bytes for a seed.

It is built in small steps, each with its own stream of random numbers, so that a later step or a
change of one step leaves the others as they were: people and households, workplaces, friendships,
the online community, dates, value, and at last names and ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.demo.names import make_ids, make_names
from influence.demo.parameters import DEFAULTS, CompanyParameters

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Pairs: TypeAlias = tuple[Ints, Ints]

SEGMENTS = ("retail", "business", "student")
RETAIL, BUSINESS, STUDENT = range(3)
NOBODY = -1  # the number of the workplace and the team of somebody who has none
SMALLEST = 50  # below this there is no room for workplaces, a community and loners at once


@dataclass(frozen=True)
class People:
    """Where everybody belongs: int64[n] each; people of one street stand next to each other."""

    household: Ints
    workplace: Ints
    team: Ints
    segment: Ints

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.household)


@dataclass(frozen=True)
class Community:
    """Who takes part, how attractive they are (0 for others), and who follows whom."""

    member: Flags
    fame: Floats
    follows: Pairs


@dataclass(frozen=True)
class TieKind:
    """One kind of tie: where it lives, how strong it is from weakest to strongest, how old."""

    kind: str
    network: str
    strength: tuple[float, float]
    directed: bool
    years: float


HOUSEHOLD = TieKind("household", "offline", (0.50, 0.90), directed=False, years=15)
COLLEAGUE = TieKind("colleague", "offline", (0.15, 0.45), directed=False, years=8)
FRIEND = TieKind("friend", "offline", (0.05, 0.30), directed=False, years=20)
FOLLOWS = TieKind("follows", "community", (0.02, 0.15), directed=True, years=0)


def sample_company(
    seed: int = 7, customers: int = 2000, parameters: CompanyParameters = DEFAULTS
) -> dict[str, pa.Table]:
    """Make the sample company.

    Parameters
    ----------
    seed
        The same seed gives the same tables, byte for byte.
    customers
        How many people, free ones included; 50 or more.
    parameters
        What the company is like.

    Returns
    -------
    dict
        `customers` (id, clv in money, name, segment, relation, joined) and `ties` (source, target,
        kind, network, strength, directed, since). A `follows` tie is written follower → followed,
        while influence runs the other way: run it with the direction `follows=reversed`.

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
    if customers < SMALLEST:
        raise ValueError(f"a sample company needs at least {SMALLEST} customers, not {customers}")
    streams = np.random.default_rng(seed).spawn(7)
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
    place = np.empty(people.n, np.int64)  # ids are handed out in the order of joining
    order = np.argsort(joined, kind="stable")
    place[order] = np.arange(people.n)
    for_customers, for_ties = streams[6].spawn(2)
    return {
        "customers": customers_table(for_customers, people, clv, joined, order),
        "ties": ties_table(for_ties, parameters, pairs, joined, place),
    }


def make_people(rng: np.random.Generator, parameters: CompanyParameters, n: int) -> People:
    """Households along a street, then workplaces and teams, then what everybody buys for."""
    household = labels(rng.choice(5, size=n, p=parameters.household_sizes) + 1, n)
    student = (rng.random(n) < parameters.student_households)[household]
    share = np.where(student, parameters.employed_students, parameters.employed)
    workers = rng.permutation(np.flatnonzero(rng.random(n) < share))
    smallest, largest = parameters.workplace_limits
    mean, spread = parameters.workplace_size
    sizes = np.rint(rng.lognormal(mean, spread, size=n // smallest + 1)).astype(np.int64)
    house = labels(np.clip(sizes, smallest, largest), len(workers))
    size = np.bincount(house)[house]
    seat = np.arange(len(house)) - np.searchsorted(house, house)
    teams = -(-size // parameters.team_size)
    known = size >= smallest  # what is left over at the end is too few for a workplace
    workplace = np.full(n, NOBODY)
    team = np.full(n, NOBODY)
    workplace[workers[known]] = house[known]
    team[workers[known]] = (house * largest + seat * teams // size)[known]
    business = ~student & (workplace != NOBODY) & (rng.random(n) < parameters.business)
    segment = np.where(student, STUDENT, np.where(business, BUSINESS, RETAIL))
    return People(household, workplace, team, segment)


def make_colleagues(
    rng: np.random.Generator, parameters: CompanyParameters, people: People
) -> Pairs:
    """Most pairs of a team, and a few ties between the teams of a workplace."""
    left, right = pairs_within(people.team)
    talk = rng.random(len(left)) < parameters.team_density
    order = np.argsort(people.workplace, kind="stable")
    house = people.workplace[order]
    first, size = np.searchsorted(house, house), np.bincount(house + 1)[house + 1]
    other = order[first + rng.integers(0, size)]
    crosses = (house != NOBODY) & (rng.random(people.n) < parameters.cross_ties)
    crosses &= people.team[order] != people.team[other]
    return unordered(
        np.concatenate([left[talk], order[crosses]]),
        np.concatenate([right[talk], other[crosses]]),
        people.n,
    )


def make_friends(rng: np.random.Generator, parameters: CompanyParameters, people: People) -> Pairs:
    """Weak ties: mostly a few doors away, some far, none inside a household or a workplace."""
    n = people.n
    sociable = rng.gamma(1.0, parameters.friends / 2, size=n)
    source = np.repeat(np.arange(n), rng.poisson(sociable))
    near = np.ceil(rng.exponential(parameters.neighbourhood, size=len(source))).astype(np.int64)
    side = rng.choice([-1, 1], size=len(source))
    far = rng.random(len(source)) < parameters.far_friends
    target = np.where(far, rng.integers(0, n, size=len(source)), (source + side * near) % n)
    stranger = people.household[source] != people.household[target]
    work = people.workplace[source]
    stranger &= (work == NOBODY) | (work != people.workplace[target])
    return unordered(source[stranger], target[stranger], n)


def make_community(
    rng: np.random.Generator, parameters: CompanyParameters, people: People
) -> Community:
    """Follow graph: everybody follows a few, and whom is in proportion to fame."""
    n = people.n
    eager = np.where(people.segment == STUDENT, 1.8, 1.0)
    chosen = np.sort(
        rng.choice(n, size=round(parameters.members * n), replace=False, p=eager / eager.sum())
    )
    member = np.zeros(n, np.bool_)
    member[chosen] = True
    fame = np.zeros(n)
    rank = rng.permutation(len(chosen)) + 1
    fame[chosen] = (len(chosen) / rank) ** parameters.zipf
    follows = rng.geometric(1 / parameters.followed, size=len(chosen))
    follower = np.repeat(chosen, follows)
    ladder = np.cumsum(fame[chosen])
    step = np.searchsorted(ladder, rng.random(len(follower)) * ladder[-1], side="right")
    followed = chosen[np.minimum(step, len(chosen) - 1)]
    key = np.unique((follower * n + followed)[follower != followed])
    return Community(member, fame, (key // n, key % n))


def make_joined(rng: np.random.Generator, parameters: CompanyParameters, people: People) -> Ints:
    """Days since 1970 on which each became known: steady growth, households often together."""
    last = (parameters.last_day - date(1970, 1, 1)).days
    span = parameters.years * 365.25
    home = np.sqrt(rng.random(people.n))[people.household] * span
    home += rng.exponential(45, size=people.n)
    alone = np.sqrt(rng.random(people.n)) * span
    day = np.where(rng.random(people.n) < 0.5, home, alone)
    return np.asarray(last - np.maximum(span - day, 0).astype(np.int64), np.int64)


def make_clv(
    rng: np.random.Generator,
    parameters: CompanyParameters,
    people: People,
    community: Community,
    known: Ints,
) -> Floats:
    """Own value: a skewed body, whales on top, exactly the agreed share of free customers."""
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
    """Among those who are able to be one: first the loners, then anybody."""
    count = max(2, round(parameters.whales * len(able)))
    loners = round(parameters.loners * count)
    people = rng.permutation(np.flatnonzero(able))
    lonely = people[np.argsort(known[people], kind="stable")[:loners]]
    others = people[~np.isin(people, lonely)]
    return np.concatenate([lonely, others[: count - loners]])


def customers_table(
    rng: np.random.Generator,
    people: People,
    clv: Floats,
    joined: Ints,
    order: Ints,
) -> pa.Table:
    """Table `customers`, in the order of the ids."""
    draw = rng.random(people.n)
    relation = np.where(draw < 0.5, "fan", np.where(draw < 0.85, "prospect", "customer"))
    relation[clv > 0] = "customer"
    return pa.table(
        {
            "id": pa.array(make_ids(people.n), pa.string()),
            "clv": pa.array(clv[order], pa.float64()),
            "name": pa.array(make_names(rng, people.household[order]), pa.string()),
            "segment": pa.array(np.array(SEGMENTS)[people.segment[order]].tolist(), pa.string()),
            "relation": pa.array(relation[order].tolist(), pa.string()),
            "joined": pa.array(joined[order].astype(np.int32), pa.int32()).cast(pa.date32()),
        }
    )


def ties_table(
    rng: np.random.Generator,
    parameters: CompanyParameters,
    pairs: dict[TieKind, Pairs],
    joined: Ints,
    place: Ints,
) -> pa.Table:
    """Table `ties`, by kind, then by source and target."""
    last = (parameters.last_day - date(1970, 1, 1)).days
    ids = make_ids(len(joined))
    parts = []
    for kind, (left, right) in pairs.items():
        source, target = place[left], place[right]
        if not kind.directed:
            source, target = np.minimum(source, target), np.maximum(source, target)
        order = np.lexsort((target, source))
        m = len(order)
        strength = np.round(rng.uniform(*kind.strength, size=m), 2)
        both_there = np.maximum(joined[left], joined[right])[order]
        oldest = both_there if kind.directed else np.full(m, last - int(kind.years * 365.25))
        since = (oldest + rng.random(m) * (last - oldest)).astype(np.int32)
        parts.append(
            pa.table(
                {
                    "source": pa.array(ids[source[order]], pa.string()),
                    "target": pa.array(ids[target[order]], pa.string()),
                    "kind": pa.array([kind.kind] * m, pa.string()),
                    "network": pa.array([kind.network] * m, pa.string()),
                    "strength": pa.array(strength, pa.float64()),
                    "directed": pa.array(np.full(m, kind.directed), pa.bool_()),
                    "since": pa.array(since, pa.int32()).cast(pa.date32()),
                }
            )
        )
    return pa.concat_tables(parts).combine_chunks()


def labels(sizes: Ints, n: int) -> Ints:
    """Give n people in a row the numbers 0, 1 … of their groups; the last takes the rest."""
    return np.repeat(np.arange(len(sizes)), sizes)[:n]


def pairs_within(group: Ints) -> Pairs:
    """All unordered pairs of people with the same group number, `NOBODY` left out."""
    order = np.argsort(group, kind="stable")
    order = order[group[order] != NOBODY]
    left, right = [], []
    for apart in range(1, int(np.bincount(group[order]).max())):
        same = group[order[:-apart]] == group[order[apart:]]
        left.append(order[:-apart][same])
        right.append(order[apart:][same])
    return np.concatenate(left), np.concatenate(right)


def unordered(left: Ints, right: Ints, n: int) -> Pairs:
    """Each unordered pair once, without self ties."""
    low, high = np.minimum(left, right), np.maximum(left, right)
    key = np.unique((low * n + high)[low != high])
    return key // n, key % n


def contacts(pairs: dict[TieKind, Pairs], n: int) -> Ints:
    """How many ties of any kind each person has, int64[n]."""
    ends = np.concatenate([end for both in pairs.values() for end in both])
    return np.bincount(ends, minlength=n)
