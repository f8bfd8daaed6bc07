"""Propose what the columns of files mean, from their names and values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow.compute as pc

from influence.loaders import edge_headers
from influence.loaders.mapped.findings import (
    PEOPLE,
    Confidence,
    Proposal,
    add_date,
    best,
    by_name,
    decided,
    fitting,
    number_keys,
    only_one,
)  # fmt: skip
from influence.loaders.mapped.meanings import fit, is_exact
from influence.loaders.mapped.profile import Profile
from influence.loaders.mapped.propose_customers import add_customers, add_rest_of_customers


def propose(files: Sequence[tuple[str, Sequence[Profile]]]) -> list[Proposal]:
    """Propose what each file contains.

    Parameters
    ----------
    files : sequence of (stem, columns)

    Returns
    -------
    list of Proposal
        The ids of one file may show which column of another is the id.
    """
    proposals = [Proposal(stem, list(columns)) for stem, columns in files]
    for proposal in proposals:
        for propose_table in TABLES:
            if propose_table(proposal):
                break
    named = [f.column for p in proposals for f in p.findings if f.meaning in PEOPLE]
    for proposal in proposals:
        if not proposal.table:
            add_customers(proposal, [c for c in named if c not in proposal.columns])
        _rest(proposal)
        order = {column.name: at for at, column in enumerate(proposal.columns)}
        proposal.findings.sort(key=lambda finding: order[finding.column.name])
    return proposals


OF_ROWS = (["id"], ["key"], ["uid"], ["record", "id"])
"""Words of names that any row may have for its own id."""


def _person(columns: Sequence[Profile]) -> tuple[Profile, Confidence, str] | None:
    """Return the column that names the customer: an id, else an address.

    A unique `id` beside a column that names customers several times is the id of the rows.
    """
    ids, addresses = fitting(columns, "customer"), fitting(columns, "address")
    if ids and ids[0].unique and ids[0].words in OF_ROWS:
        repeated = [c for c in (*ids[1:], *addresses) if not c.unique and _is_named(c)]
        ids = [*(c for c in repeated if c not in addresses), *ids]
        addresses = [c for c in repeated if c in addresses] or addresses
        ids = [] if addresses and repeated[:1] == addresses[:1] else ids
    if ids:
        return ids[0], *by_name(ids[0], "customer")
    if addresses:
        return addresses[0], "likely", "an address, and there is no other id"
    return None


def _is_named(column: Profile) -> bool:
    return is_exact(column, "customer") or fit(column, "address") > 0


def _ties(proposal: Proposal) -> bool:
    """Two columns with names such as source and target: ties, or referrals by the file's name."""
    names = [column.name for column in proposal.columns]
    ends = edge_headers.end_positions(names)
    if ends is None:
        return False
    one, other = (proposal.columns[at] for at in ends)
    rest = [column for column in proposal.columns if column not in {one, other}]
    if any(word in proposal.stem.lower() for word in ("invit", "referral", "recommend")):
        proposal.table = "referrals"
        proposal.add(one, "referrals", "referrer", "likely", f"the file is called {proposal.stem}")
        proposal.add(other, "referrals", "referred", "likely", "the other end")
        add_date(proposal, rest, "referrals", "date", ("date", "joined", "since"))
        return True
    proposal.table = "ties"
    proposal.add(one, "ties", "source", "sure", "a pair of names")
    proposal.add(other, "ties", "target", "sure", "a pair of names")
    _strength(proposal, rest)
    add_date(proposal, rest, "ties", "since", ("since", "date", "joined"))
    for meaning, name in (("tie kind", "kind"), ("network", "network")):
        column = best(rest, meaning)
        if column is not None and column.kind == "text":
            proposal.add(column, "ties", name, *by_name(column, meaning))
    return True


def _strength(proposal: Proposal, rest: Sequence[Profile]) -> None:
    column = best(rest, "strength")
    if column is not None and column.bounds[0] > 0:
        proposal.add(column, "ties", "strength", *by_name(column, "strength"))
        return
    column = best(rest, "rating")
    if column is None or column.kind == "flag" or len(column.distinct) < 2:
        return
    low, high = column.bounds
    if low > 0:
        proposal.add(column, "ties", "strength", "a guess", "a rating, always above 0")
    else:
        scale = 1 / max(abs(low), abs(high))
        proposal.add(column, "ties", "sentiment", "likely", "a rating, also below 0",
                     keys=(("scale", repr(scale)),) if scale != 1 else ())  # fmt: skip


