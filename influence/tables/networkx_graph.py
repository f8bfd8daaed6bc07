"""The nodes and edges of a networkx graph as columns of tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx as nx

Columns = dict[str, list[Any]]


def customers_of(graph: nx.Graph[Any]) -> Columns:
    """Return the nodes, with their attributes."""
    columns = _columns(graph.nodes.values(), graph.number_of_nodes())
    return {**_renamed(columns, "label", "name"), "id": [str(node) for node in graph.nodes]}


def ties_of(graph: nx.Graph[Any]) -> Columns:
    """Return the edges, with their attributes."""
    edges = [*graph.edges(data=True)]
    ends = {
        "source": [str(edge[0]) for edge in edges],
        "target": [str(edge[1]) for edge in edges],
        "directed": [graph.is_directed()] * len(edges),
    }
    own = _renamed(_columns((edge[2] for edge in edges), len(edges)), "weight", "strength")
    if graph.is_multigraph() and "kind" not in own:
        keys = (key for *_, key in graph.edges(keys=True))
        own["kind"] = ["tie" if key == 0 else f"tie {key}" for key in keys]
    return {**{name: values for name, values in own.items() if name not in ends}, **ends}


def _columns(rows: Iterable[Mapping[Any, Any]], length: int) -> Columns:
    """Return the attributes of rows as columns; None where a row has none."""
    columns: Columns = {}
    for at, row in enumerate(rows):
        for name, value in row.items():
            columns.setdefault(str(name), [None] * length)[at] = value
    return columns


def _renamed(columns: Columns, given: str, name: str) -> Columns:
    if given in columns and name not in columns:
        columns[name] = columns.pop(given)
    return columns
