"""Queries with literal values instead of parameters, for saved queries in the Browser.

The Browser loses parameters on reload, and does not draw graphs if a saved query sets parameters in
a statement of its own. The values come from data, so quoting them safely is done here only.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from influence.queries import COMMENTS_AND_TEXTS

if TYPE_CHECKING:
    from influence.queries import Query

PLACE = re.compile(rf"(?P<other>{COMMENTS_AND_TEXTS.pattern})|\$(?P<name>\w+)")
ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b"}
ESCAPES["\f"] = "\\f"


def literal(value: Any) -> str:
    r"""Return a Cypher literal for a value.

    Raises
    ------
    TypeError
        If the value is not a text, number, flag or date.

    Examples
    --------
    >>> print(literal("O'Hara"), literal(2.5), literal(True))
    'O\'Hara' 2.5 true
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return f"date('{value.isoformat()}')"
    if isinstance(value, str):
        return "'" + "".join(map(_character, value)) + "'"
    raise TypeError(f"no literal for {type(value).__name__}")


def _character(char: str) -> str:
    # Characters that are not printable, or that end a line in some editors, are escaped by number.
    # A backslash in the text is doubled, so it cannot form such an escape.
    if char in ESCAPES:
        return ESCAPES[char]
    if char.isprintable() or char == " ":
        return char
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02X}{units[i + 1]:02X}" for i in range(0, len(units), 2))


def body(query: Query, given: dict[str, Any]) -> str:
    """Return the statement of a query, without header, with literals for its parameters.

    Raises
    ------
    UsageError
        If a required parameter is missing, or a value is out of bounds.
    """
    values = query.bind(given)
    lines = query.text.splitlines()
    size = next(i for i, line in enumerate(lines) if not line.startswith("//"))
    text = "\n".join(lines[size:]).strip()
    return PLACE.sub(lambda m: m["other"] or literal(values[m["name"]]), text)


def saved(query: Query, given: dict[str, Any]) -> str:
    """Return a query as a saved query: title, purpose, the values to change, and statement."""
    values = query.bind(given)
    header = [f"//{query.title}", *_purpose(query)]
    if query.parameters:
        written = {p.name: literal(values[p.name]) for p in query.parameters}
        width = max(map(len, written.values()))
        header += ["//", "// Values to change in the query below:"]
        header += [f"//   {written[p.name]:{width}}  {p.doc}" for p in query.parameters]
    return "\n".join([*header, body(query, given), ""])


def _purpose(query: Query) -> list[str]:
    """Return the header lines between title and sections."""
    lines = query.text.splitlines()[1:]
    ends = ("// Parameters", "// Columns")
    size = next(i for i, line in enumerate(lines) if line in ends or not line.startswith("//"))
    return lines[: size - 1] if lines[size - 1] == "//" else lines[:size]
