"""What both stores do before they write tables: validate, merge, compare."""

from __future__ import annotations

from dataclasses import replace as replace_field

from influence.store.protocol import Loaded
from influence.tables import EMPTY, Difference, Rules, Tables, difference, validate
from influence.tables.merge import merge_counting
from influence.tables.notes import Note
from influence.tables.repeats import repeated
from influence.tables.specs import TABLES

COUNTS = ("clv", "clv_computed", "sentiment", "do_not_profile")
"""What a run asks of customers."""


def plan(
    old: Tables, given: Tables, *, replace: bool = False, rules: Rules | None = None
) -> tuple[Tables, Loaded]:
    """Work out what a store that holds `old` holds after loading `given`.

    With `replace` nothing of the old stays: a table that is not given is empty.

    Returns
    -------
    Tables
        The new content, complete.
    Loaded
        How it differs from the old.
    """
    base = EMPTY if replace else old
    known = None if replace else old
    checked = validate(given, rules, known if known and len(known.customers) else None)
    new, counted, purchases = merge_counting(base, checked.tables)
    changes = {
        name: difference(old[name], new[name], list(spec.key)) for name, spec in TABLES.items()
    }
    said, merged = repeated(base, checked.tables, counted, purchases)
    notes, rows = [*checked.notes, *said], dict(checked.rows)
    for name, doubled in merged.items():
        rows[name] = replace_field(rows[name], merged=doubled)
    before, after = _hidden(old), _hidden(new)
    no_longer = before - after
    again = len(no_longer & set(new.customers["id"].to_pylist())) if no_longer else 0
    if again:
        who = "1 customer who was" if again == 1 else f"{again:,} customers who were"
        text = f"{who} not to be profiled will be from now on, as this load says"
        notes.append(Note(text, "profiled_again", customers=again))
    matters = _matters(old, new, changes)
    return new, Loaded(changes, tuple(notes), matters, regroups=before != after, rows=rows)


def _hidden(tables: Tables) -> set[str]:
    """Who is not to be profiled."""
    people = tables.customers
    return set(people["id"].filter(people["do_not_profile"]).to_pylist())


def _matters(old: Tables, new: Tables, changes: dict[str, Difference]) -> bool:
    """Whether a run would find something else: more than a name or an attribute has changed."""
    before, after = (table.customers.select(["id", *COUNTS]) for table in (old, new))
    around = any(change.any for name, change in changes.items() if name != "customers")
    return around or difference(before, after, ["id"]).any
