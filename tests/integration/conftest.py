"""The store for the tests of the analysts' library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import influence
from influence.store import Credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from influence.store.neo4j.store import Neo4jStore
    from tests.servers import Server


@pytest.fixture
def store(empty_neo4j: Server) -> Iterator[Neo4jStore]:
    """An empty store with its constraints."""
    credentials = Credentials(empty_neo4j.username, empty_neo4j.password)
    with influence.open_store(empty_neo4j.uri, credentials) as opened:
        yield opened  # type: ignore[misc]
