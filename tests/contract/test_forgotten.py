"""Forgotten customers are excluded from later loads, and only a hash of their id is stored."""

from __future__ import annotations

import json
import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import InputRejected, Tables, open_store, run
from influence.loaders import tables as loader
from influence.store import Credentials
from influence.store.forgetting import Forgotten
from influence.tables import Rules
from tests.examples import examples

thoroughly = examples()
PEOPLE = ["one@example.org", "two@example.org", "three@example.org", "four@example.org"]
GONE = PEOPLE[1]


def company():
    return Tables(
        customers={"id": PEOPLE, "clv": [1.0, 2.0, 3.0, 4.0]},
        ties={"source": PEOPLE[:3], "target": PEOPLE[1:]},
        referrals={"referrer": PEOPLE[:1], "referred": PEOPLE[1:2]},
        transactions={"customer": PEOPLE, "date": ["2024-01-01"] * 4, "amount": [5.0] * 4},
        surveys={"customer": PEOPLE, "score": [9.0] * 4},
    )


@pytest.fixture
def without_two(store):
    store.write_tables(company())
    run(store)
    store.forget(GONE)
    return store


def named(store):
    tables = store.tables()
    return {cell for name in tables for row in tables[name].to_pylist() for cell in row.values()}


def note_of(loaded):
    found = [note for note in loaded.notes if note.event == "forgotten_dropped"]
    return found[0] if found else None


def test_the_next_load_does_not_bring_the_customer_back(without_two):
    for replaced in (False, True):
        loaded = without_two.write_tables(company(), replace=replaced)
        assert not loaded.changed
        note = note_of(loaded)
        assert note.fields == {
            "people": 1, "customers": 1, "ties": 2, "referrals": 1, "transactions": 1, "surveys": 1,
        }  # fmt: skip
        assert GONE not in note + repr(note.fields)
        assert (loaded.rows["ties"].rows, loaded.rows["ties"].dropped) == (3, 2)
        assert GONE not in named(without_two)


def test_ties_that_name_a_forgotten_customer_do_not_add_them(without_two):
    ties = Tables(ties={"source": [PEOPLE[0], GONE], "target": [GONE, "new"]})
    loaded = without_two.write_tables(ties, rules=Rules(add_missing=7.0, drop_self=True))
    assert not loaded.changed
    assert note_of(loaded).fields == {"people": 1, "ties": 2}


def test_a_readmitted_customer_is_loaded_and_stays(without_two):
    without_two.forget(PEOPLE[2])
    only = Tables(customers={"id": [GONE], "clv": [9.0]})
    loaded = without_two.write_tables(only, readmit=True)
    assert [(note.event, note.fields) for note in loaded.notes] == [("readmitted", {"people": 1})]
    assert len(loaded.changes["customers"].added) == 1
    loaded = without_two.write_tables(company())
    assert note_of(loaded).fields["customers"] == 1  # the other one is still excluded
    assert GONE in named(without_two)
    assert PEOPLE[2] not in named(without_two)


def test_a_dry_run_or_a_rejected_load_readmits_no_customer(without_two):
    assert without_two.write_tables(company(), readmit=True, dry_run=True).changed
    with pytest.raises(InputRejected):
        without_two.write_tables(
            Tables(ties={"source": [GONE], "target": [PEOPLE[0]]}), readmit=True
        )
    assert not without_two.write_tables(company()).changed


def test_a_run_and_further_loads_keep_the_hashes(without_two):
    run(without_two)
    without_two.write_tables(Tables(customers={"id": ["five"], "clv": [1.0]}))
    assert not without_two.write_tables(company()).changed
    assert GONE not in named(without_two)


def test_problems_keep_their_row_numbers_after_rows_were_dropped(without_two, tmp_path):
    (tmp_path / "customers.csv").write_text(f"id,clv\n{GONE},x\nnew,1\nold,y\n")
    with pytest.raises(InputRejected) as rejected:
        without_two.write_tables(loader.read([tmp_path]))
    assert [(row["row"], row["value"]) for row in rejected.value.problems.to_arrow().to_pylist()] \
        == [(4, "y")]  # fmt: skip
    assert GONE not in str(rejected.value)


