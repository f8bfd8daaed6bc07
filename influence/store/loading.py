"""The part of a load that both stores share: validate, merge, compare."""

from __future__ import annotations

from dataclasses import replace as replace_field

from influence.score_columns import score_columns
from influence.store.forgetting import Forgotten, drop_forgotten
from influence.store.loads import origins
from influence.store.protocol import Loaded
from influence.store.removal import LoadOptions, excessive_removals, refusal, without_orphans
from influence.tables import EMPTY, Difference, Rules, Tables, difference, validate
from influence.tables.merge import merge_counting
from influence.tables.notes import Note
from influence.tables.rules.repeats import repeated
from influence.tables.specs import CUSTOMERS, TABLES

RUN_INPUTS = (
    "clv", "clv_computed", "clv_se", "sentiment", "do_not_profile", "segment", "relation",
)  # fmt: skip
"""The columns of customers on which the figures of a run depend."""


def plan(
    old: Tables,
    given: Tables,
    rules: Rules | None = None,
    options: LoadOptions | None = None,
    forgotten: Forgotten | None = None,
) -> tuple[Tables, Loaded, Forgotten]:
    """Compute the content of a store after a load, without writing it.

    Returns
    -------
    Tables
        The new content, complete.
    Loaded
        The differences from `old`.
    Forgotten
        The customers excluded from later loads.

    Raises
    ------
    InputRejected
        If the input has problems, or (`RemovalRefused`) the load would remove too many rows.
    """
    options, forgotten = options or LoadOptions(), forgotten or Forgotten()
    cleared, notes = options.cleared(given), list[Note]()
    kept = {name: EMPTY[name] if name in cleared else old[name] for name in TABLES}
    base = Tables(complete=True, **kept)
    if not options.readmit:
        given, notes = drop_forgotten(given, forgotten, old.customers)
    checked = validate(given, rules, base if any(len(base[name]) for name in TABLES) else None)
    notes += [*checked.notes, *options.notes(base, given)]
    if "customers" in cleared:
        people = checked.tables if "customers" in checked.tables else EMPTY
        base, removed = without_orphans(base, people.customers)
        notes += removed
    new, counted, purchases = merge_counting(base, checked.tables)
    changes = {
        name: difference(old[name], new[name], list(spec.key)) for name, spec in TABLES.items()
    }
    repeats, merged = repeated(base, checked.tables, counted, purchases)
    notes, rows = [*notes, *repeats], dict(checked.rows)
    for name, doubled in merged.items():
        rows[name] = replace_field(rows[name], merged=doubled)
    before, after = _hidden(old), _hidden(new)
    loaded = Loaded(
        changes,
        (
            *notes,
            *_named_like_figures(checked.tables),
            *_profiled_again(before - after, new),
            *_errors_removed(base, checked.tables, new),
        ),
        matters=_affects_figures(old, new, changes),
        regroups=before != after,
        rows=rows,
        origins=origins(given, rows, rules),
    )
    excluded = forgotten.excluding(changes["customers"].added["id"])
    loaded = replace_field(loaded, notes=(*loaded.notes, *_readmitted(forgotten, excluded)))
    removals = excessive_removals(old, new, changes, options)
    if removals:
        raise refusal(removals, loaded)
    return new, loaded, excluded


def _readmitted(before: Forgotten, after: Forgotten) -> list[Note]:
    """Note how many forgotten customers a load readmits."""
    n = len(before.hashes) - len(after.hashes)
    if not n:
        return []
    who = "1 forgotten customer" if n == 1 else f"{n:,} forgotten customers"
    return [Note(f"readmitted {who}", "readmitted", people=n)]


def _named_like_figures(given: Tables) -> list[Note]:
    """Note the columns of the company that have the name of a figure."""
    if "customers" not in given:
        return []
    figures = {column.name for column in score_columns(depth=3)} - {*CUSTOMERS.stored.names}
    names = [name for name in given.customers.column_names if name in figures]
    if not names:
        return []
    text = (
        f"customers: {', '.join(names)}: columns with the name of a figure; --where, --columns and "
        "--by mean the figure, so give the column another name"
    )
    return [Note(text, "named_like_figures", table="customers", columns=names)]


def _profiled_again(no_longer: set[str], new: Tables) -> list[Note]:
    """Note how many customers this load marks as profiled who were not profiled before."""
    again = len(no_longer & set(new.customers["id"].to_pylist())) if no_longer else 0
    if not again:
        return []
    who = "1 customer" if again == 1 else f"{again:,} customers"
    text = f"{who} not profiled until now will be profiled: this load clears do_not_profile"
    return [Note(text, "profiled_again", customers=again)]


def _errors_removed(old: Tables, given: Tables, new: Tables) -> list[Note]:
    """Note how many customers have a new CLV without the standard error that belongs to it."""
    if "customers" not in given or "clv_se" in given.customers.column_names:
        return []
    before, after = (tables.customers["clv_se"].to_numpy() > 0 for tables in (old, new))
    n = int(before.sum() - after.sum())
    if not n:
        return []
    who = "1 customer" if n == 1 else f"{n:,} customers"
    text = (
        f"{who} with a new clv and no new clv_se: the standard error of the former clv was "
        "removed, so the new one counts as certain"
    )
    return [Note(text, "clv_se_removed", customers=n)]


def _hidden(tables: Tables) -> set[str]:
    """Return the ids of customers who are not profiled."""
    people = tables.customers
    return set(people["id"].filter(people["do_not_profile"]).to_pylist())


def _affects_figures(old: Tables, new: Tables, changes: dict[str, Difference]) -> bool:
    """Return whether a run would give other figures: names and attributes do not affect them.

    Acts and profiles are assumed to affect them, as all tables beside the customers are.
    """
    before, after = (table.customers.select(["id", *RUN_INPUTS]) for table in (old, new))
    others = any(change.any for name, change in changes.items() if name != "customers")
    return others or difference(before, after, ["id"]).any
