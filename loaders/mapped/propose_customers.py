"""Propose which column is the id of customers, and what the others say about them."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from influence.loaders.mapped.findings import (
    Confidence,
    Proposal,
    best,
    by_name,
    date_keys,
    decided,
    number_keys,
)  # fmt: skip
from influence.loaders.mapped.meanings import PERSONAL, fit
from influence.loaders.mapped.profile import Profile

OVERLAP = 0.9
"""Share of the ids in another file that must occur in a column for it to be the id."""


def add_customers(proposal: Proposal, known: Sequence[Profile]) -> None:
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
        confidence, why = by_name(candidates[0], "customer")
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
        add_rest_of_customers(proposal, [c for c in proposal.columns if c not in several])
        return
    proposal.table = "customers"
    proposal.add(candidates[0], "customers", "id", *found)
    add_rest_of_customers(proposal, [c for c in proposal.columns if c is not candidates[0]])


def add_rest_of_customers(proposal: Proposal, rest: list[Profile]) -> None:
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
            number_keys(column)
            if meaning == "clv"
            else date_keys(column)
            if meaning == "joined"
            else ()
        )
        confidence, why = by_name(column, meaning)
        confidence, why = decided(column, keys, confidence, why)
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
    keys = date_keys(column) if column.kind == "date" else number_keys(column)
    if not keys or "?" in {value for _, value in keys}:
        return ()
    return (*keys, ("type", "date" if column.kind == "date" else "number"))


def _no_keys(_: Profile) -> tuple[tuple[str, str], ...]:
    return ()


def _overlap(column: Profile, known: Sequence[Profile]) -> float:
    """Return the share of ids in other files that occur in a column; 0 without other files."""
    others = [other.distinct for other in known]
    if not others:
        return 0.0
    ids = pc.unique(pa.concat_arrays([each.cast(pa.string()) for each in others]))
    return float(pc.mean(pc.is_in(ids, column.distinct).cast(pa.float64())).as_py() or 0.0)
