"""Salesforce: records by SOQL, and updates by sObject Collections or Bulk API 2.0."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from influence.errors import UsageError
from influence.loaders.crm.client import Client, Refused
from influence.loaders.crm.pull import Page
from influence.loaders.crm.push import Change, Field, Held, RowError, in_parts
from influence.loaders.crm.salesforce_bulk import update_in_bulk

OBJECTS = {
    "Opportunity": ["Id", "AccountId", "Name", "StageName", "Amount", "CloseDate", "IsDeleted"],
    "AccountContactRelation": ["Id", "AccountId", "ContactId", "Roles", "IsActive", "IsDirect",
                               "StartDate", "EndDate"],
    "Contact": ["Id", "AccountId", "LastName", "FirstName", "ReportsToId", "Email", "Title",
                "Department", "MailingCountry", "LeadSource", "CreatedDate", "IsDeleted"],
    "Account": ["Id", "Name", "Type", "ParentId", "Industry", "Rating", "BillingCountry",
                "BillingCity", "AccountSource", "NumberOfEmployees", "CreatedDate", "IsDeleted"],
}  # fmt: skip
"""Sort of record → its fields in the file."""
CURRENCY = "CurrencyIsoCode"
"""A field of opportunities in orgs with several currencies."""

WON, STAGE = "IsWon", "StageName"
"""Whether an opportunity is won, whatever the org calls its stage."""
PREFIX = {"Contact": "003", "Account": "001"}
"""How the ids of records begin."""
NUMBERS = {"int", "double", "currency", "percent"}
"""Types of fields that hold numbers."""
BULK_FROM = 2000
"""Changes from which on they are sent as one job."""
PART = 200
"""Records in one request."""
ROOM = 8000
"""Characters of the keys in one query, whose address may have about 16,000."""


class Salesforce:
    """A Salesforce org.

    Parameters
    ----------
    client : Client
    version : str
        Version of the API, such as 64.0.
    """

    targets: Sequence[str] = tuple(PREFIX)
    id_field = "Id"
    objects: Mapping[str, Sequence[str]] = OBJECTS
    deletions = timedelta(days=14)  # the recycle bin keeps records for 15

    def __init__(self, client: Client, version: str) -> None:
        self._client = client
        self._root = f"/services/data/v{version}"
        self._described: dict[str, dict[str, dict[str, Any]]] = {}
        self.address = client.address

    @staticmethod
    def token_path(version: str) -> str:  # noqa: ARG004 - the same for all versions
        """Return where tokens are fetched."""
        return "/services/oauth2/token"

    # Reading

    def columns(self, name: str) -> list[str]:
        """Return the fields that the user may read; none if there are no such records here."""
        fields = self._fields(name)
        more = [CURRENCY] if name == "Opportunity" else []
        return [field for field in [*OBJECTS[name], *more] if field in fields]

    def pages(self, name: str, since: datetime | None) -> Iterator[Page]:
        """Yield the records that changed at or after a time, or all; deleted ones as removed."""
        columns = self.columns(name)
        more = [WON] if name == "Opportunity" else []
        names = dict.fromkeys([*columns, *more, "IsDeleted", "SystemModstamp"])
        soql = f"SELECT {', '.join(names)} FROM {name}"  # noqa: S608 - own names
        if since is not None:
            soql += f" WHERE SystemModstamp >= {since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        for records in self._query(soql, deleted=since is not None):
            gone = [record["Id"] for record in records if record["IsDeleted"]]
            rows = [{column: _text(_shown(record, column)) for column in columns}
                    for record in records if not record["IsDeleted"]]  # fmt: skip
            stamps = [datetime.fromisoformat(record["SystemModstamp"]) for record in records]
            yield Page(rows, gone, max(stamps, default=None))

    def _query(self, soql: str, *, deleted: bool = False) -> Iterator[list[dict[str, Any]]]:
        """Yield the records of a query, page by page."""
        path = f"{self._root}/{'queryAll' if deleted else 'query'}"
        answer = self._client.get(path, {"q": soql})
        yield answer["records"]
        while not answer["done"]:
            answer = self._client.get(answer["nextRecordsUrl"])
            yield answer["records"]

    def _fields(self, name: str) -> dict[str, dict[str, Any]]:
        """Return what is known of the fields that the user may read; none without such records."""
        if name not in self._described:
            try:
                answer = self._client.get(f"{self._root}/sobjects/{name}/describe")
            except Refused as error:
                if error.status != 404:
                    raise
                answer = {"fields": []}
            self._described[name] = {field["name"]: field for field in answer["fields"]}
        return self._described[name]

    # Writing

    def fields(self, target: str, names: Sequence[str]) -> list[Field]:
        """Return the fields to write; those that are missing or read-only are one error."""
        there = self._fields(target)
        problems = [f"{name} is read-only" if name in there else f"there is no {name}"
                    for name in names if not there.get(name, {}).get("updateable")]  # fmt: skip
        if problems:
            raise UsageError(f"Salesforce, {target}: {'; '.join(problems)}")
        return [_field(there[name]) for name in names]

    @staticmethod
    def own_key(target: str, customer: str) -> str | None:
        """Return the first 15 characters of an id: the other 3 only check them."""
        form = f"{PREFIX[target]}[A-Za-z0-9]{{12}}([A-Za-z0-9]{{3}})?"
        return customer[:15] if re.fullmatch(form, customer) else None

    def held(
        self, target: str, id_field: str, keys: Sequence[str], fields: Sequence[Field]
    ) -> Iterator[Held]:
        """Yield the records with these keys, and the values of the fields."""
        names = list(dict.fromkeys(["Id", id_field, *(field.name for field in fields)]))
        for part in _that_fit(f"'{_escaped(each)}'" for each in keys):
            soql = (
                f"SELECT {', '.join(names)} FROM {target} "  # noqa: S608 - keys are escaped
                f"WHERE {id_field} IN ({', '.join(part)})"
            )
            for records in self._query(soql):
                for record in records:
                    held = record["Id"][:15] if id_field == "Id" else str(record[id_field])
                    yield Held(held, record["Id"], record)

    def update(self, target: str, changes: Sequence[Change]) -> list[RowError]:
        """Change records that exist; return those that are refused."""
        if len(changes) >= BULK_FROM:
            return update_in_bulk(self._client, self._root, target, changes)
        return [error for part in in_parts(changes, PART) for error in self._update(target, part)]

    def _update(self, target: str, changes: Sequence[Change]) -> Iterable[RowError]:
        records = [{"attributes": {"type": target}, "id": change.record, **change.values}
                   for change in changes]  # fmt: skip
        body = {"allOrNone": False, "records": records}
        answers = self._client.patch(f"{self._root}/composite/sobjects", body)
        for change, answer in zip(changes, answers, strict=True):
            for error in answer["errors"][:1] if not answer["success"] else ():
                yield RowError(change.customer, change.record, ", ".join(error.get("fields") or ()),
                               f"{error['statusCode']}: {error['message']}")  # fmt: skip


def _field(described: Mapping[str, Any]) -> Field:
    number = described["type"] in NUMBERS
    return Field(described["name"], number, described["scale"] if number else None)


def _shown(record: Mapping[str, Any], column: str) -> Any:
    """Return a value as exports of most orgs have it: the stage of what is won is Closed Won."""
    return "Closed Won" if column == STAGE and record[WON] else record[column]


def _text(value: Any) -> str:
    """Return a cell as Data Loader writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return re.sub(r"(T[0-9:.]+)\+0000$", r"\1Z", str(value))


def _that_fit(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield consecutive texts, as many at a time as an address has room for."""
    part, length = list[str](), 0
    for text in texts:
        needed = len(quote(f"{text}, "))
        if part and length + needed > ROOM:
            yield part
            part, length = [], 0
        part.append(text)
        length += needed
    if part:
        yield part


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
