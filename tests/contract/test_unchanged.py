"""A run whose input and parameters are those of the current run computes nothing."""

import json
from datetime import date

import pyarrow.parquet as pq
import pytest

import influence
from influence import Limits, Parameters, Selection, Tables, compute
from influence import run as run_and_tell
from influence.engine import request
from influence.store import Credentials, open_store
from influence.value.card_rules import CardRules
from influence.value.conventions import Conventions
from tests import graphs
from tests.commands import influence as command
from tests.stores import figure

A_LATER_RUN_FAILED = (
    "MATCH (r:InfluenceRun) WITH properties(r) AS p CREATE (n:InfluenceRun) SET n = p {.*, "
    "id: 'later', startedAt: datetime(), status: 'failed', current: false}"
)


def company():
    """One row at least in every table."""
    return Tables(
        customers={"id": list("ABCDEF"), "segment": ["x"] * 6},
        ties={"source": list("AABCDE"), "target": list("BCCDEF")},
        referrals={"referrer": ["A"], "referred": ["C"], "date": ["2024-01-01"]},
        transactions={"customer": ["A", "D"], "date": ["2024-02-01"] * 2, "amount": [100.0, 9.0]},
        surveys={"customer": ["A"], "score": [10], "date": ["2024-02-01"]},
        engagements={"customer": ["A"], "kind": ["review"], "date": ["2024-02-02"]},
        profiles={"customer": ["A"], "network": ["x"], "contacts": [4]},
    )


def run(store, parameters=None, **how):
    return run_and_tell(store, parameters, tell=lambda _: None, **how)


@pytest.fixture
def ran(store):
    """A store with a run."""
    store.write_tables(company())
    assert run(store).computed
    return store


@pytest.fixture
def files(tmp_path):
    """A directory with a run."""
    store = open_store(tmp_path / "store")
    store.write_tables(company())
    run(store)
    return store


def test_a_repeated_run_computes_nothing(ran):
    again = run(ran)
    assert not again.computed
    assert again.written.run == ran.runs()[0]
    assert len(ran.runs()) == 1
    assert again.scores.table.equals(ran.scores().table)


def test_force_computes_anyway(ran):
    again = run(ran, force=True)
    assert again.computed
    assert (again.written.changed, len(ran.runs())) == (0, 2)
    assert not run(ran).computed


def test_a_repeated_load_of_the_same_tables_needs_no_run(ran):
    ran.write_tables(company())
    assert not run(ran).computed


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("customers", {"id": ["G"]}),
        ("customers", {"id": ["A"], "segment": ["y"]}),
        ("customers", {"id": ["A"], "do_not_profile": [True]}),
        ("ties", {"source": ["A"], "target": ["F"]}),
        ("ties", {"source": ["A"], "target": ["B"], "strength": [2.0]}),
        ("referrals", {"referrer": ["A"], "referred": ["D"]}),
        ("transactions", {"customer": ["A"], "date": ["2024-02-01"], "amount": [7.0]}),
        ("surveys", {"customer": ["B"], "score": [0]}),
        ("engagements", {"customer": ["B"], "kind": ["share"], "date": ["2024-02-02"]}),
        ("profiles", {"customer": ["A"], "network": ["x"], "contacts": [5]}),
    ],
)
def test_any_change_of_a_table_is_computed(files, table, rows):
    files.write_tables(Tables(**{table: rows}))
    assert run(files).computed
    assert not run(files).computed


def test_a_forgotten_customer_is_computed(files):
    files.forget("F")
    assert run(files).computed


@pytest.mark.parametrize(
    "parameters",
    [
        Parameters(weights=(0.45, 0.25)),
        Parameters(selection=Selection(kinds=("tie",))),
        Parameters(selection=Selection(directions={"tie": "as-written"})),
        Parameters(model="walk"),
        Parameters(conventions=Conventions(margin=0.5)),
        Parameters(conventions=Conventions(as_of=date(2024, 2, 1))),
        Parameters(card=CardRules(ambassador=80.0)),
        Parameters(roles={"reviewer": "review >= 1"}),
        Parameters(method="sketch"),
        Parameters(registers=64),
        Parameters(seed=1),
        Parameters(limits=Limits(max_seconds=1.0)),
        Parameters(limits=Limits(memory=10**10)),
    ],
    ids=repr,
)
def test_any_other_parameter_is_computed(files, parameters):
    assert run(files, parameters).computed
    assert not run(files, parameters).computed
    assert run(files).computed


