"""Meanings of columns, and how names and values show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from influence.loaders.mapped.meanings import fit, is_exact
from influence.loaders.mapped.profile import Profile

Confidence = Literal["sure", "likely", "a guess", "undecided"]
PEOPLE = {"source", "target", "customer", "referrer", "referred"}
"""Columns of tables that name customers."""


@dataclass(frozen=True)
class Finding:
    """The meaning of one column.

    Attributes
    ----------
    column : Profile
    table : str
        A table; empty if the column is not used.
    meaning : str
        A column of the table; `attributes`, or empty.
    confidence : Confidence
    why : str
    choices : tuple of str
        Columns among which a person must decide.
    keys : tuple of (str, str)
        Further keys of the mapping, such as `("dates", "?")`.
    """

    column: Profile
    table: str
    meaning: str
    confidence: Confidence
    why: str
    choices: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()


@dataclass
class Proposal:
    """The proposed contents of one file.

    Attributes
    ----------
    stem : str
        Name of the file, without its ending.
    columns : list of Profile
    table : str
        The main table; empty if nothing shows it.
    findings : list of Finding
        In the order of the columns; a column may have several meanings.
    """

    stem: str
    columns: list[Profile]
    table: str = ""
    findings: list[Finding] = field(default_factory=list)

    def of(self, table: str) -> list[Finding]:
        """Return the findings for a table."""
        return [finding for finding in self.findings if finding.table == table]

    def add(
        self,
        column: Profile,
        table: str,
        meaning: str,
        confidence: Confidence,
        why: str,
        **more: tuple[str, ...] | tuple[tuple[str, str], ...],
    ) -> None:
        """Add a finding; ids such as 12.0 lose their decimals."""
        if meaning in {"id", *PEOPLE} and column.is_written_as_decimal:
            more["keys"] = (("extract", "^[0-9]+"),)
        finding = Finding(column, table, meaning, confidence, why, **more)  # type: ignore[arg-type]
        self.findings.append(finding)


def best(columns: Sequence[Profile], meaning: str) -> Profile | None:
    """Return the column whose name fits a meaning best; None if none does."""
    found = fitting(columns, meaning)
    return found[0] if found else None


def fitting(columns: Sequence[Profile], meaning: str) -> list[Profile]:
    """Return the columns whose names fit a meaning, the usual names first."""
    fits = [(fit(column, meaning), at, column) for at, column in enumerate(columns)]
    return [column for found, _, column in sorted(fits, key=lambda f: (f[0], f[1])) if found]


def by_name(
    column: Profile, meaning: str, columns: Sequence[Profile] = ()
) -> tuple[Confidence, str]:
    """Return how sure a name is, and why; of several columns that fit the others are named."""
    others = [each.name for each in fitting(columns, meaning) if each is not column]
    also = f"; {' and '.join(others)} may be meant too" if others else ""
    if is_exact(column, meaning):
        return ("likely" if others else "sure"), f"by its name{also}"
    return "likely", f"by a part of its name{also}"


def add_date(
    proposal: Proposal, rest: Sequence[Profile], table: str, name: str, meanings: Sequence[str]
) -> None:
    """Find the date of a row: by its name, else the only column of dates."""
    for meaning in meanings:
        column = best(rest, meaning)
        if column is not None:
            keys = date_keys(column)
            confidence, why = decided(column, keys, *by_name(column, meaning, rest))
            proposal.add(column, table, name, confidence, why, keys=keys)
            return
    column = only_one(rest, "date")
    if column is not None:
        keys = date_keys(column)
        confidence, why = decided(column, keys, "likely", "the only column of dates")
        proposal.add(column, table, name, confidence, why, keys=keys)


def only_one(columns: Sequence[Profile], kind: str) -> Profile | None:
    """Return the column of a kind of values; None if there are none or several."""
    found = [column for column in columns if column.kind == kind]
    return found[0] if len(found) == 1 else None


def date_keys(column: Profile) -> tuple[tuple[str, str], ...]:
    """Return the key that says how dates are written."""
    if column.kind == "day of a moment":
        return (("extract", "^[0-9]{4}-[0-9]{2}-[0-9]{2}"),)
    orders = column.dates.orders
    return (("dates", orders[0] if len(orders) == 1 else "?"),) if orders else ()


def number_keys(column: Profile) -> tuple[tuple[str, str], ...]:
    """Return the keys that say how numbers are written."""
    keys = []
    if len(column.notations) > 1:
        keys.append(("decimal", "?"))
    elif column.notations:
        notation = column.notations[0]
        keys += [("decimal", notation.decimal)] if notation.decimal != "." else []
        keys += [("thousands", notation.thousands)] if notation.thousands else []
    return (*keys, *(("currency_sign", sign) for sign in column.signs))


def decided(
    column: Profile, keys: Sequence[tuple[str, str]], confidence: Confidence, why: str
) -> tuple[Confidence, str]:
    """Return `undecided` with both readings, if a key is left to a person."""
    if ("dates", "?") in keys:
        return "undecided", column.dates.ambiguous().replace("--dates ", "")
    if ("decimal", "?") in keys:
        return "undecided", _both_numbers(column)
    return confidence, why


def _both_numbers(column: Profile) -> str:
    """Return a number, what it is in each notation, and the keys for each."""
    cell = pa.array([column.example])
    each = []
    for notation in column.notations:
        keys = f'decimal = "{notation.decimal}"'
        keys += f', thousands = "{notation.thousands}"' if notation.thousands else ""
        each.append(f"{notation.plain(cell)[0].as_py()} ({keys})")
    return f"'{column.example}' is {' or '.join(each)}"
