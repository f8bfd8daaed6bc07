"""What a load did, would do, or why it was refused, as plain data for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from influence.errors import InputRejected
    from influence.store import Loaded
    from influence.tables import Difference, Problems
    from influence.tables.notes import Note


def report(store: str, loaded: Loaded, *, dry_run: bool) -> dict[str, Any]:
    """A load that was done, or would be.

    Returns
    -------
    dict
        `store`, `dry_run`, `written`; by table `changes`, `rows` and `removed` (the key columns of
        every row that goes); `notes`.
    """
    return {
        "store": store,
        "dry_run": dry_run,
        "written": loaded.changed and not dry_run,
        "changes": changes(loaded),
        "rows": loaded.origins,
        "notes": [about(note) for note in loaded.notes],
        "removed": {
            name: keys for name, change in loaded.changes.items() if (keys := _keys(name, change))
        },
    }


def rejected(
    store: str, error: InputRejected, origins: Mapping[str, Mapping[str, Any]], *, dry_run: bool
) -> dict[str, Any]:
    """A load that was refused: the same, and `problems`, or `refused` where it removes too much.

    Parameters
    ----------
    origins : mapping
        By table, its file, how it was read and what became of the rows.
    """
    from influence.errors import RemovalRefused

    if isinstance(error, RemovalRefused):
        would = report(store, error.loaded, dry_run=dry_run)
        return {**would, "written": False, "problems": [], "refused": error.removals}
    nothing: dict[str, Any] = {"changes": {}, "rows": dict(origins), "removed": {}}
    nothing["notes"] = [about(note) for note in error.notes]
    about_it = {"store": store, "dry_run": dry_run, "written": False}
    return {**about_it, **nothing, "problems": problem_rows(error.problems)}


def changes(loaded: Loaded) -> dict[str, dict[str, int]]:
    """How many rows of each table are new, changed, removed and unchanged."""
    return {
        name: {
            "new": len(change.added),
            "changed": len(change.changed),
            "removed": len(change.removed),
            "unchanged": change.unchanged,
        }
        for name, change in loaded.changes.items()
    }


def about(note: Note) -> dict[str, Any]:
    """A note as an event, a message and its fields."""
    return {"event": note.event, "message": str(note), **note.fields}


def problem_rows(problems: Problems) -> list[dict[str, Any]]:
    """All problems, as `check` lists them."""
    rows: list[dict[str, Any]] = problems.to_arrow().to_pylist()
    return rows


def _keys(name: str, change: Difference) -> list[dict[str, Any]]:
    from influence.tables.specs import TABLES

    rows: list[dict[str, Any]] = change.removed.select(list(TABLES[name].key)).to_pylist()
    return rows
