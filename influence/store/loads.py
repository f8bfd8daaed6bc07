"""Load: the record that a store keeps of each load."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import influence
from influence.runs import now
from influence.tables import Difference, Rules, Tables
from influence.tables.counts import RowCounts
from influence.tables.notes import Note
from influence.tables.origin import File, Origin

LOADS_KEPT = 366
"""A year of nightly loads."""
NAME_REMOVED = "(name removed)"
"""Stands for the name of a file that named a forgotten customer."""
FILES_NAMED = 3
"""In one note."""


@dataclass(frozen=True)
class Load:
    """The record of a load: time, files, how they were read, and changes. No customer ids.

    Attributes
    ----------
    id : str
        The job name of its lock: `load-20241231-235959-1a2b3c`.
    loaded_at : datetime
    replaced : bool
        Whether rows that are not in the load were removed.
    version : str
        The version of this software.
    tables : mapping
        By table: `file`, `rows`, `read`, `merged`, `dropped`, `refused`, and `decided`: how the
        file was read where there was a choice.
    origin : Origin or None
        The loader, and its files with size and hash; None in records of an older version.
    changes : mapping or None
        By table that changed, the rows `new`, `changed` and `removed`; None in records of an older
        version, which were kept only of loads that changed something.
    """

    id: str
    replaced: bool
    tables: Mapping[str, Mapping[str, Any]]
    version: str = field(default_factory=lambda: influence.__version__)
    loaded_at: datetime = field(default_factory=now)
    origin: Origin | None = None
    changes: Mapping[str, Mapping[str, int]] | None = None

    @property
    def files(self) -> tuple[File, ...]:
        """The files that were loaded; none in records of an older version."""
        return self.origin.files if self.origin else ()

    @property
    def changed(self) -> bool:
        """Whether the load changed any table."""
        return self.changes is None or bool(self.changes)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; the time in ISO 8601."""
        moment = self.loaded_at.isoformat(timespec="milliseconds")
        return {"id": self.id, "loaded_at": moment, "replaced": self.replaced,
                "version": self.version, "tables": dict(self.tables),
                "origin": self.origin and asdict(self.origin), "changes": self.changes}  # fmt: skip

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Load:
        """Read what `to_dict` wrote."""
        data = {**data, "loaded_at": datetime.fromisoformat(data["loaded_at"])}
        if origin := data.get("origin"):
            files = tuple(File(**file) for file in origin["files"])
            data["origin"] = Origin(origin["loader"], files)
        return cls(**data)

    def without(self, names: Iterable[str]) -> Load:
        """Remove the names of files in which one of these names of a customer occurs."""
        names = [name for name in names if name]

        def cleared(file: str) -> str:
            return NAME_REMOVED if any(_names(file, name) for name in names) else file

        tables = {
            table: {**record, "file": cleared(record["file"])} if "file" in record else record
            for table, record in self.tables.items()
        }
        origin = self.origin
        if origin is not None:
            files = tuple(replace(file, name=cleared(file.name)) for file in origin.files)
            origin = replace(origin, files=files)
        return replace(self, tables=tables, origin=origin)


def _names(file: str, name: str) -> bool:
    """Return whether the name of a file contains a name as a whole word.

    Numbers of up to four digits are also parts of dates; they count only as the whole name.
    """
    word = re.escape(name)
    if re.fullmatch("[0-9]{1,4}", name):
        return re.search(rf"(^|[/\\]){word}(\.|$)", file) is not None
    return re.search(rf"(?<![^\W_]){word}(?![^\W_])", file, re.IGNORECASE) is not None


def origin_of(given: Tables) -> Origin:
    """Return the origin of tables; frames are hashed one by one."""
    if given.origin.files:
        return given.origin
    frames = tuple(File.of_frame(given.sources[name].file, given[name]) for name in given)
    return replace(given.origin, files=frames)


def changes_of(changes: Mapping[str, Difference]) -> dict[str, dict[str, int]]:
    """Return the numbers of new, changed and removed rows of the tables that changed."""
    return {
        name: {"new": len(change.added), "changed": len(change.changed),
               "removed": len(change.removed)}
        for name, change in changes.items() if change.any
    }  # fmt: skip


def notes_of_repeats(origin: Origin, loads: Sequence[Load]) -> list[Note]:
    """Note which files were loaded before, one note for each earlier load."""
    found: dict[str, list[str]] = {}
    moments = {load.id: load.loaded_at for load in loads}
    known = {file.sha256: (file, load) for load in reversed(loads) for file in load.files}
    for file in origin.files:
        if file.sha256 in known:
            then, load = known[file.sha256]
            name = file.name if file.name == then.name else f"{file.name} (then {then.name})"
            found.setdefault(load.id, []).append(name)
    notes = []
    for load_id, names in found.items():
        shown = ", ".join(names[:FILES_NAMED])
        more = f" and {len(names) - FILES_NAMED} more" if len(names) > FILES_NAMED else ""
        moment = moments[load_id]
        text = f"{shown}{more}: the same content was loaded on {moment:%Y-%m-%d %H:%M} (UTC)"
        notes.append(Note(text, "loaded_before", files=names, load=load_id,
                          loaded_at=moment.isoformat(timespec="seconds")))  # fmt: skip
    return notes


def origins(
    given: Tables, rows: Mapping[str, RowCounts], rules: Rules | None = None
) -> dict[str, dict[str, Any]]:
    """Return for each table of a load its file, how it was read, and its row counts."""
    found, chosen = {}, _chosen(rules or Rules())
    for name in given:
        source, counts = given.sources[name], rows.get(name)
        found[name] = {
            "file": source.file,
            **(counts.to_dict() if counts else {}),
            "decided": {**source.decided, **chosen},
        }
    missing = {name: counts for name, counts in rows.items() if name not in found}
    return found | {
        name: {**counts.to_dict(), "decided": chosen} for name, counts in missing.items()
    }


def _chosen(rules: Rules) -> dict[str, Any]:
    """Return the rules of reading that differ from the defaults."""
    default = Rules()
    names = (
        "decimal", "thousands", "currency_sign", "null_words", "dates", "merge_ids", "negative",
        "currency",
    )  # fmt: skip
    return {
        name: value for name in names if (value := getattr(rules, name)) != getattr(default, name)
    }
