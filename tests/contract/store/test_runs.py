"""The records of runs, and the customers that a run counts as changed."""

import datetime as dt

import pytest

from influence import Tables, compute
from influence.pipeline import Parameters
from influence.store.protocol import unfinished
from tests import graphs, naive
from tests.stores import figures, run, without_run


def test_a_run_is_read_back_with_its_parameters(store):
    store.write_tables(graphs.tables_of(graphs.mixed()))
    directions = {"trusts": "reversed", "follows": "both"}
    written = run(
        store,
        weights=(0.5, 0.2),
        kinds=("trusts", "follows"),
        networks=("web",),
        directions=directions,
    )
    for found in (store.runs()[0], store.scores().run):
        assert found == written.run
        assert (found.status, found.current, found.parameters.model) == ("finished", True, "shells")
        assert (found.weights, found.depth) == ((0.5, 0.2), 2)
        assert (found.parameters.selection.kinds, found.parameters.selection.networks) == (
            ("trusts", "follows"),
            ("web",),
        )
        assert found.parameters.selection.directions == directions
        assert found.customers == 8
        assert found.started_at <= found.finished_at
        assert found.started_at.utcoffset() == dt.timedelta(0)


def test_a_kind_with_an_equals_sign_in_its_name_keeps_its_direction(store):
    store.write_tables(
        Tables(
            customers={"id": ["A", "B"]},
            ties={"source": ["A"], "target": ["B"], "kind": ["a=b=c"]},
        )
    )
    run(store, directions={"a=b=c": "reversed"})
    assert store.runs()[0].parameters.selection.directions == {"a=b=c": "reversed"}


def test_whole_weights_are_read_back_as_floats(store):
    store.write_tables(graphs.tables_of(graphs.worked()))
    run(store, weights=(1, 0.5, 0))
    assert store.runs()[0].weights == (1.0, 0.5, 0.0)


def test_an_equal_run_changes_no_customer(store):
    store.write_tables(graphs.tables_of(graphs.mixed()))
    first = run(store)
    second = run(store)
    assert (second.changed, second.cleared) == (0, 0)
    assert second.run.fingerprint == first.run.fingerprint
    assert [found.id for found in store.runs()] == [second.run.id, first.run.id]
    assert [found.current for found in store.runs()] == [True, False]
    assert store.scores().run.id == second.run.id
    assert {row["run"] for row in figures(store).values()} == {second.run.id}


def test_only_customers_with_new_figures_are_counted_as_changed(store):
    customers, rows = graphs.two_components()
    store.write_tables(graphs.tables_of((customers, rows)))
    run(store, weights=(0.5,))
    store.write_tables(Tables(customers={"id": ["X"], "clv": [71.0]}))
    written = run(store, weights=(0.5,))
    before, after = naive_ranks(customers), naive_ranks(customers, {"X": 71.0})
    moved = {key for key in before if before[key] != after[key]}
    assert written.changed == len(moved)


def naive_ranks(customers, change=None):
    """Figures of the company of two components by the naive twin, after changes of CLV."""
    people = [row | {"clv": (change or {}).get(row["id"], row["clv"])} for row in customers]
    arcs = naive.arcs(naive.last_row_wins(graphs.two_components()[1])[0])
    return naive.scores(people, arcs, (0.5,))


@pytest.mark.parametrize("depths", [(2, 4), (5, 1, 3)])
def test_a_run_of_another_depth_removes_the_figures_of_other_distances(store, depths):
    store.write_tables(graphs.tables_of(graphs.path()))
    for depth in depths:
        run(store, weights=tuple(0.5**d for d in range(1, depth + 1)))
        expected = compute(store.tables(), Parameters(tuple(0.5**d for d in range(1, depth + 1))))
        assert without_run(figures(store)) == without_run(
            {row["customer"]: row for row in expected.to_arrow().to_pylist()}
        )


def test_a_run_without_ties_finishes(store):
    store.write_tables(Tables(customers={"id": ["A", "B"], "clv": [3.0, -1.0]}))
    run(store)
    assert {key: row["network_value"] for key, row in figures(store).items()} == {"A": 3, "B": -1}


def test_no_run_is_unfinished_after_a_finished_one(store):
    assert unfinished(store.runs()) is None
    store.write_tables(graphs.tables_of(graphs.worked()))
    run(store)
    assert unfinished(store.runs()) is None
