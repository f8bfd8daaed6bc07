"""A rejected load leaves the store unchanged."""

import pytest

from influence import InputRejected, Tables
from tests import graphs
from tests.stores import figures, people, run, ties


@pytest.mark.parametrize(
    "wrong",
    [
        {"customers": {"id": ["Z", "Z"]}},
        {"customers": {"id": ["Z", "Y"], "clv": [1.0, float("nan")]}},
        {"ties": {"source": ["A"], "target": ["nobody"]}},
        {"customers": {"id": ["Z"]}, "ties": {"source": ["A"], "target": ["A"]}},
        {"customers": {"name": ["Z"]}},
    ],
)
@pytest.mark.parametrize("replace", [False, True])
def test_a_rejected_load_leaves_the_store_unchanged(store, wrong, replace):
    store.write_tables(graphs.tables_of(graphs.worked()))
    run(store)
    before = people(store), ties(store), figures(store), store.runs()
    with pytest.raises(InputRejected):
        store.write_tables(Tables(**wrong), replace=replace)
    assert (people(store), ties(store), figures(store), store.runs()) == before


def test_a_rejected_load_leaves_a_new_store_empty(store):
    with pytest.raises(InputRejected):
        store.write_tables(Tables(customers={"id": ["A", "A"]}))
    assert store.runs() == []
    store.write_tables(Tables(customers={"id": ["B"]}))
    assert sorted(people(store)) == ["B"]


def test_a_store_holds_one_currency(store):
    store.write_tables(Tables(customers={"id": ["A"], "currency": ["EUR"]}))
    with pytest.raises(InputRejected, match="currency"):
        store.write_tables(Tables(customers={"id": ["B"], "currency": ["USD"]}))
    store.write_tables(
        Tables(customers={"id": ["B"], "currency": ["USD"]}), replace=True, allow_removal=True
    )
    assert people(store)["B"]["currency"] == "USD"
