"""Ids, values, types and ties are read back as they were loaded."""

import datetime as dt
import random
from itertools import pairwise

import pytest

from influence import NothingToShow, Rules, Tables
from tests import graphs
from tests.stores import NOTHING, figures, people, run, ties, touched, twins_of

# UTF-16 sorts "～" (U+FF5E) after emoji, which are beyond U+FFFF; UTF-8 sorts it before them.
UNUSUAL_IDS = [
    "007", "7", "x y", "x", 'a,"b', "é", "e\u0301", "Ω", "A\nB", "日本", "～", "～～", "\uffee",
    "😀", "😀a", "🧑‍🤝‍🧑", "\U0010ffff", "\ue000", "0", "-1", "nulls", "it's", "`", "$id", "\\",
    "a" * 300,
]  # fmt: skip


def test_unusual_ids_are_read_back(store):
    n = len(UNUSUAL_IDS)
    pairs = [(UNUSUAL_IDS[i], UNUSUAL_IDS[(i * 7 + 3) % n]) for i in range(n)]
    pairs = [pair for pair in pairs if pair[0] != pair[1]]
    customers = [{"id": key, "clv": i - 7.25} for i, key in enumerate(UNUSUAL_IDS)]
    company = (customers, graphs.ties_between(pairs))
    loaded = store.write_tables(graphs.tables_of(company))
    assert len(loaded.changes["customers"].added) == n
    assert {key: row["clv"] for key, row in people(store).items()} == {
        customer["id"]: customer["clv"] for customer in customers
    }
    assert ties(store) == twins_of(company)
    assert len(store.tables().ties) == len(twins_of(company))


def test_ids_near_the_surrogates_are_neither_lost_nor_doubled_between_pages(store):
    # In UTF-16 the emoji sort before U+FF5E, in UTF-8 after it: pages must follow one order.
    heads = ("a", "\ue000", "\uff5e", "😀", "\U0010ffff", "z")
    ids = [f"{head}{i}" for i in range(4) for head in heads]
    random.Random(1).shuffle(ids)
    customers = graphs.customers_with(dict.fromkeys(ids, 1.0))
    company = customers, graphs.ties_between(list(pairwise(ids)))
    store.write_tables(graphs.tables_of(company))
    assert sorted(store.tables().customers["id"].to_pylist()) == sorted(ids)
    assert ties(store) == twins_of(company)
    assert touched(store.write_tables(graphs.tables_of(company))) == NOTHING
    assert run(store).changed == len(ids)
    assert sorted(figures(store)) == sorted(ids)


def test_every_column_is_read_back_in_its_type(store):
    day = dt.date
    customers = {
        "id": ["A", "B", "C", "D", "E"],
        "clv": [1.5, -2.0, 0.0, 1e15, 1e-9],
        "clv_se": [0.5, None, 0.0, 1e10, 1e-9],
        "name": ["Ann", None, "Ç😀", "D'", " é"],
        "segment": ["x", "y", None, None, "x"],
        "relation": ["fan", None, "prospect", "customer", "partner"],
        "joined": [day(2024, 2, 29), None, day(1899, 12, 31), day(1, 1, 1), day(9999, 12, 31)],
        "sentiment": [-1.0, 1.0, None, 0.0, 0.25],
        "currency": ["EUR"] * 5,
        "do_not_profile": [True, False, None, False, True],
    }
    tie = {
        "source": ["A", "B", "C", "D"],
        "target": ["B", "C", "D", "E"],
        "kind": ["friend", None, "trusts", "a=b"],
        "network": ["web", "", None, "n"],
        "strength": [0.5, None, 1e-9, 1e9],
        "directed": [True, False, None, True],
        "since": [day(2020, 1, 1), None, None, day(1969, 7, 20)],
    }
    store.write_tables(Tables(customers=customers, ties=tie))
    found = people(store)
    for at, key in enumerate(customers["id"]):
        expected = {name: column[at] for name, column in customers.items()}
        expected["relation"] = expected["relation"] or "customer"
        expected["do_not_profile"] = bool(expected["do_not_profile"])
        expected["clv_computed"] = False
        assert found[key] == expected
    assert ties(store) == {
        (("A", "B"), "friend", "web", 0.5, True, day(2020, 1, 1), False),
        (frozenset("BC"), "tie", "", 1.0, False, None, False),
        (frozenset("CD"), "trusts", "", 1e-9, False, None, False),
        (("D", "E"), "a=b", "n", 1e9, True, day(1969, 7, 20), False),
    }


@pytest.mark.parametrize("given", [[None, -0.5, 1.0, None], [None] * 4])
def test_the_sentiment_of_a_tie_is_read_back_and_may_change(store, given):
    tie = {"source": ["A", "B", "C", "D"], "target": ["B", "C", "D", "A"]}
    people = {"id": ["A", "B", "C", "D"]}

    def of_ties():
        rows = store.tables().ties.to_pylist()
        return {row["source"]: (row["strength"], row["sentiment"]) for row in rows}

    tables = Tables(customers=people, ties={**tie, "sentiment": given})
    store.write_tables(tables)
    assert of_ties() == dict(zip("ABCD", zip([1.0] * 4, given, strict=True), strict=True))
    assert touched(store.write_tables(tables)) == NOTHING
    hostile = Tables(ties={**tie, "strength": [-2, 1, 1, 1]})
    store.write_tables(hostile, rules=Rules(negative="sentiment"))
    assert of_ties() == {"A": (2.0, -1.0), **dict.fromkeys("BCD", (1.0, None))}
    assert touched(store.write_tables(hostile, rules=Rules(negative="sentiment"))) == NOTHING


@pytest.mark.parametrize("name", ["mixed", "duplicates", "karate"])
def test_named_companies_are_read_back(store, name):
    company = graphs.NAMED[name]()
    store.write_tables(graphs.tables_of(company))
    assert {key: row["clv"] for key, row in people(store).items()} == {
        customer["id"]: customer["clv"] for customer in company[0]
    }
    assert ties(store) == twins_of(company)


def test_a_new_store_has_no_tables_scores_or_runs(store):
    assert store.runs() == []
    for read in (store.tables, store.scores):
        with pytest.raises(NothingToShow):
            read()


def test_a_store_with_an_empty_company_has_nothing_to_show(store):
    # A graph cannot distinguish this from a new store, so no store does.
    store.write_tables(graphs.tables_of(graphs.empty()))
    with pytest.raises(NothingToShow):
        store.tables()
    store.write_tables(graphs.tables_of(graphs.worked()))
    assert len(people(store)) == 6
