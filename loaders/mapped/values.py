"""Compute the cells of one column from the columns of a file, as a mapping says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from influence.loaders.mapped.schema import FOUND, Constant, Lookup, Value, named_group
from influence.tables.reading import ids
from influence.tables.reading.columns import (
    as_text,
    blank_is_null,
    read_number,
    repeat,
    true_where,
)
from influence.tables.reading.formats import Format
from influence.tables.reading.numbers import Notation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from influence.loaders.mapped.frames import Frame

Flags = npt.NDArray[np.bool_]
DOMAIN = r"(?:^[^@]*@|^[a-z]+://(?:www\.)?|^www\.|^)(?P<found>[^@/:?#\s]+\.[^@/:?#\s]+)"


@dataclass(frozen=True)
class Cells:
    """The cells of one column.

    Attributes
    ----------
    values : pa.ChunkedArray
        Cells that a translation does not know are null or as they were.
    unknown : bool[rows] or None
        Where `lookup`, `extract` or `values` refuse a cell, or a factor is not a number.
    problem : str
        Kind of problem of these cells.
    """

    values: pa.ChunkedArray
    unknown: Flags | None = None
    problem: str = "not_translated"


def cells(value: Value, frame: Frame, frames: Sequence[Frame]) -> Cells:
    """Compute the cells of a column.

    Parameters
    ----------
    value : Value
    frame : Frame
        The file; it has the columns that `value` names.
    frames : sequence of Frame
        All files, for lookups.
    """
    if value.constant is not None:
        return Cells(repeat(pa.scalar(value.constant), len(frame.cells)))
    given = _origin(value, frame)
    if value.times is not None:
        return _product(given, value, frame)
    if not (value.steps or value.case or value.prefix):
        return Cells(given)
    found, unknown = text(given), None
    if value.steps:
        found, unknown = _known(found, _found(found, value, frame, frames), value)
    if value.case is not None:
        found = {"lower": pc.utf8_lower, "upper": pc.utf8_upper}[value.case](found)
    if value.prefix:
        bare = blank_is_null(ids.stripped(found))
        found = pc.binary_join_element_wise(value.prefix, bare, "")
    return Cells(found, unknown)


def _found(
    found: pa.ChunkedArray, value: Value, frame: Frame, frames: Sequence[Frame]
) -> pa.ChunkedArray:
    """Look up, extract and translate; null where nothing is found."""
    if value.lookup is not None:
        found = _looked_up(found, value.lookup, frame, frames)
    if value.extract is not None:
        found = _group(found, named_group(value.extract))
    if value.part is not None:
        found = _group(pc.utf8_lower(found), DOMAIN)
    if value.values is not None:
        found = _translated(found, value.values)
    return found


def text(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return cells as text; whole numbers without decimals."""
    return values if pa.types.is_string(values.type) else as_text(values)


def format_of(value: Value, frame: Frame) -> Format:
    """Return how the cells of a column are written."""
    return Format(
        value.notation(frame.file), value.dates or frame.file.dates, value.scale, value.type
    )


def _origin(value: Value, frame: Frame) -> pa.ChunkedArray:
    """Return the cells of one column, of several joined, or of the first that is not blank."""
    if value.column is not None:
        return _without_words(frame[value.column], frame)
    columns = [_without_words(frame[name], frame) for name in value.names]
    bare = [blank_is_null(pc.utf8_trim_whitespace(text(each))) for each in columns]
    if value.first is not None:
        return pc.coalesce(*bare)
    joined = pc.fill_null(bare[0], "")
    for each in bare[1:]:  # Arrow's own option to skip nulls loses rows in which all are null
        both = pc.and_(pc.not_equal(joined, ""), pc.is_valid(each))
        mark = pc.if_else(both, value.between, "")
        joined = pc.binary_join_element_wise(joined, mark, pc.fill_null(each, ""), "")
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)


def _without_words(column: pa.ChunkedArray, frame: Frame) -> pa.ChunkedArray:
    if frame.file.null_words and pa.types.is_string(column.type):
        return ids.without_words(column, frame.file.null_words)
    return column


def _product(given: pa.ChunkedArray, value: Value, frame: Frame) -> Cells:
    """Multiply two columns of numbers; both have the notation of the value."""
    notation = value.notation(frame.file) or Notation()
    factors = [given, _without_words(frame[value.times or ""], frame)]
    read = [read_number(each, notation) for each in factors]
    wrong = [fault for _, faults in read for fault in faults.values()]
    product = pc.multiply(*(numbers for numbers, _ in read))
    return Cells(product, np.logical_or.reduce(wrong), "not_a_number")


def _looked_up(
    keys: pa.ChunkedArray, lookup: Lookup, frame: Frame, frames: Sequence[Frame]
) -> pa.ChunkedArray:
    """Return for each key the cell of the first row that matches it."""
    match, take = lookup_columns(lookup, frame, frames)
    at = pc.index_in(pc.utf8_trim_whitespace(keys), match)
    return take.take(at)


def lookup_columns(
    lookup: Lookup, frame: Frame, frames: Sequence[Frame]
) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Return the cells to compare and the cells to take, of all files that the lookup means."""
    others = [frame] if lookup.file is None else [f for f in frames if f.file.name == lookup.file]
    others = [each for each in others if each.has(lookup.match) and each.has(lookup.take)]
    match = [chunk for each in others for chunk in text(each[lookup.match]).chunks]
    take = [chunk for each in others for chunk in text(each[lookup.take]).chunks]
    compared = pc.utf8_trim_whitespace(pa.chunked_array(match, pa.string()))
    return compared, pa.chunked_array(take, pa.string())


def _group(texts: pa.ChunkedArray, expression: str) -> pa.ChunkedArray:
    """Return what a regular expression finds in each text; null where it finds nothing."""
    found = pc.struct_field(pc.extract_regex(texts, expression), FOUND)
    return found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found])


def _translated(texts: pa.ChunkedArray, values: dict[str, Constant]) -> pa.ChunkedArray:
    """Return the translation of each text, compared without case and blanks at its ends."""
    translations = {key.strip().lower(): _as_cell(to) for key, to in values.items()}
    known = pa.array([*translations], pa.string())
    at = pc.index_in(pc.utf8_lower(pc.utf8_trim_whitespace(texts)), known)
    found = pa.array([*translations.values()], pa.string()).take(at.combine_chunks())
    return pa.chunked_array([found])


def _as_cell(given: Constant) -> str:
    return str(given).lower() if isinstance(given, bool) else str(given)


def _known(
    given: pa.ChunkedArray, found: pa.ChunkedArray, value: Value
) -> tuple[pa.ChunkedArray, Flags | None]:
    """Return what was found, and what to do with cells for which nothing was found."""
    present = pc.is_valid(blank_is_null(given))
    lost = true_where(pc.and_(present, pc.is_null(found)))
    if value.others == "keep":
        return pc.coalesce(found, given), None
    return found, lost if value.others == "refuse" else None
