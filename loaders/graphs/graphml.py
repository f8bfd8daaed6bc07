"""Read GraphML, as networkx, Gephi, yEd and Neo4j's APOC write it."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pyarrow as pa

from influence.loaders.graphs.parts import Parts
from influence.loaders.graphs.xml import elements, tag

TYPES = {"int": pa.int64(), "long": pa.int64(), "float": pa.float64(), "double": pa.float64(),
         "boolean": pa.bool_()}  # fmt: skip


@dataclass(frozen=True)
class _Key:
    """An attribute that is declared at the beginning: its name, and the value of absent ones."""

    name: str
    default: str | None = None


def parse(content: bytes) -> Parts:
    """Read the nodes and edges of a GraphML file.

    Source: Brandes et al., GraphML Progress Report (GD 2001), and its schema 1.1.
    """
    parts, keys, directed = Parts(), dict[tuple[str, str], _Key](), True
    for event, name, element in elements(content, "graphml"):
        if event == "start" and name == "graph":
            directed = element.get("edgedefault", "directed") == "directed"
        if event == "start":
            continue
        if name == "key":
            _declare(element, keys, parts)
        elif name == "node":
            own = _data(element, "node", keys)
            parts.nodes.append({**own, "id": element.get("id", "")})
        elif name == "edge":
            way = element.get("directed", "true" if directed else "false")
            parts.edges.append(
                {
                    **_data(element, "edge", keys),
                    "source": element.get("source", ""),
                    "target": element.get("target", ""),
                    "directed": way,
                }
            )
        elif name == "hyperedge":
            parts.leave_out("hyperedges")
    return parts


def _declare(element: ET.Element, keys: dict[tuple[str, str], _Key], parts: Parts) -> None:
    id_, of = element.get("id", ""), element.get("for", "all")
    name = element.get("attr.name") or id_
    default = next((child.text for child in element if tag(child) == "default"), None)
    for each in ("node", "edge") if of == "all" else (of,):
        keys[each, id_] = _Key(name, default)
        kind = TYPES.get(element.get("attr.type", "string"))
        if each == "node" and kind is not None:
            parts.types[name] = kind


def _data(element: ET.Element, of: str, keys: dict[tuple[str, str], _Key]) -> dict[str, str]:
    """Return the attributes of a node or an edge by name, with defaults."""
    found = {key.name: key.default for (each, _), key in keys.items()
             if each == of and key.default is not None}  # fmt: skip
    for child in element:
        if tag(child) == "data" and child.text is not None:
            id_ = child.get("key", "")
            found[keys.get((of, id_), _Key(id_)).name] = child.text
    return found
