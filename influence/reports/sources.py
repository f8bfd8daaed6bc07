"""The loads of a store: from which files, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from influence.store import Load, Store

READ, CHANGES = ("read", "merged", "dropped"), ("new", "changed", "removed")
"""Counts of the rows of a file, and of the rows of the store."""


def sources(store: Store) -> list[dict[str, Any]]:
    """List the loads of a store, newest first.

    Rejected loads and dry runs are not recorded; a directory and Neo4j keep the last 366 loads.

    Parameters
    ----------
    store : Store

    Returns
    -------
    list of dict
        `load` (its id), `loaded_at` (ISO 8601, UTC), `loader` (as in `influence load LOADER`;
        `python` for frames; None in stores of an older version), `replaced`, `changed`, `version`,
        `files` and `tables`. Each file has `name`, `size` in bytes, `sha256`, and `loaded_before`:
        when the same content was loaded last, or None. Each table has `table`, `file`, the rows
        `read`, `merged` and `dropped`, and the rows of the store that are `new`, `changed` and
        `removed`.

    Examples
    --------
    >>> import tempfile
    >>> import influence
    >>> tables = influence.Tables(customers={"id": ["A", "B"], "clv": [1.0, 2.0]})
    >>> with tempfile.TemporaryDirectory() as folder, influence.open_store(folder) as store:
    ...     loaded = store.write_tables(tables)
    ...     (load,) = influence.sources(store)
    >>> load["loader"], load["tables"][0]["read"], load["tables"][0]["new"]
    ('python', 2, 2)
    """
    found, known = list[dict[str, Any]](), dict[str, Load]()
    for load in reversed(store.loads()):
        found.append(_described(load, known))
        known |= dict.fromkeys((file.sha256 for file in load.files), load)
    return found[::-1]


def _described(load: Load, known: Mapping[str, Load]) -> dict[str, Any]:
    """Describe a load; `known` has the last earlier load of each content, by its hash."""
    return {
        "load": load.id,
        "loaded_at": _moment(load),
        "loader": load.origin and load.origin.loader,
        "replaced": load.replaced,
        "changed": load.changed,
        "version": load.version,
        "files": [
            {
                "name": file.name,
                "size": file.size,
                "sha256": file.sha256,
                "loaded_before": _moment(known[file.sha256]) if file.sha256 in known else None,
            }
            for file in load.files
        ],
        "tables": _tables(load),
    }


def _tables(load: Load) -> list[dict[str, Any]]:
    """Return the counts of each table; one that only lost rows has no file."""
    known = load.changes is not None
    changes = load.changes or {}
    rows = []
    for name in {**load.tables, **changes}:
        counts: dict[str, Any] = dict.fromkeys(CHANGES, 0) if known else {}
        counts |= {**load.tables.get(name, {}), **changes.get(name, {})}
        found = {count: counts.get(count) for count in ("file", *READ, *CHANGES)}
        rows.append({"table": name, **found})
    return rows


def _moment(load: Load) -> str:
    return load.loaded_at.isoformat(timespec="seconds")
