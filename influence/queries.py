"""Queries: one Cypher statement a file, with a header that is checked against the text.

::

    // Title
    //
    // What it is for, in a few lines.
    //
    // Parameters
    //   $customer  text              whose circles
    //   $limit     integer 0.. = 25  how many rows
    //
    // Columns
    //   customer  text  who is in them

A parameter's type is text, integer, number, flag, date, list or map; those with a default need
not be given. A number may have bounds, which it may reach: `0..` is from 0 up, `0..1` from 0 to 1.
Data reaches a query through parameters only: its text is never put together from any.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from influence.errors import UsageError


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(text)
    return number


ENTRY = re.compile(
    r"\$?(?P<name>\w+)\s+(?P<type>\w+)(?:\s+(?P<low>-?\d+(?:\.\d+)?)?\.\.(?P<high>-?\d+(?:\.\d+)?)?)?"
    r"(?:\s*=\s*(?P<default>\S+))?(?:\s\s+(?P<doc>.*))?"
)
COMMENTS_AND_TEXTS = re.compile(r"//[^\n]*|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
FLAGS = {"true": True, "false": False}
PARSERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "integer": int,
    "number": _finite,
    "flag": lambda text: FLAGS[text.lower()],
    "date": date.fromisoformat,
}
TYPES = {*PARSERS, "list", "map", "node", "relationship", "path"}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a query, as its header states it.

    Attributes
    ----------
    name, type : str
    default : object
        None where it must be given.
    doc : str
    low, high : float
        Bounds of a number, which it may reach.
    """

    name: str
    type: str
    default: Any
    doc: str
    low: float = -math.inf
    high: float = math.inf

    def parse(self, text: str) -> Any:
        """Read a value from the command line.

        Raises
        ------
        UsageError
            If the text is not of the parameter's type.
        """
        try:
            return PARSERS[self.type](text)
        except (KeyError, ValueError) as error:
            raise UsageError(
                f"parameter {self.name}: {text!r} is not of type {self.type}"
            ) from error

    @property
    def bounds(self) -> str:
        """Between what it must lie, in words; empty where there are no bounds."""
        parts = [("from", self.low), ("to", self.high)]
        return " ".join(f"{word} {bound:g}" for word, bound in parts if math.isfinite(bound))

    def check(self, value: Any) -> None:
        """Hold a number against the bounds; what is no number is left to the server.

        Raises
        ------
        UsageError
            If it lies outside.
        """
        if isinstance(value, int | float) and not self.low <= value <= self.high:
            raise UsageError(f"parameter {self.name} is {value!r}; it goes {self.bounds}")


@dataclass(frozen=True)
class Column:
    """A column that a query returns."""

    name: str
    type: str
    doc: str


