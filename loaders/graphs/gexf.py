"""Read GEXF, as Gephi writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

import pyarrow as pa

from influence.loaders.graphs.parts import Parts
from influence.loaders.graphs.xml import elements, tag

TYPES = {"integer": pa.int64(), "long": pa.int64(), "float": pa.float64(), "double": pa.float64(),
         "boolean": pa.bool_()}  # fmt: skip
DATES = {"date", "datetime"}
COLUMNS = {"weight": "weight", "kind": "kind"}
"""Attributes of an edge → columns."""


@dataclass
class _Graph:
    """The declarations before the nodes and edges.

    Attributes
    ----------
    edge_type : str
        Type of edges that have none.
    dated : bool
        Whether times are dates rather than numbers.
    of : str
        What the attributes that are being declared belong to: node or edge.
    titles : dict of (node or edge, id) to str
        Names of attributes.
    """

    edge_type: str = "undirected"
    dated: bool = False
    of: str = "node"
    titles: dict[tuple[str, str], str] = field(default_factory=dict)

    def begin(self, name: str, element: ET.Element) -> None:
        """Read an element that contains others."""
        if name == "graph":
            self.edge_type = element.get("defaultedgetype", "undirected")
            self.dated = element.get("timeformat", "double").lower() in DATES
        elif name == "attributes":
            self.of = element.get("class", "node")

    def declare(self, element: ET.Element, parts: Parts) -> None:
        """Read the declaration of an attribute."""
        id_ = element.get("id", "")
        title = element.get("title") or id_
        self.titles[self.of, id_] = title
        kind = TYPES.get(element.get("type", "string"))
        if self.of == "node" and kind is not None:
            parts.types[title] = kind

    def values(self, element: ET.Element, of: str) -> dict[str, str]:
        """Return the attributes of a node or an edge by title."""
        values = (child for child in element.iter() if tag(child) == "attvalue")
        pairs = ((child.get("for") or child.get("id") or "", child) for child in values)
        return {self.titles.get((of, id_), id_): child.get("value", "") for id_, child in pairs}

    def edge(self, element: ET.Element, parts: Parts) -> dict[str, str]:
        """Return the row of an edge."""
        own = {column: value for name, column in COLUMNS.items()
               if (value := element.get(name)) is not None}  # fmt: skip
        start = element.get("start")
        if start is not None and self.dated:
            own["since"] = start
        elif start is not None:
            parts.leave_out("times that are not dates")
        return {
            **self.values(element, "edge"),
            **own,
            "source": element.get("source", ""),
            "target": element.get("target", ""),
            "directed": str(element.get("type", self.edge_type) == "directed").lower(),
        }


def parse(content: bytes) -> Parts:
    """Read the nodes and edges of a GEXF file, versions 1.1 to 1.3.

    Of dynamic graphs the start of an edge is read, if it is a date; spells are counted.
    """
    parts, graph = Parts(), _Graph()
    for event, name, element in elements(content, "gexf"):
        if event == "start":
            graph.begin(name, element)
        elif name == "attribute":
            graph.declare(element, parts)
        elif name == "node":
            label = element.get("label")
            named = {} if label is None else {"name": label}
            parts.nodes.append({**graph.values(element, "node"), **named,
                                "id": element.get("id", "")})  # fmt: skip
        elif name == "edge":
            parts.edges.append(graph.edge(element, parts))
        elif name == "spell":
            parts.leave_out("spells")
    return parts
