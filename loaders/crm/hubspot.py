"""HubSpot: records by list, search and association, and updates in batches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from influence.errors import UsageError
from influence.loaders.crm.client import Client, Refused
from influence.loaders.crm.pull import Page
from influence.loaders.crm.push import Change, Field, Held, RowError, in_parts

OBJECTS = {
    "deals": {
        "Record ID": "hs_object_id", "Deal Name": "dealname", "Deal Stage": "dealstage",
        "Close Date": "closedate", "Amount": "amount", "Currency": "deal_currency_code",
        "Associated Contact IDs": ">contacts",
    },
    "contacts": {
        "Record ID": "hs_object_id", "First Name": "firstname", "Last Name": "lastname",
        "Email": "email", "Lifecycle Stage": "lifecyclestage", "Lead Status": "hs_lead_status",
        "Create Date": "createdate", "Original Source": "hs_analytics_source",
        "Country/Region": "country", "City": "city", "State/Region": "state",
        "Associated Company IDs": ">companies",
    },
    "companies": {
        "Record ID": "hs_object_id", "Company name": "name", "Industry": "industry",
        "Country/Region": "country", "City": "city", "Number of Employees": "numberofemployees",
        "Create Date": "createdate",
    },
}  # fmt: skip
"""Sort of record → column, as HubSpot's own exports call it → property, or `>` and the sort of
associated record."""

WON = "hs_is_closed_won"
MERGED = "hs_merged_object_ids"
STAMP = {"contacts": "lastmodifieddate"}
"""Property with the time of the last change, where it is not hs_lastmodifieddate."""
LIST_PART, SEARCH_PART, BATCH_PART, ASSOCIATION_PART = 100, 200, 100, 1000
"""How many records each request may have."""


class HubSpot:
    """A HubSpot account.

    Parameters
    ----------
    client : Client
    version : str
        Version of the API: a date such as 2026-03, or v3.
    """

    targets: Sequence[str] = ("contacts", "companies")
    id_field = "hs_object_id"
    objects: Mapping[str, Sequence[str]] = {name: [*columns] for name, columns in OBJECTS.items()}
    deletions = timedelta(days=89)  # archived records are listed for 90

    def __init__(self, client: Client, version: str) -> None:
        self._client = client
        self._version = version
        self.address = client.address

    @staticmethod
    def token_path(version: str) -> str:
        """Return where tokens are fetched."""
        return f"/oauth/{version}/token"

    def _path(self, what: str, name: str) -> str:
        """Return a path, which begins with the version in the older APIs and contains it today."""
        if not self._version.startswith("v"):
            return f"/crm/{what}/{self._version}/{name}"
        version = "v4" if what == "associations" else self._version
        return f"/crm/{version}/{what}/{name}"

    # Reading

    def columns(self, name: str) -> Sequence[str]:
        """Return the columns of the file."""
        return self.objects[name]

    def pages(self, name: str, since: datetime | None) -> Iterator[Page]:
        """Yield the records that changed at or after a time, or all; then the ids of archived."""
        found = self._listed(name) if since is None else self._changed(name, since)
        for records in found:
            rows = self._rows(name, records)
            merged = [record["properties"].get(MERGED) or "" for record in records]
            gone = [key for keys in merged for key in keys.split(";") if key]
            stamps = [datetime.fromisoformat(record["updatedAt"]) for record in records]
            yield Page(rows, gone, max(stamps, default=None))
        if since is not None:
            for records in self._listed(name, archived=True):
                yield Page([], [record["id"] for record in records])

    def _listed(self, name: str, *, archived: bool = False) -> Iterator[list[dict[str, Any]]]:
        params = {"limit": LIST_PART, "properties": ",".join(_properties(name)),
                  "archived": str(archived).lower()}  # fmt: skip
        while True:
            answer = self._client.get(self._path("objects", name), params)
            yield answer["results"]
            after = answer.get("paging", {}).get("next", {}).get("after")
            if after is None:
                return
            params["after"] = after

    def _changed(self, name: str, since: datetime) -> Iterator[list[dict[str, Any]]]:
        """Search in the order of the ids: paging in a search ends after 10,000 records."""
        stamp = STAMP.get(name, "hs_lastmodifieddate")
        last = 0
        while True:
            filters = [
                {"propertyName": stamp, "operator": "GTE",
                 "value": str(int(since.timestamp() * 1000))},
                {"propertyName": "hs_object_id", "operator": "GT", "value": str(last)},
            ]  # fmt: skip
            body = {
                "filterGroups": [{"filters": filters}],
                "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
                "properties": _properties(name),
                "limit": SEARCH_PART,
            }
            records = self._client.post(f"{self._path('objects', name)}/search", body)["results"]
            if not records:
                return
            yield records
            last = max(int(record["id"]) for record in records)

    def _rows(self, name: str, records: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
        ids = [record["id"] for record in records]
        others = {source: self._associated(name, source[1:], ids)
                  for source in OBJECTS[name].values() if source.startswith(">")}  # fmt: skip
        return [
            {
                column: others[source].get(record["id"], "") if source in others
                else _text(record, source)
                for column, source in OBJECTS[name].items()
            }
            for record in records
        ]  # fmt: skip

    def _associated(self, name: str, other: str, ids: Sequence[str]) -> dict[str, str]:
        """Return the ids of associated records, in order and with semicolons."""
        path = f"{self._path('associations', f'{name}/{other}')}/batch/read"
        found: dict[str, set[int]] = {}
        inputs: list[dict[str, str]] = [{"id": key} for key in ids]
        while inputs:
            more: list[dict[str, str]] = []
            for part in in_parts(inputs, ASSOCIATION_PART):
                for result in self._client.post(path, {"inputs": part})["results"]:
                    key = str(result["from"]["id"])
                    found.setdefault(key, set()).update(
                        int(to["toObjectId"]) for to in result["to"]
                    )
                    after = result.get("paging", {}).get("next", {}).get("after")
                    if after is not None:
                        more.append({"id": key, "after": after})
            inputs = more
        return {key: ";".join(map(str, sorted(others))) for key, others in found.items()}

    # Writing

    def fields(self, target: str, names: Sequence[str]) -> list[Field]:
        """Return the properties to write; those that are missing or read-only are one error."""
        answer = self._client.get(self._path("properties", target))
        there = {each["name"]: each for each in answer["results"]}
        problems = [
            f"{name} is read-only" if name in there else f"there is no {name}"
            for name in names
            if name not in there or there[name].get("modificationMetadata", {}).get("readOnlyValue")
        ]
        if problems:
            raise UsageError(f"HubSpot, {target}: {'; '.join(problems)}")
        return [Field(name, there[name]["type"] == "number") for name in names]

    @staticmethod
    def own_key(target: str, customer: str) -> str | None:
        """Return the id of a record; the mapping gives those of companies a prefix."""
        form = r"company-(\d+)" if target == "companies" else r"(\d+)"
        found = re.fullmatch(form, customer)
        return found[1] if found else None

    def held(
        self, target: str, id_field: str, keys: Sequence[str], fields: Sequence[Field]
    ) -> Iterator[Held]:
        """Yield the records with these keys, and the values of the properties."""
        names = list(dict.fromkeys([id_field, *(field.name for field in fields)]))
        body: dict[str, Any] = {"properties": names}
        if id_field != self.id_field:
            body["idProperty"] = id_field
        for part in in_parts(keys, BATCH_PART):
            body["inputs"] = [{"id": each} for each in part]
            # Ids that do not exist are errors in the answer, whose results are the others.
            answer = self._client.post(f"{self._path('objects', target)}/batch/read", body)
            for record in answer["results"]:
                values = record["properties"]
                yield Held(values.get(id_field) or "", record["id"], values)

    def update(self, target: str, changes: Sequence[Change]) -> list[RowError]:
        """Change records that exist; return those that are refused.

        After a batch of which every row was refused nothing more is sent: it takes 200 requests to
        find that out, and the others would be refused too.
        """
        errors: list[RowError] = []
        for at, part in enumerate(in_parts(changes, BATCH_PART), 1):
            refused = [*self._update(target, part)]
            errors += refused
            if len(refused) == BATCH_PART:
                text = f"not sent, since a whole batch was refused: {refused[0].error}"
                errors += [RowError(change.customer, change.record, "", text)
                           for change in changes[at * BATCH_PART :]]  # fmt: skip
                break
        return errors

    def _update(self, target: str, changes: Sequence[Change]) -> Iterator[RowError]:
        """Send a batch.

        One value that is not valid makes HubSpot refuse the batch, without saying whose it is: so
        halves are sent, down to the row.
        """
        path = f"{self._path('objects', target)}/batch/update"
        inputs = [{"id": change.record, "properties": {name: "" if value is None else str(value)
                   for name, value in change.values.items()}} for change in changes]  # fmt: skip
        try:
            answer = self._client.post(path, {"inputs": inputs})
        except Refused as error:
            if error.status != 400:
                raise
            if len(changes) == 1:
                yield RowError(changes[0].customer, changes[0].record, "", str(error))
                return
            half = len(changes) // 2
            yield from self._update(target, changes[:half])
            yield from self._update(target, changes[half:])
            return
        done = {str(record["id"]) for record in answer["results"]}
        why = {str(key): error["message"] for error in answer.get("errors", ())
               for key in error.get("context", {}).get("ids", ())}  # fmt: skip
        for change in changes:
            if change.record not in done:
                text = why.get(change.record, "HubSpot did not confirm the update")
                yield RowError(change.customer, change.record, "", text)


def _properties(name: str) -> list[str]:
    """Return the properties to read."""
    own = [source for source in OBJECTS[name].values() if not source.startswith(">")]
    return [*own, MERGED, *([WON] if name == "deals" else [])]


def _text(record: Mapping[str, Any], source: str) -> str:
    """Return a cell as HubSpot's exports have it: a won deal is so by any name of its stage."""
    properties = record["properties"]
    if source == "dealstage" and properties.get(WON) == "true":
        return "Closed Won"
    return record["id"] if source == "hs_object_id" else properties.get(source) or ""
