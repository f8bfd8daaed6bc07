"""One writer at a time, with real processes: who is told what, and who takes over when."""

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
from datetime import timedelta
from pathlib import Path

import neo4j
import psutil
import pytest

from influence import InputRejected, Tables, batch
from influence.errors import StoreError, StoreLocked, StoreUnreachable
from influence.runs import new_run_id, now
from influence.store import Credentials, LockWait, lock, open_store
from influence.store.directory import lock as directory_lock
from influence.store.lock import LockHolder
from influence.store.neo4j import lock as graph_lock
from influence.store.neo4j.bolt import Bolt
from tests import crashes
from tests.crashes import Job, until

RUN_ID = r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}"


class Place:
    """A store, and its lock as it lies there."""

    def __init__(self, url, server=None):
        self.url, self.server = url, server
        self.env = server.environment if server else {}
        self.job = "no job"

    def open(self):
        credentials = self.server and Credentials(self.server.username, self.server.password)
        return open_store(self.url, credentials)

    def command(self, *arguments, **wishes):
        return Job(*arguments, "--store", self.url, env=self.env, **wishes)

    def holder(self):
        """Who holds the lock, by what lies there; None where nobody does."""
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
        """Lay down a lock whose holder last showed life so many seconds ago."""
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
    return crashes.write_company(tmp_path / "in", 1, 600)


def held(place, *, by, **wishes):
    """Start a command that stops when it holds the lock; give it when it does."""
    if place.server:
        job = place.command(*by, **wishes, batch=20)
        until(place.holder, pause=0.001)
        job.send(signal.SIGSTOP)
    else:
        path = str(place.url / ("scores-" if by[0] == "run" else "customers-"))
        stop = {"accident": signal.SIGSTOP, "at": 1, "path": path, "events": ["open"]}
        job = place.command(*by, **wishes, **stop)
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
def test_the_second_of_two_is_told_whose_work_it_is_and_since_when(place, tables, first, second):
    commands = {"load": ("load", "tables", tables, "--replace", "--allow-removal"), "run": ("run",)}
    if first == "run":
        assert place.command(*commands["load"]).end().code == 0
    job = held(place, by=commands[first])
    try:
        name = place.holder()["job"]
        assert re.fullmatch(RUN_ID if first == "run" else f"load-{RUN_ID}", name)
        time.sleep(1.2)
        refused = place.command(*commands[second]).end()
        assert refused.code == 4, refused
        assert refused.seconds < 8
        refused.assert_one_sentence(*place.env.values())
        assert name in refused.err
        assert re.search(r"begun [1-9] s ago", refused.err), refused.err
        assert f"process {job.process.pid} on this machine" in refused.err
        assert place.holder()["job"] == name
    finally:
        job.send(signal.SIGCONT)
    assert job.end().code == 0
    assert place.holder() is None
    assert place.command(*commands[second]).end().code == 0


def test_a_killed_holder_is_followed_at_once(place, tables):
    job = held(place, by=("load", "tables", tables, "--replace", "--allow-removal"))
    job.send(signal.SIGKILL)
    job.end()
    assert place.holder() is not None
    with place.open() as store:
        begun = time.monotonic()
        batch.run(store)
        assert time.monotonic() - begun < 5
    assert place.holder() is None


def test_a_process_number_that_was_given_again_does_not_keep_the_lock(place):
    born = psutil.Process().create_time()
    place.put(LockHolder("load-1", process=os.getpid(), born=born - 1000))
    with place.open() as store:
        batch.run(store)


@pytest.mark.parametrize("silent", [0, 55])
def test_a_holder_elsewhere_is_respected_while_it_shows_life(place, silent):
    since = (now() - timedelta(minutes=7)).isoformat()
    place.put(LockHolder("load-7", "another-host", 4711, 1.0, since), silent=silent)
    before = place.holder()
    with place.open() as store:
        begun = time.monotonic()
        for work in (
            lambda: batch.run(store),
            lambda: store.write_tables(Tables(customers={"id": ["D"]})),
            lambda: store.write_scores(store.scores()),
        ):
            with pytest.raises(StoreLocked, match=r"load-7, begun 7 min ago .*on another-host"):
                work()
        assert time.monotonic() - begun < 5
        # readers do not mind
        assert len(store.tables().customers) == 3
        assert len(store.scores()) == 3
        assert store.write_tables(Tables(customers={"id": ["D"]}), dry_run=True).changed
    after = place.holder()
    for name in ("job", "host", "process", "born", "since", "heartbeat"):
        assert after[name] == before[name]


