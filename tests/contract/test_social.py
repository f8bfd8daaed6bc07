"""Referrals, purchases and surveys, from tables to figures, in both stores."""

import pytest

from influence import Parameters, Rules, Tables, open_store, run
from influence.models.weights import DEFAULT
from influence.store import Credentials
from tests import graphs
from tests.stores import figure

CUSTOMERS = {"id": list("ACDZ"), "clv": [100.0, 50.0, 70.0, 0.0]}
TIES = {"source": ["A", "C"], "target": ["C", "D"]}
REFERRALS = {
    "referrer": ["A", "A"],
    "referred": ["C", "D"],
    "joined_anyway": [0.0, 1.0],
    "margin": [50.0, None],
    "incentive": [5.0, None],
    "acquisition_saved": [20.0, 20.0],
}
FIRST = Tables(customers=CUSTOMERS, ties=TIES, referrals=REFERRALS)
SECOND = Tables(
    customers={"id": list("ACDEF"), "clv": [100.0, 50, 70, -30, 40]},
    ties={
        "source": list("ACDE"),
        "target": list("CDEF"),
        "directed": [True, False, False, False],
    },
    referrals={
        "referrer": list("ACAD"),
        "referred": list("CDEF"),
        "joined_anyway": [0.25, 0.5, 0.0, 0.0],
        "margin": [80.0, 40, None, 25],
        "incentive": [5.0, 4, 1, 0],
        "marketing": [3.0, 2, 0, 0],
        "acquisition_saved": [20.0, 10, 5, 0],
    },
)


def test_the_first_example_of_referrals(store):
    store.write_tables(FIRST)
    run(store)
    assert figure(store, "crv") == {"A": 85, "C": 0, "D": 0, "Z": 0}
    assert figure(store, "network_value") == pytest.approx(
        {"A": 142.916667, "C": 48.666667, "D": 63.416667, "Z": 0}, abs=1e-6
    )
    assert sum(figure(store, "network_value").values()) == pytest.approx(255, abs=1e-9)


def test_the_second_example_of_referrals(store):
    store.write_tables(SECOND)
    run(store)
    assert figure(store, "crv") == {"A": 78, "C": 27, "D": 25, "E": 0, "F": 0}
    assert figure(store, "referral_taken") == {"A": 0, "C": 18.75, "D": 10, "E": 0, "F": 12.5}
    assert figure(store, "network_value") == pytest.approx(
        {"A": 143.030208, "C": 44.030208, "D": 54.717708, "E": -6.615625, "F": 19.8375}, abs=1e-6
    )
    assert figure(store, "referral_tree_value") == {"A": 130, "C": 52, "D": 25, "E": 0, "F": 0}
    for name in "ACDEF":
        row = store.scores().row(name)
        assert row["clv"] == pytest.approx(
            row["own_kept"] + row["credit_given"] + row["referral_taken"], abs=1e-9
        )
        assert row["network_value_gross"] == pytest.approx(
            row["clv"] + row["crv"] + row["influence"], abs=1e-9
        )


