"""Push values to a CRM: compare them with what it holds, and send what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

import pyarrow as pa

from influence.errors import UsageError
from influence.progress import Progress, silent

T = TypeVar("T")


class Field(NamedTuple):
    """A field of a CRM.

    Attributes
    ----------
    name : str
    number : bool
        Whether it holds numbers; otherwise values are sent as texts.
    decimals : int
        Digits after the decimal point to which values are rounded.
    """

    name: str
    number: bool
    decimals: int


class Held(NamedTuple):
    """A record that a CRM holds: its key, its own id, and the values of its fields."""

    key: str
    record: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """What differs for one customer.

    Attributes
    ----------
    customer : str
    record : str
        The id in the CRM.
    before, values : dict
        Field → value that the CRM holds, and the one to send; None empties it.
    """

    customer: str
    record: str
    before: Mapping[str, Any]
    values: Mapping[str, Any]


class RowError(NamedTuple):
    """Why a customer was not updated."""

    customer: str
    record: str
    field: str
    error: str


@dataclass(frozen=True)
class PushResult:
    """What a push did; sent, unchanged, failed and no_match sum to the customers.

    Attributes
    ----------
    sent : int
        Records that were updated; those that would be, in a dry run.
    unchanged : int
        Records that hold these values already.
    failed : int
        Customers whose record was refused, or who have several records.
    no_match : int
        Customers without a record.
    changes : tuple of Change
        What was sent, or would be; also what was refused.
    errors : tuple of RowError
        One for each that failed.
    """

    sent: int
    unchanged: int
    failed: int
    no_match: int
    changes: tuple[Change, ...]
    errors: tuple[RowError, ...]


class Destination(Protocol):
    """A CRM whose records can be updated; none of these methods creates a record.

    Attributes
    ----------
    targets : sequence of str
        Sorts of record, the first is the usual one.
    key : str
        The field of a record's own id.
    """

    targets: Sequence[str]
    key: str

    def fields(self, target: str, names: Sequence[str]) -> list[Field]:
        """Return the fields to write.

        Raises
        ------
        UsageError
            With all that are missing or cannot be written.
        """
        ...

    def own_key(self, target: str, customer: str) -> str | None:
        """Return the id of the record that a customer is; None if it cannot be one of these."""
        ...

    def held(
        self, target: str, key: str, keys: Sequence[str], fields: Sequence[Field]
    ) -> Iterator[Held]:
        """Yield the records with these keys; several may have the same, and some have none."""
        ...

    def update(self, target: str, changes: Sequence[Change]) -> list[RowError]:
        """Send changes; return those that were refused. Without changes nothing is requested."""
        ...


def push(
    destination: Destination,
    rows: pa.Table,
    fields: Mapping[str, str],
    *,
    target: str | None = None,
    key: str | None = None,
    dry_run: bool = False,
    progress: Progress = silent,
) -> PushResult:
    """Update the records of customers where they hold other values.

    Parameters
    ----------
    destination : Destination
    rows : pa.Table
        `customer`, and the columns to push.
    fields : mapping of str to str
        Column → field of the CRM.
    target : str, optional
        The sort of record; by default contacts.
    key : str, optional
        The field that holds the customer's id; by default the CRM's own id.
    dry_run : bool
        Whether to compare only.

    Raises
    ------
    UsageError
        If there is no such sort of record, or a field is missing or cannot be written.
    CrmError
        If the CRM fails; records that were updated before stay so.
    """
    target, key = target or destination.targets[0], key or destination.key
    if target not in destination.targets:
        raise UsageError(f"no object {target}: there are {', '.join(destination.targets)}")
    if not len(rows):
        return PushResult(0, 0, 0, 0, (), ())
    known = dict(zip(fields, destination.fields(target, [*fields.values()]), strict=True))
    customers: list[str] = rows["customer"].to_pylist()
    own = key == destination.key
    keys = [destination.own_key(target, each) if own else each for each in customers]
    records = _records(destination, target, key, keys, [*known.values()])
    columns = {field: rows[name].to_pylist() for name, field in known.items()}
    changes, errors, unchanged, no_match = [], list[RowError](), 0, 0
    for at, customer in enumerate(customers):
        match = records.get(_compared(keys[at], own=own))
        if match is None or not match.held:
            no_match += 1
        elif len(match.held) > 1 or match.customers > 1:
            text = f"{len(match.held)} records and {match.customers} customers have this {key}"
            errors.append(RowError(customer, "", key, text))
        else:
            values = {field: cells[at] for field, cells in columns.items()}
            change = _change(customer, match.held[0], values)
            unchanged += not change.values
            if change.values:
                changes.append(change)
        progress("compared", at + 1, len(customers))
    refused = [] if dry_run else destination.update(target, changes)
    errors += refused
    sent = len(changes) - len(refused)
    return PushResult(sent, unchanged, len(errors), no_match, tuple(changes), tuple(errors))


@dataclass
class _Match:
    """The records with one key, and the number of customers with it."""

    customers: int
    held: list[Held]


def _records(
    destination: Destination,
    target: str,
    key: str,
    keys: Sequence[str | None],
    fields: Sequence[Field],
) -> dict[str | None, _Match]:
    """Look up all keys."""
    own = key == destination.key
    asked = [each for each in dict.fromkeys(keys) if each is not None]
    counts = Counter(_compared(each, own=own) for each in keys if each is not None)
    found: dict[str | None, _Match] = {each: _Match(n, []) for each, n in counts.items()}
    for held in destination.held(target, key, asked, fields):
        match = found.get(_compared(held.key, own=own))
        if match is not None:
            match.held.append(held)
    return found


def _compared(key: str | None, *, own: bool) -> str | None:
    """Return a key as a CRM compares it: own ids as they are, other texts in any case."""
    return key if own or key is None else key.casefold()


def _change(customer: str, held: Held, values: Mapping[Field, Any]) -> Change:
    """Return the fields of a record whose values differ from those of the customer."""
    before, after = {}, {}
    for field, given in values.items():
        value, there = _sendable(given, field), _readable(held.values.get(field.name), field)
        if value != there:
            before[field.name], after[field.name] = there, value
    return Change(customer, held.record, before, after)


def _readable(there: Any, field: Field) -> Any:
    """Return what a CRM holds in the form in which values are sent; some write numbers as text."""
    if there is None or there == "":
        return None
    return float(there) if field.number else str(there)


def _sendable(value: Any, field: Field) -> Any:
    """Return a value in the form of its field: a rounded number, or a text."""
    if value is None or value != value or value == "":  # noqa: PLR0124 - not a number
        return None
    if isinstance(value, float):
        value = round(value, field.decimals) + 0.0  # never −0
        value = int(value) if value.is_integer() else value
    return value if field.number else str(value)


def in_parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield consecutive parts of a list."""
    for at in range(0, len(items), size):
        yield items[at : at + size]