def test_another_version_of_the_software_computes(ran, monkeypatch):
    monkeypatch.setattr(influence, "__version__", "another", raising=False)
    assert run(ran).computed
    assert not run(ran).computed


def test_a_run_whose_parameters_nobody_recorded_is_computed_again(files):
    files.write_scores(compute(files.tables()))
    assert run(files).computed


@pytest.mark.parametrize("as_of", [None, date(2024, 2, 1)])
def test_purchases_in_the_future_are_computed_again_on_another_day(files, monkeypatch, as_of):
    late = {"customer": ["A"], "date": ["2999-01-01"], "amount": [5.0]}
    files.write_tables(Tables(transactions=late))
    parameters = Parameters(conventions=Conventions(as_of=as_of))
    assert run(files, parameters).computed
    assert not run(files, parameters).computed
    monkeypatch.setattr(request, "latest_today", lambda: date(2998, 1, 1))
    assert run(files, parameters).computed == (as_of is None)


def edit_figures(path):
    table = pq.read_table(path)
    at = table.column_names.index("network_value")
    pq.write_table(table.set_column(at, "network_value", table["clv"]), path)


def shorten(path):
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("name", ["scores", "tie_values", "ground"])
@pytest.mark.parametrize("damage", [lambda path: path.unlink(), shorten])
def test_figures_that_are_damaged_or_gone_are_computed_again(files, name, damage):
    (file,) = files.path.glob(f"{name}-*")
    damage(file)
    assert run(files).computed
    assert not run(files).computed


def test_edited_figures_are_computed_again(files):
    before = figure(files, "network_value")
    edit_figures(next(files.path.glob("scores-*")))
    assert figure(files, "network_value") != before
    assert run(files).computed
    assert figure(files, "network_value") == before


def test_an_edited_table_is_computed(files):
    file = next(files.path.glob("transactions-*"))
    table = pq.read_table(file)
    pq.write_table(table.slice(0, 1), file)
    assert run(files).computed


def test_a_manifest_that_names_an_earlier_run_as_the_current_one_is_not_believed(files):
    first = files.runs()[0].id
    run(files, force=True)
    manifest = json.loads((files.path / "manifest.json").read_text())
    manifest["current"] = first
    (files.path / "manifest.json").write_text(json.dumps(manifest))
    assert run(files).computed


def test_the_command_says_so_in_one_sentence(files, capsys):
    assert command(capsys, "run", "--store", files.path).json["computed"]  # the method is auto
    again = command(capsys, "run", "--store", files.path, "--if-changed")
    assert (again.code, again.json["computed"]) == (0, False)
    assert again.err.startswith(f"nothing to compute: input and parameters are those of run "
                                f"{files.runs()[0].id}")  # fmt: skip
    assert again.err.count("\n") == 1
    assert command(capsys, "run", "--store", files.path, "--force").json["computed"]
    assert len(files.runs()) == 3


@pytest.mark.neo4j
@pytest.mark.parametrize(
    "statement",
    [
        "MATCH (c:Customer {id: 'A'}) SET c.networkValue = -1.0",
        "MATCH (c:Customer {id: 'A'}) SET c.networkValue = 'much'",
        "MATCH (c:Customer {id: 'B'}) REMOVE c.rank",
        "MATCH (c:Customer {id: 'B'}) REMOVE c.networkValue",
        "MATCH (:Customer {id: 'A'})-[t:TIE]->(:Customer {id: 'B'}) SET t.value = 7.0",
        "MATCH (:Customer {id: 'A'})-[t:TIE]->(:Customer {id: 'B'}) SET t.strength = 7.0",
        "MATCH (:Customer {id: 'A'})-[t:TIE]->(:Customer {id: 'B'}) DELETE t",
        "MATCH (c:Customer {id: 'B'}) SET c.segment = 'z'",
        A_LATER_RUN_FAILED,
    ],
)
def test_what_was_edited_in_the_database_is_computed_again(empty_neo4j, statement):
    with open_store(empty_neo4j.uri, Credentials(password=empty_neo4j.password)) as store:
        store.write_tables(graphs.tables_of(graphs.worked()))
        assert run(store).computed
        assert not run(store).computed
        with empty_neo4j.session() as session:
            session.run(statement).consume()
        assert run(store).computed
