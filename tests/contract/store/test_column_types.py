"""Customers' own columns of every Arrow type, and columns that change type between loads."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from influence import InputRejected, Tables
from influence.errors import UsageError
from tests.stores import NOTHING, people, run, touched

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
ALWAYS = {"int8", "decimal", "nanoseconds", "list"}
NATIVE_OR_CI = [n if n in ALWAYS else pytest.param(n, marks=pytest.mark.ci) for n in NATIVE]


@pytest.mark.parametrize("name", NATIVE_OR_CI)
def test_a_column_of_any_arrow_type_can_be_loaded_again_without_a_change(store, name):
    """A type that cannot be stored is refused with an error of this package."""
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


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", *(pytest.param(z, marks=pytest.mark.ci) for z in ("UTC", "+02:00"))]
)
def test_moments_with_a_time_zone_do_not_crash_the_interpreter(store, request, zone):
    # In a subprocess: the driver passes its DateTime to zoneinfo, which reads beyond it.
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
        cwd=Path(__file__).parents[3],
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "customers: 1,500 unchanged"


def test_a_column_may_change_its_type_between_loads(store):
    keys = ["A", "B", "C", "D", "E", "F", "G"]
    store.write_tables(Tables(customers={"id": keys[:4], "plan": [1, 2, 3, 4]}))
    store.write_tables(Tables(customers={"id": keys[4:], "plan": ["gold", "tin", None]}))
    plans = {key: row["plan"] for key, row in people(store).items()}
    assert {key: str(plan) for key, plan in plans.items()} == {
        "A": "1", "B": "2", "C": "3", "D": "4", "E": "gold", "F": "tin", "G": "None",
    }  # fmt: skip


def test_a_text_column_may_get_numbers_in_a_later_load(store):
    store.write_tables(Tables(customers={"id": ["A", "B"], "plan": ["gold", "tin"]}))
    store.write_tables(Tables(customers={"id": ["C"], "plan": [3]}))
    assert {key: str(row["plan"]) for key, row in people(store).items()} == {
        "A": "gold", "B": "tin", "C": "3",
    }  # fmt: skip


def test_a_replacement_may_change_the_type_of_a_column(store):
    store.write_tables(Tables(customers={"id": ["A", "B"], "plan": ["gold", "tin"]}))
    store.write_tables(Tables(customers={"id": ["A", "C"], "plan": [1, 3]}), replace=True)
    assert {key: row["plan"] for key, row in people(store).items()} == {"A": 1, "C": 3}


def test_a_column_that_is_blank_in_a_later_load_is_accepted(store):
    store.write_tables(Tables(customers={"id": ["A", "B"], "plan": ["gold", "tin"]}))
    store.write_tables(Tables(customers={"id": ["B", "C"], "plan": [None, None]}))
    assert {key: row["plan"] for key, row in people(store).items()} == {
        "A": "gold", "B": None, "C": None,
    }  # fmt: skip
