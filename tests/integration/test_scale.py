"""Jobs in files: the same bits as in memory, whatever the blocks, and nothing is computed twice."""

import os
from contextlib import contextmanager, nullcontext

import numpy as np
import pytest

from influence import Network, Parameters, Selection, Shells, Tables, UsageError, compute
from influence.cli import engine
from influence.engine.warmup import kernels
from influence.models import Walk
from influence.models.backends import backend_of
from influence.models.contacts import measure_compiled
from influence.models.cut_ties import losses_of
from influence.models.cut_ties_by_target import losses_by_target
from influence.models.jobs import Threads
from influence.models.sketch import Sketch
from influence.models.triangles import one_by_one
from influence.network.contacts import Contacts
from influence.progress import silent
from influence.scale.files import JobFiles, inside
from influence.scale.tasks import FileRunner, run_block
from tests.builders import scattered

BLOCKS = (1, 7, 64)


class Here:
    """Runs blocks of tasks in this process, and keeps which; may fail after some."""

    def __init__(self, fails_after=None):
        self.ran, self.fails_after = [], fails_after

    def __call__(self, location, blocks, report):
        for done, block in enumerate(blocks, 1):
            if self.fails_after is not None and done > self.fails_after:
                raise OSError("a worker is gone")
            run_block(location, block)
            self.ran.append(block)
            report(done)


@pytest.fixture(params=BLOCKS)
def runner(request, tmp_path):
    return FileRunner(JobFiles(str(tmp_path / "jobs")), request.param, Here())


def company(n=2100, seed=0):
    """Customers and ties of two kinds, as tables; more than are searched without jobs."""
    network = scattered(n, degree=6, seed=seed)
    value = np.random.default_rng(seed).lognormal(3, 2, n).round(2)
    value[::7] *= -1
    names = network.keys.to_pylist()
    source, target = network.sources, network.indices
    once = source < target
    kinds = np.where(np.arange(int(once.sum())) % 3 == 0, "family", "friend")
    return Tables(
        customers={"id": names, "clv": value},
        ties={
            "source": [names[i] for i in source[once]],
            "target": [names[i] for i in target[once]],
            "kind": kinds.tolist(),
        },
    )


TABLES = company()


@pytest.mark.parametrize(
    "parameters",
    [
        Parameters(),
        Parameters(method="sketch", registers=128),
        Parameters(model="walk", weighted=True),
        Parameters(selection=Selection(kind_weights={"family": 0.5})),
    ],
    ids=["shells", "sketches", "walk", "weights of kinds"],
)
def test_scores_have_the_same_bits_as_on_threads(tmp_path, parameters):
    runner = FileRunner(JobFiles(str(tmp_path / "jobs")), 5, Here())
    expected = compute(TABLES, parameters, tell=lambda _: None).table.drop(["run"])
    found = compute(TABLES, parameters, tell=lambda _: None, runner=runner)
    assert found.table.drop(["run"]).equals(expected)
    assert runner.run.ran, "nothing was run in blocks"


def test_every_kind_of_job_has_the_same_bits_as_on_threads(runner):
    network = scattered(2100, degree=6, seed=1)
    value = np.random.default_rng(1).normal(size=network.n)
    matrix = network.to_scipy()

    def results(by):
        losses = np.empty(network.arcs)
        losses_of(network, value, (0.5, 0.2), np.arange(network.n), losses, runner=by)
        measured = measure_compiled(Contacts.of(network), silent, by)
        backend = backend_of(network, by)
        return [
            losses,
            losses_by_target(network, value, (0.5, 0.2), runner=by),
            measured.common,
            measured.constraint,
            measured.effective_size,
            one_by_one(matrix, silent, by),
            Shells().by_distance(backend, 1.0, value),
            Sketch(registers=64).by_distance(backend, 1.0, value),
            Walk().by_distance(backend, value),
        ]

    for one, other in zip(results(runner), results(Threads()), strict=True):
        assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("weights", [{}, {"family": 0.5}], ids=["shells", "weights of kinds"])
def test_kernels_are_compiled_once_for_memory_and_files(runner, weights):
    network = Network.from_tables(TABLES, Selection(kind_weights=weights))
    value = np.linspace(-1, 2, network.n)

    def compiled(by):
        Shells().by_distance(backend_of(network, by), 1.0, value)
        everyone, losses = np.arange(network.n), np.empty(network.arcs)
        losses_of(network, value, (0.5, 0.2), everyone, losses, runner=by)
        losses_by_target(network, value, (0.5, 0.2), runner=by)
        return {kernel.__name__: len(kernel.signatures) for kernel in kernels()}

    assert compiled(Threads()) == compiled(runner)


def test_a_computation_goes_on_from_the_results_that_are_there(tmp_path):
    files, network = JobFiles(str(tmp_path / "jobs")), scattered(20_000, seed=2)
    expected = Shells().by_distance(network, 1.0)
    interrupted, rest = Here(fails_after=3), Here()
    with pytest.raises(OSError, match="gone"):
        Shells().by_distance(backend_of(network, FileRunner(files, 8, interrupted)), 1.0)
    found = Shells().by_distance(backend_of(network, FileRunner(files, 8, rest)), 1.0)
    assert found.tobytes() == expected.tobytes()
    done, left = (
        [task.result for block in run.ran for task in block] for run in (interrupted, rest)
    )
    assert done
    assert left
    assert not {*done} & {*left}
    again = Here()
    Shells().by_distance(backend_of(network, FileRunner(files, 8, again)), 1.0)
    assert again.ran == []


