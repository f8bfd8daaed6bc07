"""Records of the last exports, so that the next one has only what changed.

The entry `exports` of a manifest has a record and a file of rows by target.
"""

from __future__ import annotations

import secrets
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from influence.errors import StoreRefused
from influence.store.directory.manifest import Directory, Manifest
from influence.store.last_export import LastExport

Exports = dict[str, dict[str, Any]]


def exports_of(manifest: Manifest) -> Exports:
    """Return the exports that a store keeps; a store of an older version keeps none."""
    exports: Exports = manifest.get("exports", {})
    return exports


def last_export(directory: Directory, manifest: Manifest, target: str) -> LastExport | None:
    """Return what a target was last given; None if it was given nothing yet."""
    kept = exports_of(manifest).get(target)
    return None if kept is None else LastExport.from_dict(kept, directory.read(kept["file"]))


def with_export(directory: Directory, manifest: Manifest, export: LastExport) -> Exports:
    """Write what a target was given, in the place of what it was given before."""
    record = {**export.to_dict(), "file": _write(directory, export.rows)}
    return {**exports_of(manifest), export.target: record}


def without_customers(directory: Directory, manifest: Manifest, gone: pa.StringArray) -> Exports:
    """Write exports without some customers; unreadable ones are dropped."""
    kept = {}
    for target, export in exports_of(manifest).items():
        try:
            rows = directory.read(export["file"])
        except (FileNotFoundError, StoreRefused):
            continue
        rows = rows.filter(pc.invert(pc.is_in(rows["customer"], gone)))
        kept[target] = {**export, "file": _write(directory, rows)}
    return kept


def _write(directory: Directory, rows: pa.Table) -> str:
    return directory.write(rows, f"exported-{secrets.token_hex(8)}")
