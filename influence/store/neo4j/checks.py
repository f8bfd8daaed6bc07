"""The checks of `doctor` for Neo4j: server, permissions, constraints, graph, lock."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import neo4j

from influence import queries
from influence.store.check import Check, Finding, lock_finding
from influence.store.lock import LockHolder
from influence.store.neo4j.bolt import Bolt
from influence.store.neo4j.reader import GraphReader

MIN_VERSION = (5, 26)


class _RollBack(Exception):
    """Ends a transaction that only tests the permission to write."""


def checks(bolt: Bolt, reader: GraphReader, constraints: Collection[str]) -> list[Check]:
    """Return the checks of a database whose server responds."""
    rights = "ask the administrator of the server for the permission"
    return [
        ("server", lambda: _server(reader), rights),
        ("rights", lambda: _rights(bolt), f"{rights} to write (role publisher or architect)"),
        ("constraints", lambda: _constraints(reader, constraints), rights),
        ("graph", lambda: _graph(reader), rights),
        ("lock", lambda: _lock(reader), rights),
    ]


def _server(reader: GraphReader) -> Iterator[Finding]:
    server = reader.one("doctor/server")
    detail = f"Neo4j {server['version']} {server['edition']}"
    parts = tuple(int(part) for part in server["version"].split(".")[:2] if part.isdigit())
    if parts < MIN_VERSION:
        oldest = ".".join(map(str, MIN_VERSION))
        yield Finding("server", "failed", detail, f"use Neo4j {oldest} or newer")
        return
    yield Finding("server", "ok", detail)


def _rights(bolt: Bolt) -> Iterator[Finding]:
    """Write a node and roll back."""

    def roll_back(_: neo4j.Transaction) -> None:
        raise _RollBack

    try:
        bolt.write(queries.load("doctor/writes"), before_commit=roll_back)
    except _RollBack:
        yield Finding("rights", "ok", "may read and write")


def _constraints(reader: GraphReader, needed: Collection[str]) -> Iterator[Finding]:
    there = reader.one("doctor/constraints")["names"]
    missing = sorted(set(needed) - set(there))
    if missing:
        detail, advice = f"missing: {', '.join(missing)}", "the next load or run creates them"
        yield Finding("constraints", "warning", detail, advice)
        return
    yield Finding("constraints", "ok", ", ".join(there))


def _graph(reader: GraphReader) -> Iterator[Finding]:
    counts = reader.one("doctor/counts")
    around = {name: n for name, n in reader.one("read/sizes").items() if n and name not in counts}
    detail = ", ".join(f"{n:,} {name}" for name, n in {**counts, **around}.items())
    yield Finding("graph", "ok", detail)


def _lock(reader: GraphReader) -> Iterator[Finding]:
    found = reader.records("lock/holder")
    yield from lock_finding(LockHolder(**found[0]) if found else None)
