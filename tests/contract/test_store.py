"""One contract for every store: what goes in comes out, a repeat changes nothing, all or nothing.

Every test runs on the embedded store and on a real Neo4j, whose pages and batches are cut to
three so that paging and batching happen.
"""

import contextlib
import datetime as dt
import random
import subprocess
import sys
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from influence import InputRejected, NothingToShow, Rules, Selection, Tables, compute
from influence.errors import StoreError, StoreRefused, StoreUnreachable, UsageError
from influence.pipeline import Parameters
from influence.store import Credentials, open_store
from influence.store.protocol import unfinished
from tests import graphs, naive

FIGURES_OF_A_RUN = {"networkValue", "influence", "rank", "reach1", "influenceRun"}

# A stop sign for UTF-16: "～" is U+FF5E, above the surrogates, and the emoji are beyond U+FFFF.
AWKWARD_IDS = [
    "007", "7", "x y", "x", 'a,"b', "é", "e\u0301", "Ω", "A\nB", "日本", "～", "～～", "\uffee",
    "😀", "😀a", "🧑‍🤝‍🧑", "\U0010ffff", "\ue000", "0", "-1", "nulls", "it's", "`", "$id", "\\",
    "a" * 300,
]  # fmt: skip


def connect(server):
    return open_store(server.uri, Credentials(server.username, server.password))


@pytest.fixture
def store(small_pages, store):
    return store


@pytest.fixture
def neo4j_store(empty_neo4j, small_pages):
    with connect(empty_neo4j) as opened:
        yield opened


def people(store):
    return {row["id"]: row for row in store.tables().customers.to_pylist()}


def ties(store):
    """The ties as a set; an undirected one is the same whichever end comes first."""
    return {
        (
            frozenset((row["source"], row["target"]))
            if not row["directed"]
            else (row["source"], row["target"]),
            *(row[name] for name in ("kind", "network", "strength", "directed", "since", "mutual")),
        )
        for row in store.tables().ties.to_pylist()
    }


def twins_of(company):
    survivors, _ = naive.last_row_wins(company[1])
    return {
        (
            frozenset((row["source"], row["target"]))
            if not row["directed"]
            else (row["source"], row["target"]),
            *(row[name] for name in ("kind", "network", "strength", "directed")),
            None,
            row["mutual"],
        )
        for row in survivors
    }


def run(store, weights=graphs.WEIGHTS, **selection):
    scores = compute(store.tables(), Parameters(tuple(weights), Selection(**selection)))
    return store.write_scores(scores)


def figures(store):
    return {row["customer"]: row for row in store.scores().to_arrow().to_pylist()}


def without_run(rows):
    return {
        customer: {name: figure for name, figure in row.items() if name != "run"}
        for customer, row in rows.items()
    }


def touched(loaded):
    return {
        name: (len(change.added), len(change.changed), len(change.removed))
        for name, change in loaded.changes.items()
        if name in NOTHING or str(change) != "none"
    }


NOTHING = {"customers": (0, 0, 0), "ties": (0, 0, 0)}


# Tables


def test_an_awkward_company_comes_back_as_it_went_in(store):
    n = len(AWKWARD_IDS)
    pairs = [(AWKWARD_IDS[i], AWKWARD_IDS[(i * 7 + 3) % n]) for i in range(n)]
    pairs = [pair for pair in pairs if pair[0] != pair[1]]
    customers = [{"id": key, "clv": i - 7.25} for i, key in enumerate(AWKWARD_IDS)]
    company = (customers, graphs.ties_between(pairs))
    loaded = store.write_tables(graphs.tables_of(company))
    assert len(loaded.changes["customers"].added) == n
    assert {key: row["clv"] for key, row in people(store).items()} == {
        customer["id"]: customer["clv"] for customer in customers
    }
    assert ties(store) == twins_of(company)
    assert len(store.tables().ties) == len(twins_of(company))


def test_ids_beside_the_surrogates_are_neither_lost_nor_doubled_between_pages(store):
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


