"""The keys of a mapping, and what is wrong with it by itself."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from influence.conditions.where import Condition
from influence.errors import UsageError
from influence.loaders.mapped.names import meant
from influence.tables.reading.date_parts import Order
from influence.tables.reading.numbers import Notation
from influence.tables.specs import TABLES

LARGEST_GROUP = 50
"""Customers up to which a group implies ties among all of them: 50 make 1,225 ties."""
FOUND = "found"

Constant = str | bool | int | float
Text = Annotated[str, Field(min_length=1)]


class Keys(BaseModel):
    """Keys of a mapping; others are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Lookup(Keys):
    """Find a cell in another row: the row whose `match` is the cell, of which `take` is taken."""

    match: Text = Field(description="the column in which the cell is looked for")
    take: Text = Field(description="the column whose cell is taken")
    file: Text | None = Field(None, description="name of the file with these rows; default: this")


class Marks(Keys):
    """The notation of numbers and dates."""

    decimal: str | None = Field(None, description="decimal mark; default `.`")
    thousands: str | None = Field(None, description="mark between groups of three digits")
    currency_sign: list[str] | None = Field(None, description="signs beside numbers")
    dates: Order | None = Field(
        None, description="day-first, month-first, year-first, excel, seconds or milliseconds"
    )

    @model_validator(mode="after")
    def _marks(self) -> Self:
        self.notation()
        return self

    def notation(self, outer: Marks | None = None) -> Notation | None:
        """Return the notation of numbers, also as `outer` says; None if neither says one."""
        given = [marks for marks in (outer, self) if marks is not None]
        chosen: dict[str, Any] = {}
        for marks in given:
            signs = None if marks.currency_sign is None else tuple(marks.currency_sign)
            found = {"decimal": marks.decimal, "thousands": marks.thousands, "signs": signs}
            chosen |= {name: value for name, value in found.items() if value is not None}
        return Notation(**chosen) if chosen else None


class Value(Marks):
    """The origin of the cells of one column, and what is done to them, in this order."""

    column: Text | None = Field(None, description="a column of the file; `*` in its name "
                               "stands for any characters")  # fmt: skip
    either: list[Text] | None = Field(None, description="columns: the first that the file has")
    join: list[Text] | None = Field(None, description="columns whose cells are joined")
    first: list[Text] | None = Field(None, description="columns: the first cell not blank counts")
    constant: Constant | None = Field(None, description="the same value in every row")
    between: str = Field(" ", description="text between joined cells")
    split: Text | None = Field(None, description="mark between several values in a cell: one row "
                               "for each")  # fmt: skip
    lookup: Lookup | None = Field(None, description="find the value in another row: `match`, "
                                  "`take`, `file`")  # fmt: skip
    extract: Text | None = Field(None, description="regular expression: what it finds is the value")
    part: Literal["domain"] | None = Field(None, description="the domain of an address")
    case: Literal["lower", "upper"] | None = Field(None, description="lower or upper case")
    values: dict[str, Constant] | None = Field(None, description="translations: cell → value")
    others: Literal["refuse", "keep", "blank"] = Field(
        "refuse", description="what to do with a cell that `lookup`, `extract` or `values` do not "
        "find",
    )  # fmt: skip
    prefix: str = Field(
        "", description="text to put before the value, for ids that occur in another file too"
    )
    times: Text | None = Field(None, description="a column of numbers by which this one is "
                               "multiplied, such as a quantity")  # fmt: skip
    scale: float = Field(1.0, description="factor of a number, such as 0.01 for cents")
    type: Literal["text", "number", "date", "flag"] | None = Field(
        None, description="type of a column of your own"
    )
    optional: bool = Field(False, description="left out where the file has no such column")

    @field_validator("extract")
    @classmethod
    def _expression(cls, given: str | None) -> str | None:
        if given is not None:
            try:
                pc.extract_regex(pa.array([""]), named_group(given))
            except (pa.ArrowInvalid, re.error) as error:
                raise ValueError(f"not a regular expression: {error}") from error
        return given

    @field_validator("values")
    @classmethod
    def _different(cls, given: dict[str, Constant] | None) -> dict[str, Constant] | None:
        names = [name.strip().lower() for name in given or ()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"compared without case, these occur twice: {', '.join(twice)}")
        return given

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [name for name in ("column", "either", "join", "first", "constant")
                 if getattr(self, name) is not None]  # fmt: skip
        if len(given) != 1:
            raise ValueError("exactly one of column, either, join, first and constant is expected")
        return self

    @property
    def steps(self) -> bool:
        """Whether cells are looked up, extracted or translated, and may be unknown."""
        return any(each is not None for each in (self.lookup, self.extract, self.part, self.values))

    @property
    def names(self) -> list[str]:
        """The columns of the file from which the cells come."""
        some = [name for name in (self.column, self.times) if name]
        return [*some, *(self.either or []), *(self.join or []), *(self.first or [])]


