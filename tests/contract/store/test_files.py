"""The directory store: two writers, damaged files, a full disk, an interrupted write."""

import contextlib
from pathlib import Path

import pytest

from influence import InputRejected, Tables
from influence.errors import StoreError, StoreRefused
from influence.store import open_store
from influence.tables import TABLES
from tests import graphs
from tests.stores import people, run


def test_a_store_leaves_foreign_files_alone(files):
    files.path.mkdir()
    foreign = [
        files.path / name for name in ("sales-2024.parquet", "customers-old.parquet", "a.csv")
    ]
    for file in foreign:
        file.write_text("foreign", encoding="utf-8")
    for _ in range(2):
        files.write_tables(graphs.tables_of(graphs.worked()))
        run(files)
    assert [file.name for file in foreign if not file.exists()] == []


@pytest.mark.parametrize("job", ["load", "run"])
def test_concurrent_writes_are_serialised_or_one_is_refused(files, monkeypatch, job):
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


def test_only_current_files_and_ten_runs_are_kept(files):
    files.write_tables(graphs.tables_of(graphs.worked()))
    ids = [run(files).run.id for _ in range(12)]
    assert [found.id for found in files.runs()] == ids[:1:-1]
    files.write_tables(Tables(customers={"id": ["A"], "clv": [1.0]}))
    values_of_ties = 1
    assert len(list(files.path.glob("*.parquet"))) == len(TABLES) + 10 + values_of_ties


@pytest.mark.parametrize(
    "text", [b"[]", b"null", b"{", b"\xff\xfe", b'{"format": 1}', b'{"format": 2}', b""]
)
def test_an_invalid_manifest_is_refused(files, text):
    files.path.mkdir()
    (files.path / "manifest.json").write_bytes(text)
    with pytest.raises(StoreRefused, match="store"):
        files.tables()


@pytest.mark.parametrize("size", [0, 3, 100, -1])
def test_the_error_for_a_damaged_file_names_it(files, size):
    files.write_tables(graphs.tables_of(graphs.worked()))
    file = next(files.path.glob("customers-*.parquet"))
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(StoreRefused, match=file.name):
        files.tables()


def test_the_error_for_a_missing_file_names_it(files):
    files.write_tables(graphs.tables_of(graphs.worked()))
    file = next(files.path.glob("customers-*.parquet"))
    file.unlink()
    with pytest.raises(StoreRefused, match=file.name):
        files.tables()


def test_a_load_into_a_path_that_is_a_file_fails(tmp_path):
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
def test_an_interrupt_around_the_rename_leaves_the_old_or_the_new_state(
    files, monkeypatch, job, after
):
    files.write_tables(graphs.tables_of(graphs.worked()))
    run(files)
    before = set(files.path.iterdir())
    rename = Path.replace

    def interrupted(path, target):
        publishes = target.name == "manifest.json"
        if after or not publishes:
            rename(path, target)
        if publishes:
            raise KeyboardInterrupt

    def work():
        run(files) if job == "run" else files.write_tables(Tables(customers={"id": ["Q"]}))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            work()
    assert ("Q" in people(files)) == (after and job == "load")
    assert len(files.scores()) > 0
    assert len(files.runs()) == 1 + (after and job == "run")
    assert after or set(files.path.iterdir()) == before


def test_rejected_input_creates_no_directory(files):
    with pytest.raises(InputRejected):
        files.write_tables(Tables(customers={"id": ["A", "A"]}))
    assert not files.path.exists()


def test_a_path_that_looks_like_a_partition_adds_no_column(tmp_path):
    store = open_store(str(tmp_path / "segment=gold" / "plan=x"))
    store.write_tables(Tables(customers={"id": ["A"]}))
    assert people(store)["A"]["segment"] is None
    assert "plan" not in people(store)["A"]