def _referrals(proposal: Proposal) -> bool:
    """A column that names who referred the customer."""
    referrer = best(proposal.columns, "referrer")
    if referrer is None:
        return False
    rest = [column for column in proposal.columns if column is not referrer]
    referred = best(rest, "referred")
    person = _person(rest)
    if referred is None and person is None:
        return False
    proposal.table = "referrals"
    proposal.add(referrer, "referrals", "referrer", *by_name(referrer, "referrer"))
    if referred is not None:
        proposal.add(referred, "referrals", "referred", *by_name(referred, "referred"))
    elif person is not None:
        column, confidence, why = person
        proposal.add(column, "referrals", "referred", confidence, why)
        if column.unique:
            proposal.add(column, "customers", "id", confidence, f"{why}, and unique")
            add_rest_of_customers(proposal, [c for c in rest if c is not column])
    date = next((f for f in proposal.of("customers") if f.meaning == "joined"), None)
    if date is not None:
        proposal.add(date.column, "referrals", "date", "likely", "the day on which they joined",
                     keys=date.keys)  # fmt: skip
    else:
        add_date(proposal, rest, "referrals", "date", ("date", "joined"))
    return True


def _surveys(proposal: Proposal) -> bool:
    """A customer and a score from 0 to 10 with a name such as NPS."""
    person, score = _person(proposal.columns), best(proposal.columns, "score")
    if person is None or score is None or score is person[0]:
        return False
    keys: tuple[tuple[str, str], ...] = ()
    if score.kind == "text":  # "10 - Extremely likely"
        begins = pc.match_substring_regex(score.distinct, r"^(10|[0-9])\b")
        if not pc.all(begins).as_py():
            return False
        keys = (("extract", "^(10|[0-9])"),)
    elif not (score.bounds[0] >= 0 and score.bounds[1] <= 10):
        return False
    proposal.table = "surveys"
    proposal.add(person[0], "surveys", "customer", *person[1:])
    proposal.add(score, "surveys", "score", *by_name(score, "score"), keys=keys)
    rest = [column for column in proposal.columns if column not in {person[0], score}]
    add_date(proposal, rest, "surveys", "date", ("date", "joined"))
    return True


def _transactions(proposal: Proposal) -> bool:
    """A customer, a date, and an amount or a price and a quantity."""
    person = _person(proposal.columns)
    if person is None:
        return False
    rest = [column for column in proposal.columns if column is not person[0]]
    if person[0].unique and best(rest, "order") is None:
        return False
    price, quantity = best(rest, "price"), best(rest, "quantity")
    amount = best([column for column in rest if column is not price], "amount")
    if amount is None and price is not None and quantity is not None:
        amount = price
    date = best(rest, "date") or best(rest, "joined") or only_one(rest, "date")
    if amount is None or date is None:
        return False
    proposal.table = "transactions"
    proposal.add(person[0], "transactions", "customer", *person[1:])
    proposal.add(person[0], "customers", "id", *person[1:])
    if amount is price and quantity is not None:
        proposal.add(price, "transactions", "amount", "likely", f"price times {quantity.name}",
                     keys=(("times", quantity.name), *number_keys(price)))  # fmt: skip
        proposal.add(quantity, "transactions", "amount", "likely", f"multiplied by {price.name}")
    else:
        keys = number_keys(amount)
        found = decided(amount, keys, *by_name(amount, "amount", rest))
        proposal.add(amount, "transactions", "amount", *found, keys=keys)
    add_date(proposal, rest, "transactions", "date", ("date", "joined"))
    for meaning in ("order", "currency"):
        column = best(rest, meaning)
        if column is not None:
            proposal.add(column, "transactions", meaning, *by_name(column, meaning))
    return True


def _engagements(proposal: Proposal) -> bool:
    """A customer who occurs often, with a kind of act, a rated item, or a date."""
    person = _person(proposal.columns)
    if person is None or person[0].unique:
        return False
    rest = [column for column in proposal.columns if column is not person[0]]
    kind, item, rating = (best(rest, meaning) for meaning in ("kind", "item", "rating"))
    dated = best(rest, "date") or only_one(rest, "date")
    if kind is None and not (item and rating) and dated is None:
        return False
    proposal.table = "engagements"
    proposal.add(person[0], "engagements", "customer", *person[1:])
    proposal.add(person[0], "customers", "id", *person[1:])
    if kind is not None and kind.kind == "text":
        proposal.add(kind, "engagements", "kind", *by_name(kind, "kind"))
    add_date(proposal, rest, "engagements", "date", ("date", "joined"))
    return True


TABLES: tuple[Callable[[Proposal], bool], ...] = (
    _ties, _referrals, _surveys, _transactions, _engagements,
)  # fmt: skip
"""Tried in this order; what none of them recognises may be customers."""


def _rest(proposal: Proposal) -> None:
    """State that the other columns are not used."""
    found = {finding.column.name for finding in proposal.findings}
    for column in proposal.columns:
        if column.name not in found:
            why = "blank" if column.kind == "blank" else "no meaning is known"
            proposal.add(column, "", "", "likely", why)
