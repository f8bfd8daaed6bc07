"""Large tables and networks are worked on in parts: the result is that of all rows at once."""

import math
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import Network, Tables, compute, open_store, validate
from influence.loaders import tables as loader
from influence.models import contacts as contact_measures
from influence.models.sketch import _row_sums
from influence.network import blocks
from influence.network.blocks import contacts_of_each
from influence.network.contacts import Contacts
from influence.parameters import Parameters
from influence.store.directory import manifest
from influence.tables import EMPTY, difference, keys
from influence.tables.merge import merge_counting
from influence.tables.reading import columns
from influence.tables.reading.columns import repeat
from influence.tables.reading.parquet import read_parquet, sharing
from tests import graphs, naive
from tests.builders import random_network
from tests.examples import examples

PEOPLE = list("ABCDE")
cell = st.builds(
    lambda ends, **rest: {"source": ends[0], "target": ends[1], **rest},
    st.permutations(PEOPLE).map(lambda names: names[:2]),
    kind=st.sampled_from(["tie", "tie", "follows"]),
    network=st.sampled_from(["", "", "web"]),
    strength=st.sampled_from([0.5, 1.0]),
    directed=st.booleans(),
)
rows_of_ties = st.lists(cell, max_size=30)
sizes = st.integers(1, 5)


@contextmanager
def in_parts(size):
    """Set every number of rows that are worked on at once."""
    with pytest.MonkeyPatch.context() as patched:
        for module, name in (
            (keys, "ROWS_AT_ONCE"),
            (columns, "REPEATED"),
            (manifest, "ROWS_PER_GROUP"),
        ):
            patched.setattr(module, name, size)
        yield


def ties_of(rows):
    return pa.Table.from_pylist(rows, schema=graphs.TIES)


def merged(old, new):
    """Load ties twice; return the ties and the number of different rows in the second load."""
    state, people = EMPTY, {"id": PEOPLE}
    for table in (old, new):
        given_tables = validate(Tables(customers=people, ties=table)).tables
        state, counted, _ = merge_counting(state, given_tables)
    return state.ties, counted["ties"]


@examples(200)
@given(old=rows_of_ties, new=rows_of_ties, size=sizes)
def test_ties_are_merged_in_parts_as_at_once(old, new, size):
    whole = merged(ties_of(old), ties_of(new))
    parts = pa.concat_tables([graphs.TIES.empty_table(), *(ties_of([row]) for row in new)])
    with in_parts(size):
        found = merged(ties_of(old), parts)
    assert found[0].equals(whole[0])
    assert found[1] == whole[1] == len(naive.last_row_wins(new)[0])


@examples(60)
@given(old=rows_of_ties, new=rows_of_ties, size=sizes)
def test_two_states_are_compared_in_parts_as_at_once(old, new, size):
    one, other = (merged(ties_of([]), ties_of(rows))[0] for rows in (old, new))
    key = ["source", "target", "kind", "network"]
    whole = difference(one, other, key)
    with in_parts(size):
        found = difference(one, other, key)
    assert found.unchanged == whole.unchanged
    for name in ("added", "changed", "removed"):
        assert getattr(found, name).equals(getattr(whole, name))


@examples(20)
@given(rows=rows_of_ties, size=sizes)
def test_files_of_any_row_groups_give_the_same_store(rows, size, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    people, ties = pa.table({"id": PEOPLE}), ties_of(rows)
    pq.write_table(people, folder / "customers.parquet")
    pq.write_table(ties, folder / "ties.parquet", row_group_size=size)
    files = [folder / "customers.parquet", folder / "ties.parquet"]
    with in_parts(size):
        parts = open_store(folder / "parts")
        loaded = parts.write_tables(loader.read(files))
        found = parts.tables()
    whole = open_store(folder / "whole")
    expected = whole.write_tables(Tables(customers=people, ties=ties))
    for name in found:
        assert found[name].equals(whole.tables()[name]), name
    assert str(loaded) == str(expected)
    assert [note.event for note in loaded.notes] == [note.event for note in expected.notes]
    assert {name: count.merged for name, count in loaded.rows.items()} == {
        name: count.merged for name, count in expected.rows.items()
    }


def test_columns_that_repeat_a_row_group_keep_every_bit(tmp_path):
    zeros = [0.0, -0.0, -0.0, math.nan, math.nan, None, None, 1.0]
    table = pa.table({"number": pa.array(zeros), "text": ["a", "a", None, None, "", "", "b", "b"]})
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=1)
    found = read_parquet(tmp_path / "t.parquet")
    assert repr(found.to_pydict()) == repr(table.to_pydict())
    chunks = found["number"].chunks
    shared = [one.buffers()[1].address == other.buffers()[1].address
              for one, other in pairwise(chunks)]  # fmt: skip
    assert shared == [False, True, False, True, False, True, False]


