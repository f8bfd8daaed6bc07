"""The snapshot of a run in a directory, which is kept only while the tables are unchanged."""

import json

import numpy as np
import pytest

from influence import Tables, open_store, run
from influence.errors import StoreRefused
from influence.pipeline import compute_run
from influence.store.directory import snapshot_file
from tests import graphs


@pytest.fixture
def files(tmp_path):
    store = open_store(tmp_path / "store")
    store.write_tables(graphs.tables_of(graphs.worked()))
    return store


def write_star(store):
    tables = graphs.tables_of(graphs.star())
    computed = compute_run(tables)
    origin = store.origin(tables)
    store.write_scores(computed.scores, snapshot=computed.snapshot, origin=origin)


def kept(store):
    return list(store.path.glob("ground-*"))


def test_a_neighbourhood_is_read_from_the_snapshot_without_tables(files):
    assert kept(files) == []
    scores = run(files).scores
    (only,) = kept(files)
    for table in files.path.glob("ties-*.parquet"):
        table.unlink()
    found = files.neighbourhood("A", scores.run)
    assert found.people["customer"].to_pylist() == ["B", "C", "D", "E"]
    assert not found.stale
    only.unlink()
    with pytest.raises(StoreRefused, match=only.name):
        files.neighbourhood("A", scores.run)


def test_the_next_run_replaces_the_snapshot(files):
    run(files)
    (first,) = kept(files)
    run(files, force=True)
    (second,) = kept(files)
    assert first != second


@pytest.mark.parametrize("change", ["load", "forget"])
def test_changed_tables_remove_the_snapshot(files, change):
    scores = run(files).scores
    if change == "load":
        more = Tables(
            customers={"id": ["Z"], "clv": [1.0]}, ties={"source": ["A"], "target": ["Z"]}
        )
        files.write_tables(more)
    else:
        files.forget("E")
    assert kept(files) == []
    found = files.neighbourhood("A", scores.run)
    assert found.stale
    assert ("Z" in found.people["customer"].to_pylist()) == (change == "load")
    assert ("E" in found.people["customer"].to_pylist()) == (change == "load")


def test_no_snapshot_is_written_if_the_tables_changed_during_the_run(files):
    tables = files.tables()
    computed = compute_run(tables)
    files.write_tables(Tables(customers={"id": ["A"], "clv": [7.0]}))
    origin = files.origin(tables)
    files.write_scores(computed.scores, snapshot=computed.snapshot, origin=origin)
    assert kept(files) == []
    assert files.neighbourhood("A", computed.scores.run).stale


def test_no_snapshot_is_written_for_scores_of_other_tables(files):
    write_star(files)
    assert kept(files) == []


def test_no_snapshot_is_written_into_a_store_without_tables(tmp_path):
    store = open_store(tmp_path / "store")
    write_star(store)
    assert kept(store) == []


def test_a_snapshot_that_an_older_version_kept_after_a_change_is_ignored(files):
    scores = run(files).scores
    manifest, (file,) = files.path / "manifest.json", kept(files)
    content = file.read_bytes()
    files.forget("E")
    file.write_bytes(content)
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "ground": file.name}))
    found = files.neighbourhood("A", scores.run)
    assert found.stale
    assert "E" not in found.people["customer"].to_pylist()


@pytest.mark.parametrize("size", [0, 3, 100, -300])
def test_the_error_for_a_damaged_snapshot_names_the_file(files, size):
    scores = run(files).scores
    (file,) = kept(files)
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(StoreRefused, match=file.name):
        files.neighbourhood("A", scores.run)


def test_a_single_changed_byte_is_detected(files):
    scores = run(files).scores
    (file,) = kept(files)
    whole = file.read_bytes()
    for place in range(0, len(whole), 37):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(StoreRefused, match=file.name):
            files.neighbourhood("A", scores.run)


@pytest.mark.parametrize("company", [graphs.worked, graphs.mixed, graphs.empty, graphs.isolate])
def test_a_snapshot_is_read_back_as_written(tmp_path, company):
    snapshot = compute_run(graphs.tables_of(company())).snapshot
    with (tmp_path / "ground.arrow").open("wb") as sink:
        snapshot_file.write(snapshot, ("a.parquet", "b.parquet"), sink)
    found, made_of = snapshot_file.read(tmp_path / "ground.arrow")
    assert found.network.keys.equals(snapshot.network.keys)
    assert found.network.ties == snapshot.network.ties
    assert made_of == ("a.parquet", "b.parquet")
    for name in ("indptr", "indices", "strength"):
        one, other = getattr(found.network, name), getattr(snapshot.network, name)
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)
    for name in ("value", "hidden", "referrer", "referred", "crv"):
        assert np.array_equal(getattr(found, name), getattr(snapshot, name)), name
