"""A directory keeps the inputs of earlier runs, so that the change of a night can be split."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

from influence import Parameters, Tables, compute, open_store
from influence import run as run_and_tell
from influence.errors import NothingToShow
from influence.reports.why import TOTALS, totals
from influence.reports.why_runs import not_in_parts, why_runs
from influence.store.check import run_checks
from influence.tables.notes import ignore
from tests import crashes
from tests.commands import influence as command
from tests.stores import connect, figures

ONE, TWO = "one@example.org", "two@example.org"


def run(store, parameters=None, **how):
    return run_and_tell(store, parameters, tell=ignore, force=True, **how).written.run.id


def company(**more):
    clv = {ONE: 100.0, TWO: 40.0, "C": 0.0, "D": 7.0} | more
    ties = {"source": [ONE, TWO], "target": [TWO, "C"]}
    return Tables(customers={"id": [*clv], "clv": [*clv.values()]}, ties=ties)


@pytest.fixture
def files(tmp_path):
    """A directory with two runs and a load between them."""
    with open_store(tmp_path / "store") as store:
        store.write_tables(company())
        run(store)
        store.write_tables(company(C=5.0))
        run(store)
        yield store


def parts(store):
    """The parts of the change from the previous run to the current one."""
    after, before = (found.id for found in store.runs()[:2])
    return why_runs(store, before, after)


def change(store):
    """The change of the total that the figures of the last two runs record."""
    after, before = (store.figures(found.id) for found in store.runs()[:2])
    return sum(after["network_value"].to_pylist()) - sum(before["network_value"].to_pylist())


def unexplained(store):
    after, before = (store.figures(found.id) for found in store.runs()[:2])
    return not_in_parts(parts(store), before, after)


def tables_kept(store):
    """How many versions of the customers there are."""
    return len(list(store.path.glob("customers-*")))


def days(seed):
    """The tables of one day after another: people come and go, and everything else changes."""
    rng = np.random.default_rng(seed)
    clv = {f"c{at:02}": float(rng.integers(0, 500)) for at in range(40)}
    hidden: set[str] = set()
    for day in range(100):
        for who in rng.choice([*clv], 2, replace=False):
            del clv[str(who)]
        clv |= {f"n{day:02}{at}": float(rng.integers(0, 500)) for at in range(3)}
        clv[str(rng.choice([*clv]))] += 50.0
        hidden ^= {str(rng.choice([*clv]))}
        ids = np.array([*clv])
        ends = rng.integers(0, len(ids), (60, 2))
        ends = np.unique(np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1), axis=0)
        yield Tables(
            customers={"id": ids, "clv": [*clv.values()], "do_not_profile": np.isin(ids, [*hidden]),
                       "name": [f"{who} on day {day}" for who in ids]},
            ties={"source": ids[ends[:, 0]], "target": ids[ends[:, 1]],
                  "strength": rng.integers(1, 4, len(ends)).astype(float)},
            referrals={"referrer": ids[:1], "referred": ids[1:2]},
            surveys={"customer": ids[:3], "score": rng.integers(0, 11, 3)},
        )  # fmt: skip


@pytest.mark.parametrize("nights", [4, pytest.param(30, marks=pytest.mark.slow)])
@pytest.mark.parametrize("replace", [True, False])
def test_the_parts_of_every_night_add_up_to_its_change_without_a_copy(tmp_path, nights, replace):
    before = None
    with open_store(tmp_path / "store") as store:
        for day, tables in zip(range(nights + 1), days(seed=1), strict=False):
            store.write_tables(tables, replace=replace, allow_removal=True)
            run(store, Parameters(weights=(0.5, 0.3) if day % 3 else (0.45, 0.25, 0.1)))
            now = figures(store)
            if before is not None:
                hidden = store.tables().customers
                hidden = {*hidden.filter(hidden["do_not_profile"])["id"].to_pylist()}
                shown = {who: row for who, row in before.items() if who not in hidden}
                summed = totals(parts(store))
                for name in TOTALS:
                    old, new = (sum(r[name] for r in rows.values()) for rows in (shown, now))
                    assert sum(summed[name].to_pylist()) == pytest.approx(
                        new - old, abs=1e-9 * (old + new)
                    )
                assert unexplained(store) == 0
            before = now
            assert tables_kept(store) <= 2
        assert crashes.leftovers(store.path) == set()


def test_compare_why_needs_no_copy(files, capsys):
    shown = command(capsys, "compare", "previous", "latest", "--why", "--store", files.path)
    assert (shown.code, [row["part"] for row in shown.json]) == (0, ["CLV"])
    assert "warning" not in shown.err
    one = ("compare", "previous", "latest", "--customer", TWO, "--store", files.path)
    assert [row["part"] for row in command(capsys, *one).json] == ["CLV"]
    files.write_tables(company(C=9.0))  # between the load and the run of the next night
    assert parts(files)["part"].to_pylist() == ["CLV"] * 3


def test_several_loads_before_a_run_are_one_change(files):
    files.write_tables(company(C=6.0))
    files.write_tables(company(C=8.0, E=1.0))
    run(files)
    assert totals(parts(files))["part"].to_pylist() == ["CLV", "new customers"]
    assert sum(parts(files)["network_value"].to_pylist()) == pytest.approx(change(files), abs=1e-9)


def test_runs_of_the_same_tables_leave_the_earlier_input_there(files):
    first = files.runs()[1].id
    for weight in (0.1, 0.2, 0.3):
        last = run(files, Parameters(weights=(weight,)))
    assert set(why_runs(files, first, last)["part"].to_pylist()) == {"weights", "CLV"}
    assert tables_kept(files) == 2


def test_as_many_inputs_are_kept_as_asked_for(files):
    ids = [found.id for found in files.runs()][::-1]
    for clv in (6.0, 7.0, 8.0):
        files.write_tables(company(C=clv))
        ids.append(run(files, keep_inputs=2))
    assert tables_kept(files) == 3
    assert len(list(files.path.glob("ties-*"))) == 1  # never changed, so kept once
    assert len(why_runs(files, ids[-3], ids[-1]))
    with pytest.raises(NothingToShow, match="--keep-inputs"):
        why_runs(files, ids[-4], ids[-1])
    run(files, keep_inputs=0)
    assert tables_kept(files) == 1
    files.write_tables(company(C=9.0))
    run(files)
    with pytest.raises(NothingToShow, match="later loads changed it"):
        parts(files)


@pytest.mark.parametrize("lost_before", [False, True])
def test_a_forgotten_customer_is_in_no_earlier_input(files, lost_before):
    if lost_before:
        people = Tables(customers={"id": [ONE, "C", "D"], "clv": [100.0, 5.0, 7.0]})
        files.write_tables(people, replace=True, allow_removal=True)
        run(files)
    removed = files.forget(TWO)
    assert (removed["customers"], removed["inputs"]) == (not lost_before, 1)
    for file in files.path.iterdir():
        assert TWO.encode() not in file.read_bytes()
        if file.suffix == ".parquet":
            assert TWO not in str(pa.parquet.read_table(file).to_pylist())
    assert crashes.leftovers(files.path) == set()
    assert TWO not in parts(files)["customer"].to_pylist()
    assert unexplained(files) > 0  # the recorded figures of others include the customer
    with pytest.raises(NothingToShow, match="no customer"):
        files.forget(TWO)


def test_compare_says_that_a_customer_was_forgotten(files, capsys):
    files.forget(TWO)
    run(files)
    shown = command(capsys, "compare", "previous", "latest", "--why", "--store", files.path)
    assert "a customer was forgotten" in shown.err
    run(files)
    shown = command(capsys, "compare", "previous", "latest", "--why", "--store", files.path)
    assert (shown.json, shown.err.count("warning")) == ([], 0)


def test_a_customer_who_is_not_profiled_any_more_has_no_part(files):
    hide = {"id": [TWO], "do_not_profile": [True]}
    files.write_tables(Tables(customers=hide))
    run(files)
    assert TWO not in parts(files)["customer"].to_pylist()
    assert unexplained(files) == 0
    first = files.runs()[1]
    people = files.input_of(first).customers.to_pylist()
    assert [row["id"] for row in people if row["do_not_profile"]] == [TWO]
    files.write_tables(Tables(customers=hide | {"do_not_profile": [False]}))
    run(files)
    assert {TWO} == set(parts(files)["customer"].to_pylist())


@pytest.mark.parametrize("spoil", [lambda f: f.unlink(), lambda f: f.write_bytes(b"PAR1")])
def test_a_lost_or_damaged_input_stops_nothing_but_the_split(files, spoil, capsys):
    manifest = json.loads((files.path / "manifest.json").read_text())
    (earlier,) = (t["customers"] for t in manifest["inputs"].values() if t != manifest["tables"])
    (found,) = (one for one in run_checks(files.checks()) if one.check == "earlier inputs")
    assert (found.state, "MiB" in found.detail) == ("ok", True)
    spoil(files.path / earlier)
    (found,) = (one for one in run_checks(files.checks()) if one.check == "earlier inputs")
    assert (found.state, earlier in found.detail) == ("warning", True)
    shown = command(capsys, "compare", "previous", "latest", "--why", "--store", files.path)
    assert (shown.code, "the change is not split" in shown.err) == (0, True)
    files.forget(TWO)
    files.write_tables(company(C=1.0))
    run(files)


def test_a_store_of_an_earlier_version_keeps_inputs_from_its_next_run_on(files):
    manifest = json.loads((files.path / "manifest.json").read_text())
    del manifest["inputs"]
    (files.path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(NothingToShow):
        parts(files)
    for clv in (6.0, 7.0):
        files.write_tables(company(C=clv))
        run(files)
    assert set(parts(files)["part"].to_pylist()) == {"CLV"}


def test_scores_of_other_tables_have_no_input(files):
    old, origin = compute(files.tables()), files.origin(files.tables())
    files.write_tables(company(C=6.0))
    files.write_scores(old, origin=origin)
    assert (
        files.runs()[0].id not in json.loads((files.path / "manifest.json").read_text())["inputs"]
    )


@pytest.mark.neo4j
def test_a_database_keeps_no_earlier_input_and_may_be_the_store_before(
    files, empty_neo4j, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("NEO4J_PASSWORD", empty_neo4j.password)
    with connect(empty_neo4j) as graph:
        graph.write_tables(company())
        run(graph)
        scores = graph.scores()
        with open_store(tmp_path / "beside") as beside:
            beside.write_tables(company())
            beside.write_scores(scores)
            beside.write_tables(company(C=5.0))
            run(beside)
    here = ("compare", "previous", "latest", "--why", "--store", tmp_path / "beside")
    split = command(capsys, *here, "--before-store", empty_neo4j.uri)
    assert [row["part"] for row in split.json] == ["CLV"], split.err
    with connect(empty_neo4j) as graph:
        graph.write_tables(company(C=5.0))
        run(graph)
    there = command(capsys, "compare", "previous", "latest", "--why", "--store", empty_neo4j.uri)
    assert (there.code, "a directory store, loaded and run with the same" in there.err) == (0, True)
