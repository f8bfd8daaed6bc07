"""`doctor` on Neo4j: errors become findings, and do not stop other checks."""

from __future__ import annotations

import socket

import pytest

from influence import Tables, run
from influence.reports.doctor import doctor
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
    findings = doctor(server.uri)
    assert all(bool(one.advice) == (one.state != "ok") for one in findings)
    return {one.check: one for one in findings}


def states(server):
    return {check: finding.state for check, finding in found(server).items()}


def test_a_sound_graph_passes_all_checks_and_is_not_changed(server):
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
    findings = states(server)
    assert "failed" not in findings.values()
    assert (findings["content"], findings["current run"]) == ("warning", "warning")


def test_a_wrong_password_is_a_finding_that_does_not_show_it(server, monkeypatch):
    monkeypatch.setenv("NEO4J_PASSWORD", "hunter2")
    findings = found(server)
    assert findings["store"].state == "failed"
    assert "NEO4J_PASSWORD" in findings["store"].advice
    assert "hunter2" not in str(findings)


@pytest.mark.ci
def test_a_port_without_a_neo4j_server_is_a_finding():
    with socket.create_server(("127.0.0.1", 0)) as other:
        findings = {one.check: one for one in doctor(f"bolt://127.0.0.1:{other.getsockname()[1]}")}
    assert findings["store"].state == "failed"


def test_a_property_of_the_wrong_type_is_named_and_other_checks_run(server):
    by_hand(server, "MATCH (c:Customer {id: 'A'}) SET c.clv = 'much', c.networkValue = 'more'")
    findings = found(server)
    assert findings["content"].state == "failed"
    assert "wrong type" in findings["content"].detail
    assert findings["current run"].state == "ok"
    assert findings["figures"].state == "failed"
    assert "networkValue" in findings["figures"].detail


def test_a_run_of_an_unknown_format_is_a_finding(server):
    by_hand(server, "MATCH (r:InfluenceRun) REMOVE r.weights SET r.startedAt = 'yesterday'")
    findings = states(server)
    assert (findings["runs"], findings["content"], findings["loads"]) == ("failed", "ok", "ok")


def test_an_unfinished_write_back_and_an_expired_lock_are_warnings(server):
    by_hand(
        server,
        "MATCH (r:InfluenceRun) CREATE (dead:InfluenceRun) SET dead = r {.*, id: 'z', "
        "status: 'writing', current: false, startedAt: datetime()}",
    )
    by_hand(server, "MATCH (l:InfluenceLock {id: 'store'}) SET l.job = 'run-1', "
                    "l.host = 'another', l.process = 1, l.born = 1.0, "
                    "l.since = '2024-01-01T00:00:00+00:00', "
                    "l.heartbeat = datetime('2024-01-01T00:00:00Z')")  # fmt: skip
    findings = found(server)
    assert (findings["write-back"].state, findings["lock"].state) == ("warning", "warning")
    assert "run-1" in findings["lock"].detail


def test_the_holder_of_a_lock_is_named(server):
    with open_store(server.uri, Credentials(password=server.password)) as store, store.lock("job"):
        findings = found(server)
    assert findings["lock"].state == "ok"
    assert "held by job" in findings["lock"].detail


def test_a_missing_constraint_is_a_warning_and_an_old_server_fails(server, monkeypatch):
    by_hand(server, "DROP CONSTRAINT influence_run_id")
    findings = found(server)
    assert findings["constraints"].state == "warning"
    assert "influence_run_id" in findings["constraints"].detail
    monkeypatch.setattr(graph_checks, "MIN_VERSION", (9999, 1))
    assert states(server)["server"] == "failed"
    with open_store(server.uri, Credentials(password=server.password)) as store, store.lock("job"):
        pass
    assert states(server)["constraints"] == "ok"
