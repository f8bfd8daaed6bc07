"""The analysts' library on a real server: the figures of the engine, and plans without scans.

What a query should return is worked out by the slow twins of `tests.naive`, from the rows that
were loaded; the company itself travels through the real store.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import neo4j.graph
import numpy as np
import pytest

import influence
from influence.errors import NothingToShow
from influence.models.weights import DEFAULT
from influence.network import Network, Selection
from influence.network.ego import ego_network
from influence.pipeline import Parameters
from influence.store import Credentials
from tests import graphs, naive
from tests.examples import seeds
from tests.integration.library import (
    EXPLORE,
    LIBRARY,
    expected_arcs,
    hide,
    load,
    rounded,
    rows,
    run,
)
from tests.servers import wipe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from influence.queries import Query
    from influence.store.neo4j.store import Neo4jStore
    from tests.servers import Server

OF_ONE_CUSTOMER_AND_A_RUN = (
    "explore/three-degrees",
    "explore/carriers",
    "explore/picture",
    "explore/if-customer-left",
)
OF_ONE_CUSTOMER = (*OF_ONE_CUSTOMER_AND_A_RUN, "explore/referral-tree", "explore/purchases")
OF_SOME_CUSTOMERS = (
    "read/customers",
    "read/ties",
    "read/referrals",
    "read/transactions",
    "read/surveys",
)
KINDS = ("tie", "follows", "a=b")
NETWORKS = ("", "web")
SETTINGS = (
    Parameters(),
    Parameters((0.5,), Selection(directions={"tie": "reversed", "follows": "as-written"})),
    Parameters(
        (0.5, 0.25),
        Selection(directions=dict.fromkeys(KINDS, "reversed")),  # type: ignore[arg-type]
    ),
    Parameters(DEFAULT, Selection(kinds=("tie", "a=b"), directions={"a=b": "as-written"})),
    Parameters((0.6, 0.3, 0.0), Selection(networks=("web",), directions={"follows": "both"})),
    Parameters((0.4, 0.3, 0.2, 0.1), Selection(kinds=("follows",), networks=("",))),
)
# For every parameter that a query of the library has no default for.
SAMPLES = {
    "text": "A",
    "integer": 10,
    "number": 1.0,
    "list": [],
    "map": {},
    "flag": True,
    "date": None,
}


def expected_degrees(
    customers: graphs.Customers, ties: graphs.Ties, parameters: Parameters, customer: str
) -> list[tuple[str, int, float, float, float]]:
    """Return the expected rows of three-degrees, in order."""
    hidden = {c["id"] for c in customers if c.get("do_not_profile")}
    clv = {c["id"]: c["clv"] for c in customers}
    arcs = expected_arcs(ties, parameters)
    shown = naive.shell(arcs, customer, min(len(parameters.weights), 3))
    if customer in hidden:
        return []
    reached = [
        (j, d, parameters.weights[d - 1], clv[j], parameters.weights[d - 1] * clv[j] + 0.0)
        for j, d in shown.items()
        if j not in hidden
    ]
    return sorted(reached, key=lambda row: (-row[4], row[0]))


def expected_through(
    customers: graphs.Customers, ties: graphs.Ties, parameters: Parameters, customer: str
) -> dict[str, str | None]:
    """Return customer → first person on the way: the smallest id among profiled customers."""
    hidden = {c["id"] for c in customers if c.get("do_not_profile")}
    arcs = expected_arcs(ties, parameters)
    distance = naive.shell(arcs, customer, min(len(parameters.weights), 3))
    first = {j for j, d in distance.items() if d == 1}
    reach = {f: {f: 0} | naive.shell(arcs, f, 2) for f in first}
    return {
        j: min((f for f in first - hidden if reach[f].get(j) == d - 1), default=None)
        for j, d in distance.items()
        if j not in hidden
    }


# The whole library


def sample(query: Query) -> dict[str, Any]:
    missing = (p for p in query.parameters if p.default is None)
    return query.bind({p.name: SAMPLES[p.type] for p in missing})


@pytest.fixture(scope="module")
def explained(neo4j_server: Server) -> dict[str, tuple[list[str], dict[str, Any], str]]:
    """Return the columns, the plan and the type (r, w, rw or s) of every query."""
    found = {}
    wipe(neo4j_server)  # what the planner chooses depends on what is there
    with neo4j_server.session() as session:
        session.run("CALL db.clearQueryCaches()").consume()
        for name in ("schema/customer-id", "schema/run-id"):
            session.run(LIBRARY[name].text).consume()
        session.run("CALL db.awaitIndexes()").consume()
        for name, query in LIBRARY.items():
            result = session.run("EXPLAIN " + query.text, sample(query))
            columns = list(result.keys())
            summary = result.consume()
            found[name] = (columns, summary.plan or {}, summary.query_type or "")
    return found


@pytest.mark.parametrize("name", LIBRARY)
def test_the_server_accepts_the_query_and_returns_the_declared_columns(
    name: str, explained: dict[str, Any]
) -> None:
    columns, _, _ = explained[name]
    assert columns == [column.name for column in LIBRARY[name].columns]


def test_queries_for_analysts_only_read(explained: dict[str, Any]) -> None:
    assert EXPLORE
    assert {name: explained[name][2] for name in EXPLORE} == dict.fromkeys(EXPLORE, "r")


def operators(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield plan["operatorType"].partition("@")[0], plan["args"].get("Details", "")
    for child in plan.get("children", []):
        yield from operators(child)


def scans_of_customers(plan: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (kind, details)
        for kind, details in operators(plan)
        # The last date in the data is anybody's; of runs there are few.
        if "Scan" in kind and "InfluenceRun" not in details and "Purchase" not in details
    ]


@pytest.fixture(scope="module")
def plans(neo4j_server: Server, explained: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the plans of queries about customers.

    On an empty database, and on one where the planner has counts to be misled by.
    """
    found = {name: [explained[name][1]] for name in OF_ONE_CUSTOMER + OF_SOME_CUSTOMERS}
    wipe(neo4j_server)
    credentials = Credentials(neo4j_server.username, neo4j_server.password)
    with influence.open_store(neo4j_server.uri, credentials) as store:
        load(store, graphs.random_company(1, n=200, ties=600))  # type: ignore[arg-type]
        run(store)  # type: ignore[arg-type]
    with neo4j_server.session() as session:
        session.run("CALL db.clearQueryCaches()").consume()
        for name, plans_ in found.items():
            query = LIBRARY[name]
            full = session.run("EXPLAIN " + query.text, sample(query)).consume()
            plans_.append(full.plan or {})
    return found


