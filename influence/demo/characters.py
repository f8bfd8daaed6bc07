"""Choose the characters: customers with roles that a ranking by CLV overlooks.

Each role goes to the customer who fits it best, so that it stands out for every seed and size. What
they then do (answer, refer) is in the modules of those tables.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.demo.people import NOBODY, Flags, Floats, Ints
from influence.demo.roster import Roster

WEIGHTS = (0.45, 0.25, 0.10)
"""The default weights of a run."""
CANDIDATES = 200
"""Number of customers measured for a role: those with the largest reach within two steps."""


@dataclass(frozen=True)
class Characters:
    """The customers in each role, by index.

    Attributes
    ----------
    advocate
        Has the largest influence among paying customers with a CLV below their median; recommends
        the company.
    detractor
        Has the largest influence among the quarter with the largest CLV; advises against the
        company.
    free
        A free customer who referred one of the customers with the largest CLV.
    catch
        The customer whom `free` referred.
    referrer
        Has an average CLV and referred many who referred many, among them `free`.
    """

    advocate: int
    detractor: int
    free: int
    catch: int
    referrer: int


def cast(roster: Roster) -> Characters:
    """Choose the customers for all roles."""
    n, clv, joined = roster.n, roster.clv, roster.joined
    reach = Reach(roster)
    number = np.arange(n)
    pays = clv > 0
    median, quarter = np.quantile(clv[pays], [0.5, 0.75])
    advocate = reach.most_influential(pays & (clv < median))
    detractor = reach.most_influential(clv >= quarter)
    taken = np.isin(number, [advocate, detractor])

    known, _, _ = roster.acquainted()
    contacts = np.bincount(known, minlength=n)
    payers = pays & ~taken
    # The three must join one after another: the referrer, the free customer, and the catch.
    free_later = (clv == 0) & (joined > joined[payers].min())
    late = payers & (joined > joined[free_later].min())
    catch = _largest(clv, late & (number >= n // 5) & (contacts > 1), late)
    before = free_later & (joined < joined[catch])
    settled = before & (number >= n // 20)
    free = reach.most_influential(settled & roster.is_customer, settled, before)
    first = payers & (joined < joined[free])
    referrer = _largest(contacts, first & (median <= clv) & (clv < quarter), first)
    return Characters(advocate, detractor, free, catch, referrer)


class Reach:
    """Computes influence within three steps."""

    def __init__(self, roster: Roster) -> None:
        source, target = roster.influencing()
        order = np.argsort(source, kind="stable")
        self.clv = roster.clv
        self.targets = target[order]
        self.starts = np.searchsorted(source[order], np.arange(roster.n + 1))
        degree = np.diff(self.starts)
        self.two_steps = degree + np.bincount(source, degree[target], minlength=roster.n)

    def most_influential(self, *groups: Flags) -> int:
        """Return the member of the first group that is not empty with the largest influence."""
        members = _first_group(groups)
        order = np.argsort(-self.two_steps[members], kind="stable")
        measured = np.sort(members[order[:CANDIDATES]])
        return int(measured[np.argmax([self.influence(int(i)) for i in measured])])

    def influence(self, start: int, without: int = NOBODY) -> float:
        """Return the weighted value of all within reach, at their shortest distances; money.

        Leave out the tie of `start` to the customer `without`.
        """
        seen = np.zeros(len(self.clv), np.bool_)
        seen[start] = True
        reached, total = self.next(start), 0.0
        edge = np.unique(reached[reached != without])
        for step, weight in enumerate(WEIGHTS):
            if step:
                reached = np.concatenate([self.next(int(i)) for i in edge]) if len(edge) else edge
                edge = np.unique(reached[~seen[reached]])
            seen[edge] = True
            total += weight * float(self.clv[edge].sum())
        return total

    def next(self, person: int) -> Ints:
        """Return the customers whom a customer can influence directly."""
        return self.targets[self.starts[person] : self.starts[person + 1]]


def _largest(values: Floats | Ints, *groups: Flags) -> int:
    """Return the member of the first group that is not empty with the largest value."""
    members = _first_group(groups)
    return int(members[np.argmax(values[members])])


def _first_group(groups: tuple[Flags, ...]) -> Ints:
    return next(np.flatnonzero(group) for group in groups if group.any())