def test_tables_are_read_back_as_given_and_a_repeat_changes_nothing(store):
    given = {
        "customers": {"id": list("ABC")},
        "referrals": {
            "referrer": ["A", "C", "B"],
            "referred": ["B", "B", "C"],
            "date": [None, None, "2024-05-06"],
            "margin": [None, 3.5, 0.0],
        },
        "transactions": {
            "customer": ["A", "A", "A", "B"],
            "date": ["2024-01-01", "2024-01-01", "2024-01-02", "2024-01-01"],
            "amount": [10.0, 10.0, 10.0, -3.0],
        },
        "surveys": {
            "customer": ["A", "A", "B"],
            "score": [9.5, 3.0, 7.0],
            "date": ["2024-01-01", None, "2024-02-01"],
            "question": ["recommend", "taste", None],
        },
    }
    with pytest.raises(Exception, match="a cycle of referrals"):
        store.write_tables(
            Tables(**{**given, "referrals": {"referrer": ["A", "B"], "referred": ["B", "A"]}})
        )
    store.write_tables(Tables(**given))
    before = everything(store)
    assert not store.write_tables(Tables(**given)).changed
    assert everything(store) == before
    assert [row["place"] for row in before["referrals"]] == [0, 0, 1]
    assert sorted(row["occurrence"] for row in before["transactions"]) == [0, 0, 0, 1]
    part = Tables(
        referrals={"referrer": ["A"], "referred": ["B"], "incentive": [1.0]},
        transactions={"customer": ["A"] * 3, "date": ["2024-01-01"] * 3, "amount": [10.0] * 3},
        surveys={"customer": ["A"], "score": [1.0], "question": ["taste"]},
    )
    changes = store.write_tables(part).changes
    assert [str(changes[name]) for name in ("referrals", "transactions", "surveys")] == [
        "1 changed, 2 unchanged", "1 new, 4 unchanged", "1 changed, 2 unchanged",
    ]  # fmt: skip
    assert not store.write_tables(part).changed
    after = everything(store)
    assert len(after["transactions"]) == 5
    assert [row["place"] for row in after["referrals"]] == [0, 0, 1]
    fewer = Tables(customers={"id": ["A", "C"]}, surveys={"customer": ["A"], "score": [2.0]})
    store.write_tables(fewer, replace=True)
    left = everything(store)  # without rows of removed customers
    assert (left["referrals"], len(left["transactions"]), len(left["surveys"])) == ([], 4, 1)
    store.write_tables(fewer, replace=True, empty=["transactions"])
    assert everything(store)["transactions"] == []


def everything(store):
    tables = store.tables()
    return {name: sorted(tables[name].to_pylist(), key=str) for name in tables}


def test_the_earlier_of_two_referrers_counts_in_any_order_of_loading(store):
    both = {"referrer": ["C", "B"], "referred": ["A", "A"], "margin": [10.0, 10.0]}
    notes = store.write_tables(Tables(customers={"id": list("ABC")}, referrals=both)).notes
    assert [note.event for note in notes] == ["no_clv", "referrals_order_decided"]
    run(store)
    assert figure(store, "crv") == {"A": 0, "B": 0, "C": 10}
    dated = {"referrer": ["B"], "referred": ["A"], "date": ["2020-01-01"], "margin": [10.0]}
    store.write_tables(Tables(referrals=dated))
    run(store)
    assert figure(store, "crv") == {"A": 0, "B": 10, "C": 0}


def test_clv_is_computed_from_transactions_if_none_was_given(store):
    bought = {
        "customer": ["A", "A", "B"],
        "date": ["2024-01-01", "2024-06-01", "2020-01-01"],
        "amount": [100.0, 200.0, 50.0],
    }
    store.write_tables(Tables(customers={"id": list("AB")}, transactions=bought))
    run(store)
    assert figure(store, "clv") == pytest.approx({"A": 746.056, "B": 0}, abs=1e-3)
    # a computed CLV is not input
    assert store.tables().customers["clv"].to_pylist() == [0.0, 0.0]
    store.write_tables(Tables(customers={"id": ["A"], "name": ["Ada"]}))
    assert figure(store, "clv") == pytest.approx({"A": 746.056, "B": 0}, abs=1e-3)
    again = run(store)
    assert again.written.changed == 0
    store.write_tables(Tables(customers={"id": ["A"], "clv": [5.0]}))
    run(store)
    assert figure(store, "clv") == {"A": 5.0, "B": 0}


