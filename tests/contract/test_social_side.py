"""Score card, ties and labels, from files to figures, in both stores."""

import random

import pytest

from influence import NothingToShow, Parameters, Selection, Tables, open_store, summary, ties
from influence import run as run_and_tell
from influence.conditions.role_rules import label_of
from influence.customer.score_card import score_cards
from influence.reports.wanted import Wanted, select
from influence.store import Credentials
from influence.value.conventions import Conventions
from tests import graphs
from tests.stores import connect, figure

PARAMETERS = Parameters(conventions=Conventions(answer_saved=2.0))


def run(store, parameters, **how):
    return run_and_tell(store, parameters, tell=lambda _: None, **how)


def tables(seed=0, values=None):
    coin = random.Random(seed)
    customers, links = graphs.random_company(5, n=30, ties=60, kinds=("friend", "colleague"))
    names = [row["id"] for row in customers]
    return Tables(
        customers={
            "id": names,
            "clv": values or [abs(row["clv"]) for row in customers],
            "relation": [("buyer", "seller")[i % 2] for i in range(30)],
            "sentiment": [-1.0 if i < 15 else 1.0 if i < 25 else None for i in range(30)],
        },
        ties={name: [row[name] for row in links] for name in ("source", "target", "kind")},
        engagements={
            "customer": coin.choices(names, k=80),
            "kind": coin.choices(["review", "answer", "share"], k=80),
            "other": coin.choices([None, *names], k=80),
        },
        profiles={"customer": names[:9], "network": ["x"] * 9, "contacts": list(range(0, 90, 10))},
    )


def test_both_stores_keep_the_same_score_cards_and_ties(tmp_path, empty_neo4j):
    found = []
    credentials = Credentials(password=empty_neo4j.password)
    for url in (str(tmp_path / "store"), empty_neo4j.uri):
        with open_store(url, credentials) as store:
            store.write_tables(tables())
            for _ in range(2):  # the second compares with the quadrants of the first
                run(store, PARAMETERS, force=True)
            scores = store.scores()
            by = [summary(store, name).to_pylist() for name in ("relation", "quadrant", "tier")]
            found.append(
                (scores.table.drop_columns("run").to_pylist(), ties(store, count=100).to_pylist(),
                 ties(store, count=5, weak=True, total=True).to_pylist(), by,
                 scores.run.credited, scores.run.parameters.card, scores.run.acts_without_tie)
            )  # fmt: skip
    one, other = found
    assert one == other
    assert {row["tier"] for row in one[0]} > {None}


def test_a_repeat_changes_nothing(store):
    store.write_tables(tables())
    run(store, PARAMETERS)
    again = run(store, PARAMETERS, force=True)
    assert (again.written.changed, again.written.cleared) == (0, 0)
    assert again.written.run.compared_with is not None


def test_a_score_card_shows_the_contacts_of_each_network(store):
    store.write_tables(
        Tables(
            customers={"id": list("ABCDE")},
            ties={
                "source": ["A", "B", "A", "A", "A"],
                "target": ["B", "A", "C", "D", "E"],
                "kind": ["friend", "knows", "friend", "friend", "other"],
                "network": ["web", "web", "web", None, "web"],
            },
            profiles={
                "customer": ["A", "A", "A", "B"],
                "network": ["web", "club", "blue", "web"],
                "contacts": [9, 3, None, 0],
            },
        )
    )
    run(store, Parameters(selection=Selection(kinds=("friend", "knows"))))
    _, (one, other, without) = score_cards(store, ["A", "B", "E"])
    assert one["networks"] == [
        {"network": "web", "inside": 2, "outside": 7, "contacts": 9},
        {"network": "club", "inside": 0, "outside": 3, "contacts": 3},
        {"network": "", "inside": 1, "outside": 0, "contacts": 1},
    ]
    assert other["networks"] == [{"network": "web", "inside": 1, "outside": 0, "contacts": 1}]
    assert without["networks"] == []


