"""Row counts of one table: no row is lost without being counted."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class RowCounts:
    """Counts of the rows of one table; read + merged + dropped + refused = rows.

    Attributes
    ----------
    rows : int
        All rows, without the header, comments and blank lines.
    merged : int
        Rows merged with another row of the same load. A row that the store holds already counts
        as read; `Difference` counts it as unchanged.
    dropped : int
        Rows dropped on purpose: empty rows, self ties, rows excluded by an option.
    refused : int
        Rows with problems, because of which the input is rejected.
    """

    rows: int
    merged: int = 0
    dropped: int = 0
    refused: int = 0

    @property
    def read(self) -> int:
        """Rows that were read."""
        return self.rows - self.merged - self.dropped - self.refused

    def to_dict(self) -> dict[str, int]:
        """Return all five counts, for JSON."""
        return {"rows": self.rows, "read": self.read, **asdict(self)}