def test_no_file_of_a_directory_contains_a_forgotten_id(tmp_path):
    with open_store(tmp_path / "store") as store:
        store.write_tables(company())
        run(store)
        store.forget(GONE)
        store.write_tables(company())
        run(store)
    for file in (tmp_path / "store").iterdir():
        assert GONE.encode() not in file.read_bytes()
        if file.suffix == ".parquet":
            assert GONE not in str(pa.parquet.read_table(file).to_pylist())
    kept = json.loads((tmp_path / "store" / "manifest.json").read_text())["forgotten"]
    assert len(kept["salt"]) == 64
    assert [re.fullmatch("[0-9a-f]{32}", text) is not None for text in kept["hashes"]] == [True]


def test_a_manifest_of_an_older_version_has_no_loads_and_forgotten_customers(tmp_path):
    with open_store(tmp_path) as store:
        store.write_tables(company())
        manifest = json.loads((tmp_path / "manifest.json").read_text())
        del manifest["loads"]
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))
        assert store.loads() == []
        assert not store.write_tables(company()).changed
        store.forget(GONE)
        assert not store.write_tables(company()).changed


@pytest.mark.neo4j
def test_the_graph_does_not_contain_a_forgotten_id(empty_neo4j):
    with open_store(empty_neo4j.uri, Credentials(password=empty_neo4j.password)) as store:
        store.write_tables(company())
        run(store)
        store.forget(GONE)
        store.write_tables(company())
    with empty_neo4j.session() as session:
        found = session.run("MATCH (n) RETURN labels(n) AS labels, properties(n) AS p").data()
    assert [row for row in found if GONE in str(row)] == []
    (kept,) = [row["p"] for row in found if row["labels"] == ["InfluenceForgotten"]]
    assert len(kept["hashes"]) == 1


texts = st.text(min_size=1, max_size=8)


@thoroughly
@given(st.sets(texts, min_size=1), st.sets(texts))
def test_exactly_the_forgotten_ids_are_recognised(gone, others):
    forgotten = Forgotten()
    for name in gone:
        forgotten = forgotten.including(name)
    ids = pa.chunked_array([sorted(gone | others)], pa.string())
    assert set(forgotten.among(ids).to_pylist()) == gone
    assert forgotten.excluding(ids).hashes == ()
    assert Forgotten().including("a").hashes != Forgotten().including("a").hashes  # another salt


def test_a_cycle_that_forgetting_a_customer_closes_does_not_reject_the_same_files(store):
    given = {"referrer": ["A", "C", "B"], "referred": ["B", "B", "A"],
             "date": ["2024-01-02", "2024-01-01", "2024-01-03"]}  # fmt: skip
    tables = Tables(customers={"id": ["A", "B", "C"]}, referrals=given)
    store.write_tables(tables)
    store.forget("C")
    loaded = store.write_tables(tables)
    assert "referral_chain_closed" in [note.event for note in loaded.notes]
    run(store)
    with pytest.raises(InputRejected, match="A → B → A"):
        store.write_tables(
            Tables(
                customers={"id": ["A", "B"]},
                referrals={"referrer": ["A", "B"], "referred": ["B", "A"]},
            ),
            replace=True,
        )


@pytest.mark.parametrize("spelling", [" {} ", "{}\u00a0", "{}\u200e", "\u00ad{}", "\u202a{}\u202c"])
def test_an_id_that_differs_in_invisible_characters_is_recognised(without_two, spelling):
    loaded = without_two.write_tables(Tables(customers={"id": [spelling.format(GONE)]}))
    assert note_of(loaded).fields["customers"] == 1
    assert GONE not in named(without_two)


def test_lost_or_damaged_figures_are_replaced_and_do_not_prevent_forgetting(tmp_path):
    store = open_store(tmp_path)
    store.write_tables(company())
    run(store)
    run(store)
    for spoil in (lambda file: file.unlink(), lambda file: file.write_bytes(b"PAR1")):
        for file in tmp_path.glob("scores-*.parquet"):
            spoil(file)
        run(store)
        assert len(store.scores()) == len(store.customers())
    for file in tmp_path.glob("scores-*.parquet"):
        file.unlink()
    store.forget(GONE)
    assert GONE not in named(store)
    run(store)
    assert store.scores().table["customer"].to_pylist() == sorted({*PEOPLE} - {GONE})
