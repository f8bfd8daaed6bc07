"""Loading from a Neo4j database of another schema, which is only read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from influence import UsageError, open_store
from influence.loaders import queried
from tests.commands import influence

if TYPE_CHECKING:
    from tests.servers import Server

PEOPLE = "MATCH (p:Person) RETURN p.key AS id, p.value AS clv, p.since AS joined"
FRIENDS = """
MATCH (a:Person)-[k:KNOWS]->(b:Person)
RETURN a.key AS source, b.key AS target, k.calls AS strength, 'knows' AS kind
"""


def test_queries_give_tables_and_cannot_write(
    empty_neo4j: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch
) -> None:
    monkeypatch.setenv("INFLUENCE_FROM_USERNAME", empty_neo4j.username)
    monkeypatch.setenv("INFLUENCE_FROM_PASSWORD", empty_neo4j.password)
    with empty_neo4j.session() as session:
        session.run(
            "CREATE (a:Person {key: 1, value: 5.5, since: date('2024-05-01')}), "
            "(b:Person {key: 2, value: 0}), (a)-[:KNOWS {calls: 3}]->(b)"
        ).consume()
    (tmp_path / "people.cypher").write_text(PEOPLE)
    (tmp_path / "friends.cypher").write_text(FRIENDS)
    load = ("load", "cypher", "--from", empty_neo4j.uri, "--store", tmp_path / "store")
    done = influence(capsys, *load, "--query", tmp_path / "people.cypher",
                     "--query", tmp_path / "friends.cypher")  # fmt: skip
    assert done.code == 0, done.err
    tables = open_store(str(tmp_path / "store")).tables()
    assert tables.customers.select(["id", "clv"]).to_pylist() == [
        {"id": "1", "clv": 5.5}, {"id": "2", "clv": 0.0},
    ]  # fmt: skip
    assert str(tables.customers["joined"][0]) == "2024-05-01"
    (tie,) = tables.ties.select(["source", "target", "strength", "kind"]).to_pylist()
    assert tie == {"source": "1", "target": "2", "strength": 3.0, "kind": "knows"}
    (tmp_path / "write.cypher").write_text("CREATE (p:Person {key: 3}) RETURN p.key AS id")
    refused = influence(capsys, *load, "--query", tmp_path / "write.cypher")
    assert refused.code == 4
    with empty_neo4j.session() as session:
        assert session.run("MATCH (p:Person) RETURN count(p) AS n").single()["n"] == 2


@pytest.mark.parametrize(
    ("file", "columns", "table"),
    [
        ("x.cypher", ["id", "plan"], "customers"),
        ("x.cypher", ["SOURCE", "target"], "ties"),
        ("x.cypher", ["customer", "date", "amount"], "transactions"),
        ("Ties.cypher", ["from", "to"], "ties"),
    ],
)
def test_the_columns_or_the_file_say_which_table_it_is(file, columns, table) -> None:
    result = pa.table({name: ["1"] for name in columns})
    assert list(queried.read({Path(file): result})) == [table]


@pytest.mark.parametrize(
    ("results", "message"),
    [
        ({"x.cypher": ["a"]}, "no table"),
        ({"x.cypher": []}, "returns nothing"),
        ({"x.cypher": ["customer", "kind", "network"]}, "engagements.cypher or profiles.cypher"),
        ({"x.cypher": ["id"], "y.cypher": ["id"]}, "both return customers"),
    ],
)
def test_a_result_that_is_no_table_is_refused(results, message) -> None:
    with pytest.raises(UsageError) as caught:
        queried.read({Path(f): pa.table({n: ["1"] for n in c}) for f, c in results.items()})
    assert message in str(caught.value)


@pytest.mark.parametrize("url", ["http://x", "bolt://user:secret@x", "x"])
def test_an_address_that_is_none_is_wrong_usage(tmp_path: Path, capsys, url: str) -> None:
    (tmp_path / "x.cypher").write_text(PEOPLE)
    done = influence(capsys, "load", "cypher", "--query", tmp_path / "x.cypher", "--from", url)
    assert done.code == 2
    assert "secret" not in done.err
