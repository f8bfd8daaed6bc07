"""`python -m benchmarks.gds`: Graph Data Science and Cypher beside `influence run`, on one server.

The question is three degrees of every customer: how many people, and how much value, at exactly
one, two and three steps. Ours is the whole command, with reading and writing back. The others are
asked inside the server for customers drawn at random, as many as fit into `--seconds`, and
extrapolated to all; what they would need to write is left out. All answers are compared.

The server is one of its own, with the plugin, from Maven's jars, and is stopped afterwards.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import neo4j
import numpy as np

from benchmarks import graphs
from benchmarks.answers import DEPTH, Floats
from benchmarks.command import influence
from benchmarks.graphs import SEED, Graph
from benchmarks.measure import Row, show, timed
from influence import open_store
from influence.models import Shells
from influence.store import Credentials
from tools.neo4j.jars import GDS, ServerError
from tools.neo4j.server import LocalServer

PROJECT = """
CALL gds.graph.project('ties', {Customer: {properties: 'clv'}}, {TIE: {orientation: 'UNDIRECTED'}})
YIELD nodeCount RETURN nodeCount
"""
DROP = "CALL gds.graph.drop('ties', false) YIELD graphName RETURN graphName"
WITHIN = """
UNWIND $customers AS id
MATCH (c:Customer {id: id})
UNWIND [1, 2, 3] AS depth
CALL gds.bfs.stream('ties', {sourceNode: c, maxDepth: depth}) YIELD nodeIds
"""
PEOPLE = WITHIN + "RETURN id, depth, size(nodeIds) - 1 AS within"
VALUE = WITHIN + """
RETURN id, depth,
       reduce(sum = -c.clv, n IN nodeIds | sum + gds.util.nodeProperty('ties', n, 'clv')) AS within
