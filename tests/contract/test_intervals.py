"""Both stores keep intervals of network value and rank, and standard errors of CLV."""

import pyarrow as pa

from influence import Tables, compute, run
from influence.models.weight_errors import WeightErrors
from influence.parameters import Parameters

ENDS = ("network_value_low", "network_value_high", "rank_low", "rank_high")
TABLES = Tables(
    customers={"id": ["A", "B", "C", "D"], "clv": [100.0, 90.0, 0.0, 20.0],
               "clv_se": [30.0, None, 0.0, 5.0]},
    ties={"source": ["A", "B", "C"], "target": ["B", "C", "D"]},
)  # fmt: skip
ERRORS = WeightErrors((0.3, 0.2), ((0.01, 0.0), (0.0, 0.01)))


def test_intervals_are_kept_with_the_run_that_made_them_and_go_with_the_next(store):
    store.write_tables(TABLES)
    assert store.tables().customers["clv_se"].to_pylist() == [30.0, None, 0.0, 5.0]
    asked = Parameters(weights=(0.3, 0.2), weight_errors=ERRORS, intervals=200, seed=3)
    written = run(store, asked).written.run
    kept, expected = store.scores(), compute(TABLES, asked)
    names = [name for name in expected.table.column_names if name != "run"]
    assert kept.table.column_names == expected.table.column_names
    assert kept.table.select(names).equals(expected.table.select(names))
    (made,) = store.runs()
    assert made.stability == expected.run.stability == written.stability
    assert made.uncertain == expected.run.uncertain == ("weights", "clv")
    assert made.included == (
        "95 % intervals of network value and rank include the errors of weights and CLV"
    )
    assert (made.parameters.intervals, made.parameters.seed) == (200, 3)
    assert made.parameters.weight_errors is None
    assert not run(store, asked).computed
    run(store, Parameters(intervals=0))
    assert not {*ENDS} & {*store.scores().table.column_names}
    last = store.runs()[0]
    assert (last.stability, last.uncertain, last.included) == (None, (), None)


def test_a_standard_error_that_changes_is_input_that_changed(store):
    store.write_tables(TABLES)
    run(store)
    certain = TABLES.customers.drop_columns(["clv_se"]).append_column("clv_se", pa.array([0.0] * 4))
    store.write_tables(Tables(customers=certain.select(["id", "clv", "clv_se"]), ties=TABLES.ties))
    assert store.runs()[0].input_changed
    assert run(store).written.run.stability is None


def test_a_new_clv_without_a_standard_error_has_none_and_the_load_says_so(store):
    store.write_tables(TABLES)
    columns = {"id": ["A", "B", "C", "D"], "clv": [120.0, 95.0, 0.0, 20.0]}
    planned = store.write_tables(Tables(customers=columns), dry_run=True)
    assert store.tables().customers["clv_se"].to_pylist() == [30.0, None, 0.0, 5.0]
    loaded = store.write_tables(Tables(customers=columns))
    assert store.tables().customers["clv_se"].to_pylist() == [None, None, 0.0, 5.0]
    for notes in (planned.notes, loaded.notes):
        (note,) = (note for note in notes if note.event == "clv_se_removed")
        assert note.startswith("1 customer with a new clv and no new clv_se")
        assert note.fields == {"customers": 1}
    again = store.write_tables(Tables(customers=columns))
    assert not again.changed
    assert "clv_se_removed" not in {note.event for note in again.notes}
