"""`python -m benchmarks.bolt`: a real Neo4j, our way and the usual way in the same run.

The usual way is what tutorials show: `UNWIND` of 500 maps and `MERGE`, one batch after the other,
and reading record by record. It runs on the same server with the same customers, ties and figures,
in turn with ours, and sets the same properties; only ours also keeps what figures were before. The
best of some rounds counts for both; what is over soon is measured more often. Parts of the usual
way that would take minutes run on the first rows only and are extrapolated, which the table says.
What stands in the database is compared after every write, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click
import neo4j
import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from benchmarks import graphs
from benchmarks.measure import timed
from influence import Tables, compute, open_store
from influence.pipeline import Parameters
from influence.score_columns import camel
from influence.scores import Scores
from influence.store import Credentials
from influence.store.neo4j import properties
from influence.store.protocol import Store
from influence.tables import difference, merge, validate
from influence.tables.merge import EMPTY
from tests.servers import Server, real_neo4j, wipe
from tools.neo4j.jars import ServerError

ROWS_PER_BATCH = 500
SAMPLE = 100_000
ENOUGH_SECONDS = 4.0
"""So long the faster way is measured: one short measure tells little, of a cold Java less."""
TIMES_UNCHANGED = 5
"""How often unchanged figures are written in a round."""
PROPERTIES = ("id", "clv", "relation", "name", "segment")
OF_TIES = ("source", "target", "kind", "network", "strength", "directed")
TWELVE = (
    "reach_1", "reach_2", "reach_3", "influence_1", "influence_2", "influence_3", "influence",
    "network_value_gross", "network_value", "credit_received", "credit_given", "rank",
)  # fmt: skip
CUSTOMERS = "UNWIND $rows AS row MERGE (c:Customer {id: row.id}) SET c += row"
TIES = """
UNWIND $rows AS row
MATCH (a:Customer {id: row.source}) MATCH (b:Customer {id: row.target})
MERGE (a)-[r:TIE {kind: row.kind, network: row.network}]->(b)
SET r.strength = row.strength, r.directed = row.directed
"""
READ_CUSTOMERS = "MATCH (c:Customer) RETURN c.id AS id, c.clv AS clv, c.name AS name"
READ_TIES = """
MATCH (a:Customer)-[r:TIE]->(b:Customer)
RETURN a.id AS source, b.id AS target, r.kind AS kind, r.network AS network,
       r.strength AS strength, r.directed AS directed, r.since AS since, r.mutual AS mutual
