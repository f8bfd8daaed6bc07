"""Failures of a real server: transient ones are retried, large batches halved, others reported."""

from __future__ import annotations

import secrets
import threading
import time

import neo4j
import pytest
from neo4j import exceptions as driver_errors

from influence import Tables, batch, queries
from influence.errors import StoreError, StoreRefused
from influence.store import Credentials, open_store
from influence.store.neo4j import batches
from influence.store.neo4j.bolt import Bolt
from tests import crashes
from tests.crashes import Job, until
from tests.servers import Server
from tools.neo4j.jars import ServerError
from tools.neo4j.server import LocalServer

pytestmark = pytest.mark.neo4j
LIMITS = {
    "one transaction": "db.memory.transaction.max=6m\n",
    "all transactions": "dbms.memory.transaction.total.max=12m\n",
}


def query(text, name="test/query"):
    return queries.Query(name, "Title", "Doc.", (), (), text)


def credentials(server, **others):
    return Credentials(server.username, server.password, **others)


@pytest.fixture
def attempts(monkeypatch):
    """The attempts of the driver."""
    seen = []
    run = neo4j.Transaction.run

    def watched(self, *args, **kwargs):
        seen.append(args)
        return run(self, *args, **kwargs)

    monkeypatch.setattr(neo4j.Transaction, "run", watched)
    return seen


# Too large for the server


@pytest.fixture(
    scope="module",
    params=["one transaction", pytest.param("all transactions", marks=pytest.mark.slow)],
)
def small_server(request, tmp_path_factory):
    local = LocalServer(
        tmp_path_factory.mktemp("neo4j"), password=secrets.token_hex(16), short_lived=True
    )
    local.settings += LIMITS[request.param]
    try:
        local.start()
    except ServerError as error:
        pytest.skip(f"a local Neo4j needs Maven and Java: {error}")
    try:
        yield Server(local.uri, local.username, local.password)
    finally:
        local.stop()


@pytest.fixture
def small_memory(small_server, monkeypatch):
    with small_server.session() as session:  # in small transactions
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10 ROWS").consume()
    monkeypatch.setattr(batches, "ROWS_PER_BATCH", 10_000)
    return small_server


def notes(count, size=600):
    """Return customers that need much memory each."""
    return {"id": [f"C{i:05}" for i in range(count)], "note": ["x" * size] * count}


@pytest.mark.ci
def test_a_batch_that_is_too_large_is_halved(small_memory, monkeypatch):
    sizes = []
    write = Bolt.write_batch

    def watched(self, query, lists, *last, **fixed):
        sizes.append(len(next(iter(lists.values()))))
        write(self, query, lists, *last, **fixed)

    monkeypatch.setattr(Bolt, "write_batch", watched)
    started = time.monotonic()
    with open_store(small_memory.uri, credentials(small_memory)) as store:
        store.write_tables(Tables(customers=notes(8000)))
    assert max(sizes) == 8000
    assert any(0 < size < 8000 for size in sizes), sizes
    assert time.monotonic() - started < 60
    with small_memory.session() as session:
        found = session.run("MATCH (c:Customer) RETURN count(c), count(c.note)").single()
    assert tuple(found) == (8000, 8000)


@pytest.mark.ci
def test_what_was_loaded_in_halves_can_be_read_and_run(small_memory, tmp_path):
    company = crashes.write_company(tmp_path / "in", 1, 4000)
    env, url = small_memory.environment, small_memory.uri
    for arguments in (
        ("load", "tables", company),
        ("run",),
        ("top",),
        ("load", "tables", company, "--replace", "--allow-removal"),
    ):
        ended = Job(*arguments, "--store", url, env=env).end()
        assert ended.code == 0, (arguments, ended.err)
        assert ended.seconds < 60
    for arguments in (("load", "tables", company), ("run",)):
        assert Job(*arguments, "--store", tmp_path / "store").end().code == 0
    here = crashes.shown_at(url, small_memory)
    there = crashes.shown_at(tmp_path / "store")
    assert here == there, here - there


@pytest.mark.ci
def test_a_page_that_is_too_large_is_read_in_smaller_ones(small_memory):
    with small_memory.session() as session:
        session.run(
            "UNWIND range(1, 4000) AS i "
            "CALL (i) { CREATE (:Customer {id: 'C' + i, note: $note}) } "
            "IN TRANSACTIONS OF 100 ROWS",
            note="x" * 3000,
        ).consume()
    with open_store(small_memory.uri, credentials(small_memory)) as store:
        customers = store.tables().customers
    assert len(set(customers["id"].to_pylist())) == 4000
    assert set(customers["note"].to_pylist()) == {"x" * 3000}