def test_a_holder_elsewhere_that_was_silent_for_a_minute_is_followed(place):
    place.put(LockHolder("load-7", "another-host", 4711, 1.0), silent=61)
    with place.open() as store:
        batch.run(store)
    assert place.holder() is None


def fail_inside(place, store, error):
    with store.lock("run-1"):
        assert place.holder()["job"] == "run-1"
        raise error


def test_the_lock_is_given_back_whatever_ends_the_work(place, monkeypatch):
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


def test_a_rejected_load_gives_the_lock_back(place, tmp_path):
    folder = tmp_path / "wrong"
    folder.mkdir()
    (folder / "customers.csv").write_text("id,clv\nA,1\nA,2\n")
    assert place.command("load", "tables", folder).end().code == 3
    assert place.holder() is None
    if not place.server:
        assert crashes.leftovers(place.url) == set()


def test_ctrl_c_gives_the_lock_back(place, tables):
    job = held(place, by=("load", "tables", tables, "--replace", "--allow-removal"))
    job.send(signal.SIGINT)
    job.send(signal.SIGCONT)
    assert job.end().code == 130
    assert place.holder() is None


def test_of_many_at_once_one_at_a_time_works(place):
    inside, most, refused = [], [], []

    def work(number):
        try:
            with holding(place, f"job-{number}"):
                inside.append(number)
                most.append(len(inside))
                time.sleep(0.3)
                inside.remove(number)
        except StoreLocked as error:
            refused.append(str(error))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(most) == {1}
    assert len(most) + len(refused) == 8
    assert refused
    assert place.holder() is None


def test_a_store_is_locked_once_by_its_own_nested_work(place):
    with place.open() as store, store.lock("run-1"):
        store.write_tables(Tables(customers={"id": ["D"]}))
        assert place.holder()["job"] == "run-1"
        batch.run(store)
        assert place.holder()["job"] == "run-1"


def test_the_heart_beats_as_often_as_the_constant_says(place, monkeypatch):
    monkeypatch.setattr(lock, "HEARTBEAT_SECONDS", 0.1)
    with holding(place):
        first = place.holder()["heartbeat"]
        until(lambda: place.holder()["heartbeat"] > first, timeout=3)


@pytest.fixture
def quick_heart(monkeypatch):
    monkeypatch.setattr(lock, "HEARTBEAT_SECONDS", 0.05)


def test_the_heart_beats_until_the_work_is_done(place, quick_heart):
    with holding(place):
        beats = set()
        until(lambda: beats.add(place.holder()["heartbeat"]) or len(beats) > 5)
        since = {place.holder()["since"]}
    assert len(since) == 1
    time.sleep(0.2)
    assert place.holder() is None


def test_a_long_holder_elsewhere_that_beats_keeps_its_lock(place, quick_heart, monkeypatch):
    monkeypatch.setattr(lock, "LOCK_TIMEOUT_SECONDS", 1.0)
    monkeypatch.setattr(graph_lock, "LOCK_TIMEOUT_SECONDS", 1.0)
    with holding(place, "run-1"):
        time.sleep(1.5)
        with pytest.raises(StoreLocked, match="run-1"), holding(place, "run-2"):
            pass


def test_a_beat_that_fails_does_not_end_the_work_or_show_a_traceback(tmp_path, quick_heart):
    """A disk that is full for a moment, or a folder whose rights change."""
    place = Place(tmp_path / "store")
    with place.open() as store:
        store.write_tables(Tables(customers={"id": ["A"]}))
    sign, said, calls = directory_lock._write_holder, [], []

    def full(path, holder):
        calls.append(holder)
        if len(calls) in (2, 3):
            raise StoreError("No space left on device")
        sign(path, holder)

    directory_lock._write_holder = full
    hook, threading.excepthook = threading.excepthook, said.append
    try:
        with holding(place):
            until(lambda: len(calls) > 5, timeout=3)
    finally:
        directory_lock._write_holder, threading.excepthook = sign, hook
        assert said == []


