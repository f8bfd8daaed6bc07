"""Runs on Spark give the same bits as on this machine, on a local master and on a cluster."""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pyarrow.parquet as pq
import pytest

from influence import EngineFailed, NothingToShow, Parameters, Tables, UsageError, compute, run
from influence.scale.files import JobFiles
from influence.scale.pool import processes
from influence.scale.tasks import FileRunner
from influence.spark import frames as spark_frames
from influence.spark.session import spark_runner, spark_session
from influence.spark.worker import Probe
from influence.store import open_store
from tests.builders import scattered
from tests.commands import influence
from tests.crashes import until
from tools.neo4j.jars import find_java

ROOT = Path(__file__).parents[2]
FOUR = "0.4,0.3,0.2,0.1"
"""Beyond three steps ties are valued one customer at a time: a run takes long enough to disturb."""
SECONDS = 120.0
"""The longest that a cluster may take to start."""


def company(n=4000, degree=6):
    """Customers and ties, both ways and one way; more than are searched without jobs."""
    network = scattered(n, degree=degree, seed=4)
    names = network.keys.to_pylist()
    once = network.sources < network.indices
    value = np.random.default_rng(4).lognormal(3, 2, n).round(2)
    value[::9] *= -1
    return Tables(
        customers={"id": names, "clv": value},
        ties={
            "source": [names[i] for i in network.sources[once]],
            "target": [names[i] for i in network.indices[once]],
            "directed": (np.arange(int(once.sum())) % 4 == 0).tolist(),
        },
    )


TABLES = company()
ASKED = {
    "shells": Parameters(),
    "sketches": Parameters(method="sketch", registers=128),
    "walk": Parameters(model="walk"),
}
EXPECTED = {}


def assert_same_scores(runner, name):
    if name not in EXPECTED:
        EXPECTED[name] = compute(TABLES, ASKED[name], tell=lambda _: None).table.drop(["run"])
    found = compute(TABLES, ASKED[name], tell=lambda _: None, runner=runner)
    assert found.table.drop(["run"]).equals(EXPECTED[name])


@pytest.mark.ci
def test_processes_give_the_same_bits(tmp_path):
    with processes() as run_blocks:
        for name in ASKED:
            assert_same_scores(FileRunner(JobFiles(str(tmp_path / name)), 5, run_blocks), name)


@pytest.fixture(scope="module", autouse=True)
def java_home():
    """The Java that also runs the tests' Neo4j, where the environment names none."""
    with pytest.MonkeyPatch.context() as patch:
        if "JAVA_HOME" not in os.environ:
            patch.setenv("JAVA_HOME", str(find_java().home))
        yield


@pytest.fixture(scope="module")
def local_spark():
    """A session on two threads, which leaves Ctrl-C as it was."""
    before = signal.getsignal(signal.SIGINT)
    with spark_session("local[2]") as spark:
        yield spark
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.ci
def test_a_session_on_another_master_is_not_used_silently(local_spark):
    with (
        pytest.raises(UsageError, match=r"has a Spark session on local\[2.*\] already"),
        spark_session("local[1]"),
    ):
        pass
    assert local_spark.range(3).count() == 3


@pytest.mark.ci
@pytest.mark.parametrize(
    ("name", "blocks"),
    [("shells", 1), ("shells", 7), ("shells", 64), ("sketches", 7), ("walk", 7)],
)
def test_spark_gives_the_same_bits(local_spark, tmp_path, name, blocks):
    files = JobFiles(str(tmp_path / "jobs"))
    with spark_runner(local_spark, files, blocks) as runner:
        assert_same_scores(runner, name)
    assert not (tmp_path / "jobs").exists()


@pytest.mark.ci
def test_a_failed_block_is_an_error_and_the_store_keeps_its_result(local_spark, tmp_path):
    with open_store(tmp_path / "store") as store:
        store.write_tables(TABLES)
        before = run(store, tell=lambda _: None).written.run.id
        files = JobFiles(str(tmp_path / "jobs"))
        with (
            pytest.raises(EngineFailed, match="No module named 'no'"),
            spark_runner(local_spark, files) as runner,
        ):
            run(store, tell=lambda _: None, runner=Broken(runner), force=True)
        assert store.scores([]).run.id == before


class Broken:
    """A runner whose tasks name a function that no worker finds."""

    def __init__(self, runner):
        self.runner = runner

    def map(self, jobs, report):
        def function(**_):
            raise AssertionError

        function.__module__, function.__name__ = "no.such.module", "function"
        return self.runner.map([replace(job, function=function) for job in jobs], report)


@pytest.mark.ci
def test_workers_that_do_not_see_the_folder_are_refused(local_spark, tmp_path, monkeypatch):
    monkeypatch.setattr(Probe, "__reduce__", lambda self: (Probe, ("/no/such/folder", self.name)))
    files = JobFiles(str(tmp_path / "jobs"))
    with (
        pytest.raises(UsageError, match=r"does not see the work folder .*--work-dir"),
        spark_runner(local_spark, files),
    ):
        pass


@pytest.mark.ci
def test_workers_that_cannot_hold_the_network_are_refused(local_spark, tmp_path, monkeypatch):
    monkeypatch.setattr(JobFiles, "size", lambda *_: 2**50)
    with (
        pytest.raises(UsageError, match="workers with more memory"),
        spark_runner(local_spark, JobFiles(str(tmp_path / "jobs"))) as runner,
    ):
        compute(TABLES, tell=lambda _: None, runner=runner)


