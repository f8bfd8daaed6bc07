"""Parameters of the sample company: every share and size, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class CompanyParameters:
    """Shares and sizes; shares are of people unless stated otherwise."""

    household_sizes: tuple[float, ...] = (0.42, 0.30, 0.13, 0.10, 0.05)
    """Shares of households with 1, 2 … 5 customers: many live alone or are the only customer."""
    student_households: float = 0.13
    """Students share flats with students, so the segment belongs to the household."""
    employed: float = 0.60
    """Share with colleagues among the customers."""
    employed_students: float = 0.20
    """Share of students with a job, which connects them to other segments."""
    workplace_size: tuple[float, float] = (2.5, 0.55)
    """Mean and spread of the log size: most workplaces are small, a few are large."""
    workplace_limits: tuple[int, int] = (5, 40)
    """Smallest and largest workplace; in larger ones people do not know each other."""
    team_size: int = 6
    """Influence at work runs mainly within teams."""
    team_density: float = 0.75
    """Share of pairs of a team with a tie."""
    cross_ties: float = 0.20
    """Share of colleagues with a tie to another team of the workplace."""
    business: float = 0.28
    """Share of employed people who also buy for their work."""
    friends: float = 1.1
    """Mean number of friends among the customers; very unequal."""
    far_friends: float = 0.20
    """Share of friendships that reach another town: the weak ties that bridge clusters."""
    neighbourhood: float = 60.0
    """Mean distance to a near friend, in people along the street."""
    members: float = 1 / 3
    """Share of people who take part in the online community."""
    followed: float = 3.0
    """Mean number of people whom a member follows; long-tailed."""
    zipf: float = 0.90
    """Exponent with which fame falls with its rank."""
    free: float = 0.30
    """Share with CLV 0: fans, prospects, free customers."""
    fame_is_free: float = 0.12
    """How much fame raises the tendency to pay nothing."""
    typical_clv: tuple[float, float, float] = (260.0, 450.0, 130.0)
    """Median CLV of a paying customer in retail, business, student."""
    spread: float = 0.72
    """Spread of log CLV within households and workplaces: spending is skewed."""
    household_spread: float = 0.40
    """Households share an income and a taste, so their values resemble each other."""
    workplace_spread: float = 0.40
    """Colleagues have similar incomes."""
    fame_discount: float = 0.08
    """How much fame lowers the CLV of those who pay."""
    whales: float = 0.002
    """Share of customers with a very large CLV ("whales")."""
    whale_clv: tuple[float, float] = (5_000.0, 20_000.0)
    """Smallest and largest such CLV; most are near the smallest."""
    loners: float = 0.5
    """Share of whales with hardly any ties: CLV and contacts are independent."""
    years: float = 6.0
    """Age of the company in years."""
    last_day: date = date(2025, 12, 31)
    """The last date in the data."""
    talk: float = 0.22
    """Rate at which a strong tie becomes a referral, per friend who could be referred."""
    promoters_refer: tuple[float, float, float] = (1.3, 0.0, 0.5)
    """Effect of sentiment on referrals in retail, business, student. In business it has none, so
    that stated intention does not predict referrals there.
    """
    free_refer: float = 0.3
    """Factor on the referrals of free customers."""
    tree: float = 0.015
    """Share of people in the largest referral tree."""
    other_trees: float = 0.5
    """Largest value of any other tree, as a share of the largest tree's."""
    anyway: tuple[float, float, float] = (0.65, 0.25, 0.10)
    """Shares of referred customers who would have joined anyway with probability 0, 0.5 and 1."""
    acquisition: tuple[float, float, float] = (25.0, 60.0, 10.0)
    """Acquisition cost of a customer in retail, business, student."""
    margin: float = 0.30
    """Share of a purchase that is earned; with it purchases and CLV agree."""
    purchases: tuple[float, float, float] = (3.0, 6.0, 2.0)
    """Purchases a year in retail, business, student."""
    answers: float = 0.45
    """Share of those asked who answer; prospects are not asked."""
    answers_twice: float = 0.15
    """Share of those who answer that had already answered a year before."""
    typical_score: tuple[float, float] = (8.7, 1.3)
    """Mean and spread of an answer: about one in twelve is a detractor."""
    subscribed: tuple[float, float, float] = (0.92, 0.80, 0.60)
    """Shares of customers, fans and prospects who receive the company's e-mails."""
    opens: tuple[float, float] = (2.4, 4.0)
    """Parameters of the beta distribution of how often a customer opens an e-mail."""
    clicks: float = 0.25
    """Share of opened e-mails in which something is clicked."""
    forwards: float = 0.03
    """Share of opened e-mails that are passed on."""
    acting: float = 0.35
    """Share of people with any other act; among members of the community it is twice as large."""
    acts: float = 2.5
    """Mean number of acts of those who act."""
    profiles: tuple[float, float] = (0.60, 0.35)
    """Shares of members and of employed people whose profile the company knows."""
    outside: tuple[float, float] = (3.6, 1.0)
    """Mean and spread of the log number of contacts in a network outside the customer base."""

    @property
    def last(self) -> int:
        """The last day, in days since 1970."""
        return (self.last_day - date(1970, 1, 1)).days


DEFAULTS = CompanyParameters()
