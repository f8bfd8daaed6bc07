"""The nodes and edges of a networkx graph as columns of tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from influence.errors import UsageError
from influence.tables.notes import Note
from influence.tables.specs import TIES

if TYPE_CHECKING:
    import networkx as nx

Columns = dict[str, list[Any]]


def customers_of(graph: nx.Graph[Any]) -> Columns:
    """Return the nodes, with their attributes."""
    columns = _columns(graph.nodes.values(), graph.number_of_nodes())
    if "name" not in columns and "label" in columns:
        columns["name"] = columns.pop("label")
    return {**columns, "id": [str(node) for node in graph.nodes]}


def ties_of(graph: nx.Graph[Any], weight: str | None = "auto") -> tuple[Columns, list[Note]]:
    """Return the edges, with their attributes, and a note on parallel ones.

    Parallel edges of one kind would replace each other, so the further ones get kinds with a
    number.

    Parameters
    ----------
    graph : networkx.Graph
    weight : str or None
        The attribute that is the strength: see `Network.from_networkx`.

    Raises
    ------
    UsageError
        If no edge has the attribute that is named.
    """
    edges, directed = [*graph.edges(data=True)], graph.is_directed()
    own = _columns((edge[2] for edge in edges), len(edges))
    strengths = _strengths(own, weight, len(edges))
    columns = {name: values for name, values in own.items() if name not in {"strength", "weight"}}
    if strengths is not None:
        columns["strength"] = strengths
    columns["source"] = [str(edge[0]) for edge in edges]
    columns["target"] = [str(edge[1]) for edge in edges]
    columns["directed"] = [directed] * len(edges)
    notes = _number_kinds(columns) if graph.is_multigraph() else []
    return columns, notes


def _columns(rows: Iterable[Mapping[Any, Any]], length: int) -> Columns:
    """Return the attributes of rows as columns; None where a row has none."""
    columns: Columns = {}
    for at, row in enumerate(rows):
        for name, value in row.items():
            columns.setdefault(str(name), [None] * length)[at] = value
    return columns


def _strengths(columns: Columns, wanted: str | None, length: int) -> list[Any] | None:
    """Return the strength of each edge, None where it has none; None if no edge has one."""
    if wanted not in {"auto", None} and length and wanted not in columns:
        raise UsageError(f"no edge has an attribute {wanted!r}")
    names = ("strength", "weight") if wanted == "auto" else (wanted,)
    found = [columns[name] for name in names if name in columns]
    if not found:
        return None
    rows = zip(*found, strict=True)
    return [next((value for value in row if value is not None), None) for row in rows]


def _number_kinds(columns: Columns) -> list[Note]:
    """Number the kinds of parallel edges that have one kind and network: tie, tie 1, tie 2 …"""
    length = len(columns["source"])
    none: Sequence[Any] = [None] * length
    default = TIES.defaults["kind"]
    kinds = [str(default if kind is None else kind) for kind in columns.get("kind", none)]
    pairs = zip(columns["source"], columns["target"], columns.get("network", none), strict=True)
    last, seen, example, changed = dict[Any, int](), set[Any](), "", 0
    for at, (pair, kind) in enumerate(zip(pairs, kinds, strict=True)):
        name, number = kind, last.get((pair, kind), 0)
        while (pair, name) in seen:
            number += 1
            name = f"{kind} {number}"
        if name != kind:
            kinds[at], example, changed = name, example or name, changed + 1
        last[pair, kind] = number
        seen.add((pair, name))
    columns["kind"] = kinds
    if not changed:
        return []
    edges = "1 parallel edge is a tie" if changed == 1 else f"{changed:,} parallel edges are ties"
    text = f"ties: {edges} of a kind with a number, such as '{example}'"
    return [Note(text, "parallel_edges", table="ties", rows=changed, example=example)]
