"""Nodes and properties in the graph that other programs set."""

from influence import Tables
from tests.stores import people, run


def test_foreign_nodes_labels_and_properties_stay(empty_neo4j, neo4j_store):
    with empty_neo4j.session() as session:
        session.run("CREATE (:Product {id: 'A'})-[:SOLD_TO]->(:Customer {id: 'A'})").consume()
        session.run("MATCH (c:Customer) SET c:Vip, c.plan = 'gold'").consume()
    neo4j_store.write_tables(Tables(customers={"id": ["A", "B"], "clv": [1.0, 2.0]}))
    run(neo4j_store)
    assert people(neo4j_store)["A"]["plan"] == "gold"
    with empty_neo4j.session() as session:
        found = session.run("MATCH (p:Product)-[:SOLD_TO]->(c:Vip) RETURN c.id AS id").data()
    assert found == [{"id": "A"}]


def test_properties_of_different_types_are_read_across_pages(empty_neo4j, neo4j_store):
    neo4j_store.write_tables(Tables(customers={"id": list("ABCDEFG")}))
    with empty_neo4j.session() as session:
        session.run("MATCH (c:Customer) SET c.mood = CASE WHEN c.id < 'D' THEN 1 ELSE 'x' END")
        session.run("MATCH (c:Customer {id: 'A'}) SET c.clv = 3")
        session.run("MATCH (c:Customer {id: 'G'}) SET c.at = point({x: 1, y: 2})")
    moods = {key: str(row["mood"]) for key, row in people(neo4j_store).items()}
    assert moods == dict(zip("ABCDEFG", ["1", "1", "1", "x", "x", "x", "x"], strict=True))
    assert people(neo4j_store)["A"]["clv"] == 3.0
