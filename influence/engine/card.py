"""The score card of a run: what its parts are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.engine.activity import Activity
from influence.engine.acts import EMAIL_SENT
from influence.score_columns import STANDINGS
from influence.value.card_rules import CardRules
from influence.value.percentiles import smoothed_rates
from influence.value.score_card import Measures

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

KNOWLEDGE = ("review", "question", "answer", "idea", "beta", "read")
"""Kinds of acts that show knowledge and involvement."""
PARTICIPATION = ("share", "reply")
"""Kinds of acts that reach others."""
OPENED, CLICKED, FORWARDED = "email_open", "email_click", "email_forward"
EMAIL = (EMAIL_SENT, OPENED, CLICKED, FORWARDED)
ENOUGH_SENT = 10
"""E-mails from which on the rates of a customer count."""


@dataclass(frozen=True, eq=False)
class Standings:
    """Quadrants and tiers of customers in the previous finished run; object[n], None for none.

    Attributes
    ----------
    run : str
        The id of that run.
    quadrant, tier : object[n]
    """

    run: str
    quadrant: npt.NDArray[Any]
    tier: npt.NDArray[Any]

    @classmethod
    def of(cls, run: str, table: pa.Table, ids: pa.Array) -> Standings:
        """Align customer, quadrant and tier of a run with the network."""
        at = pc.index_in(ids, table["customer"].combine_chunks())
        quadrant, tier = (
            table[name].combine_chunks().take(at).to_numpy(zero_copy_only=False)
            for name in STANDINGS
        )
        return cls(run, quadrant, tier)


def measures(activity: Activity, clustering: Floats, among: Flags, rules: CardRules) -> Measures:
    """Measure what the parts of the score card are made of.

    Acts of other kinds count as participation where they reached another customer, and as
    knowledge otherwise. E-mails count by their rates only, for customers who were sent ten.

    Parameters
    ----------
    activity : Activity
    clustering : float64[n]
        The share of pairs of contacts who are contacts of each other; NaN with fewer than two.
    among : bool[n]
        The profiled customers: rates are smoothed among these.
    rules : CardRules
    """
    n, acts = len(activity.active), activity.acts
    acts = acts.where(~np.isin(acts.kind, EMAIL))
    knowledge: list[Floats] = []
    participation: list[Floats] = []
    if len(acts):
        named = np.isin(acts.kind, (*KNOWLEDGE, *PARTICIPATION))
        reaches = np.isin(acts.kind, PARTICIPATION) | (~named & acts.reached_another)
        knows = np.isin(acts.kind, KNOWLEDGE) | (~named & ~reaches)
        weight = np.where(acts.public, rules.public_weight, 1.0)
        knowledge.append(np.bincount(acts.customer[knows], minlength=n).astype(np.float64))
        reached = np.bincount(acts.customer[reaches], weight[reaches], minlength=n)
        participation.append(reached.astype(np.float64))
    rates = email_rates(activity, among)
    knowledge += [rates[kind] for kind in (OPENED, CLICKED) if kind in rates]
    participation += [rates[kind] for kind in (FORWARDED,) if kind in rates]
    if not np.isnan(clustering).all():
        tight = rules.connections == "tight-knit"
        participation.append(clustering if tight else 1.0 - clustering)
    contacts = [] if np.isnan(activity.contacts).all() else [activity.contacts]
    return Measures(knowledge, participation, contacts)


def email_rates(activity: Activity, among: Flags) -> dict[str, Floats]:
    """Compute how often customers open, click and pass on e-mails, per e-mail sent.

    Parameters
    ----------
    activity : Activity
    among : bool[n]
        Whose rates count; those of others are NaN.

    Returns
    -------
    dict of str to float64[n]
        By kind of act; NaN for customers who were sent fewer than ten. Rates are smoothed, with a
        prior fitted to all. Empty where no e-mails were sent.
    """
    n, acts = len(activity.active), activity.acts
    sent = np.where(among, acts.count(n, EMAIL_SENT), 0.0)
    if not sent.any():
        return {}
    # An e-mail may be opened twice, but no more than all of them can have been opened.
    rates = {
        kind: smoothed_rates(np.minimum(acts.count(n, kind), sent), sent)
        for kind in (OPENED, CLICKED, FORWARDED)
    }
    return {kind: np.where(sent >= ENOUGH_SENT, rate, np.nan) for kind, rate in rates.items()}


def emails_not_sent(activity: Activity, among: Flags) -> int:
    """Count the e-mails opened, clicked or passed on by customers to whom none was sent.

    They count in no rate; only those of the customers `among`, bool[n], are counted here.
    """
    n, acts = len(activity.active), activity.acts
    without = among & (acts.count(n, EMAIL_SENT) == 0)
    return int(acts.count(n, OPENED, CLICKED, FORWARDED)[without].sum())


def answers(activity: Activity) -> Floats:
    """Count the answers of each customer that reached another customer; float64[n]."""
    acts = activity.acts
    saves = (acts.kind == "answer") & acts.reached_another
    return np.bincount(acts.customer[saves], minlength=len(activity.active)).astype(np.float64)
