"""The input tables and their columns, stated once: parsing, defaults, documentation, stores.

A new table is a new entry of `TABLES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

ColumnType = Literal["id", "text", "number", "date", "flag", "count"]

ARROW_TYPES: dict[ColumnType, pa.DataType] = {
    "id": pa.string(),
    "text": pa.string(),
    "number": pa.float64(),
    "date": pa.date32(),
    "flag": pa.bool_(),
    "count": pa.int64(),
}


@dataclass(frozen=True)
class Column:
    """One column of an input table.

    `low` and `high` are inclusive; with `above_low` the lower bound itself is out of range.
    `range_problem` is the kind of problem reported outside them. `also_known_as` are headers under
    which the column is recognised where the table has none of its own name.
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
    stripped: bool = False
    also_known_as: tuple[str, ...] = ()

    @property
    def arrow_type(self) -> pa.DataType:
        """The type of the column once it is validated."""
        return ARROW_TYPES[self.type]


@dataclass(frozen=True)
class TableSpec:
    """One input table.

    Attributes
    ----------
    name : str
    columns : tuple of Column
        As the company gives them.
    key : tuple of str
        What tells its rows apart.
    derived : tuple of Column
        What a store keeps beside them, since later loads and runs need to know it.
    keeps_attributes : bool
        Whether columns beyond them are kept.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    derived: tuple[Column, ...] = ()
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

    @property
    def stored(self) -> pa.Schema:
        """The Arrow schema of what a store keeps, without attributes."""
        return pa.schema([(c.name, c.arrow_type) for c in (*self.columns, *self.derived)])

    @property
    def defaults(self) -> dict[str, str | float | bool | None]:
        """What stands in a cell that is blank or absent, by column."""
        return {column.name: column.default for column in (*self.columns, *self.derived)}


TIME = Column(
    "time",
    "number",
    "of the date, in seconds (see `influence.tables.reading.times`); null: none is known",
)
"""Derived from the column `date`, where that tells a time of day."""
LARGEST = 1e100
"""Of a value in money: sums and products of such values stay finite."""

CUSTOMERS = TableSpec(
    "customers",
    (
        Column("id", "id", "the customer; text, without blanks around it", required=True),
        Column(
            "clv",
            "number",
            "own value in money; 0 for a free customer; may be negative",
            default=0.0,
            low=-LARGEST,
            high=LARGEST,
        ),
        Column("name", "text", "what people call her"),
        Column("segment", "text", "any grouping of the company's own", stripped=True),
        Column(
            "relation",
            "text",
            "customer, prospect, fan, partner …",
            default="customer",
            stripped=True,
        ),
        Column("joined", "date", "the day she became one"),
        Column("sentiment", "number", "from −1 (detractor) to 1 (advocate)", low=-1.0, high=1.0),
        Column("currency", "text", "of clv; one in the whole store"),
        Column("do_not_profile", "flag", "stays in the graph, but gets no row", default=False),
    ),
    key=("id",),
    derived=(
        Column(
            "clv_computed", "flag", "no clv was given: it comes from transactions", default=False
        ),
    ),
    keeps_attributes=True,
)

TIES = TableSpec(
    "ties",
    (
        Column("source", "id", "one end", required=True, refers_to_customer=True),
        Column("target", "id", "the other end", required=True, refers_to_customer=True),
        Column(
            "kind", "text", "friend, colleague, follows, trusts …", default="tie", stripped=True
        ),
        Column("network", "text", "where the tie was seen", default="", stripped=True),
        Column(
            "strength", "number", "greater than 0", default=1.0,
            low=0.0, above_low=True, range_problem="strength_not_positive",
        ),
        Column("directed", "flag", "from source to target only, or both ways", default=False),
        Column("since", "date", "the day it began"),
        Column(
            "sentiment", "number", "from −1 (against) to 1 (for); kept for queries, not for runs",
            low=-1.0, high=1.0,
        ),
    ),
    key=("source", "target", "kind", "network"),
    derived=(
        # A run that takes such a tie as written needs both arcs (decisions/ties-listed-twice.md).
        Column("mutual", "flag", "listed the other way round as well", default=False),
    ),
)  # fmt: skip

REFERRALS = TableSpec(
    "referrals",
    (
        Column("referrer", "id", "who brought her", required=True, refers_to_customer=True),
        Column("referred", "id", "who was brought", required=True, refers_to_customer=True),
        Column("date", "date", "the day, or day and time; the earliest of several counts"),
        Column(
            "joined_anyway", "number", "how likely she would have come by herself", default=0.0,
            low=0.0, high=1.0,
        ),
        Column(
            "margin", "number", "present value of what she brings; blank: her clv, at least 0",
            low=0.0, high=LARGEST,
        ),
        Column(
            "incentive", "number", "paid for the referral", default=0.0, low=0.0, high=LARGEST
        ),
        Column(
            "marketing", "number", "spent on it besides", default=0.0, low=0.0, high=LARGEST
        ),
        Column(
            "acquisition_saved", "number", "what winning her would have cost otherwise",
            default=0.0, low=0.0, high=LARGEST,
        ),
        Column("currency", "text", "of the amounts; one in the whole store", default=""),
    ),
    key=("referrer", "referred"),
    derived=(
        TIME,
        Column("place", "count", "her how-manieth referrer this is in the files", default=0),
    ),
)  # fmt: skip

TRANSACTIONS = TableSpec(
    "transactions",
    (
        Column("customer", "id", "who bought", required=True, refers_to_customer=True),
        Column("date", "date", "the day, or day and time", required=True),
        Column(
            "amount", "number", "in money; below 0 for a refund", required=True,
            low=-LARGEST, high=LARGEST,
        ),
        Column(
            "order", "text", "the number of the order, invoice or purchase, if there is one",
            stripped=True, default="", also_known_as=("order_id", "invoice", "invoice_no", "id"),
        ),
        Column("currency", "text", "of the amount; one in the whole store", default=""),
    ),
    # Of equal purchases the currency is equal; as part of the key it is written where it changes.
    key=("customer", "date", "amount", "order", "time", "occurrence", "currency"),
    derived=(
        TIME,
        # A customer may buy the same twice a day, and loading a file again must not buy it again
        # (decisions/what-is-the-same-purchase.md).
        Column("occurrence", "count", "the how-manieth of equal ones, from 0", default=0),
    ),
)  # fmt: skip

SURVEYS = TableSpec(
    "surveys",
    (
        Column("customer", "id", "who answered", required=True, refers_to_customer=True),
        Column("score", "number", "from 0 to 10", required=True, low=0.0, high=10.0),
        Column("date", "date", "the day, or day and time; the newest answer counts"),
        Column(
            "question", "text", "which question; only answers to `recommend` count",
            default="recommend",
        ),
    ),
    key=("customer", "question", "date"),
    derived=(TIME,),
)  # fmt: skip

TABLES: dict[str, TableSpec] = {
    spec.name: spec for spec in (CUSTOMERS, TIES, REFERRALS, TRANSACTIONS, SURVEYS)
}
