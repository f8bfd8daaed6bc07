"""Loads that add, update, replace and repeat."""

import pyarrow as pa
import pytest

from influence import InputRejected, Rules, Tables
from tests import graphs
from tests.stores import NOTHING, figures, people, run, ties, touched, twins_of


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("name", ["mixed", "duplicates"])
def test_a_repeated_load_changes_nothing(store, name, replace):
    tables = graphs.tables_of(graphs.NAMED[name]())
    store.write_tables(tables)
    before = people(store), ties(store)
    again = store.write_tables(tables, replace=replace)
    assert touched(again) == NOTHING
    assert (people(store), ties(store)) == before


@pytest.mark.parametrize("seed", range(3))
def test_loading_in_parts_gives_the_same_as_loading_at_once(store, seed):
    company = graphs.random_company(seed, n=14, ties=60, kinds=graphs.KINDS, networks=("", "web"))
    customers, rows = company
    store.write_tables(graphs.tables_of((customers, rows[:25])))
    for start in (25, 40):
        stop = {25: 40, 40: 60}[start]
        store.write_tables(Tables(ties=pa.Table.from_pylist(rows[start:stop], schema=graphs.TIES)))
        assert ties(store) == twins_of((customers, rows[:stop]))
    assert len(store.tables().ties) == len(twins_of(company))


def test_without_replace_a_load_adds_and_updates(store):
    store.write_tables(
        Tables(
            customers={"id": ["A", "B"], "clv": [1.0, 2.0], "plan": ["x", "y"], "name": ["a", "b"]},
            ties={"source": ["A"], "target": ["B"], "strength": [1.0]},
        )
    )
    loaded = store.write_tables(
        Tables(
            customers={"id": ["B", "C"], "clv": [5.0, 3.0], "city": ["Rome", "Oslo"]},
            ties={"source": ["C", "B"], "target": ["B", "A"], "strength": [1.0, 7.0]},
        )
    )
    assert touched(loaded)["customers"] == (1, 1, 0)
    found = people(store)
    assert [found[key]["clv"] for key in "ABC"] == [1.0, 5.0, 3.0]
    assert [found[key]["plan"] for key in "ABC"] == ["x", "y", None]
    assert [found[key]["name"] for key in "ABC"] == ["a", "b", None]
    assert [found[key]["city"] for key in "ABC"] == [None, "Rome", "Oslo"]
    assert ties(store) == {
        (frozenset("AB"), "tie", "", 7.0, False, None, True),  # now listed in both directions
        (frozenset("BC"), "tie", "", 1.0, False, None, False),
    }


def test_replace_removes_customers_and_ties_that_are_not_in_the_load(store):
    store.write_tables(graphs.tables_of(graphs.worked()))
    loaded = store.write_tables(
        Tables(
            customers={"id": ["A", "C", "N"], "clv": [1.0, 50.0, 9.0]},
            ties={"source": ["N"], "target": ["A"]},
        ),
        replace=True,
        allow_removal=True,
    )
    assert touched(loaded) == {"customers": (1, 1, 4), "ties": (1, 0, 6)}
    assert {key: row["clv"] for key, row in people(store).items()} == {"A": 1, "C": 50, "N": 9}
    assert ties(store) == {(frozenset("AN"), "tie", "", 1.0, False, None, False)}


def test_replace_removes_columns_that_are_not_in_the_load(store):
    store.write_tables(Tables(customers={"id": ["A"], "clv": [5.0], "plan": ["x"], "name": ["a"]}))
    store.write_tables(Tables(customers={"id": ["A"]}), replace=True)
    row = people(store)["A"]
    assert (row["clv"], row["name"], row.get("plan")) == (0.0, None, None)


def test_removed_customers_lose_their_ties_and_their_figures(store):
    company = graphs.worked()
    store.write_tables(graphs.tables_of(company))
    run(store)
    customers = [customer for customer in company[0] if customer["id"] != "C"]
    rows = [tie for tie in company[1] if "C" not in (tie["source"], tie["target"])]
    store.write_tables(graphs.tables_of((customers, rows)), replace=True)
    assert "C" not in people(store)
    assert ties(store) == twins_of((customers, rows))
    assert "C" not in figures(store)
    run(store)
    assert sorted(figures(store)) == ["A", "B", "D", "E", "F"]


def test_a_load_does_not_change_the_scores_of_the_last_run(store):
    store.write_tables(graphs.tables_of(graphs.worked()))
    run(store)
    before = figures(store)
    store.write_tables(Tables(customers={"id": ["A"], "clv": [1000.0]}))
    assert figures(store) == before


def test_a_later_load_may_name_stored_customers(store):
    store.write_tables(Tables(customers={"id": ["A", "B"]}))
    store.write_tables(Tables(ties={"source": ["A"], "target": ["B"]}))
    assert len(ties(store)) == 1
    store.write_tables(Tables(ties={"source": ["B"], "target": ["A"]}), replace=True)
    assert len(ties(store)) == 1
    with pytest.raises(InputRejected):  # the table of customers is emptied
        store.write_tables(
            Tables(ties={"source": ["A"], "target": ["B"]}), replace=True, empty=["customers"]
        )


def test_a_customer_with_a_dropped_clv_is_stored_and_has_no_row(store):
    company = graphs.worked()
    tables = Tables(
        customers={"id": list("ABCDEF"), "clv": [100.0, None, 50.0, 200.0, None, 80.0]},
        ties=pa.Table.from_pylist(company[1], schema=graphs.TIES),
    )
    with pytest.raises(InputRejected):
        store.write_tables(tables)
    store.write_tables(tables, rules=Rules(missing_clv="drop"))
    assert {key for key, row in people(store).items() if row["clv"] is None} == {"B", "E"}
    assert touched(store.write_tables(tables, rules=Rules(missing_clv="drop"))) == NOTHING
    run(store)
    assert sorted(figures(store)) == ["A", "C", "D", "F"]
    assert figures(store)["A"]["reach_1"] == 2  # B is still within reach
    # A load without a column clv leaves it dropped.
    store.write_tables(Tables(customers={"id": ["B"], "name": ["Bea"]}))
    assert people(store)["B"]["clv"] is None


def test_later_loads_update_added_customers(store):
    tables = Tables(ties={"source": ["A", "B"], "target": ["B", "C"]})
    loaded = store.write_tables(tables, rules=Rules(add_missing=7.0))
    assert any("added 3" in note for note in loaded.notes)
    assert {key: row["clv"] for key, row in people(store).items()} == {"A": 7, "B": 7, "C": 7}
    store.write_tables(Tables(customers={"id": ["A"], "clv": [1.0]}))
    again = store.write_tables(tables, rules=Rules(add_missing=9.0))
    assert touched(again) == NOTHING
    assert {key: row["clv"] for key, row in people(store).items()} == {"A": 1, "B": 7, "C": 7}


def test_reversed_or_newly_directed_ties_replace_the_old_ones(store):
    store.write_tables(
        Tables(customers={"id": ["A", "B"]}, ties={"source": ["A"], "target": ["B"]})
    )
    for source, target, directed, expected in (
        ("B", "A", True, {("B", "A")}),
        ("A", "B", True, {("A", "B"), ("B", "A")}),
        ("B", "A", False, {frozenset("AB")}),
        ("A", "B", False, {frozenset("AB")}),
    ):
        store.write_tables(
            Tables(ties={"source": [source], "target": [target], "directed": [directed]})
        )
        assert {tie[0] for tie in ties(store)} == expected
        assert len(store.tables().ties) == len(expected)
    assert {tie[-1] for tie in ties(store)} == {True}
