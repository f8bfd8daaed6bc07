"""The company's own columns, of any name, are stored and not changed by runs."""

import datetime as dt

import pyarrow as pa
import pytest

from influence import Tables
from tests.stores import NOTHING, people, run, touched

ATTRIBUTES = {
    "text": ["gold", None, "é😀", "  ", "5", "x"],
    "whole": [1, 2, None, -(2**53) - 1, 2**62, 0],
    "number": [0.1, None, -1e300, 5.0, 2.0, 3.0],
    "flag": [True, False, None, False, True, False],
    "day": [dt.date(2024, 2, 29), None, dt.date(1900, 1, 1), None, None, None],
    "moment": [dt.datetime(2024, 2, 29, 12, 30, 1, 123456), None, None, None, None, None],
    "only late": [None, None, None, None, None, 3.5],
    "never": [None] * 6,
    # property keys of this package in Neo4j, and keys that need quoting there
    "rank": [1, 2, 3, 4, 5, 6],
    "rank_": [6, 5, 4, 3, 2, 1],
    "rank__": ["a", "b", "c", "d", "e", "f"],
    "influence": ["a", "b", "c", "d", "e", "f"],
    "networkValue": [9.5] * 6,
    "influenceRun": ["mine"] * 6,
    "previousRank": [7] * 6,
    "clvComputed": [1.0] * 6,  # like the copies of computed CLVs
    "sentimentComputed": ["a", "b", None, "d", "e", "f"],
    "reach1": [True] * 6,
    "reach_1": [11] * 6,
    "doNotProfile": [False, False, False, False, False, True],
    "a b": [1, None, 3, None, 5, None],
    "`tick`": ["t"] * 6,
    "größe": [1.5] * 6,
    "Lead-Source v1.0": ["web"] * 6,
    # words of Cypher, and names of parameters
    "null": [1] * 6,
    "match": [True] * 6,
    "properties": ["p"] * 6,
    "labels": ["l", None, "l", "l", "l", "l"],
    "new_labels": ["l", None, "l", "l", "l", "l"],
    "i": [0, 1, 2, 3, 4, 5],
    "2023": [0, 1, 2, 3, 4, 5],
    "2023 Q1": [0.5, 1, 2, 3, 4, 5],
    "mutual": [True, False, True, False, None, False],
    # columns of ties, whose defaults must not be used here
    "kind": ["k", None, "k", "k", "k", "k"],
    "network": ["n", None, "n", "n", "n", "n"],
    "strength": ["strong", None, "weak", "weak", "weak", "weak"],
    "directed": [True, None, False, True, True, True],
    "run": ["r"] * 6,
}


NAMES = [*ATTRIBUTES]
SIX = ["A", "B", "C", "D", "E", "F"]


@pytest.mark.parametrize(
    "names",
    [
        *(NAMES[first::7] for first in range(7)),
        *(pytest.param([name], marks=pytest.mark.slow) for name in NAMES),
    ],
    ids=", ".join,
)
def test_columns_of_any_name_are_stored_and_not_changed_by_a_run(store, names):
    columns = {"clv": [1.0] * 6} | {name: ATTRIBUTES[name] for name in names}
    tables = Tables(customers={"id": SIX, **columns})
    store.write_tables(tables)
    expected = {key: {n: columns[n][place] for n in columns} for place, key in enumerate(SIX)}
    if "text" in names:
        expected["D"]["text"] = None  # a blank cell is no value

    def of_the_company():
        return {
            key: {name: row.get(name) for name in columns} for key, row in people(store).items()
        }

    assert of_the_company() == expected
    assert touched(store.write_tables(tables)) == NOTHING
    run(store)
    assert of_the_company() == expected
    assert touched(store.write_tables(tables)) == NOTHING
    assert run(store).changed == 0


@pytest.mark.parametrize("without", [set(), {"`tick`"}], ids=["by row", "by column"])
def test_columns_of_all_names_are_stored_together(store, without):
    of_ties = {"kind", "network", "strength", "directed", "since", "mutual"}
    left_out = of_ties | without
    columns = {name: values for name, values in ATTRIBUTES.items() if name not in left_out}
    tables = Tables(customers={"id": SIX, "clv": [1.0] * 6, **columns})
    store.write_tables(tables)
    run(store)
    assert touched(store.write_tables(tables)) == NOTHING
    found = people(store)
    assert [found[key]["rank"] for key in SIX] == ATTRIBUTES["rank"]
    assert [found[key]["rank_"] for key in SIX] == ATTRIBUTES["rank_"]
    assert [found[key]["rank__"] for key in SIX] == ATTRIBUTES["rank__"]


def test_a_column_without_a_name_is_left_out_with_a_note(store):
    # `id,clv,` with a trailing comma, as spreadsheets write it.
    tables = Tables(customers={"id": ["A"], "clv": [1.0], "": ["x"]})
    assert "column_left_out" in {note.event for note in store.write_tables(tables).notes}
    assert people(store)["A"]["clv"] == 1.0


def test_whole_numbers_beyond_64_bits_are_left_out_with_a_note(store):
    tables = Tables(customers={"id": ["A"], "extra": pa.array([2**64 - 1], pa.uint64())})
    (note,) = (n for n in store.write_tables(tables).notes if n.event == "column_left_out")
    assert note.fields["column"] == "extra"
    assert "extra" not in people(store)["A"]