@pytest.mark.ci
def test_a_query_that_needs_too_much_memory_is_refused_at_once(small_memory):
    """A statement that cannot be halved is refused with the message of the server."""
    large = query("UNWIND range(1, 3000000) AS i RETURN collect(toString(i)) AS c")
    with open_store(small_memory.uri, credentials(small_memory)) as store:
        started = time.monotonic()
        with pytest.raises(StoreRefused, match="too little memory"):
            store.query(large)
        assert time.monotonic() - started < 10


@pytest.mark.ci
def test_one_row_that_is_too_large_is_refused(small_memory):
    with open_store(small_memory.uri, credentials(small_memory)) as store:
        started = time.monotonic()
        with pytest.raises(StoreRefused):
            store.write_tables(Tables(customers=notes(4, size=12_000_000)))
        assert time.monotonic() - started < 30
        # the lock is free, and a smaller load succeeds
        store.write_tables(Tables(customers=notes(4)))
        batch.run(store)


# Ctrl-C


@pytest.mark.parametrize("failure", [BufferError, driver_errors.ServiceUnavailable])
def test_ctrl_c_is_raised_also_if_the_driver_fails_over_it(empty_neo4j, monkeypatch, failure):
    """While it cleans up after an interrupted message, the driver raises other errors."""
    ours = Bolt(empty_neo4j.uri, credentials(empty_neo4j))
    tries = []

    def commit(_):
        tries.append(1)
        error = failure("half a message")
        error.__context__ = KeyboardInterrupt()
        raise error

    try:
        with monkeypatch.context() as broken:
            broken.setattr(neo4j.Transaction, "commit", commit)
            with pytest.raises(KeyboardInterrupt):
                ours.write(query("CREATE (:Turn {id: 1})"))
        assert len(tries) == 1
        ours.write(query("CREATE (:Turn {id: 2})"))
        assert ours.read(query("MATCH (n:Turn) RETURN n.id AS id")) == [{"id": 2}]
    finally:
        ours.close()


# Deadlocks

TURN = "UNWIND $ids AS id MATCH (n:Turn {id: id}) SET n.count = n.count + 1"


def is_blocked(server):
    """Whether a transaction waits for a lock that another one holds."""
    with server.session() as session:
        found = session.run("SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked'")
        return bool(found.data())


def test_a_deadlocked_transaction_is_retried(empty_neo4j, attempts):
    """The other transaction holds one node and then needs the second."""
    with empty_neo4j.session() as session:
        session.run("UNWIND [1, 2] AS id CREATE (:Turn {id: id, count: 0})").consume()
    ours = Bolt(empty_neo4j.uri, credentials(empty_neo4j))
    other_lost = rounds = 0
    try:
        while len(attempts) == rounds and rounds < 20:
            rounds += 1
            with empty_neo4j.session() as session:
                tx = session.begin_transaction()
                tx.run("MATCH (n:Turn {id: 2}) SET n.count = n.count + 1").consume()
                writer = threading.Thread(target=ours.write, args=(query(TURN), {"ids": [1, 2]}))
                writer.start()
                until(lambda: is_blocked(empty_neo4j))  # it holds node 1 and waits for node 2
                try:
                    tx.run("MATCH (n:Turn {id: 1}) SET n.count = n.count + 1").consume()
                    tx.commit()
                except driver_errors.TransientError:
                    other_lost += 1
                    tx.close()
                writer.join(20)
                assert not writer.is_alive()
    finally:
        ours.close()
    print("rounds, attempts, lost by the other:", rounds, len(attempts), other_lost)  # noqa: T201
    assert len(attempts) > rounds, "in no deadlock the writer was aborted"
    with empty_neo4j.session() as session:
        counts = session.run("MATCH (n:Turn) RETURN collect(DISTINCT n.count)").single()[0]
    assert counts == [2 * rounds - other_lost]