def test_every_column_of_the_tables_comes_back_in_its_type(store):
    day = dt.date
    customers = {
        "id": ["A", "B", "C", "D", "E"],
        "clv": [1.5, -2.0, 0.0, 1e15, 1e-9],
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
def test_the_sentiment_of_a_tie_comes_back_and_may_change(store, given):
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


ATTRIBUTES = {
    "text": ["gold", None, "é😀", "  ", "5", "x"],
    "whole": [1, 2, None, -(2**53) - 1, 2**62, 0],
    "number": [0.1, None, -1e300, 5.0, 2.0, 3.0],
    "flag": [True, False, None, False, True, False],
    "day": [dt.date(2024, 2, 29), None, dt.date(1900, 1, 1), None, None, None],
    "moment": [dt.datetime(2024, 2, 29, 12, 30, 1, 123456), None, None, None, None, None],
    "only late": [None, None, None, None, None, 3.5],
    "never": [None] * 6,
    # names that are ours in Neo4j, and names that look odd there
    "rank": [1, 2, 3, 4, 5, 6],
    "rank_": [6, 5, 4, 3, 2, 1],
    "rank__": ["a", "b", "c", "d", "e", "f"],
    "influence": ["a", "b", "c", "d", "e", "f"],
    "networkValue": [9.5] * 6,
    "influenceRun": ["mine"] * 6,
    "previousRank": [7] * 6,
    "clvComputed": [1.0] * 6,  # as if runs had computed everybody's clv
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
    # names of columns of the ties, whose defaults are none of the customers' business
    "kind": ["k", None, "k", "k", "k", "k"],
    "network": ["n", None, "n", "n", "n", "n"],
    "strength": ["strong", None, "weak", "weak", "weak", "weak"],
    "directed": [True, None, False, True, True, True],
    "run": ["r"] * 6,
}
SIX = ["A", "B", "C", "D", "E", "F"]


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_a_column_of_the_company_comes_back_and_a_run_leaves_it_alone(store, name):
    tables = Tables(customers={"id": SIX, "clv": [1.0] * 6, name: ATTRIBUTES[name]})
    store.write_tables(tables)
    expected = dict(zip(SIX, ATTRIBUTES[name], strict=True))
    if name == "text":
        expected["D"] = None  # a blank cell is no value
    expected = {key: {name: value, "clv": 1.0} for key, value in expected.items()}

    def of_the_company():
        return {key: {name: row.get(name), "clv": row["clv"]} for key, row in people(store).items()}

    assert of_the_company() == expected
    assert touched(store.write_tables(tables)) == NOTHING
    run(store)
    assert of_the_company() == expected
    assert touched(store.write_tables(tables)) == NOTHING
    assert run(store).changed == 0


@pytest.mark.parametrize("without", [set(), {"`tick`"}], ids=["by row", "by column"])
def test_all_columns_of_the_company_together(store, without):
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


NATIVE = {
    "int8": pa.array([1, None, -128], pa.int8()),
    "uint32": pa.array([1, None, 2**32 - 1], pa.uint32()),
    "float32": pa.array([0.1, None, 2.5], pa.float32()),
    "decimal": pa.array([Decimal("0.10"), None, Decimal("12345.67")], pa.decimal128(9, 2)),
    "milliseconds": pa.array([1, None, 1_700_000_000_123], pa.timestamp("ms")),
    "nanoseconds": pa.array([1_000, None, 1_700_000_000_123_456_000], pa.timestamp("ns")),
    "date64": pa.array([0, None, 86_400_000], pa.date64()),
    "time": pa.array([1, None, 86_399], pa.time32("s")),
    "duration": pa.array([1, None, 90_000], pa.duration("s")),
    "dictionary": pa.array(["a", None, "a"]).dictionary_encode(),
    "large text": pa.array(["a", None, "b"], pa.large_string()),
    "list": pa.array([["a", "b"], None, []], pa.list_(pa.string())),
    "bytes": pa.array([b"\x00\xff", None, b""], pa.binary()),
    "not a number": pa.array([float("nan"), None, float("inf")], pa.float64()),
}


@pytest.mark.parametrize("name", NATIVE)
def test_a_column_of_any_arrow_type_can_be_loaded_again_without_a_change(store, name):
    """Or it is refused with a sentence; never a traceback, never a change at every load."""
    tables = Tables(customers={"id": ["A", "B", "C"], "clv": [1.0] * 3, "extra": NATIVE[name]})
    try:
        store.write_tables(tables)
    except (InputRejected, UsageError):
        return
    assert touched(store.write_tables(tables)) == NOTHING
    run(store)
    assert touched(store.write_tables(tables)) == NOTHING
    assert sorted(people(store)) == ["A", "B", "C"]


MOMENTS_WITH_A_ZONE = """
import sys
import pyarrow as pa
from influence import Tables
from influence.store import Credentials, open_store

url, zone = sys.argv[1:3]
with open_store(url, Credentials(*sys.argv[3:])) as store:
    moments = pa.array([1, None, 1_700_000_000] * 500, pa.timestamp("s", zone))
    tables = Tables(customers={"id": [str(i) for i in range(1500)], "seen": moments})
    store.write_tables(tables)
    print(store.write_tables(tables))
"""


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "+02:00"])
def test_moments_with_a_time_zone_do_not_crash_the_interpreter(store, request, zone):
    # In a process of its own: the driver hands its own DateTime to zoneinfo, which reads beyond it.
    where = [str(store.path)] if hasattr(store, "path") else [store.url]
    where.append(zone)
    if not hasattr(store, "path"):
        server = request.getfixturevalue("neo4j_server")
        where += [server.username, server.password]
    done = subprocess.run(
        [sys.executable, "-c", MOMENTS_WITH_A_ZONE, *where],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "customers: 1,500 unchanged"


def test_a_column_without_a_name_is_left_out_with_a_note(store):
    # `id,clv,` with a comma too many: every spreadsheet makes one.
    tables = Tables(customers={"id": ["A"], "clv": [1.0], "": ["x"]})
    assert "column_left_out" in {note.event for note in store.write_tables(tables).notes}
    assert people(store)["A"]["clv"] == 1.0


def test_whole_numbers_beyond_64_bits_are_left_out_with_a_note(store):
    tables = Tables(customers={"id": ["A"], "extra": pa.array([2**64 - 1], pa.uint64())})
    (note,) = (n for n in store.write_tables(tables).notes if n.event == "column_left_out")
    assert note.fields["column"] == "extra"
    assert "extra" not in people(store)["A"]


def test_a_column_may_change_its_type_from_load_to_load(store):
    keys = ["A", "B", "C", "D", "E", "F", "G"]
    store.write_tables(Tables(customers={"id": keys[:4], "plan": [1, 2, 3, 4]}))
    store.write_tables(Tables(customers={"id": keys[4:], "plan": ["gold", "tin", None]}))
    plans = {key: row["plan"] for key, row in people(store).items()}
    assert {key: str(plan) for key, plan in plans.items()} == {
        "A": "1", "B": "2", "C": "3", "D": "4", "E": "gold", "F": "tin", "G": "None",
    }  # fmt: skip


def test_a_column_of_text_may_become_one_of_numbers(store):
    store.write_tables(Tables(customers={"id": ["A", "B"], "plan": ["gold", "tin"]}))
    store.write_tables(Tables(customers={"id": ["C"], "plan": [3]}))
    assert {key: str(row["plan"]) for key, row in people(store).items()} == {
        "A": "gold", "B": "tin", "C": "3",
    }  # fmt: skip


def test_a_replacement_may_change_the_type_of_a_column(store):
    store.write_tables(Tables(customers={"id": ["A", "B"], "plan": ["gold", "tin"]}))
    store.write_tables(Tables(customers={"id": ["A", "C"], "plan": [1, 3]}), replace=True)
    assert {key: row["plan"] for key, row in people(store).items()} == {"A": 1, "C": 3}


def test_a_column_that_is_blank_in_a_later_load_does_no_harm(store):
    store.write_tables(Tables(customers={"id": ["A", "B"], "plan": ["gold", "tin"]}))
    store.write_tables(Tables(customers={"id": ["B", "C"], "plan": [None, None]}))
    assert {key: row["plan"] for key, row in people(store).items()} == {
        "A": "gold", "B": None, "C": None,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["mixed", "duplicates", "karate"])
def test_named_companies_come_back(store, name):
    company = graphs.NAMED[name]()
    store.write_tables(graphs.tables_of(company))
    assert {key: row["clv"] for key, row in people(store).items()} == {
        customer["id"]: customer["clv"] for customer in company[0]
    }
    assert ties(store) == twins_of(company)


def test_a_store_in_which_nothing_is_yet_has_nothing_to_show_and_no_runs(store):
    assert store.runs() == []
    for verb in (store.tables, store.scores):
        with pytest.raises(NothingToShow):
            verb()


def test_a_store_with_an_empty_company_has_nothing_to_show(store):
    # A graph cannot tell this from a store that was never loaded; so no store does.
    store.write_tables(graphs.tables_of(graphs.empty()))
    with pytest.raises(NothingToShow):
        store.tables()
    store.write_tables(graphs.tables_of(graphs.worked()))
    assert len(people(store)) == 6


# Loading


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("name", ["mixed", "duplicates"])
def test_loading_twice_changes_nothing(store, name, replace):
    tables = graphs.tables_of(graphs.NAMED[name]())
    store.write_tables(tables)
    before = people(store), ties(store)
    again = store.write_tables(tables, replace=replace)
    assert touched(again) == NOTHING
    assert (people(store), ties(store)) == before


@pytest.mark.parametrize("seed", range(3))
def test_loading_in_parts_is_loading_at_once(store, seed):
    company = graphs.random_company(seed, n=14, ties=60, kinds=graphs.KINDS, networks=("", "web"))
    customers, rows = company
    store.write_tables(graphs.tables_of((customers, rows[:25])))
    for start in (25, 40):
        stop = {25: 40, 40: 60}[start]
        store.write_tables(Tables(ties=pa.Table.from_pylist(rows[start:stop], schema=graphs.TIES)))
        assert ties(store) == twins_of((customers, rows[:stop]))
    assert len(store.tables().ties) == len(twins_of(company))


def test_without_replace_a_load_adds_and_updates(store):
    store.write_tables(
        Tables(
            customers={"id": ["A", "B"], "clv": [1.0, 2.0], "plan": ["x", "y"], "name": ["a", "b"]},
            ties={"source": ["A"], "target": ["B"], "strength": [1.0]},
        )
    )
    loaded = store.write_tables(
        Tables(
            customers={"id": ["B", "C"], "clv": [5.0, 3.0], "city": ["Rome", "Oslo"]},
            ties={"source": ["C", "B"], "target": ["B", "A"], "strength": [1.0, 7.0]},
        )
    )
    assert touched(loaded)["customers"] == (1, 1, 0)
    found = people(store)
    assert [found[key]["clv"] for key in "ABC"] == [1.0, 5.0, 3.0]
    assert [found[key]["plan"] for key in "ABC"] == ["x", "y", None]
    assert [found[key]["name"] for key in "ABC"] == ["a", "b", None]
    assert [found[key]["city"] for key in "ABC"] == [None, "Rome", "Oslo"]
    assert ties(store) == {
        (frozenset("AB"), "tie", "", 7.0, False, None, True),  # listed both ways round by now
        (frozenset("BC"), "tie", "", 1.0, False, None, False),
    }


def test_with_replace_customers_and_ties_that_are_not_in_the_load_go(store):
    store.write_tables(graphs.tables_of(graphs.worked()))
    loaded = store.write_tables(
        Tables(
            customers={"id": ["A", "C", "N"], "clv": [1.0, 50.0, 9.0]},
            ties={"source": ["N"], "target": ["A"]},
        ),
        replace=True,
        allow_removal=True,
    )
    assert touched(loaded) == {"customers": (1, 1, 4), "ties": (1, 0, 6)}
    assert {key: row["clv"] for key, row in people(store).items()} == {"A": 1, "C": 50, "N": 9}
    assert ties(store) == {(frozenset("AN"), "tie", "", 1.0, False, None, False)}


def test_with_replace_columns_that_are_not_in_the_load_go(store):
    store.write_tables(Tables(customers={"id": ["A"], "clv": [5.0], "plan": ["x"], "name": ["a"]}))
    store.write_tables(Tables(customers={"id": ["A"]}), replace=True)
    row = people(store)["A"]
    assert (row["clv"], row["name"], row.get("plan")) == (0.0, None, None)


def test_removed_customers_lose_their_ties_and_their_figures(store):
    company = graphs.worked()
    store.write_tables(graphs.tables_of(company))
    run(store)
    customers = [customer for customer in company[0] if customer["id"] != "C"]
    rows = [tie for tie in company[1] if "C" not in (tie["source"], tie["target"])]
    store.write_tables(graphs.tables_of((customers, rows)), replace=True)
    assert "C" not in people(store)
    assert ties(store) == twins_of((customers, rows))
    assert "C" not in figures(store)
    run(store)
    assert sorted(figures(store)) == ["A", "B", "D", "E", "F"]


def test_between_a_load_and_the_next_run_the_scores_are_those_of_the_run(store):
    store.write_tables(graphs.tables_of(graphs.worked()))
    run(store)
    before = figures(store)
    store.write_tables(Tables(customers={"id": ["A"], "clv": [1000.0]}))
    assert figures(store) == before


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
def test_wrong_input_leaves_the_store_as_it_was(store, wrong, replace):
    store.write_tables(graphs.tables_of(graphs.worked()))
    run(store)
    before = people(store), ties(store), figures(store), store.runs()
    with pytest.raises(InputRejected):
        store.write_tables(Tables(**wrong), replace=replace)
    assert (people(store), ties(store), figures(store), store.runs()) == before


def test_wrong_input_leaves_an_empty_store_empty(store):
    with pytest.raises(InputRejected):
        store.write_tables(Tables(customers={"id": ["A", "A"]}))
    assert store.runs() == []
    store.write_tables(Tables(customers={"id": ["B"]}))
    assert sorted(people(store)) == ["B"]


def test_a_later_load_may_name_customers_who_are_there(store):
    store.write_tables(Tables(customers={"id": ["A", "B"]}))
    store.write_tables(Tables(ties={"source": ["A"], "target": ["B"]}))
    assert len(ties(store)) == 1
    store.write_tables(Tables(ties={"source": ["B"], "target": ["A"]}), replace=True)
    assert len(ties(store)) == 1
    with pytest.raises(InputRejected):  # emptied, they are not there
        store.write_tables(
            Tables(ties={"source": ["A"], "target": ["B"]}), replace=True, empty=["customers"]
        )


def test_the_store_keeps_to_one_currency(store):
    store.write_tables(Tables(customers={"id": ["A"], "currency": ["EUR"]}))
    with pytest.raises(InputRejected, match="currency"):
        store.write_tables(Tables(customers={"id": ["B"], "currency": ["USD"]}))
    store.write_tables(
        Tables(customers={"id": ["B"], "currency": ["USD"]}), replace=True, allow_removal=True
    )
    assert people(store)["B"]["currency"] == "USD"


def test_a_dropped_clv_is_kept_as_no_value_and_gets_no_row(store):
    company = graphs.worked()
    tables = Tables(
        customers={"id": list("ABCDEF"), "clv": [100.0, None, 50.0, 200.0, None, 80.0]},
        ties=pa.Table.from_pylist(company[1], schema=graphs.TIES),
    )
    with pytest.raises(InputRejected):
        store.write_tables(tables)
    store.write_tables(tables, rules=Rules(missing_clv="drop"))
    assert {key for key, row in people(store).items() if row["clv"] is None} == {"B", "E"}
    assert touched(store.write_tables(tables, rules=Rules(missing_clv="drop"))) == NOTHING
    run(store)
    assert sorted(figures(store)) == ["A", "C", "D", "F"]
    assert figures(store)["A"]["reach_1"] == 2  # B is still there to be reached
    # A load that says nothing of the value leaves it dropped.
    store.write_tables(Tables(customers={"id": ["B"], "name": ["Bea"]}))
    assert people(store)["B"]["clv"] is None


def test_added_customers_are_there_for_later_loads(store):
    tables = Tables(ties={"source": ["A", "B"], "target": ["B", "C"]})
    loaded = store.write_tables(tables, rules=Rules(add_missing=7.0))
    assert any("added 3" in note for note in loaded.notes)
    assert {key: row["clv"] for key, row in people(store).items()} == {"A": 7, "B": 7, "C": 7}
    store.write_tables(Tables(customers={"id": ["A"], "clv": [1.0]}))
    again = store.write_tables(tables, rules=Rules(add_missing=9.0))
    assert touched(again) == NOTHING
    assert {key: row["clv"] for key, row in people(store).items()} == {"A": 1, "B": 7, "C": 7}


def test_ties_that_turn_round_or_become_directed_replace_the_old_ones(store):
    store.write_tables(
        Tables(customers={"id": ["A", "B"]}, ties={"source": ["A"], "target": ["B"]})
    )
    for source, target, directed, expected in (
        ("B", "A", True, {("B", "A")}),
        ("A", "B", True, {("A", "B"), ("B", "A")}),
        ("B", "A", False, {frozenset("AB")}),
        ("A", "B", False, {frozenset("AB")}),
    ):
        store.write_tables(
            Tables(ties={"source": [source], "target": [target], "directed": [directed]})
        )
        assert {tie[0] for tie in ties(store)} == expected
        assert len(store.tables().ties) == len(expected)
    assert {tie[-1] for tie in ties(store)} == {True}


# Scores and runs


def test_scores_come_back_as_they_were_computed(store):
    store.write_tables(graphs.tables_of(graphs.mixed()))
    scores = compute(store.tables())
    written = store.write_scores(scores)
    assert written.changed == len(scores)
    assert written.cleared == 0
    found = store.scores()
    assert found.to_arrow().schema.names == scores.to_arrow().schema.names
    assert found.to_arrow().schema.types == scores.to_arrow().schema.types
    order = [("customer", "ascending")]
    assert found.to_arrow().sort_by(order).equals(scores.to_arrow().sort_by(order))
    assert found.to_arrow()["customer"].to_pylist() == scores.to_arrow()["customer"].to_pylist()
    assert found.run == written.run


def test_scores_are_sorted_by_customer_as_text(store):
    ids = ["b", "B", "é", "～", "😀", "10", "9", "\ue000"]
    store.write_tables(Tables(customers={"id": ids}))
    run(store)
    assert store.scores().to_arrow()["customer"].to_pylist() == sorted(ids)


def test_the_run_comes_back_with_its_parameters(store):
    store.write_tables(graphs.tables_of(graphs.mixed()))
    directions = {"trusts": "reversed", "follows": "both"}
    written = run(
        store,
        weights=(0.5, 0.2),
        kinds=("trusts", "follows"),
        networks=("web",),
        directions=directions,
    )
    for found in (store.runs()[0], store.scores().run):
        assert found == written.run
        assert (found.status, found.current, found.model) == ("finished", True, "shells")
        assert (found.weights, found.depth) == ((0.5, 0.2), 2)
        assert (found.kinds, found.networks) == (("trusts", "follows"), ("web",))
        assert found.directions == directions
        assert found.customers == 8
        assert found.started_at <= found.finished_at
        assert found.started_at.utcoffset() == dt.timedelta(0)


def test_a_kind_with_an_equals_sign_in_its_name_keeps_its_direction(store):
    store.write_tables(
        Tables(
            customers={"id": ["A", "B"]},
            ties={"source": ["A"], "target": ["B"], "kind": ["a=b=c"]},
        )
    )
    run(store, directions={"a=b=c": "reversed"})
    assert store.runs()[0].directions == {"a=b=c": "reversed"}


def test_weights_that_are_whole_numbers_come_back(store):
    store.write_tables(graphs.tables_of(graphs.worked()))
    run(store, weights=(1, 0.5, 0))
    assert store.runs()[0].weights == (1.0, 0.5, 0.0)


def test_an_equal_run_changes_nobody(store):
    store.write_tables(graphs.tables_of(graphs.mixed()))
    first = run(store)
    second = run(store)
    assert (second.changed, second.cleared) == (0, 0)
    assert second.run.fingerprint == first.run.fingerprint
    assert [found.id for found in store.runs()] == [second.run.id, first.run.id]
    assert [found.current for found in store.runs()] == [True, False]
    assert store.scores().run.id == second.run.id
    assert {row["run"] for row in figures(store).values()} == {second.run.id}


def test_only_those_whose_figures_change_are_counted_as_changed(store):
    customers, rows = graphs.two_components()
    store.write_tables(graphs.tables_of((customers, rows)))
    run(store, weights=(0.5,))
    store.write_tables(Tables(customers={"id": ["X"], "clv": [71.0]}))
    written = run(store, weights=(0.5,))
    before, after = naive_ranks(customers), naive_ranks(customers, {"X": 71.0})
    moved = {key for key in before if before[key] != after[key]}
    assert written.changed == len(moved)


def naive_ranks(customers, change=None):
    """All figures of the company of two components by the twin, after a change of values."""
    people = [row | {"clv": (change or {}).get(row["id"], row["clv"])} for row in customers]
    arcs = naive.arcs(naive.last_row_wins(graphs.two_components()[1])[0])
    return naive.scores(people, arcs, (0.5,))


def test_figures_go_with_the_row(store):
    store.write_tables(graphs.tables_of(graphs.worked()))
    run(store)
    unknown = Tables(customers={"id": ["D"], "clv": [None]})
    store.write_tables(unknown, rules=Rules(missing_clv="drop"))
    assert run(store).cleared == 1
    assert "D" not in figures(store)
    store.write_tables(Tables(customers={"id": ["D"], "clv": [200.0]}))
    run(store)
    store.write_tables(Tables(customers={"id": ["D"], "do_not_profile": [True]}))
    assert "D" not in figures(store)  # at once, not only after the next run
    assert run(store).cleared == 0
    assert sorted(figures(store)) == ["A", "B", "C", "E", "F"]
    store.write_tables(Tables(customers={"id": ["D"], "do_not_profile": [False]}))
    assert "D" not in figures(store)
    assert run(store).cleared == 0
    assert figures(store)["D"]["rank"] == 1


@pytest.mark.parametrize("depths", [(2, 4), (5, 1, 3)])
def test_a_run_of_another_depth_leaves_no_figures_of_the_one_before(store, depths):
    store.write_tables(graphs.tables_of(graphs.path()))
    for depth in depths:
        run(store, weights=tuple(0.5**d for d in range(1, depth + 1)))
        expected = compute(store.tables(), Parameters(tuple(0.5**d for d in range(1, depth + 1))))
        assert without_run(figures(store)) == without_run(
            {row["customer"]: row for row in expected.to_arrow().to_pylist()}
        )


def test_an_unknown_customer_has_no_row(store):
    store.write_tables(graphs.tables_of(graphs.worked()))
    run(store)
    with pytest.raises(NothingToShow, match="'nobody'"):
        store.scores().row("nobody")


def test_a_run_needs_no_ties(store):
    store.write_tables(Tables(customers={"id": ["A", "B"], "clv": [3.0, -1.0]}))
    run(store)
    assert {key: row["network_value"] for key, row in figures(store).items()} == {"A": 3, "B": -1}


def test_a_finished_newest_run_leaves_nothing_unfinished(store):
    assert unfinished(store.runs()) is None
    store.write_tables(graphs.tables_of(graphs.worked()))
    run(store)
    assert unfinished(store.runs()) is None


def test_mutual_ties_are_two_arcs_in_a_run_as_written(store):
    company = graphs.worked()
    customers, rows = company
    twice = [*rows, {"source": "C", "target": "A"}]
    store.write_tables(graphs.tables_of((customers, twice)))
    run(store, directions={"tie": "as-written"})
    survivors, _ = naive.last_row_wins(twice)
    expected = naive.scores(customers, naive.arcs(survivors, {"tie": "as-written"}), graphs.WEIGHTS)
    for key, row in figures(store).items():
        assert row["network_value"] == pytest.approx(float(expected[key]["network_value"]))
        assert row["reach_1"] == expected[key]["reach_1"]
    assert figures(store)["A"]["reach_1"] == 2
    assert figures(store)["C"]["reach_1"] == 2


# Both stores against each other


@pytest.mark.parametrize("seed", range(4))
def test_both_stores_give_the_same_scores(tmp_path, neo4j_store, seed):
    company = graphs.random_company(
        seed, n=25, ties=70, kinds=graphs.KINDS, networks=graphs.NETWORKS, directed_share=0.4
    )
    tables = graphs.tables_of(company)
    found = []
    for store in (open_store(str(tmp_path / "store")), neo4j_store):
        store.write_tables(tables)
        for directions in (None, {"tie": "as-written", "trusts": "reversed"}):
            run(store, directions=directions)
            found.append(store.scores().to_arrow().drop_columns("run"))
    tolerance = 1e-12 * sum(abs(customer["clv"]) for customer in company[0])
    for one, other in ((found[0], found[2]), (found[1], found[3])):
        assert one.column_names == other.column_names
        assert one["customer"].to_pylist() == other["customer"].to_pylist()
        for name in one.column_names[1:]:
            if name == "stance":
                assert one[name] == other[name]
                continue
            np.testing.assert_allclose(
                one[name].to_numpy(), other[name].to_numpy(), rtol=0, atol=tolerance
            )


# The embedded store alone


@pytest.fixture
def files(tmp_path):
    return open_store(str(tmp_path / "store"))


def test_files_that_are_not_the_stores_own_stay(files):
    files.path.mkdir()
    mine = [files.path / name for name in ("sales-2024.parquet", "customers-old.parquet", "a.csv")]
    for file in mine:
        file.write_text("not yours", encoding="utf-8")
    for _ in range(2):
        files.write_tables(graphs.tables_of(graphs.worked()))
        run(files)
    assert [file.name for file in mine if not file.exists()] == []


@pytest.mark.parametrize("job", ["load", "run"])
def test_two_writers_at_once_are_one_after_the_other_or_one_is_refused(files, monkeypatch, job):
    files.write_tables(graphs.tables_of(graphs.worked()))
    first, second = open_store(files.url), open_store(files.url)
    publish = first._directory.publish
    there = set("ABCDEF")

    def meanwhile(manifest):
        monkeypatch.undo()
        with contextlib.suppress(StoreError):
            second.write_tables(Tables(customers={"id": ["second"], "clv": [1.0]}))
            there.add("second")
        publish(manifest)

    monkeypatch.setattr(first._directory, "publish", meanwhile)
    if job == "load":
        first.write_tables(Tables(customers={"id": ["first"], "clv": [1.0]}))
        there.add("first")
    else:
        run(first)
    assert set(people(files)) == there


def test_only_the_files_that_count_and_ten_runs_are_kept(files):
    files.write_tables(graphs.tables_of(graphs.worked()))
    ids = [run(files).run.id for _ in range(12)]
    assert [found.id for found in files.runs()] == ids[:1:-1]
    files.write_tables(Tables(customers={"id": ["A"], "clv": [1.0]}))
    assert len(list(files.path.glob("*.parquet"))) == 5 + 10


@pytest.mark.parametrize(
    "text", [b"[]", b"null", b"{", b"\xff\xfe", b'{"format": 1}', b'{"format": 2}', b""]
)
def test_a_manifest_that_is_none_is_refused_by_name(files, text):
    files.path.mkdir()
    (files.path / "manifest.json").write_bytes(text)
    with pytest.raises(StoreRefused, match="store"):
        files.tables()


@pytest.mark.parametrize("size", [0, 3, 100, -1])
def test_a_damaged_file_is_refused_by_name(files, size):
    files.write_tables(graphs.tables_of(graphs.worked()))
    file = next(files.path.glob("customers-*.parquet"))
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(StoreRefused, match=file.name):
        files.tables()


def test_a_missing_file_is_refused_by_name(files):
    files.write_tables(graphs.tables_of(graphs.worked()))
    file = next(files.path.glob("customers-*.parquet"))
    file.unlink()
    with pytest.raises(StoreRefused, match=file.name):
        files.tables()


def test_a_store_where_a_file_is_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError):
        open_store(str(tmp_path / "file")).write_tables(graphs.tables_of(graphs.worked()))


