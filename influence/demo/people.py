"""Generate the people of the sample company and their ties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from influence.demo.parameters import CompanyParameters

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Texts: TypeAlias = npt.NDArray[np.str_]
Pairs: TypeAlias = tuple[Ints, Ints]

SEGMENTS = ("retail", "business", "student")
RETAIL, BUSINESS, STUDENT = range(3)
NOBODY = -1  # workplace and team of people who have none


@dataclass(frozen=True)
class People:
    """The groups of each person, int64[n] each; neighbours along the street are adjacent."""

    household: Ints
    workplace: Ints
    team: Ints
    segment: Ints

    @property
    def n(self) -> int:
        """The number of people."""
        return len(self.household)


@dataclass(frozen=True)
class Community:
    """Members, their fame (0 for others), and who follows whom."""

    member: Flags
    fame: Floats
    follows: Pairs


@dataclass(frozen=True)
class TieKind:
    """One kind of tie: network, range of strengths, direction, and largest age in years."""

    kind: str
    network: str
    strength: tuple[float, float]
    directed: bool
    years: float


HOUSEHOLD = TieKind("household", "offline", (0.50, 0.90), directed=False, years=15)
COLLEAGUE = TieKind("colleague", "offline", (0.15, 0.45), directed=False, years=8)
FRIEND = TieKind("friend", "offline", (0.05, 0.30), directed=False, years=20)
FOLLOWS = TieKind("follows", "community", (0.02, 0.15), directed=True, years=0)


def make_people(rng: np.random.Generator, parameters: CompanyParameters, n: int) -> People:
    """Draw households along a street, then workplaces and teams, then segments."""
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
    known = size >= smallest  # the last workplace may be too small
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
    """Draw ties of colleagues: most pairs of a team, and a few between teams of a workplace."""
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
    """Draw weak ties: mostly nearby, some far, none within a household or a workplace."""
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
    """Draw who follows whom: members follow a few others, chosen in proportion to fame."""
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


def labels(sizes: Ints, n: int) -> Ints:
    """Return group numbers 0, 1 … of n people in a row, for groups of these sizes."""
    return np.repeat(np.arange(len(sizes)), sizes)[:n]


def pairs_within(group: Ints) -> Pairs:
    """Return all unordered pairs of people in the same group, without `NOBODY`."""
    order = np.argsort(group, kind="stable")
    order = order[group[order] != NOBODY]
    left, right = [], []
    for apart in range(1, int(np.bincount(group[order]).max())):
        same = group[order[:-apart]] == group[order[apart:]]
        left.append(order[:-apart][same])
        right.append(order[apart:][same])
    return np.concatenate(left), np.concatenate(right)


def unordered(left: Ints, right: Ints, n: int) -> Pairs:
    """Return each unordered pair once, without self ties."""
    low, high = np.minimum(left, right), np.maximum(left, right)
    key = np.unique((low * n + high)[low != high])
    return key // n, key % n


def contacts(pairs: dict[TieKind, Pairs], n: int) -> Ints:
    """Count the ties of each person, of any kind, int64[n]."""
    ends = np.concatenate([end for both in pairs.values() for end in both])
    return np.bincount(ends, minlength=n)