def test_signed_influence_from_given_sentiments_and_from_surveys(store):
    customers, ties = graphs.worked()
    asked = {"A": (9.0, "2024-01-02"), "C": (10.0, None), "E": (9.0, "2023-01-01")}
    tables = Tables(
        customers={name: [c[name] for c in customers] for name in ("id", "clv")}
        | {"sentiment": [-1.0 if c["id"] == "E" else None for c in customers]},
        ties={name: [t[name] for t in ties] for name in ("source", "target")},
        surveys={
            "customer": [*asked, "A"],
            "score": [*(score for score, _ in asked.values()), 0.0],
            "date": [*(day for _, day in asked.values()), "2024-01-01"],
        },
    )
    store.write_tables(tables)
    run(store, Parameters(DEFAULT))
    names = [c["id"] for c in customers]
    assert [figure(store, "pressure")[name] for name in names] == pytest.approx(
        [0.35, 0.80, 0.20, 0.25, 0.35, -0.35], abs=1e-12
    )
    assert [figure(store, "value_at_risk")[name] for name in names] == pytest.approx(
        [10, 0, 12.5, 90, 0, 36], abs=1e-9
    )
    assert figure(store, "stance") == {
        "A": "promoter", "B": "unknown", "C": "promoter",
        "D": "unknown", "E": "detractor", "F": "unknown",
    }  # fmt: skip
    assert figure(store, "sentiment")["A"] == 1
    assert figure(store, "influence_signed")["E"] == pytest.approx(-148.5, abs=1e-9)
    assert store.tables().customers["sentiment"].to_pylist() == [None] * 4 + [-1.0, None]
    before = figure(store, "sentiment")
    store.write_tables(Tables(customers={"id": ["A"], "name": ["Ada"]}))
    assert figure(store, "sentiment") == before
    assert run(store).written.changed == 0
    # a given sentiment overrides the survey until it is removed
    store.write_tables(Tables(customers={"id": ["A"], "sentiment": [0.0]}))
    run(store)
    assert (figure(store, "sentiment")["A"], figure(store, "stance")["A"]) == (0, "neutral")
    store.write_tables(Tables(customers={"id": ["A"], "sentiment": [None]}))
    run(store)
    assert figure(store, "sentiment")["A"] == 1


@pytest.mark.neo4j
def test_labels_follow_the_stance(empty_neo4j):
    def labelled():
        with empty_neo4j.session() as session:
            found = session.run("MATCH (c:Customer) RETURN c.id, labels(c)[1..] AS labels")
            return dict(map(tuple, found.values()))

    credentials = Credentials(password=empty_neo4j.password)
    with open_store(empty_neo4j.uri, credentials) as store:
        store.write_tables(Tables(customers={"id": list("ABC"), "sentiment": [1.0, -1.0, None]}))
        run(store)
        assert labelled() == {"A": ["Promoter"], "B": ["Detractor"], "C": []}
        store.write_tables(Tables(customers={"id": list("AB"), "sentiment": [-0.5, None]}))
        run(store)
        assert labelled() == {"A": ["Detractor"], "B": [], "C": []}
        store.write_tables(Tables(customers={"id": ["A"], "do_not_profile": [True]}))
        assert labelled() == {"A": [], "B": [], "C": []}


def test_a_later_row_moves_no_referral_and_forgetting_the_earliest_may_close_a_cycle(store):
    referrals = {
        "referrer": ["X", "B", "A"],
        "referred": ["A", "A", "B"],
        "date": ["2020-01-01", "2021-01-01", "2021-02-01"],
    }
    store.write_tables(Tables(customers={"id": ["X", "A", "B"]}, referrals=referrals))
    before = everything(store)
    later = {"referrer": ["X"], "referred": ["A"], "date": ["2023-01-01"]}
    loaded = store.write_tables(Tables(referrals=later))
    assert "referrals_dated_earlier" in {note.event for note in loaded.notes}
    assert not loaded.changed
    assert everything(store) == before
    # Forgetting X closes the cycle, so its latest referral does not count.
    run(store)
    store.forget("X")
    run(store)
    assert figure(store, "referral_tree_value") == {"A": 0, "B": 0}


def test_an_added_customer_may_get_purchases_in_a_later_load(store):
    bought = {"customer": ["A", "Z"], "date": ["2024-01-01"] * 2, "amount": [100.0, 50.0]}
    store.write_tables(Tables(customers={"id": ["A", "B"]}))
    ties = Tables(ties={"source": ["A", "B"], "target": ["B", "Z"]})
    store.write_tables(ties, rules=Rules(add_missing=0.0))
    store.write_tables(Tables(transactions=bought))
    run(store)
    assert figure(store, "clv") == pytest.approx({"A": 248.685, "B": 0, "Z": 124.343}, abs=1e-3)
    store.write_tables(Tables(ties={"source": ["A"], "target": ["Y"]}), rules=Rules(add_missing=7))
    run(store)
    assert figure(store, "clv")["Y"] == 7
