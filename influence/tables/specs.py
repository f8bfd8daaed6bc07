"""Specs of the input tables and their columns, for parsing, defaults, documentation and stores.

To add a table, add an entry to `TABLES`.
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

    Attributes
    ----------
    name : str
    type : ColumnType
    doc : str
        Meaning, for the reference.
    required : bool
    default : str, float, bool or None
        Value of a blank or absent cell.
    low, high : float or None
        Inclusive bounds; with `above_low` the lower bound itself is out of range.
    range_problem : str
        Kind of problem that is reported outside the bounds.
    refers_to_customer : bool
        Whether the cells are ids of customers.
    stripped : bool
        Whether blanks and invisible characters at the ends are removed.
    also_known_as : tuple of str
        Other headers under which the column is recognised if the table has none of its name.
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
        """The Arrow type of the validated column."""
        return ARROW_TYPES[self.type]


@dataclass(frozen=True)
class TableSpec:
    """One input table.

    Attributes
    ----------
    name : str
    columns : tuple of Column
        The columns that the company gives.
    key : tuple of str
        Columns that identify a row.
    derived : tuple of Column
        Further columns that a store keeps for later loads and runs.
    keeps_attributes : bool
        Whether other columns are kept as attributes.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    derived: tuple[Column, ...] = ()
    keeps_attributes: bool = False

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def people(self) -> tuple[str, ...]:
        """The names of the columns whose cells are ids of customers."""
        return tuple(column.name for column in self.columns if column.refers_to_customer)

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
        """The Arrow schema of the stored table, without attributes."""
        return pa.schema([(c.name, c.arrow_type) for c in (*self.columns, *self.derived)])

    @property
    def defaults(self) -> dict[str, str | float | bool | None]:
        """The value of a blank or absent cell, by column."""
        return {column.name: column.default for column in (*self.columns, *self.derived)}


TIME = Column(
    "time",
    "number",
    "time of day, in seconds (see `influence.tables.reading.times`); null: unknown",
)
"""Derived from the column `date`, where it has a time of day."""
LARGEST = 1e100
"""Bound of amounts of money, so that sums and products stay finite."""
MOST_CONTACTS = 1e10
"""Bound of a number of contacts: more than there are people."""

CUSTOMERS = TableSpec(
    "customers",
    (
        Column("id", "id", "id of the customer; text, without blanks at its ends", required=True),
        Column(
            "clv",
            "number",
            "CLV (own value) in money; 0 for a free customer; may be negative",
            default=0.0,
            low=-LARGEST,
            high=LARGEST,
        ),
        Column(
            "clv_se",
            "number",
            "standard error of clv, in money; blank: clv is certain",
            low=0.0,
            high=LARGEST,
        ),
        Column("name", "text", "name of the customer"),
        Column("segment", "text", "segment: any grouping that the company uses", stripped=True),
        Column(
            "relation",
            "text",
            "relation to the company: customer, prospect, fan, partner …",
            default="customer",
            stripped=True,
        ),
        Column("joined", "date", "date on which the customer joined"),
        Column("sentiment", "number", "from −1 (detractor) to 1 (promoter)", low=-1.0, high=1.0),
        Column("currency", "text", "currency of clv; one per store"),
        Column(
            "do_not_profile", "flag", "not profiled: stays in the graph, gets no row", default=False
        ),
    ),
    key=("id",),
    derived=(
        Column(
            "clv_computed",
            "flag",
            "no clv was given: it is computed from transactions",
            default=False,
        ),
    ),
    keeps_attributes=True,
)

TIES = TableSpec(
    "ties",
    (
        Column("source", "id", "one end of the tie", required=True, refers_to_customer=True),
        Column("target", "id", "the other end", required=True, refers_to_customer=True),
        Column(
            "kind", "text", "kind of tie: friend, colleague, follows, trusts …", default="tie",
            stripped=True,
        ),
        Column("network", "text", "network in which the tie exists", default="", stripped=True),
        Column(
            "strength", "number", "strength of the tie, greater than 0", default=1.0,
            low=0.0, above_low=True, range_problem="strength_not_positive",
        ),
        Column(
            "directed", "flag", "true: from source to target only; false: both ways", default=False
        ),
        Column("since", "date", "date on which the tie began"),
        Column(
            "sentiment", "number", "from −1 to 1; kept for queries, not used by runs",
            low=-1.0, high=1.0,
        ),
    ),
    key=("source", "target", "kind", "network"),
    derived=(
        # A run that reads such a tie as written needs both arcs (decisions/ties-listed-twice.md).
        Column("mutual", "flag", "listed in both directions", default=False),
    ),
)  # fmt: skip