"""  # fmt: skip
CYPHER = """
UNWIND $customers AS id
CALL (id) {
  MATCH (a:Customer {id: id})
  MATCH p = (a)-[:TIE*1..3]-(b:Customer)
  WHERE b <> a
  WITH b, min(length(p)) AS depth
  RETURN depth, sum(b.clv) AS within
}
RETURN id, depth, within
"""
LAYERS = """
UNWIND $customers AS id
MATCH (a:Customer {id: id})
CALL (a) {
  MATCH (a)-[:TIE]-(b:Customer)
  WHERE b <> a
  RETURN collect(DISTINCT b) AS one
}
CALL (a, one) {
  UNWIND one AS c
  MATCH (c)-[:TIE]-(b:Customer)
  WHERE b <> a AND NOT b IN one
  RETURN collect(DISTINCT b) AS two
}
CALL (a, one, two) {
  UNWIND two AS c
  MATCH (c)-[:TIE]-(b:Customer)
  WHERE b <> a AND NOT b IN one AND NOT b IN two
  RETURN collect(DISTINCT b) AS three
}
UNWIND [[1, one], [2, two], [3, three]] AS shell
RETURN id, shell[0] AS depth, reduce(sum = 0.0, b IN shell[1] | sum + b.clv) AS within
"""
AT_ONCE = 5


@dataclass(frozen=True)
class Way:
    """A query for some customers, and whether its rows are of balls or of shells."""

    name: str
    query: str
    balls: bool
    counts: bool = False


WAYS = (
    Way("GDS bfs to three depths", PEOPLE, balls=True, counts=True),
    Way("GDS bfs, values summed", VALUE, balls=True),
    Way("Cypher *1..3, min(length)", CYPHER, balls=False),
    Way("Cypher, one step at a time", LAYERS, balls=False),
)


@dataclass
class Bench:
    """One graph on the server."""

    server: LocalServer
    driver: neo4j.Driver
    graph: Graph
    seconds: float

    def rows(self) -> list[Row]:
        """Load, run, ask the others, and compare."""
        where = ["--store", self.server.uri]
        environment = {"NEO4J_USERNAME": "neo4j", "NEO4J_PASSWORD": self.server.password}
        self.load()
        run, again = Row("influence run, whole command"), Row("  again, nothing to write")
        rows = [run]
        for row in (run, again):
            (said, memory), seconds = timed(
                influence, "run", *where, "--format", "json", **environment
            )
            row.add(seconds, memory, of=None if row is run else run.seconds[0])
            if row is run:
                for stage, spent in said["seconds"].items():
                    rows.append(Row(f"  of it {stage}", "", [spent], [seconds]))
        ours = run.seconds[0]
        self.driver.execute_query(DROP)
        project = Row("  GDS graph projection")
        project.add(timed(self.driver.execute_query, PROJECT)[1], of=ours)
        people, value = self.exact()
        others = [self.ask(way, people if way.counts else value, ours) for way in WAYS]
        return [*rows, again, project, *others]

    def load(self) -> None:
        with self.driver.session() as session:
            every = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"
            session.run(every).consume()
        with open_store(self.server.uri, Credentials("neo4j", self.server.password)) as store:
            store.write_tables(graphs.company(self.graph))

    def exact(self) -> tuple[Floats, Floats]:
        """Our answers, as they stand in the database: float64[3, n] by the number in the id."""
        with open_store(self.server.uri, Credentials("neo4j", self.server.password)) as store:
            table = store.scores().table
        ids = np.array([int(key[1:]) for key in table["customer"].to_pylist()])
        people, value = (np.zeros((DEPTH, self.graph.n)) for _ in range(2))
        for d, weight in enumerate(Shells().weights):
            people[d, ids] = table[f"reach_{d + 1}"].to_numpy()
            value[d, ids] = table[f"influence_{d + 1}"].to_numpy() / weight
        return people, value

    def ask(self, way: Way, exact: Floats, ours: float) -> Row:
        """Customers at random until the time is up, compared with ours."""
        order = np.random.default_rng(SEED).permutation(self.graph.n)
        self.answers(way, order[:AT_ONCE].tolist())  # planned and warmed up
        done, spent = 0, 0.0
        while done < self.graph.n and spent < self.seconds:
            some = order[done : done + AT_ONCE].tolist()
            found, seconds = timed(self.answers, way, some)
            assert np.allclose(found, exact[:, some], rtol=1e-9, atol=1e-6), way.name
            done, spent = done + len(some), spent + seconds
        note = f"{'counts; ' if way.counts else ''}extrapolated ({done:,})"
        row = Row(f"  {way.name}", note)
        row.add(spent / done * self.graph.n, of=ours)
        return row

    def answers(self, way: Way, customers: list[int]) -> Floats:
        """float64[3, customers] at each distance."""
        place = {f"C{customer}": i for i, customer in enumerate(customers)}
        found = np.zeros((DEPTH, len(customers)))
        for record in self.read(way.query, list(place)):
            found[record["depth"] - 1, place[record["id"]]] = record["within"]
        return np.diff(found, axis=0, prepend=0) if way.balls else found

    def read(self, query: str, customers: list[str]) -> list[dict[str, Any]]:
        with self.driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
            return session.run(query, customers=customers).data()


@contextmanager
def server(heap: str) -> Iterator[tuple[LocalServer, neo4j.Driver]]:
    with tempfile.TemporaryDirectory(prefix="influence-gds-") as folder:
        settings = "dbms.security.procedures.unrestricted=gds.*\n"
        secret = secrets.token_hex(16)
        local = LocalServer(Path(folder), secret, heap=heap, settings=settings, plugin=GDS)
        with local, neo4j.GraphDatabase.driver(local.uri, auth=("neo4j", secret)) as driver:
            yield local, driver


@click.command()
@click.option("--scale", type=int, default=20_000, show_default=True, help="Customers to generate.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=graphs.DATA,
              show_default=True, help="Of public edge lists: NAME/edges.csv.gz.")  # fmt: skip
@click.option("--real", multiple=True, default=("soc-epinions1",), show_default=True,
              metavar="NAME", help="Which of them, if they are there; or none.")  # fmt: skip
@click.option("--seconds", type=float, default=20.0, show_default=True,
              help="How long each other way is asked.")  # fmt: skip
@click.option("--heap", default="1g", show_default=True, help="Of the server.")
def main(scale: int, data: Path, real: tuple[str, ...], seconds: float, heap: str) -> None:
    """Measure."""
    there = [name for name in real if (data / name / "edges.csv.gz").exists()]
    cases = [graphs.chung_lu(scale)]
    cases += [graphs.of_file(data / name / "edges.csv.gz", name) for name in there]
    try:
        with server(heap) as (local, driver):
            # Java compiles what it runs often, and so do we: the first graph is nobody's measure.
            Bench(local, driver, graphs.chung_lu(min(scale, 2_000)), 3.0).rows()
            for graph in cases:
                show(str(graph), Bench(local, driver, graph, seconds).rows())
    except ServerError as error:
        print(f"Graph Data Science is not measured: {error}")


if __name__ == "__main__":
    main()
