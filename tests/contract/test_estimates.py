"""Estimated figures are stored with their standard errors, which the next exact run removes."""

import pytest

from influence import compute
from influence.pipeline import Parameters
from tests import graphs
from tests.stores import connect, figures


def run(there, method, weights=graphs.WEIGHTS):
    parameters = Parameters(tuple(weights), method=method, seed=3, registers=64)
    return there.write_scores(compute(there.tables(), parameters))


@pytest.fixture
def filled(store, small_pages):
    store.write_tables(graphs.tables_of(graphs.karate()))
    return store


def test_a_sketched_run_is_stored_with_its_errors_and_parameters(filled):
    written = run(filled, "sketch")
    kept = filled.scores()
    assert kept.run == written.run
    made = (kept.run.method, kept.run.parameters.registers, kept.run.parameters.seed)
    assert made == ("sketch", 64, 3)
    assert kept.run.accuracy == written.run.accuracy
    assert kept.run.caveat
    fresh = compute(filled.tables(), Parameters(method="sketch", seed=3, registers=64))
    assert kept.to_arrow().drop_columns("run").equals(fresh.to_arrow().drop_columns("run"))
    errors = [name for name in kept.table.column_names if name.endswith("_se")]
    assert "credit_received_se" in errors
    assert kept.table["credit_received_se"].to_pylist() != [0.0] * len(kept)
    assert run(filled, "sketch").changed == 0


def test_an_exact_run_removes_the_standard_errors(filled):
    run(filled, "exact")
    before = figures(filled)
    run(filled, "sketch", (*graphs.WEIGHTS, 0.05))
    run(filled, "exact")
    assert not any(name.endswith("_se") for name in filled.scores().table.column_names)
    after = figures(filled)
    for row in (*before.values(), *after.values()):
        del row["run"]
    assert after == before
    assert filled.runs()[0].method == "exact"
    assert filled.runs()[0].to_dict()["registers"] is None


@pytest.mark.neo4j
def test_an_exact_run_removes_the_errors_from_the_graph(empty_neo4j):
    with connect(empty_neo4j) as there:
        there.write_tables(graphs.tables_of(graphs.worked()))
        run(there, "sketch")
        keys = there._read.one("read/customer-keys")["keys"]
        assert {"networkValueSe", "reach2Se", "influence3Se"} <= set(keys)
        run(there, "exact")
        assert not any(key.endswith("Se") for key in there._read.one("read/customer-keys")["keys"])
        people = there.tables().customers.column_names
        assert not any(name.endswith("Se") for name in people)