def test_many_writers_in_opposite_orders_all_complete(empty_neo4j, attempts):
    ids, rounds, writers = list(range(1000)), 5, 3
    with empty_neo4j.session() as session:
        session.run("CREATE INDEX turn IF NOT EXISTS FOR (n:Turn) ON (n.id)").consume()
        session.run("CALL db.awaitIndexes()").consume()
        session.run("UNWIND $ids AS id CREATE (:Turn {id: id, count: 0})", ids=ids).consume()
    broken = []

    def work(number):
        order = ids if number % 2 else ids[::-1]
        connection = Bolt(empty_neo4j.uri, credentials(empty_neo4j))
        try:
            for _ in range(rounds):
                connection.write_batch(query(TURN), {"ids": order})
        except StoreError as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = len(attempts) - rounds * writers
    print("retries:", again)  # noqa: T201
    assert broken == []
    assert again > 0, "no deadlock was provoked"
    with empty_neo4j.session() as session:
        counts = session.run("MATCH (n:Turn) RETURN collect(DISTINCT n.count)").single()[0]
        session.run("DROP INDEX turn").consume()
    assert counts == [rounds * writers]  # no attempt was lost, none counted twice


# Other errors are not retried


@pytest.fixture
def store(empty_neo4j):
    with open_store(empty_neo4j.uri, credentials(empty_neo4j)) as opened:
        opened.write_tables(Tables(customers={"id": ["A"]}))
        yield opened


REFUSED = {
    "syntax": ("MATCH (c:Customer RETURN c", "Neo.ClientError.Statement.SyntaxError"),
    "type": ("RETURN 1 + date() AS x", "Neo.ClientError.Statement."),
    "division": ("RETURN 1 / 0 AS x", "Neo.ClientError.Statement.ArithmeticError"),
    "parameter": ("RETURN $missing AS x", "Neo.ClientError.Statement.ParameterMissing"),
    "procedure": ("CALL no.such() YIELD x RETURN x", "Neo.ClientError.Procedure."),
    "writing": ("CREATE (:Customer {id: 'B'})", "Neo.ClientError.Statement.AccessMode"),
    "deleting": ("MATCH (c) DETACH DELETE c", "Neo.ClientError.Statement.AccessMode"),
    "schema": ("CREATE INDEX FOR (c:Customer) ON (c.x)", "Neo.ClientError."),
    "hidden": (
        "MATCH (c:Customer) CALL (c) { SET c.clv = 7.0 } RETURN c.id AS id",
        "Neo.ClientError.Statement.AccessMode",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_invalid_query_is_refused_without_a_retry(store, attempts, empty_neo4j, case):
    text, code = REFUSED[case]
    started = time.monotonic()
    with pytest.raises(StoreRefused) as caught:
        store.query(query(text))
    assert time.monotonic() - started < 5
    assert code in str(caught.value)
    assert "\n" not in str(caught.value)
    assert empty_neo4j.password not in str(caught.value)
    assert len(attempts) == 1
    with empty_neo4j.session() as session:
        found = session.run("MATCH (c:Customer) RETURN c.id, c.clv").values()
    assert found == [["A", 0.0]]


def test_a_violated_constraint_is_refused_at_once(store, attempts):
    started = time.monotonic()
    with pytest.raises(StoreRefused, match=r"Schema\.ConstraintValidationFailed"):
        store._bolt.write(query("CREATE (:Customer {id: 'A'})"))
    with pytest.raises(StoreRefused, match=r"Schema\.ConstraintValidationFailed"):
        store._bolt.write_batch(
            query("UNWIND $id AS id CREATE (:Customer {id: id})"), {"id": ["B", "C", "A"]}
        )
    assert time.monotonic() - started < 5
    assert len(attempts) == 2
    assert store.tables().customers["id"].to_pylist() == ["A"]


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
@pytest.mark.parametrize("name", ["nosuchdatabase", "system", "not a name"])
def test_a_wrong_database_is_refused_at_once(empty_neo4j, scheme, name):
    url = empty_neo4j.uri.replace("bolt:", f"{scheme}:")
    started = time.monotonic()
    with (
        pytest.raises(StoreError) as caught,
        open_store(url, credentials(empty_neo4j, database=name)) as opened,
    ):
        opened.write_tables(Tables(customers={"id": ["A"]}))
    assert time.monotonic() - started < 5
    assert isinstance(caught.value, StoreRefused), caught.value
    assert "Neo.ClientError." in str(caught.value)


def test_a_wrong_password_is_refused_at_once(empty_neo4j):
    started = time.monotonic()
    with pytest.raises(StoreRefused, match="password"):
        Bolt(empty_neo4j.uri, Credentials("neo4j", "wrong"))
    assert time.monotonic() - started < 5
