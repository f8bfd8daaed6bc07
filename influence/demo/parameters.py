"""What the sample company is like: every share and size, with why it is so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


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
    talk: float = 0.22
    """How readily a strong tie turns into a referral, per friend who could be brought."""
    promoters_refer: tuple[float, float, float] = (1.3, 0.0, 0.5)
    """How much more a content customer refers in retail, business, student. In business liking us
    changes nothing: there referring is part of the job, so an answer in a survey predicts nothing.
    """
    free_refer: float = 0.3
    """Who pays nothing brings others less often."""
    tree: float = 0.015
    """Share of people in the tree of the one who refers most."""
    other_trees: float = 0.5
    """No other tree is worth more than this share of it: there is one such person, not three."""
    anyway: tuple[float, float, float] = (0.65, 0.25, 0.10)
    """Share of the referred who would not have come, perhaps, and surely by themselves."""
    acquisition: tuple[float, float, float] = (25.0, 60.0, 10.0)
    """What winning a customer costs otherwise in retail, business, student."""
    margin: float = 0.30
    """Share of a purchase that is earned: with it purchases and CLV say the same."""
    purchases: tuple[float, float, float] = (3.0, 6.0, 2.0)
    """Purchases a year in retail, business, student."""
    answers: float = 0.45
    """Share of those asked who answer; prospects are not asked."""
    answers_twice: float = 0.15
    """Share of those who answer that did so a year before, too, and changed their mind a little."""
    typical_score: tuple[float, float] = (8.7, 1.3)
    """Mean and spread of an answer: most like us, one in twelve does not."""

    @property
    def last(self) -> int:
        """The last day, in days since 1970."""
        return (self.last_day - date(1970, 1, 1)).days


DEFAULTS = CompanyParameters()
