"""Read a graph as customers and ties."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import pyarrow as pa

from influence.loaders import named
from influence.loaders.graphs import gexf, graphml, pajek
from influence.loaders.graphs.parts import Parts
from influence.loaders.text import Unreadable
from influence.loaders.text.unpack import unpack
from influence.tables import Origin, Problems, Source, Tables
from influence.tables.notes import Note
from influence.tables.specs import CUSTOMERS, TIES

Format = Literal["graphml", "gexf", "pajek"]
FORMATS: dict[Format, Callable[[bytes], Parts]] = {
    "graphml": graphml.parse,
    "gexf": gexf.parse,
    "pajek": pajek.parse,
}
RENAMED = {"label": "name", "weight": "strength"}
"""Attributes → columns, where there is no attribute of the name of the column."""


def read(path: str | Path, form: Format, kind: str | None = None) -> Tables:
    """Read a graph: nodes become customers with their attributes, edges ties.

    Parameters
    ----------
    path : str or Path
        Compressed or not.
    form : {"graphml", "gexf", "pajek"}
    kind : str, optional
        Kind of all ties. Default: the attribute `kind`, else `tie`.

    Returns
    -------
    Tables
        Not validated. Rows are numbered by their order in the file: the first node is 1.
    """
    path, problems, notes = Path(path), Problems(), list[Note]()
    try:
        content, packed = unpack(path)
        parts = FORMATS[form](content)
    except Unreadable as error:
        named.unreadable(path.name, "ties", error, problems)
        return Tables(problems=problems, refused={"ties": error.rows})
    for what, n in parts.left_out.items():
        text = f"{path.name}: {n:,} {what} are not read"
        notes.append(Note(text, "elements_left_out", file=path.name, what=what, number=n))
    notes += [Note(f"{path.name}: {text}", "ids_of_graph", file=path.name) for text in parts.notes]
    customers = _typed(_renamed(parts.nodes.to_arrow(), "customers", path.name, notes), parts)
    ties = _renamed(parts.edges.to_arrow(), "ties", path.name, notes)
    if kind is not None:
        ties["kind"] = pa.chunked_array([pa.repeat(kind, len(parts.edges))])
    decided = {"encoding": "UTF-8", "format": form, **({"packed": packed} if packed else {})}
    sources = {name: Source(path.name, 1, decided=decided) for name in ("customers", "ties")}
    none = pa.array([], pa.string())
    return Tables(
        customers=pa.table(customers or {"id": none}),
        ties=pa.table(ties or {"source": none, "target": none}),
        sources=sources,
        problems=problems,
        notes=notes,
        origin=Origin.of_files(form, [path]),
    )


def _renamed(
    columns: dict[str, pa.ChunkedArray], table: str, file: str, notes: list[Note]
) -> dict[str, pa.ChunkedArray]:
    """Rename attributes as the table calls them; a note says which."""
    names = (CUSTOMERS if table == "customers" else TIES).names
    for given, name in RENAMED.items():
        if name in names and given in columns and name not in columns:
            columns[name] = columns.pop(given)
            text = f"{file}: attribute {given} is read as {name}"
            notes.append(Note(text, "column_recognised", table=table, header=given, column=name))
    return columns


def _typed(columns: dict[str, pa.ChunkedArray], parts: Parts) -> Mapping[str, pa.ChunkedArray]:
    """Give attributes that are no columns of ours the types that the file declares."""
    for name, kind in parts.types.items():
        if name in columns and name not in CUSTOMERS.names:
            try:
                columns[name] = columns[name].cast(kind)
            except pa.ArrowInvalid:
                continue  # stays text
    return columns
