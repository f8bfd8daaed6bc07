"""Reading a query file: its header, checked against its statement."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace

from influence.queries.query import COMMENTS_AND_TEXTS, DECIMALS, TYPES, Column, Parameter, Query

ENTRY = re.compile(
    r"\$?(?P<name>\w+)\s+(?P<type>\w+)(?:\s+(?P<low>-?\d+(?:\.\d+)?)?\.\.(?P<high>-?\d+(?:\.\d+)?)?)?"
    r"(?:\s*=\s*(?P<default>\S+))?(?:\s\s+(?P<doc>.*))?"
)
PLACEHOLDER = re.compile(r"^(?P<before>(?P<indent>[ ]*).*)\{\{(?P<name>[\w-]+)\}\}", re.MULTILINE)
EMPTY = "''"
"""Stands in a header for a default that is an empty text."""
BRACKETS = re.compile(r"\{[^{}]*\}|\([^()]*\)|\[[^\[\]]*\]")


def parse(name: str, text: str, fragments: Mapping[str, str] | None = None) -> Query:
    """Read a query file and check its header against its statement.

    Parameters
    ----------
    name : str
        Path of the file without its suffix: `explore/three-degrees`.
    text : str
        Contents of the file.
    fragments : mapping of str to str
        What replaces each ``{{name}}`` in the statement.

    Raises
    ------
    ValueError
        If header and statement disagree, or a fragment is missing: the file is wrong, not its user.
    """
    text = _expand(name, text, fragments or {})
    lines, _ = split(text)
    header = [line.removeprefix("//").rstrip() for line in lines]
    sections: dict[str, list[str]] = {"": [], "Parameters": [], "Columns": []}
    section = ""
    for line in header[1:]:
        section = line.strip() if line.strip() in sections and line.strip() else section
        if line.strip() and line.strip() != section:
            sections[section].append(line.strip())
    query = Query(
        name=name,
        title=header[0].strip() if header else "",
        doc=" ".join(sections[""]),
        parameters=tuple(_parameter(name, line) for line in sections["Parameters"]),
        columns=tuple(_column(name, line) for line in sections["Columns"]),
        text=text,
    )
    _check(query)
    return query


def split(text: str) -> tuple[list[str], str]:
    """Split a file into the lines of its header, and the rest."""
    lines = text.splitlines()
    size = next((i for i, line in enumerate(lines) if not line.startswith("//")), len(lines))
    return lines[:size], "\n".join(lines[size:]).strip()


def _expand(name: str, text: str, fragments: Mapping[str, str]) -> str:
    """Put the fragments in place of their names, indented like the line they stand in."""

    def expanded(found: re.Match[str]) -> str:
        if found["name"] not in fragments:
            raise ValueError(f"{name}.cypher: no fragment {found['name']!r}")
        lines = fragments[found["name"]].splitlines()
        return found["before"] + f"\n{found['indent']}".join(lines)

    while PLACEHOLDER.search(text):  # a fragment may contain another one
        text = PLACEHOLDER.sub(expanded, text)
    return text


def _entry(name: str, line: str) -> re.Match[str]:
    match = ENTRY.fullmatch(line)
    if not match:
        raise ValueError(f"{name}.cypher: header line not understood: {line}")
    if match["type"] not in TYPES:
        raise ValueError(f"{name}.cypher: unknown type of {match['name']}: {match['type']}")
    return match


def _parameter(name: str, line: str) -> Parameter:
    entry = _entry(name, line)
    low, high = float(entry["low"] or -math.inf), float(entry["high"] or math.inf)
    parameter = Parameter(entry["name"], entry["type"], None, entry["doc"] or "", low, high)
    if entry["default"] is None:
        return parameter
    default = parameter.parse(entry["default"].replace(EMPTY, ""))
    parameter.check(default)
    return replace(parameter, default=default)


def _column(name: str, line: str) -> Column:
    entry = _entry(name, line)
    return Column(entry["name"], entry["type"], entry["doc"] or "")


def _check(query: Query) -> None:
    if not query.title or not query.doc:
        raise ValueError(f"{query.name}.cypher: a title and a purpose are needed")
    body = COMMENTS_AND_TEXTS.sub("''", query.text)
    used = set(re.findall(r"\$(\w+)", body))
    declared = {parameter.name for parameter in query.parameters}
    if used != declared:
        raise ValueError(
            f"{query.name}.cypher: uses {sorted(used)}, but declares {sorted(declared)}"
        )
    columns = tuple(column.name for column in query.columns)
    if returned(body) != columns:
        raise ValueError(f"{query.name}.cypher: returns {returned(body)}, declares {columns}")
    for column in query.columns:
        digits = DECIMALS.get(column.type)
        if digits and not re.search(rf", {digits}\)\s+AS\s+{column.name}\b", body):
            raise ValueError(f"{query.name}.cypher: {column.name} is not rounded to {digits}")


def returned(body: str) -> tuple[str, ...]:
    """Return the column names of a statement without comments and string literals.

    Examples
    --------
    >>> returned("MATCH (a) RETURN a.id AS id, count(*) AS n ORDER BY n")
    ('id', 'n')
    """
    top = body
    while BRACKETS.search(top):
        top = BRACKETS.sub("", top)
    _, found, tail = top.rpartition("RETURN")
    if not found:
        return ()
    items = re.split(r"\b(?:ORDER BY|SKIP|LIMIT)\b", tail)[0].strip().removesuffix(";").split(",")
    return tuple(re.split(r"\bAS\b|\bDISTINCT\b", item)[-1].strip() for item in items)
