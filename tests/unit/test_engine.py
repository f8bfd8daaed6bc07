"""What is refused before Spark starts, each in one sentence."""

import sys

import pytest

from tests.commands import influence


@pytest.fixture
def refused(capsys, tmp_path):
    """Run with options of the engine; returns the message of wrong usage."""

    def run(*options):
        done = influence(capsys, "run", "--store", tmp_path / "store", *options)
        assert (done.code, done.out) == (2, "")
        return done.err

    return run


@pytest.mark.parametrize("option", [("--master", "local[2]"), ("--blocks", 3), ("--work-dir", "x")])
def test_options_of_spark_need_its_engine(refused, option):
    assert f"{option[0]}: only with --engine spark" in refused(*option)


@pytest.mark.parametrize(
    "master", ["spork", "local[x]", "spark://host", "local[0", "http://host:1"]
)
def test_an_unknown_form_of_master_is_refused(refused, master):
    assert f"master '{master}': such as" in refused("--engine", "spark", "--master", master)


def test_a_cluster_needs_a_folder_that_its_workers_see(refused):
    assert "give --work-dir too" in refused("--engine", "spark", "--master", "spark://host:7077")


def test_a_master_that_does_not_answer_is_refused_at_once(refused, tmp_path):
    cluster = ["--engine", "spark", "--master", "spark://localhost:1", "--work-dir", tmp_path]
    assert "master spark://localhost:1 cannot be reached" in refused(*cluster)


def test_without_java_is_refused(refused, monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "needs Java 17 or newer, and there is no java" in refused("--engine", "spark")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert f"JAVA_HOME is {tmp_path}" in refused("--engine", "spark")


def test_an_old_java_is_refused(refused, monkeypatch, tmp_path):
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_402\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert "is version 8: set JAVA_HOME" in refused("--engine", "spark")


def test_without_pyspark_is_refused(refused, monkeypatch):
    monkeypatch.setattr("influence.spark.checks.check_java", lambda: None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    assert "pip install 'customer-influence[spark]'" in refused("--engine", "spark")


def test_spark_is_not_started_where_nothing_is_to_be_computed(capsys, tmp_path, monkeypatch):
    (tmp_path / "customers.csv").write_text("id,clv\nA,1\nB,2\n")
    store = tmp_path / "store"
    assert influence(capsys, "load", "tables", tmp_path, "--store", store).code == 0
    assert influence(capsys, "run", "--store", store).code == 0
    monkeypatch.setattr("influence.spark.checks.check_java", lambda: None)
    done = influence(capsys, "run", "--store", store, "--engine", "spark")
    assert (done.code, done.json["computed"]) == (0, False)


def test_estimate_says_what_workers_need(capsys, tmp_path):
    (tmp_path / "customers.csv").write_text("id,clv\nA,1\nB,2\n")
    (tmp_path / "ties.csv").write_text("source,target\nA,B\n")
    store = tmp_path / "store"
    assert influence(capsys, "load", "tables", tmp_path, "--store", store).code == 0
    plain = influence(capsys, "estimate", "--store", store).json
    found = influence(capsys, "estimate", "--store", store, "--engine", "spark").json
    more = {name: size for name, size in found.items() if name not in plain}
    assert more == {
        "worker_network": 3 * 8 + 2 * 4,  # both ways: the same arrays for both directions
        "worker_exact_task": 4 * 64 * 2 + 8 * 2,  # values of ties need more than sums
        "worker_sketch_task": 2 * 64 * 2 + 12 * 2 + 3 * 8 * 2,
        "worker_exact_files": 64 * 3 * 3 * 8 * 2 + 16 * 8 * 2,
        "worker_sketch_files": 4 * 3 * 3 * 8 * 2,
    }
