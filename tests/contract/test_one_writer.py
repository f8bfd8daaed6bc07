"""One writer at a time, in both stores."""

from __future__ import annotations

import json
import os
import socket
import time
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import pytest

from influence import InputRejected, Tables, open_store, run
from influence.errors import StoreLocked
from influence.runs import now
from influence.store import Credentials, Store, graph_lock, lock
from influence.store.lock import Holder
from tests.servers import Server

COMPANY = Tables(
    customers={"id": ["A", "B"], "clv": [1.0, 2.0]}, ties={"source": ["A"], "target": ["B"]}
)
ELSEWHERE = Holder("20241231-235959-abcdef", host="another.host", process=1, born=0.0)


class Place:
    """A store, and a way to put somebody else's lock into it."""

    def __init__(self, path: Path, server: Server | None) -> None:
        self.path, self.server = path, server

    def open(self) -> Store:
        if self.server is None:
            return open_store(self.path)
        return open_store(self.server.uri, Credentials(password=self.server.password))

    def hold(self, holder: Holder) -> None:
        if self.server is None:
            (self.path / "holder.json").write_text(json.dumps(asdict(holder)))
            return
        with self.server.session() as session:
            session.run(
                "MERGE (l:InfluenceLock {id: 'store'}) SET l += $values, "
                "l.heartbeat = datetime($values.heartbeat)",
                values=asdict(holder),
            ).consume()


@pytest.fixture(params=["files", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    server = request.getfixturevalue("empty_neo4j") if request.param == "neo4j" else None
    found = Place(tmp_path / "store", server)
    with found.open() as store:
        store.write_tables(COMPANY)
    return found


def test_a_second_writer_is_told_who_works_and_since_when(place: Place) -> None:
    with place.open() as first, place.open() as second, first.lock("the-first-job"):
        for verb in (lambda: run(second), lambda: second.write_tables(COMPANY)):
            with pytest.raises(StoreLocked, match=r"the-first-job, begun \d+ s ago"):
                verb()
        assert second.tables().customers.num_rows == 2  # readers are let in


def test_the_lock_is_given_back_after_work_after_bad_input_and_after_an_error(place: Place) -> None:
    with place.open() as store:
        with pytest.raises(InputRejected):
            store.write_tables(Tables(customers={"id": ["A", "A"]}))
        with pytest.raises(RuntimeError), store.lock("broken"):
            raise RuntimeError
        assert run(store).written.changed == 2
    with place.open() as other:
        assert run(other).written.changed == 0


def test_a_holder_elsewhere_is_respected_until_it_has_been_silent_for_a_minute(
    place: Place,
) -> None:
    with place.open() as store:
        place.hold(ELSEWHERE)
        with pytest.raises(StoreLocked, match=r"on another\.host"):
            run(store)
        long_ago = (now() - timedelta(seconds=61)).isoformat()
        place.hold(replace(ELSEWHERE, heartbeat=long_ago))
        assert run(store).written.changed == 2


def test_a_holder_whose_process_is_gone_is_taken_over_at_once(place: Place) -> None:
    place.hold(Holder("dead-job", host=socket.gethostname(), process=os.getpid(), born=1.0))
    place.hold(Holder("dead-job", process=2**22 - 1))
    with place.open() as store:
        assert run(store).written.changed == 2


def test_the_heart_beats(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "HEARTBEAT_SECONDS", 0.05)
    with place.open() as store, store.lock("long-job"):
        time.sleep(0.4)
        if place.server is None:
            seen = json.loads((place.path / "holder.json").read_text())
            assert seen["heartbeat"] > seen["since"]
        else:
            with place.server.session() as session:
                record = session.run(
                    "MATCH (l:InfluenceLock) RETURN l.heartbeat > datetime(l.since) AS beats"
                ).single(strict=True)
            assert record["beats"]


@pytest.mark.neo4j
def test_who_slept_through_a_takeover_writes_no_more(
    empty_neo4j: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path, empty_neo4j)
    with place.open() as store:
        store.write_tables(COMPANY)
        with store.lock("sleeper"):
            place.hold(ELSEWHERE)
            monkeypatch.setattr(graph_lock, "SILENCE_SECONDS", 0.0)
            with pytest.raises(StoreLocked, match="took over"):
                run(store)
        assert store.runs() == []
