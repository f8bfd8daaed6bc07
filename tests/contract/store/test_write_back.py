"""The properties that runs write and remove, also when a write-back is cut off."""

import pytest

from influence import Tables, compute
from influence.errors import StoreError
from influence.store.protocol import unfinished
from tests import graphs
from tests.stores import all_nodes, figures, run, without_run

FIGURES_OF_A_RUN = {"networkValue", "influence", "rank", "reach1", "influenceRun"}


def test_an_equal_load_and_an_equal_run_write_no_property(empty_neo4j, neo4j_store):
    tables = graphs.tables_of(graphs.mixed())
    neo4j_store.write_tables(tables)
    run(neo4j_store)
    before = all_nodes(empty_neo4j)
    neo4j_store.write_tables(tables)
    neo4j_store.write_tables(tables, replace=True)
    run(neo4j_store)
    assert all_nodes(empty_neo4j) == before


def test_previous_figures_are_stored_beside_the_new_ones(empty_neo4j, neo4j_store):
    neo4j_store.write_tables(graphs.tables_of(graphs.worked()))
    first = run(neo4j_store)
    before, _ = all_nodes(empty_neo4j)
    assert {node["influenceRun"] for node in before.values()} == {first.run.id}
    assert not any("previousRank" in node for node in before.values())
    neo4j_store.write_tables(Tables(customers={"id": ["F"], "clv": [-80.0]}))
    second = run(neo4j_store)
    after, _ = all_nodes(empty_neo4j)
    for key, node in after.items():
        if node["influenceRun"] == second.run.id:
            assert node["previousNetworkValue"] == before[key]["networkValue"]
            assert node["previousInfluence"] == before[key]["influence"]
            assert node["previousRank"] == before[key]["rank"]
        else:
            assert node == before[key]
    assert after["F"]["influenceRun"] == second.run.id
    assert after["A"]["influenceRun"] == second.run.id or second.changed < 6


def test_a_customer_without_a_row_loses_only_figures(empty_neo4j, neo4j_store):
    neo4j_store.write_tables(
        Tables(customers={"id": ["A", "B"], "clv": [1.0, 2.0], "rank": ["x", "y"]})
    )
    bare, _ = all_nodes(empty_neo4j)
    run(neo4j_store, weights=(0.5, 0.4, 0.3, 0.2))
    run(neo4j_store, weights=(0.5,))
    neo4j_store.write_tables(Tables(customers={"id": ["A"], "do_not_profile": [True]}))
    run(neo4j_store, weights=(0.5, 0.4))
    nodes, _ = all_nodes(empty_neo4j)
    assert nodes["A"] == bare["A"] | {"doNotProfile": True}
    assert nodes["B"].keys() >= bare["B"].keys() | FIGURES_OF_A_RUN
    assert not {key for key in nodes["B"] if key.endswith(("3", "4"))}


def test_an_unfinished_run_is_reported_and_a_repeat_completes_it(neo4j_store, monkeypatch):
    neo4j_store.write_tables(graphs.tables_of(graphs.worked()))
    first = run(neo4j_store)
    neo4j_store.write_tables(Tables(customers={"id": ["A"], "clv": [1000.0]}))
    batches = neo4j_store._bolt.write_batch
    calls = []

    def cut_off(query, lists, *last, **fixed):
        if calls:
            raise StoreError("connection lost")
        calls.append(query.name)
        batches(query, lists, *last, **fixed)

    monkeypatch.setattr(neo4j_store._bolt, "write_batch", cut_off)
    with pytest.raises(StoreError, match="connection lost"):
        run(neo4j_store)
    monkeypatch.undo()
    newest = neo4j_store.runs()[0]
    assert (newest.status, newest.current) == ("failed", False)
    assert unfinished(neo4j_store.runs()) == newest
    assert neo4j_store.scores().run.id == first.run.id
    written = run(neo4j_store)
    assert 0 < written.changed < 6  # the first batch was written before
    assert unfinished(neo4j_store.runs()) is None
    expected = compute(neo4j_store.tables())
    assert without_run(figures(neo4j_store)) == without_run(
        {row["customer"]: row for row in expected.to_arrow().to_pylist()}
    )


@pytest.mark.parametrize("again", [(0.5, 0.3), (0.2, 0.1), (0.4, 0.2)])
def test_figures_of_an_unfinished_run_never_become_previous(neo4j_store, monkeypatch, again):
    neo4j_store.write_tables(graphs.tables_of(graphs.worked()))
    first = run(neo4j_store, weights=(0.5, 0.3)).run
    before = neo4j_store.figures(first.id)
    batches = neo4j_store._bolt.write_batch

    def half(query, lists, *last, **fixed):
        batches(query, {name: values[:3] for name, values in lists.items()}, *last, **fixed)
        raise StoreError("connection lost")

    monkeypatch.setattr(neo4j_store._bolt, "write_batch", half)
    with pytest.raises(StoreError, match="connection lost"):
        run(neo4j_store, weights=(0.2, 0.1))
    monkeypatch.undo()
    third = run(neo4j_store, weights=again).run
    assert neo4j_store.figures(first.id) == before
    after = neo4j_store.figures(third.id)
    run(neo4j_store, weights=(0.9, 0.8))
    assert neo4j_store.figures(third.id) == after


def test_standings_are_those_of_the_finished_run_also_after_one_that_never_finished(
    neo4j_store, monkeypatch
):
    names = [f"c{i}" for i in range(8)]
    acting = {"customer": names, "kind": ["review"] * 8}
    clv = [float(i) for i in range(8)]
    neo4j_store.write_tables(Tables(customers={"id": names, "clv": clv}, engagements=acting))
    run(neo4j_store)
    before = neo4j_store.standings().table
    assert len(set(before["quadrant"].to_pylist())) > 1
    # All values turned round, and one customer more.
    neo4j_store.write_tables(
        Tables(
            customers={"id": [*names, "d"], "clv": [*clv[::-1], 100.0]},
            engagements={"customer": ["d"], "kind": ["review"]},
        )
    )
    batches = neo4j_store._bolt.write_batch

    def cut_off(query, lists, *last, **fixed):
        batches(query, lists, *last, **fixed)
        raise StoreError("connection lost")

    for _ in range(2):
        monkeypatch.setattr(neo4j_store._bolt, "write_batch", cut_off)
        with pytest.raises(StoreError, match="connection lost"):
            run(neo4j_store)
        monkeypatch.undo()
        standings = {row["customer"]: row for row in neo4j_store.standings().table.to_pylist()}
        nobody = {"customer": "d", "quadrant": None, "tier": None}
        assert standings.pop("d", nobody) == nobody
        assert [*standings.values()] == before.to_pylist()
