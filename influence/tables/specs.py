"""The input tables and their columns, stated once: parsing, defaults, documentation, stores.

A new table is a new entry of `TABLES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

ColumnType = Literal["id", "text", "number", "date", "flag"]

ARROW_TYPES: dict[ColumnType, pa.DataType] = {
    "id": pa.string(),
    "text": pa.string(),
    "number": pa.float64(),
    "date": pa.date32(),
    "flag": pa.bool_(),
}


@dataclass(frozen=True)
class Column:
    """One column of an input table.

    `low` and `high` are inclusive; with `above_low` the lower bound itself is out of range.
    `range_problem` is the kind of problem reported outside them.
    """

    name: str
    type: ColumnType
    doc: str
    required: bool = False
    default: str | float | bool | None = None
    low: float | None = None
    high: float | None = None
    above_low: bool = False
    range_problem: str = "out_of_range"
    refers_to_customer: bool = False

    @property
    def arrow_type(self) -> pa.DataType:
        """The type of the column once it is validated."""
        return ARROW_TYPES[self.type]


@dataclass(frozen=True)
class TableSpec:
    """One input table: its columns, and whether columns beyond them are kept as attributes."""

    name: str
    columns: tuple[Column, ...]
    keeps_attributes: bool = False

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the complete table, without attributes."""
        return pa.schema([(column.name, column.arrow_type) for column in self.columns])


LARGEST = 1e100
"""Of a value in money: sums and products of such values stay finite."""

CUSTOMERS = TableSpec(
    "customers",
    (
        Column("id", "id", "the customer; text, kept to the letter", required=True),
        Column(
            "clv",
            "number",
            "own value in money; 0 for a free customer; may be negative",
            default=0.0,
            low=-LARGEST,
            high=LARGEST,
        ),
        Column("name", "text", "what people call her"),
        Column("segment", "text", "any grouping of the company's own"),
        Column("relation", "text", "customer, prospect, fan, partner …", default="customer"),
        Column("joined", "date", "the day she became one"),
        Column("sentiment", "number", "from −1 (detractor) to 1 (advocate)", low=-1.0, high=1.0),
        Column("currency", "text", "of clv; one in the whole store"),
        Column("do_not_profile", "flag", "stays in the graph, but gets no row", default=False),
    ),
    keeps_attributes=True,
)

TIES = TableSpec(
    "ties",
    (
        Column("source", "id", "one end", required=True, refers_to_customer=True),
        Column("target", "id", "the other end", required=True, refers_to_customer=True),
        Column("kind", "text", "friend, colleague, follows, trusts …", default="tie"),
        Column("network", "text", "where the tie was seen", default=""),
        Column(
            "strength", "number", "greater than 0", default=1.0,
            low=0.0, above_low=True, range_problem="strength_not_positive",
        ),
        Column("directed", "flag", "from source to target only, or both ways", default=False),
        Column("since", "date", "the day it began"),
    ),
)  # fmt: skip

TABLES: dict[str, TableSpec] = {spec.name: spec for spec in (CUSTOMERS, TIES)}
