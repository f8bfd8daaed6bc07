"""Customers who are not profiled appear only in totals; forgotten customers not at all."""

import json

import pyarrow as pa
import pytest

from influence import InputRejected, NothingToShow, Tables, open_store, run
from influence.customer.explain import explain_tables, explanation
from influence.reports.export import export
from influence.reports.summary import NOT_PROFILED, summarise
from influence.store import Credentials
from tests import commands


def influence(*arguments):
    ended = commands.influence(*arguments)
    return ended.code, ended.out, ended.err


HUB, NAMES = "hub", [f"h{i}" for i in range(8)]


def company(hidden):
    """A hub with eight customers, each referred by the one before; all answered a survey."""
    people = [HUB, *NAMES]
    return Tables(
        customers={
            "id": people,
            "clv": [10.0 * i for i in range(9)],
            "name": [f"Name of {name}" for name in people],
            "segment": ["one"] * 9,
            "do_not_profile": [name in NAMES[:hidden] for name in people],
        },
        ties={"source": [HUB] * 8, "target": NAMES},
        referrals={"referrer": people[:-1], "referred": people[1:], "margin": [5.0] * 8},
        surveys={"customer": people, "score": [10.0, 0.0] * 4 + [10.0]},
    )


@pytest.fixture(params=["files", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def place(request, tmp_path):
    """The address of a store, and the environment variables to open it."""
    if request.param == "files":
        return str(tmp_path / "store"), {}
    server = request.getfixturevalue("empty_neo4j")
    return server.uri, server.environment


@pytest.fixture
def opened(place):
    url, env = place
    with open_store(url, Credentials(password=env.get("NEO4J_PASSWORD", ""))) as store:
        yield store


@pytest.mark.parametrize("hidden", [1, pytest.param(4, marks=pytest.mark.ci), 5, 6])
def test_no_command_shows_customers_who_are_not_profiled(
    place, opened, tmp_path, monkeypatch, capsys, hidden
):
    url, env = place
    opened.write_tables(company(hidden))
    run(opened)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    shown = []
    for command in (
        ["run"], ["top", "-n", "100", "--format", "json"], ["explain", HUB, "--format", "json"],
        ["explain", NAMES[-1], "--format", "json"], ["summary", "--by", "segment"],
        ["triage", HUB, NAMES[-1]], ["scorecard", HUB, NAMES[-1]], ["ties", "--total"],
        ["summary", "--by", "relation"], ["runs"], ["doctor"], ["intention"],
        ["export", str(tmp_path / "scores.csv")], ["run", "--force", "--report-text"],
    ):  # fmt: skip
        code, out, err = influence(capsys, *command, "--store", url)
        assert code == 0, err
        shown += [out, err]
    shown.append((tmp_path / "scores.csv").read_text())
    everything = "\n".join(shown)
    for name in NAMES[:hidden]:
        assert f'"{name}"' not in everything
        assert f"Name of {name}" not in everything
        for command in ("explain", "triage", "scorecard"):
            code, out, err = influence(capsys, command, name, "--store", url)
            unknown = influence(capsys, command, "nobody", "--store", url)
            assert (code, out, err.replace(name, "nobody")) == unknown
    assert f'"{NAMES[-1]}"' in everything


@pytest.mark.parametrize("hidden", [0, 1, 4, 5, 6])
def test_five_or_more_customers_who_are_not_profiled_are_shown_as_a_total(opened, tmp_path, hidden):
    opened.write_tables(company(hidden))
    run(opened)
    scores, enough = opened.scores(), hidden >= 5
    assert bool(scores.run.unprofiled) == enough
    rows = summarise(scores, opened.customers(), "segment").to_pylist()
    assert [row["segment"] for row in rows] == ["one"] + [NOT_PROFILED] * enough
    total = sum(row["clv"] for row in rows)
    assert total == pytest.approx(360 if enough else 360 - sum(10 * i for i in range(hidden + 1)))
    if enough:
        total_value = sum(row["network_value"] for row in rows)
        assert total_value == pytest.approx(360, abs=1e-9)  # no costs, nothing saved
        assert rows[-1]["customers"] == hidden
    explained = explain_tables(opened.tables(), scores, HUB)
    people = explained.contributors.to_pylist()
    assert sum(row["people"] for row in people) == (8 if enough else 8 - hidden)
    assert [row["people"] for row in people if row["customer"] is None] == [hidden] * enough
    influence_shown = sum(step["influence"] for step in explained.by_distance)
    assert influence_shown == pytest.approx(sum(row["contribution"] for row in people))
    if enough or not hidden:
        assert influence_shown == pytest.approx(explained.figures["influence"])
    export(scores, tmp_path / "scores.parquet")
    exported = pa.parquet.read_table(tmp_path / "scores.parquet").to_pylist()
    nameless = [row for row in exported if row["customer"] is None]
    assert len(nameless) == enough
    assert all(row["rank"] is None and row["stance"] is None for row in nameless)


def test_referrals_do_not_show_a_customer_who_is_not_profiled(opened):
    opened.write_tables(company(2))
    run(opened)
    tables, scores = opened.tables(), opened.scores()
    assert explain_tables(tables, scores, NAMES[2]).referred_by is None
    assert explain_tables(tables, scores, HUB).referrals == []
    brought = explain_tables(tables, scores, NAMES[3])
    assert (brought.referred_by, [row["customer"] for row in brought.referrals]) == (
        NAMES[2], [NAMES[4]],
    )  # fmt: skip


def test_a_forgotten_customer_is_removed_from_tables_scores_and_history(
    place, opened, monkeypatch, capsys
):
    url, env = place
    opened.write_tables(company(0))
    run(opened)
    first = opened.scores().run.id
    run(opened)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    code, out, err = influence(capsys, "forget", "h3", "--store", url, "--format", "json")
    assert code == 0
    removed = json.loads(out)
    assert removed["runs"] >= 1
    del removed["runs"]
    assert removed == {
        "customers": 1, "ties": 1, "referrals": 2, "transactions": 0, "surveys": 1,
        "engagements": 0, "profiles": 0, "inputs": 0,
    }  # fmt: skip
    assert "repeat `influence run`" in err
    tables = opened.tables()
    assert all("h3" not in row.values() for name in tables for row in tables[name].to_pylist())
    assert "h3" not in opened.scores().to_arrow()["customer"].to_pylist()
    assert "h3" not in opened.figures(first)["customer"].to_pylist()
    run(opened)
    assert len(opened.scores()) == 8
    with pytest.raises(NothingToShow):
        opened.forget("h3")


def test_no_file_keeps_data_of_a_forgotten_customer(tmp_path):
    with open_store(tmp_path / "store") as store:
        store.write_tables(company(6))
        run(store)
        before = set((tmp_path / "store").iterdir())
        store.forget("h2")
        assert store.scores().run.unprofiled == {}  # h2 was part of these totals
    for file in (tmp_path / "store").glob("*.parquet"):
        text = "".join(map(str, pa.parquet.read_table(file).to_pylist()))
        assert "'h2'" not in text
        assert "Name of h2" not in text
    assert {file for file in before if file.name.startswith(("customers", "ties"))}.isdisjoint(
        (tmp_path / "store").iterdir()
    )


@pytest.mark.neo4j
def test_the_graph_keeps_no_data_of_a_forgotten_customer(empty_neo4j):
    with open_store(empty_neo4j.uri, Credentials(password=empty_neo4j.password)) as store:
        bought = {"customer": ["h2"] * 2, "date": ["2024-01-01"] * 2, "amount": [1.0, 2.0]}
        store.write_tables(company(6))
        store.write_tables(Tables(transactions=bought))
        run(store)
        assert store.forget("h2")["transactions"] == 2
        assert store.scores().run.unprofiled == {}
    with empty_neo4j.session() as session:
        found = session.run("MATCH (n) RETURN labels(n) AS labels, properties(n) AS p").data()
        assert [row for row in found if "'h2'" in str(row) or "of h2" in str(row)] == []
        assert not any(row["labels"] == ["Purchase"] for row in found)


def test_totals_before_and_after_a_change_cannot_identify_a_customer(opened):
    opened.write_tables(company(5))
    run(opened)
    assert opened.runs()[0].unprofiled
    opened.write_tables(Tables(customers={"id": NAMES[5:6], "do_not_profile": [True]}))
    assert not any(one.unprofiled for one in opened.runs())
    run(opened)
    assert opened.runs()[0].unprofiled["customers"] == 6
    opened.forget(NAMES[7])
    assert not any(one.unprofiled for one in opened.runs())


def test_a_blank_profiles_no_customer_again_and_an_explicit_no_is_noted(opened):
    opened.write_tables(company(2))
    opened.write_tables(Tables(customers={"id": NAMES[:1], "do_not_profile": [None]}))
    assert sum(opened.customers()["do_not_profile"].to_pylist()) == 2
    loaded = opened.write_tables(Tables(customers={"id": NAMES[:1], "do_not_profile": [False]}))
    (note,) = (note for note in loaded.notes if note.event == "profiled_again")
    assert note.fields == {"customers": 1}
    assert sum(opened.customers()["do_not_profile"].to_pylist()) == 1


def test_the_error_for_a_cycle_hides_customers_whom_the_load_does_not_name(opened):
    opened.write_tables(company(2))  # hub → h0 → h1 → h2
    with pytest.raises(InputRejected) as refused:
        opened.write_tables(Tables(referrals={"referrer": ["h2"], "referred": [HUB]}))
    assert "h0" not in str(refused.value)
    assert "(not profiled)" in str(refused.value)


def test_a_clv_computed_for_a_hidden_customer_counts_but_is_not_stored(opened):
    people = [HUB, *NAMES]
    opened.write_tables(
        Tables(
            customers={"id": people, "do_not_profile": [name in NAMES[:5] for name in people]},
            ties={"source": [HUB] * 8, "target": NAMES},
            transactions={
                "customer": people, "date": ["2024-01-01"] * 9, "amount": [100.0] * 9,
            },
        )
    )  # fmt: skip
    run(opened)
    scores = opened.scores([HUB])
    explained = explanation(scores, HUB, opened.neighbourhood(HUB, scores.run))
    shown = sum(step["influence"] for step in explained.by_distance)
    assert shown == pytest.approx(explained.figures["influence"])
    opened.write_tables(Tables(customers={"id": NAMES[5:6], "do_not_profile": [True]}))
    assert opened.tables().customers["clv"].to_pylist() == [0.0] * 9
