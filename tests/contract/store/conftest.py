"""Stores whose pages and batches hold three rows, so that small companies need several."""

import pytest

from influence.store import open_store
from tests.stores import connect


@pytest.fixture
def store(small_pages, store):
    return store


@pytest.fixture
def neo4j_store(empty_neo4j, small_pages):
    with connect(empty_neo4j) as opened:
        yield opened


@pytest.fixture
def files(tmp_path):
    return open_store(str(tmp_path / "store"))
