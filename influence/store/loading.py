"""What both stores do before they write tables: validate, merge, compare."""

from __future__ import annotations

from dataclasses import replace as replace_field

from influence.store.forgetting import Forgotten, keep_out
from influence.store.loads import origins
from influence.store.protocol import Loaded
from influence.store.removal import LoadOptions, refusal, too_many, with_their_rows
from influence.tables import EMPTY, Difference, Rules, Tables, difference, validate
from influence.tables.merge import merge_counting
from influence.tables.notes import Note
from influence.tables.rules.repeats import repeated
from influence.tables.specs import TABLES

COUNTS = ("clv", "clv_computed", "sentiment", "do_not_profile")
"""What a run asks of customers."""


def plan(
    old: Tables,
    given: Tables,
    rules: Rules | None = None,
    options: LoadOptions | None = None,
    forgotten: Forgotten | None = None,
) -> tuple[Tables, Loaded, Forgotten]:
    """Work out what a store that holds `old` holds after loading `given`.

    Returns
    -------
    Tables
        The new content, complete.
    Loaded
        How it differs from the old.
    Forgotten
        Who is kept out from now on.

    Raises
    ------
    InputRejected
        If the input has faults, or (`RemovalRefused`) would remove too much.
    """
    options, forgotten = options or LoadOptions(), forgotten or Forgotten()
    cleared, notes = options.cleared(given), list[Note]()
    left = {name: EMPTY[name] if name in cleared else old[name] for name in TABLES}
    base = Tables(complete=True, **left)
    if not options.readmit:
        given, notes = keep_out(given, forgotten, old.customers)
    checked = validate(given, rules, base if any(len(base[name]) for name in TABLES) else None)
    notes += [*checked.notes, *options.notes(base, given)]
    if "customers" in cleared:
        people = checked.tables if "customers" in checked.tables else EMPTY
        base, gone = with_their_rows(base, people.customers)
        notes += gone
    new, counted, purchases = merge_counting(base, checked.tables)
    changes = {
        name: difference(old[name], new[name], list(spec.key)) for name, spec in TABLES.items()
    }
    said, merged = repeated(base, checked.tables, counted, purchases)
    notes, rows = [*notes, *said], dict(checked.rows)
    for name, doubled in merged.items():
        rows[name] = replace_field(rows[name], merged=doubled)
    before, after = _hidden(old), _hidden(new)
    loaded = Loaded(
        changes,
        (*notes, *_profiled_again(before - after, new)),
        matters=_matters(old, new, changes),
        regroups=before != after,
        rows=rows,
        origins=origins(given, rows, rules),
    )
    left_out = forgotten.but_for(changes["customers"].added["id"])
    loaded = replace_field(loaded, notes=(*loaded.notes, *_readmitted(forgotten, left_out)))
    removals = too_many(old, new, changes, options)
    if removals:
        raise refusal(removals, loaded)
    return new, loaded, left_out


def _readmitted(before: Forgotten, after: Forgotten) -> list[Note]:
    """How many of those who were forgotten come in again."""
    n = len(before.hashes) - len(after.hashes)
    if not n:
        return []
    who = "1 person who was" if n == 1 else f"{n:,} people who were"
    return [Note(f"let in again: {who} forgotten", "readmitted", people=n)]


def _profiled_again(no_longer: set[str], new: Tables) -> list[Note]:
    """How many are not hidden any more, of those who are still there."""
    again = len(no_longer & set(new.customers["id"].to_pylist())) if no_longer else 0
    if not again:
        return []
    who = "1 customer who was" if again == 1 else f"{again:,} customers who were"
    text = f"{who} not to be profiled will be from now on, as this load says"
    return [Note(text, "profiled_again", customers=again)]


def _hidden(tables: Tables) -> set[str]:
    """Who is not to be profiled."""
    people = tables.customers
    return set(people["id"].filter(people["do_not_profile"]).to_pylist())


def _matters(old: Tables, new: Tables, changes: dict[str, Difference]) -> bool:
    """Whether a run would find something else: more than a name or an attribute has changed.

    Acts and profiles are taken to matter as ties and purchases do.
    """
    before, after = (table.customers.select(["id", *COUNTS]) for table in (old, new))
    around = any(change.any for name, change in changes.items() if name != "customers")
    return around or difference(before, after, ["id"]).any