@pytest.mark.parametrize("name", OF_ONE_CUSTOMER)
def test_queries_about_one_customer_start_at_the_index(name: str, plans: dict[str, Any]) -> None:
    for plan in plans[name]:
        kinds = [kind for kind, _ in operators(plan)]
        assert kinds.count("NodeUniqueIndexSeek") == 1
        assert not scans_of_customers(plan)
        assert not any(kind.startswith("VarLength") for kind in kinds)


@pytest.mark.parametrize("name", OF_SOME_CUSTOMERS)
def test_queries_about_all_customers_use_the_index(name: str, plans: dict[str, Any]) -> None:
    for plan in plans[name]:
        kinds = [kind for kind, _ in operators(plan)]
        assert kinds.count("NodeUniqueIndexSeek") == 1
        assert not any("Scan" in kind for kind in kinds)


@pytest.mark.ci
def test_every_query_takes_numbers_as_the_browser_stores_them(store: Neo4jStore) -> None:
    load(store, graphs.worked())
    run(store)
    for name, query in EXPLORE.items():
        # `:params {limit: 2}` stores 2.0
        given = {p.name: float(p.default) for p in query.parameters if p.type == "integer"}
        given |= dict.fromkeys(given.keys() & {"limit"}, 2.0)
        customer = {p.name: "A" for p in query.parameters if p.name == "customer"}
        _, found = store.query(query, **given, **customer)
        more = {
            "explore/three-degrees",
            "explore/if-customer-left",
        }  # no limit; three rows about the customer
        assert len(found) <= 3 or name in more


