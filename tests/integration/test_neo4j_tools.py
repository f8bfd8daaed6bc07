"""The tools that start a real Neo4j."""

from __future__ import annotations

import stat
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import neo4j
import pytest

from tests import servers
from tests.servers import Server, wipe
from tools.neo4j import jars, serve
from tools.neo4j.jars import ServerError


def test_docker_compose_and_the_pom_name_the_same_neo4j() -> None:
    assert f"image: {jars.IMAGE}\n" in Path(jars.ROOT, "docker-compose.yml").read_text("utf-8")


def test_a_password_is_generated_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("OTHER=1")
    first = serve.password(file)
    assert serve.password(file) == first
    assert file.read_text() == f"OTHER=1\nNEO4J_PASSWORD={first}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_browser_link_contains_address_and_query() -> None:
    link = urlsplit(serve.Running(1234, 5678).browser)
    assert link.netloc == "localhost:5678"
    query = parse_qs(link.query)
    assert query["dbms"] == ["neo4j://neo4j@localhost:1234"]
    assert query["arg"] == [serve.QUERY]


def test_neo4j_uri_without_a_password_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:1")
    monkeypatch.delenv("NEO4J_PASSWORD", raising=False)
    with pytest.raises(ServerError, match="NEO4J_PASSWORD is not"), servers.real_neo4j():
        pass


def test_without_a_server_one_sentence_names_the_three_ways(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("NEO4J_URI", raising=False)
    monkeypatch.setattr(servers, "_docker_answers", lambda: False)
    monkeypatch.setattr(jars, "CACHE", tmp_path)
    monkeypatch.setattr(jars.shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr(jars, "_launchers", lambda: iter(()))
    with pytest.raises(ServerError) as caught, servers.real_neo4j():
        pass
    for way in ("NEO4J_URI", "Docker", "Maven"):
        assert way in str(caught.value)


def test_fetching_a_plugin_without_maven_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(jars, "CACHE", tmp_path)
    monkeypatch.setattr(jars.shutil, "which", lambda *_, **__: None)
    with pytest.raises(ServerError, match=r"Maven fetches gds-[\d.]+"):
        jars.fetch_plugin(jars.Java(tmp_path), jars.GDS)


def test_a_wrong_password_is_refused(neo4j_server: Server) -> None:
    auth = (neo4j_server.username, "wrong password")
    with (
        neo4j.GraphDatabase.driver(neo4j_server.uri, auth=auth) as driver,
        pytest.raises(neo4j.exceptions.AuthError),
    ):
        driver.execute_query("RETURN 1")


def test_a_database_with_foreign_data_is_not_wiped(empty_neo4j: Server) -> None:
    borrowed = Server(empty_neo4j.uri, empty_neo4j.username, empty_neo4j.password, borrowed=True)
    with empty_neo4j.session() as session:
        if not empty_neo4j.borrowed:
            session.run(f"DROP CONSTRAINT {servers.MARK} IF EXISTS").consume()
            session.run("CREATE (:Precious)").consume()
            with pytest.raises(ServerError, match="name an empty database"):
                wipe(borrowed)
            session.run("MATCH (n:Precious) DELETE n").consume()
        wipe(borrowed)  # empty: claimed
        session.run("CREATE (:Customer {id: 'A'})").consume()
        wipe(borrowed)  # claimed before: wiped
        assert session.run("MATCH (n) RETURN count(n)").single(strict=True).value() == 0


def test_wiping_leaves_no_node_and_no_tie(empty_neo4j: Server) -> None:
    with empty_neo4j.session() as session:
        session.run("UNWIND range(1, 6000) AS i CREATE (:A {i: i})-[:TIE]->(:B)").consume()
        wipe(empty_neo4j)
        assert session.run("MATCH (n) RETURN count(n)").single(strict=True).value() == 0
