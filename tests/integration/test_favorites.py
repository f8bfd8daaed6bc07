"""Saved queries on a real server need no parameter, and an id in them is never Cypher."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from influence.browser import Examples, bundle
from influence.browser.literals import literal
from tests import graphs
from tests.integration.library import EXPLORE, load, run

if TYPE_CHECKING:
    from influence.store.neo4j.store import Neo4jStore
    from tests.servers import Server

OF_ONE_CUSTOMER = [
    name for name, query in EXPLORE.items() if any(p.name == "customer" for p in query.parameters)
]
HOSTILE_IDS = (
    "O'Hara",
    "back\\slash\\",
    "\\'",
    "\\u0027}) DETACH DELETE c //",
    "\\u000aMATCH (n) DETACH DELETE n //",
    "line\nend\r\t\u2028\u2029\x85\x00",
    "x'}) MATCH (n) DETACH DELETE n RETURN 1 AS person; //",
    '$limit `;` /* */ " 😀',
)


@pytest.mark.ci
def test_a_hostile_id_in_a_saved_query_is_only_an_id(
    store: Neo4jStore, empty_neo4j: Server
) -> None:
    values = dict.fromkeys(HOSTILE_IDS, 5.0) | {"friend": 10.0}
    ties = graphs.ties_between([(hostile, "friend") for hostile in HOSTILE_IDS])
    load(store, (graphs.customers_with(values), ties))
    run(store)
    with empty_neo4j.session() as session:
        for hostile in HOSTILE_IDS:
            chosen = Examples(customer=hostile, critic=hostile, referrer=hostile)
            favorites = bundle.favorites(chosen)
            for name in OF_ONE_CUSTOMER:
                query = EXPLORE[name]
                text = favorites[name.removeprefix("explore/")]
                plain = session.run(query.text, query.bind(bundle.given(query, chosen)))  # type: ignore[arg-type]
                found = session.run(text)  # type: ignore[arg-type]
                assert found.data() == plain.data(), (hostile, name)
        counted = session.run("MATCH (c:Customer) RETURN count(c)").single(strict=True).value()
        assert counted == len(values)


@pytest.mark.parametrize("seed", range(3))
def test_neo4j_reads_literals_back_unchanged(seed: int, neo4j_server: Server) -> None:
    coin = random.Random(seed)
    parts = ["\\", "'", '"', "u0027", "\\u0027", "\\u000a", "\n", "\r", "\0", "`", "//", "😀", "a"]
    parts += [chr(coin.randrange(0xD800)) for _ in range(100)]
    texts = ["".join(coin.choices(parts, k=coin.randint(0, 8))) for _ in range(400)]
    with neo4j_server.session() as session:
        query = f"RETURN [{', '.join(map(literal, texts))}] AS texts"
        assert session.run(query).single(strict=True).value() == texts