def test_a_damaged_result_is_computed_again(tmp_path):
    files, network = JobFiles(str(tmp_path / "jobs")), scattered(3000, seed=3)

    def search():
        by = Here()
        found = Shells().by_distance(backend_of(network, FileRunner(files, 4, by)), 1.0)
        return found.tobytes(), sum(map(len, by.ran))

    expected, _ = search()
    results = sorted((tmp_path / "jobs").glob("*.result"))
    content = bytearray(results[0].read_bytes())
    content[len(content) // 2] ^= 1
    results[0].write_bytes(content)
    results[1].write_bytes(b"")
    assert search() == (expected, 2)
    assert not [*(tmp_path / "jobs").glob("*.part")]


def test_arrays_keep_type_shape_and_bits(tmp_path):
    files = JobFiles(str(tmp_path / "jobs"))
    arrays = [
        np.arange(6).reshape(2, 3)[:, ::2],
        np.empty(0, dtype=np.uint32),
        np.array([0.0, -0.0, np.nan, np.inf]),
        np.zeros((0, 3)),
    ]
    names = [files.put(array) for array in arrays]
    for name, array in zip(names, arrays, strict=True):
        found = files.get(name)
        assert (found.dtype, found.shape, found.tobytes()) == (
            array.dtype,
            array.shape,
            array.tobytes(),
        )
    assert [files.put(array.copy()) for array in arrays] == names


def test_arrays_of_another_file_system_are_copied_once(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    files = JobFiles(f"file://{tmp_path}/jobs")
    monkeypatch.setattr(JobFiles, "local", False)
    name = files.put(np.arange(10))
    assert files.get(name).tolist() == list(range(10))
    assert len([*(tmp_path / "temp").rglob("*.npy")]) == 1
    files.remove()
    assert files.get(name).tolist() == list(range(10))


def test_copies_for_earlier_runs_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    files = JobFiles(str(tmp_path / "jobs"))
    old, new = (files.put(np.arange(n)) for n in (1, 2))
    monkeypatch.setattr(JobFiles, "local", False)
    files.get(old)
    (copy,) = [path for path in tmp_path.glob(f"*/{old}") if path.parent.name != "jobs"]
    os.utime(copy, (0, 0))
    files.get(new)
    assert not copy.exists()


@pytest.mark.parametrize("location", ["nowhere://somewhere/folder", "http://example.com/x"])
def test_an_unknown_file_system_is_refused(location):
    with pytest.raises(UsageError, match=location) as refused:
        JobFiles(location)
    assert len(str(refused.value).splitlines()) == 1


def test_a_password_in_a_url_is_not_shown():
    with pytest.raises(UsageError, match="nowhere://somewhere/folder") as refused:
        JobFiles("nowhere://user:secret@somewhere/folder")
    assert "secret" not in str(refused.value)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match=r"^work folder .*file/jobs: ") as refused:
        JobFiles(str(tmp_path / "file" / "jobs")).put(np.arange(3))
    assert len(str(refused.value).splitlines()) == 1


def test_workers_are_told_where_a_folder_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for location in ("a b", f"file://{tmp_path}/a%20b"):
        assert JobFiles(location).location == str(tmp_path / "a b")


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/shared/jobs/", "/shared/jobs/x"),
        ("what? this", "what? this/x"),
        ("s3://bucket/jobs?region=eu-west-1", "s3://bucket/jobs/x?region=eu-west-1"),
    ],
)
def test_a_folder_in_a_work_folder_keeps_the_options_of_its_url(location, expected):
    assert inside(location, "x") == expected


def test_stores_that_are_named_alike_in_two_folders_do_not_share_files(tmp_path, monkeypatch):
    opened = []

    @contextmanager
    def spark_runner(_, files, __):
        opened.append(files.location)
        yield None

    monkeypatch.setattr("influence.spark.session.spark_session", lambda _: nullcontext())
    monkeypatch.setattr("influence.spark.session.spark_runner", spark_runner)
    for folder, store in [("a", "./data"), ("a", "files:data"), ("b", "./data")]:
        (tmp_path / folder).mkdir(exist_ok=True)
        monkeypatch.chdir(tmp_path / folder)
        with engine.runner("spark", None, None, str(tmp_path / "jobs"), store) as runner:
            assert runner._runner is None  # what the replaced one yields: started
    assert opened[0] == opened[1] != opened[2]


def test_the_network_is_not_changed_by_a_runner(runner):
    network = Network.from_tables(TABLES)
    before = network.fingerprint()
    Shells().by_distance(backend_of(network, runner), 1.0)
    assert network.fingerprint() == before


def test_the_jobs_of_a_sketch_share_what_they_draw_from():
    jobs = []

    class Watched(Threads):
        def map(self, some, report):
            jobs.extend(some)
            return super().map(some, report)

    network = scattered(3000, seed=5)
    Sketch(registers=256).by_distance(backend_of(network, Watched()), np.ones(network.n))
    assert len(jobs) == 4
    assert len({id(job.arrays["key"]) for job in jobs}) == 1
