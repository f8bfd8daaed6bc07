"""Check the names of tables' columns in a mapping, as TOML has them."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from influence.loaders.mapped.lines import Place
from influence.tables.specs import TABLES, TableSpec

UNDECIDED = "?"
"""A value that `influence map` leaves for a person to decide."""


def undecided(given: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Yield place and message for each value that is not decided yet.

    Examples
    --------
    >>> [place for place, _ in undecided({"file": [{"dates": "?"}]})]
    [('file', 0, 'dates')]
    """
    if given == UNDECIDED:
        yield place, "not decided yet; the comment beside it names the possible values"
    elif isinstance(given, dict | list):
        parts = given.items() if isinstance(given, dict) else enumerate(given)
        for part, inner in parts:
            yield from undecided(inner, (*place, part))


def wrong_names(mapping: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    """Yield place and message for each column that its table does not have, or must have.

    Parts of another shape are left to the schema. This check is apart from it, so that names are
    also checked in rows in which something else is wrong.
    """
    for at, file in enumerate(_list(mapping.get("file"))):
        for number, rows in enumerate(_list(file.get("rows"))):
            place: Place = ("file", at, "rows", number)
            table, columns = rows.get("table"), rows.get("columns", {})
            if isinstance(table, str) and table in TABLES and isinstance(columns, dict):
                yield from _wrong(TABLES[table], columns, place)


def _wrong(spec: TableSpec, columns: dict[str, Any], place: Place) -> Iterator[tuple[Place, str]]:
    for column in spec.columns:
        if column.required and column.name not in columns:
            yield place, f"{spec.name} needs a column {column.name}"
    for name, value in columns.items():
        here = (*place, "columns", name)
        if name not in spec.names and not spec.keeps_attributes:
            yield here, f"{spec.name} has no such column{meant(name, spec.names)}"
        if name in spec.names and isinstance(value, dict) and "type" in value:
            yield (*here, "type"), "this is for columns of your own"


def _list(given: Any) -> list[dict[str, Any]]:
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []


def meant(name: str, known: Any) -> str:
    """Return the known name that may be meant, or all of them."""
    close = get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else f"; there are {', '.join(known)}"
