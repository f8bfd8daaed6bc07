"""A server that answers as Salesforce does: SOQL, describe, collections and Bulk API 2.0."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from influence.loaders.crm.salesforce import OBJECTS
from tests.fake_crm import Answer, FakeCrm

if TYPE_CHECKING:
    from tests.fake_crm import Request

ROOT = "/services/data/v64.0"
QUERY = re.compile(
    r"SELECT (?P<fields>[\w, ]+) FROM (?P<sort>\w+)"
    r"( WHERE SystemModstamp >= (?P<since>\S+)| WHERE (?P<key>\w+) IN \((?P<keys>.*)\))?"
)
TEXT = re.compile(r"'((?:[^'\\]|\\.)*)'")


class FakeSalesforce(FakeCrm):
    """An org with accounts, contacts, relations and opportunities, and fields of our own.

    Attributes
    ----------
    fields : dict
        Sort of record → field → what describe says of it, also what it must not exceed.
    absent : set of str
        Objects that are switched off.
    """

    vendor = "salesforce"
    token_path = "/services/oauth2/token"
    contact = "Contact"
    names: ClassVar = {
        "network_value": "Network_Value__c",
        "rank": "Network_Value_Rank__c",
        "quadrant": "Influence_Quadrant__c",
        "own_key": "Id",
        "key": "Customer_No__c",
    }

    @staticmethod
    def id_of(number: int) -> str:
        return f"003{number:012}AAA"

    def __init__(self) -> None:
        super().__init__()
        self.absent: set[str] = set()
        own = {"IsDeleted": {"type": "boolean"}}
        self.fields: dict[str, dict[str, dict[str, Any]]] = {
            sort: own | {name: {"type": "string"} for name in names}
            for sort, names in OBJECTS.items()
        }
        self.fields["Opportunity"]["IsWon"] = {"type": "boolean"}
        for sort in ("Contact", "Account"):
            self.fields[sort] |= {
                "Network_Value__c": {"type": "currency", "scale": 2, "updateable": True},
                "Network_Value_Rank__c": {"type": "double", "scale": 0, "updateable": True},
                "Influence__c": {"type": "double", "scale": 2, "updateable": True},
                "Influence_Quadrant__c": {"type": "string", "length": 9, "updateable": True},
                "Customer_No__c": {"type": "string"},
            }
        self._jobs: dict[str, dict[str, Any]] = {}
        self._cursors: dict[str, list[dict[str, Any]]] = {}

    def expired(self) -> Answer:
        return Answer(_error("INVALID_SESSION_ID", "Session expired or invalid"), 401)

    def too_many(self) -> Any:
        return _error("REQUEST_LIMIT_EXCEEDED", "too many requests")

    def answer(self, request: Request) -> Answer:
        method, path = request.method, request.path.removeprefix(ROOT).rstrip("/")
        if path in {"/query", "/queryAll"}:
            return self._query(request.query["q"], deleted=path == "/queryAll")
        if path.startswith("/query/"):
            return self._page(path.removeprefix("/query/"))
        if path.endswith("/describe"):
            return self._describe(path.split("/")[2])
        if (method, path) == ("PATCH", "/composite/sobjects"):
            assert len(request.body["records"]) <= 200
            return Answer([self._save(**record) for record in request.body["records"]])
        return self._bulk(method, path, request.body)

    def _describe(self, sort: str) -> Answer:
        if sort in self.absent:
            return Answer(_error("NOT_FOUND", "The requested resource does not exist"), 404)
        fields = [{"name": name, "updateable": False, "scale": 0} | field
                  for name, field in self.fields[sort].items()]  # fmt: skip
        return Answer({"name": sort, "fields": fields})

    def _query(self, soql: str, *, deleted: bool) -> Answer:
        found = QUERY.fullmatch(soql)
        assert found, soql
        sort, names = found["sort"], found["fields"].split(", ")
        unknown = {*names} - {*self.fields[sort], "SystemModstamp"}
        if unknown:
            return Answer(_error("INVALID_FIELD", f"No such column {unknown} on {sort}"), 400)
        rows = self.records.get(sort, {}) if deleted else self.alive(sort)
        records = [self._record(sort, key, names) for key in rows]
        if found["since"]:
            since = datetime.fromisoformat(found["since"])
            records = [each for each in records if self.changed[sort, each["Id"]] >= since]
        if found["key"]:
            keys = {re.sub(r"\\(.)", r"\1", text) for text in TEXT.findall(found["keys"])}
            records = _with_key(records, found["key"], keys)
        cursor = uuid4().hex
        self._cursors[cursor] = records
        return self._page(f"{cursor}-0")

    def _record(self, sort: str, key: str, names: list[str]) -> dict[str, Any]:
        row = self.records[sort][key] | {"Id": key}
        row["IsDeleted"] = key in self.deleted.get(sort, set())
        row["SystemModstamp"] = f"{self.changed[sort, key]:%Y-%m-%dT%H:%M:%S}.000+0000"
        return {"attributes": {"type": sort}} | {name: row.get(name) for name in names}

    def _page(self, place: str) -> Answer:
        cursor, _, start = place.partition("-")
        records, at = self._cursors[cursor], int(start)
        end = at + self.page
        more = {"nextRecordsUrl": f"{ROOT}/query/{cursor}-{end}"} if end < len(records) else {}
        return Answer({"totalSize": len(records), "done": not more, "records": records[at:end],
                       **more})  # fmt: skip

    def _save(self, **values: Any) -> dict[str, Any]:
        """Update one record, or say why not."""
        sort, key = values.pop("attributes")["type"], values.pop("id")
        why = self._problem(sort, key, values)
        if why:
            code, name, text = why
            error = {"statusCode": code, "message": text, "fields": [name] if name else []}
            return {"id": key, "success": False, "errors": [error]}
        self.put(sort, key, **values)
        return {"id": key, "success": True, "errors": []}

    def _problem(self, sort: str, key: str, values: dict[str, Any]) -> tuple[str, str, str] | None:
        if key not in self.alive(sort):
            return "ENTITY_IS_DELETED", "", "entity is deleted"
        for name, value in values.items():
            field = self.fields[sort][name]
            assert field["updateable"]
            if isinstance(value, str) and len(value) > field.get("length", 255):
                return "STRING_TOO_LONG", name, f"{name}: data value too large: {value}"
        return None

    def _bulk(self, method: str, path: str, body: Any) -> Answer:
        if (method, path) == ("POST", "/jobs/ingest"):
            assert body["operation"] == "update"
            job = {"id": uuid4().hex[:18], "state": "Open", **body}
            self._jobs[job["id"]] = job
            return Answer(job)
        _, _, _, key, *rest = path.split("/")
        job = self._jobs[key]
        if rest == ["batches"]:
            job["rows"] = list(csv.DictReader(io.StringIO(body)))
            return Answer(status=201)
        if rest:
            return Answer(job[rest[0]])
        if method == "PATCH":
            job["state"] = body["state"]
        elif job["state"] == "UploadComplete":
            job["state"] = "InProgress"
        elif job["state"] == "InProgress":
            self._process(job)
        return Answer({name: job[name] for name in ("id", "state", "operation")})

    def _process(self, job: dict[str, Any]) -> None:
        """Update what is not blank, and list what failed."""
        numbers = {name for name, field in self.fields[job["object"]].items() if "scale" in field}
        failed = io.StringIO()
        sheet = csv.writer(failed, lineterminator="\n")
        sheet.writerow(["sf__Id", "sf__Error", *job["rows"][0]])
        for row in job["rows"]:
            values = {name: None if text == "#N/A" else float(text) if name in numbers else text
                      for name, text in row.items() if text and name != "Id"}  # fmt: skip
            saved = self._save(attributes={"type": job["object"]}, id=row["Id"], **values)
            for error in saved["errors"]:
                text = f"{error['statusCode']}:{error['message']}:{','.join(error['fields'])} --"
                sheet.writerow([row["Id"], text, *row.values()])
        job |= {"state": "JobComplete", "failedResults": failed.getvalue(),
                "unprocessedrecords": ",".join(job["rows"][0]) + "\n"}  # fmt: skip


def _with_key(records: list[dict[str, Any]], name: str, keys: set[str]) -> list[dict[str, Any]]:
    """Compare as SOQL does: ids of 15 or 18 characters, texts in any case."""

    def compared(text: str) -> str:
        return text[:15] if name == "Id" else text.casefold()

    wanted = {*map(compared, keys)}
    return [each for each in records if compared(str(each[name])) in wanted]


def _error(code: str, message: str) -> list[dict[str, str]]:
    return [{"message": message, "errorCode": code}]
