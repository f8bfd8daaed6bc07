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

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Pairs: TypeAlias = tuple[Ints, Ints]

SEGMENTS = ("retail", "business", "student")
RETAIL, BUSINESS, STUDENT = range(3)
NOBODY = -1  # the number of the workplace and the team of somebody who has none
SMALLEST = 50  # below this there is no room for workplaces, a community and loners at once


def words(text: str) -> tuple[str, ...]:
    """Cut a text at its spaces."""
    return tuple(text.split())


GIVEN = words(
    """
    Ada Aiko Alba Amara Amina Anders André Anouk Arjun Asa Astrid Ayla Beatriz Bence Björn
    Bożena Camila Caner Chiara Chidi Chloé Dana Daniel Daria Diego Dilnoza Dmitri Edda Eero Ekow
    Elif Elżbieta Emeka Emil Esi Esther Eva Farah Fatou Felix Freya Georgi Giulia Grace Hana
    Hannah Haruto Helena Hugo Ibrahim Ida Ilya Imani Indira Inés Iñaki Ivana Jakub Jamal Jana
    João Jonas José Juma Kaja Karim Katya Kenji Kwame Lars Leila Lena Liam Linh Łucja Luís Lukas
    Maëlle Mai Malik Manon Marta Mateo Mei Mikkel Milan Mina Nadia Naoko Nikos Nils Noor Olga
    Oskar Paula Pedro Petra Priya Radek Rahel Renée Rosa Ruben Sade Saara Samir Sara Selin Simón
    Sofía Søren Stefan Sven Tamar Tariq Tess Thabo Théo Tomás Uma Vera Viktor Wen Wiktor Yara
    Youssef Zainab Zofia Zoë
    """
)
FAMILY = words(
    """
    Abebe Acheampong Adeyemi Aguilar Ahmadi Andersen Arslan Bakker Banerjee Barbosa Bauer Bello
    Berg Bianchi Bieliński Boateng Brandt Bruun Castaño Chanda Chen Costa Cruz Çelik Dahl
    Delgado Demir Desai Diallo Dlamini Dubois Eklund Eriksen Fabre Farkas Ferrari Fischer
    Fonseca Fujita Gallo García Georgiou Gómez Grønvold Gupta Haddad Halonen Hansen Hasan
    Hernández Horvat Huber Ibáñez Ito Ivanova Jansen Jensen Joshi Kamara Kato Keller Khoury Kim
    Kobayashi Kowalska Kruse Kumar Laine Larsen Laurent Le Lindqvist Lopes Łukasik Machado Maier
    Marino Mbeki Mendes Mensah Meyer Mizrahi Molina Moreau Müller Muñoz Mwangi Nakamura Navarro
    Ndiaye Nguyen Nielsen Novak Núñez Okafor Okoye Olsen Ortiz Osei Øster Papadaki Park Patel
    Peña Pereira Petrov Pham Popescu Quist Rahman Ramos Ricci Rivera Romano Rossi Sánchez Santos
    Sato Schäfer Silva Singh Sørlie Szabó Takács Tanaka Tembo Thorsen Toth Tran Vargas Virtanen
    Visser Vogel Weber Wójcik Wolff Yang Yilmaz Zając Zhou Zimmer
    """
)


@dataclass(frozen=True)
class CompanyParameters:
    """What the company is like; every share is of people unless said otherwise."""

    household_sizes: tuple[float, ...] = (0.42, 0.30, 0.13, 0.10, 0.05)
    """Share of households with 1, 2 … 5 customers: many live alone or are the only one who buys."""
    student_households: float = 0.13
    """Students share flats with students, so the segment belongs to the household."""
    employed: float = 0.60
    """Has colleagues among the customers; the rest work elsewhere, alone or not at all."""
    employed_students: float = 0.20
    """Some students have a side job, and with it a bridge into another age and income."""
    workplace_size: tuple[float, float] = (2.5, 0.55)
    """Mean and spread of the log size: most workplaces are small, a few are large."""
    workplace_limits: tuple[int, int] = (5, 40)
    """Below five nobody calls it a workplace; above forty people no longer know each other."""
    team_size: int = 6
    """Influence at work runs inside teams of people who talk every day."""
    team_density: float = 0.75
    """Not everybody in a team talks to everybody."""
    cross_ties: float = 0.20
    """Share of colleagues who know somebody in another team of the house."""
    business: float = 0.28
    """Share of employed people who also buy for their work."""
    friends: float = 1.1
    """Friends among the customers, on average; very unequal, as people are."""
    far_friends: float = 0.20
    """Share of friendships that reach another town: the weak ties that bridge clusters."""
    neighbourhood: float = 60.0
    """How far, in people along the street, a near friend lives on average."""
    members: float = 1 / 3
    """Share of people who take part in the online community; most customers never do."""
    followed: float = 3.0
    """People a member follows, on average; long-tailed, because some follow everybody."""
    zipf: float = 0.90
    """Fame falls with the rank in it to this power: a few stars, a long tail of the unnoticed."""
    free: float = 0.30
    """Share with no value of their own: fans, prospects, people on the free plan."""
    fame_is_free: float = 0.12
    """How much more the famous lean to paying nothing: they come for the talk, not for the shop."""
    typical_clv: tuple[float, float, float] = (260.0, 450.0, 130.0)
    """Median value of a paying customer in retail, business, student."""
    spread: float = 0.72
    """Spread of the log value inside households and workplaces: spending is skewed."""
    household_spread: float = 0.40
    """Households share an income and a taste, so their values resemble each other."""
    workplace_spread: float = 0.40
    """Colleagues earn alike and copy each other a little."""
    fame_discount: float = 0.08
    """How much less the famous who do pay spend; attention is not money."""
    whales: float = 0.002
    """Share of customers who are worth as much as a whole street; every company has a few."""
    whale_clv: tuple[float, float] = (5_000.0, 20_000.0)
    """Smallest and largest whale; most are nearer the smallest."""
    loners: float = 0.5
    """Share of whales who know hardly anybody: money and contacts are two different things."""
    years: float = 6.0
    """Age of the company in years; it has grown steadily."""
    last_day: date = date(2025, 12, 31)
    """The day the data were drawn: nothing happens after it."""


DEFAULTS = CompanyParameters()


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


def make_ids(n: int) -> npt.NDArray[np.object_]:
    """`C0001`, `C0002` …, padded so that they sort as text."""
    width = max(4, len(str(n)))
    return np.array([f"C{number:0{width}d}" for number in range(1, n + 1)], object)


def make_names(rng: np.random.Generator, household: Ints) -> list[str]:
    """Invented names; households often share one; a middle letter tells namesakes apart."""
    n = len(household)
    given = rng.integers(0, len(GIVEN), size=n)
    shared = rng.integers(0, len(FAMILY), size=n)[household]
    own = rng.integers(0, len(FAMILY), size=n)
    family = np.where(rng.random(n) < 0.7, shared, own)
    seen: dict[tuple[int, int], int] = {}
    names = []
    for pair in zip(given.tolist(), family.tolist(), strict=True):
        before = seen[pair] = seen.get(pair, -1) + 1
        middle = f" {chr(ord('A') + (before - 1) % 26)}." if before else ""
        names.append(f"{GIVEN[pair[0]]}{middle} {FAMILY[pair[1]]}")
    return names


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