def test_a_full_disk_leaves_the_store_as_it_was(files, monkeypatch):
    from influence.store.directory import manifest as module

    files.write_tables(graphs.tables_of(graphs.worked()))
    before, there = people(files), sorted(files.path.iterdir())

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.pq, "write_table", full)
    with pytest.raises(StoreError, match="No space left"):
        files.write_tables(Tables(customers={"id": ["Q"]}))
    monkeypatch.undo()
    assert people(files) == before
    assert sorted(files.path.iterdir()) == there


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("job", ["load", "run"])
def test_ctrl_c_beside_the_rename_leaves_the_old_state_or_the_new(files, monkeypatch, job, after):
    files.write_tables(graphs.tables_of(graphs.worked()))
    run(files)
    before = set(files.path.iterdir())
    rename = Path.replace

    def struck(path, target):
        ours = target.name == "manifest.json"
        if after or not ours:
            rename(path, target)
        if ours:
            raise KeyboardInterrupt

    def work():
        run(files) if job == "run" else files.write_tables(Tables(customers={"id": ["Q"]}))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", struck)
        with pytest.raises(KeyboardInterrupt):
            work()
    assert ("Q" in people(files)) == (after and job == "load")
    assert len(files.scores()) > 0
    assert len(files.runs()) == 1 + (after and job == "run")
    assert after or set(files.path.iterdir()) == before


