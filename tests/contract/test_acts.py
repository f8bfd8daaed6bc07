"""Acts and profiles, from frames to both stores: loads, repeats, removal, forgetting."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest

from influence import Tables, open_store
from influence import run as run_and_tell
from influence.store import Credentials
from influence.tables import TABLES

PEOPLE = {"id": list("ABCD"), "clv": [1.0, 2.0, 3.0, 4.0]}
ACTS = {
    "customer": list("AAABBCDD"),
    "kind": ["email_open", "email_open", "review", "answer", "answer", "visit", "reply", "idea"],
    "date": ["2024-01-01", "2024-01-01", "2024-01-02 10:30", None, "2024-03-01", None,
             "2024-01-01", "2024-01-01"],
    "other": [None, None, None, "A", "C", "C", "A", ""],
    "network": [None, None, "web", "", "forum", "", "forum", "forum"],
    "public": [False, None, True, True, False, False, True, False],
    "sentiment": [None, None, -1.0, 0.0, 0.5, None, 1.0, None],
}  # fmt: skip
PROFILES = {
    "customer": list("AABC"),
    "network": ["web", "forum", "web", "web"],
    "contacts": [0, 120, None, 7],
    "public": [True, False, None, False],
}


def run(store):
    return run_and_tell(store, tell=lambda _: None)


def company(acts=ACTS, profiles=PROFILES):
    return Tables(customers=PEOPLE, engagements=acts, profiles=profiles)


def rows(store, name):
    """The rows of a table, however often each is there."""
    return Counter(tuple(row.values()) for row in store.tables()[name].to_pylist())


def some(frame, *at):
    return {name: [values[i] for i in at] for name, values in frame.items()}


@pytest.mark.usefixtures("small_pages")
def test_acts_and_profiles_come_back_as_they_were_given_and_a_repeat_changes_nothing(store):
    loaded = store.write_tables(company())
    assert {name: counts.merged for name, counts in loaded.rows.items()} == {
        "customers": 0, "engagements": 0, "profiles": 0,
    }  # fmt: skip
    found = store.tables()
    for name in ("engagements", "profiles"):
        assert found[name].schema.remove_metadata() == TABLES[name].stored
    acts = {
        tuple(row[name] for name in ("customer", "kind", "other", "network", "public", "sentiment",
                                     "time", "occurrence"))
        for row in found.engagements.to_pylist()
    }  # fmt: skip
    assert acts == {
        ("A", "email_open", None, "", False, None, None, 0),
        ("A", "email_open", None, "", False, None, None, 1),
        ("A", "review", None, "web", True, -1.0, 37_800.0, 0),
        ("B", "answer", "A", "", True, 0.0, None, 0),
        ("B", "answer", "C", "forum", False, 0.5, None, 0),
        ("C", "visit", "C", "", False, None, None, 0),
        ("D", "reply", "A", "forum", True, 1.0, None, 0),
        ("D", "idea", None, "forum", False, None, None, 0),
    }
    assert Counter(map(str, found.engagements["date"].to_pylist())) == {
        "2024-01-01": 4, "2024-01-02": 1, "2024-03-01": 1, "None": 2,
    }  # fmt: skip
    assert rows(store, "profiles") == Counter(
        [("A", "web", 0, True), ("A", "forum", 120, False), ("B", "web", None, False),
         ("C", "web", 7, False)]
    )  # fmt: skip
    for replace in (False, True):
        assert not store.write_tables(company(), replace=replace).changed
    assert not store.write_tables(store.tables(), replace=True).changed


def test_a_third_equal_act_is_added_and_a_changed_profile_replaces_the_one_before(store):
    store.write_tables(company())
    thrice = some(ACTS, 0, 1, 1)
    profiles = {"customer": list("ABB"), "network": ["web"] * 3, "contacts": [None, 1, 2]}
    loaded = store.write_tables(company(thrice, profiles))
    assert str(loaded.changes["engagements"]) == "1 new, 8 unchanged"
    assert str(loaded.changes["profiles"]) == "2 changed, 2 unchanged"
    assert loaded.rows["profiles"].merged == 1
    assert rows(store, "profiles").keys() >= {("A", "web", None, False), ("B", "web", 2, False)}
    assert sorted(row["occurrence"] for row in store.tables().engagements.to_pylist()
                  if row["kind"] == "email_open") == [0, 1, 2]  # fmt: skip
    assert not store.write_tables(company(thrice, profiles)).changed


@pytest.mark.usefixtures("small_pages")
def test_a_load_that_replaces_removes_exactly_the_rows_that_it_does_not_have(store):
    store.write_tables(company())
    for left in ([0, 2, 4, 6], [4, 6], []):
        store.write_tables(Tables(engagements=typed(some(ACTS, *left))), replace=True)
        assert sum(rows(store, "engagements").values()) == len(left)
        assert not store.write_tables(
            Tables(engagements=typed(some(ACTS, *left))), replace=True
        ).changed
    store.write_tables(Tables(profiles=some(PROFILES, 1)), replace=True)
    assert rows(store, "profiles") == Counter([("A", "forum", 120, False)])
    store.write_tables(company(), replace=True)
    store.write_tables(Tables(customers=PEOPLE), replace=True, empty=["engagements", "profiles"])
    assert not rows(store, "engagements")
    assert not rows(store, "profiles")


@pytest.mark.parametrize("gone", range(8))
def test_acts_that_differ_in_one_column_are_removed_one_by_one(store, gone):
    plain = {"customer": "A", "kind": "review", "date": "2024-01-01", "other": "B",
             "network": "web", "public": False, "sentiment": 0.1}  # fmt: skip
    other = {"kind": "web|review", "date": "2024-01-01 00:00:00.000001", "other": None,
             "network": "", "public": True, "sentiment": None}  # fmt: skip
    given = [plain, plain, *({**plain, name: value} for name, value in other.items())]
    acts = {name: [row[name] for row in given] for name in plain}
    store.write_tables(company(typed(acts)))
    before = rows(store, "engagements")
    assert sum(before.values()) == 8
    left = some(acts, *(at for at in range(8) if at != gone))
    store.write_tables(Tables(engagements=typed(left)), replace=True)
    assert sum((before - rows(store, "engagements")).values()) == 1
    assert not store.write_tables(Tables(engagements=typed(left)), replace=True).changed


def typed(acts):
    """Acts as a frame; without rows, too."""
    kinds = {"public": pa.bool_(), "sentiment": pa.float64()}
    return pa.table({name: pa.array(v, kinds.get(name, pa.string())) for name, v in acts.items()})


def test_acts_by_and_towards_a_removed_customer_go_and_others_stay(store):
    store.write_tables(company())
    loaded = store.write_tables(
        Tables(customers={name: values[1:] for name, values in PEOPLE.items()}), replace=True
    )
    (gone,) = (note for note in loaded.notes if note.event == "removed_with_customers")
    assert gone.fields == {"engagements": 5, "profiles": 2}
    assert {(r["customer"], r["other"]) for r in store.tables().engagements.to_pylist()} == {
        ("B", "C"), ("C", "C"), ("D", None),
    }  # fmt: skip


def test_a_forgotten_customer_takes_acts_and_profiles_along_and_stays_out(store):
    store.write_tables(company())
    run(store)
    removed = store.forget("A")
    assert (removed["engagements"], removed["profiles"]) == (5, 2)
    assert sum(rows(store, "engagements").values()) == 3
    loaded = store.write_tables(company())
    assert not loaded.changed
    (kept_out,) = (note for note in loaded.notes if note.event == "forgotten_dropped")
    assert (kept_out.fields["engagements"], kept_out.fields["profiles"]) == (5, 2)
    assert loaded.rows["engagements"].dropped == 5
    removed = store.forget("C")  # who acted towards themselves, which is one row
    assert (removed["engagements"], removed["profiles"]) == (2, 1)
    assert [row["customer"] for row in store.tables().engagements.to_pylist()] == ["D"]


def test_a_load_of_acts_or_profiles_may_change_what_a_run_finds(store):
    store.write_tables(Tables(customers=PEOPLE))
    for tables in (Tables(engagements=ACTS), Tables(profiles=PROFILES)):
        run(store)
        assert not store.runs()[0].input_changed
        store.write_tables(tables)
        assert store.runs()[0].input_changed
        assert store.runs()[0].current


@pytest.mark.neo4j
def test_the_graph_of_acts_and_profiles(empty_neo4j):
    with open_store(empty_neo4j.uri, Credentials(password=empty_neo4j.password)) as store:
        store.write_tables(company())
        with empty_neo4j.session() as session:
            found = session.run(
                "MATCH (c:Customer)-[:ENGAGED]->(e:Engagement)-[:TOWARDS]->(o:Customer) "
                "WHERE e.sentiment > 0 RETURN c.id AS c, o.id AS o, e.kind AS kind, "
                "e.network AS network, e.public AS public ORDER BY c"
            ).data()
            profiles = session.run(
                "MATCH (c:Customer {id: 'A'})-[:HAS_PROFILE]->(p:Profile) "
                "RETURN p.network AS network, p.contacts AS contacts, p.public AS public "
                "ORDER BY network"
            ).data()
        assert found == [
            {"c": "B", "o": "C", "kind": "answer", "network": "forum", "public": False},
            {"c": "D", "o": "A", "kind": "reply", "network": "forum", "public": True},
        ]
        assert profiles == [
            {"network": "forum", "contacts": 120, "public": False},
            {"network": "web", "contacts": 0, "public": True},
        ]
        for name in "ABCD":
            store.forget(name)
        with empty_neo4j.session() as session:
            left = session.run("MATCH (n:Engagement|Profile) RETURN count(n)").single(strict=True)
        assert left[0] == 0
