"""LastExport: what a store keeps of the last export for a program, so that the next has less."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

ROWS = pa.schema([("customer", pa.string()), ("digest", pa.string())])


@dataclass(frozen=True, eq=False)
class LastExport:
    """The rows that a target was last given.

    Attributes
    ----------
    target : str
        `salesforce`, `hubspot`, `mailchimp` or `csv`.
    fields : tuple of str
        The header of the file.
    run : str
        The run whose scores were exported.
    exported_at : datetime
    rows : pa.Table
        `customer`, and `digest`: a hash of the cells of their row, 32 hexadecimal characters.
    """

    target: str
    fields: tuple[str, ...]
    run: str
    exported_at: datetime
    rows: pa.Table

    def to_dict(self) -> dict[str, Any]:
        """Return all but the rows, for JSON."""
        moment = self.exported_at.isoformat(timespec="milliseconds")
        return {"target": self.target, "fields": list(self.fields), "run": self.run,
                "exported_at": moment}  # fmt: skip

    @classmethod
    def from_dict(cls, data: dict[str, Any], rows: pa.Table) -> LastExport:
        """Read what `to_dict` wrote."""
        moment = datetime.fromisoformat(data["exported_at"])
        return cls(data["target"], tuple(data["fields"]), data["run"], moment, rows)
