"""Doctor on a graph: what is wrong with it is a finding, and ends no other check."""

from __future__ import annotations

import socket

import pytest

from influence import Tables, run
from influence.reports.doctor import examine
from influence.store import Credentials, open_store
from influence.store.neo4j import checks as graph_checks

pytestmark = pytest.mark.neo4j


@pytest.fixture
def server(empty_neo4j, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEO4J_DATABASE", raising=False)
    for name, value in empty_neo4j.environment.items():
        monkeypatch.setenv(name, value)
    with open_store(empty_neo4j.uri, Credentials(password=empty_neo4j.password)) as store:
        store.write_tables(
            Tables(
                customers={"id": ["A", "B"], "clv": [1.0, 2.0]},
                ties={"source": ["A"], "target": ["B"]},
            )
        )
        run(store)
    return empty_neo4j


def by_hand(server, statement):
    with server.session() as session:
        session.run(statement).consume()


def found(server):
    findings = examine(server.uri)
    assert all(bool(one.advice) == (one.state != "ok") for one in findings)
    return {one.check: one for one in findings}


def states(server):
    return {check: finding.state for check, finding in found(server).items()}


def test_a_graph_that_is_well_is_well_and_looking_leaves_nothing(server):
    def everything():
        with server.session() as session:
            return session.run("MATCH (n) RETURN count(n), count(n:Customer)").single().values()

    before = everything()
    assert set(states(server).values()) == {"ok"}
    assert {"server", "rights", "constraints", "graph", "lock", "content", "current run", "figures",
            "input", "loads"} <= states(server).keys()  # fmt: skip
    assert everything() == before


def test_an_empty_graph_is_a_warning(empty_neo4j, server):
    by_hand(server, "MATCH (n) DETACH DELETE n")
    told = states(server)
    assert "failed" not in told.values()
    assert (told["content"], told["current run"]) == ("warning", "warning")


def test_a_wrong_password_is_a_finding_and_in_no_text(server, monkeypatch):
    monkeypatch.setenv("NEO4J_PASSWORD", "hunter2")
    told = found(server)
    assert told["store"].state == "failed"
    assert "NEO4J_PASSWORD" in told["store"].advice
    assert "hunter2" not in str(told)


def test_a_port_that_answers_otherwise_is_a_finding():
    with socket.create_server(("127.0.0.1", 0)) as other:
        told = {one.check: one for one in examine(f"bolt://127.0.0.1:{other.getsockname()[1]}")}
    assert told["store"].state == "failed"


def test_a_property_of_the_wrong_type_is_named_and_the_rest_is_looked_at(server):
    by_hand(server, "MATCH (c:Customer {id: 'A'}) SET c.clv = 'much', c.networkValue = 'more'")
    told = found(server)
    assert told["content"].state == "failed"
    assert "wrong type" in told["content"].detail
    assert told["current run"].state == "ok"
    assert told["figures"].state == "failed"
    assert "networkValue" in told["figures"].detail


def test_a_run_of_an_unknown_format_is_a_finding(server):
    by_hand(server, "MATCH (r:InfluenceRun) REMOVE r.weights SET r.startedAt = 'yesterday'")
    told = states(server)
    assert (told["runs"], told["content"], told["loads"]) == ("failed", "ok", "ok")


def test_a_dead_write_back_and_a_lock_left_behind_are_warnings(server):
    by_hand(
        server,
        "MATCH (r:InfluenceRun) CREATE (dead:InfluenceRun) SET dead = r {.*, id: 'z', "
        "status: 'writing', current: false, startedAt: datetime()}",
    )
    by_hand(server, "MATCH (l:InfluenceLock {id: 'store'}) SET l.job = 'run-1', "
                    "l.host = 'another', l.process = 1, l.born = 1.0, "
                    "l.since = '2024-01-01T00:00:00+00:00', "
                    "l.heartbeat = datetime('2024-01-01T00:00:00Z')")  # fmt: skip
    told = found(server)
    assert (told["write-back"].state, told["lock"].state) == ("warning", "warning")
    assert "run-1" in told["lock"].detail


def test_a_lock_that_is_held_is_told(server):
    with open_store(server.uri, Credentials(password=server.password)) as store, store.lock("job"):
        told = found(server)
    assert told["lock"].state == "ok"
    assert "held by job" in told["lock"].detail


def test_a_missing_constraint_is_a_warning_and_an_old_server_a_failure(server, monkeypatch):
    by_hand(server, "DROP CONSTRAINT influence_run_id")
    told = found(server)
    assert told["constraints"].state == "warning"
    assert "influence_run_id" in told["constraints"].detail
    monkeypatch.setattr(graph_checks, "OLDEST", (9999, 1))
    assert states(server)["server"] == "failed"
    with open_store(server.uri, Credentials(password=server.password)) as store, store.lock("job"):
        pass
    assert states(server)["constraints"] == "ok"
