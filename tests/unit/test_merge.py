"""Merging a load: customers are merged by column, and of equal ties the last row is kept."""

from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import Tables, validate
from influence.tables import EMPTY, complete, difference, merge
from influence.tables.keys import row_ids
from influence.tables.merge import merge_counting
from tests import graphs, naive
from tests.examples import examples

FIELDS = ("kind", "network", "strength", "directed", "mutual")

thoroughly = examples(100)

rows_of_ties = st.lists(
    st.builds(
        lambda ends, **rest: {"source": ends[0], "target": ends[1], **rest},
        st.sampled_from(["AB", "BA", "AC", "CA", "BC", "CB"]),
        kind=st.sampled_from(["tie", "tie", "tie", "follows"]),
        network=st.sampled_from(["", "", "web"]),
        strength=st.sampled_from([0.5, 1.0, 2.0]),
        directed=st.booleans(),
    ),
    max_size=12,
)


def as_set(rows):
    """Return rows of ties as a set, with the ends of undirected ties in sorted order."""
    found = {
        (
            (row["source"], row["target"])
            if row["directed"]
            else frozenset((row["source"], row["target"])),
            *(row[name] for name in FIELDS),
        )
        for row in rows
    }
    assert len(found) == len(rows)
    return found


def company(rows):
    customers = {"id": ["A", "B", "C"]}
    return Tables(customers=customers, ties=pa.Table.from_pylist(rows, schema=graphs.TIES))


def loaded(*parts):
    """Return the ties after successive loads."""
    state = EMPTY
    for rows in parts:
        state = merge(state, validate(company(rows)).tables)
    return state.ties.to_pylist()


# Ties


@thoroughly
@given(rows=rows_of_ties)
def test_the_last_of_equal_ties_wins_as_in_the_twin(rows):
    survivors, _ = naive.last_row_wins(rows)
    assert as_set(loaded(rows)) == as_set(survivors)


@thoroughly
@given(rows=rows_of_ties, cuts=st.lists(st.integers(0, 12), max_size=3))
def test_loading_in_parts_equals_loading_at_once(rows, cuts):
    bounds = [0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]
    parts = [rows[start:stop] for start, stop in pairwise(bounds)]
    assert as_set(loaded(*parts)) == as_set(loaded(rows))


@thoroughly
@given(rows=rows_of_ties)
def test_loading_again_changes_only_what_the_last_rows_change(rows):
    once = loaded(rows)
    again = loaded(rows, once_more(once))
    assert as_set(again) == as_set(once)


def once_more(rows):
    """Return the rows that are kept, as a store would export them."""
    return [{name: row[name] for name in graphs.TIES.names} for row in rows]


@thoroughly
@given(old=rows_of_ties, rows=rows_of_ties)
def test_repeated_ties_are_counted_independently_of_the_store(old, rows):
    state = merge(EMPTY, validate(company(old)).tables)
    merged, counted, _ = merge_counting(state, validate(company(rows)).tables)
    assert merged.ties.equals(merge(state, validate(company(rows)).tables).ties)
    survivors, replaced = naive.last_row_wins(rows)
    assert counted == {"customers": 3, "ties": len(rows) - replaced}
    assert counted["ties"] == len(survivors)


@thoroughly
@given(rows=rows_of_ties)
def test_keys_are_unique_and_undirected_pairs_occur_once(rows):
    keys = [tuple(row[name] for name in ("source", "target", "kind", "network"))
            for row in loaded(rows)]  # fmt: skip
    assert len(set(keys)) == len(keys)
    pairs = [
        (frozenset((row["source"], row["target"])), row["kind"], row["network"])
        for row in loaded(rows)
    ]
    for row in loaded(rows):
        pair = (frozenset((row["source"], row["target"])), row["kind"], row["network"])
        assert pairs.count(pair) == 1 or row["directed"]


@pytest.mark.parametrize("seed", range(5))
def test_larger_companies_keep_the_rows_of_the_twin(seed):
    customers, rows = graphs.random_company(
        seed, n=25, ties=300, directed_share=0.5, kinds=graphs.KINDS, networks=graphs.NETWORKS
    )
    tables = Tables(
        customers=pa.Table.from_pylist(customers),
        ties=pa.Table.from_pylist(rows, schema=graphs.TIES),
    )
    survivors, _ = naive.last_row_wins(rows)
    assert as_set(complete(tables).ties.to_pylist()) == as_set(survivors)


