"""Load: the stamp of a load that changed something, and what a store keeps of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import influence
from influence.runs import now
from influence.tables import Rules, Tables
from influence.tables.counts import RowCounts

LOADS_KEPT = 20


@dataclass(frozen=True)
class Load:
    """Which files were loaded, when, and how they were read. It names no customer.

    Attributes
    ----------
    id : str
        As the lock called it: `load-20241231-235959-1a2b3c`.
    loaded_at : datetime
    replaced : bool
        Whether rows that the load did not have were removed.
    version : str
        Of this software.
    tables : mapping
        By table: `file`, `rows`, `read`, `merged`, `dropped`, `refused`, and `decided`, how the
        file was read where it could have been otherwise.
    """

    id: str
    replaced: bool
    tables: Mapping[str, Mapping[str, Any]]
    version: str = field(default_factory=lambda: influence.__version__)
    loaded_at: datetime = field(default_factory=now)

    def to_dict(self) -> dict[str, Any]:
        """As plain data for JSON; the moment in ISO 8601."""
        moment = self.loaded_at.isoformat(timespec="milliseconds")
        return {"id": self.id, "loaded_at": moment, "replaced": self.replaced,
                "version": self.version, "tables": dict(self.tables)}  # fmt: skip

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Load:
        """Read what `to_dict` wrote."""
        return cls(**{**data, "loaded_at": datetime.fromisoformat(data["loaded_at"])})


def origins(
    given: Tables, rows: Mapping[str, RowCounts], rules: Rules | None = None
) -> dict[str, dict[str, Any]]:
    """Of each table that was given, its file, how it was read and what became of its rows."""
    found, told = {}, _told(rules or Rules())
    for name in given:
        source, counts = given.sources[name], rows.get(name)
        found[name] = {
            "file": source.file,
            **(counts.to_dict() if counts else {}),
            "decided": {**source.decided, **told},
        }
    lost = {name: counts for name, counts in rows.items() if name not in found}
    return found | {name: {**counts.to_dict(), "decided": told} for name, counts in lost.items()}


def _told(rules: Rules) -> dict[str, Any]:
    """The rules of reading that somebody set."""
    usual = Rules()
    names = ("decimal", "thousands", "currency_sign", "null_words", "negative", "currency")
    return {
        name: value for name in names if (value := getattr(rules, name)) != getattr(usual, name)
    }
