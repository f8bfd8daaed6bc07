"""The credentials for a Neo4j server."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Credentials:
    """User, password and database. The password is left out of the `repr`."""

    username: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str | None = None
