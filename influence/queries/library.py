"""The queries that ship with the package, by name."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from influence.errors import UsageError
from influence.queries.header import parse, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from influence.queries.query import Query

EXPLORE = "explore/"
"""Prefix of the queries for analysts."""
FRAGMENTS = "fragments"
RENAMED = {"if-she-left": "if-customer-left"}
"""Former short names of queries, which still work, and the current ones."""


def load(name: str) -> Query:
    """Return a query by its name, such as `explore/three-degrees`.

    Raises
    ------
    UsageError
        If there is no such query.
    """
    try:
        return library()[name]
    except KeyError as error:
        short = name.removeprefix(EXPLORE)
        known = [query.removeprefix(EXPLORE) for query in library() if query.startswith(EXPLORE)]
        near = get_close_matches(short, known, n=3)
        hint = f"did you mean {', '.join(near)}? " if near else ""
        raise UsageError(f"no query {short!r}; {hint}`influence query` lists them") from error


def explore(name: str) -> Query:
    """Return a query for analysts by its short name, such as `three-degrees`, or a former one."""
    short = name.removeprefix(EXPLORE)
    return load(EXPLORE + RENAMED.get(short, short))


@cache
def library() -> dict[str, Query]:
    """Return all queries by name, sorted."""
    found = {
        name: parse(name, text, fragments())
        for folder, name, text in _files()
        if folder != FRAGMENTS
    }
    return dict(sorted(found.items()))


@cache
def fragments() -> dict[str, str]:
    """Return the parts that several statements share, by name, without their headers."""
    return {
        name.removeprefix(f"{FRAGMENTS}/"): split(text)[1]
        for folder, name, text in _files()
        if folder == FRAGMENTS
    }


def _files() -> Iterator[tuple[str, str, str]]:
    """Yield folder, name and contents of each file."""
    root = resources.files("influence") / "cypher"
    for folder in root.iterdir():
        for file in folder.iterdir() if folder.is_dir() else ():
            if file.name.endswith(".cypher"):
                name = f"{folder.name}/{file.name.removesuffix('.cypher')}"
                yield folder.name, name, file.read_text(encoding="utf-8")
