"""The store for the tests of the analysts' library, and a browser without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import influence
from influence.store import Credentials
from tests.chromium import CHROMIUM, FLAGS

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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser without a network."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="needs a browser: pip install '.[browser]'"
    )
    if CHROMIUM is None:
        pytest.skip("no Chromium on PATH")
    flags = [*FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND"]
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()
