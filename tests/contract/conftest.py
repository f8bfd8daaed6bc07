"""Fixtures for the tests of all stores."""

import pytest

from influence.store import Credentials, open_store


@pytest.fixture(params=["files", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(request, tmp_path):
    """An empty store: a directory, or Neo4j."""
    if request.param == "files":
        found = open_store(tmp_path / "store")
    else:
        server = request.getfixturevalue("empty_neo4j")
        found = open_store(server.uri, Credentials(password=server.password))
    with found:
        yield found


@pytest.fixture
def small_pages(monkeypatch):
    """Set page and batch sizes so low that small companies take several of them."""
    from influence.store.neo4j import batches
    from influence.store.neo4j import figures as figure_pages
    from influence.store.neo4j import reader as graph_reader

    monkeypatch.setattr(graph_reader, "CUSTOMERS_PER_PAGE", 3)
    monkeypatch.setattr(graph_reader, "CUSTOMERS_PER_READ", 3)
    monkeypatch.setattr(batches, "ROWS_PER_BATCH", 3)
    monkeypatch.setattr(figure_pages, "CUSTOMERS_PER_PAGE", 4)
