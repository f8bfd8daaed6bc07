"""Crashes at random moments: a killed command or server, a lost connection, a full disk.

After each, the embedded store has the old or the new state, no customer in Neo4j has figures of two
runs, and repeating the command gives the result of an undisturbed one.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import secrets
import shutil
import signal
import subprocess
from itertools import count
from pathlib import Path

import pytest

from influence import batch
from influence.cli import main
from influence.store import open_store
from tests import crashes
from tests.crashes import Ended, Job, Proxy, Shown, shown_at
from tests.servers import Server, wipe
from tools.neo4j.jars import ServerError
from tools.neo4j.server import LocalServer

BATCH = 250
OPERATIONS = ("replace", "add", "run")
WEIGHTS = ("0.5,0.3", "0.45,0.25,0.1", "0.4,0.3,0.2,0.1")
ROUNDS = [1, pytest.param(20, marks=pytest.mark.slow)]
THREE_ROUNDS = [3, pytest.param(20, marks=pytest.mark.slow)]


class Company:
    """A store that suffers crashes, and a reference store that does not."""

    def __init__(
        self, folder: Path, url: str | Path, server: Server | None, seed: int, size: int = 1500
    ) -> None:
        self.url, self.server = url, server
        self.random = random.Random(seed)
        self.env = server.environment if server else {}
        self.inputs = {
            name: crashes.write_company(folder / name, number, customers)
            for number, (name, customers) in enumerate(
                {"a": size, "b": size - 100, "c": size // 3}.items()
            )
        }
        self.reference = folder / "reference"
        self.current, self.weights = "", ""
        self.seconds: dict[str, float] = {}
        self.bytes_sent: dict[str, tuple[int, int]] = {}
        for operation in ("replace", "run"):
            self.run_undisturbed(operation)
        for operation in OPERATIONS:  # the second time is measured, with warm caches
            ended = self.run_undisturbed(operation)
            self.seconds[operation] = ended.seconds
        assert self.shows() == self.expected(), self.shows() - self.expected()
        self.intact = True

    def run_undisturbed(self, operation: str) -> Ended:
        arguments = self.arguments(operation)
        if not self.server:
            ended = self.command(arguments).end()
        else:
            with Proxy(self.port) as proxy:
                ended = self.command(arguments, proxy.uri).end()
                self.bytes_sent[operation] = proxy.up, proxy.down
        assert ended.code == 0, ended.err
        self.repeat_on_reference(arguments)
        return ended

    @property
    def port(self) -> int:
        assert self.server is not None
        return int(self.server.uri.rpartition(":")[2])

    def signalled(self, arguments: list[str], sent: signal.Signals, turn: int) -> Ended:
        """Run a command and send it a signal after a random time or number of bytes."""
        plain, operation = turn % 6 >= 3, OPERATIONS[turn % 3]
        if self.server is None or turn % 2:
            job = self.command(arguments, small=not plain)
            job.send(sent, self.random_delay(operation))
            ended = job.end()
        else:
            down = self.random.random() < 0.3
            with Proxy(self.port, self.random_byte(operation, down=down), down) as proxy:
                job = self.command(arguments, proxy.uri, small=not plain)
                proxy.accident = lambda _: job.send(sent)
                ended = job.end()
        if ended.code == 0:
            self.seconds[operation] = min(self.seconds[operation], ended.seconds)
        return ended

    def random_delay(self, operation: str) -> float:
        """Return a random time of a command; the first third, imports, is left out."""
        return self.random.uniform(0.3, 1.0) * self.seconds[operation]

    def random_byte(self, operation: str, *, down: bool) -> int:
        """Return a random position in the bytes that a command sends or receives."""
        return self.random.randint(1, self.bytes_sent[operation][down])

    def arguments(self, operation: str) -> list[str]:
        """Return a command of a kind that changes much of the store."""
        if operation == "run":
            self.weights = self.random.choice([w for w in WEIGHTS if w != self.weights])
            return ["run", "--weights", self.weights]
        if operation == "add" and self.current != "c":
            self.current = "c"
            return ["load", "tables", str(self.inputs["c"])]
        self.current = self.random.choice([name for name in "ab" if name != self.current])
        load = ["load", "tables", str(self.inputs[self.current])]
        return [*load, "--replace", "--allow-removal"]

    def command(self, arguments: list[str], url: str | None = None, **options: object) -> Job:
        if self.server and options.pop("small", True):
            options["batch"] = BATCH
        options.pop("small", None)
        return Job(*arguments, "--store", url or self.url, env=self.env, **options)

    def repeat_on_reference(self, arguments: list[str]) -> None:
        """Run the same command on the reference store."""
        with contextlib.redirect_stdout(io.StringIO()):
            main([*arguments, "--quiet", "--store", str(self.reference)])

    def shows(self) -> Shown:
        return shown_at(self.url, self.server)

    def expected(self) -> Shown:
        return shown_at(self.reference)

    def secrets(self) -> list[str]:
        return [self.server.password] if self.server else []

    def check_recovery(self, arguments: list[str]) -> str:
        """Check the state after a crash, repeat the command, and check the result.

        Returns which state was left: old, new, unfinished or between.
        """
        self.intact = False
        before = self.expected()
        self.repeat_on_reference(arguments)
        after = self.expected()
        found = self.check_state(before, after)
        again = self.command(arguments).end()
        assert again.code == 0, again.err
        last = self.shows()
        assert last == after, last - after
        if self.server:
            crashes.assert_whole(self.server, after)
            crashes.assert_tidy(self.server)
            assert not crashes.is_unfinished(self.server)
        elif arguments[0] == "run":
            # holder.json-… is tested separately
            left = {name for name in crashes.leftovers(Path(self.url)) if "parquet" in name}
            assert left == set()
        self.intact = True
        return found

    def check_state(self, before: Shown, after: Shown) -> str:
        found = self.shows()
        top = Job("top", "-n", 3, "--store", self.url, env=self.env).end()
        assert top.code == 0, top.err
        assert len(top.json) == 3
        if self.server:
            crashes.assert_whole(self.server, before, after)
            unfinished = crashes.is_unfinished(self.server)
            assert ("warning" in top.err and "unfinished" in top.err) == unfinished
            if unfinished:
                return "unfinished"
        else:
            assert found in (before, after), f"{found - before}; {found - after}"
            assert "unfinished" not in top.err
        return "old" if found == before else "new" if found == after else "between"


@pytest.fixture(scope="module")
def kept() -> dict[str, Company]:
    """Companies that later tests reuse if they are intact."""
    return {}


@pytest.fixture
def files(kept, tmp_path):
    if "files" not in kept or not kept["files"].intact:
        kept["files"] = Company(tmp_path, tmp_path / "store", None, seed=11)
    return kept["files"]


@pytest.fixture
def graph(kept, neo4j_server, tmp_path):
    if "graph" not in kept or not kept["graph"].intact:
        wipe(neo4j_server)
        kept["graph"] = Company(tmp_path, neo4j_server.uri, neo4j_server, seed=12)
    return kept["graph"]


@pytest.fixture(params=["files", pytest.param("graph", marks=pytest.mark.neo4j)])
def company(request):
    return request.getfixturevalue(request.param)


def report(what):
    """Print the outcomes of the rounds, for pytest -s."""
    print(what)  # noqa: T201


# The client is killed


@pytest.mark.ci
@pytest.mark.parametrize("rounds", THREE_ROUNDS)
def test_repeating_a_killed_command_completes_it(company, rounds):
    outcomes = []
    for turn in range(rounds):
        operation = OPERATIONS[turn % 3]
        arguments = company.arguments(operation)
        ended = company.signalled(arguments, signal.SIGKILL, turn)
        assert ended.code in (0, -signal.SIGKILL)
        seconds = round(ended.seconds, 1)
        outcomes.append((operation, seconds, ended.code, company.check_recovery(arguments)))
    report(outcomes)
    assert any(code for _, _, code, _ in outcomes)


@pytest.mark.ci
@pytest.mark.parametrize("step", [10, 5, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("operation", ["run", "replace", "add"])
def test_a_command_killed_before_any_file_operation_leaves_the_old_or_new_state(
    files, operation, step, tmp_path
):
    arguments = files.arguments(operation)
    before = files.expected()
    files.repeat_on_reference(arguments)
    after = files.expected()
    store, copy, outcomes, left = Path(files.url), tmp_path / "copy", [], []
    files.intact = False
    shutil.copytree(store, copy)
    for at in count(files.random.randint(1, step), step):
        shutil.rmtree(store)
        shutil.copytree(copy, store)
        options = {"accident": signal.SIGKILL, "at": at, "path": str(store)}
        code = files.command(arguments, **options, events=crashes.FILE_EVENTS).end().code
        if code == 0:
            break
        assert code == -signal.SIGKILL
        found = files.shows()
        assert found in (before, after), f"{at}: {found - before}; {found - after}"
        outcomes.append((at, "old" if found == before else "new"))
        with open_store(store) as opened:
            batch.run(opened, tell=lambda _: None)
        last = shown_at(store)
        assert (last.customers, last.ties) == (found.customers, found.ties)
        left += [(at, name) for name in crashes.leftovers(store)]
    report(outcomes)
    assert len(outcomes) > 1
    assert left == []
    files.intact = True


@pytest.mark.ci
@pytest.mark.parametrize("rounds", ROUNDS)
def test_ctrl_c_ends_a_command_with_one_message_and_a_repeat_completes_it(company, rounds):
    outcomes = []
    for turn in range(rounds):
        operation = OPERATIONS[turn % 3]
        arguments = company.arguments(operation)
        ended = company.signalled(arguments, signal.SIGINT, turn)
        assert ended.code in (0, 130), ended
        if ended.code == 130:
            ended.assert_one_sentence(*company.secrets())
            assert ended.err.splitlines()[-1] == "influence: interrupted"
        seconds = round(ended.seconds, 1)
        outcomes.append((operation, seconds, ended.code, company.check_recovery(arguments)))
    report(outcomes)
    assert rounds == 1 or any(code for _, _, code, _ in outcomes)


@pytest.mark.parametrize(
    "module",
    ["influence.cli.options", "influence.loaders", "numpy", "pyarrow.csv", "influence.store"],
)
def test_ctrl_c_during_imports_shows_no_traceback(tmp_path, module):
    tables = crashes.write_company(tmp_path / "in", 1, 300)
    arguments = ("load", "tables", tables, "--store", tmp_path / "store")
    options = {"accident": signal.SIGINT, "at": 1, "path": module, "events": ["import"]}
    ended = Job(*arguments, **options).end()
    assert ended.code == 130, ended
    ended.assert_one_sentence()
    assert not (tmp_path / "store").exists()


# The connection is lost


@pytest.mark.neo4j
@pytest.mark.ci
@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_lost_connection_exits_4_and_a_repeat_completes_the_command(graph, rounds):
    outcomes = []
    for _ in range(rounds):
        operation = graph.random.choice(OPERATIONS)
        arguments = graph.arguments(operation)
        down = graph.random.random() < 0.3
        at = graph.random_byte(operation, down=down)
        with Proxy(graph.port, at, down, Proxy.close) as proxy:
            ended = graph.command(arguments, proxy.uri, retry=1.0).end()
        assert ended.code in (0, 4), ended
        assert (ended.code == 4) == proxy.happened
        if ended.code:
            ended.assert_one_sentence(*graph.secrets())
        outcomes.append(
            (operation, at, down, round(ended.seconds, 1), graph.check_recovery(arguments))
        )
    report(outcomes)


@pytest.mark.neo4j
@pytest.mark.ci
@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_connection_that_breaks_once_is_retried(graph, rounds):
    outcomes = []
    for _ in range(rounds):
        operation = graph.random.choice(OPERATIONS)
        arguments = graph.arguments(operation)
        down = graph.random.random() < 0.5
        at = graph.random_byte(operation, down=down)
        with Proxy(graph.port, at, down, Proxy.cut) as proxy:
            ended = graph.command(arguments, proxy.uri).end()
        assert ended.code in (0, 4), ended
        if ended.code:
            ended.assert_one_sentence(*graph.secrets())
        outcomes.append((operation, at, down, ended.code, graph.check_recovery(arguments)))
    report(outcomes)


@pytest.mark.neo4j
@pytest.mark.slow
def test_a_cut_connection_is_reported_within_half_a_minute(graph):
    arguments = graph.arguments("run")
    # In the figures of the first run; later ones send only changes.
    at = int(0.4 * graph.bytes_sent["run"][0])
    with Proxy(graph.port, at, False, Proxy.close) as proxy:
        ended = graph.command(arguments, proxy.uri).end()
    assert ended.code == 4
    assert ended.seconds < 30
    graph.check_recovery(arguments)


# The server is killed


@pytest.fixture
def own_server(tmp_path_factory):
    local = LocalServer(
        tmp_path_factory.mktemp("neo4j"), password=secrets.token_hex(16), short_lived=True
    )
    try:
        local.start()
    except ServerError as error:
        pytest.skip(f"a local Neo4j needs Maven and Java: {error}")
    try:
        yield local
    finally:
        local.stop()


@pytest.mark.neo4j
@pytest.mark.slow
@pytest.mark.parametrize("rounds", [20])
def test_a_killed_server_keeps_acknowledged_batches(own_server, rounds, tmp_path):
    server = Server(own_server.uri, own_server.username, own_server.password)
    company = Company(tmp_path, server.uri, server, seed=13, size=600)
    outcomes = []
    for turn in range(rounds):
        operation = OPERATIONS[(turn + 2) % 3]
        arguments = company.arguments(operation)
        at = company.random_byte(operation, down=False)
        with Proxy(own_server.bolt_port, at, False, lambda proxy: own_server.kill()) as proxy:
            ended = company.command(arguments, proxy.uri, retry=1.0).end()
        # The command may have finished except for releasing the lock.
        assert ended.code == 4 or (ended.code == 0 and arguments[0] in ended.err + "load"), ended
        if ended.code:
            ended.assert_one_sentence(*company.secrets())
        if proxy.happened:
            own_server.start()
        outcomes.append((operation, at, round(ended.seconds, 1), company.check_recovery(arguments)))
    report(outcomes)


# The disk is full


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 600 kB, if it can be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.ci
@pytest.mark.parametrize("rounds", [6, pytest.param(20, marks=pytest.mark.slow)])
def test_a_full_disk_is_reported_and_leaves_the_old_state(small_disk, tmp_path, rounds, capfd):
    rng = random.Random(14)
    inputs = [crashes.write_company(tmp_path / name, i, 1200) for i, name in enumerate("ab")]
    store, filler = small_disk / "store", small_disk / "filler"
    assert Job("load", "tables", inputs[0], "--store", store).end().code == 0
    assert Job("run", "--store", store).end().code == 0
    first = shown_at(store)
    files = {file.name for file in store.iterdir()}
    for turn in range(rounds):
        # from no free space to nearly enough
        filler.write_bytes(b"")
        room = shutil.disk_usage(small_disk).free
        free = 0 if turn == 0 else rng.randint(0, 130_000)
        filler.write_bytes(b"x" * max(0, room - free))
        load = turn % 2 == 0
        arguments = ["run", "--force"]
        if load:
            arguments = ["load", "tables", inputs[1], "--replace", "--allow-removal"]
        ended = Job(*arguments, "--store", store, heartbeat=0.005).end()
        if ended.code == 0:  # there was enough space
            assert free > 60_000
            break
        assert ended.code == 4, ended
        ended.assert_one_sentence()
        assert "No space left" in ended.err
        assert shown_at(store) == first
        assert {file.name for file in store.iterdir()} == files
    filler.unlink()
    last = Job("load", "tables", inputs[1], "--replace", "--allow-removal", "--store", store)
    assert last.end().code == 0
    assert Job("run", "--store", store).end().code == 0
    assert crashes.leftovers(store) == set()


@pytest.mark.ci
@pytest.mark.parametrize(
    "operation",
    ["run", *(pytest.param(name, marks=pytest.mark.slow) for name in ("replace", "add"))],
)
def test_a_file_size_limit_leaves_the_old_state(files, operation):
    arguments = files.arguments(operation)
    before = files.expected()
    files.intact = False
    for limit in (0, 1, 1000, 10_000):
        ended = files.command(arguments, file_size=limit).end()
        assert ended.code == 4, ended
        ended.assert_one_sentence()
        assert files.shows() == before
    files.check_recovery(arguments)
    assert files.command(["run"]).end().code == 0
    files.repeat_on_reference(["run"])
    assert crashes.leftovers(Path(files.url)) == set()
