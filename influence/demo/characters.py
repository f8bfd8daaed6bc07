"""The characters: a few customers who are put there on purpose, because CLV does not show them.

Who plays a part is not drawn: it is whoever fits it best, so that the part stands out at any seed
and size. What they then do (answer, refer) is in the modules of those tables.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from influence.demo.people import Flags, Floats, Ints
from influence.demo.roster import Roster

WEIGHTS = (0.45, 0.25, 0.10)
"""The default decay of a run: at other weights somebody else may fit a part better."""
AUDITIONED = 200
"""Of those eligible for a part, so many with most people two steps away are measured."""


@dataclass(frozen=True)
class Characters:
    """Who plays which part, by index.

    Attributes
    ----------
    advocate
        Pays less than the median of all who pay, and has the largest influence of those: she
        recommends the company.
    detractor
        Belongs to the quarter that pays most, and has the largest influence of those: he warns of
        it.
    free
        A customer who pays nothing, and brought the company one of its best customers.
    catch
        The one she brought.
    referrer
        Pays about as much as others, referred many who referred many, the free one among them.
    """

    advocate: int
    detractor: int
    free: int
    catch: int
    referrer: int


def cast(roster: Roster) -> Characters:
    """Give the parts away."""
    n, clv, joined = roster.n, roster.clv, roster.joined
    circle = Circle(roster)
    number = np.arange(n)
    pays = clv > 0
    median, quarter = np.quantile(clv[pays], [0.5, 0.75])
    advocate = circle.most_influential(pays & (clv < median))
    detractor = circle.most_influential(clv >= quarter)
    taken = np.isin(number, [advocate, detractor])

    known, _, _ = roster.acquainted()
    contacts = np.bincount(known, minlength=n)
    payers = pays & ~taken
    # Three who join one after another: somebody who can bring the free one before she brings hers.
    free_later = (clv == 0) & (joined > joined[payers].min())
    late = payers & (joined > joined[free_later].min())
    catch = _largest(clv, late & (number >= n // 5) & (contacts > 1), late)
    before = free_later & (joined < joined[catch])
    settled = before & (number >= n // 20)
    free = circle.most_influential(settled & roster.is_customer, settled, before)
    first = payers & (joined < joined[free])
    referrer = _largest(contacts, first & (median <= clv) & (clv < quarter), first)
    return Characters(advocate, detractor, free, catch, referrer)


class Circle:
    """Who lies within three steps of whom."""

    def __init__(self, roster: Roster) -> None:
        source, target = roster.influencing()
        order = np.argsort(source, kind="stable")
        self.clv = roster.clv
        self.targets = target[order]
        self.starts = np.searchsorted(source[order], np.arange(roster.n + 1))
        degree = np.diff(self.starts)
        self.two_steps = degree + np.bincount(source, degree[target], minlength=roster.n)

    def most_influential(self, *wishes: Flags) -> int:
        """Of the first group that is not empty, the one with the largest influence."""
        candidates = _first_group(wishes)
        order = np.argsort(-self.two_steps[candidates], kind="stable")
        measured = np.sort(candidates[order[:AUDITIONED]])
        return int(measured[np.argmax([self.influence(int(i)) for i in measured])])

    def influence(self, start: int) -> float:
        """Weighted value of all within three steps, each at the shortest distance; money."""
        seen = np.zeros(len(self.clv), np.bool_)
        seen[start] = True
        edge, total = np.array([start]), 0.0
        for weight in WEIGHTS:
            reached = np.concatenate([self._next(int(i)) for i in edge]) if len(edge) else edge
            edge = np.unique(reached[~seen[reached]])
            seen[edge] = True
            total += weight * float(self.clv[edge].sum())
        return total

    def _next(self, person: int) -> Ints:
        return self.targets[self.starts[person] : self.starts[person + 1]]


def _largest(values: Floats | Ints, *wishes: Flags) -> int:
    """Of the first group that is not empty, the one with the largest value."""
    group = _first_group(wishes)
    return int(group[np.argmax(values[group])])


def _first_group(wishes: tuple[Flags, ...]) -> Ints:
    return next(np.flatnonzero(wish) for wish in wishes if wish.any())
