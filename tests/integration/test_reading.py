"""Reading a database in which other programs remove and add customers."""

from __future__ import annotations

import pytest

from influence import Tables
from influence.errors import StoreRefused
from influence.store import Credentials, open_store
from influence.store.neo4j.reader import ATTEMPTS, GraphReader
from tests import graphs

pytestmark = pytest.mark.neo4j


@pytest.fixture
def store(empty_neo4j):
    credentials = Credentials(empty_neo4j.username, empty_neo4j.password)
    with open_store(empty_neo4j.uri, credentials) as found:
        found.write_tables(graphs.tables_of(graphs.worked()))
        yield found


@pytest.fixture
def meanwhile(monkeypatch):
    """Call a function after each read of the customers, before that of the ties."""

    def arrange(work):
        rows, done = GraphReader._rows, []

        def read(self, spec, *rest):
            if spec.name == "ties":
                work(len(done))
                done.append(spec.name)
            return rows(self, spec, *rest)

        monkeypatch.setattr(GraphReader, "_rows", read)
        return done

    return arrange


def pairs(tables):
    return {
        frozenset(pair) for pair in zip(*(tables.ties[e].to_pylist() for e in ENDS), strict=True)
    }


ENDS = ("source", "target")


def test_ties_of_a_customer_who_is_deleted_during_the_read_are_left_out(
    store, empty_neo4j, meanwhile
):
    before = store.tables()

    def replace(number):
        """Delete A and add other customers, who may get the internal id of A."""
        if number:
            return
        with empty_neo4j.session() as session:
            session.run("MATCH (c:Customer {id: 'A'}) DETACH DELETE c").consume()
            session.run(
                "UNWIND range(1, 50) AS i MERGE (n:Customer {id: 'N' + i}) SET n.clv = 1.0 "
                "WITH n MATCH (b:Customer {id: 'B'}) CREATE (n)-[:TIE {strength: 1.0}]->(b)"
            ).consume()

    done = meanwhile(replace)
    found = store.tables()
    assert len(done) == 2
    people = set(found.customers["id"].to_pylist())
    assert people == {*before.customers["id"].to_pylist(), *(f"N{i}" for i in range(1, 51))} - {"A"}
    expected = {pair for pair in pairs(before) if "A" not in pair}
    assert pairs(found) == expected | {frozenset({f"N{i}", "B"}) for i in range(1, 51)}


def test_customers_added_during_the_read_do_no_harm(store, empty_neo4j, meanwhile):
    before = store.tables()

    def add(number):
        with empty_neo4j.session() as session:
            session.run(
                "CREATE (n:Customer {id: 'N' + $number, clv: 1.0}) WITH n "
                "MATCH (b:Customer {id: 'B'}) CREATE (n)-[:TIE {strength: 1.0}]->(b)",
                number=number,
            ).consume()

    done = meanwhile(add)
    found = store.tables()
    assert len(done) == 1
    assert found.ties.equals(before.ties)
    assert found.customers.equals(before.customers)


def test_a_database_that_changes_on_every_attempt_is_refused(store, empty_neo4j, meanwhile):
    gone = iter("ABCDEF")

    def remove(number):
        with empty_neo4j.session() as session:
            session.run("MATCH (c:Customer {id: $id}) DETACH DELETE c", id=next(gone)).consume()

    done = meanwhile(remove)
    with pytest.raises(StoreRefused, match="customers were deleted during the read"):
        store.tables()
    assert len(done) == ATTEMPTS


def test_ties_to_other_nodes_are_ignored(store, empty_neo4j):
    before = store.tables()
    with empty_neo4j.session() as session:
        session.run(
            "MATCH (a:Customer {id: 'A'}) CREATE (a)-[:TIE {strength: 1.0}]->(:Place {id: 'B'}), "
            "(a)-[:TIE]->(:Customer), (a)-[:REFERRED]->(:Place)"
        ).consume()
    found = store.tables()
    assert isinstance(found, Tables)
    assert found.ties.equals(before.ties)
    assert len(found.referrals) == 0


def test_customers_missed_by_the_read_are_read_again(store, monkeypatch):
    before, read, times = store.tables(), GraphReader._customers, []

    def without_the_first(self, ids, progress):
        times.append(len(ids))
        found = read(self, ids, progress)
        return found.slice(1) if len(times) == 1 else found

    monkeypatch.setattr(GraphReader, "_customers", without_the_first)
    assert store.tables().customers.equals(before.customers)
    assert times == [6, 6]


def test_a_database_without_customers_has_empty_tables(empty_neo4j):
    credentials = Credentials(empty_neo4j.username, empty_neo4j.password)
    with open_store(empty_neo4j.uri, credentials) as found:
        assert not any(len(table) for table in found._read.tables(lambda *_: None).values())
