"""A server that answers as HubSpot does: list, search, associations, properties and batches."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from tests.fake_crm import Answer, FakeCrm

if TYPE_CHECKING:
    from tests.fake_crm import Request

VERSION = "2026-03"


class FakeHubSpot(FakeCrm):
    """An account with contacts, companies and deals, and properties of our own.

    Attributes
    ----------
    properties : dict
        Property → what the account says of it, also how long its texts may be.
    links : dict
        (sort, other sort) → id → ids of associated records.
    """

    vendor = "hubspot"
    token_path = f"/oauth/{VERSION}/token"
    contact = "contacts"
    names: ClassVar = {
        "network_value": "network_value",
        "rank": "network_value_rank",
        "quadrant": "influence_quadrant",
        "own_key": "hs_object_id",
        "key": "customer_no",
    }

    @staticmethod
    def id_of(number: int) -> str:
        return str(number)

    def __init__(self) -> None:
        super().__init__()
        self.properties: dict[str, dict[str, Any]] = {
            "email": {"type": "string"},
            "customer_no": {"type": "string", "hasUniqueValue": True},
            "network_value": {"type": "number"},
            "network_value_rank": {"type": "number"},
            "influence": {"type": "number"},
            "influence_quadrant": {"type": "string", "length": 9},
            "hs_object_id": {"type": "number", "modificationMetadata": {"readOnlyValue": True}},
        }
        self.links: dict[tuple[str, str], dict[str, list[str]]] = {}

    def expired(self) -> Answer:
        return Answer(_error("EXPIRED_AUTHENTICATION", "The OAuth token used is expired"), 401)

    def too_many(self) -> Any:
        return _error("RATE_LIMITS", "You have reached your ten_secondly_rolling limit.")

    def answer(self, request: Request) -> Answer:
        _, _, what, version, sort, *rest = request.path.split("/")
        assert version == VERSION
        body = request.body
        if what == "properties":
            listed = [{"name": name, **each} for name, each in self.properties.items()]
            return Answer({"results": listed})
        if what == "associations":
            return self._associations(sort, rest[0], body["inputs"])
        if not rest:
            return self._list(sort, request.query)
        if rest == ["search"]:
            return self._search(sort, body)
        assert 0 < len(body["inputs"]) <= 100
        return (self._read if rest[1] == "read" else self._update)(sort, body)

    def _record(self, sort: str, key: str, names: list[str]) -> dict[str, Any]:
        row = self.records[sort][key] | {"hs_object_id": key}
        values = {name: None if row.get(name) is None else str(row[name]) for name in names}
        return {"id": key, "properties": values, "updatedAt": _stamp(self.changed[sort, key]),
                "archived": key in self.deleted.get(sort, set())}  # fmt: skip

    def _list(self, sort: str, query: dict[str, str]) -> Answer:
        names = query["properties"].split(",")
        gone = self.deleted.get(sort, set())
        keys = sorted(gone if query["archived"] == "true" else self.alive(sort), key=int)
        keys = [key for key in keys if int(key) > int(query.get("after", 0))]
        found: dict[str, Any] = {
            "results": [self._record(sort, key, names) for key in keys[: self.page]]
        }
        if len(keys) > self.page:
            found["paging"] = {"next": {"after": keys[self.page - 1]}}
        return Answer(found)

    def _search(self, sort: str, body: dict[str, Any]) -> Answer:
        (group,) = body["filterGroups"]
        since, last = (int(each["value"]) for each in group["filters"])
        keys = sorted(
            (key for key in self.alive(sort)
             if int(key) > last and self.changed[sort, key].timestamp() * 1000 >= since),
            key=int,
        )  # fmt: skip
        records = [self._record(sort, key, body["properties"]) for key in keys[: self.page]]
        return Answer({"total": len(keys), "results": records})

    def _associations(self, sort: str, other: str, inputs: list[dict[str, str]]) -> Answer:
        """Return the associations, of each record one page."""
        results = []
        for each in inputs:
            others = self.links.get((sort, other), {}).get(each["id"], [])
            at = int(each.get("after", 0))
            result: dict[str, Any] = {
                "from": {"id": each["id"]},
                "to": [{"toObjectId": int(key)} for key in others[at : at + self.page]],
            }
            if at + self.page < len(others):
                result["paging"] = {"next": {"after": str(at + self.page)}}
            if others:
                results.append(result)
        return Answer({"status": "COMPLETE", "results": results})

    def _read(self, sort: str, body: dict[str, Any]) -> Answer:
        by = body.get("idProperty", "hs_object_id")
        alive = self.alive(sort)
        results, unknown = [], []
        for each in body["inputs"]:
            wanted = each["id"].casefold()
            keys = [key for key, row in alive.items()
                    if str((row | {"hs_object_id": key}).get(by)).casefold() == wanted]  # fmt: skip
            results += [self._record(sort, key, body["properties"]) for key in keys]
            unknown += [] if keys else [each["id"]]
        return _answered(results, {"Could not get some objects, they may be deleted": unknown})

    def _update(self, sort: str, body: dict[str, Any]) -> Answer:
        """Update all, or none if one value is not valid; of deleted records, all others."""
        for each in body["inputs"]:
            for name, value in each["properties"].items():
                if len(value) > self.properties[name].get("length", 65536):
                    text = f'Property values were not valid: [{{"name":"{name}"}}]'
                    return Answer(_error("VALIDATION_ERROR", text), 400)
        alive = self.alive(sort)
        known = [each for each in body["inputs"] if each["id"] in alive]
        for each in known:
            values = {name: value or None for name, value in each["properties"].items()}
            self.put(sort, each["id"], **values)
        gone = [each["id"] for each in body["inputs"] if each["id"] not in alive]
        results = [self._record(sort, each["id"], [*each["properties"]]) for each in known]
        return _answered(results, {"Could not update some objects": gone})


def _answered(results: list[dict[str, Any]], errors: dict[str, list[str]]) -> Answer:
    body = {"status": "COMPLETE", "results": results}
    listed = [{"status": "error", "category": "OBJECT_NOT_FOUND", "message": text,
               "context": {"ids": ids}} for text, ids in errors.items() if ids]  # fmt: skip
    if not listed:
        return Answer(body)
    return Answer({**body, "numErrors": len(listed), "errors": listed}, 207)


def _error(category: str, message: str) -> dict[str, str]:
    return {"status": "error", "message": message, "category": category, "correlationId": "0-0"}


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
