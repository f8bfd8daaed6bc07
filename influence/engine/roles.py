"""Roles of customers, by rules that a company may edit: several roles, one, or none."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from influence.conditions.where import Condition
from influence.engine.activity import Activity
from influence.engine.acts import NO_DAY
from influence.engine.card import email_rates
from influence.errors import UsageError
from influence.network.contacts import Contacts
from influence.tables.specs import KNOWN_KINDS
from influence.value.percentiles import mid_rank, mid_ranks

SHARING = ("share", "email_forward")
DEFENCE = ("reply", "answer")


def features(
    activity: Activity, contacts: Contacts, figures: Mapping[str, npt.NDArray[Any]]
) -> dict[str, pa.Array]:
    """The columns that rules may name, one value for each customer; null where unknown.

    All score columns; the number of acts in the window by kind, such as `review`, and in all,
    `acts`; `sharing` (acts share and email_forward), `defence` (replies and answers with positive
    sentiment), `purchases`; `email_percentile` and `purchase_percentile`, among active customers,
    of the rates at which e-mails are opened, clicked and passed on, and of purchases;
    `weak_tie_percentile`, among all customers, of weak_tie_value; and by the dates of first acts
    `ahead_of`, the number of contacts who acted later than the customer, and `ahead_share`, their
    share among the contacts who acted.
    """
    n, acts = len(activity.active), activity.acts
    columns = {name: pa.array(values, from_pandas=True) for name, values in figures.items()}
    known = acts.kind.astype(str)
    kinds = {*KNOWN_KINDS, *known.tolist()}
    counts = {kind: acts.count(n, kind) for kind in sorted(kinds)}
    done = acts.where(acts.kind != "email_sent")
    counts["acts"] = np.bincount(done.customer, minlength=n).astype(np.float64)
    counts["sharing"] = acts.count(n, *SHARING)
    counts["defence"] = acts.where(acts.sentiment > 0).count(n, *DEFENCE)
    ahead, among = _ahead(activity, contacts)
    counts["ahead_of"] = ahead
    counts["ahead_share"] = np.divide(ahead, among, out=np.full(n, np.nan), where=among > 0)
    if not len(acts):  # nothing is known of anybody's acts
        counts = dict.fromkeys(counts, np.full(n, np.nan))
    columns |= {name: pa.array(values, from_pandas=True) for name, values in counts.items()}
    columns["purchases"] = pa.array(activity.purchases)
    rates = mid_ranks(email_rates(activity).values(), activity.active)
    weak = figures["weak_tie_value"]
    ranked = mid_rank(weak, np.ones(n, dtype=np.bool_))
    columns["weak_tie_percentile"] = pa.array(ranked, from_pandas=True)
    columns["email_percentile"] = pa.array(rates, from_pandas=True)
    frequency = mid_rank(activity.purchases, activity.active)
    columns["purchase_percentile"] = pa.array(frequency, from_pandas=True)
    return columns


def roles(
    rules: Mapping[str, str], columns: Mapping[str, pa.Array], n: int
) -> npt.NDArray[np.object_]:
    """Name the roles of each customer, with commas between several; None for none; object[n].

    Raises
    ------
    UsageError
        If a rule names a column that there is not, or compares it with another type.
    """
    found: list[list[str]] = [[] for _ in range(n)]
    for name, rule in rules.items():

        def column(wanted: str, role: str = name) -> pa.Array:
            if wanted not in columns:
                near = get_close_matches(wanted, columns, n=1)
                hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(columns)}"
                raise UsageError(f"role {role}: no column {wanted!r}: {hint}")
            return columns[wanted]

        for customer in np.flatnonzero(Condition(rule).mask(column)).tolist():
            found[customer].append(name)
    named = np.full(n, None, dtype=object)
    for customer, names in enumerate(found):
        if names:
            named[customer] = ", ".join(names)
    return named


def _ahead(
    activity: Activity, contacts: Contacts
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How many contacts acted first later than the customer, and how many acted at all."""
    n, first = contacts.n, activity.first_act
    owner, other = contacts.owner, contacts.indices
    both = (first[owner] != NO_DAY) & (first[other] != NO_DAY)
    later = both & (first[owner] < first[other])
    ahead, among = (np.bincount(owner[some], minlength=n) for some in (later, both))
    return ahead.astype(np.float64), among.astype(np.float64)
