"""Combine the rows that several files give for the same table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from influence.loaders.mapped.rows import Piece
from influence.loaders.mapped.values import text
from influence.tables import Source
from influence.tables.notes import Note
from influence.tables.reading import ids
from influence.tables.reading.columns import blank_is_null


def combined(pieces: Sequence[Piece], notes: list[Note]) -> tuple[pa.Table, Source]:
    """Return one table of all pieces, and its source.

    Customers whose rows may be merged are: a row whose id occurs in an earlier row is left out,
    and its cells fill the blanks there. Rows of pieces that are not merged come first.
    """
    pieces = sorted(pieces, key=lambda piece: piece.merge)
    table = _concatenated([piece.cells for piece in pieces])
    parts = tuple(piece.source for piece in pieces)
    source = parts[0]
    if len(parts) > 1:
        files = ", ".join(dict.fromkeys(part.file for part in parts))
        decided = {key: value for key, value in parts[0].decided.items()
                   if all(part.decided.get(key) == value for part in parts)}  # fmt: skip
        source = Source(files, parts=parts, dropped=sum(part.dropped for part in parts),
                        refused=sum(part.refused for part in parts), decided=decided,
                        first_row=parts[0].first_row)  # fmt: skip
    if any(piece.merge for piece in pieces):
        may = np.repeat([piece.merge for piece in pieces], [len(piece.cells) for piece in pieces])
        return _merged(table, source, may, notes)
    return table, source


def _concatenated(tables: Sequence[pa.Table]) -> pa.Table:
    """Return one table below the other; columns of different types become text."""
    if len(tables) == 1:
        return tables[0]
    names = dict.fromkeys(name for table in tables for name in table.column_names)
    columns = {}
    for name in names:
        given = [table[name] if name in table.column_names else None for table in tables]
        kinds = {each.type for each in given if each is not None}
        kind = kinds.pop() if len(kinds) == 1 else pa.string()
        chunks: list[pa.Array] = []
        for column, table in zip(given, tables, strict=True):
            if column is None:
                chunks.append(pa.nulls(len(table), kind))
            else:
                chunks += (column if column.type == kind else text(column)).chunks
        columns[name] = pa.chunked_array(chunks, kind)
    return pa.table(columns)


def _merged(
    table: pa.Table, source: Source, may: np.ndarray, notes: list[Note]
) -> tuple[pa.Table, Source]:
    """Merge rows of the same customer where that is allowed.

    Parameters
    ----------
    may : bool[rows]
        Whether a row may be merged into an earlier one.
    """
    encoded = blank_is_null(ids.stripped(text(table["id"]))).combine_chunks().dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    first = np.full(len(encoded.dictionary), len(codes), dtype=np.int64)
    np.minimum.at(first, codes[codes >= 0], np.flatnonzero(codes >= 0))
    repeated = may & (codes >= 0)
    repeated[repeated] = first[codes[repeated]] < np.flatnonzero(repeated)
    if not repeated.any():
        return table, source
    filled, other = _filled(table, repeated, codes, first)
    kept = np.flatnonzero(~repeated)
    rows = int(repeated.sum())
    were = f"{rows:,} rows of customers were" if rows > 1 else "1 row of a customer was"
    said = f"{source.file}: {were} merged with earlier ones"
    if other:
        said += f"; {other:,} of the cells differ from those kept"
    notes.append(Note(said, "customers_merged", rows=rows, cells=other))
    taken = source.taking(kept, 0)
    return filled.take(pa.array(kept)), replace(
        taken, dropped=source.dropped, merged=source.merged + rows
    )


def _filled(
    table: pa.Table, repeated: np.ndarray, codes: np.ndarray, first: np.ndarray
) -> tuple[pa.Table, int]:
    """Fill blanks of first rows from repeated ones; also count the cells that differ."""
    rows, other, columns = np.flatnonzero(repeated), 0, {}
    for name in table.column_names:
        column = table[name]
        cells = blank_is_null(column) if pa.types.is_string(column.type) else column
        if name == "id":
            columns[name] = column
            continue
        theirs = cells.take(pa.array(rows))
        given = pc.is_valid(theirs).to_numpy(zero_copy_only=False)
        used, at = np.unique(codes[rows[given]], return_index=True)
        fill = np.full(len(table), -1, dtype=np.int64)
        fill[first[used]] = rows[given][at]
        candidates = cells.take(pa.array(np.where(fill < 0, 0, fill), mask=fill < 0))
        columns[name] = filled = pc.coalesce(cells, candidates)
        kept = filled.take(pa.array(first[codes[rows]]))
        other += pc.sum(pc.not_equal(theirs, kept)).as_py() or 0
    return pa.table(columns), other