def test_wrong_input_makes_no_directory(files):
    with pytest.raises(InputRejected):
        files.write_tables(Tables(customers={"id": ["A", "A"]}))
    assert not files.path.exists()


def test_a_directory_that_looks_like_a_partition_adds_no_column(tmp_path):
    store = open_store(str(tmp_path / "segment=gold" / "plan=x"))
    store.write_tables(Tables(customers={"id": ["A"]}))
    assert people(store)["A"]["segment"] is None
    assert "plan" not in people(store)["A"]


# Addresses


@pytest.mark.parametrize("url", ["http://localhost", "bolts://x", "s3://bucket/store", "://x"])
def test_an_unknown_scheme_is_wrong_usage(url):
    with pytest.raises(UsageError, match="unknown scheme"):
        open_store(url)


@pytest.mark.parametrize("url", ["bolt://neo4j:secret@localhost", "neo4j+s://me:secret@host:7687"])
def test_a_password_in_an_address_is_refused_and_not_repeated(url):
    with pytest.raises(UsageError) as caught:
        open_store(url)
    assert "secret" not in str(caught.value)
    assert "NEO4J_PASSWORD" in str(caught.value)


def test_a_path_object_is_a_path(tmp_path):
    assert open_store(tmp_path / "store").runs() == []


def test_a_password_is_not_shown():
    assert "secret" not in repr(Credentials("neo4j", "secret"))


