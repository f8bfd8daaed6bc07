"""Generate what customers do with the company's e-mails: one e-mail a month to most of them."""

from __future__ import annotations

import numpy as np

from influence.demo.acts import Acts
from influence.demo.characters import Reach
from influence.demo.parameters import CompanyParameters
from influence.demo.people import NOBODY, Flags, Floats, Ints
from influence.demo.roster import Roster

RELATIONS = ("customer", "fan", "prospect")
SENT, OPENED, CLICKED, FORWARDED = "email_sent", "email_open", "email_click", "email_forward"
MAILINGS, DAYS_BETWEEN, NEWEST = 12, 30, 10
"""Number of e-mails in a year, the days between them, and the age of the newest in days."""
SLOWEST = 4
"""Days within which an e-mail is opened."""
KEEN, KEENEST = (0.9, 0.6, 0.25), (1.0, 0.9, 0.5)
"""How often customers who stand out open, click and pass on."""


def make_emails(
    rng: np.random.Generator,
    parameters: CompanyParameters,
    roster: Roster,
    reach: Reach,
    keen: Ints,
    keenest: Ints,
    never: Ints,
) -> Acts:
    """Draw e-mails and reactions: all e-mails since joining, to those who subscribed.

    Parameters
    ----------
    keen : int64[k]
        Subscribed customers with high rates.
    keenest : int64[k]
        Subscribed customers with the highest rates.
    never : int64[k]
        Customers who are sent nothing.
    """
    n = roster.n
    day = parameters.last - NEWEST - DAYS_BETWEEN * np.arange(MAILINGS)[::-1]
    share = np.array(parameters.subscribed)[[RELATIONS.index(name) for name in roster.relation]]
    subscribed = rng.random(n) < share
    subscribed[keen], subscribed[keenest], subscribed[never] = True, True, False
    sent = subscribed[:, np.newaxis] & (day >= roster.joined[:, np.newaxis])

    opens = rng.beta(*parameters.opens, size=n)
    clicks, forwards = np.full(n, parameters.clicks), np.full(n, parameters.forwards)
    for people, rates in ((keen, KEEN), (keenest, KEENEST)):
        opens[people], clicks[people], forwards[people] = rates
    opened = sent & _some(rng, opens)
    clicked, forwarded = opened & _some(rng, clicks), opened & _some(rng, forwards)
    when = day + rng.integers(0, SLOWEST, size=sent.shape)
    who, mailing = np.nonzero(forwarded)
    return Acts.together(
        Acts.of(np.nonzero(sent)[0], SENT, day[np.nonzero(sent)[1]]),
        Acts.of(np.nonzero(opened)[0], OPENED, when[opened]),
        Acts.of(np.nonzero(clicked)[0], CLICKED, when[clicked]),
        Acts.of(who, FORWARDED, when[who, mailing], some_contact(rng, reach, who)),
    )


def some_contact(rng: np.random.Generator, reach: Reach, people: Ints) -> Ints:
    """Draw for each of these people a customer whom they can influence; `NOBODY` without any."""
    first, count = reach.starts[people], np.diff(reach.starts)[people]
    at = first + (rng.random(len(people)) * count).astype(np.int64)
    at = np.minimum(at, len(reach.targets) - 1)
    return np.where(count > 0, reach.targets[at], NOBODY)


def _some(rng: np.random.Generator, share: Floats) -> Flags:
    return np.asarray(rng.random((len(share), MAILINGS)) < share[:, np.newaxis], np.bool_)