@pytest.fixture(scope="module")
def large_store(tmp_path_factory):
    """A store without a run, whose exact run takes seconds."""
    with open_store(tmp_path_factory.mktemp("large") / "store") as store:
        store.write_tables(company(60_000, degree=30))
        yield store


@contextmanager
def running(store, work):
    """Start a run on Spark in a process group of its own."""
    command = [sys.executable, "-c", "from influence.cli import main; main()", "run", "--store",
               store.path, "--engine", "spark", "--master", "local[2]", "--method", "exact",
               "--weights", FOUR, "--work-dir", work, "--format", "json"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # it may have been ignored
    try:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        yield process


def java_of(process):
    children = psutil.Process(process.pid).children(recursive=True)
    return [child for child in children if "java" in child.name()]


@pytest.mark.ci
@pytest.mark.parametrize("reached", ["java", "results"])
def test_ctrl_c_leaves_no_process_and_the_store_as_it_was(large_store, tmp_path, reached):
    with running(large_store, tmp_path) as process:
        wait_for(lambda: java_of(process))
        if reached == "results":
            wait_for(lambda: [*tmp_path.rglob("*.result")])
        started = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out) == (130, "")
    assert err.strip().endswith("influence: interrupted")
    wait_for(lambda: not any(child.is_running() for child in started))
    with pytest.raises(NothingToShow):
        large_store.scores([])


@pytest.mark.ci
def test_a_java_process_that_ends_is_one_sentence(large_store, tmp_path):
    with running(large_store, tmp_path) as process:
        wait_for(lambda: [*tmp_path.rglob("*.result")])
        for java in java_of(process):
            java.kill()
        out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out) == (1, "")
    assert err.strip().endswith("influence: Spark: its Java process on this machine has ended")


@pytest.mark.ci
def test_data_frames_become_tables_and_scores_a_data_frame(local_spark):
    customers, ties = (
        local_spark.createDataFrame(table.combine_chunks())
        for table in (TABLES.customers, TABLES.ties)
    )
    scores = compute(spark_frames.tables(customers, ties), tell=lambda _: None)
    assert scores.table.drop(["run"]).equals(
        compute(TABLES, tell=lambda _: None).table.drop(["run"])
    )
    frame = spark_frames.scores(scores, local_spark)
    assert frame.count() == len(scores.table)
    best = frame.orderBy("rank", "customer").first()
    assert best["network_value"] == max(scores.table["network_value"].to_pylist())


def started(*arguments, cwd):
    """Start a daemon of Spark in a process group of its own."""
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_NO_DAEMONIZE": "1",
                   "PYSPARK_PYTHON": sys.executable, "PYTHONPATH": str(ROOT),
                   "SPARK_LOCAL_IP": "127.0.0.1"}  # fmt: skip
    command = [str(home / "bin" / "spark-class"), *map(str, arguments)]
    with (cwd / f"{arguments[0].rsplit('.', 1)[-1]}.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=cwd, env=environment, stdout=log, stderr=log, start_new_session=True
        )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def cluster(tmp_path):
    """The URL of a standalone master with two workers of one core each."""
    port, page = free_port(), free_port()
    url = f"spark://127.0.0.1:{port}"
    place = "org.apache.spark.deploy"
    daemons = [
        started(f"{place}.master.Master", "--host", "127.0.0.1", "--port", port,
                "--webui-port", page, cwd=tmp_path)
    ]  # fmt: skip
    try:
        wait_for(lambda: answers(port))
        daemons += [
            started(f"{place}.worker.Worker", "--cores", "1", "--memory", "2g", "--webui-port",
                    free_port(), url, cwd=tmp_path)
            for _ in range(2)
        ]  # fmt: skip
        yield url
    finally:
        for daemon in daemons:
            os.killpg(daemon.pid, signal.SIGKILL)
            daemon.wait()


def wait_for(condition):
    until(condition, SECONDS, pause=0.2)


@pytest.mark.slow
def test_a_cluster_gives_the_same_figures_though_an_executor_is_killed(cluster, tmp_path, capsys):
    store = tmp_path / "store"
    with open_store(store) as opened:
        opened.write_tables(company(12_000, degree=20))
    asked = ["--store", store, "--max-seconds", 3600, "--weights", FOUR]
    assert influence(capsys, "run", *asked).code == 0
    assert influence(capsys, "export", "--store", store, tmp_path / "here.parquet").code == 0
    killer = threading.Thread(target=kill_an_executor, args=(tmp_path / "work",))
    killer.start()
    asked += ["--force", "--engine", "spark", "--master", cluster, "--work-dir", tmp_path / "work"]
    # In a process of its own: this one may have a session on another master.
    command = [sys.executable, "-c", "from influence.cli import main; main()", "run", *asked]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SPARK_LOCAL_IP": "127.0.0.1"}
    done = subprocess.run(
        [*map(str, command)], env=environment, capture_output=True, text=True, check=False
    )
    killer.join()
    assert done.returncode == 0, done.stderr
    assert KILLED, "no executor was killed"
    assert influence(capsys, "export", "--store", store, tmp_path / "there.parquet").code == 0
    here, there = (
        pq.read_table(tmp_path / f"{name}.parquet").drop(["run"]) for name in ("here", "there")
    )
    assert there.equals(here)


KILLED = []


def kill_an_executor(work):
    """Kill one executor as soon as some results are there."""
    wait_for(lambda: len([*work.rglob("*.result")]) > 3)
    for process in psutil.process_iter(["cmdline"]):
        if "CoarseGrainedExecutorBackend" in " ".join(process.info["cmdline"] or []):
            process.kill()
            KILLED.append(process.pid)
            return
