"""Whole benchmarks on small companies: every step runs, and its answers are checked."""

import pytest

from benchmarks import graphs, large, limits
from benchmarks.estimates import Estimates
from benchmarks.search import Searches
from influence import open_store

SIZE = 400


@pytest.mark.ci
def test_a_repeat_checks_and_measures_every_installed_peer():
    graph = graphs.GENERATED["chung-lu"](SIZE)
    machine = limits.Limits(1, {1_000_000: 1.0}, {1_000_000: 1.0})
    searches, estimates = Searches(graph, machine, 0.0), Estimates()
    found = searches.repeat(0)
    estimates.repeat(0, *found, of=searches.value.seconds[0])
    for row in [*searches.rows(), *estimates.rows()]:
        assert row.note == "not installed" or row.seconds[0] > 0
        assert row is searches.value or row.note == "not installed" or row.ratio > 0


@pytest.mark.ci
def test_a_large_company_is_loaded_and_run(tmp_path, monkeypatch):
    monkeypatch.setattr(large, "ROWS_AT_ONCE", 300)
    rows = large.steps(tmp_path, customers=400, ties=2_000, method="sketch")
    assert [len(row.seconds) for row in rows] == [1] * 4
    assert len(large.steps(tmp_path, customers=400, ties=2_000, method="sketch")) == 3
    with open_store(tmp_path / "store-400-2000") as store:
        assert len(store.scores()) == 400
        assert [run.method for run in store.runs()] == ["sketch"] * 2
        assert 1_800 < len(store.tables().ties) < 2_000