# Three degrees


def test_three_degrees_matches_the_worked_example(store: Neo4jStore) -> None:
    load(store, graphs.worked())
    scores = run(store)
    columns, found = store.query(LIBRARY["explore/three-degrees"], customer="A")
    assert columns == ["customer", "distance", "weight", "clv", "contribution"]
    assert [tuple(row.values()) for row in found] == [
        ("D", 2, 0.25, 200.0, 50.0),
        ("C", 1, 0.45, 50.0, 22.5),
        ("E", 3, 0.10, 120.0, 12.0),
        ("B", 1, 0.45, 0.0, 0.0),
    ]
    influences = {"A": 84.5, "B": 129.5, "C": 173, "D": 121.5, "E": 148.5, "F": 109}
    for customer, known in influences.items():
        total = sum(row["contribution"] for row in rows(store, "three-degrees", customer=customer))
        assert total == pytest.approx(known)
        assert total == pytest.approx(scores.row(customer)["influence"])


@pytest.mark.parametrize("name", ["worked_directed", "mixed", "duplicates", "leaf_pairs"])
def test_three_degrees_of_the_named_graphs_matches_the_twin(name: str, store: Neo4jStore) -> None:
    customers, ties = graphs.NAMED[name]()
    load(store, (customers, ties))
    run(store)
    compare(store, customers, ties, Parameters())


def compare(
    store: Neo4jStore, customers: graphs.Customers, ties: graphs.Ties, parameters: Parameters
) -> None:
    """Compare three-degrees and carriers of all customers with the twins and the engine."""
    network = Network.from_tables(store.tables(), parameters.selection)
    clv = {c["id"]: c["clv"] for c in customers}
    values = np.array([clv[key] for key in network.keys.to_pylist()])
    weights = parameters.weights[:3]
    gains = influence.Shells(weights).gain(network, values)
    hidden = {c["id"] for c in customers if c.get("do_not_profile")}
    for customer in clv:
        expected = expected_degrees(customers, ties, parameters, customer)
        if customer in hidden:
            with pytest.raises(NothingToShow):
                rows(store, "three-degrees", customer=customer)
            continue
        found = rows(store, "three-degrees", customer=customer)
        columns = ("customer", "distance", "weight", "clv", "contribution")
        named = [dict(zip(columns, row, strict=True)) for row in expected]
        assert found == [rounded("three-degrees", row) for row in named]
        carriers = rows(store, "carriers", customer=customer, limit=1000)
        same = ("customer", "distance", "contribution")
        assert [[r[name] for name in same] for r in carriers] == [
            [r[name] for name in same] for r in found
        ]
        if not expected:
            continue
        through = {r["customer"]: r["through"] for r in carriers}
        assert through == expected_through(customers, ties, parameters, customer)
        if not hidden:
            i = network.index(customer)
            total = sum(row[4] for row in expected)
            assert total == pytest.approx(gains[i], rel=1e-9, abs=1e-9)
            circle = ego_network(network, i, len(weights))
            names = network.keys.to_pylist()
            pairs = zip(circle.members.tolist(), circle.through.tolist(), strict=True)
            assert through == {names[j]: names[first] for j, first in pairs}


@pytest.mark.parametrize("seed", seeds(4, 12))
def test_three_degrees_of_a_random_company_uses_the_settings_of_the_run(
    seed: int, store: Neo4jStore
) -> None:
    share = (0.0, 0.5, 1.0)[seed % 3]
    customers, ties = graphs.random_company(
        seed, n=12, ties=36, directed_share=share, kinds=KINDS, networks=NETWORKS
    )
    # The other way round as well: undirected ties become mutual.
    ties += [tie | {"source": tie["target"], "target": tie["source"]} for tie in ties[::6]]
    if seed % 4 == 3:
        customers = hide(customers, "p1", "p5", "p7")
    load(store, (customers, ties))
    for parameters in (SETTINGS[2 * seed % 6], SETTINGS[(2 * seed + 1) % 6]):
        run(store, parameters)
        compare(store, customers, ties, parameters)