def test_the_named_duplicates_keep_the_rows_of_the_twin():
    customers, rows = graphs.duplicates()
    tables = Tables(
        customers=pa.Table.from_pylist(customers),
        ties=pa.Table.from_pylist(rows, schema=graphs.TIES),
    )
    survivors, replaced = naive.last_row_wins(rows)
    found = complete(tables).ties
    assert as_set(found.to_pylist()) == as_set(survivors)
    assert len(rows) - len(found) == replaced


def test_ids_are_not_joined_to_keys():
    """Keys are compared by column."""
    tables = Tables(
        customers={"id": ["a", "b", "ab", "a,b", "c"]},
        ties={
            "source": ["a", "ab", "a,b"],
            "target": ["b", "c", "c"],
            "kind": ["xy", "x", "x"],
            "network": ["z", "yz", "yz"],
        },
    )
    assert len(complete(tables).ties) == 3


# Customers


def test_a_load_updates_given_columns_and_keeps_the_others():
    old = complete(
        Tables(
            customers={
                "id": ["A", "B"], "clv": [1.0, 2.0], "name": ["a", "b"], "plan": ["x", "y"],
                "relation": ["fan", "fan"], "do_not_profile": [True, True],
            }
        )
    )  # fmt: skip
    columns = {"clv": [3.0, 4.0], "name": ["", None], "city": ["R", "O"]}
    new = Tables(customers={"id": ["C", "B"], **columns})
    merged = merge(old, validate(new).tables)
    rows = {row["id"]: row for row in merged.customers.to_pylist()}
    assert list(rows) == ["A", "B", "C"]
    assert [rows[key]["clv"] for key in rows] == [1.0, 4.0, 3.0]
    assert [rows[key]["name"] for key in rows] == ["a", None, None]
    assert [rows[key]["plan"] for key in rows] == ["x", "y", None]
    assert [rows[key]["city"] for key in rows] == [None, "O", "R"]
    assert [rows[key]["relation"] for key in rows] == ["fan", "fan", "customer"]
    assert [rows[key]["do_not_profile"] for key in rows] == [True, True, False]


def test_a_blank_in_a_later_load_resets_a_value_but_not_do_not_profile():
    old = complete(Tables(customers={"id": ["A"], "relation": ["fan"], "do_not_profile": [True]}))
    new = Tables(customers={"id": ["A"], "relation": [""], "do_not_profile": [None]})
    (row,) = merge(old, validate(new).tables).customers.to_pylist()
    assert (row["relation"], row["do_not_profile"]) == ("customer", True)


def test_a_table_that_is_not_given_stays():
    old = complete(company([{"source": "A", "target": "B"}]))
    only_customers = merge(old, validate(Tables(customers={"id": ["D"]})).tables)
    assert len(only_customers.ties) == 1
    assert len(only_customers.customers) == 4
    known = Tables(ties={"source": ["A"], "target": ["C"]})
    only_ties = merge(old, validate(known, known=old).tables)
    assert len(only_ties.customers) == 3
    assert len(only_ties.ties) == 2


ids = st.text(alphabet="AB é😀～\"',\n", min_size=1, max_size=3).filter(lambda x: x == x.strip())


@examples(100)
@given(loads=st.lists(st.dictionaries(ids, st.integers(-9, 9)), min_size=1, max_size=4))
def test_customers_of_several_loads_have_their_last_value(loads):
    state, expected = EMPTY, {}
    for load in loads:
        customers = {
            "id": pa.array(list(load), pa.string()),
            "clv": pa.array([float(v) for v in load.values()], pa.float64()),
        }
        state = merge(state, validate(Tables(customers=customers)).tables)
        expected |= load
    found = {row["id"]: row["clv"] for row in state.customers.to_pylist()}
    assert found == expected
    assert state.customers["id"].to_pylist() == sorted(expected)


values = st.dictionaries(st.sampled_from("ABC"), st.tuples(st.integers(0, 2), st.integers(0, 2)))


