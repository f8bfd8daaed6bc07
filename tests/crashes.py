"""Real processes and real accidents: commands that die, connections that break, states compared."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.csv as pc

from influence.demo.company import sample_company
from influence.errors import NothingToShow
from influence.store import Credentials, open_store
from influence.store.neo4j import properties
from influence.store.protocol import unfinished

if TYPE_CHECKING:
    from collections.abc import Callable

    from influence.store import Store
    from tests.servers import Server

COMMAND = str(Path(sys.executable).with_name("influence"))
PATIENCE = 120.0

# What happens to a command on its way: limits set before it begins, batches so small that there
# is much to be interrupted between, and an accident at its n-th dealing with the store's files.
CHILD = """\
import json, os, resource, signal, sys

wish = json.loads(sys.argv[1])
if "file_size" in wish:
    resource.setrlimit(resource.RLIMIT_FSIZE, (wish["file_size"],) * 2)
if "accident" in wish:
    seen = 0
    def hook(event, args):
        global seen
        if event in wish["events"] and any(wish["path"] in str(arg) for arg in args):
            seen += 1
            if seen == wish["at"]:
                os.kill(os.getpid(), wish["accident"])
    sys.addaudithook(hook)
try:
    if "batch" in wish:
        from influence.store.neo4j import batches, figures as figure_pages
        batches.ROWS_PER_BATCH = figure_pages.CUSTOMERS_PER_PAGE = wish["batch"]
    if "retry" in wish:
        from influence.store.neo4j import bolt
        bolt.RETRY_SECONDS = wish["retry"]
    if "write" in wish:
        from influence.store.neo4j import bolt
        bolt.WRITE_SECONDS = wish["write"]
    if "heartbeat" in wish:
        from influence.store import lock
        lock.HEARTBEAT_SECONDS = wish["heartbeat"]
except KeyboardInterrupt:  # a user's command does not import this early
    sys.stderr.write("influence: interrupted\\n")
    sys.exit(130)
del sys.argv[1]
from influence.cli import main
main()
"""
FILE_EVENTS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def assert_one_sentence(self, *secrets: str) -> None:
        """One message on stderr, and nothing in it that is not for the eyes."""
        for secret in (*secrets, "Traceback", "Exception", "defect"):
            assert secret not in self.err, self.err
        # The plan and notes on acts come before; an interrupted terminal line is ended first.
        said = r"exact search|warning: acts|$"
        lines = [line for line in self.err.splitlines() if not re.match(said, line)]
        assert len(lines) == 1, self.err
        assert lines[0].startswith("influence: "), self.err


class Job:
    """A command of a user, running."""

    def __init__(
        self, *arguments: object, env: dict[str, str] | None = None, **wishes: Any
    ) -> None:
        self.begun = time.monotonic()
        command = [COMMAND] if not wishes else [sys.executable, "-c", CHILD, json.dumps(wishes)]
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("INFLUENCE_", "NEO4J_"))}
        self.process = subprocess.Popen(
            [*command, *map(str, arguments)],
            env=clean | (env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # What runs in the background of a shell would not hear of Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )

    def send(self, signal_: signal.Signals, after: float = 0.0) -> None:
        """Send a signal so many seconds after the start, unless it has ended by then."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, self.begun + after - time.monotonic()))
        self.process.send_signal(signal_)

    def kill(self, *_: object) -> None:
        self.process.kill()

    def end(self, timeout: float = PATIENCE) -> Ended:
        """Wait until it ends."""
        try:
            out, err = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        return Ended(self.process.returncode, out, err, time.monotonic() - self.begun)

    def stopped(self, timeout: float = 20.0) -> None:
        """Wait until it has stopped itself with SIGSTOP."""
        until(lambda: process_state(self.process.pid) == "T", timeout)


def process_state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def until(true: Callable[[], object], timeout: float = 20.0, pause: float = 0.02) -> None:
    deadline = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(pause)


def write_company(folder: Path, seed: int, customers: int) -> Path:
    """The tables of a sample company as files."""
    folder.mkdir(parents=True)
    for name, table in sample_company(seed, customers).items():
        pc.write_csv(table, folder / f"{name}.csv")
    return folder


# What a store shows

Tie = tuple[Any, ...]


@dataclass(frozen=True)
class Shown:
    """All that a store shows: tables, and the figures of each customer who has some."""

    customers: dict[str, dict[str, Any]]
    ties: Counter[Tie]
    figures: dict[str, dict[str, Any]]

    def __sub__(self, other: Shown) -> str:
        """Where they differ, for a person who reads a failed test."""
        return (
            f"customers {_differ(self.customers, other.customers)}, figures "
            f"{_differ(self.figures, other.figures)}, ties {(self.ties - other.ties).total()} "
            f"too many and {(other.ties - self.ties).total()} too few"
        )


def _differ(one: dict[str, Any], other: dict[str, Any]) -> int:
    return sum(one.get(key) != other.get(key) for key in one.keys() | other.keys())


def shown(store: Store) -> Shown:
    """What a store shows through its verbs, without the runs' ids."""
    try:
        tables = store.tables()
    except NothingToShow:
        return Shown({}, Counter(), {})
    try:
        scores = store.scores().to_arrow().drop_columns(["run"]).to_pylist()
    except NothingToShow:
        scores = []
    assert len({row["customer"] for row in scores}) == len(scores)
    for row in scores:  # Neo4j works it out again where a load has changed the input
        row["clv"] = round(row["clv"], 6)
    people = tables.customers.to_pylist()
    assert len({row["id"] for row in people}) == len(people)
    return Shown(
        {row["id"]: row for row in people},
        Counter(map(_tie, tables.ties.to_pylist())),
        {row.pop("customer"): row for row in scores},
    )


