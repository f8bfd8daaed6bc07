"""Conversion of runs, loads and exports to properties of their nodes, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from influence.runs import Run, record_keys
from influence.score_columns import camel
from influence.store.last_export import ROWS, LastExport
from influence.store.loads import Load
from influence.store.neo4j.values import python_value
from influence.tables import Origin
from influence.tables.origin import File
from influence.value.card_rules import CardRules

DIGEST = 32
"""Characters of a digest, in a text of digest and customer."""
ROWS_PER_NODE = 20_000
"""Of an export."""


def run_properties(run: Run) -> dict[str, Any]:
    """Return a run as properties of its node; directions as texts `kind=direction`."""
    data = run.to_dict()
    for name in ("id", "status", "current", "finished_at"):
        del data[name]
    data["started_at"], data["as_of"] = run.started_at, run.as_of
    data["directions"] = [f"{kind}={way}" for kind, way in sorted(data["directions"].items())]
    data["unprofiled"] = [f"{name}={value!r}" for name, value in run.unprofiled.items()]
    data["credited"] = [json.dumps([name, row]) for name, row in data["credited"].items()]
    data["kind_weights"] = [f"{kind}={w!r}" for kind, w in data["kind_weights"].items()]
    data["roles"] = [f"{name}={rule}" for name, rule in data["roles"].items()]
    data["card"] = [f"{name}={value}" for name, value in data["card"].items()]
    for name in ("weights", "kinds", "networks", "uncertain"):
        data[name] = list(data[name])
    return {camel(name): value for name, value in data.items()}


def run_from(node: Mapping[str, Any]) -> Run:
    """Read a run from the properties of its node."""
    data: dict[str, Any] = {name: node.get(camel(name)) for name in record_keys()}
    for name in ("started_at", "finished_at"):
        data[name] = data[name] and data[name].to_native().isoformat()
    data["as_of"] = data["as_of"] and python_value(data["as_of"]).isoformat()
    data["weighted"], data["input_changed"] = bool(data["weighted"]), bool(data["input_changed"])
    data["method"] = data["method"] or "exact"
    # A kind may contain "=", a direction does not.
    data["directions"] = dict(text.rsplit("=", 1) for text in data["directions"])
    data["credited"] = dict(map(json.loads, data["credited"] or []))
    weights = (text.rsplit("=", 1) for text in data["kind_weights"] or [])
    data["kind_weights"] = {kind: float(weight) for kind, weight in weights}
    data["roles"] = dict(text.split("=", 1) for text in data["roles"] or [])
    data["card"] = _card_rules(data["card"] or [])
    sums = (text.rsplit("=", 1) for text in data["unprofiled"] or [])
    data["unprofiled"] = {name: float(value) for name, value in sums}
    return Run.from_dict(data)


def _card_rules(texts: list[str]) -> dict[str, Any]:
    """Read the rules of the score card from texts `name=value`."""
    found = dict(text.split("=", 1) for text in texts)
    defaults = asdict(CardRules())
    return {
        name: found[name] == "True" if isinstance(default, bool) else type(default)(found[name])
        for name, default in defaults.items()
        if name in found
    }


def load_properties(load: Load) -> dict[str, Any]:
    """Return a load as properties of its node; files, and row counts of each table, as JSON."""
    origins, origin = load.tables, load.origin or Origin()
    return {
        "id": load.id,
        "loadedAt": load.loaded_at,
        "replaced": load.replaced,
        "version": load.version,
        "tables": list(origins),
        "files": [str(origin["file"]) for origin in origins.values()],
        "origins": [json.dumps(dict(o), ensure_ascii=False) for o in origins.values()],
        "loader": load.origin and load.origin.loader,
        "hashes": [json.dumps(asdict(file), ensure_ascii=False) for file in origin.files],
        "changed": load.changed,
        "changes": None if load.changes is None else json.dumps(load.changes),
    }


def load_from(node: Mapping[str, Any]) -> Load:
    """Read a load from the properties of its node."""
    origins, loader = map(json.loads, node["origins"]), node.get("loader")
    files = tuple(File(**json.loads(text)) for text in node.get("hashes") or [])
    return Load(
        node["id"],
        node["replaced"],
        dict(zip(node["tables"], origins, strict=True)),
        node["version"],
        node["loadedAt"].to_native(),
        None if loader is None else Origin(loader, files),
        json.loads(node["changes"]) if node.get("changes") else None,
    )


def export_parts(export: LastExport) -> Iterator[dict[str, Any]]:
    """Yield an export as properties of several nodes, the first of which may have no rows."""
    record = json.dumps(export.to_dict())
    for begin in range(0, max(len(export.rows), 1), ROWS_PER_NODE):
        part = export.rows.slice(begin, ROWS_PER_NODE)
        pairs = zip(part["digest"].to_pylist(), part["customer"].to_pylist(), strict=True)
        yield {"record": record, "rows": [digest + customer for digest, customer in pairs]}


def export_from(parts: Sequence[Mapping[str, Any]]) -> LastExport:
    """Read an export from the properties of its nodes."""
    texts = [row for part in parts for row in part["rows"]]
    columns = [[text[DIGEST:] for text in texts], [text[:DIGEST] for text in texts]]
    rows = pa.table(columns, schema=ROWS)
    return LastExport.from_dict(json.loads(parts[0]["record"]), rows)
