"""Turn the rows of a file into rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.conditions.where import Condition
from influence.errors import UsageError
from influence.loaders.mapped.frames import Frame
from influence.loaders.mapped.matching import lacking, resolved
from influence.loaders.mapped.schema import Group, Rows, Value
from influence.loaders.mapped.values import Cells, cells, format_of, text
from influence.tables import Problems, Source
from influence.tables.reading.columns import blank_is_null, true_where


class Piece(NamedTuple):
    """Rows of a table from one file.

    Attributes
    ----------
    table : str
    cells : pa.Table
    source : Source
        With the rows that were left out in `dropped`.
    merge : bool
        Whether rows of a customer may be merged.
    """

    table: str
    cells: pa.Table
    source: Source
    merge: bool = False


def left_out(part: Rows | Group, frame: Frame) -> list[str]:
    """Return the columns for lack of which optional rows, or an optional group, are left out."""
    return lacking(part, frame.spelt) if part.optional else []


def rows_of(rows: Rows, frame: Frame, frames: Sequence[Frame], problems: Problems) -> Piece:
    """Return the rows that a file gives for a table.

    Raises
    ------
    UsageError
        If the condition of the mapping cannot be applied to the file.
    """
    wanted = {name: resolved(value, frame.spelt) for name, value in rows.columns.items()}
    values = {name: value for name, value in wanted.items() if value is not None}
    frame, positions = _split(values, frame)
    columns = {name: cells(value, frame, frames) for name, value in values.items()}
    kept = chosen(rows, frame)
    for name in rows.skip_blank:
        found = columns.get(name)
        if found is None:  # an optional column that this file lacks
            kept[:] = False
            continue
        blank = true_where(pc.is_null(blank_is_null(text(found.values))))
        kept &= ~blank if found.unknown is None else ~blank | found.unknown
    refused = _refused(rows.table, values, columns, frame, positions, kept, problems)
    given = {name: found.values for name, found in columns.items()}
    given |= {frame.name_of(name): frame[name] for name in rows.attributes if frame.has(name)}
    table = pa.table(given)
    source = replace(
        frame.source,
        columns={name: frame.name_of(value.column) for name, value in values.items()
                 if value.column is not None},
        formats={name: format_of(value, frame) for name, value in values.items()},
        dropped=0,
        refused=int(refused.sum()),
        length=len(frame.cells),
    )  # fmt: skip
    if positions is None and kept.all() and not refused.any():
        return Piece(rows.table, table, source, rows.merge)
    at = np.flatnonzero(kept & ~refused)
    source = source.taking(at if positions is None else positions[at], int((~kept).sum()))
    return Piece(rows.table, table.take(pa.array(at)), source, rows.merge)


def chosen(part: Rows | Group, frame: Frame) -> npt.NDArray[np.bool_]:
    """Return which rows of a file `only` and `unless` choose; bool[rows]."""
    kept = np.ones(len(frame.cells), dtype=bool)
    if part.only is not None:
        kept &= _mask("only", part.only, frame)
    if part.unless is not None:
        kept &= ~_mask("unless", part.unless, frame)
    return kept


def _mask(key: str, condition: str, frame: Frame) -> npt.NDArray[np.bool_]:
    def column(name: str) -> pa.Array:
        if not frame.has(name) and key == "unless":
            return pa.nulls(len(frame.cells), pa.string())
        values = frame[name].combine_chunks()
        return text(frame[name]).combine_chunks() if pa.types.is_boolean(values.type) else values

    try:
        return Condition(condition).mask(column)
    except UsageError as error:
        raise UsageError(f"mapping, file {frame.file.name}, {key}: {error}") from error


def _split(values: dict[str, Value], frame: Frame) -> tuple[Frame, npt.NDArray[np.int64] | None]:
    """Repeat each row for every value in the cell that is split, if there is one."""
    split = next((value for value in values.values() if value.split), None)
    if split is None or split.split is None or split.column is None:
        return frame, None
    name = frame.name_of(split.column)
    lists = pc.split_pattern(pc.fill_null(text(frame[name]), ""), split.split).combine_chunks()
    counts = pc.list_value_length(lists).to_numpy(zero_copy_only=False)
    positions = np.repeat(np.arange(len(lists)), counts)
    table = frame.cells.take(pa.array(positions))
    at = table.column_names.index(name)
    table = table.set_column(at, name, pa.chunked_array([lists.flatten()]))
    return replace(frame, cells=table), positions


def _refused(
    table: str,
    values: dict[str, Value],
    columns: dict[str, Cells],
    frame: Frame,
    positions: npt.NDArray[np.int64] | None,
    kept: npt.NDArray[np.bool_],
    problems: Problems,
) -> npt.NDArray[np.bool_]:
    """Report the cells that a translation does not know; return their rows, bool[rows]."""
    refused = np.zeros(len(kept), dtype=bool)
    for name, found in columns.items():
        if found.unknown is None:
            continue
        where = found.unknown & kept
        refused |= where
        shown = values[name].names[0]
        source = replace(frame.source, columns={name: frame.name_of(shown)})
        cells_ = text(frame[shown])
        problems.add(source, table, name, found.problem, where, cells_, positions)
    return refused
