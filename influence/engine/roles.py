"""Roles of customers, by rules that a company may edit: several roles, one, or none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
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
from influence.network.blocks import row_blocks
from influence.network.contacts import Contacts
from influence.tables.specs import KNOWN_KINDS
from influence.value.percentiles import mid_rank, mid_ranks

Flags = npt.NDArray[np.bool_]

SHARING = ("share", "email_forward")
DEFENCE = ("reply", "answer")


def check_columns(rules: Mapping[str, str], kinds: Iterable[str], figures: Iterable[str]) -> None:
    """Check that there are the columns that rules name.

    Parameters
    ----------
    rules : mapping of str to str
    kinds : iterable of str
        Kinds of acts that there are.
    figures : iterable of str
        Score columns that rules may name.

    Raises
    ------
    UsageError
        If there is no such column; the message names one that may be meant.
    """
    known = _names(kinds, figures)
    for role, rule in rules.items():
        for name in Condition(rule).columns():
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]}?" if near else "neither a figure nor a kind of act"
                raise UsageError(f"role {role}: no column {name!r}: {hint}")


def _names(kinds: Iterable[str], figures: Iterable[str]) -> set[str]:
    """The names of `features`: those of a company without customers."""
    nobody = np.empty(0, dtype=np.bool_)
    activity = replace(Activity.none(0), kinds=tuple(kinds))
    return {*features(activity, Contacts.none(), nobody, dict.fromkeys(figures, np.empty(0)))}


def features(
    activity: Activity,
    contacts: Contacts,
    among: Flags,
    figures: Mapping[str, npt.NDArray[Any]],
    named: Collection[str] | None = None,
) -> dict[str, pa.Array]:
    """The columns that rules may name, one value for each customer; null where unknown.

    Only those that are `named`, or all of them:

    Score columns but ranks and standard errors; the number of acts in the window by kind, such as
    `review`, and in all, `acts`; `sharing` (acts share and email_forward), `defence` (replies and
    answers with positive sentiment), `purchases`; `email_percentile` and `purchase_percentile`,
    among active customers, of the rates at which e-mails are opened, clicked and passed on, and of
    purchases; `weak_tie_percentile` of weak_tie_value; and by the dates of first acts `ahead_of`,
    the number of contacts who acted later than the customer, and `ahead_share`, their share among
    the contacts who acted. Only profiled customers, `among`, are compared with. A kind of act that
    is called like a figure cannot be named.
    """
    n, acts = len(activity.active), activity.acts
    kinds = {*KNOWN_KINDS, *activity.kinds}
    if named is not None:
        kinds &= {*named}
    counts = {kind: acts.count(n, kind) for kind in sorted(kinds)}
    done = acts.where(acts.kind != "email_sent")
    counts["acts"] = np.bincount(done.customer, minlength=n).astype(np.float64)
    counts["sharing"] = acts.count(n, *SHARING)
    counts["defence"] = acts.where(acts.sentiment > 0).count(n, *DEFENCE)
    ahead, acted = _ahead(activity, contacts, among)
    counts["ahead_of"] = ahead
    counts["ahead_share"] = np.divide(ahead, acted, out=np.full(n, np.nan), where=acted > 0)
    if not len(done):  # nothing is known of anybody's acts
        counts = dict.fromkeys(counts, np.full(n, np.nan))
    active = activity.active & among
    counts["purchases"] = activity.purchases
    counts["email_percentile"] = mid_ranks(email_rates(activity, among).values(), active)
    counts["purchase_percentile"] = mid_rank(activity.purchases, active)
    counts["weak_tie_percentile"] = mid_rank(figures["weak_tie_value"], among)
    found = {**counts, **figures}
    return {
        name: pa.array(values, from_pandas=True)
        for name, values in found.items()
        if named is None or name in named
    }


def columns_of(rules: Mapping[str, str]) -> set[str]:
    """The columns that rules name."""
    return {name for rule in rules.values() for name in Condition(rule).columns()}


def roles(
    rules: Mapping[str, str], columns: Mapping[str, pa.Array], n: int
) -> npt.NDArray[np.object_]:
    """Name the roles of each customer, with commas between several; None for none; object[n].

    Raises
    ------
    UsageError
        If a rule compares a column with a value of another type.
    """
    found: dict[int, list[str]] = {}
    for name, rule in rules.items():
        for customer in np.flatnonzero(Condition(rule).mask(columns.__getitem__)).tolist():
            found.setdefault(customer, []).append(name)
    named = np.full(n, None, dtype=object)
    for customer, names in found.items():
        named[customer] = ", ".join(names)
    return named


def _ahead(
    activity: Activity, contacts: Contacts, among: Flags
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Count the contacts who acted first later than the customer, and those who acted at all."""
    n, first = contacts.n, activity.first_act
    ahead, acted = np.zeros((2, n))
    if (first == NO_DAY).all():
        return ahead, acted
    for begin, end in row_blocks(contacts.degree):
        pairs = slice(contacts.indptr[begin], contacts.indptr[end])
        owner = np.repeat(np.arange(begin, end), contacts.degree[begin:end])
        other = contacts.indices[pairs]
        both = (first[owner] != NO_DAY) & (first[other] != NO_DAY) & among[other]
        later = both & (first[owner] < first[other])
        for count, some in ((ahead, later), (acted, both)):
            count[begin:end] = np.bincount(owner[some] - begin, minlength=end - begin)
    return ahead, acted