def test_three_degrees_shows_at_most_three_steps_of_a_run_of_any_depth(store: Neo4jStore) -> None:
    load(store, graphs.path())
    for weights, reached in (((0.4, 0.3, 0.2, 0.1), "BCD"), ((0.4, 0.3), "BC"), ((0.4,), "B")):
        run(store, Parameters(weights))
        found = rows(store, "three-degrees", customer="A")
        assert sorted(row["customer"] for row in found) == list(reached)


def test_an_unknown_customer_or_a_store_without_a_run_gives_nothing_to_show(
    store: Neo4jStore,
) -> None:
    load(store, graphs.worked())
    for name in OF_ONE_CUSTOMER_AND_A_RUN:
        with pytest.raises(NothingToShow, match="no finished run"):
            store.query(LIBRARY[name], customer="A")
    run(store)
    for name in OF_ONE_CUSTOMER:
        with pytest.raises(NothingToShow, match="no customer 'nobody'"):
            store.query(LIBRARY[name], customer="nobody")
    assert all(store.query(LIBRARY[name], customer="A")[1] for name in OF_ONE_CUSTOMER_AND_A_RUN)
    load(store, (graphs.customers_with({"alone": 1}), []))
    run(store)
    assert rows(store, "three-degrees", customer="alone") == []


def test_customers_who_are_not_profiled_are_traversed_and_never_named(
    store: Neo4jStore,
) -> None:
    customers, ties = graphs.path()
    customers = [c | {"name": f"name of {c['id']}"} for c in hide(customers, "B", "E")]
    load(store, (customers, ties))
    run(store)
    degrees = rows(store, "three-degrees", customer="A")
    assert [(r["customer"], r["distance"]) for r in degrees] == [("C", 2), ("D", 3)]
    assert [r["through"] for r in rows(store, "carriers", customer="A")] == [None, None]
    shown = ["A", "C", "D", "F", "G"]
    for query in EXPLORE.values():
        asks = any(parameter.name == "customer" for parameter in query.parameters)
        for customer in "ABCDEFG" if asks else [""]:
            given = {"customer": customer} if asks else {}
            if customer in {"B", "E"}:
                with pytest.raises(NothingToShow, match=f"no customer '{customer}'"):
                    store.query(query, **given)
                continue
            found = store.query(query, **given)[1]
            texts = str(found)
            assert "name of B" not in texts
            assert "name of E" not in texts
            named = [row.get(key) for row in found for key in ("customer", "through", "person")]
            ids = [who["id"] if isinstance(who, dict) else who for who in named if who is not None]
            assert set(ids) <= set(shown)


def test_a_customer_hidden_after_the_run_is_in_no_list(store: Neo4jStore) -> None:
    customers, ties = graphs.worked()
    load(store, (customers, ties))
    run(store)
    load(store, (hide(customers, "D"), ties))
    for name in ("top", "underrated", "movers"):
        assert "D" not in {row["customer"] for row in rows(store, name)}
    assert "D" not in {row["customer"] for row in rows(store, "three-degrees", customer="A")}


def test_ties_created_by_other_programs_count_with_the_defaults(
    store: Neo4jStore, empty_neo4j: Server
) -> None:
    load(store, (graphs.customers_with({"A": 1, "B": 2, "C": 4}), []))
    with empty_neo4j.session() as session:
        session.run(
            "MATCH (a:Customer {id: 'A'}), (b:Customer {id: 'B'}), (c:Customer {id: 'C'}) "
            "CREATE (b)-[:TIE]->(a), (a)-[:TIE]->(a), (b)-[:TIE]->(c), (b)-[:TIE]->(c), "
            "(a)-[:TIE]->(:Shop {id: 'S'}), (c)<-[:OTHER]-(a)"
        ).consume()
    for parameters in (
        Parameters(),
        Parameters(selection=Selection(kinds=("tie",), networks=("",))),
        Parameters(selection=Selection(directions={"tie": "both"})),
        Parameters(selection=Selection(directions={"tie": "as-written"})),
        Parameters(selection=Selection(directions={"tie": "reversed"})),
    ):
        scores = run(store, parameters)
        for customer in "ABC":
            found = rows(store, "three-degrees", customer=customer)
            total = sum(row["contribution"] for row in found)
            assert total == pytest.approx(scores.row(customer)["influence"], abs=0.01)