def test_a_server_that_is_not_there_is_unreachable():
    with pytest.raises(StoreUnreachable, match="localhost:1"):
        open_store("bolt://localhost:1")


# Neo4j alone


def all_nodes(server):
    with server.session() as session:
        nodes = session.run("MATCH (c:Customer) RETURN properties(c) AS p").data()
        rows = session.run(
            "MATCH (a)-[r:TIE]->(b)"
            " RETURN a.id AS a, b.id AS b, properties(r) AS p, elementId(r) AS i"
        ).data()
    return (
        {node["p"]["id"]: node["p"] for node in nodes},
        {row["i"]: (row["a"], row["b"], row["p"]) for row in rows},
    )


def test_an_equal_load_and_an_equal_run_write_no_property(empty_neo4j, neo4j_store):
    tables = graphs.tables_of(graphs.mixed())
    neo4j_store.write_tables(tables)
    run(neo4j_store)
    before = all_nodes(empty_neo4j)
    neo4j_store.write_tables(tables)
    neo4j_store.write_tables(tables, replace=True)
    run(neo4j_store)
    assert all_nodes(empty_neo4j) == before


def test_what_the_figures_were_before_stands_beside_them(empty_neo4j, neo4j_store):
    neo4j_store.write_tables(graphs.tables_of(graphs.worked()))
    first = run(neo4j_store)
    before, _ = all_nodes(empty_neo4j)
    assert {node["influenceRun"] for node in before.values()} == {first.run.id}
    assert not any("previousRank" in node for node in before.values())
    neo4j_store.write_tables(Tables(customers={"id": ["F"], "clv": [-80.0]}))
    second = run(neo4j_store)
    after, _ = all_nodes(empty_neo4j)
    for key, node in after.items():
        if node["influenceRun"] == second.run.id:
            assert node["previousNetworkValue"] == before[key]["networkValue"]
            assert node["previousInfluence"] == before[key]["influence"]
            assert node["previousRank"] == before[key]["rank"]
        else:
            assert node == before[key]
    assert after["F"]["influenceRun"] == second.run.id
    assert after["A"]["influenceRun"] == second.run.id or second.changed < 6


