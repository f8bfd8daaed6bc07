"""What became of the rows of one table: none is lost without being counted."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class RowCounts:
    """The rows of one table by what became of them; they sum to `rows`.

    Attributes
    ----------
    rows : int
        How many there were, without the header, comments and blank lines.
    merged : int
        Repeats of an earlier or later row of the same load, which one row now stands for. A row
        that the store holds already is read; `Difference` has it among the unchanged.
    dropped : int
        Left out on purpose: empty rows, ties with oneself, whatever an option says.
    refused : int
        At fault: the input is rejected because of them.
    """

    rows: int
    merged: int = 0
    dropped: int = 0
    refused: int = 0

    @property
    def read(self) -> int:
        """The rows that came in."""
        return self.rows - self.merged - self.dropped - self.refused

    def to_dict(self) -> dict[str, int]:
        """All five numbers, for JSON."""
        return {"rows": self.rows, "read": self.read, **asdict(self)}
