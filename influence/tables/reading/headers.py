"""Recognise columns by the other headers that their specs list."""

from __future__ import annotations

import pyarrow as pa

from influence.tables.notes import Note
from influence.tables.specs import TABLES
from influence.tables.tables import Tables


def recognised(tables: Tables) -> tuple[Tables, list[Note]]:
    """Rename columns that have one of the other headers of their spec; also return notes.

    A header is recognised only if the table has no column of the name itself; of several the first
    in the list of the spec is used.
    """
    notes: list[Note] = []
    frames = {name: tables[name] for name in tables}
    for name in tables:
        for column in TABLES[name].columns:
            present = frames[name].column_names
            known = next((header for header in column.also_known_as if header in present), None)
            if known is None or column.name in present:
                continue
            frames[name] = _renamed(frames[name], known, column.name)
            file = tables.sources[name].file
            notes.append(
                Note(
                    f"{file}: column {known} is read as {column.name}",
                    "column_recognised",
                    table=name,
                    header=known,
                    column=column.name,
                )
            )
    if not notes:
        return tables, notes
    return tables.with_frames(frames), notes


def _renamed(table: pa.Table, header: str, name: str) -> pa.Table:
    return table.rename_columns([name if c == header else c for c in table.column_names])
