"""Reading a database in which others remove and add customers meanwhile."""

from __future__ import annotations

import pytest

from influence import Tables
from influence.errors import StoreRefused
from influence.store import Credentials, open_store
from influence.store.neo4j import reader as graph_reader
from influence.store.neo4j.reader import ATTEMPTS, GraphReader
from influence.tables import difference
from influence.tables.specs import TIES
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
    """Do something each time that customers have been read, before their ties are."""

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


def test_whoever_gets_the_node_of_somebody_else_gets_none_of_her_ties(
    store, empty_neo4j, meanwhile
):
    before = store.tables()

    def replace(number):
        """A goes, and her node's number may become somebody else's."""
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


def test_customers_who_are_added_meanwhile_disturb_nobody(store, empty_neo4j, meanwhile):
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


def test_a_database_that_never_stands_still_is_refused(store, empty_neo4j, meanwhile):
    gone = iter("ABCDEF")

    def remove(number):
        with empty_neo4j.session() as session:
            session.run("MATCH (c:Customer {id: $id}) DETACH DELETE c", id=next(gone)).consume()

    done = meanwhile(remove)
    with pytest.raises(StoreRefused, match="somebody removes customers"):
        store.tables()
    assert len(done) == ATTEMPTS


def test_ties_to_nodes_that_are_no_customers_are_passed_over(store, empty_neo4j):
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


def test_ties_are_the_same_by_their_numbers_and_at_their_customers(store, monkeypatch):
    store.write_tables(graphs.tables_of(graphs.random_company(3, n=60, ties=300)))
    one, read = GraphReader.records, []

    def noted(self, name, **parameters):
        read.append(name)
        return one(self, name, **parameters)

    monkeypatch.setattr(GraphReader, "records", noted)
    monkeypatch.setattr(graph_reader, "MOST_GAPS", 1e9)  # other tests leave gaps
    by_number = store.tables().ties
    assert len(by_number) == len({tuple(row.values()) for row in by_number.to_pylist()}) > 250
    monkeypatch.setattr(graph_reader, "TIES_A_READ", 1_000)
    again = store.tables().ties
    assert len(again) == len(by_number)
    assert not difference(again, by_number, list(TIES.key)).any
    assert "read/ties-in-a-row" in read
    assert "read/ties" not in read
    monkeypatch.setattr(graph_reader, "MOST_GAPS", 0)
    read.clear()
    at_customers = store.tables().ties
    assert len(at_customers) == len(by_number)
    assert not difference(at_customers, by_number, list(TIES.key)).any
    assert "read/ties" in read


def test_ties_far_apart_among_other_relationships_are_read_at_their_customers(
    empty_neo4j, monkeypatch
):
    """Of a store where most relationships are something else, each customer is asked for hers."""
    credentials = Credentials(empty_neo4j.username, empty_neo4j.password)
    with empty_neo4j.session() as session:
        session.run("CREATE (:Place {id: 0}), (:Place {id: 1})").consume()

    def others():
        with empty_neo4j.session() as session:
            session.run(
                "MATCH (a:Place {id: 0}), (b:Place {id: 1}) "
                "FOREACH (_ IN range(1, 100) | CREATE (a)-[:ROAD]->(b))"
            ).consume()

    with open_store(empty_neo4j.uri, credentials) as found:
        people = Tables(customers={"id": ["A", "B", "C"]})
        found.write_tables(people)
        for source, target in (("A", "B"), ("B", "C")):
            found.write_tables(Tables(ties={"source": [source], "target": [target]}))
            others()
        asked = []
        read = GraphReader.records
        monkeypatch.setattr(
            GraphReader,
            "records",
            lambda self, name, **p: asked.append(name) or read(self, name, **p),
        )
        assert pairs(found.tables()) == {frozenset("AB"), frozenset("BC")}
        assert "read/ties" in asked
        assert "read/ties-in-a-row" not in asked


def test_whoever_was_not_there_while_customers_were_read_is_read_again(store, monkeypatch):
    before, read, times = store.tables(), GraphReader._customers, []

    def without_the_first(self, members, progress):
        times.append(len(members))
        found = read(self, members, progress)
        return found.slice(1) if len(times) == 1 else found

    monkeypatch.setattr(GraphReader, "_customers", without_the_first)
    assert store.tables().customers.equals(before.customers)
    assert times == [6, 6]


def test_a_database_without_customers_has_empty_tables(empty_neo4j):
    credentials = Credentials(empty_neo4j.username, empty_neo4j.password)
    with open_store(empty_neo4j.uri, credentials) as found:
        assert not any(len(table) for table in found._read.tables(lambda *_: None).values())
