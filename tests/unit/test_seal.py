"""What a server's bookmark tells, and what tells figures apart."""

from __future__ import annotations

import base64
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import compute
from influence.errors import StoreRefused
from influence.pipeline import Parameters
from influence.store.neo4j.bookmark import last_commit
from influence.store.neo4j.seal import Seal, digest
from tests import graphs


def bookmark(database: bytes, number: bytes) -> str:
    return "FB:" + base64.b64encode(b"\x91\xcc\x10" + database + number + b"\x90").decode()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("FB:kcwQTsGjRKByQmuUYeuSG1Tc7AOQ", 3),
        ("FB:kcwQTsGjRKByQmuUYeuSG1Tc7BKQ", 18),
    ],
)
def test_bookmarks_that_a_server_gave(text, number):
    assert last_commit(text) == ("4ec1a344a072426b9461eb921b54dcec", number)


@given(st.binary(min_size=16, max_size=16), st.integers(0, 2**63 - 1))
def test_numbers_of_every_size_are_read(database, number):
    sizes = {1: b"\xc8", 2: b"\xc9", 4: b"\xca", 8: b"\xcb"}
    size = next(n for n in sizes if number < 2 ** (8 * n - 1))
    packed = sizes[size] + number.to_bytes(size, "big")
    assert last_commit(bookmark(database, packed)) == (database.hex(), number)
    if number < 128:
        assert last_commit(bookmark(database, bytes([number]))) == (database.hex(), number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FB:",
        "FB:!",
        "neo4j:bookmark:v1:tx42",
        "kcwQTsGjRKByQmuUYeuSG1Tc7AOQ",
        "FB:kcwQTsGjRKByQmuUYeuSG1Tc7AOQ FB:kcwQTsGjRKByQmuUYeuSG1Tc7AOQ",
        bookmark(b"d" * 16, b""),
        bookmark(b"d" * 16, b"\xc9\x01"),
        bookmark(b"d" * 16, b"\xc8\x01\x02"),
        bookmark(b"d" * 16, b"\xff"),
        bookmark(b"d" * 15, b"\x05"),
        "FB:" + base64.b64encode(b"\x92\xcc\x10" + b"d" * 16 + b"\x05\x90").decode(),
        "FB:" + base64.b64encode(b"\x91\xcc\x10" + b"d" * 16 + b"\x05\x91").decode(),
    ],
)
def test_any_other_text_tells_nothing(text):
    assert last_commit(text) is None


@given(st.text(max_size=60))
def test_no_text_is_an_error(text):
    last_commit("FB:" + text)


@pytest.fixture
def scores():
    return compute(graphs.tables_of(graphs.worked()))


def test_equal_figures_of_two_runs_have_one_digest(scores):
    again = compute(graphs.tables_of(graphs.worked()))
    assert again.run.id != scores.run.id
    assert digest(again) == digest(scores)


def with_column(scores, name, change):
    table = scores.table
    at = table.column_names.index(name)
    return replace(scores, table=table.set_column(at, name, change(table[name])))


@pytest.mark.parametrize("name", ["network_value", "rank", "reach_1", "influence_3"])
def test_one_figure_more_or_less_is_another_digest(scores, name):
    first = pa.array([i == 0 for i in range(len(scores.table))])
    more = with_column(scores, name, lambda c: pc.add(c, pc.cast(first, c.type)))
    none = with_column(scores, name, lambda c: pc.if_else(first, pa.scalar(None, c.type), c))
    assert len({digest(s) for s in (scores, more, none)}) == 3


def test_depth_people_and_version_are_told_apart(scores):
    others = [
        compute(graphs.tables_of(graphs.worked()), Parameters((0.45, 0.25))),
        replace(scores, table=scores.table.slice(1)),
        with_column(scores, "customer", lambda c: pc.binary_join_element_wise(c, "x", "")),
        replace(scores, run=replace(scores.run, version="another")),
    ]
    assert len({digest(s) for s in (scores, *others)}) == 5


SCORES = compute(graphs.tables_of(graphs.worked()))


class Busy:
    """A server on which others and we commit while it is asked, some of it not to be read yet."""

    def __init__(self, before_reading, before_bookmark):
        self.number, self.ours, self.others = 40, 30, 10
        self.readable = self.ours
        self.events = iter(zip(before_reading, before_bookmark, strict=True))

    def commit(self, who):
        if who:
            self.number += 1
            self.ours += who == "ours"
            self.others += who == "others"

    def read_after(self, _, given):
        reading, telling = next(self.events, ("", ""))
        self.commit(reading)
        if given == self.bookmark():
            self.readable = self.ours  # it waits for what the bookmark knows
        seen = self.readable
        self.commit(telling)
        return [{"ours": seen}], self.bookmark()

    def bookmark(self):
        return bookmark(b"d" * 16, b"\xc8" + bytes([self.number]))


happening = st.lists(st.sampled_from(["", "", "ours", "others"]), min_size=6, max_size=6)


@given(happening, happening)
def test_a_seal_counts_what_others_committed_exactly_or_not_at_all(reading, telling):
    server = Busy(reading, telling)
    seal = Seal(server, SCORES).now()
    if seal is not None:
        assert int(seal.split()[1]) == server.others
    elif not any((*reading[2:], *telling[2:])):
        raise AssertionError("nobody wrote any more, and yet it is not told")


def test_a_server_that_refuses_to_answer_leaves_no_seal(scores):
    class Refusing:
        def read_after(self, *_):
            raise StoreRefused("no")

    assert Seal(Refusing(), scores).now() is None
