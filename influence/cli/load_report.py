"""The JSON report of a load: its changes, or why it was rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from influence.errors import InputRejected
    from influence.store import Loaded
    from influence.tables import Difference, Problems
    from influence.tables.notes import Note


def report(store: str, loaded: Loaded, *, dry_run: bool) -> dict[str, Any]:
    """Return the report of a load or of a dry run.

    Returns
    -------
    dict
        `store`, `dry_run`, `written`; by table `changes`, `rows` and `removed` (the key columns of
        every removed row); `notes`.
    """
    return {
        "store": store,
        "dry_run": dry_run,
        "written": loaded.changed and not dry_run,
        "changes": changes(loaded),
        "rows": loaded.origins,
        "notes": [note_fields(note) for note in loaded.notes],
        "removed": {
            name: keys for name, change in loaded.changes.items() if (keys := _keys(name, change))
        },
    }


def rejected(
    store: str, error: InputRejected, origins: Mapping[str, Mapping[str, Any]], *, dry_run: bool
) -> dict[str, Any]:
    """Return the report of a rejected load.

    It has `problems` in addition, and `refused` if the load would remove too much.

    Parameters
    ----------
    origins : mapping
        Table → its file, the detected format and the counts of rows.
    """
    from influence.errors import RemovalRefused

    if isinstance(error, RemovalRefused):
        planned = report(store, error.loaded, dry_run=dry_run)
        return {**planned, "written": False, "problems": [], "refused": error.removals}
    return {
        "store": store,
        "dry_run": dry_run,
        "written": False,
        "changes": {},
        "rows": dict(origins),
        "removed": {},
        "notes": [note_fields(note) for note in error.notes],
        "problems": problem_rows(error.problems),
    }


def changes(loaded: Loaded) -> dict[str, dict[str, int]]:
    """Return the numbers of new, changed, removed and unchanged rows of each table."""
    return {
        name: {
            "new": len(change.added),
            "changed": len(change.changed),
            "removed": len(change.removed),
            "unchanged": change.unchanged,
        }
        for name, change in loaded.changes.items()
    }


def note_fields(note: Note) -> dict[str, Any]:
    """Return the event, the message and the fields of a note."""
    return {"event": note.event, "message": str(note), **note.fields}


def problem_rows(problems: Problems) -> list[dict[str, Any]]:
    """Return all problems, as `check` lists them."""
    rows: list[dict[str, Any]] = problems.to_arrow().to_pylist()
    return rows


def _keys(name: str, change: Difference) -> list[dict[str, Any]]:
    from influence.tables.specs import TABLES

    rows: list[dict[str, Any]] = change.removed.select(list(TABLES[name].key)).to_pylist()
    return rows