def test_who_loses_the_row_loses_every_figure_and_keeps_all_else(empty_neo4j, neo4j_store):
    neo4j_store.write_tables(
        Tables(customers={"id": ["A", "B"], "clv": [1.0, 2.0], "rank": ["x", "y"]})
    )
    bare, _ = all_nodes(empty_neo4j)
    run(neo4j_store, weights=(0.5, 0.4, 0.3, 0.2))
    run(neo4j_store, weights=(0.5,))
    neo4j_store.write_tables(Tables(customers={"id": ["A"], "do_not_profile": [True]}))
    run(neo4j_store, weights=(0.5, 0.4))
    nodes, _ = all_nodes(empty_neo4j)
    assert nodes["A"] == bare["A"] | {"doNotProfile": True}
    assert nodes["B"].keys() >= bare["B"].keys() | FIGURES_OF_A_RUN
    assert not {key for key in nodes["B"] if key.endswith(("3", "4"))}


def test_a_run_that_dies_is_shown_and_a_repeat_completes_it(neo4j_store, monkeypatch):
    neo4j_store.write_tables(graphs.tables_of(graphs.worked()))
    first = run(neo4j_store)
    neo4j_store.write_tables(Tables(customers={"id": ["A"], "clv": [1000.0]}))
    batches = neo4j_store._bolt.write_batch
    calls = []

    def dies(query, lists, *last, **fixed):
        if calls:
            raise StoreError("the cable is cut")
        calls.append(query.name)
        batches(query, lists, *last, **fixed)

    monkeypatch.setattr(neo4j_store._bolt, "write_batch", dies)
    with pytest.raises(StoreError, match="cable"):
        run(neo4j_store)
    monkeypatch.undo()
    newest = neo4j_store.runs()[0]
    assert (newest.status, newest.current) == ("failed", False)
    assert unfinished(neo4j_store.runs()) == newest
    assert neo4j_store.scores().run.id == first.run.id
    written = run(neo4j_store)
    assert 0 < written.changed < 6  # the first batch is there already
    assert unfinished(neo4j_store.runs()) is None
    expected = compute(neo4j_store.tables())
    assert without_run(figures(neo4j_store)) == without_run(
        {row["customer"]: row for row in expected.to_arrow().to_pylist()}
    )


