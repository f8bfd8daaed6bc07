"""The lock of a store, tested with real processes: refusals, takeovers and waiting."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import neo4j
import psutil
import pytest

from influence import InputRejected, Tables, batch
from influence.errors import StoreError, StoreLocked, StoreUnreachable
from influence.runs import new_run_id, now
from influence.store import Credentials, LockWait, lock, lock_wait, open_store
from influence.store.directory import lock as directory_lock
from influence.store.lock import LockHolder
from influence.store.neo4j import lock as graph_lock
from influence.store.neo4j.bolt import Bolt
from tests import crashes
from tests.crashes import Job, until

RUN_ID = r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}"


class Place:
    """A store and access to its lock."""

    def __init__(self, url, server=None):
        self.url, self.server = url, server
        self.env = server.environment if server else {}
        self.job = "no job"

    def open(self):
        credentials = self.server and Credentials(self.server.username, self.server.password)
        return open_store(self.url, credentials)

    def command(self, *arguments, **options):
        return Job(*arguments, "--store", self.url, env=self.env, **options)

    def holder(self):
        """Return the stored lock holder; None if there is none."""
        if self.server:
            with self.server.session() as session:
                found = session.run(
                    "MATCH (l:InfluenceLock {id: 'store'}) RETURN l {.*} AS l"
                ).value()
            return found[0] if found and found[0].get("job") else None
        try:
            return json.loads((self.url / "holder.json").read_text())
        except FileNotFoundError:
            return None

    def put(self, holder, *, silent=0.0):
        """Store a lock whose last heartbeat was so many seconds ago."""
        values = asdict(holder)
        if self.server:
            del values["heartbeat"]
            with self.server.session() as session:
                session.run(
                    "MERGE (l:InfluenceLock {id: 'store'}) SET l += $values, "
                    "l.heartbeat = datetime() - duration({milliseconds: $silent})",
                    values=values,
                    silent=round(1000 * silent),
                ).consume()
        else:
            values["heartbeat"] = (now() - timedelta(seconds=silent)).isoformat()
            (self.url / "holder.json").write_text(json.dumps(values))


@pytest.fixture(params=["files", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def place(request, tmp_path):
    if request.param == "files":
        found = Place(tmp_path / "store")
    else:
        server = request.getfixturevalue("empty_neo4j")
        found = Place(server.uri, server)
    with found.open() as store:
        store.write_tables(Tables(customers={"id": list("ABC"), "clv": [1.0, 2.0, 3.0]}))
        batch.run(store)
    return found


@pytest.fixture
def tables(tmp_path):
    return crashes.write_company(tmp_path / "in", 1, 300)


def held(place, *, by, **options):
    """Start a command, and return its job suspended while it holds the lock."""
    if place.server:
        job = place.command(*by, **options, batch=20)
        until(place.holder, pause=0.001)
        job.send(signal.SIGSTOP)
    else:
        path = str(place.url / ("scores-" if by[0] == "run" else "customers-"))
        stop = {"accident": signal.SIGSTOP, "at": 1, "path": path, "events": ["open"]}
        job = place.command(*by, **options, **stop)
        # a run first reads customers-…
        job.stopped()
    return job


@contextlib.contextmanager
def holding(place, job="run-1"):
    with place.open() as store, store.lock(job):
        yield store


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("load", "run"),
        *(
            pytest.param(*pair, marks=pytest.mark.slow)
            for pair in [("load", "load"), ("run", "load"), ("run", "run")]
        ),
    ],
)
def test_a_second_writer_is_refused_with_the_holder_and_its_start(place, tables, first, second):
    commands = {"load": ("load", "tables", tables, "--replace", "--allow-removal"), "run": ("run",)}
    if first == "run":
        assert place.command(*commands["load"]).end().code == 0
    job = held(place, by=commands[first])
    try:
        name = place.holder()["job"]
        assert re.fullmatch(RUN_ID if first == "run" else f"load-{RUN_ID}", name)
        refused = place.command(*commands[second]).end()
        assert refused.code == 4, refused
        refused.assert_one_sentence(*place.env.values())
        assert name in refused.err
        assert re.search(r"started [0-9]+ s ago", refused.err), refused.err
        assert f"process {job.process.pid} on this machine" in refused.err
        assert place.holder()["job"] == name
    finally:
        job.send(signal.SIGCONT)
    assert job.end().code == 0
    assert place.holder() is None
    assert place.command(*commands[second]).end().code == 0


def test_the_lock_of_a_killed_process_is_taken_over_at_once(place, tables):
    job = held(place, by=("load", "tables", tables, "--replace", "--allow-removal"))
    job.send(signal.SIGKILL)
    job.end()
    assert place.holder() is not None
    with place.open() as store:
        start = time.monotonic()
        batch.run(store)
        assert time.monotonic() - start < 5
    assert place.holder() is None


def test_a_reused_process_id_does_not_keep_the_lock(place):
    born = psutil.Process().create_time()
    place.put(LockHolder("load-1", process=os.getpid(), born=born - 1000))
    with place.open() as store:
        batch.run(store)


@pytest.mark.parametrize("silent", [0, 55])
def test_a_holder_on_another_host_keeps_the_lock_while_it_sends_heartbeats(place, silent):
    since = (now() - timedelta(minutes=7)).isoformat()
    place.put(LockHolder("load-7", "another-host", 4711, 1.0, since), silent=silent)
    before = place.holder()
    with place.open() as store:
        start = time.monotonic()
        for work in (
            lambda: batch.run(store),
            lambda: store.write_tables(Tables(customers={"id": ["D"]})),
            lambda: store.write_scores(store.scores()),
        ):
            with pytest.raises(StoreLocked, match=r"load-7, started 7 min ago .*on another-host"):
                work()
        assert time.monotonic() - start < 5
        # reads and dry runs need no lock
        assert len(store.tables().customers) == 3
        assert len(store.scores()) == 3
        assert store.write_tables(Tables(customers={"id": ["D"]}), dry_run=True).changed
    after = place.holder()
    for name in ("job", "host", "process", "born", "since", "heartbeat"):
        assert after[name] == before[name]


def test_a_lock_without_a_heartbeat_for_a_minute_is_taken_over(place):
    place.put(LockHolder("load-7", "another-host", 4711, 1.0), silent=61)
    with place.open() as store:
        batch.run(store)
    assert place.holder() is None


def fail_inside(place, store, error):
    with store.lock("run-1"):
        assert place.holder()["job"] == "run-1"
        raise error


def test_the_lock_is_released_after_success_and_after_errors(place, monkeypatch):
    with place.open() as store:
        store.write_tables(Tables(customers={"id": ["D"]}))
        assert place.holder() is None
        with pytest.raises(InputRejected):
            store.write_tables(Tables(customers={"id": ["E", "E"]}))
        assert place.holder() is None
        for error in (ValueError, KeyboardInterrupt, StoreError):
            with pytest.raises(error):
                fail_inside(place, store, error)
            assert place.holder() is None
        monkeypatch.setattr(batch, "compute_run", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            batch.run(store)
        assert place.holder() is None
        assert not [t for t in threading.enumerate() if t.name == "influence-heartbeat"]


def test_a_rejected_load_releases_the_lock(place, tmp_path):
    folder = tmp_path / "wrong"
    folder.mkdir()
    (folder / "customers.csv").write_text("id,clv\nA,1\nA,2\n")
    assert place.command("load", "tables", folder).end().code == 3
    assert place.holder() is None
    if not place.server:
        assert crashes.leftovers(place.url) == set()


def test_an_interrupt_releases_the_lock(place, tables):
    job = held(place, by=("load", "tables", tables, "--replace", "--allow-removal"))
    job.send(signal.SIGINT)
    job.send(signal.SIGCONT)
    assert job.end().code == 130
    assert place.holder() is None


def test_of_many_concurrent_writers_only_one_holds_the_lock(place):
    inside, refused = [], []

    def work(number):
        try:
            with holding(place, f"job-{number}"):
                inside.append(number)
                until(lambda: len(refused) == 7)
        except StoreLocked as error:
            refused.append(str(error))

    with ThreadPoolExecutor(8) as pool:
        [*pool.map(work, range(8))]
    assert len(inside) == 1
    assert len(refused) == 7
    assert place.holder() is None


def test_nested_writes_keep_the_outer_lock(place):
    with place.open() as store, store.lock("run-1"):
        store.write_tables(Tables(customers={"id": ["D"]}))
        assert place.holder()["job"] == "run-1"
        batch.run(store)
        assert place.holder()["job"] == "run-1"


def test_heartbeats_follow_the_interval(place, monkeypatch):
    monkeypatch.setattr(lock, "HEARTBEAT_SECONDS", 0.1)
    with holding(place):
        first = place.holder()["heartbeat"]
        until(lambda: place.holder()["heartbeat"] > first, timeout=3)


@pytest.fixture
def short_heartbeat(monkeypatch):
    monkeypatch.setattr(lock, "HEARTBEAT_SECONDS", 0.05)


def wait_for_beats(place, count):
    """Wait until the holder has sent so many heartbeats."""
    beats = set()
    until(lambda: beats.add(place.holder()["heartbeat"]) or len(beats) > count)


def test_heartbeats_continue_until_the_lock_is_released(place, short_heartbeat):
    with holding(place):
        since = place.holder()["since"]
        wait_for_beats(place, 5)
        assert place.holder()["since"] == since
    assert place.holder() is None
    assert not any(thread.name == "influence-heartbeat" for thread in threading.enumerate())


def latest_beat(place):
    beat = place.holder()["heartbeat"]
    return beat.to_native() if place.server else datetime.fromisoformat(beat)


def test_heartbeats_keep_the_lock_beyond_the_timeout(place, short_heartbeat, monkeypatch):
    timeout = timedelta(seconds=1)
    monkeypatch.setattr(lock, "LOCK_TIMEOUT_SECONDS", timeout.total_seconds())
    monkeypatch.setattr(graph_lock, "LOCK_TIMEOUT_SECONDS", timeout.total_seconds())
    with holding(place, "run-1"):
        expiry = latest_beat(place) + timeout
        until(lambda: latest_beat(place) > expiry)
        with pytest.raises(StoreLocked, match="run-1"), holding(place, "run-2"):
            pass


def test_a_failed_heartbeat_does_not_stop_the_work(tmp_path, short_heartbeat):
    """It fails on a full disk, for example, and prints no traceback."""
    place = Place(tmp_path / "store")
    with place.open() as store:
        store.write_tables(Tables(customers={"id": ["A"]}))
    write, errors, calls = directory_lock._write_holder, [], []

    def full(path, holder):
        calls.append(holder)
        if len(calls) in (2, 3):
            raise StoreError("No space left on device")
        write(path, holder)

    directory_lock._write_holder = full
    hook, threading.excepthook = threading.excepthook, errors.append
    try:
        with holding(place):
            until(lambda: len(calls) > 5, timeout=3)
    finally:
        directory_lock._write_holder, threading.excepthook = write, hook
        assert errors == []


@pytest.mark.neo4j
@pytest.mark.ci
def test_a_suspended_process_does_not_write_after_a_takeover(empty_neo4j, tmp_path):
    """A process is suspended for a minute, another one takes the lock over, the first resumes."""
    place = Place(empty_neo4j.uri, empty_neo4j)
    company = crashes.write_company(tmp_path / "in", 1, 600)
    command = ("load", "tables", company, "--replace")
    job = place.command(*command, batch=20, write=5.0)  # the server ends its transaction
    with empty_neo4j.session() as session:
        count = "MATCH ()-[r:TIE]->() RETURN count(r)"
        until(lambda: session.run(count).single()[0] > 100, pause=0.001)
        job.send(signal.SIGSTOP)
        session.run(
            "MATCH (l:InfluenceLock {id: 'store'}) "
            "SET l.heartbeat = datetime() - duration({seconds: 61})"
        ).consume()
    assert place.command(*command).end().code == 0
    whole = crashes.shown_at(place.url, empty_neo4j)
    job.send(signal.SIGCONT)
    resumed = job.end()
    now_shown = crashes.shown_at(place.url, empty_neo4j)
    assert now_shown == whole, now_shown - whole
    assert resumed.code == 4
    crashes.assert_tidy(empty_neo4j)


@pytest.mark.neo4j
def test_a_takeover_waits_for_a_confirmed_transaction(empty_neo4j):
    """Between the confirmation of a batch and its commit, the lock cannot be taken."""
    auth = (empty_neo4j.username, empty_neo4j.password)
    bolt = Bolt(empty_neo4j.uri, Credentials(*auth))
    driver = neo4j.GraphDatabase.driver(empty_neo4j.uri, auth=auth)
    with driver, driver.session() as own:
        graph_lock._take(bolt, LockHolder("asleep"), ended="")
        held = graph_lock.HeldLock(bolt, "asleep")
        confirmed = own.begin_transaction()
        confirmed.run("CREATE (:Customer {id: 'A'})").consume()
        with empty_neo4j.session() as session:
            session.run(
                "MATCH (l:InfluenceLock {id: 'store'}) "
                "SET l.heartbeat = datetime() - duration({seconds: 61})"
            ).consume()
        held.confirm(confirmed)
        with ThreadPoolExecutor(1) as pool:
            taken = pool.submit(graph_lock._take, bolt, LockHolder("awake"), ended="")
            with pytest.raises(TimeoutError):
                taken.result(timeout=1.0)
            confirmed.commit()
            assert taken.result(timeout=10.0).job == "awake"
        late = own.begin_transaction()
        with pytest.raises(StoreLocked):
            held.confirm(late)
        late.rollback()
    bolt.close()


@pytest.mark.neo4j
def test_a_lock_that_could_not_be_released_does_not_block_its_own_process(empty_neo4j, monkeypatch):
    """The connection is lost while the lock is released; the same process retries later."""
    place = Place(empty_neo4j.uri, empty_neo4j)
    with place.open() as store:
        store.write_tables(Tables(customers={"id": ["A"]}))
    write = Bolt.write

    def broken(self, query, *more):
        if query.name == "lock/release":
            raise StoreUnreachable("connection lost")
        return write(self, query, *more)

    with holding(place, new_run_id()):
        monkeypatch.setattr(Bolt, "write", broken)
    monkeypatch.undo()
    assert place.holder() is not None
    with place.open() as store:
        batch.run(store)
    assert place.holder() is None


def test_heartbeats_leave_no_files_behind(tmp_path, short_heartbeat):
    place = Place(Path(tmp_path / "store"))
    with place.open() as store:
        store.write_tables(Tables(customers={"id": ["A"]}))
        with store.lock("run-1"):
            wait_for_beats(place, 3)
        assert crashes.leftovers(place.url) == set()


def test_what_a_process_left_that_died_while_writing_the_holder_is_removed(tmp_path):
    place = Place(tmp_path / "store")
    with place.open() as store:
        store.write_tables(Tables(customers={"id": ["A"]}))
        left = place.url / "holder.json-left"
        left.touch()
        with store.lock("run-1"):
            assert not left.exists()


def waiting(place, seconds, notes):
    credentials = place.server and Credentials(place.server.username, place.server.password)
    return open_store(place.url, credentials, LockWait(seconds, notes.append))


def test_a_waiting_writer_proceeds_after_the_release_and_notes_the_holder_once(place, monkeypatch):
    notes, tries, acquire = [], [], LockWait.acquire

    def counted(wait, take):
        return acquire(wait, lambda: tries.append(1) or take())

    monkeypatch.setattr(LockWait, "acquire", counted)
    monkeypatch.setattr(lock_wait, "POLL_SECONDS", 0.01)
    with holding(place, "run-1"):
        late = threading.Thread(target=lambda: work(notes))

        def work(notes):
            with waiting(place, 30, notes) as store:
                store.write_tables(Tables(customers={"id": ["D"]}))

        late.start()
        until(lambda: len(tries) > 3 and notes)
    late.join(20)
    assert not late.is_alive()
    (note,) = notes
    assert note.event == "waiting_for_lock"
    assert note.fields["job"] == "run-1"
    assert note.fields["process"] == os.getpid()
    with place.open() as store:
        assert "D" in store.tables().customers["id"].to_pylist()
    assert place.holder() is None


def test_a_waiting_writer_is_refused_when_the_wait_is_over(place):
    notes = []
    with holding(place, "run-1"), waiting(place, 0.2, notes) as store:
        start = time.monotonic()
        with pytest.raises(StoreLocked, match="run-1"):
            store.forget("A")
        assert time.monotonic() - start >= 0.2
        assert len(notes) == 1
        assert place.holder()["job"] == "run-1"
    assert place.holder() is None