def named_group(expression: str) -> str:
    """Return a regular expression whose result is the group `found`.

    Examples
    --------
    >>> named_group("^[0-9]+"), named_group("id=([0-9]+)")
    ('(?P<found>^[0-9]+)', 'id=(?P<found>[0-9]+)')
    """
    if not re.compile(expression).groups:
        return f"(?P<{FOUND}>{expression})"
    return re.sub(r"(?<!\\)\((?!\?)", f"(?P<{FOUND}>", expression, count=1)


def _short(given: Any) -> Any:
    """Read a text as the name of a column."""
    return {"column": given} if isinstance(given, str) else given


Cell = Annotated[Value, BeforeValidator(_short)]


class Filtered(Keys):
    """The keys that rows of tables and groups have in common."""

    only: str | None = Field(None, description="condition on the columns of the file: rows that "
                             "do not match are left out")  # fmt: skip
    unless: str | None = Field(None, description="rows that match this condition are left out; a "
                               "column that the file lacks counts as blank")  # fmt: skip
    optional: bool = Field(False, description="left out where the file lacks its columns")

    @field_validator("only", "unless")
    @classmethod
    def _condition(cls, given: str | None) -> str | None:
        if given is not None:
            try:
                Condition(given)
            except UsageError as error:
                raise ValueError(str(error)) from error
        return given


class Rows(Filtered):
    """Each row of the file becomes a row of a table."""

    table: str = Field(description="customers, ties, referrals, transactions …")
    columns: dict[str, Cell] = Field(
        description="column of the table → column of the file, or keys"
    )
    attributes: list[Text] = Field([], description="columns that customers keep under their names")
    skip_blank: list[str] = Field([], description="columns of the table: where one of them is "
                                  "blank, the row is left out")  # fmt: skip
    merge: bool = Field(False, description="several rows may name a customer; blanks are filled "
                        "from the others")  # fmt: skip

    @field_validator("table")
    @classmethod
    def _known_table(cls, given: str) -> str:
        if given not in TABLES:
            raise ValueError(f"no such table: {given!r}{meant(given, TABLES)}")
        return given

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.table != "customers" and (self.merge or self.attributes):
            raise ValueError("merge and attributes are for customers only")
        clashing = [name for name in self.attributes if name.lower() in TABLES["customers"].names]
        if clashing:
            raise ValueError(f"attributes: {', '.join(clashing)}: customers have such a column of "
                             "their own; give it another name in columns")  # fmt: skip
        unknown = [name for name in self.skip_blank if name not in self.columns]
        if unknown:
            raise ValueError(f"skip_blank: no such column here: {', '.join(unknown)}")
        split = [name for name, value in self.columns.items() if value.split]
        if len(split) > 1:
            raise ValueError(f"only one column can be split: {', '.join(split)}")
        return self


class Group(Filtered):
    """Customers who share a value are tied to each other."""

    customer: Cell = Field(description="the id of the customer")
    by: Cell = Field(description="what they share: an account, a household, an address, a product")
    kind: Text = Field(description="kind of the ties")
    network: str = Field("", description="network of the ties")
    largest: int = Field(LARGEST_GROUP, ge=2, description="a group of more customers implies no "
                         "ties")  # fmt: skip
    shared: int = Field(1, ge=1, description="number of groups that two customers must share")
    strength: Literal["shared"] | float = Field(1.0, description="strength of a tie; `shared`: the "
                                                "number of shared groups")  # fmt: skip
    public_domains: bool = Field(False, description="whether gmail.com and the like count as "
                                 "groups")  # fmt: skip

    @field_validator("strength")
    @classmethod
    def _positive(cls, given: str | float) -> str | float:
        if not isinstance(given, str) and given <= 0:
            raise ValueError("a strength must be greater than 0")
        return given


class File(Marks):
    """One kind of file."""

    name: Text = Field(description="name of this kind of file, for messages and lookups")
    match: str | list[str] | None = Field(
        None, description="pattern of file names, such as `contact*`; default: files that have the "
        "columns",
    )  # fmt: skip
    separator: str | None = Field(None, description="as `--separator`")
    encoding: str | None = Field(None, description="as `--encoding`")
    sheet: str | None = Field(None, description="as `--sheet`")
    null_words: list[str] | None = Field(None, description="words that are read as blanks")
    rows: list[Rows] = []
    groups: list[Group] = []

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.rows and not self.groups:
            raise ValueError("neither rows nor groups")
        return self

    @property
    def patterns(self) -> list[str]:
        """The patterns of file names."""
        return [self.match] if isinstance(self.match, str) else self.match or []


class Mapping(Keys):
    """A mapping: what each kind of file contains."""

    title: str = Field("", description="what is mapped, in a few words")
    file: list[File] = Field(min_length=1)

    @model_validator(mode="after")
    def _names(self) -> Self:
        names = [file.name for file in self.file]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two files are called {', '.join(twice)}")
        wrong = [
            f"file {file.name}: lookup: no file is called {lookup.file}"
            for file in self.file
            for lookup in lookups(file)
            if lookup.file is not None and lookup.file not in names
        ]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


def lookups(file: File) -> list[Lookup]:
    """Return all lookups of a file."""
    cells = [value for rows in file.rows for value in rows.columns.values()]
    cells += [value for group in file.groups for value in (group.customer, group.by)]
    return [value.lookup for value in cells if value.lookup is not None]
