"""The real Neo4j of the test session, and a mark for every test that uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers import Server, real_neo4j, wipe

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Server]:
    """Give the session's Neo4j, with whatever the tests before have left in it."""
    with real_neo4j() as server:
        wipe(server)  # refuses before the first test where the database is somebody's own
        yield server


@pytest.fixture
def empty_neo4j(neo4j_server: Server) -> Server:
    """Give the session's Neo4j with no node in it."""
    wipe(neo4j_server)
    return neo4j_server


@pytest.hookimpl(tryfirst=True)  # before -m deselects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the server, so that `-m "not neo4j"` leaves them out."""
    for item in items:
        if "neo4j_server" in getattr(item, "fixturenames", ()):
            item.add_marker("neo4j")