LIMIT $size
"""
SUMS = """
CALL () { MATCH (c:Customer) RETURN count(c) AS customers, sum(c.clv) AS clv }
CALL () {
  MATCH (a:Customer)-[r:TIE]->(b:Customer)
  RETURN count(r) AS ties, sum(r.strength * a.clv) AS out, sum(r.strength * b.clv) AS into
}
RETURN customers, clv, ties, out, into
"""
T = TypeVar("T")
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Measured:
    """One line of the table: how many rows, and the seconds of both ways."""

    what: str
    rows: int
    ours: float
    usual: float
    floor: float | None = None
    note: str = ""


class Usual:
    """The usual way, on a driver of its own."""

    def __init__(self, server: Server) -> None:
        auth = (server.username, server.password)
        self.driver = neo4j.GraphDatabase.driver(server.uri, auth=auth)

    def write(self, statement: str, rows: Rows) -> None:
        """Maps, 500 at a time, one batch after the other."""
        with self.driver.session() as session:
            for start in range(0, len(rows), ROWS_PER_BATCH):
                batch = rows[start : start + ROWS_PER_BATCH]
                session.execute_write(lambda t, some: t.run(statement, rows=some).consume(), batch)

    def read(self, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        """Record by record."""
        with self.driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
            return [dict(record) for record in session.run(statement, parameters)]

    def sums(self) -> dict[str, float]:
        return self.read(SUMS)[0]

    def remove(self, what: str) -> None:
        """Everything of a pattern, in small transactions."""
        with self.driver.session() as session:
            session.run(f"{what} IN TRANSACTIONS OF 2000 ROWS").consume()

    def without_ties(self) -> None:
        self.remove("MATCH ()-[r:TIE]->() CALL (r) { DELETE r }")

    def without_anything(self) -> None:
        self.without_ties()
        self.remove("MATCH (n) CALL (n) { DETACH DELETE n }")


def same(one: Mapping[str, float], other: Mapping[str, float]) -> None:
    assert one.keys() == other.keys(), (one, other)
    assert np.allclose(list(one.values()), list(other.values()), rtol=1e-9), (one, other)


def company(scale: int) -> Tables:
    """A generated company: text ids, four properties a customer, some ten ties each."""
    raw = graphs.heavy_tailed(scale)
    rng = np.random.default_rng(graphs.SEED)
    customers = raw.customers.append_column(
        "name", pa.array([f"Name {i}" for i in range(scale)])
    ).append_column("segment", pa.array(rng.choice(["gold", "silver", "none"], scale)))
    return merge(EMPTY, validate(Tables(customers=customers, ties=raw.ties)).tables)


@dataclass
class Bench:
    """Both ways on one server with one company."""

    usual: Usual
    store: Store
    tables: Tables
    rounds: int

    def best(self, *ways: Callable[[], float]) -> list[float]:
        """The best seconds of each, in turn, so that a busy minute meets both."""
        times: list[list[float]] = []
        while len(times) < self.rounds or min(map(sum, zip(*times, strict=True))) < ENOUGH_SECONDS:
            times.append([way() for way in ways])
        return [min(of_one) for of_one in zip(*times, strict=True)]

    def all(self) -> list[Measured]:
        return [self.customers(), self.ties(), self.reload(), self.reading(), *self.figures()]

    def _given(self) -> pa.Table:
        there = self.tables.customers.column_names
        return self.tables.customers.select([c for c in PROPERTIES if c in there])

    def customers(self) -> Measured:
        given, rows = Tables(customers=self._given()), self._given().to_pylist()
        sums: list[dict[str, float]] = []

        def timing(work: Callable[[], object]) -> float:
            self.usual.without_anything()
            seconds = timed(work)[1]
            sums.append(self.usual.sums())
            return seconds

        usual, ours = self.best(
            lambda: timing(lambda: self.usual.write(CUSTOMERS, rows)),
            lambda: timing(lambda: self.store.write_tables(given)),
        )
        for found in sums:
            same(found, sums[0])
        return Measured("load customers", len(rows), ours, usual, 2.5)

    def _rows_of_ties(self) -> tuple[list[dict[str, Any]], float]:
        """The first ties, and how many times as many all are."""
        ties = self.tables.ties.select(OF_TIES)
        some = ties.slice(0, SAMPLE).to_pylist()
        return some, len(ties) / len(some)

    def ties(self) -> Measured:
        given = Tables(ties=self.tables.ties.select(OF_TIES))
        rows, share = self._rows_of_ties()
        sums: list[dict[str, float]] = []

        def theirs() -> float:
            self.usual.without_ties()
            seconds = timed(self.usual.write, TIES, rows)[1]
            assert self.usual.sums()["ties"] == len(rows)
            if share > 1:
                self.usual.without_ties()
            return seconds * share

        def ours() -> float:
            self.usual.without_ties()
            seconds = timed(self.store.write_tables, given)[1]
            sums.append(self.usual.sums())
            return seconds

        usual, best = self.best(theirs, ours)
        assert sums[-1]["ties"] == len(self.tables.ties)
        return Measured("load new ties", len(self.tables.ties), best, usual, 1.4, sampled(share))

    def reload(self) -> Measured:
        rows, share = self._rows_of_ties()
        before = self.usual.sums()

        def ours() -> float:
            loaded, seconds = timed(
                lambda: self.store.write_tables(Tables(ties=self.tables.ties.select(OF_TIES)))
            )
            assert not loaded.changed
            return seconds

        usual, best = self.best(lambda: timed(self.usual.write, TIES, rows)[1] * share, ours)
        same(self.usual.sums(), before)
        n = len(self.tables.ties)
        return Measured("reload unchanged ties", n, best, usual, 10, sampled(share))

    def reading(self) -> Measured:
        n = len(self.tables.ties)
        share = max(1.0, n / SAMPLE)

        def theirs() -> float:
            found, seconds = timed(self.usual.read, READ_TIES, size=SAMPLE)
            assert len(found) == min(n, SAMPLE)
            return seconds * share + timed(self.usual.read, READ_CUSTOMERS)[1]

        def ours() -> float:
            found, seconds = timed(self.store.tables)
            there, given = (some.ties.select(OF_TIES) for some in (found, self.tables))
            assert not difference(there, given, list(OF_TIES)).any
            return seconds

        usual, best = self.best(theirs, ours)
        return Measured("read ties, customers too", n, best, usual, 15, sampled(share))

    def figures(self) -> list[Measured]:
        """Write-back: of figures that are new, that all differ, that are the same, 1 % others."""
        tables = self.store.tables()
        first, second = (compute(tables, Parameters(w)) for w in ((0.5, 0.3, 0.1), (0.4, 0.2, 0.1)))
        none = dict.fromkeys(keys_of(first).values())
        n = len(first.table)
        times: dict[str, list[float]] = {}

        def clean() -> None:
            self.usual.remove(f"MATCH (c:Customer) CALL (c) {{ SET c += {cypher_map(none)} }}")

        def note(what: str, seconds: float) -> None:
            times.setdefault(what, []).append(seconds)

        for _ in range(self.rounds):
            for names in (TWELVE, list(keys_of(first))):
                clean()
                for what, scores in (("new", first), ("over", second), ("same", second)):
                    rows = figure_rows(scores, names)
                    seconds = timed(self.usual.write, CUSTOMERS, rows)[1]
                    note(f"usual {what} {len(names) == 12}", seconds)
                self.check(second, names)
            clean()
            cases = [("new", first), ("over", second), *[("same", second)] * TIMES_UNCHANGED]
            cases.append(("some", one_percent_more(second)))
            for what, scores in cases:
                written, seconds = timed(self.store.write_scores, scores)
                expected = {"same": 0, "some": -(-n // 100)}
                assert written.changed == expected.get(what, written.changed)
                assert what in expected or written.changed > 0.9 * n
                self.check(scores, list(keys_of(scores)))
                note(f"ours {what}", seconds)
        best = {what: min(seconds) for what, seconds in times.items()}
        best |= {f"usual some {twelve}": best[f"usual same {twelve}"] for twelve in (False, True)}
        named = {"new": ("write back new figures", 1.3), "over": ("overwrite figures", 1.3),
                 "same": ("write back unchanged figures", 1.3),
                 "some": ("write back, 1 % changed", 1.3)}  # fmt: skip
        return [
            Measured(text, n, best[f"ours {what}"], best[f"usual {what} {twelve}"],
                     None if twelve else floor, "of 12 only" if twelve else f"{len(none)} columns")
            for what, (text, floor) in named.items() for twelve in (False, True)
        ]  # fmt: skip

    def check(self, scores: Scores, names: Sequence[str]) -> None:
        """Whether the database holds these figures."""
        numbers = [name for name in names if pa.types.is_floating(scores.table[name].type)]
        sums = ", ".join(f"sum(c.{camel(name)}) AS {name}" for name in numbers)
        found = self.usual.read(f"MATCH (c:Customer) RETURN {sums}")[0]
        expected = {name: sum(filter(None, scores.table[name].to_pylist())) for name in numbers}
        same(found, expected)


def one_percent_more(scores: Scores) -> Scores:
    """Figures of which every hundredth customer's network value is another."""
    table = scores.table
    value = table["network_value"].to_numpy().copy()
    value[::100] += 1.0
    place = table.column_names.index("network_value")
    return replace(scores, table=table.set_column(place, "network_value", pa.array(value)))


