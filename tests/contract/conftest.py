"""What all stores are tested with."""

import pytest

from influence.store import Credentials, open_store


@pytest.fixture(params=["files", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(request, tmp_path):
    """An empty store, of either sort."""
    if request.param == "files":
        found = open_store(tmp_path / "store")
    else:
        server = request.getfixturevalue("empty_neo4j")
        found = open_store(server.uri, Credentials(password=server.password))
    with found:
        yield found