# Other queries


def test_carriers_list_contributors_with_their_shares(store: Neo4jStore) -> None:
    load(store, graphs.worked())
    run(store)
    found = rows(store, "carriers", customer="A", limit=2)
    assert [(r["customer"], r["through"], r["distance"]) for r in found] == [
        ("D", "C", 2),
        ("C", "C", 1),
    ]
    assert [r["share"] for r in found] == [0.592, 0.266]  # of 84.5


def test_a_share_of_zero_influence_is_blank(store: Neo4jStore) -> None:
    customers = graphs.customers_with({"A": 1, "B": 0})
    load(store, (customers, graphs.ties_between(["AB"])))
    run(store)
    assert [r["share"] for r in rows(store, "carriers", customer="A")] == [None]


def test_top_matches_the_ranking_of_the_scores(store: Neo4jStore) -> None:
    load(store, graphs.random_company(7, n=60, ties=90))
    scores = run(store)
    found = rows(store, "top", limit=1000)
    ranking = sorted(scores.table.to_pylist(), key=lambda row: (row["rank"], row["customer"]))
    same = [name for name in found[0] if name != "name"]
    assert [{n: row[n] for n in same} for row in found] == [
        rounded("top", {n: row[n] for n in same}) for row in ranking
    ]
    assert found[:5] == rows(store, "top", limit=5)
    assert len(rows(store, "top")) == 25


def test_movers_list_the_largest_changes(store: Neo4jStore) -> None:
    customers, ties = graphs.worked()
    load(store, (customers, ties))
    before = run(store)
    assert rows(store, "movers") == []
    load(store, ([c | {"clv": -80.0} if c["id"] == "F" else c for c in customers], ties))
    after = run(store)
    found = rows(store, "movers")
    assert [row["customer"] for row in found] == ["F", "E", "D", "C"]
    for row in found:
        old, new = before.row(row["customer"]), after.row(row["customer"])
        before_, now = old["network_value"], new["network_value"]
        figures = {"before": before_, "now": now, "change": now - before_}
        assert {name: row[name] for name in figures} == rounded("movers", figures)
        assert (row["rank_before"], row["rank_now"]) == (old["rank"], new["rank"])
        assert row["run"] == after.run.id


def test_underrated_lists_customers_ranked_higher_than_by_clv(store: Neo4jStore) -> None:
    load(store, graphs.random_company(3, n=20, ties=40))
    scores = run(store)
    better = [
        (r["clv_rank"] - r["rank"], r["rank"], r["customer"])
        for r in scores.table.to_pylist()
        if r["rank"] < r["clv_rank"]
    ]
    found = rows(store, "underrated")
    assert better
    assert [(r["places"], r["rank"], r["customer"]) for r in found] == sorted(
        better, key=lambda row: (-row[0], *row[1:])
    )


def test_underrated_can_be_limited_to_one_segment(store: Neo4jStore) -> None:
    customers, ties = graphs.random_company(3, n=20, ties=40)
    segment = {c["id"]: ("gold", "tin", None)[i % 3] for i, c in enumerate(customers)}
    load(store, ([c | {"segment": segment[c["id"]]} for c in customers], ties))
    run(store)
    everybody = rows(store, "underrated")
    assert rows(store, "underrated", segment="") == everybody
    assert rows(store, "underrated", segment=None) == everybody
    for chosen in ("gold", "tin"):
        found = rows(store, "underrated", segment=chosen)
        assert found == [row for row in everybody if segment[row["customer"]] == chosen]
        assert found
    assert rows(store, "underrated", segment="lead") == []


def test_underrated_lists_a_free_customer_with_a_network_value(store: Neo4jStore) -> None:
    values = {"free": 0, "friend": 100, "X": 5, "Y": 6}
    load(store, (graphs.customers_with(values), [{"source": "free", "target": "friend"}]))
    run(store)
    assert rows(store, "underrated") == [
        {
            "customer": "free",
            "name": None,
            "clv": 0.0,
            "clv_rank": 4,
            "network_value": pytest.approx(22.5),
            "rank": 2,
            "places": 2,
        }
    ]