def _tie(row: dict[str, Any]) -> Tie:
    ends = (row["source"], row["target"])
    if not row["directed"]:
        ends = tuple(sorted(ends))
    names = ("kind", "network", "strength", "directed", "since", "mutual")
    return *ends, *(row[name] for name in names)


def shown_at(url: str | Path, server: Server | None = None) -> Shown:
    credentials = Credentials(server.username, server.password) if server else None
    with open_store(url, credentials) as store:
        return shown(store)


def graph_figures(server: Server) -> dict[str, dict[str, Any]]:
    """The figures on each customer, straight from the database; what they were before left out."""
    with server.session() as session:
        found = session.run("MATCH (c:Customer) RETURN properties(c) AS c").value()
    others = properties.BOOKKEEPING_KEYS | {*properties.COMPUTED_KEYS.values()}
    own = properties.FIGURE_KEYS - others
    rows = {
        node["id"]: {
            key: value
            for key, value in node.items()
            if key in own or re.fullmatch("(reach|influence)[0-9]+", key)
        }
        for node in found
    }
    return {customer: figures for customer, figures in rows.items() if figures}


def by_key(figures: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Figures of a store by their property keys in Neo4j, without those that may be input."""
    return {
        customer: {
            properties.camel(n): v
            for n, v in row.items()
            if n not in properties.COMPUTED_KEYS and v is not None
        }
        for customer, row in figures.items()
    }


def assert_whole(server: Server, *states: Shown) -> None:
    """Every customer's figures are all of one of the runs (or she has none in one of them)."""
    allowed = [by_key(state.figures) for state in states]
    for customer, found in graph_figures(server).items():
        assert any(found == state.get(customer) for state in allowed), (customer, found)
    known = [state.get for state in allowed]
    for customer in graph_customers(server) - graph_figures(server).keys():
        assert any(get(customer) is None for get in known), customer


def graph_customers(server: Server) -> set[str]:
    with server.session() as session:
        return set(session.run("MATCH (c:Customer) RETURN c.id").value())


def assert_tidy(server: Server) -> None:
    """No tie twice, nobody twice, one current run, no lock held."""
    with server.session() as session:
        twice = session.run(
            "MATCH (a:Customer)-[r:TIE]->(b:Customer) "
            "WITH a, b, r.kind AS kind, r.network AS network, count(*) AS n WHERE n > 1 "
            "RETURN a.id, b.id, kind, network, n LIMIT 5"
        ).values()
        assert twice == []
        assert session.run("MATCH (r:InfluenceRun) WHERE r.current RETURN count(r)").single()[0] < 2
        assert session.run("MATCH (l:InfluenceLock) RETURN collect(l.job)").single()[0] == []


def is_unfinished(server: Server) -> bool:
    with open_store(server.uri, Credentials(server.username, server.password)) as store:
        return unfinished(store.runs()) is not None


def leftovers(folder: Path) -> set[str]:
    """Files in a store's directory that nothing names."""
    manifest = json.loads((folder / "manifest.json").read_text())
    named = {*manifest["tables"].values(), *(run["file"] for run in manifest["runs"])}
    named |= {manifest["ground"], manifest["tie_values"]}
    named |= {file for tables in manifest["inputs"].values() for file in tables.values()}
    return {file.name for file in folder.iterdir()} - named - {"manifest.json", "lock"}


# A connection that breaks


@dataclass
class Proxy:
    """A TCP proxy in front of Bolt that has an accident after so many bytes.

    Parameters
    ----------
    port : int
        Of the server on this machine.
    at : int, optional
        After how many bytes, counted from the client (or to it, with `downwards`).
    accident : callable, optional
        Called once, then; the bytes beyond are not passed on.
    """

    port: int
    at: int | None = None
    downwards: bool = False
    accident: Callable[[Proxy], None] = field(default=lambda proxy: proxy.cut())
    up: int = 0
    down: int = 0
    happened: bool = False

    def __post_init__(self) -> None:
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port = self._listener.getsockname()[1]
        self._closed = False
        self._threads: list[threading.Thread] = []
        self._thread(self._accept)

    @property
    def uri(self) -> str:
        return f"bolt://127.0.0.1:{self._port}"

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        for thread in self._threads:
            thread.join(5)

    def cut(self) -> None:
        """Break all connections; new ones are welcome."""
        with self._lock:
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def close(self, *_: object) -> None:
        """Break all connections for good."""
        self._closed = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self.cut()

    def _accept(self) -> None:
        with self._listener:
            while not self._closed:
                try:
                    client, _ = self._listener.accept()
                except OSError:
                    return
                self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.port))
        except OSError:  # the server is gone, or just going
            client.close()
            return
        with self._lock:
            self._open |= {client, server}
        if self._closed:
            self.cut()
        ways = ((client, server, False), (server, client, True))
        passing = [self._thread(self._pass, *way) for way in ways]
        self._thread(self._tidy, client, server, *passing)

    def _tidy(self, *ended: Any) -> None:
        client, server, *passing = ended
        for thread in passing:
            thread.join()
        with self._lock:
            self._open -= {client, server}
        client.close()
        server.close()

    def _thread(self, work: Callable[..., None], *arguments: object) -> threading.Thread:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _pass(self, source: socket.socket, sink: socket.socket, downwards: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 14):
                with self._lock:
                    done = self.down if downwards else self.up
                    now = (
                        not self.happened
                        and self.at is not None
                        and downwards == self.downwards
                        and done + len(data) >= self.at
                    )
                    if now:
                        data, self.happened = data[: self.at - done], True
                    if downwards:
                        self.down += len(data)
                    else:
                        self.up += len(data)
                sink.sendall(data)
                if now:
                    self.accident(self)
                    break
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