@pytest.mark.parametrize("again", [(0.5, 0.3), (0.2, 0.1), (0.4, 0.2)])
def test_what_a_dead_run_wrote_is_never_taken_for_the_run_before(neo4j_store, monkeypatch, again):
    neo4j_store.write_tables(graphs.tables_of(graphs.worked()))
    first = run(neo4j_store, weights=(0.5, 0.3)).run
    before = neo4j_store.figures(first.id)
    batches = neo4j_store._bolt.write_batch

    def half(query, lists, *last, **fixed):
        batches(query, {name: values[:3] for name, values in lists.items()}, *last, **fixed)
        raise StoreError("the cable is cut")

    monkeypatch.setattr(neo4j_store._bolt, "write_batch", half)
    with pytest.raises(StoreError, match="cable"):
        run(neo4j_store, weights=(0.2, 0.1))
    monkeypatch.undo()
    third = run(neo4j_store, weights=again).run
    assert neo4j_store.figures(first.id) == before
    after = neo4j_store.figures(third.id)
    run(neo4j_store, weights=(0.9, 0.8))
    assert neo4j_store.figures(third.id) == after


def test_nodes_that_are_not_ours_stay(empty_neo4j, neo4j_store):
    with empty_neo4j.session() as session:
        session.run("CREATE (:Product {id: 'A'})-[:SOLD_TO]->(:Customer {id: 'A'})").consume()
        session.run("MATCH (c:Customer) SET c:Vip, c.plan = 'gold'").consume()
    neo4j_store.write_tables(Tables(customers={"id": ["A", "B"], "clv": [1.0, 2.0]}))
    run(neo4j_store)
    assert people(neo4j_store)["A"]["plan"] == "gold"
    with empty_neo4j.session() as session:
        found = session.run("MATCH (p:Product)-[:SOLD_TO]->(c:Vip) RETURN c.id AS id").data()
    assert found == [{"id": "A"}]


def test_properties_set_by_hand_are_read_page_by_page_whatever_their_types(
    empty_neo4j, neo4j_store
):
    neo4j_store.write_tables(Tables(customers={"id": list("ABCDEFG")}))
    with empty_neo4j.session() as session:
        session.run("MATCH (c:Customer) SET c.mood = CASE WHEN c.id < 'D' THEN 1 ELSE 'x' END")
        session.run("MATCH (c:Customer {id: 'A'}) SET c.clv = 3")
        session.run("MATCH (c:Customer {id: 'G'}) SET c.at = point({x: 1, y: 2})")
    moods = {key: str(row["mood"]) for key, row in people(neo4j_store).items()}
    assert moods == dict(zip("ABCDEFG", ["1", "1", "1", "x", "x", "x", "x"], strict=True))
    assert people(neo4j_store)["A"]["clv"] == 3.0


def test_a_wrong_password_is_refused_without_being_shown(empty_neo4j):
    with pytest.raises(StoreRefused) as caught:
        open_store(empty_neo4j.uri, Credentials("neo4j", "not-the-password"))
    assert "not-the-password" not in str(caught.value)