@dataclass(frozen=True)
class Query:
    """A query of the library.

    Attributes
    ----------
    name : str
        Its path without the ending: `explore/three-degrees`.
    title, doc : str
    parameters : tuple of Parameter
    columns : tuple of Column
    text : str
        Cypher, header included.
    """

    name: str
    title: str
    doc: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    text: str

    def bind(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Complete the parameters with their defaults.

        Raises
        ------
        UsageError
            If one is unknown, missing and without a default, or out of its bounds.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        unknown = [name for name in given if name not in known]
        missing = [p.name for p in self.parameters if p.default is None and p.name not in given]
        if unknown or missing:
            complaints = [f"unknown parameter {name}" for name in unknown]
            complaints += [f"parameter {name} is missing" for name in missing]
            takes = ", ".join(known) or "none"
            raise UsageError(f"query {self.name}: {', '.join(complaints)}; it takes {takes}")
        for name, value in given.items():
            known[name].check(value)
        return {name: given.get(name, parameter.default) for name, parameter in known.items()}

    @property
    def needs_run(self) -> bool:
        """Whether it reads a run or its figures, and so shows nothing before the first one."""
        text = OPTIONAL_RUN.sub("", self.text)
        return "InfluenceRun" in text or "networkValue" in text


def parse(name: str, text: str) -> Query:
    """Read a query file and check its header against its text.

    Raises
    ------
    ValueError
        If the two disagree: the file is wrong, not its user.
    """
    lines = text.splitlines()
    size = next((i for i, line in enumerate(lines) if not line.startswith("//")), len(lines))
    header = [line.removeprefix("//").rstrip() for line in lines[:size]]
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


def _entry(name: str, line: str) -> re.Match[str]:
    match = ENTRY.fullmatch(line)
    if not match:
        raise ValueError(f"{name}.cypher: header line not understood: {line}")
    if match["type"] not in TYPES:
        raise ValueError(f"{name}.cypher: {match['name']} is of no known type: {match['type']}")
    return match


def _parameter(name: str, line: str) -> Parameter:
    entry = _entry(name, line)
    low, high = float(entry["low"] or -math.inf), float(entry["high"] or math.inf)
    parameter = Parameter(entry["name"], entry["type"], None, entry["doc"] or "", low, high)
    if entry["default"] is None:
        return parameter
    default = parameter.parse(entry["default"])
    parameter.check(default)
    return replace(parameter, default=default)


def _column(name: str, line: str) -> Column:
    entry = _entry(name, line)
    return Column(entry["name"], entry["type"], entry["doc"] or "")


def _check(query: Query) -> None:
    if not query.title or not query.doc:
        raise ValueError(f"{query.name}.cypher: a title and a purpose are needed")
    body = COMMENTS_AND_TEXTS.sub("", query.text)
    used = set(re.findall(r"\$(\w+)", body))
    declared = {parameter.name for parameter in query.parameters}
    if used != declared:
        raise ValueError(
            f"{query.name}.cypher: uses {sorted(used)}, but declares {sorted(declared)}"
        )
    columns = tuple(column.name for column in query.columns)
    if returned(body) != columns:
        raise ValueError(f"{query.name}.cypher: returns {returned(body)}, declares {columns}")


def returned(body: str) -> tuple[str, ...]:
    """The names of the columns of a statement without comments and texts.

    Examples
    --------
    >>> returned("MATCH (a) RETURN a.id AS id, count(*) AS n ORDER BY n")
    ('id', 'n')
    """
    top = body
    while re.search(r"\{[^{}]*\}|\([^()]*\)|\[[^\[\]]*\]", top):
        top = re.sub(r"\{[^{}]*\}|\([^()]*\)|\[[^\[\]]*\]", "", top)
    _, found, tail = top.rpartition("RETURN")
    if not found:
        return ()
    items = re.split(r"\b(?:ORDER BY|SKIP|LIMIT)\b", tail)[0].strip().removesuffix(";").split(",")
    return tuple(re.split(r"\bAS\b|\bDISTINCT\b", item)[-1].strip() for item in items)


@cache
def load(name: str) -> Query:
    """One query by its name, such as `explore/three-degrees`.

    Raises
    ------
    UsageError
        If there is none.
    """
    try:
        return library()[name]
    except KeyError as error:
        short = name.removeprefix(EXPLORE)
        raise UsageError(f"no query {short!r}; `influence query` lists them") from error


EXPLORE = "explore/"
OPTIONAL_RUN = re.compile(r"OPTIONAL MATCH \([^)]*:InfluenceRun\b")
"""A run that a query can do without."""


def explore(name: str) -> Query:
    """A query of the analysts' library by its short name, such as `three-degrees`."""
    return load(EXPLORE + name.removeprefix(EXPLORE))


@cache
def library() -> dict[str, Query]:
    """All queries by name, sorted."""
    root = resources.files("influence") / "cypher"
    found = {}
    for folder in root.iterdir():
        for file in folder.iterdir() if folder.is_dir() else ():
            if file.name.endswith(".cypher"):
                name = f"{folder.name}/{file.name.removesuffix('.cypher')}"
                found[name] = parse(name, file.read_text(encoding="utf-8"))
    return dict(sorted(found.items()))