@pytest.mark.neo4j
def test_labels_follow_quadrant_tier_and_stance(empty_neo4j):
    labels = {"champion": "Champion", "affluent": "Affluent", "advocate": "Advocate",
              "miser": "Miser", "ambassador": "Ambassador", "promoter": "Promoter",
              "critical_detractor": "CriticalDetractor", "detractor": "Detractor"}  # fmt: skip
    credentials = Credentials(password=empty_neo4j.password)
    with open_store(empty_neo4j.uri, credentials) as store, empty_neo4j.session() as session:
        for seed in (0, 1):
            values = [float((i * 37 * (seed + 1)) % 300) for i in range(30)]
            store.write_tables(tables(seed, values))
            run(store, PARAMETERS)
            found = dict(session.run("MATCH (c:Customer) RETURN c.id, labels(c)").values())
            for row in store.scores().table.to_pylist():
                standing = (row["quadrant"], row["tier"], row["stance"])
                expected = {labels[name] for name in standing if name in labels}
                expected |= {label_of(role) for role in (row["roles"] or "").split(", ") if role}
                assert {*found[row["customer"]]} == expected | {"Customer"}


def test_who_is_hidden_is_in_no_tie_and_has_no_label(store):
    store.write_tables(tables())
    run(store, PARAMETERS)
    seen = ties(store, count=1)["source"][0].as_py()
    store.write_tables(Tables(customers={"id": [seen], "do_not_profile": [True]}))
    for _ in range(2):  # at once, and after another run
        rows = ties(store, count=1_000).to_pylist()
        assert rows
        assert not any(seen in {row["source"], row["target"]} for row in rows)
        run(store, PARAMETERS)


@pytest.mark.neo4j
def test_a_tie_that_is_added_beside_others_gets_their_value(empty_neo4j):
    with connect(empty_neo4j) as store, empty_neo4j.session() as session:
        store.write_tables(tables())
        run(store, PARAMETERS)
        best = store.tie_values().slice(0, 1).to_pylist()[0]
        beside = {"source": [best["target"]], "target": [best["source"]], "kind": ["colleague"],
                  "network": ["club"]}  # fmt: skip
        store.write_tables(Tables(ties=beside))
        run(store, PARAMETERS)
        found = session.run(
            "MATCH (:Customer {id: $source})-[r:TIE]-(:Customer {id: $target}) "
            "RETURN r.value, r.overlap", source=best["source"], target=best["target"],
        ).values()  # fmt: skip
        assert len(found) > 1
        assert {tuple(row) for row in found} == {(best["value"], best["overlap"])}


def test_ties_of_a_store_without_a_run_are_nothing_to_show(store):
    store.write_tables(tables())
    with pytest.raises(NothingToShow):
        ties(store)


def test_totals_of_ties_after_a_change_are_announced(store):
    store.write_tables(tables())
    run(store, PARAMETERS)
    notes = []
    ties(store, total=True, tell=notes.append)
    assert not notes
    store.write_tables(Tables(customers={"id": ["p1"], "clv": [1e6]}))
    ties(store, tell=notes.append)
    assert not notes
    ties(store, total=True, tell=notes.append)
    assert [note.event for note in notes] == ["totals_of_present_data"]


def test_standings_of_a_store_are_those_of_its_current_run(store):
    assert store.standings() is None
    store.write_tables(tables())
    assert store.standings() is None
    run(store, PARAMETERS)
    standing = {row["customer"]: row["quadrant"] for row in store.standings().table.to_pylist()}
    assert standing == figure(store, "quadrant")


def test_conditions_and_columns_know_the_score_card(store):
    store.write_tables(tables())
    run(store, PARAMETERS)
    wanted = Wanted(where="quadrant = champion", columns=("customer", "tier", "social-percentile"))
    rows, matched = select(store.scores(), store, wanted)
    assert matched == len(rows) == sum(q == "champion" for q in figure(store, "quadrant").values())
    assert rows.column_names == ["customer", "tier", "social_percentile"]


def test_an_own_column_with_the_name_of_a_figure_is_announced(store):
    given = Tables(customers={"id": ["A"], "clv": [1.0], "tier": ["gold"], "town": ["Rome"]})
    (note,) = (n for n in store.write_tables(given).notes if n.event == "named_like_figures")
    assert note.fields["columns"] == ["tier"]
    assert store.customers(["id", "tier"])["tier"].to_pylist() == ["gold"]


def test_another_relation_changes_what_a_run_finds(store):
    store.write_tables(tables())
    run(store, PARAMETERS)
    assert not store.runs()[0].input_changed
    store.write_tables(Tables(customers={"id": ["p1"], "relation": ["partner"]}))
    assert store.runs()[0].input_changed
