"""Propose what the columns of files mean, from their names and values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from influence.loaders import edge_headers
from influence.loaders.mapped.meanings import PERSONAL, fit, is_exact
from influence.loaders.mapped.profile import Profile

Confidence = Literal["sure", "likely", "a guess", "undecided"]
OVERLAP = 0.9
"""Share of the ids in another file that must occur in a column for it to be the id."""


@dataclass(frozen=True)
class Finding:
    """What one column means.

    Attributes
    ----------
    column : Profile
    table : str
        A table; empty if the column is not used.
    meaning : str
        A column of the table; `attributes`, or empty.
    confidence : Confidence
    why : str
    choices : tuple of str
        Columns among which a person must decide.
    keys : tuple of (str, str)
        Further keys of the mapping, such as `("dates", "?")`.
    """

    column: Profile
    table: str
    meaning: str
    confidence: Confidence
    why: str
    choices: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()


@dataclass
class Proposal:
    """What one file contains.

    Attributes
    ----------
    stem : str
        Name of the file, without its ending.
    columns : list of Profile
    table : str
        The main table; empty if nothing shows it.
    findings : list of Finding
        In the order of the columns; a column may have several meanings.
    """

    stem: str
    columns: list[Profile]
    table: str = ""
    findings: list[Finding] = field(default_factory=list)

    def of(self, table: str) -> list[Finding]:
        """Return the findings for a table."""
        return [finding for finding in self.findings if finding.table == table]

    def add(
        self,
        column: Profile,
        table: str,
        meaning: str,
        confidence: Confidence,
        why: str,
        **more: tuple[str, ...] | tuple[tuple[str, str], ...],
    ) -> None:
        """Add a finding; ids such as 12.0 lose their decimals."""
        if meaning in {"id", *PEOPLE} and column.is_written_as_decimal:
            more["keys"] = (("extract", "^[0-9]+"),)
        finding = Finding(column, table, meaning, confidence, why, **more)  # type: ignore[arg-type]
        self.findings.append(finding)


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
            _customers(proposal, [c for c in named if c not in proposal.columns])
        _rest(proposal)
        order = {column.name: at for at, column in enumerate(proposal.columns)}
        proposal.findings.sort(key=lambda finding: order[finding.column.name])
    return proposals


OF_ROWS = (["id"], ["key"], ["uid"], ["record", "id"])
"""Words of names that any row may have for its own id."""
PEOPLE = {"source", "target", "customer", "referrer", "referred"}


def best(columns: Sequence[Profile], meaning: str) -> Profile | None:
    """Return the column whose name fits a meaning best; None if none does."""
    found = fitting(columns, meaning)
    return found[0] if found else None


def fitting(columns: Sequence[Profile], meaning: str) -> list[Profile]:
    """Return the columns whose names fit a meaning, the usual names first."""
    fits = [(fit(column, meaning), at, column) for at, column in enumerate(columns)]
    return [column for found, _, column in sorted(fits, key=lambda f: (f[0], f[1])) if found]


def _name(column: Profile, meaning: str, columns: Sequence[Profile] = ()) -> tuple[Confidence, str]:
    """Return how sure a name is, and why; of several columns that fit the others are named."""
    others = [each.name for each in fitting(columns, meaning) if each is not column]
    also = f"; {' and '.join(others)} may be meant too" if others else ""
    if is_exact(column, meaning):
        return ("likely" if others else "sure"), f"by its name{also}"
    return "likely", f"by a part of its name{also}"


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
        return ids[0], *_name(ids[0], "customer")
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
        _date(proposal, rest, "referrals", "date", ("date", "joined", "since"))
        return True
    proposal.table = "ties"
    proposal.add(one, "ties", "source", "sure", "a pair of names")
    proposal.add(other, "ties", "target", "sure", "a pair of names")
    _strength(proposal, rest)
    _date(proposal, rest, "ties", "since", ("since", "date", "joined"))
    for meaning, name in (("tie kind", "kind"), ("network", "network")):
        column = best(rest, meaning)
        if column is not None and column.kind == "text":
            proposal.add(column, "ties", name, *_name(column, meaning))
    return True


def _strength(proposal: Proposal, rest: Sequence[Profile]) -> None:
    column = best(rest, "strength")
    if column is not None and column.bounds[0] > 0:
        proposal.add(column, "ties", "strength", *_name(column, "strength"))
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
    proposal.add(referrer, "referrals", "referrer", *_name(referrer, "referrer"))
    if referred is not None:
        proposal.add(referred, "referrals", "referred", *_name(referred, "referred"))
    elif person is not None:
        column, confidence, why = person
        proposal.add(column, "referrals", "referred", confidence, why)
        if column.unique:
            proposal.add(column, "customers", "id", confidence, f"{why}, and unique")
            _of_customers(proposal, [c for c in rest if c is not column])
    date = next((f for f in proposal.of("customers") if f.meaning == "joined"), None)
    if date is not None:
        proposal.add(date.column, "referrals", "date", "likely", "the day on which they joined",
                     keys=date.keys)  # fmt: skip
    else:
        _date(proposal, rest, "referrals", "date", ("date", "joined"))
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
    proposal.add(score, "surveys", "score", *_name(score, "score"), keys=keys)
    rest = [column for column in proposal.columns if column not in {person[0], score}]
    _date(proposal, rest, "surveys", "date", ("date", "joined"))
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
    date = best(rest, "date") or best(rest, "joined") or _only(rest, "date")
    if amount is None or date is None:
        return False
    proposal.table = "transactions"
    proposal.add(person[0], "transactions", "customer", *person[1:])
    proposal.add(person[0], "customers", "id", *person[1:])
    if amount is price and quantity is not None:
        proposal.add(price, "transactions", "amount", "likely", f"price times {quantity.name}",
                     keys=(("times", quantity.name), *_numbers(price)))  # fmt: skip
        proposal.add(quantity, "transactions", "amount", "likely", f"multiplied by {price.name}")
    else:
        keys = _numbers(amount)
        found = _decided(amount, keys, *_name(amount, "amount", rest))
        proposal.add(amount, "transactions", "amount", *found, keys=keys)
    _date(proposal, rest, "transactions", "date", ("date", "joined"))
    for meaning in ("order", "currency"):
        column = best(rest, meaning)
        if column is not None:
            proposal.add(column, "transactions", meaning, *_name(column, meaning))
    return True


def _engagements(proposal: Proposal) -> bool:
    """A customer who occurs often, with a kind of act, a rated item, or a date."""
    person = _person(proposal.columns)
    if person is None or person[0].unique:
        return False
    rest = [column for column in proposal.columns if column is not person[0]]
    kind, item, rating = (best(rest, meaning) for meaning in ("kind", "item", "rating"))
    dated = best(rest, "date") or _only(rest, "date")
    if kind is None and not (item and rating) and dated is None:
        return False
    proposal.table = "engagements"
    proposal.add(person[0], "engagements", "customer", *person[1:])
    proposal.add(person[0], "customers", "id", *person[1:])
    if kind is not None and kind.kind == "text":
        proposal.add(kind, "engagements", "kind", *_name(kind, "kind"))
    _date(proposal, rest, "engagements", "date", ("date", "joined"))
    return True


TABLES: tuple[Callable[[Proposal], bool], ...] = (
    _ties, _referrals, _surveys, _transactions, _engagements,
)  # fmt: skip
"""Tried in this order; what none of them recognises may be customers."""


def _customers(proposal: Proposal, known: Sequence[Profile]) -> None:
    """A unique column with the name of an id; two of them are left to a person.

    Parameters
    ----------
    known : sequence of Profile
        Columns of other files that name customers.
    """
    unique = [column for column in proposal.columns if column.unique
              and column.kind in {"integer", "text", "address"}]  # fmt: skip
    candidates = [column for column in unique if fit(column, "customer")]
    if not candidates:
        candidates = [column for column in unique if fit(column, "address")]
    found: tuple[Confidence, str]
    shares = {column.name: _overlap(column, known) for column in candidates or unique}
    named = [c for c in candidates or unique if shares[c.name] >= OVERLAP]
    if len(candidates or unique) > 1 and len(named) == 1:
        share = shares[named[0].name]
        candidates, found = named, ("sure", f"{share:.0%} of the ids in the other files are here")
    elif len(candidates) == 1:
        confidence, why = _name(candidates[0], "customer")
        if not fit(candidates[0], "customer"):
            confidence, why = "likely", "an address, and there is no other id"
        found = confidence, f"{why}, and unique"
    else:
        several = candidates or unique
        if not several:
            return
        names = tuple(column.name for column in several)
        proposal.table = "customers"
        for column in several:
            others = [name for name in names if name != column.name]
            why = f"unique, as {' and '.join(others)}" if others else "unique, with another name"
            proposal.add(column, "customers", "id", "undecided", why, choices=names)
        _of_customers(proposal, [c for c in proposal.columns if c not in several])
        return
    proposal.table = "customers"
    proposal.add(candidates[0], "customers", "id", *found)
    _of_customers(proposal, [c for c in proposal.columns if c is not candidates[0]])


def _of_customers(proposal: Proposal, rest: list[Profile]) -> None:
    """Find what the other columns say about a customer; further ones are attributes."""
    used: list[Profile] = []
    first, last = best(rest, "first"), best(rest, "last")
    for meaning in ("name", "clv", "joined", "segment", "relation", "currency", "do_not_profile"):
        if meaning == "name" and first is not None and last is not None:
            for column in (first, last):
                proposal.add(column, "customers", "name", "sure", "by its name")
            used += [first, last]
            continue
        found = best([c for c in rest if c not in used], meaning)
        if found is None or (meaning in {"name", "segment"} and found.kind != "text"):
            continue
        column = found
        keys = (
            _numbers(column) if meaning == "clv" else _dates(column) if meaning == "joined" else ()
        )
        confidence, why = _name(column, meaning)
        confidence, why = _decided(column, keys, confidence, why)
        proposal.add(column, "customers", meaning, confidence, why, keys=keys)
        used.append(column)
    for column in rest:
        if column in used or column.kind == "blank" or fit(column, "referrer"):
            continue
        personal = next((word for word in column.words if word in PERSONAL), None)
        if column.kind == "address" or personal:
            proposal.add(column, "", "", "likely", "personal, and not needed for scores")
        else:
            proposal.add(column, "customers", "attributes", "likely", "kept as an attribute",
                         keys=_type(column))  # fmt: skip


def _type(column: Profile) -> tuple[tuple[str, str], ...]:
    """Return the keys by which an attribute gets a type, where the file has it as other text."""
    keys = _dates(column) if column.kind == "date" else _numbers(column)
    if not keys or "?" in {value for _, value in keys}:
        return ()
    return (*keys, ("type", "date" if column.kind == "date" else "number"))


def _no_keys(_: Profile) -> tuple[tuple[str, str], ...]:
    return ()


def _rest(proposal: Proposal) -> None:
    """State that the other columns are not used."""
    found = {finding.column.name for finding in proposal.findings}
    for column in proposal.columns:
        if column.name not in found:
            why = "blank" if column.kind == "blank" else "no meaning is known"
            proposal.add(column, "", "", "likely", why)


def _date(
    proposal: Proposal, rest: Sequence[Profile], table: str, name: str, meanings: Sequence[str]
) -> None:
    """Find the date of a row: by its name, else the only column of dates."""
    for meaning in meanings:
        column = best(rest, meaning)
        if column is not None:
            keys = _dates(column)
            confidence, why = _decided(column, keys, *_name(column, meaning, rest))
            proposal.add(column, table, name, confidence, why, keys=keys)
            return
    column = _only(rest, "date")
    if column is not None:
        keys = _dates(column)
        confidence, why = _decided(column, keys, "likely", "the only column of dates")
        proposal.add(column, table, name, confidence, why, keys=keys)


def _only(columns: Sequence[Profile], kind: str) -> Profile | None:
    found = [column for column in columns if column.kind == kind]
    return found[0] if len(found) == 1 else None


def _dates(column: Profile) -> tuple[tuple[str, str], ...]:
    """Return the key that says how dates are written."""
    if column.kind == "day of a moment":
        return (("extract", "^[0-9]{4}-[0-9]{2}-[0-9]{2}"),)
    orders = column.dates.orders
    return (("dates", orders[0] if len(orders) == 1 else "?"),) if orders else ()


def _numbers(column: Profile) -> tuple[tuple[str, str], ...]:
    """Return the keys that say how numbers are written."""
    keys = []
    if len(column.notations) > 1:
        keys.append(("decimal", "?"))
    elif column.notations:
        notation = column.notations[0]
        keys += [("decimal", notation.decimal)] if notation.decimal != "." else []
        keys += [("thousands", notation.thousands)] if notation.thousands else []
    return (*keys, *(("currency_sign", sign) for sign in column.signs))


def _decided(
    column: Profile, keys: Sequence[tuple[str, str]], confidence: Confidence, why: str
) -> tuple[Confidence, str]:
    """Return `undecided` with both readings, if a key is left to a person."""
    if ("dates", "?") in keys:
        return "undecided", column.dates.ambiguous().replace("--dates ", "")
    if ("decimal", "?") in keys:
        return "undecided", _both_numbers(column)
    return confidence, why


def _both_numbers(column: Profile) -> str:
    """Return a number, what it is in each notation, and the keys for each."""
    cell = pa.array([column.example])
    each = []
    for notation in column.notations:
        keys = f'decimal = "{notation.decimal}"'
        keys += f', thousands = "{notation.thousands}"' if notation.thousands else ""
        each.append(f"{notation.plain(cell)[0].as_py()} ({keys})")
    return f"'{column.example}' is {' or '.join(each)}"


def _overlap(column: Profile, known: Sequence[Profile]) -> float:
    """Return the share of ids in other files that occur in a column; 0 without other files."""
    others = [other.distinct for other in known]
    if not others:
        return 0.0
    ids = pc.unique(pa.concat_arrays([each.cast(pa.string()) for each in others]))
    return float(pc.mean(pc.is_in(ids, column.distinct).cast(pa.float64())).as_py() or 0.0)
