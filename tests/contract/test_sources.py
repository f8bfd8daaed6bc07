"""What came from where, and when: the same from both stores."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet
import pytest

import influence
from influence import Tables, open_store
from influence.loaders import edges, graphs, mapped, queried
from influence.loaders import tables as loader
from influence.store.loads import NAME_REMOVED, Load
from influence.tables.origin import File, Origin
from tests.commands import influence as command

CUSTOMERS = "id,clv,name\nA,1,Anna Berg\nB,2,\nC,3,\n"
GRAPH = """<graphml><graph edgedefault='directed'>
<node id='A'/><edge source='A' target='B'/>
</graph></graphml>"""
MAPPING = """
[[file]]
name = "people"
  [[file.rows]]
  table = "customers"
  [file.rows.columns]
  id = "Key"
"""


@pytest.fixture
def folder(tmp_path):
    """A directory of files: tables, a list of edges, a graph, and a file of the company."""
    files = {"customers.csv": CUSTOMERS, "ties.csv": "source,target\nA,B\nB,C\n",
             "edges.txt": "A B\n", "graph.graphml": GRAPH,
             "people.csv": "Key\nA\n", "people.toml": MAPPING}  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def read(folder, *names):
    return loader.read([folder / name for name in names])


def repeats(loaded):
    return [str(note) for note in loaded.notes if note.event == "loaded_before"]


def without_times(store):
    """The loads without what differs from store to store."""
    loads = influence.sources(store)
    for load in loads:
        load["load"] = load["loaded_at"] = None
        for file in load["files"]:
            file["loaded_before"] = bool(file["loaded_before"])
    return loads


def test_a_load_is_recorded_with_its_files_and_rows(store, folder):
    text = CUSTOMERS.encode()
    store.write_tables(read(folder, "customers.csv", "ties.csv"))
    (load,) = influence.sources(store)
    assert (load["loader"], load["replaced"], load["changed"]) == ("tables", False, True)
    assert load["files"][0] == {
        "name": str(folder / "customers.csv"), "size": len(text),
        "sha256": hashlib.sha256(text).hexdigest(), "loaded_before": None,
    }  # fmt: skip
    assert load["tables"] == [
        {"table": "customers", "file": "customers.csv", "read": 3, "merged": 0, "dropped": 0,
         "new": 3, "changed": 0, "removed": 0},
        {"table": "ties", "file": "ties.csv", "read": 2, "merged": 0, "dropped": 0,
         "new": 2, "changed": 0, "removed": 0},
    ]  # fmt: skip
    age = datetime.now(UTC) - datetime.fromisoformat(load["loaded_at"])
    assert timedelta(0) <= age < timedelta(minutes=1)


def test_rows_that_change_and_go_are_counted(store, folder):
    store.write_tables(read(folder, "customers.csv", "ties.csv"))
    (folder / "customers.csv").write_text("id,clv\nA,9\nB,2\nD,4\n")
    store.write_tables(read(folder, "customers.csv"), replace=True, allow_removal=True)
    load = influence.sources(store)[0]
    counts = {row.pop("table"): row for row in load["tables"]}
    assert load["replaced"]
    assert counts["customers"] == {
        "file": "customers.csv", "read": 3, "merged": 0, "dropped": 0,
        "new": 1, "changed": 1, "removed": 1,
    }  # fmt: skip
    # The tie of the customer who left goes with them.
    assert (counts["ties"]["file"], counts["ties"]["removed"]) == (None, 1)


def test_the_same_file_is_named_when_it_comes_again(store, folder):
    assert not repeats(store.write_tables(read(folder, "customers.csv")))
    (folder / "again").mkdir()
    (folder / "again" / "customers.csv").write_text(CUSTOMERS)
    (note,) = repeats(store.write_tables(read(folder / "again", "customers.csv"), dry_run=True))
    assert "again/customers.csv (then " in note
    (note,) = repeats(store.write_tables(read(folder, "customers.csv")))
    newest, first = influence.sources(store)
    moment = first["loaded_at"][:16].replace("T", " ")
    assert note == f"{folder / 'customers.csv'}: the same content was loaded on {moment} (UTC)"
    assert newest["files"][0]["loaded_before"] == first["loaded_at"]
    assert not newest["changed"]
    (folder / "customers.csv").write_text("id,clv\nA,5\n")
    assert not repeats(store.write_tables(read(folder, "customers.csv")))


def test_every_loader_is_recorded(store, folder):
    store.write_tables(read(folder, "customers.csv"))
    store.write_tables(edges.read(folder / "edges.txt"))
    store.write_tables(graphs.read(folder / "graph.graphml", "graphml"))
    store.write_tables(mapped.read([folder / "people.csv"], folder / "people.toml"))
    answer = pa.table({"id": ["A"], "clv": [5.0]})
    store.write_tables(queried.read({folder / "customers.cypher": answer}))
    store.write_tables(Tables(customers={"id": ["B"], "clv": [7.0]}))
    found = [(load["loader"], [file["name"] for file in load["files"]]) for load in
             reversed(influence.sources(store))]  # fmt: skip
    assert found == [
        ("tables", [str(folder / "customers.csv")]),
        ("edges", [str(folder / "edges.txt")]),
        ("graphml", [str(folder / "graph.graphml")]),
        ("mapped", [str(folder / "people.csv")]),
        ("cypher", [str(folder / "customers.cypher")]),
        ("python", ["customers"]),
    ]


def test_frames_are_recognised_by_their_content(store):
    frame = {"id": ["A", "B"], "clv": [1.0, 2.0]}
    assert not repeats(store.write_tables(Tables(customers=frame)))
    assert repeats(store.write_tables(Tables(customers=pa.table(frame))))
    assert not repeats(store.write_tables(Tables(customers={**frame, "clv": [1.0, 3.0]})))


def test_the_parts_of_a_folder_are_files(store, tmp_path):
    parts = tmp_path / "customers"
    parts.mkdir()
    for i in range(2):
        pa.parquet.write_table(pa.table({"id": [f"{i}"], "clv": [1.0]}), parts / f"{i}.parquet")
    store.write_tables(loader.read([parts]))
    (load,) = influence.sources(store)
    assert [file["name"] for file in load["files"]] == [str(parts / f"{i}.parquet") for i in (0, 1)]


def test_rejected_loads_and_dry_runs_are_not_recorded(store, folder):
    store.write_tables(read(folder, "customers.csv"), dry_run=True)
    with pytest.raises(influence.InputRejected):
        store.write_tables(read(folder, "ties.csv"))
    assert influence.sources(store) == []


@pytest.mark.parametrize("person", ["A-1", "Anna Berg"])
def test_a_forgotten_customer_is_in_no_name_of_a_file(store, folder, person):
    (folder / "customers.csv").write_text("id,clv,name\nA-1,1,Anna Berg\nB,2,\n")
    (folder / f"notes of {person}").mkdir()
    theirs = folder / f"notes of {person}" / "customers.csv"
    theirs.write_text("id,clv,name\nA-1,1,Anna Berg\n")
    store.write_tables(read(folder, "customers.csv"))
    store.write_tables(loader.read([theirs]))
    before = influence.sources(store)
    assert person in json.dumps(before)
    store.forget("A-1")
    after = influence.sources(store)
    assert person not in json.dumps(after)
    assert after[0]["files"][0]["name"] == NAME_REMOVED
    assert after[1] == before[1]
    assert (after[0]["files"][0]["sha256"], after[0]["tables"]) == (
        before[0]["files"][0]["sha256"], before[0]["tables"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("file", "name", "stays"),
    [
        ("exports/2026-11-28.csv", "28", True),
        ("exports/28.csv", "28", False),
        ("customers-C0001.csv", "C0001", False),
        ("customers-c0001.csv", "C0001", False),
        ("customers-C00011.csv", "C0001", True),
        ("für_Zoë.csv", "Zoë", False),
        ("customers.csv", "", True),
    ],
)
def test_only_whole_names_are_removed_from_a_record(file, name, stays):
    origin = Origin("tables", (File(file, 1, "0"),))
    load = Load("load-1", replaced=False, tables={"customers": {"file": file}}, origin=origin)
    cleared = load.without([name])
    assert (cleared == load) == stays
    assert (file in str(cleared.to_dict()["origin"])) == stays


def test_records_of_an_older_version_are_listed(tmp_path, folder):
    store = open_store(tmp_path / "store")
    store.write_tables(read(folder, "customers.csv"))
    path = tmp_path / "store" / "manifest.json"
    manifest = json.loads(path.read_text())
    for load in manifest["loads"]:
        del load["origin"], load["changes"]
    path.write_text(json.dumps(manifest))
    (load,) = influence.sources(store)
    assert (load["loader"], load["files"], load["changed"]) == (None, [], True)
    assert load["tables"][0] == {
        "table": "customers", "file": "customers.csv", "read": 3, "merged": 0, "dropped": 0,
        "new": None, "changed": None, "removed": None,
    }  # fmt: skip
    store.forget("A")
    assert not repeats(store.write_tables(read(folder, "customers.csv")))


@pytest.mark.neo4j
def test_a_record_without_origin_is_read_back_from_a_database(empty_neo4j):
    from influence.store.neo4j import nodes

    with empty_neo4j.session() as session:
        old = Load("load-1", replaced=False, tables={"customers": {"file": "a.csv", "read": 1}})
        properties = nodes.load_properties(replace(old, changes=None))
        for name in ("loader", "hashes", "changed", "changes"):
            del properties[name]
        session.run("CREATE (l:InfluenceLoad) SET l = $p", p=properties).consume()
    with open_store(
        empty_neo4j.uri, influence.store.Credentials(password=empty_neo4j.password)
    ) as store:
        (load,) = store.loads()
        assert load == replace(old, loaded_at=load.loaded_at)


@pytest.mark.neo4j
def test_both_stores_list_the_same(empty_neo4j, tmp_path, folder):
    credentials = influence.store.Credentials(password=empty_neo4j.password)
    with open_store(empty_neo4j.uri, credentials) as graph:
        found = []
        for store in (graph, open_store(tmp_path / "store")):
            (folder / "customers.csv").write_text(CUSTOMERS)
            store.write_tables(read(folder, "customers.csv", "ties.csv"))
            (folder / "customers.csv").write_text("id,clv\nA,9\nB,2\nD,4\n")
            for _ in range(2):
                store.write_tables(read(folder, "customers.csv"), replace=True, allow_removal=True)
            store.forget("D")
            found.append(without_times(store))
    assert found[0] == found[1]
    assert len(found[0]) == 3


def test_the_command_shows_the_loads(folder, capsys):
    store = ("--store", folder / "store")
    empty = command(capsys, "sources", *store)
    assert (empty.code, "no load into" in empty.err) == (1, True)
    load = ("load", "tables", folder / "customers.csv", *store)
    assert "the same content was loaded on" not in command(capsys, *load).err
    assert "the same content was loaded on" in command(capsys, *load).err
    assert command(capsys, "sources", *store).json == influence.sources(open_store(store[1]))
    assert len(command(capsys, "sources", "-n", 1, *store).json) == 1
    lines = command(capsys, "sources", *store, "--format", "table").out.splitlines()
    digest = hashlib.sha256(CUSTOMERS.encode()).hexdigest()[:8]
    assert lines[0].endswith("tables  (nothing changed)")
    assert f"{len(CUSTOMERS)} bytes  {digest}  same on 20" in lines[1]
    assert lines[2] == "    customers: read 3"
    assert lines[5] == "    customers: read 3, new 3"
    rows = command(capsys, "sources", *store, "--format", "csv").out.splitlines()
    assert rows[0].startswith('"load","loaded_at","loader"')
    assert len(rows) == 3