def keys_of(scores: Scores) -> dict[str, str]:
    """The columns that both ways write, and their property keys."""
    given = {"customer", "clv", "sentiment"}
    there = [name for name in scores.table.column_names if name not in given]
    return {name: properties.RUN_KEY if name == "run" else camel(name) for name in there}


def figure_rows(scores: Scores, names: Sequence[str]) -> Rows:
    keys = keys_of(scores)
    table = scores.table.select(["customer", *names])
    rows: Rows = table.rename_columns(["id", *(keys[name] for name in names)]).to_pylist()
    return rows


def cypher_map(values: Mapping[str, None]) -> str:
    return "{" + ", ".join(f"{key}: null" for key in values) + "}"


def sampled(share: float) -> str:
    return f"usual: {SAMPLE:,} of them, extrapolated" if share > 1 else ""


def show(title: str, rows: Sequence[Measured]) -> None:
    table = Table(title=title, title_justify="left")
    for heading in ("what", "rows", "ours, rows/s", "usual, rows/s", "ratio", "floor", "note"):
        left = heading in {"what", "note"}
        table.add_column(heading, justify="left" if left else "right")
    for row in rows:
        ratio = row.usual / row.ours
        met = "" if row.floor is None else f"{row.floor:g}" + ("" if ratio >= row.floor else " ✗")
        table.add_row(row.what, f"{row.rows:,}", f"{row.rows / row.ours:,.0f}",
                      f"{row.rows / row.usual:,.0f}", f"{ratio:.1f}", met, row.note)  # fmt: skip
    Console(width=120).print(table)


@contextmanager
def both(server: Server) -> Iterator[tuple[Usual, Store]]:
    usual = Usual(server)
    try:
        with open_store(server.uri, Credentials(server.username, server.password)) as store:
            yield usual, store
    finally:
        usual.driver.close()


@click.command()
@click.option(
    "--scale", type=int, default=100_000, show_default=True, help="Customers to generate."
)
@click.option("--rounds", type=int, default=2, show_default=True, help="The best one counts.")
@click.option("--edges", type=click.Path(exists=True, path_type=Path), multiple=True,
              help="An edge list to measure as well; may be repeated.")  # fmt: skip
def main(scale: int, rounds: int, edges: tuple[Path, ...]) -> None:
    """Measure."""
    cases = {f"{scale:,} customers": company(scale)}
    cases |= {path.parent.name: graphs.from_edge_list(path) for path in edges}
    try:
        with real_neo4j("2g", "1g", frugal=False) as server, both(server) as (usual, store):
            wipe(server)  # refuses a database that is somebody's own
            with store.lock("benchmark"):  # makes the constraint that both ways need
                pass
            # Java compiles what it runs often: the first minute is nobody's measure.
            Bench(usual, store, company(min(scale, 20_000)), 2).all()
            for title, tables in cases.items():
                rows = Bench(usual, store, tables, rounds).all()
                show(f"{title}, {len(tables.ties):,} ties", rows)
            usual.without_anything()
    except ServerError as error:
        print(f"Neo4j is not measured: {error}")


if __name__ == "__main__":
    main()
