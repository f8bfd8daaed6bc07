"""Figures that stand untouched are not read again, and whatever touches them is seen."""

from __future__ import annotations

import random

import pyarrow.compute as pc
import pytest

from influence import Tables, compute
from influence.errors import StoreError
from influence.pipeline import Parameters
from influence.store import Credentials, open_store
from influence.store.neo4j import store as neo4j
from influence.store.neo4j.seal import Seal
from tests import graphs

pytestmark = pytest.mark.neo4j
WEIGHTS = {"one": (0.45, 0.25, 0.10), "other": (0.4, 0.2, 0.1)}


@pytest.fixture
def store(empty_neo4j, small_pages):
    with open_store(empty_neo4j.uri, Credentials(password=empty_neo4j.password)) as found:
        found.write_tables(company())
        yield found


@pytest.fixture
def compared(monkeypatch):
    """How often figures were compared with those that are there."""
    done, write = [], neo4j.write_figures

    def counted(*arguments):
        done.append(True)
        return write(*arguments)

    monkeypatch.setattr(neo4j, "write_figures", counted)
    return done


def company():
    return graphs.tables_of(graphs.worked())


def run(store, weights="one"):
    return store.write_scores(compute(store.tables(), Parameters(WEIGHTS[weights])))


def sealed(store):
    """Leave figures of "one" under seal; while runs make new property keys, there is none."""
    for weights in ("one", "other", "one", "one"):
        written = run(store, weights)
    assert written.changed == 0


def by_hand(server, statement):
    with server.session() as session:
        session.run(statement).consume()


def all_right(store, weights="one"):
    """Whether the database holds what a run computes."""
    expected = compute(store.tables(), Parameters(WEIGHTS[weights])).table.drop_columns("run")
    return store.scores().table.drop_columns("run").equals(expected)


def test_what_nobody_touched_is_not_compared_again(store, compared):
    sealed(store)
    compared.clear()
    written = [run(store) for _ in range(3)]
    assert not compared
    assert [(w.changed, w.cleared) for w in written] == [(0, 0)] * 3
    newest = store.runs()[0]
    assert (newest.id, newest.status, newest.current) == (written[-1].run.id, "finished", True)
    assert all_right(store)


def test_a_run_that_writes_leaves_a_seal_too(store, compared):
    sealed(store)
    assert run(store, "other").changed
    compared.clear()
    assert run(store, "other").changed == 0
    assert not compared
    assert run(store).changed
    assert compared
    assert all_right(store)


def test_an_equal_load_breaks_no_seal_and_any_other_does(store, compared):
    sealed(store)
    compared.clear()
    assert not store.write_tables(company()).changed
    run(store)
    assert not compared
    store.write_tables(Tables(customers={"id": ["A"], "name": ["Ann"]}))
    run(store)
    assert compared


@pytest.mark.parametrize(
    "statement",
    [
        "MATCH (c:Customer {id: 'A'}) SET c.networkValue = -1.0",
        "MATCH (c:Customer {id: 'B'}) REMOVE c.rank",
        "MATCH (c:Customer) SET c.previousRank = 7, c.influence3 = null",
        "CREATE (:Somebody)",
    ],
)
def test_what_somebody_else_commits_is_seen(store, empty_neo4j, compared, statement):
    sealed(store)
    by_hand(empty_neo4j, statement)
    compared.clear()
    run(store)
    assert compared
    assert all_right(store)
    compared.clear()
    run(store)
    assert not compared


def test_what_somebody_else_commits_meanwhile_is_seen_by_the_next_run(store, empty_neo4j):
    sealed(store)
    tables = store.tables()
    scores = compute(tables, Parameters(WEIGHTS["other"]))
    done = []

    def meddle(stage, _, total):
        if stage == "writing back" and total and not done:
            done.append(by_hand(empty_neo4j, "MATCH (c:Customer) SET c.networkValue = -1.0"))

    store.write_scores(scores, meddle)
    assert done
    run(store, "other")
    assert all_right(store, "other")


def test_a_customer_who_left_and_came_back_gets_her_figures(store):
    sealed(store)
    people, ties = company().customers, company().ties
    there = (pc.field("source") != "A") & (pc.field("target") != "A")
    without = Tables(customers=people.filter(pc.field("id") != "A"), ties=ties.filter(there))
    store.write_tables(without, replace=True)
    store.write_tables(company(), replace=True)
    assert run(store).changed
    assert all_right(store)


def test_a_customer_who_was_forgotten_and_came_back_gets_her_figures(store, empty_neo4j):
    sealed(store)
    store.forget("A")
    # Nothing of hers stays, not even in a digest.
    with empty_neo4j.session() as session:
        assert session.run("MATCH (l:InfluenceLock) RETURN max(l.seal)").single() == ("",)
    store.write_tables(company(), replace=True, readmit=True)
    assert run(store).changed
    assert all_right(store)


def test_a_run_that_dies_leaves_no_seal(store, monkeypatch):
    sealed(store)
    batches = store._bolt.write_batch

    def dies(*given, **fixed):
        batches(*given, **fixed)
        raise StoreError("the cable is cut")

    monkeypatch.setattr(store._bolt, "write_batch", dies)
    with pytest.raises(StoreError, match="cable"):
        run(store, "other")
    monkeypatch.undo()
    assert run(store).changed
    assert all_right(store)


def test_without_the_servers_number_everything_is_compared(store, monkeypatch, compared):
    monkeypatch.setattr("influence.store.neo4j.seal.last_commit", lambda _: None)
    for _ in range(4):
        run(store)
    assert len(compared) == 4
    assert all_right(store)


def test_what_we_commit_ourselves_is_told_from_what_others_do(store, empty_neo4j):
    store.forget("F")  # the first one ever makes property keys, in transactions nobody counts
    run(store)
    run(store, "other")
    scores = compute(store.tables())
    seal = Seal(store._bolt, scores)
    before = seal.now()
    assert before is not None
    store.write_tables(Tables(customers={"id": ["A"], "clv": [7.0]}))
    store.write_scores(scores)
    with store.lock("somebody at work"):
        for _ in range(3):
            store._lease.beat()
    store.forget("B")
    assert seal.now() == before
    by_hand(empty_neo4j, "MATCH (c:Customer {id: 'A'}) SET c.clv = 8.0")
    assert seal.now() != before


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_between_runs_the_figures_are_right_after_each(store, empty_neo4j, seed):
    rng = random.Random(seed)
    meddling = "MATCH (c:Customer {id: 'C'}) SET c.networkValue = coalesce(c.networkValue, 0) + 1"
    happenings = [
        lambda: store.write_tables(company()),
        lambda: store.write_tables(company(), replace=True),
        lambda: store.write_tables(
            Tables(customers={"id": ["A"], "clv": [rng.choice([1.0, 2.0])]})
        ),
        lambda: store.write_tables(Tables(customers={"id": ["A"], "name": [rng.choice("xy")]})),
        lambda: by_hand(empty_neo4j, meddling),
        lambda: store.forget("E"),
        lambda: None,
    ]
    for _ in range(8):
        rng.choice(happenings)()
        store.write_tables(company(), readmit=True)
        weights = rng.choice(["one", "one", "other"])
        run(store, weights)
        assert all_right(store, weights)
