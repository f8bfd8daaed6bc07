"""Read JSON lines: one object per line, as logs and exports of databases have them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.json as arrow_json

from influence.loaders.text.grid import Unreadable
from influence.loaders.text.unpack import unpack
from influence.tables.reading.frames import to_arrow

BLOCK = 16 << 20
"""Bytes that are parsed together; larger than any sensible line."""


def read(path: Path) -> pa.Table:
    """Read a file of JSON lines, compressed or not; absent keys are null.

    Texts stay texts, also where they look like dates. Columns of both texts and numbers become
    text.

    Raises
    ------
    Unreadable
        At the first line that is not a JSON object.
    """
    content, _ = unpack(path)
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        raise Unreadable("empty file")
    try:
        return _parsed(content)
    except pa.ArrowInvalid:
        return _one_by_one(path, content)


def _parsed(content: bytes) -> pa.Table:
    reading = arrow_json.ReadOptions(block_size=max(min(len(content), BLOCK), 1))
    table = arrow_json.read_json(io.BytesIO(content), reading)
    texts = [field.name for field in table.schema if pa.types.is_timestamp(field.type)]
    if texts:  # Arrow reads texts in ISO 8601 as moments, and would lose their offset
        schema = pa.schema([(name, pa.string()) for name in texts])
        parsing = arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="infer")
        table = arrow_json.read_json(io.BytesIO(content), reading, parsing).select(
            table.column_names
        )
    return table


def _one_by_one(path: Path, content: bytes) -> pa.Table:
    """Read line by line: finds a faulty line, and columns of several types."""
    rows = []
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise Unreadable(f"not JSON: {error}", number) from None
        if not isinstance(row, dict):
            raise Unreadable("a JSON object per line is expected", number)
        rows.append(row)
    names = dict.fromkeys(name for row in rows for name in row)
    return to_arrow(path.name, {name: [row.get(name) for row in rows] for name in names})