def test_runs_list_unfinished_runs_first(store: Neo4jStore, empty_neo4j: Server) -> None:
    load(store, graphs.worked())
    runs = [run(store, parameters).run for parameters in (SETTINGS[0], Parameters((0.5,)))]
    found = rows(store, "runs")
    assert [row["run"] for row in found] == [runs[1].id, runs[0].id]
    assert [row["current"] for row in found] == [True, False]
    assert not any(row["unfinished"] for row in found)
    assert [row["weights"] for row in found] == [[0.5], list(DEFAULT)]
    assert found[0]["age"] == "0 d 0 h 0 min"
    with empty_neo4j.session() as session:
        session.run(
            "UNWIND [['old', 30, 'failed'], ['dead', -1, 'writing']] AS row "
            "CREATE (:InfluenceRun {id: row[0], status: row[2], current: false, "
            "startedAt: datetime() - duration({hours: row[1]})})"
        ).consume()
    found = rows(store, "runs")
    assert [row["run"] for row in found] == ["dead", runs[1].id, runs[0].id, "old"]
    assert [row["unfinished"] for row in found] == [True, False, False, False]
    assert found[-1]["age"] == "1 d 6 h 0 min"


# The picture


def picture(server: Server, customer: str, limit: int = 60) -> list[neo4j.Record]:
    with server.session() as session:
        return list(session.run(EXPLORE["explore/picture"].text, customer=customer, limit=limit))


def test_the_picture_shows_the_customer_and_two_steps(
    store: Neo4jStore, empty_neo4j: Server
) -> None:
    customers, ties = graphs.worked()
    load(store, (customers, ties))
    run(store)
    drawn = picture(empty_neo4j, "C")
    assert [row["person"]["id"] for row in drawn] == ["C", "D", "A", "B", "E"]
    assert drawn[0]["tie"] is None
    for row in drawn[1:]:
        assert isinstance(row["tie"], neo4j.graph.Relationship)
        assert set(row["tie"].nodes) == {row["person"], row["through"]}
    assert [row["through"]["id"] for row in drawn[1:]] == ["C", "C", "C", "D"]


def test_the_picture_of_a_hub_keeps_a_third_of_the_limit_for_the_second_step(
    store: Neo4jStore, empty_neo4j: Server
) -> None:
    names = [f"{i:03}" for i in range(200)]
    values = {"H": 1.0} | {name: float(i) for i, name in enumerate(names)}
    ties = [{"source": "H", "target": name} for name in names[100:]]
    ties += [{"source": far, "target": near} for far, near in product(names[:100], names[198:])]
    load(store, (graphs.customers_with(values), ties))
    run(store)
    drawn = [row["person"]["id"] for row in picture(empty_neo4j, "H", limit=30)]
    assert drawn == ["H", *names[:-21:-1], *names[99:89:-1]]
    run(store, Parameters((0.45,)))
    drawn = [row["person"]["id"] for row in picture(empty_neo4j, "H", limit=30)]
    assert drawn == ["H", *names[:-31:-1]]


@pytest.mark.parametrize("parameters", SETTINGS)
def test_the_picture_shows_only_customers_within_reach_of_the_run(
    parameters: Parameters, store: Neo4jStore, empty_neo4j: Server
) -> None:
    customers, ties = graphs.random_company(5, n=12, ties=30, kinds=KINDS, networks=NETWORKS)
    load(store, (customers, ties))
    run(store, parameters)
    arcs = expected_arcs(ties, parameters)
    for customer in (c["id"] for c in customers):
        drawn = picture(empty_neo4j, customer)
        reached = naive.shell(arcs, customer, min(len(parameters.weights), 2))
        assert drawn[0]["person"]["id"] == customer
        assert sorted(row["person"]["id"] for row in drawn[1:]) == sorted(reached)
        assert all((r["through"]["id"], r["person"]["id"]) in arcs for r in drawn[1:])
