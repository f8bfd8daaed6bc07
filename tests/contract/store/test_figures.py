"""Scores are read back as they were written."""

import numpy as np
import pyarrow as pa
import pytest

from influence import NothingToShow, Rules, Tables, compute
from influence.store import open_store
from tests import graphs, naive
from tests.examples import seeds
from tests.stores import figures, run


def test_scores_are_read_back_as_computed(store):
    store.write_tables(graphs.tables_of(graphs.mixed()))
    scores = compute(store.tables())
    written = store.write_scores(scores)
    assert written.changed == len(scores)
    assert written.cleared == 0
    found = store.scores()
    assert found.to_arrow().schema.names == scores.to_arrow().schema.names
    assert found.to_arrow().schema.types == scores.to_arrow().schema.types
    order = [("customer", "ascending")]
    assert found.to_arrow().sort_by(order).equals(scores.to_arrow().sort_by(order))
    assert found.to_arrow()["customer"].to_pylist() == scores.to_arrow()["customer"].to_pylist()
    assert found.run == written.run


def test_scores_are_sorted_by_customer_as_text(store):
    ids = ["b", "B", "é", "～", "😀", "10", "9", "\ue000"]
    store.write_tables(Tables(customers={"id": ids}))
    run(store)
    assert store.scores().to_arrow()["customer"].to_pylist() == sorted(ids)


def test_customers_without_a_row_lose_their_figures(store):
    store.write_tables(graphs.tables_of(graphs.worked()))
    run(store)
    unknown = Tables(customers={"id": ["D"], "clv": [None]})
    store.write_tables(unknown, rules=Rules(missing_clv="drop"))
    assert run(store).cleared == 1
    assert "D" not in figures(store)
    store.write_tables(Tables(customers={"id": ["D"], "clv": [200.0]}))
    run(store)
    store.write_tables(Tables(customers={"id": ["D"], "do_not_profile": [True]}))
    assert "D" not in figures(store)  # at once, not only after the next run
    assert run(store).cleared == 0
    assert sorted(figures(store)) == ["A", "B", "C", "E", "F"]
    store.write_tables(Tables(customers={"id": ["D"], "do_not_profile": [False]}))
    assert "D" not in figures(store)
    assert run(store).cleared == 0
    assert figures(store)["D"]["rank"] == 1


def test_the_row_of_an_unknown_customer_raises(store):
    store.write_tables(graphs.tables_of(graphs.worked()))
    run(store)
    with pytest.raises(NothingToShow, match="'nobody'"):
        store.scores().row("nobody")


def test_a_tie_listed_both_ways_is_two_arcs_in_a_run_as_written(store):
    company = graphs.worked()
    customers, rows = company
    twice = [*rows, {"source": "C", "target": "A"}]
    store.write_tables(graphs.tables_of((customers, twice)))
    run(store, directions={"tie": "as-written"})
    survivors, _ = naive.last_row_wins(twice)
    expected = naive.scores(customers, naive.arcs(survivors, {"tie": "as-written"}), graphs.WEIGHTS)
    for key, row in figures(store).items():
        assert row["network_value"] == pytest.approx(float(expected[key]["network_value"]))
        assert row["reach_1"] == expected[key]["reach_1"]
    assert figures(store)["A"]["reach_1"] == 2
    assert figures(store)["C"]["reach_1"] == 2


@pytest.mark.parametrize("seed", seeds(2, 4))
def test_both_stores_give_the_same_scores(tmp_path, neo4j_store, seed):
    company = graphs.random_company(
        seed, n=25, ties=70, kinds=graphs.KINDS, networks=graphs.NETWORKS, directed_share=0.4
    )
    tables = graphs.tables_of(company)
    found = []
    for store in (open_store(str(tmp_path / "store")), neo4j_store):
        store.write_tables(tables)
        for directions in (None, {"tie": "as-written", "trusts": "reversed"}):
            run(store, directions=directions)
            found.append(store.scores().to_arrow().drop_columns("run"))
    tolerance = 1e-12 * sum(abs(customer["clv"]) for customer in company[0])
    for one, other in ((found[0], found[2]), (found[1], found[3])):
        assert one.column_names == other.column_names
        assert one["customer"].to_pylist() == other["customer"].to_pylist()
        for name in one.column_names[1:]:
            if pa.types.is_string(one.schema.field(name).type):
                assert one[name] == other[name]
                continue
            first, second = (t[name].cast(pa.float64()).to_numpy() for t in (one, other))
            np.testing.assert_allclose(first, second, rtol=0, atol=tolerance)
