"""What both stores do before they write tables: validate, merge, compare."""

from __future__ import annotations

from influence.store.protocol import Loaded
from influence.tables import EMPTY, Rules, Tables, difference, merge, validate
from influence.tables.specs import TABLES

KEYS = {"customers": ["id"], "ties": ["source", "target", "kind", "network"]}


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
    new = merge(base, checked.tables)
    changes = {name: difference(old[name], new[name], KEYS[name]) for name in TABLES}
    notes = list(checked.notes)
    doubled = len(checked.tables["ties"]) if "ties" in checked.tables else 0
    if doubled:
        doubled -= len(merge(EMPTY, Tables(ties=checked.tables.ties)).ties)
    if doubled:
        notes.append(f"{doubled:,} ties were listed more than once; the last row of each counts")
    return new, Loaded(changes, tuple(notes))
