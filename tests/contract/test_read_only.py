"""Queries of the library cannot write: the server refuses it."""

from __future__ import annotations

import pytest

from influence import queries
from influence.errors import StoreRefused
from influence.store import Credentials
from influence.store.neo4j.store import Neo4jStore
from tests.servers import Server


def test_a_query_that_writes_is_refused_by_the_server(empty_neo4j: Server) -> None:
    credentials = Credentials(empty_neo4j.username, empty_neo4j.password)
    rows = [{"id": "A", "properties": {}}]
    with (
        Neo4jStore(empty_neo4j.uri, credentials) as store,
        pytest.raises(StoreRefused, match="AccessMode"),
    ):
        store.query(queries.load("load/customers"), rows=rows)
    with empty_neo4j.session() as session:
        assert session.run("MATCH (n) RETURN count(n) AS n").single(strict=True)["n"] == 0
