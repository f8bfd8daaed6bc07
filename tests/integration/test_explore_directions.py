"""The direction of ties in Cypher and Python is the same for every combination of settings."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pyarrow as pa

from influence import queries
from influence.network.selection import DIRECTIONS, Selection, arc_directions

if TYPE_CHECKING:
    from tests.servers import Server

KINDS = (None, "tie", "follows")
FLAGS = (None, False, True)
STATEMENT = """\
// Arcs
//
// Every arc along every tie.
//
// Parameters
//   $kinds       list  of the run
//   $networks    list  of the run
//   $directions  list  of the run
//
// Columns
//   tie      integer  number of the tie
//   forward  flag     whether the arc runs from source to target

WITH $kinds AS kinds, $networks AS networks, $directions AS directions
MATCH (y:Customer)-[r:TIE]-(x:Customer)
WHERE {{influences}}
RETURN r.number AS tie, y.id = 'A' AS forward
"""


def test_cypher_and_python_use_the_same_directions(empty_neo4j: Server) -> None:
    query = queries.parse("test/arcs", STATEMENT, queries.fragments())
    ties = [
        {"number": number, "kind": kind, "directed": directed, "mutual": mutual}
        for number, (kind, directed, mutual) in enumerate(product(KINDS, FLAGS, FLAGS))
    ]
    table = pa.table(
        {
            "kind": [tie["kind"] or "tie" for tie in ties],
            "directed": pa.array([tie["directed"] for tie in ties], pa.bool_()),
            "mutual": pa.array([tie["mutual"] for tie in ties], pa.bool_()),
        }
    )
    with empty_neo4j.session() as session:
        session.run(
            "CREATE (a:Customer {id: 'A'}), (b:Customer {id: 'B'}) WITH a, b "
            "UNWIND $ties AS tie CREATE (a)-[r:TIE]->(b) SET r = tie",
            ties=ties,
        ).consume()
        for chosen in product((None, *DIRECTIONS), repeat=2):
            directions = {
                kind: direction
                for kind, direction in zip(("tie", "follows"), chosen, strict=True)
                if direction
            }
            forward, backward = arc_directions(table, Selection(directions=directions))
            expected = {(int(i), True) for i in forward.nonzero()[0]}
            expected |= {(int(i), False) for i in backward.nonzero()[0]}
            written = [f"{kind}={direction}" for kind, direction in directions.items()]
            found = session.run(query.text, kinds=[], networks=[], directions=written)  # type: ignore[arg-type]
            assert {(row["tie"], row["forward"]) for row in found} == expected, directions


def test_a_run_uses_only_selected_kinds_and_networks(empty_neo4j: Server) -> None:
    query = queries.parse("test/arcs", STATEMENT, queries.fragments())
    ties = [
        {"number": number, "kind": kind, "network": network}
        for number, (kind, network) in enumerate(product(KINDS, (None, "", "web")))
    ]
    with empty_neo4j.session() as session:
        session.run(
            "CREATE (a:Customer {id: 'A'}), (b:Customer {id: 'B'}) WITH a, b "
            "UNWIND $ties AS tie CREATE (a)-[r:TIE]->(b) SET r = tie",
            ties=ties,
        ).consume()
        for kinds, networks in product(([], ["tie"], ["follows", "tie"]), ([], [""], ["web"])):
            found = session.run(query.text, kinds=kinds, networks=networks, directions=[])  # type: ignore[arg-type]
            assert {row["tie"] for row in found} == {
                tie["number"]
                for tie in ties
                if (not kinds or (tie["kind"] or "tie") in kinds)
                and (not networks or (tie["network"] or "") in networks)
            }
