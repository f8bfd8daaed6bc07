"""Day after day on one store: each day equals a fresh load of all that the company has."""

from __future__ import annotations

import csv

import pytest

import influence
from influence import Parameters, export_for, open_store, run
from influence.loaders import tables as loader
from influence.pipeline import compute_run
from influence.store import Credentials
from influence.tables import TABLES, Rules
from influence.tables.notes import ignore
from tests.days import Company

RULES = Rules(missing_clv="zero")
FORGOTTEN_ON = 9


def figures(scores):
    return scores.table.drop_columns("run")


def values_of(scores):
    ids, values = (scores.table[name].to_pylist() for name in ("customer", "network_value"))
    return dict(zip(ids, values, strict=True))


def rows(path):
    with path.open(encoding="utf-8", newline="") as source:
        return {row[0]: row for row in csv.reader(source)}


def fresh(folder, company, previous):
    """The tables and scores of a store into which only today's rows were loaded."""
    company.write(folder / "whole", "replace")
    with open_store(folder / "store") as store:
        store.write_tables(loader.read([folder / "whole"]), rules=RULES)
        tables = store.tables()
    return tables, compute_run(tables, Parameters(), previous=lambda: previous, tell=ignore).scores


def check_day(store, folder, company, done, before):
    """Compare a store with a fresh one; `before` is yesterday's scores."""
    tables, scores = fresh(folder, company, before)
    found = store.tables()
    for name in TABLES:
        keys = [(column, "ascending") for column in TABLES[name].key]
        assert found[name].sort_by(keys).equals(tables[name].sort_by(keys)), name
    assert figures(store.scores()).equals(figures(scores))
    if done.computed and before is not None:
        # The figures of customers whom a load removed are gone from earlier runs, too.
        values = {key: value for key, value in values_of(before).items() if key in company.ids}
        changes = influence.compare(store).to_pylist()
        assert {row["customer"]: row["network_value_after"] for row in changes} == values_of(scores)
        for row in changes:
            assert row["network_value_before"] == values.get(row["customer"])
        total = sum(values_of(scores).values()) - sum(values.values())
        assert sum(row["change"] for row in changes) == pytest.approx(total, abs=1e-9)


def live(store, folder, days):
    """Load, run and export every day; check each against a fresh store."""
    company, before, exported = Company(seed=days), None, {}
    for day, (how, happens) in enumerate(company.days(days)):
        if day == FORGOTTEN_ON:
            store.forget("C007")
        if day >= FORGOTTEN_ON:
            company.leave("C007")
            company.gone.discard("C007")
        today = folder / f"{day}"
        today.mkdir()
        company.write(today / "in", how)
        loaded = store.write_tables(loader.read([today / "in"]), replace=how == "replace",
                                    rules=RULES)  # fmt: skip
        done = run(store, tell=ignore)
        assert (loaded.changed, done.computed) == (happens, happens or day == FORGOTTEN_ON), how
        check_day(store, today, company, done, before)
        changed = export_for(store, "hubspot", today / "changed.csv", changed=True)
        export_for(store, "hubspot", today / "all.csv")
        full = rows(today / "all.csv")
        assert rows(today / "changed.csv") == {
            key: row for key, row in full.items() if key == "Record ID" or exported.get(key) != row
        }
        # The forgotten customer is not among those who left.
        assert {*changed.left} == {*exported} - {*full} - {"C007"}
        before, exported = store.scores(), full
        listed = influence.sources(store)
        assert len(listed) == day + 1
        assert (how == "again") == all(file["loaded_before"] for file in listed[0]["files"])
        assert listed[0]["changed"] == loaded.changed


def test_a_week_on_a_directory(tmp_path):
    with open_store(tmp_path / "store") as store:
        live(store, tmp_path, 7)


@pytest.mark.ci
def test_thirty_days_on_a_directory(tmp_path):
    with open_store(tmp_path / "store") as store:
        live(store, tmp_path, 30)


@pytest.mark.ci
@pytest.mark.neo4j
def test_thirty_days_on_a_database(empty_neo4j, tmp_path):
    with open_store(empty_neo4j.uri, Credentials(password=empty_neo4j.password)) as store:
        live(store, tmp_path, 30)