def test_some_columns_of_a_file_come_in_the_order_asked_for(tmp_path):
    table = pa.table({name: [1, 2, 3] for name in "abc"})
    for rows in (table, table.schema.empty_table()):
        pq.write_table(rows, tmp_path / "t.parquet", row_group_size=2)
        found = read_parquet(tmp_path / "t.parquet", ["c", "a"])
        assert found.equals(pq.read_table(tmp_path / "t.parquet", columns=["c", "a"]))
    with pytest.raises(KeyError, match="d"):
        read_parquet(tmp_path / "t.parquet", ["a", "d"])


@pytest.mark.parametrize(
    "values",
    [
        pa.array([1.5], pa.float32()),
        pa.array([np.float16(1.5)]),
        pa.array([1], pa.int8()),
        pa.array([True]),
        pa.array(["a"]).dictionary_encode(),
        pa.array([["a"]]),
    ],
    ids=lambda values: str(values.type),
)
def test_equal_columns_of_any_type_are_shared(values):
    one, other = sharing([pa.table({"x": values}), pa.table({"x": pa.concat_arrays([values])})])
    assert one["x"].chunk(0).equals(other["x"].chunk(0))


@pytest.mark.parametrize("rows", [0, 1, 3, 7])
def test_a_column_of_one_value_has_all_its_rows(monkeypatch, rows):
    monkeypatch.setattr(columns, "REPEATED", 3)
    assert repeat(pa.scalar("tie"), rows).to_pylist() == ["tie"] * rows


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("strengths", ["equal", "different"])
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_network_is_built_in_blocks_as_at_once(monkeypatch, seed, strengths, size):
    rng = np.random.default_rng(seed)
    n, m = 30, 200
    source, target = rng.integers(0, n, (2, m))
    strength = np.full(m, 2.0) if strengths == "equal" else rng.choice([0.5, 1.0, 2.0], m)
    monkeypatch.setattr(blocks, "ARCS_AT_ONCE", size)
    names = pa.array([f"{i:02}" for i in range(n)])
    network = Network.from_arcs(names, source, target, strength, ties=m)
    strongest: dict[tuple[int, int], float] = {}
    for arc in zip(source.tolist(), target.tolist(), strength.tolist(), strict=True):
        if arc[0] != arc[1]:
            strongest[arc[:2]] = max(strongest.get(arc[:2], 0.0), arc[2])
    found = zip(network.sources.tolist(), network.indices.tolist(), strict=True)
    assert list(zip(found, network.strength.tolist(), strict=True)) == sorted(strongest.items())
    assert network.indptr[-1] == len(strongest)
    pairs = {frozenset(pair) for pair in strongest}
    counts = [sum(i in pair for pair in pairs) for i in range(n)]
    loopless = source != target
    assert contacts_of_each(source[loopless], target[loopless], n).tolist() == counts


def test_sums_over_arcs_and_contacts_have_the_same_bits_in_blocks(monkeypatch):
    network = random_network(50, 300, seed=1)
    contacts, payoff = Contacts.of(network), np.random.default_rng(0).lognormal(5, 1, 50)
    common = np.arange(len(contacts.indices), dtype=np.int32)

    def sums():
        return (_row_sums(network, payoff).tolist(), network.fingerprint(payoff),
                repr(contact_measures.clustering(contacts, common).tolist()))  # fmt: skip

    whole = sums()
    for size in (1, 7, 100):
        monkeypatch.setattr(blocks, "ARCS_AT_ONCE", size)
        assert sums() == whole


@pytest.mark.parametrize("first", [{}, {"weights": (0.4, 0.2)}, {"method": "sketch"}])
@pytest.mark.parametrize("second", [{}, {"weights": (0.4, 0.2)}, {"method": "sketch"}])
def test_counts_of_changed_figures_are_those_of_whole_tables(tmp_path, first, second):
    store = open_store(tmp_path)
    store.write_tables(graphs.tables_of(graphs.mixed()))
    store.write_scores(compute(store.tables(), Parameters(**first)))
    before = store.scores().table.drop_columns("run")
    people = store.tables().customers["id"].to_pylist()
    store.forget(people[0])
    store.write_tables(Tables(customers={"id": [people[1], "new"], "clv": [987.0, 1.0]}))
    scores = compute(store.tables(), Parameters(**second))
    gone = before.filter(pc.field("customer") != people[0])  # with their row, by `forget`
    plain = difference(gone, scores.table.drop_columns("run"), ["customer"])
    written = store.write_scores(scores)
    assert written.changed == len(plain.added) + len(plain.changed) > 0
    assert written.cleared == len(plain.removed)
    again = store.write_scores(scores)
    assert (again.changed, again.cleared) == (0, 0)