@pytest.mark.neo4j
def test_who_slept_through_a_takeover_does_not_write_any_more(empty_neo4j, tmp_path):
    """Ctrl-Z, or a laptop that was closed: after a minute another takes over; then it wakes."""
    place = Place(empty_neo4j.uri, empty_neo4j)
    company = crashes.write_company(tmp_path / "in", 1, 600)
    command = ("load", "tables", company, "--replace")
    job = place.command(*command, batch=20, write=5.0)  # then the server ends what it began
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
    time.sleep(1)
    job.send(signal.SIGCONT)
    slept = job.end()
    now_shown = crashes.shown_at(place.url, empty_neo4j)
    assert now_shown == whole, now_shown - whole
    assert slept.code == 4
    crashes.assert_tidy(empty_neo4j)


@pytest.mark.neo4j
def test_a_takeover_waits_for_what_is_being_committed(empty_neo4j):
    """Between the confirmation of a batch and its commit, nobody can take the lock."""
    auth = (empty_neo4j.username, empty_neo4j.password)
    bolt = Bolt(empty_neo4j.uri, Credentials(*auth))
    driver = neo4j.GraphDatabase.driver(empty_neo4j.uri, auth=auth)
    with driver, driver.session() as mine:
        graph_lock._take(bolt, LockHolder("asleep"), ended="")
        mine_to_lose = graph_lock.HeldLock(bolt, "asleep")
        batch_of_mine = mine.begin_transaction()
        batch_of_mine.run("CREATE (:Customer {id: 'A'})").consume()
        with empty_neo4j.session() as session:
            session.run(
                "MATCH (l:InfluenceLock {id: 'store'}) "
                "SET l.heartbeat = datetime() - duration({seconds: 61})"
            ).consume()
        mine_to_lose.confirm(batch_of_mine)
        with ThreadPoolExecutor(1) as pool:
            taken = pool.submit(graph_lock._take, bolt, LockHolder("awake"), ended="")
            with pytest.raises(TimeoutError):
                taken.result(timeout=1.0)
            batch_of_mine.commit()
            assert taken.result(timeout=10.0).job == "awake"
        late = mine.begin_transaction()
        with pytest.raises(StoreLocked):
            mine_to_lose.confirm(late)
        late.rollback()
    bolt.close()


@pytest.mark.neo4j
def test_a_lock_that_could_not_be_given_back_does_not_keep_its_own_process_out(
    empty_neo4j, monkeypatch
):
    """The connection breaks for a moment at the end; a notebook simply tries again."""
    place = Place(empty_neo4j.uri, empty_neo4j)
    with place.open() as store:
        store.write_tables(Tables(customers={"id": ["A"]}))
    write = Bolt.write

    def broken(self, query, *more):
        if query.name == "lock/release":
            raise StoreUnreachable("the cable is cut")
        return write(self, query, *more)

    with holding(place, new_run_id()):
        monkeypatch.setattr(Bolt, "write", broken)
    monkeypatch.undo()
    assert place.holder() is not None
    with place.open() as store:
        batch.run(store)
    assert place.holder() is None


def test_a_heart_that_beats_leaves_nothing_behind(tmp_path, quick_heart):
    place = Place(Path(tmp_path / "store"))
    with place.open() as store:
        store.write_tables(Tables(customers={"id": ["A"]}))
        with store.lock("run-1"):
            time.sleep(0.3)
        assert crashes.leftovers(place.url) == set()


def waiting(place, seconds, told):
    credentials = place.server and Credentials(place.server.username, place.server.password)
    return open_store(place.url, credentials, LockWait(seconds, told.append))


def test_who_waits_works_when_the_lock_is_free_and_says_once_for_whom(place):
    told = []
    with holding(place, "run-1"):
        late = threading.Thread(target=lambda: work(told))

        def work(told):
            with waiting(place, 30, told) as store:
                store.write_tables(Tables(customers={"id": ["D"]}))

        late.start()
        until(lambda: told)
        time.sleep(1.2)
    late.join(20)
    assert not late.is_alive()
    (note,) = told
    assert note.event == "waiting_for_lock"
    assert note.fields["job"] == "run-1"
    assert note.fields["process"] == os.getpid()
    with place.open() as store:
        assert "D" in store.tables().customers["id"].to_pylist()
    assert place.holder() is None


def test_who_waits_in_vain_is_told_as_without_waiting(place):
    told = []
    with holding(place, "run-1"), waiting(place, 0.7, told) as store:
        begun = time.monotonic()
        with pytest.raises(StoreLocked, match="run-1"):
            store.forget("A")
        assert 0.7 <= time.monotonic() - begun < 5
        assert len(told) == 1
        assert place.holder()["job"] == "run-1"
    assert place.holder() is None