REFERRALS = TableSpec(
    "referrals",
    (
        Column("referrer", "id", "id of the referrer", required=True, refers_to_customer=True),
        Column(
            "referred", "id", "id of the referred customer", required=True, refers_to_customer=True
        ),
        Column("date", "date", "date, or date and time; the earliest of several referrals counts"),
        Column(
            "joined_anyway", "number", "probability of joining without the referral", default=0.0,
            low=0.0, high=1.0,
        ),
        Column(
            "margin", "number",
            "present value of the margin from the referred customer; blank: their clv, at least 0",
            low=0.0, high=LARGEST,
        ),
        Column(
            "incentive", "number", "incentive paid for the referral", default=0.0, low=0.0,
            high=LARGEST,
        ),
        Column(
            "marketing", "number", "marketing cost of the referral", default=0.0, low=0.0,
            high=LARGEST,
        ),
        Column(
            "acquisition_saved", "number", "acquisition cost that the referral saved",
            default=0.0, low=0.0, high=LARGEST,
        ),
        Column("currency", "text", "currency of the amounts; one per store", default=""),
    ),
    key=("referrer", "referred"),
    derived=(
        TIME,
        Column("place", "count", "ordinal of this referrer, from 0", default=0),
    ),
)  # fmt: skip

TRANSACTIONS = TableSpec(
    "transactions",
    (
        Column("customer", "id", "id of the buyer", required=True, refers_to_customer=True),
        Column("date", "date", "date, or date and time", required=True),
        Column(
            "amount", "number", "amount in money; negative for a refund", required=True,
            low=-LARGEST, high=LARGEST,
        ),
        Column(
            "order", "text", "number of the order, invoice or purchase, if known",
            stripped=True, default="", also_known_as=("order_id", "invoice", "invoice_no", "id"),
        ),
        Column("currency", "text", "currency of the amount; one per store", default=""),
    ),
    # Equal purchases have equal currencies; as part of the key, a changed currency is written.
    key=("customer", "date", "amount", "order", "time", "occurrence", "currency"),
    derived=(
        TIME,
        # A customer may buy the same twice a day, and loading a file again must not count the
        # purchases twice (decisions/equal-purchases.md).
        Column("occurrence", "count", "ordinal among equal purchases, from 0", default=0),
    ),
)  # fmt: skip

SURVEYS = TableSpec(
    "surveys",
    (
        Column(
            "customer", "id", "id of the customer who answered", required=True,
            refers_to_customer=True,
        ),
        Column("score", "number", "answer from 0 to 10", required=True, low=0.0, high=10.0),
        Column("date", "date", "date, or date and time; the newest answer counts"),
        Column(
            "question", "text", "the question; only answers to `recommend` count",
            default="recommend",
        ),
    ),
    key=("customer", "question", "date"),
    derived=(TIME,),
)  # fmt: skip

ENGAGEMENTS = TableSpec(
    "engagements",
    (
        Column("customer", "id", "id of the customer who acted", required=True,
               refers_to_customer=True),
        Column("kind", "text", "kind of act: review, share, reply, answer, email_open …",
               required=True, stripped=True),
        Column("date", "date", "date, or date and time"),
        Column("other", "id", "id of the customer whom the act reached; blank: nobody in "
               "particular", refers_to_customer=True),
        Column("network", "text", "network in which the act happened", default="", stripped=True),
        Column("public", "flag", "whether others could see the act", default=False),
        Column("sentiment", "number", "from −1 to 1: a bad review is an act too",
               low=-1.0, high=1.0),
    ),
    key=("customer", "kind", "date", "other", "network", "public", "sentiment", "time",
         "occurrence"),
    derived=(
        TIME,
        # As with purchases: equal rows of one file are separate acts, and loading the file again
        # must not count them twice.
        Column("occurrence", "count", "ordinal among equal acts, from 0", default=0),
    ),
)  # fmt: skip
KNOWN_KINDS = (
    "review", "share", "reply", "question", "answer", "idea", "beta", "read",
    "email_sent", "email_open", "email_click", "email_forward",
)  # fmt: skip
"""Kinds of acts with a known meaning. Others are kept, and a load counts them in a note."""

PROFILES = TableSpec(
    "profiles",
    (
        Column("customer", "id", "id of the customer", required=True, refers_to_customer=True),
        Column("network", "text", "network in which the customer has a profile", required=True,
               stripped=True),
        Column("contacts", "count", "number of contacts there, also outside the customer base; "
               "blank: unknown", low=0.0, high=MOST_CONTACTS),
        Column("public", "flag", "whether everybody can see the profile", default=False),
    ),
    key=("customer", "network"),
)  # fmt: skip

TABLES: dict[str, TableSpec] = {
    spec.name: spec
    for spec in (CUSTOMERS, TIES, REFERRALS, TRANSACTIONS, SURVEYS, ENGAGEMENTS, PROFILES)
}
