"""Choose the customers who stand out by what they do and whom they connect.

Like the characters, each part goes to the customers who fit it best, so that they stand out for
every seed and size. No tie is added: those that carry value between groups are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from influence.demo.characters import WEIGHTS, Characters, Reach
from influence.demo.parameters import CompanyParameters
from influence.demo.people import Flags, Floats, Ints, Pairs
from influence.demo.purchases import YEAR
from influence.demo.roster import Roster

AT_MOST = 3
"""Number of customers in each part, and of weak ties; in small companies fewer."""
CANDIDATES = 25
"""Number of ties without shared contacts that are valued, to find the weak ties."""
EARLY = 720
"""Age in days of the company's first dated acts."""
GROUP = 4
"""Number of customers whom each end of a tie between groups can influence, the other included."""
ENOUGH = 4
"""Number of contacts that an innovator needs: three of them follow the example."""


@dataclass(frozen=True, eq=False)
class Social:
    """The customers in each part, by index.

    Attributes
    ----------
    weak_ties : pair of int64[k]
        The most valuable ties between groups: the ends live apart, share no contact, and have
        others.
    sleepers : int64[k]
        Reach the most customers within two steps, of all others, and never act.
    ambassadors : int64[k]
        Promoters with a large CLV and many contacts.
    innovators : int64[k]
        Joined early, have many contacts, and act before any of them.
    frequent_buyer : int64[1]
        Bought most often in the last year, and reads every e-mail.
    advisor : int
        A customer with many contacts and a small CLV, who answers their questions.
    known_outside : int64[k]
        Have one or two contacts among the customers, and many outside.
    """

    weak_ties: Pairs
    sleepers: Ints
    ambassadors: Ints
    innovators: Ints
    frequent_buyer: Ints
    advisor: int
    known_outside: Ints

    def ids(self, roster: Roster) -> dict[str, tuple[str, ...]]:
        """Return the ids of the customers by part; the two ends of a tie are adjacent."""
        members = {
            name: np.stack(part, axis=1).ravel() if isinstance(part, tuple) else np.atleast_1d(part)
            for name, part in vars(self).items()
        }
        return {name: tuple(roster.ids[part].tolist()) for name, part in members.items()}


def choose(
    parameters: CompanyParameters,
    roster: Roster,
    characters: Characters,
    promoter: Flags,
    purchases: Ints,
) -> Social:
    """Choose the customers for all parts; nobody has two, and the characters have none.

    Parameters
    ----------
    promoter : bool[n]
        Whose newest answer is 9 or 10.
    purchases : int64[n]
        How many there were in the last year.
    """
    n, clv = roster.n, roster.clv
    count = min(AT_MOST, n // 25)
    reach = Reach(roster)
    known = Contacts(roster)
    free = np.ones(n, np.bool_)
    free[list(vars(characters).values())] = False

    def take(score: Ints | Floats, *groups: Flags, size: int = count) -> Ints:
        """Take members of the first group, then of the next, the largest scores first."""
        chosen: list[int] = []
        for group in groups:
            members = np.flatnonzero(group & free)
            for person in members[np.argsort(-score[members], kind="stable")].tolist():
                if len(chosen) < size and free[person]:
                    chosen.append(person)
                    free[person] = False
        return np.array(chosen, np.int64)

    weak_ties = find_weak_ties(roster, reach, known, count)
    free[np.concatenate(weak_ties)] = False
    paying = clv > 0
    frequent = take(purchases, roster.joined < parameters.last - YEAR, size=1)
    median, quarter = np.quantile(clv[paying], [0.5, 0.75])
    sleepers = take(reach.two_steps, paying | roster.is_customer)
    rich = clv >= quarter
    ambassadors = take(known.count, rich & promoter & (known.count > 1), rich & promoter, rich)
    innovators = _innovators(known, free & (roster.joined < parameters.last - EARLY), count)
    free[innovators] = False
    advisor = take(known.count, paying & (clv < median), paying, size=1)
    outside = take(-known.count, paying & (known.count > 0), paying)
    return Social(weak_ties, sleepers, ambassadors, innovators, frequent, int(advisor[0]), outside)


def _innovators(known: Contacts, able: Flags, count: int) -> Ints:
    """Choose those with the most contacts, none a contact of another."""
    able = able & (known.count >= ENOUGH)
    chosen: list[int] = []
    while len(chosen) < count and able.any():
        members = np.flatnonzero(able)
        best = int(members[np.argmax(known.count[members])])
        chosen.append(best)
        able[best] = False
        able[known.of(best)] = False
    return np.array(chosen, np.int64)


class Contacts:
    """The contacts of each customer, in whichever direction influence runs."""

    def __init__(self, roster: Roster) -> None:
        n = roster.n
        source, target = roster.influencing()
        code = np.unique(np.concatenate([source * n + target, target * n + source]))
        self.other = code % n
        self.count = np.bincount(code // n, minlength=n)
        self.starts = np.concatenate([[0], np.cumsum(self.count)])

    def of(self, person: int) -> Ints:
        """Return the contacts of a customer, in the order of the ids."""
        return self.other[self.starts[person] : self.starts[person + 1]]


def find_weak_ties(roster: Roster, reach: Reach, known: Contacts, count: int) -> Pairs:
    """Find the ties without shared contacts that carry most influence between two groups.

    Only the likeliest ties are valued: those to customers with much value around them, seen from
    customers with few other contacts. No customer is at two of them.
    """
    found: list[tuple[float, int, int]] = []
    for a, b in _likeliest(roster):
        if not len(np.intersect1d(known.of(a), known.of(b), assume_unique=True)):
            found.append((_loss(reach, a, b) + _loss(reach, b, a), a, b))
            if len(found) == CANDIDATES:
                break
    ends: list[tuple[int, int]] = []
    for _, *pair in sorted(found, key=lambda row: (-row[0], row[1:])):
        if len(ends) < count and not set(pair) & {end for both in ends for end in both}:
            ends.append((pair[0], pair[1]))
    one, other = np.array(ends, np.int64).reshape(-1, 2).T
    return one, other


def _likeliest(roster: Roster) -> Iterator[tuple[int, int]]:
    """Yield pairs with a tie between groups, in the order of what it is likely to carry.

    An arc leads to w_1 V + w_2 Σ V one step further + w_3 Σ V two steps further, and the customer
    it starts from reaches some of these customers by others of their arcs.
    """
    n, clv = roster.n, roster.clv
    source, target = roster.influencing()
    code = np.unique(source * n + target)
    source, target = code // n, code % n
    near = np.bincount(source, clv[target], minlength=n)
    far = np.bincount(source, near[target], minlength=n)
    beyond = WEIGHTS[0] * clv + WEIGHTS[1] * near + WEIGHTS[2] * far
    carried = beyond[target] / np.sqrt(np.bincount(source, minlength=n)[source])
    pairs = np.minimum(source, target) * n + np.maximum(source, target)
    pairs, at = np.unique(pairs, return_inverse=True)
    likely = np.bincount(at, carried)
    grouped = np.bincount(source, minlength=n) >= GROUP
    for pair in pairs[np.argsort(-likely, kind="stable")].tolist():
        one, other = divmod(pair, n)
        if grouped[one] and grouped[other] and roster.household[one] != roster.household[other]:
            yield one, other


def _loss(reach: Reach, person: int, other: int) -> float:
    """Return the influence in money that a customer would lose without a tie."""
    if other not in reach.next(person):
        return 0.0
    return reach.influence(person) - reach.influence(person, without=other)
