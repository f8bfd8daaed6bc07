"""The write-back in pages: its results, its counts and its page size."""

from __future__ import annotations

import pytest

from influence import compute
from influence.errors import StoreRefused
from influence.pipeline import Parameters
from influence.store import Credentials, open_store
from influence.store.neo4j import figures as figure_pages
from influence.store.neo4j.properties import PREVIOUS_KEYS
from influence.store.neo4j.reader import GraphReader
from tests import graphs

pytestmark = pytest.mark.neo4j
RUNS = ((0.45, 0.25, 0.10), (0.4, 0.2, 0.1), (0.4, 0.2), (0.45, 0.25, 0.10, 0.05))
BESIDE = {"influenceRun", *PREVIOUS_KEYS}
PEOPLE = 21


@pytest.fixture
def store(empty_neo4j, small_pages):
    with open_store(empty_neo4j.uri, Credentials(password=empty_neo4j.password)) as found:
        found.write_tables(graphs.tables_of(graphs.random_company(7, PEOPLE, 40)))
        yield found


def figures(server):
    """Return the properties that a run sets and the labels, by customer."""
    with server.session() as session:
        found = session.run("MATCH (c:Customer) RETURN c.id, properties(c), labels(c)").values()
    return {
        who: ({k: (type(v), v) for k, v in values.items() if k not in BESIDE}, sorted(labels))
        for who, values, labels in found
    }


def sentiments(server, seed):
    """Set the sentiment of all customers, so that stances and labels change."""
    with server.session() as session:
        session.run(
            "MATCH (c:Customer) "
            "SET c.sentiment = toFloat((size(c.id) * 7 + toInteger(c.clv) * $seed) % 3 - 1)",
            seed=seed,
        ).consume()


def test_every_page_is_written_and_changed_customers_are_counted(store, empty_neo4j):
    for seed, weights in enumerate(RUNS, 1):
        sentiments(empty_neo4j, seed)
        before = figures(empty_neo4j)
        scores = compute(store.tables(), Parameters(weights))
        written = store.write_scores(scores)
        after = figures(empty_neo4j)
        assert written.changed == sum(before[who] != after[who] for who in before) > 0
        kept = store.scores().table
        assert kept.drop_columns("run").equals(scores.table.drop_columns("run"))
        for row in scores.table.to_pylist():
            stance = {"promoter": ["Promoter"], "detractor": ["Detractor"]}.get(row["stance"], [])
            roles = [role.capitalize() for role in (row["roles"] or "").split(", ") if role]
            assert after[row["customer"]][1] == sorted(["Customer", *stance, *roles])


