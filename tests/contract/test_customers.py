"""Both stores return the same customers table, whole or in part."""

from __future__ import annotations

import pytest

from influence import Tables, run
from influence.customer.explain import explain
from influence.customer.triage import triage
from influence.errors import NothingToShow, UsageError
from influence.store import Store

PEOPLE = {
    "id": ["A", "B", "C", "D"],
    "clv": [1.0, 2.0, 3.0, 4.0],
    "name": ["Ann", None, "Kim", "Kim"],
    "city": ["Bonn", "Köln", None, "Bonn"],
    "do_not_profile": [False, False, False, True],
}


@pytest.fixture
def people(store: Store) -> Store:
    ties = {"source": ["A", "B", "C"], "target": ["B", "C", "D"]}
    store.write_tables(Tables(customers=PEOPLE, ties=ties))
    return store


def test_selected_columns_equal_those_of_the_whole_table(people: Store) -> None:
    whole = people.customers().sort_by("id")
    some = people.customers(["city", "id", "clv", "nothing"]).sort_by("id")
    assert some.column_names == ["city", "id", "clv"]
    assert some.to_pylist() == whole.select(["city", "id", "clv"]).to_pylist()


def test_selected_customers_equal_rows_of_the_whole_table(people: Store) -> None:
    columns = ["id", "name", "do_not_profile"]
    rows = people.customers(columns, ["D", "A", "nobody"]).sort_by("id").to_pylist()
    assert rows == [
        {"id": "A", "name": "Ann", "do_not_profile": False},
        {"id": "D", "name": "Kim", "do_not_profile": True},
    ]
    assert len(people.customers(columns, [])) == 0
    assert set(people.customers(ids=[]).column_names) >= {*PEOPLE}


def test_customers_are_found_by_id_or_by_the_name_of_a_profiled_customer(people: Store) -> None:
    run(people)
    assert explain(people, "ann").figures["customer"] == "A"
    assert {row["customer"] for row in triage(people, ["Kim", "B"]).rows} == {"B", "C"}
    people.write_tables(Tables(customers={"id": ["D"], "do_not_profile": [False]}))
    with pytest.raises(UsageError, match="C, D"):
        explain(people, "Kim")
    with pytest.raises(NothingToShow):
        explain(people, "Nobody")
