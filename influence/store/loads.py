"""Load: the record that a store keeps of a load that changed something."""

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
    """When which files were loaded, and how they were read. It holds no customer ids.

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
    """

    id: str
    replaced: bool
    tables: Mapping[str, Mapping[str, Any]]
    version: str = field(default_factory=lambda: influence.__version__)
    loaded_at: datetime = field(default_factory=now)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; the time in ISO 8601."""
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