def test_a_customer_who_is_not_in_the_scores_loses_their_figures(store, empty_neo4j):
    scores = compute(store.tables(), Parameters(RUNS[0]))
    store.write_scores(scores)
    # Every second customer, so that pages have both.
    fewer = type(scores)(scores.table.take([*range(0, PEOPLE, 2)]), scores.run)
    written = store.write_scores(fewer)
    assert (written.changed, written.cleared) == (0, PEOPLE // 2)
    assert store.scores().table["customer"].to_pylist() == fewer.table["customer"].to_pylist()


OTHER_KEYS = ("reach1", "stance", "influence9", "influence2Se")
OTHER_TYPES = (
    "'abc'",
    "toString(c.{key})",
    "1.5",
    "date('2026-01-02')",
    "true",
    "[1.0, 2.0]",
    "point({{x: 1, y: 2}})",
    "null",
)


def spoil(server, key, customers):
    """Give the first of these customers a value of each other type, and return them."""
    spoilt = customers[: len(OTHER_TYPES)]
    with server.session() as session:
        for who, value in zip(spoilt, OTHER_TYPES, strict=True):
            new = value.format(key=key)
            session.run(f"MATCH (c:Customer {{id: $who}}) SET c.{key} = {new}", who=who).consume()
    return spoilt


@pytest.mark.parametrize(
    "key", ["influence", *(pytest.param(key, marks=pytest.mark.ci) for key in OTHER_KEYS)]
)
def test_figures_of_other_types_are_written_again(store, empty_neo4j, key):
    sentiments(empty_neo4j, 1)
    store.write_scores(compute(store.tables(), Parameters(RUNS[0])))
    right = figures(empty_neo4j)
    spoilt = spoil(empty_neo4j, key, sorted(right))
    wrong = figures(empty_neo4j)
    changed = {who for who in right if wrong[who] != right[who]}
    # Nothing and the right text may be what is there.
    assert len(changed) >= len(OTHER_TYPES) - 2
    assert changed <= {*spoilt}
    written = store.write_scores(compute(store.tables(), Parameters(RUNS[0])))
    assert written.changed == len(changed)
    assert figures(empty_neo4j) == right


def test_a_previous_figure_of_another_type_is_lost_for_its_customer_only(store, empty_neo4j):
    for weights in RUNS[:2]:
        store.write_scores(compute(store.tables(), Parameters(weights)))
    run = store.runs()[1].id
    right = {row["customer"]: row for row in store.figures(run).to_pylist()}
    spoilt = spoil(empty_neo4j, "previousRank", sorted(right))
    left = {row["customer"]: row for row in store.figures(run).to_pylist()}
    assert left == right | {who: right[who] | {"rank": None} for who in spoilt}


def test_the_error_for_invalid_figures_names_five_of_them(store, empty_neo4j):
    store.write_scores(compute(store.tables(), Parameters(RUNS[0])))
    with empty_neo4j.session() as session:
        session.run("MATCH (c:Customer) WHERE c.id <> 'p1' SET c.reach1 = 'many'").consume()
        session.run("MATCH (c:Customer {id: 'p1'}) SET c.networkValue = 'much'").consume()
    with pytest.raises(StoreRefused) as refused:
        store.scores()
    message = str(refused.value)
    assert "networkValue of 'p1' is 'much'" not in message
    assert "reach1 of 'p0' is 'many', reach1 of 'p10' is 'many'" in message
    assert f" and {PEOPLE - 5} more" in message
    assert "`influence run`" in message
    with pytest.raises(StoreRefused, match="networkValue of 'p1' is 'much'"):
        store.scores(["p1"])


def test_no_read_is_larger_than_a_page(store, monkeypatch):
    sizes, read = [], GraphReader.properties

    def watched(self, customers, *rest):
        sizes.append(len(customers))
        return read(self, customers, *rest)

    scores = compute(store.tables(), Parameters(RUNS[0]))
    monkeypatch.setattr(GraphReader, "properties", watched)
    store.write_scores(scores)
    assert sum(sizes) == PEOPLE
    assert max(sizes) == figure_pages.CUSTOMERS_PER_PAGE < PEOPLE


def test_an_input_of_another_type_is_refused(store, empty_neo4j):
    store.write_scores(compute(store.tables(), Parameters(RUNS[0])))
    for value in ("'abc'", "[1.0]", "date()"):
        with empty_neo4j.session() as session:
            session.run(f"MATCH (c:Customer {{id: 'p1'}}) SET c.clv = {value}").consume()
        for asked in (store.scores, store.tables, store.customers):
            with pytest.raises(StoreRefused, match="a property of the wrong type"):
                asked()


def test_a_computed_copy_of_another_type_is_ignored(store, empty_neo4j):
    run = Parameters(RUNS[0])
    store.write_scores(compute(store.tables(), run))
    with empty_neo4j.session() as session:
        session.run("MATCH (c:Customer) SET c.clvComputed = 'abc'").consume()
        session.run("MATCH (c:Customer) SET c.sentimentComputed = [1]").consume()
    scores = compute(store.tables(), run)
    assert store.write_scores(scores).changed == PEOPLE
    assert store.scores().table.drop_columns("run").equals(scores.table.drop_columns("run"))
    with empty_neo4j.session() as session:
        marks = "MATCH (c:Customer) RETURN count(c.clvComputed) + count(c.sentimentComputed)"
        assert session.run(marks).single()[0] == 0
