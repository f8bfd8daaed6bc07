"""Who we are at a Neo4j server."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Credentials:
    """Who we are at a Neo4j server. The password is never shown."""

    username: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str | None = None
