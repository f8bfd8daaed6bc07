"""The nodes and edges of a graph, collected while a file is read."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

AT_ONCE = 100_000
"""Values that are held as Python objects before they become Arrow data."""


class Column:
    """A column that grows; values are held compactly."""

    def __init__(self) -> None:
        self._chunks: list[pa.Array] = []
        self._values: list[str | None] = []
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, value: str | None) -> None:
        """Append a value."""
        self._values.append(value)
        self._length += 1
        if len(self._values) >= AT_ONCE:
            self._flush()

    def fill(self, length: int) -> None:
        """Append nulls up to a length."""
        missing = length - self._length
        if missing > AT_ONCE:
            self._flush()
            self._chunks.append(pa.nulls(missing, pa.string()))
            self._length = length
        else:
            for _ in range(missing):
                self.append(None)

    def _flush(self) -> None:
        self._chunks.append(pa.array(self._values, pa.string()))
        self._values = []

    def to_arrow(self) -> pa.ChunkedArray:
        """Return all values as text."""
        self._flush()
        return pa.chunked_array(self._chunks, pa.string())


class Rows:
    """Rows of text; a column begins where a row first has it."""

    def __init__(self) -> None:
        self._columns: dict[str, Column] = {}
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, row: dict[str, str]) -> None:
        """Append a row."""
        for name, value in row.items():
            column = self._columns.setdefault(name, Column())
            column.fill(self._length)
            column.append(value)
        self._length += 1

    def to_arrow(self) -> dict[str, pa.ChunkedArray]:
        """Return all columns as text."""
        for column in self._columns.values():
            column.fill(self._length)
        return {name: column.to_arrow() for name, column in self._columns.items()}


@dataclass
class Parts:
    """The contents of a file of a graph.

    Attributes
    ----------
    nodes, edges : Rows
        Nodes have `id`; edges have `source`, `target`, and `directed` ("true" or "false").
    types : dict of str to pa.DataType
        Types of attributes that are not text.
    left_out : dict of str to int
        Elements that are not read, by kind.
    notes : list of str
        Remarks on how the file was read.
    """

    nodes: Rows = field(default_factory=Rows)
    edges: Rows = field(default_factory=Rows)
    types: dict[str, pa.DataType] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def leave_out(self, what: str) -> None:
        """Count something that is not read."""
        self.left_out[what] = self.left_out.get(what, 0) + 1
