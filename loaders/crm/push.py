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
    decimals : int, optional
        Digits after the decimal point that it keeps; None for all.
    """

    name: str
    number: bool
    decimals: int | None = None


class Held(NamedTuple):
    """A record that a CRM holds: its key, its own id, and the values of its fields."""

    key: str
    record: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """The difference for one customer.

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
    """The result of a push; sent, unchanged, failed and no_match sum to the customers.

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
    id_field : str
        The field of a record's own id.
    """

    targets: Sequence[str]
    id_field: str

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
        self, target: str, id_field: str, keys: Sequence[str], fields: Sequence[Field]
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
    id_field: str | None = None,
    key: str = "customer",
    dry_run: bool = False,
    progress: Progress = silent,
) -> PushResult:
    """Update the records of customers where they hold other values.

    Parameters
    ----------
    destination : Destination
    rows : pa.Table
        `customer`, the columns to push, and the key.
    fields : mapping of str to str
        Column → field of the CRM.
    target : str, optional
        The sort of record; by default contacts.
    id_field : str, optional
        The field by which records are found; by default the CRM's own id.
    key : str
        The column that holds this id.
    dry_run : bool
        Whether to compare only.

    Raises
    ------
    UsageError
        If there is no such sort of record, or a field is missing or cannot be written.
    CrmError
        If the CRM fails; records that were updated before stay so.
    """
    target, id_field = target or destination.targets[0], id_field or destination.id_field
    if target not in destination.targets:
        raise UsageError(f"no object {target}: there are {', '.join(destination.targets)}")
    if not len(rows):
        return PushResult(0, 0, 0, 0, (), ())
    known = dict(zip(fields, destination.fields(target, [*fields.values()]), strict=True))
    customers: list[str] = rows["customer"].to_pylist()
    keys = rows[key].to_pylist()
    records = _records(destination, target, id_field, keys, [*known.values()], progress)
    columns = {field: rows[name].to_pylist() for name, field in known.items()}
    owners = Counter(held.record for found in records for held in found)
    changes, errors = list[Change](), list[RowError]()
    for at, (customer, found) in enumerate(zip(customers, records, strict=True)):
        if not found:
            continue
        try:
            values = {field: cells[at] for field, cells in columns.items()}
            changes.append(_change(customer, _only(found, id_field, owners), values))
        except ValueError as error:
            errors.append(RowError(customer, "", "", str(error)))
    differing = [change for change in changes if change.values]
    refused = [] if dry_run else destination.update(target, differing)
    return PushResult(
        sent=len(differing) - len(refused),
        unchanged=len(changes) - len(differing),
        failed=len(errors) + len(refused),
        no_match=records.count([]),
        changes=tuple(differing),
        errors=(*errors, *refused),
    )


def _records(
    destination: Destination,
    target: str,
    id_field: str,
    keys: Sequence[str | None],
    fields: Sequence[Field],
    progress: Progress,
) -> list[list[Held]]:
    """Return the records of each key; a customer without a key has none."""
    own = id_field == destination.id_field

    def compared(text: str) -> str:
        return text if own else text.casefold()

    if own:
        keys = [each and destination.own_key(target, each) for each in keys]
    asked = [*dict.fromkeys(each for each in keys if each)]
    found: dict[str, list[Held]] = {compared(each): [] for each in asked}
    for n, held in enumerate(destination.held(target, id_field, asked, fields), 1):
        found.get(compared(held.key), []).append(held)
        progress("reading records", n, len(asked))
    return [found[compared(each)] if each else [] for each in keys]


def _only(found: Sequence[Held], id_field: str, owners: Mapping[str, int]) -> Held:
    """Return the record of a customer; raises ValueError if there are several, or they share it."""
    if len(found) > 1:
        raise ValueError(f"{len(found)} records have this {id_field}")
    if owners[found[0].record] > 1:
        raise ValueError(f"{owners[found[0].record]} customers have this record")
    return found[0]


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
    """Return a value in the form of its field: a rounded number, or a text.

    Raises
    ------
    ValueError
        If the field holds numbers and the value is none.
    """
    if value is None or value == "" or value != value:  # noqa: PLR0124 - not a number
        return None
    if not field.number:
        return str(value)
    try:
        number = float(value)
    except ValueError:
        raise ValueError(f"{field.name} holds numbers, not {value!r}") from None
    if field.decimals is not None:
        number = round(number, field.decimals) + 0.0  # never −0
    return int(number) if number.is_integer() else number


def in_parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield consecutive parts of a list."""
    for at in range(0, len(items), size):
        yield items[at : at + size]
