"""The analysts' library on the embedded store, against figures computed by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from influence import NothingToShow, Parameters, Selection, Tables, UsageError, open_store, run
from influence.answers.library import ANSWERS
from influence.models.weights import DEFAULT
from influence.pipeline import compute
from influence.queries import EXPLORE, library
from influence.runs import now
from tests import graphs
from tests.commands import influence

QUESTIONS = {
    name.removeprefix(EXPLORE): query
    for name, query in library().items()
    if name.startswith(EXPLORE)
}


@pytest.fixture
def store(tmp_path):
    """An empty embedded store."""
    return open_store(tmp_path / "store")


def load(store, company, **more):
    """Replace the company in the store; `more` are further tables as lists of rows."""
    customers, ties = company
    given = Tables(
        customers=pd.DataFrame(customers),
        ties=pd.DataFrame(ties) if ties else None,
        **{name: pd.DataFrame(rows, dtype=object) for name, rows in more.items()},
    )
    store.write_tables(given, replace=True, allow_removal=True)


def ask(store, name, **parameters):
    """Return the rows of a query as tuples."""
    columns, rows = store.query(QUESTIONS[name], **parameters)
    assert all(list(row) == columns for row in rows)
    return [tuple(row.values()) for row in rows]


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    """A store with the worked graph, after a run; tests only read it."""
    store = open_store(tmp_path_factory.mktemp("worked"))
    load(store, graphs.worked())
    run(store)
    return store


# One customer


def test_three_degrees_matches_the_worked_example(worked):
    assert ask(worked, "three-degrees", customer="A") == [
        ("D", 2, 0.25, 200.0, 50.0),
        ("C", 1, 0.45, 50.0, 22.5),
        ("E", 3, 0.10, 120.0, 12.0),
        ("B", 1, 0.45, 0.0, 0.0),
    ]


def test_carriers_list_contributors_with_their_shares(worked):
    assert ask(worked, "carriers", customer="A", limit=2) == [
        ("D", None, "C", 2, 200.0, 50.0, 0.592),
        ("C", None, "C", 1, 50.0, 22.5, 0.266),
    ]


def test_three_degrees_shows_at_most_three_steps_of_a_run_of_any_depth(store):
    load(store, graphs.path())
    for weights, reached in (((0.4, 0.3, 0.2, 0.1), "BCD"), ((0.4, 0.3), "BC"), ((0.4,), "B")):
        run(store, Parameters(weights))
        assert sorted(row[0] for row in ask(store, "three-degrees", customer="A")) == list(reached)


def test_if_customer_left_lists_lost_connections(worked):
    assert ask(worked, "if-customer-left", customer="D") == [
        ("own value", "D", None, None, 200.0),
        ("credit received", "D", None, None, 31.08),
        ("referral value", "D", None, None, 0.0),
        ("contact", "C", None, 1, 30.0),
        ("contact", "E", None, 1, 12.5),
    ]
    assert ask(worked, "if-customer-left", customer="D", near=1)[3:] == [
        ("contact", "E", None, 1, 12.5)
    ]


def test_referral_tree_matches_the_second_worked_example(store):
    customers = graphs.customers_with({"A": 100, "C": 50, "D": 70, "E": -30, "F": 40})
    ties = graphs.ties_between(["AC"], directed=True) + graphs.ties_between(["CD", "DE", "EF"])
    names = (
        "referrer",
        "referred",
        "joined_anyway",
        "margin",
        "incentive",
        "marketing",
        "acquisition_saved",
        "date",
    )
    referrals = [
        dict(zip(names, row, strict=True))
        for row in (
            ("A", "C", 0.25, 80.0, 5.0, 3.0, 20.0, "2024-05-01"),
            ("C", "D", 0.5, 40.0, 4.0, 2.0, 10.0, None),
            ("A", "E", 0.0, None, 1.0, 0.0, 5.0, None),
            ("D", "F", 0.0, 25.0, 0.0, 0.0, 0.0, None),
        )
    ]
    load(store, (customers, ties), referrals=referrals)
    assert [row[:3] for row in ask(store, "referral-tree", customer="D")] == [
        (0, None, "D"),
        (1, "D", "F"),
    ]
    run(store)
    tree = ask(store, "referral-tree", customer="A")
    assert tree == [
        (0, None, "A", None, None, 100.0, 78.0, 0.0, 130.0),
        (1, "A", "C", None, date(2024, 5, 1), 50.0, 27.0, 18.75, 52.0),
        (1, "A", "E", None, None, -30.0, 0.0, 0.0, 0.0),
        (2, "C", "D", None, None, 70.0, 25.0, 10.0, 25.0),
        (3, "D", "F", None, None, 40.0, 0.0, 12.5, 0.0),
    ]
    assert ask(store, "referral-tree", customer="A", depth=1) == tree[:3]
    assert ask(store, "referral-tree", customer="A", limit=2.0) == tree[:2]


def test_referral_tree_ends_at_a_cycle_left_by_a_forgotten_referrer(store):
    referrals = [
        dict(zip(("referrer", "referred", "date"), row, strict=True))
        for row in (("X", "A", "2020-01-01"), ("B", "A", "2021-01-01"), ("A", "B", "2021-02-01"))
    ]
    load(store, (graphs.customers_with({"X": 1, "A": 1, "B": 1}), []), referrals=referrals)
    run(store)
    store.forget("X")
    run(store)
    assert [row[:3] for row in ask(store, "referral-tree", customer="A")] == [
        (0, None, "A"),
        (1, "A", "B"),
        (2, "B", "A"),
    ]


def test_own_value_projects_the_purchases_of_one_year(store):
    bought = [("A", "2024-01-01", 100.0), ("A", "2024-12-30", 200.0), ("B", "2023-01-01", 50.0)]
    bought.append(("B", str(date.today() + timedelta(days=3)), 7.0))
    rows = [dict(zip(("customer", "date", "amount"), row, strict=True)) for row in bought]
    load(store, ([{"id": "A"}, {"id": "B"}], []), transactions=rows)
    year = date(2024, 1, 1), date(2024, 12, 31)
    assert ask(store, "purchases", customer="A") == [
        ("window", date(2024, 1, 1), date(2024, 12, 30), 2, 300.0, 746.06),
        ("2024", *year, 2, 300.0, None),
    ]
    half = {"margin": 0.5, "rate": 0.0, "years": 1, "window": 10}
    assert ask(store, "purchases", customer="A", **half)[0][3:] == (1, 200.0, 3650.0)
    with pytest.warns(UserWarning, match="after today"):
        run(store)
    assert ask(store, "purchases", customer="B")[0][3:] == (0, 0.0, 0.0)
    assert [row[0] for row in ask(store, "purchases", customer="B")[1:]] == [
        str(date.today().year),
        "2023",
    ]


# All customers


def test_top_matches_the_worked_ledger(worked):
    assert [(row[0], row[1], row[3], row[7]) for row in ask(worked, "top", limit=3)] == [
        (1, "D", 200.0, 162.75),
        (2, "E", 120.0, 120.5),
        (3, "A", 100.0, 82.58),
    ]


def test_intervals_are_those_of_the_first_customers_of_the_run(store):
    customers, ties = graphs.worked()
    load(store, ([c | {"clv_se": 0.2 * c["clv"]} for c in customers], ties))
    run(store)
    _, found = store.query(QUESTIONS["intervals"], limit=3)
    for row, figures in zip(found, store.scores().top(3).to_pylist(), strict=True):
        assert row.pop("name") is None
        assert row == pytest.approx({name: figures[name] for name in row}, abs=0.005)
        assert row["network_value_low"] < row["network_value"] < row["network_value_high"]
    run(store, Parameters(intervals=0))
    assert ask(store, "intervals") == []


def test_the_worked_example_has_one_free_customer_and_none_underrated(worked):
    assert ask(worked, "free-customers") == [
        ("B", None, 6, 27.58, 0.0, 27.58, 129.5, "A", None, 45.0)
    ]
    assert ask(worked, "underrated") == []


def test_underrated_lists_a_free_customer_with_a_network_value(store):
    values = {"free": 0, "friend": 100, "X": 5, "Y": 6}
    load(store, (graphs.customers_with(values), [{"source": "free", "target": "friend"}]))
    run(store)
    assert ask(store, "underrated") == [("free", None, 0.0, 4, 22.5, 2, 2)]


def test_not_customers_lists_a_fan(store):
    customers, ties = graphs.worked()
    fan = {"id": "P", "clv": 0.0, "relation": "fan", "name": "Pat"}
    load(store, ([*customers, fan], [*ties, {"source": "P", "target": "F"}]))
    run(store)
    (row,) = ask(store, "not-customers", relation="fan")
    assert (row[:3], row[9], row[11]) == (("P", "Pat", "fan"), "F", 36.0)
    assert ask(store, "not-customers") == [row]
    assert ask(store, "not-customers", relation="prospect") == []


def test_value_at_risk_lists_the_nearest_detractors_of_the_worked_example(store):
    customers, ties = graphs.worked()
    feeling = {"A": 1.0, "C": 1.0, "E": -1.0}
    load(store, ([c | {"sentiment": feeling.get(c["id"])} for c in customers], ties))
    run(store)
    assert ask(store, "at-risk") == [
        ("D", None, 200.0, 90.0, 0.45, 0.25, "unknown", 1, ["E"], 1),
        ("F", None, 80.0, 36.0, 0.45, -0.35, "unknown", 1, ["E"], 1),
        ("C", None, 50.0, 12.5, 0.25, 0.2, "promoter", 2, ["E"], 1),
        ("A", None, 100.0, 10.0, 0.1, 0.35, "promoter", 3, ["E"], 1),
    ]
    loudest = ask(store, "advocates-and-detractors", limit=1)
    assert [(row[0], row[2], row[3], row[5]) for row in loudest] == [
        ("C", "promoter", 1.0, 173.0),
        ("E", "detractor", -1.0, -148.5),
    ]


def test_bridges_connect_two_segments_and_totals_add_up(store):
    customers, ties = graphs.worked()
    customers = [c | {"segment": "gold" if c["id"] in "ABC" else "tin"} for c in customers]
    ties = [*ties, {"source": "D", "target": "C", "kind": "follows"}]
    load(store, (customers, ties))
    run(store)
    (bridge,) = ask(store, "bridges")
    assert (bridge[0], bridge[4], bridge[8:]) == ("D", "C", (["follows", "tie"], 167.5))
    # C would lose D (0.45 × 200) and E (0.25 × 120), D would lose C (0.45 × 50) and A (0.25 × 100).
    (turned,) = ask(store, "bridges", segment_a="gold")
    assert turned == (
        "C",
        *bridge[5:6],
        "gold",
        bridge[7],
        "D",
        None,
        "tin",
        bridge[3],
        *bridge[8:],
    )
    assert ask(store, "bridges", segment_a="gold", segment_b="gold") == []
    totals = ask(store, "value-by")
    assert [row[:5] for row in totals] == [
        ("tin", "customer", 3, 0, 400.0),
        ("gold", "customer", 3, 1, 150.0),
    ]
    assert sum(row[5] for row in totals) == pytest.approx(550)


def test_intention_counts_only_the_newest_answer(store):
    customers = [{"id": name, "segment": "gold"} for name in "ABC"] + [{"id": "D"}]
    surveys = [
        {"customer": "A", "score": 9.0, "date": "2024-02-01"},
        {"customer": "A", "score": 1.0, "date": "2024-01-01"},
        {"customer": "B", "score": 10.0, "date": None},
        {"customer": "C", "score": 3.0, "date": None},
        {"customer": "D", "score": 3.0, "date": None, "question": "taste"},
    ]
    load(store, (customers, []), surveys=surveys, referrals=[{"referrer": "A", "referred": "C"}])
    assert ask(store, "intention") == [("gold", 3, 2, 1, 0.5, 1, 0, 0.0)]
    assert ask(store, "intention", question="taste") == [("", 1, 0, 0, None, 1, 0, 0.0)]


# Runs


def test_movers_are_compared_with_the_run_before_their_last_change(store):
    customers, ties = graphs.worked()
    customers.append({"id": "Z", "clv": 5.0})
    load(store, (customers, ties))
    run(store)
    assert ask(store, "movers") == []
    load(store, ([c | {"clv": -80.0} if c["id"] == "F" else c for c in customers], ties))
    second = run(store).written.run
    moved = ask(store, "movers")
    assert [row[0] for row in moved] == ["F", "E", "D", "C"]
    assert moved[0] == ("F", None, 81.67, -34.33, -116.0, 4, 7, second.id)
    run(store)
    assert ask(store, "movers") == moved
    customers[-1] = {"id": "Z", "clv": 205.0}
    load(store, ([c | {"clv": -80.0} if c["id"] == "F" else c for c in customers], ties))
    fourth = run(store).written.run
    assert ask(store, "movers", limit=1) == [("Z", None, 5.0, 205.0, 200.0, 6, 1, fourth.id)]
    # Z passed everybody but F, who was last already: only F is still compared with the first run.
    assert ask(store, "movers")[1:] == moved[:1]


def test_runs_are_listed_with_their_settings_and_age(store):
    load(store, graphs.worked())
    scores = compute(store.tables(), Parameters(DEFAULT))
    begun = (now() - timedelta(days=1, hours=6, seconds=30)).replace(microsecond=120_000)
    store.write_scores(replace(scores, run=replace(scores.run, started_at=begun)))
    (row,) = ask(store, "runs")
    assert row[1:4] == ("finished", True, False)
    assert row[4].endswith(".12Z")
    assert row[5:] == ("1 d 6 h 0 min", "shells", list(DEFAULT), [], [], [], 6, 6)


# Customers who are not profiled, and errors


def test_customers_who_are_not_profiled_are_traversed_and_never_named(store):
    customers, ties = graphs.path()
    customers = [
        c | {"name": f"name of {c['id']}", "do_not_profile": c["id"] in "BE"} for c in customers
    ]
    referrals = [{"referrer": "A", "referred": "B"}, {"referrer": "B", "referred": "C"}]
    load(store, (customers, ties), referrals=referrals)
    run(store)
    assert [row[:2] for row in ask(store, "three-degrees", customer="A")] == [("C", 2), ("D", 3)]
    assert [row[2] for row in ask(store, "carriers", customer="A")] == [None, None]
    assert [row[:3] for row in ask(store, "referral-tree", customer="A")] == [
        (0, None, "A"),
        (2, None, "C"),
    ]
    for name in ANSWERS:
        asks = any(parameter.name == "customer" for parameter in QUESTIONS[name].parameters)
        for customer in "ACDFG" if asks else [None]:
            given = {"customer": customer} if asks else {}
            assert not {"B", "E", "name of B", "name of E"} & {
                value for row in ask(store, name, **given) for value in map(str, row)
            }
        if asks:
            with pytest.raises(NothingToShow, match="no customer 'B'"):
                ask(store, name, customer="B")


def test_an_unknown_customer_or_a_store_without_a_run_gives_nothing_to_show(store):
    with pytest.raises(NothingToShow, match="influence load"):
        ask(store, "purchases", customer="A")
    with pytest.raises(NothingToShow, match="no store at"):
        ask(store, "top")
    load(store, graphs.worked())
    for name, query in QUESTIONS.items():
        given = {p.name: "A" for p in query.parameters if p.name == "customer"}
        if query.needs_run and name in ANSWERS:
            with pytest.raises(NothingToShow, match="no finished run"):
                ask(store, name, **given)
        if given and name in ANSWERS:
            with pytest.raises(NothingToShow, match="no customer 'nobody'"):
                ask(store, name, customer="nobody")
    with pytest.raises(UsageError, match="unknown parameter"):
        ask(store, "top", colour="red")


def test_a_run_whose_kinds_have_no_ties_left_reaches_no_one(store):
    customers, ties = graphs.mixed()
    load(store, (customers, ties))
    run(store, Parameters(DEFAULT, Selection(kinds=("trusts",))))
    load(store, (customers, [tie for tie in ties if tie.get("kind") != "trusts"]))
    assert ask(store, "three-degrees", customer="D") == []


def test_every_query_except_drawings_is_answered_without_a_server(worked, capsys):
    drawing = {
        name
        for name, query in QUESTIONS.items()
        if any(column.type in {"node", "relationship"} for column in query.columns)
    }
    assert set(ANSWERS) == set(QUESTIONS) - drawing
    path = str(worked.path)
    for name in ANSWERS:
        asks = any(parameter.name == "customer" for parameter in QUESTIONS[name].parameters)
        given = ("--param", "customer=A") if asks else ()
        outcome = influence(capsys, "query", name, *given, "--store", path)
        assert outcome.code == 0, outcome.err
        columns = [column.name for column in QUESTIONS[name].columns]
        assert all(list(row) == columns for row in outcome.json)
    outcome = influence(capsys, "query", "picture", "--param", "customer=A", "--store", path)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Neo4j" in outcome.err
