"""A repeated run writes only what changed, and corrects figures that were edited."""

from __future__ import annotations

import random

import pyarrow.compute as pc
import pytest

from influence import Tables, compute
from influence.errors import StoreError
from influence.pipeline import Parameters
from influence.store import Credentials, open_store
from tests import graphs
from tests.examples import seeds

pytestmark = pytest.mark.neo4j
WEIGHTS = {"one": (0.45, 0.25, 0.10), "other": (0.4, 0.2, 0.1)}


@pytest.fixture
def store(empty_neo4j, small_pages):
    with open_store(empty_neo4j.uri, Credentials(password=empty_neo4j.password)) as found:
        found.write_tables(company())
        run(found)
        yield found


def company():
    return graphs.tables_of(graphs.worked())


def run(store, weights="one"):
    return store.write_scores(compute(store.tables(), Parameters(WEIGHTS[weights])))


def by_hand(server, statement):
    with server.session() as session:
        session.run(statement).consume()


def correct(store, weights="one"):
    """Return whether the database holds the figures that a run computes."""
    expected = compute(store.tables(), Parameters(WEIGHTS[weights])).table.drop_columns("run")
    return store.scores().table.drop_columns("run").equals(expected)


def test_a_repeated_run_changes_no_customer_and_becomes_the_current_one(store):
    written = [run(store) for _ in range(3)]
    assert [(w.changed, w.cleared) for w in written] == [(0, 0)] * 3
    newest = store.runs()[0]
    assert (newest.id, newest.status, newest.current) == (written[-1].run.id, "finished", True)
    assert correct(store)


@pytest.mark.parametrize(
    "statement",
    [
        "MATCH (c:Customer {id: 'A'}) SET c.networkValue = -1.0",
        "MATCH (c:Customer {id: 'B'}) REMOVE c.rank",
        "MATCH (c:Customer) SET c.previousRank = 7, c.influence3 = null",
    ],
)
def test_the_next_run_corrects_edited_figures(store, empty_neo4j, statement):
    by_hand(empty_neo4j, statement)
    assert run(store).changed
    assert correct(store)
    assert run(store).changed == 0


def test_the_next_run_corrects_figures_edited_during_a_run(store, empty_neo4j):
    scores = compute(store.tables(), Parameters(WEIGHTS["other"]))
    done = []

    def edit(stage, _, total):
        if stage == "writing back" and total and not done:
            done.append(by_hand(empty_neo4j, "MATCH (c:Customer) SET c.networkValue = -1.0"))

    store.write_scores(scores, edit)
    assert done
    run(store, "other")
    assert correct(store, "other")


def test_a_customer_who_was_removed_and_loaded_again_gets_figures(store):
    people, ties = company().customers, company().ties
    there = (pc.field("source") != "A") & (pc.field("target") != "A")
    without = Tables(customers=people.filter(pc.field("id") != "A"), ties=ties.filter(there))
    store.write_tables(without, replace=True)
    store.write_tables(company(), replace=True)
    assert run(store).changed
    assert correct(store)


def test_a_customer_who_was_forgotten_and_readmitted_gets_figures(store):
    store.forget("A")
    store.write_tables(company(), replace=True, readmit=True)
    assert run(store).changed
    assert correct(store)


def test_the_next_run_completes_an_unfinished_one(store, monkeypatch):
    write_batch = store._bolt.write_batch

    def fails(*arguments, **fixed):
        write_batch(*arguments, **fixed)
        raise StoreError("connection lost")

    monkeypatch.setattr(store._bolt, "write_batch", fails)
    with pytest.raises(StoreError, match="connection lost"):
        run(store, "other")
    monkeypatch.undo()
    assert run(store).changed
    assert correct(store)


def test_properties_that_older_versions_kept_at_the_lock_are_ignored(store, empty_neo4j):
    by_hand(
        empty_neo4j,
        "MATCH (l:InfluenceLock) SET l.seal = 'a text', l.commits = 7 "
        "WITH count(*) AS n MATCH (c:Customer {id: 'A'}) SET c.networkValue = -1.0",
    )
    assert run(store).changed == 1
    assert correct(store)


@pytest.mark.parametrize("seed", seeds(1, 6))
def test_figures_are_correct_after_random_changes_between_runs(store, empty_neo4j, seed):
    rng = random.Random(seed)
    edited = "MATCH (c:Customer {id: 'C'}) SET c.networkValue = coalesce(c.networkValue, 0) + 1"
    events = [
        lambda: store.write_tables(company()),
        lambda: store.write_tables(company(), replace=True),
        lambda: store.write_tables(
            Tables(customers={"id": ["A"], "clv": [rng.choice([1.0, 2.0])]})
        ),
        lambda: store.write_tables(Tables(customers={"id": ["A"], "name": [rng.choice("xy")]})),
        lambda: by_hand(empty_neo4j, edited),
        lambda: store.forget("E"),
        lambda: None,
    ]
    for _ in range(8):
        rng.choice(events)()
        store.write_tables(company(), readmit=True)
        weights = rng.choice(["one", "one", "other"])
        run(store, weights)
        assert correct(store, weights)