@examples(100)
@given(loads=st.lists(st.tuples(values, st.booleans()), min_size=1, max_size=4))
def test_a_standard_error_belongs_to_the_clv_that_it_came_with(loads):
    state, expected = EMPTY, {}
    for load, with_errors in loads:
        customers = {"id": pa.array(list(load), pa.string())}
        for at, name in enumerate(["clv", "clv_se"][: 1 + with_errors]):
            customers[name] = pa.array([float(pair[at]) for pair in load.values()], pa.float64())
        state = merge(state, validate(Tables(customers=customers)).tables)
        for key, (clv, error) in load.items():
            before = expected.get(key, (None, None))
            kept = before[1] if before[0] == clv else None
            expected[key] = (clv, error if with_errors else kept)
    found = {row["id"]: (row["clv"], row["clv_se"]) for row in state.customers.to_pylist()}
    assert found == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [("gold", 5), (5, "gold"), ("gold", None), (None, "gold"), (1, 2.5), (2.5, 1), (True, "x")],
)
def test_an_own_column_may_change_its_type(first, second):
    state = merge(EMPTY, validate(Tables(customers={"id": ["A"], "plan": [first]})).tables)
    state = merge(state, validate(Tables(customers={"id": ["B"], "plan": [second]})).tables)
    plans = {row["id"]: row["plan"] for row in state.customers.to_pylist()}
    assert plans["A"] in {first, str(first), str(first).lower()}
    assert plans["B"] in {second, str(second)}


def test_complete_tables_are_not_read_again():
    tables = complete(company([{"source": "A", "target": "B"}]))
    assert complete(tables) is tables
    assert merge(tables, Tables()).ties.equals(tables.ties)


# Differences


def table(**columns):
    return pa.table(columns)


def test_a_difference_has_new_changed_removed_and_unchanged_rows():
    old = table(id=["a", "b", "c", "d"], x=[1, 2, None, 4])
    new = table(id=["d", "c", "b", "e"], x=[4, 3, 2, None])
    found = difference(old, new, ["id"])
    assert found.added.to_pylist() == [{"id": "e", "x": None}]
    assert found.changed.to_pylist() == [{"id": "c", "x": 3}]
    assert found.removed.to_pylist() == [{"id": "a", "x": 1}]
    assert found.unchanged == 2
    assert str(found) == "1 new, 1 changed, 1 removed, 2 unchanged"


def test_equal_tables_have_no_difference():
    empty = table(id=pa.array([], pa.string()))
    assert str(difference(empty, empty, ["id"])) == "none"


def test_columns_of_only_one_side_count_as_null():
    found = difference(table(id=["a", "b"], x=[1, None]), table(id=["a", "b"], y=[None, 2]), ["id"])
    assert {row["id"] for row in found.changed.to_pylist()} == {"a", "b"}
    same = difference(table(id=["a"], x=[None]), table(id=["a"]), ["id"])
    assert same.unchanged == 1


def test_the_order_of_columns_and_rows_does_not_matter():
    old = table(id=["a", "b"], x=[1, 2])
    new = table(x=[2, 1], id=["b", "a"])
    assert str(difference(old, new, ["id"])) == "2 unchanged"


@thoroughly
@given(
    old=st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([None, 1.0, 2.0])),
    new=st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([None, 1.0, 2.0])),
)
def test_differences_match_those_of_dicts(old, new):
    def as_table(rows):
        return pa.table(
            {"id": pa.array(list(rows), pa.string()), "x": pa.array(list(rows.values()), "double")}
        )

    found = difference(as_table(old), as_table(new), ["id"])
    assert set(found.added["id"].to_pylist()) == set(new) - set(old)
    assert set(found.removed["id"].to_pylist()) == set(old) - set(new)
    assert set(found.changed["id"].to_pylist()) == {k for k in old.keys() & new if old[k] != new[k]}
    assert found.unchanged == len({k for k in old.keys() & new if old[k] == new[k]})


def test_distinct_rows_get_distinct_numbers():
    n = 70_000  # n squared does not fit in 32 bits, n to the fourth not in 64
    numbers = [f"{i}" for i in range(n)]
    wide = pa.table(dict.fromkeys("abcde", numbers))
    shifted = wide.set_column(4, "e", pa.array([*numbers[1:], numbers[0]]))
    first, second = row_ids([wide, shifted])
    assert len(set(first.tolist())) == n
    assert not set(first.tolist()) & set(second.tolist())
