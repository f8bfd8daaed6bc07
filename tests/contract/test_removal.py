"""The limit on rows that a load removes, and the records of loads."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import InputRejected, Tables, UsageError, run
from influence.errors import RemovalRefused
from influence.loaders import edges
from influence.store.loading import plan
from influence.store.removal import LoadOptions
from influence.tables import EMPTY, TABLES, Rules, Source, complete
from tests.examples import examples

thoroughly = examples()
IDS = [f"C{i:02}" for i in range(30)]


def chain(ids, **more):
    """Customers with a tie from each to the next."""
    ties = {"source": ids[:-1], "target": ids[1:]}
    return Tables(customers={"id": ids, "clv": [1.0] * len(ids)}, ties=ties, **more)


def sizes(store):
    tables = store.tables()
    return {name: len(tables[name]) for name in TABLES if len(tables[name])}


@pytest.fixture
def full(store):
    """A store with rows in every table."""
    store.write_tables(
        chain(
            IDS,
            referrals={"referrer": IDS[:3], "referred": IDS[3:6]},
            transactions={"customer": IDS[:4], "date": ["2024-01-01"] * 4, "amount": [5.0] * 4},
            surveys={"customer": IDS[28:], "score": [9.0, 1.0]},
        )
    )
    return store


FULL = {"customers": 30, "ties": 29, "referrals": 3, "transactions": 4, "surveys": 2}


def test_a_table_that_is_not_given_is_not_emptied(full):
    loaded = full.write_tables(Tables(customers=full.tables().customers), replace=True)
    assert not loaded.changed
    assert sizes(full) == FULL
    (stay,) = (note for note in loaded.notes if note.event == "tables_stay")
    assert stay.fields["tables"] == ["ties", "referrals", "transactions", "surveys"]


def test_a_table_is_emptied_on_request(full):
    people = Tables(customers=full.tables().customers)
    loaded = full.write_tables(people, replace=True, empty=["ties", "surveys"])
    assert len(loaded.changes["ties"].removed) == 29
    assert sizes(full) == {"customers": 30, "referrals": 3, "transactions": 4}


def test_replacing_ties_keeps_the_customers(full):
    ties = {"source": IDS[:28], "target": IDS[1:29]}
    full.write_tables(Tables(ties=ties), replace=True)
    assert sizes(full) == {**FULL, "ties": 28}
    with pytest.raises(InputRejected):
        full.write_tables(Tables(ties={"source": ["C00"], "target": ["nobody"]}), replace=True)
    assert sizes(full) == {**FULL, "ties": 28}


def test_rows_that_name_a_removed_customer_are_removed_and_counted(full):
    stay = full.tables().customers.slice(1)  # without C00
    loaded = full.write_tables(Tables(customers=stay), replace=True)
    assert sizes(full) == {
        "customers": 29, "ties": 28, "referrals": 2, "transactions": 3, "surveys": 2,
    }  # fmt: skip
    (gone,) = (note for note in loaded.notes if note.event == "removed_with_customers")
    assert gone.fields == {"ties": 1, "referrals": 1, "transactions": 1}
    assert loaded.changes["ties"].removed["source"].to_pylist() == ["C00"]


def test_an_edge_list_replaces_ties_and_removes_other_customers_only_on_request(full, tmp_path):
    (tmp_path / "e.txt").write_text("".join(f"{a} {b}\n" for a, b in pairwise(IDS[:26])))
    listed, rules = edges.read(tmp_path / "e.txt"), Rules(add_missing=2.0, drop_self=True)
    full.write_tables(listed, replace=True, rules=rules)
    assert sizes(full) == {**FULL, "ties": 25}
    full.write_tables(listed, replace=True, empty=["customers"], rules=rules)
    assert full.tables().customers["id"].to_pylist() == IDS[:26]
    assert sizes(full) == {"customers": 26, "ties": 25, "referrals": 3, "transactions": 4}


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_load_that_removes_more_than_the_limit_is_refused(full, dry_run):
    before, loads = full.tables(), full.loads()
    with pytest.raises(RemovalRefused) as refused:
        full.write_tables(chain(IDS[:20]), replace=True, dry_run=dry_run)
    assert "10 of 30 customers (33%) and 10 of 29 ties (34%)" in str(refused.value)
    assert "--allow-removal" in str(refused.value)
    assert [removal["table"] for removal in refused.value.removals] == ["customers", "ties"]
    assert refused.value.exit_code == 3
    assert len(refused.value.loaded.changes["customers"].removed) == 10
    assert all(full.tables()[name].equals(before[name]) for name in TABLES)
    assert full.loads() == loads
    full.write_tables(chain(IDS[:20]), replace=True, dry_run=dry_run, removal_limit=0.35)
    full.write_tables(chain(IDS[:20]), replace=True, allow_removal=True)
    assert sizes(full)["customers"] == 20


def test_ties_listed_the_other_way_round_do_not_count_as_removed(full):
    turned = {"source": IDS[1:], "target": IDS[:-1], "directed": [True] * 29}
    full.write_tables(Tables(ties=turned), replace=True)
    assert full.tables().ties["source"].to_pylist() != IDS[:-1]
    with pytest.raises(RemovalRefused, match="29 of 29 ties"):
        full.write_tables(Tables(ties={**turned, "kind": ["friend"] * 29}), replace=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"empty": ["ties"]}, "--replace"),
        ({"replace": True, "empty": ["tie"]}, "there are customers, ties"),
        ({"replace": True, "empty": ["customers"]}, "gives rows"),
        ({"removal_limit": 1.5}, "share"),
    ],
)
def test_contradictory_options_are_wrong_usage(store, options, message):
    with pytest.raises(UsageError, match=message):
        store.write_tables(Tables(customers={"id": ["A"]}), **options)


ids = st.sets(st.sampled_from(IDS[:14]), max_size=14).map(sorted)


@thoroughly
@given(ids, ids, st.sampled_from([0.0, 0.2, 0.5]))
def test_a_load_is_refused_if_it_removes_more_than_the_limit_or_half_of_few_rows(old, new, limit):
    before, options = complete(chain(old)), LoadOptions(replace=True, removal_limit=limit)
    gone = len(set(old) - set(new))
    pairs = {*pairwise(old)} - {*pairwise(new)}
    shares = [(gone, len(old)), (len(pairs), max(len(old) - 1, 0))]
    too_much = any(removed > max(limit, 0.5 * (n < 10)) * n for removed, n in shares)
    try:
        after, loaded, _ = plan(before, chain(new), None, options)
    except RemovalRefused:
        assert too_much
    else:
        assert not too_much
        assert after.customers["id"].to_pylist() == new
        assert len(loaded.changes["customers"].removed) == gone


@thoroughly
@given(ids, st.sets(st.sampled_from([*TABLES])))
def test_no_row_names_a_removed_customer_whichever_tables_are_replaced(new, tables):
    before = complete(
        chain(
            IDS[:14],
            surveys={"customer": IDS[:14], "score": [1.0] * 14},
            referrals={"referrer": IDS[:3], "referred": IDS[3:6]},
        )
    )
    load = chain(new)
    load = Tables(**{name: load[name] if name in load else EMPTY[name] for name in tables})
    options = LoadOptions(replace=True, allow_removal=True)
    try:
        after, _, _ = plan(before, load, None, options)
    except InputRejected:
        assert "customers" not in tables or "ties" in tables
        return
    known = pa.array(after.customers["id"].to_pylist(), pa.string())
    for name, spec in TABLES.items():
        for column in (c for c in spec.columns if c.refers_to_customer):
            assert set(after[name][column.name].to_pylist()) <= set(known.to_pylist())
        if name not in tables and "customers" not in tables:
            assert after[name].equals(before[name])


# Records of loads


def test_every_load_that_is_not_rejected_is_recorded(store):
    source = Source("ours.csv", 2, dropped=1, decided={"encoding": "cp1252"})
    company = chain(IDS)
    given = Tables(customers=company.customers, ties=company.ties, sources={"customers": source})
    store.write_tables(given, dry_run=True)
    assert store.loads() == []
    store.write_tables(given)
    (load,) = store.loads()
    assert load.id.startswith("load-")
    assert not load.replaced
    assert load.tables["customers"] == {
        "file": "ours.csv", "rows": 31, "read": 30, "merged": 0, "dropped": 1, "refused": 0,
        "decided": {"encoding": "cp1252"},
    }  # fmt: skip
    assert load.tables["ties"]["file"] == "ties"
    store.write_tables(given)
    store.write_tables(given, replace=True)
    *repeats, first = store.loads()
    assert first == load
    assert [repeat.changed for repeat in repeats] == [False, False]
    with pytest.raises(InputRejected):
        store.write_tables(Tables(customers={"id": ["Z", "Z"]}))
    assert store.loads() == [*repeats, load]
    store.write_tables(replace_ties(given), replace=True)
    newest, *before = store.loads()
    assert (newest.replaced, before) == (True, [*repeats, load])
    assert newest.loaded_at >= load.loaded_at
    assert not any(name in str(store.loads()) for name in IDS)


def replace_ties(tables):
    return Tables(ties=tables.ties.slice(1))


def test_a_record_holds_the_rules_that_differ_from_the_defaults(store):
    rules = Rules(decimal=",", currency_sign=("€",))
    store.write_tables(Tables(customers={"id": ["A"], "clv": ["€1,5"]}), rules=rules)
    decided = store.loads()[0].tables["customers"]["decided"]
    assert (decided["decimal"], [*decided["currency_sign"]]) == (",", ["€"])
    assert store.customers()["clv"].to_pylist() == [1.5]


def test_the_last_records_are_kept(store, monkeypatch):
    for module in ("directory.next_manifest", "neo4j.store"):
        monkeypatch.setattr(f"influence.store.{module}.LOADS_KEPT", 4)
    for i in range(4 + 3):
        store.write_tables(Tables(customers={"id": ["A"], "clv": [float(i)]}))
    loads = store.loads()
    assert len(loads) == 4
    assert loads == sorted(loads, key=lambda load: load.loaded_at, reverse=True)
    run(store)
    assert store.loads() == loads
    store.forget("A")
    assert store.loads() == loads


def test_a_record_survives_the_conversion_to_a_dictionary(store):
    store.write_tables(chain(IDS))
    (load,) = store.loads()
    assert type(load).from_dict(load.to_dict()) == load
    assert replace(load, replaced=True) != load
