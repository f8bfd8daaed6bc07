"""The real Neo4j of the test session, and how tests are marked and spread over workers."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

import pytest

# Two workers have two cores: with threads of their own, their sums of products take longer.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded

import tests.examples  # noqa: F401 (the profiles, before --hypothesis-profile asks for one)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tests.servers import Server


@pytest.fixture(scope="session", autouse=True)
def no_wait_for_the_disk() -> Iterator[None]:
    """Leave out `fsync`, which guards against power cuts only and takes milliseconds each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Server]:
    """Give the session's Neo4j, with whatever the tests before have left in it."""
    from tests.servers import real_neo4j, wipe  # the driver takes a third of a second

    with real_neo4j() as server:
        wipe(server)  # refuses before the first test where the database is somebody's own
        yield server


@pytest.fixture
def empty_neo4j(neo4j_server: Server) -> Server:
    """Give the session's Neo4j with no node in it."""
    from tests.servers import wipe

    wipe(neo4j_server)
    return neo4j_server


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector away from the tests themselves, which live until the end.

    It would look through all of them again and again: a quarter of the time of a collection.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)  # before -m deselects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the server, and keep together what workers must not share.

    Neo4j's community edition has one database: one worker runs all tests on Neo4j, so that one
    server is started. Other tests stay with those of their file, whose fixtures they share.
    """
    for item in items:
        if "neo4j_server" in getattr(item, "fixturenames", ()):
            item.add_marker("neo4j")
        uses_server = item.get_closest_marker("neo4j") is not None
        item.add_marker(pytest.mark.xdist_group("neo4j" if uses_server else str(item.path)))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Run files that are named by themselves in one process: starting workers takes seconds."""
    return 0 if any(".py" in argument for argument in config.args) else None
