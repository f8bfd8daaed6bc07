"""A query with its parameters written into it: the Browser forgets parameters, and asks for each.

The Browser runs several statements at once only as a list without pictures, so a saved query that
should show one cannot set its parameters first. What stands in the text comes from data all the
same, so it is quoted here and nowhere else.
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
    r"""Write a value in Cypher.

    Raises
    ------
    TypeError
        If it is no text, number, flag or date.

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
    # What is not printable, or ends a line for some editor, goes by its number; nothing after a
    # backslash of the text itself can, since that is doubled.
    if char in ESCAPES:
        return ESCAPES[char]
    if char.isprintable() or char == " ":
        return char
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02X}{units[i + 1]:02X}" for i in range(0, len(units), 2))


def body(query: Query, given: dict[str, Any]) -> str:
    """A query without its header, its parameters replaced by values.

    Raises
    ------
    UsageError
        If a parameter without a default is not given, or one is out of its bounds.
    """
    values = query.bind(given)
    lines = query.text.splitlines()
    size = next(i for i, line in enumerate(lines) if not line.startswith("//"))
    text = "\n".join(lines[size:]).strip()
    return PLACE.sub(lambda m: m["other"] or literal(values[m["name"]]), text)


def saved(query: Query, given: dict[str, Any]) -> str:
    """A query as a favourite: its title, what it is for, and what can be changed in it."""
    values = query.bind(given)
    header = [f"//{query.title}", *_purpose(query)]
    if query.parameters:
        written = {p.name: literal(values[p.name]) for p in query.parameters}
        width = max(map(len, written.values()))
        header += ["//", "// To ask something else, change below:"]
        header += [f"//   {written[p.name]:{width}}  {p.doc}" for p in query.parameters]
    return "\n".join([*header, body(query, given), ""])


def _purpose(query: Query) -> list[str]:
    """The lines of a header between its title and its sections."""
    lines = query.text.splitlines()[1:]
    ends = ("// Parameters", "// Columns")
    size = next(i for i, line in enumerate(lines) if line in ends or not line.startswith("//"))
    return lines[: size - 1] if lines[size - 1] == "//" else lines[:size]
