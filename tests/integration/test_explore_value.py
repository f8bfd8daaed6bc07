"""Queries on referrals, purchases, surveys and groups, against the engine."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from influence.errors import NothingToShow
from influence.models.weights import DEFAULT
from influence.network import Selection
from influence.pipeline import Parameters, compute
from influence.reports.summary import summarise
from influence.score_columns import SUMS
from influence.tables import Tables
from influence.value.conventions import Conventions
from influence.value.intention import by_segment
from influence.value.own import OwnValue
from tests import graphs, naive
from tests.commands import influence
from tests.examples import seeds
from tests.integration.library import EXPLORE, expected_arcs, hide, load, rounded, rows, run

if TYPE_CHECKING:
    from influence.scores import Scores
    from influence.store.neo4j.store import Neo4jStore
    from tests.servers import Server

SETTINGS = (
    Parameters(),
    Parameters((0.5,), Selection(directions={"tie": "reversed", "follows": "as-written"})),
    Parameters((0.6, 0.3, 0.0), Selection(networks=("web",), directions={"follows": "both"})),
    Parameters((0.4, 0.3, 0.2, 0.1), Selection(kinds=("follows",))),
)
SEEDS = range(4)
RECOMMEND = "recommend"
Rows = list[dict[str, Any]]


def social_company(seed: int, hidden: int = 0) -> tuple[graphs.Customers, graphs.Ties, Rows, Rows]:
    """Return customers with segments, relations and sentiments, their ties, referrals, surveys."""
    coin = random.Random(seed)
    customers, ties = graphs.random_company(
        seed, n=30, ties=70, kinds=("tie", "follows"), networks=("", "web"), directed_share=0.5
    )
    for customer in customers:
        customer["segment"] = coin.choice(["gold", "silver", None])
        customer["relation"] = coin.choice([None, None, None, "fan", "prospect"])
        customer["sentiment"] = coin.choice([None, None, 1.0, 0.2, -0.2, -1.0])
        customer["do_not_profile"] = False
    for customer in coin.sample(customers, hidden):
        customer["do_not_profile"] = True
    names = [customer["id"] for customer in customers]
    dates = [None, date(2024, 1, 1), date(2024, 2, 1), date(2024, 2, 1)]
    referrals = [
        {"referrer": referrer, "referred": names[place], "date": coin.choice(dates)}
        | {"joined_anyway": coin.choice([0.0, 0.5]), "margin": coin.choice([None, 80.0])}
        | {"incentive": 5.0, "acquisition_saved": coin.choice([0.0, 20.0])}
        for place in range(1, 24)
        for referrer in coin.sample(names[:place], min(place, coin.choice([1, 1, 2])))
    ]
    coin.shuffle(referrals)
    surveys = [
        {"customer": name, "score": float(coin.randint(0, 10)), "date": day, "question": question}
        for name in names[5:]
        for day in coin.sample([None, date(2024, 1, 1), date(2024, 5, 1)], coin.randint(0, 3))
        for question in (RECOMMEND, "taste")
    ]
    return customers, ties, referrals, surveys


def by_customer(scores: Scores) -> dict[str, dict[str, Any]]:
    return {row["customer"]: row for row in scores.table.to_pylist()}


# Referral trees

SECOND = (
    [{"id": i, "clv": v} for i, v in zip("ACDEF", (100.0, 50.0, 70.0, -30.0, 40.0), strict=True)],
    graphs.ties_between(["AC"], directed=True) + graphs.ties_between(["CD", "DE", "EF"]),
    [
        dict(zip(("referrer", "referred", "joined_anyway", "margin"), row[:4], strict=True))
        | dict(zip(("incentive", "marketing", "acquisition_saved"), row[4:], strict=True))
        for row in (
            ("A", "C", 0.25, 80.0, 5.0, 3.0, 20.0),
            ("C", "D", 0.5, 40.0, 4.0, 2.0, 10.0),
            ("A", "E", 0.0, None, 1.0, 0.0, 5.0),
            ("D", "F", 0.0, 25.0, 0.0, 0.0, 0.0),
        )
    ],
)


def test_referral_tree_matches_the_worked_example(store: Neo4jStore) -> None:
    customers, ties, referrals = SECOND
    load(store, (customers, ties), referrals=referrals)
    run(store)
    found = rows(store, "referral-tree", customer="A")
    columns = ("generation", "referrer", "referred", "crv", "referral_taken", "referral_tree_value")
    assert [tuple(row[name] for name in columns) for row in found] == [
        (0, None, "A", 78, 0, 130),
        (1, "A", "C", 27, 18.75, 52),
        (1, "A", "E", 0, 0, 0),
        (2, "C", "D", 25, 10, 25),
        (3, "D", "F", 0, 12.5, 0),
    ]
    assert sum(row["crv"] for row in found) == 130
    assert rows(store, "referral-tree", customer="A", depth=1) == found[:3]
    assert rows(store, "referral-tree", customer="A", limit=2) == found[:2]
    assert [row["referred"] for row in rows(store, "referral-tree", customer="F")] == ["F"]


def naive_tree(counted: Rows, top: str) -> dict[str, tuple[int, str | None]]:
    """Return the customers of a referral tree with generation and referrer."""
    tree: dict[str, tuple[int, str | None]] = {top: (0, None)}
    for person in (generation := [top]):
        for row in counted:
            if row["referrer"] == person:
                tree[row["referred"]] = (tree[person][0] + 1, person)
                generation.append(row["referred"])
    return tree


@pytest.mark.parametrize("seed", seeds(2, 4))
@pytest.mark.parametrize("hidden", [0, 4])
def test_referral_trees_contain_counted_referrals_and_sum_to_the_tree_value(
    seed: int, hidden: int, store: Neo4jStore
) -> None:
    customers, ties, referrals, _ = social_company(seed, hidden)
    load(store, (customers, ties), referrals=referrals)
    scores = by_customer(run(store))
    counts = naive.counting(referrals)
    assert not all(counts)
    counted = [row for row, counts_ in zip(referrals, counts, strict=True) if counts_]
    day = {row["referred"]: row["date"] for row in counted}
    for customer in scores:
        tree = naive_tree(counted, customer)
        found = rows(store, "referral-tree", customer=customer, limit=1000)
        assert {r["referred"]: (r["generation"], r["referrer"]) for r in found} == {
            who: (generation, above if above in scores else None)
            for who, (generation, above) in tree.items()
            if who in scores
        }
        assert [r["generation"] for r in found] == sorted(r["generation"] for r in found)
        for row in found:
            below = row["generation"] > 0
            assert row["date"] == (day[row["referred"]] if below else None)
            for name in ("clv", "crv", "referral_taken", "referral_tree_value"):
                expected = rounded("referral-tree", {name: scores[row["referred"]][name]})
                assert row[name] == expected[name]
        if tree.keys() <= scores.keys():
            total = sum(row["crv"] for row in found)
            assert total == pytest.approx(scores[customer]["referral_tree_value"], abs=0.2)


def test_a_deep_referral_tree_is_complete_and_fast(store: Neo4jStore) -> None:
    # Ways down through all referrals: 2^150; through those that count: one to each.
    names = [f"{i:03}{side}" for i in range(150) for side in "ab"]
    levels = [names[i : i + 2] for i in range(0, len(names), 2)]
    referrals = [
        {"referrer": above, "referred": below}
        for upper, lower in pairwise(levels)
        for below in lower
        for above in upper
    ]
    load(store, (graphs.customers_with(dict.fromkeys(names, 1.0)), []), referrals=referrals)
    scores = by_customer(run(store))
    found = rows(store, "referral-tree", customer="000a", depth=1000, limit=1000)
    assert len(found) == 1 + 2 * 149
    total = sum(row["crv"] for row in found)
    assert total == pytest.approx(scores["000a"]["referral_tree_value"], abs=1.5)
    assert max(r["generation"] for r in rows(store, "referral-tree", customer="000a")) == 50
    assert len(rows(store, "referral-tree", customer="000b")) == 1


# Free customers and people who are not customers


def expected_friend(
    arcs: dict[tuple[str, str], float], scores: dict[str, Any], customer: str
) -> str | None:
    friends = [j for j in naive.shell(arcs, customer, 1) if j in scores and scores[j]["clv"] > 0]
    return min(friends, key=lambda j: (-scores[j]["clv"], j), default=None)


def test_free_customers_matches_the_worked_example(store: Neo4jStore) -> None:
    customers, ties = graphs.worked()
    customers += [{"id": "P", "clv": 0.0, "relation": "fan"}]
    load(store, (customers, [*ties, {"source": "P", "target": "F"}]))
    run(store)
    (free,) = rows(store, "free-customers")
    assert (free["customer"], free["influence"]) == ("B", 129.5)
    assert (free["through"], free["contribution"]) == ("A", 45)
    assert free["network_value"] == free["credit_received"]
    (fan,) = rows(store, "not-customers")
    assert (fan["customer"], fan["relation"], fan["through"]) == ("P", "fan", "F")
    assert rows(store, "not-customers", relation="fan") == [fan]
    assert rows(store, "not-customers", relation="prospect") == []


def test_the_best_contact_is_never_a_customer_who_is_not_profiled(
    store: Neo4jStore,
) -> None:
    customers, ties = graphs.worked()
    customers += [{"id": "P", "clv": 0.0, "relation": "fan"}]
    ties += graphs.ties_between(["PF", "PE"])
    for hidden, through, of_the_fan in (("", "A", "E"), ("AE", "C", "F"), ("ACEF", None, None)):
        load(store, (hide(customers, *hidden), ties))
        run(store)
        assert [row["through"] for row in rows(store, "free-customers")] == [through]
        assert [row["through"] for row in rows(store, "not-customers")] == [of_the_fan]


@pytest.mark.parametrize("seed", SEEDS)
def test_free_customers_and_not_customers_match_the_twin(seed: int, store: Neo4jStore) -> None:
    customers, ties, referrals, _ = social_company(seed, hidden=5)
    load(store, (customers, ties), referrals=referrals)
    parameters = SETTINGS[seed]
    scores = by_customer(run(store, parameters))
    arcs = expected_arcs(ties, parameters)
    relation = {c["id"]: c["relation"] or "customer" for c in customers}
    worth = [r for r in scores.values() if r["network_value"] > 0]
    worth.sort(key=lambda row: (row["rank"], row["customer"]))
    own = [r for r in worth if r["clv"] == 0 and relation[r["customer"]] == "customer"]
    others = [r for r in worth if relation[r["customer"]] != "customer"]
    assert others
    fans = [r for r in others if relation[r["customer"]] == "fan"]
    for name, expected, found in (
        ("free-customers", own, rows(store, "free-customers")),
        ("not-customers", others, rows(store, "not-customers")),
        ("not-customers", fans, rows(store, "not-customers", relation="fan")),
    ):
        assert [row["customer"] for row in found] == [row["customer"] for row in expected]
        for row in found:
            who = row["customer"]
            friend = expected_friend(arcs, scores, who)
            assert row["through"] == friend
            part = friend and parameters.weights[0] * scores[friend]["clv"]
            assert row["contribution"] == rounded(name, {"contribution": part})["contribution"]
            figures = ("rank", "network_value", "referral_value", "credit_received", "influence")
            known = {n: scores[who][n] for n in figures}
            assert {n: row[n] for n in figures} == rounded(name, known)
            assert row.get("relation", "customer") == relation[who]


# Promoters and detractors


def test_value_at_risk_matches_the_worked_example(store: Neo4jStore) -> None:
    customers, ties = graphs.worked()
    feeling = {"A": 1.0, "C": 1.0, "E": -1.0}
    load(store, ([c | {"sentiment": feeling.get(c["id"])} for c in customers], ties))
    run(store)
    columns = ("customer", "value_at_risk", "share", "distance", "detractors", "how_many")
    found = [tuple(row[name] for name in columns) for row in rows(store, "at-risk")]
    assert found == [
        ("D", 90, 0.45, 1, ["E"], 1),
        ("F", 36, 0.45, 1, ["E"], 1),
        ("C", 12.5, 0.25, 2, ["E"], 1),
        ("A", 10, 0.10, 3, ["E"], 1),
    ]
    both = rows(store, "advocates-and-detractors", limit=1)
    assert [(r["customer"], r["stance"], r["influence_signed"]) for r in both] == [
        ("C", "promoter", 173),
        ("E", "detractor", -148.5),
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_value_at_risk_lists_the_nearest_profiled_detractors(seed: int, store: Neo4jStore) -> None:
    customers, ties, *_ = social_company(seed, hidden=4)
    load(store, (customers, ties))
    parameters = SETTINGS[seed]
    scores = by_customer(run(store, parameters))
    arcs = expected_arcs(ties, parameters)
    detractors = {who for who, row in scores.items() if row["stance"] == "detractor"}
    weighing = len([weight for weight in parameters.weights[:3] if weight > 0])
    towards: dict[str, dict[str, int]] = defaultdict(dict)
    for detractor in detractors:
        for j, d in naive.shell(arcs, detractor, weighing).items():
            towards[j][detractor] = d
    found = rows(store, "at-risk", limit=100)
    risky = [row for row in scores.values() if row["value_at_risk"] > 0]
    risky.sort(key=lambda row: (-row["value_at_risk"], row["customer"]))
    assert [row["customer"] for row in found] == [row["customer"] for row in risky]
    for row in found:
        near = towards[row["customer"]]
        distance = min(near.values(), default=None)
        nearest = sorted(who for who, d in near.items() if d == distance)
        assert (row["distance"], row["detractors"], row["how_many"]) == (
            distance,
            nearest[:10],
            len(nearest),
        )
        known = rounded("at-risk", scores[row["customer"]])
        for name in ("clv", "value_at_risk", "pressure", "stance"):
            assert row[name] == known[name]
    signed = sorted(
        (row for row in scores.values() if row["influence_signed"]),
        key=lambda row: (-row["influence_signed"], row["customer"]),
    )
    loudest = rows(store, "advocates-and-detractors", limit=100)
    same = [name for name in loudest[0] if name != "name"]
    assert [{n: row[n] for n in same} for row in loudest] == [
        rounded("advocates-and-detractors", {n: row[n] for n in same}) for row in signed
    ]
    ends = [row["customer"] for row in rows(store, "advocates-and-detractors", limit=2)]
    for_us = [r["customer"] for r in signed if r["influence_signed"] > 0]
    against = [r["customer"] for r in signed if r["influence_signed"] < 0]
    assert ends == for_us[:2] + against[-2:]


# Purchases


def bought(seed: int) -> Rows:
    coin = random.Random(seed)
    first = date(2021, 3, 1)
    return [
        {
            "customer": coin.choice("ABCDE"),
            "date": first + timedelta(days=coin.randrange(1100)),
            "amount": coin.randint(-2000, 10_000) / 100,
        }
        for _ in range(80)
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_purchases_give_the_own_value_of_the_engine(seed: int, store: Neo4jStore) -> None:
    purchases = bought(seed)
    load(store, ([{"id": name} for name in "ABCDEF"], []), transactions=purchases)
    scores = by_customer(run(store))
    who = np.array(["ABCDEF".index(row["customer"]) for row in purchases])
    day = np.array([(row["date"] - date(1970, 1, 1)).days for row in purchases])
    amount = np.array([row["amount"] for row in purchases])
    terms = {"margin": 0.4, "rate": 0.0, "years": 5, "window": 500}
    own = OwnValue(**terms).from_purchases(6, who, day, amount)  # type: ignore[arg-type]
    last = max(row["date"] for row in purchases)
    for place, customer in enumerate("ABCDEF"):
        window, *years = rows(store, "purchases", customer=customer)
        assert (window["period"], window["to"]) == ("window", last)
        assert window["from"] == last - timedelta(days=364)
        assert window["own_value"] == pytest.approx(scores[customer]["clv"], abs=0.0051)
        own_rows = [row for row in purchases if row["customer"] == customer]
        within = [r["amount"] for r in own_rows if r["date"] > last - timedelta(days=365)]
        assert window["purchases"] == len(within)
        assert window["amount"] == pytest.approx(sum(within))
        spent: dict[int, list[float]] = defaultdict(list)
        for row in own_rows:
            spent[row["date"].year].append(row["amount"])
        assert [(r["period"], r["purchases"], r["own_value"]) for r in years] == [
            (str(year), len(spent[year]), None) for year in sorted(spent, reverse=True)
        ]
        for row in years:
            year = int(row["period"])
            assert row["amount"] == pytest.approx(sum(spent[year]))
            ends = (row["from"], row["to"])
            assert ends == (date(year, 1, 1), date(year, 12, 31))
        other = rows(store, "purchases", customer=customer, **terms)[0]
        assert other["own_value"] == pytest.approx(own[place], abs=0.0051)


def test_purchases_match_the_worked_example_and_may_be_absent(store: Neo4jStore) -> None:
    load(store, ([{"id": "A"}, {"id": "B"}], []))
    assert rows(store, "purchases", customer="A") == []
    days = (date(2024, 1, 1), date(2024, 12, 30), date(2023, 1, 1))
    purchases = [
        {"customer": who, "date": day, "amount": amount}
        for who, day, amount in zip("AAB", days, (100.0, 200.0, 50.0), strict=True)
    ]
    load(store, ([{"id": "A"}, {"id": "B"}], []), transactions=purchases)
    assert rows(store, "purchases", customer="A")[0]["own_value"] == 746.06
    assert rows(store, "purchases", customer="B")[0]["own_value"] == 0
    slip = [*purchases, {"customer": "B", "date": date(2204, 1, 1), "amount": 7.0}]
    load(store, ([{"id": "A"}, {"id": "B"}], []), transactions=slip)
    (window, *_) = rows(store, "purchases", customer="A")
    assert (window["to"], window["amount"]) == (date(2024, 12, 30), 300.0)
    asked = Conventions(as_of=date(2024, 6, 30))
    store.write_scores(compute(store.tables(), Parameters(conventions=asked)))
    (window, *_) = rows(store, "purchases", customer="A")
    assert (window["to"], window["amount"]) == (date(2024, 6, 30), 100.0)


def test_of_two_answers_on_one_day_the_later_time_counts(store: Neo4jStore) -> None:
    surveys = [
        {"customer": "A", "score": 9.0, "date": "2024-05-01T23:30-05:00"},
        {"customer": "A", "score": 1.0, "date": "2024-05-02T01:00+02:00"},
    ]
    load(store, ([{"id": "A"}], []), surveys=surveys)
    assert [row["said"] for row in rows(store, "intention")] == [1]


# Groups


@pytest.mark.parametrize("seed", SEEDS)
def test_intention_by_segment_matches_the_engine(seed: int, store: Neo4jStore) -> None:
    customers, ties, referrals, surveys = social_company(seed, hidden=seed)
    load(store, (customers, ties), referrals=referrals, surveys=surveys)
    shown = [c for c in customers if not c["do_not_profile"]]
    names = ["gold", "silver", ""]
    segment = np.array([names.index(c["segment"] or "") for c in shown])
    referred = np.isin([c["id"] for c in shown], [row["referrer"] for row in referrals])
    for question, threshold in ((RECOMMEND, 9.0), ("taste", 5.0)):
        newest: dict[str, tuple[date, float]] = {}
        for row in surveys:
            when = row["date"] or date.min
            if row["question"] == question and when >= newest.get(row["customer"], (date.min,))[0]:
                newest[row["customer"]] = (when, row["score"])
        score = np.array([newest.get(c["id"], (None, np.nan))[1] for c in shown])
        expected = {
            i.segment: (i.answered, i.said.count, i.did.count, i.others_did.of, i.others_did.count)
            for i in by_segment(score, referred, segment, names, threshold)
            if i.answered
        }
        found = rows(store, "intention", question=question, threshold=threshold)
        columns = ("answered", "said", "did", "others", "others_did")
        assert {r["segment"]: tuple(r[name] for name in columns) for r in found} == expected
        for row in found:
            for part, whole in (("did", "said"), ("others_did", "others")):
                share = row["did_share" if part == "did" else "others_share"]
                quotient = row[part] / row[whole] if row[whole] else None
                assert share == rounded("intention", {"did_share": quotient})["did_share"]
    assert rows(store, "intention") == rows(store, "intention", question=RECOMMEND, threshold=9.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_totals_by_segment_and_relation_match_the_summary(seed: int, store: Neo4jStore) -> None:
    customers, ties, referrals, _ = social_company(seed, hidden=seed)
    load(store, (customers, ties), referrals=referrals)
    scores = run(store)
    found = rows(store, "value-by")
    assert [r["network_value"] for r in found] == sorted(
        (r["network_value"] for r in found), reverse=True
    )
    for by in ("segment", "relation"):
        for expected in summarise(scores, store.customers(), by).to_pylist():
            group = [row for row in found if row[by] == expected[by]]
            for name in {*SUMS, "customers", "free"}:
                total = sum(row[name] for row in group)
                assert total == pytest.approx(expected[name], abs=0.05), name
    assert "influence" not in found[0]
    assert "network_value_gross" not in found[0]


# Customers who are not profiled, and errors


def test_no_query_shows_a_customer_who_is_not_profiled(store: Neo4jStore) -> None:
    customers, ties, referrals, surveys = social_company(11)
    coin = random.Random(11)
    hidden = {c["id"]: f"hidden {c['id']}" for c in coin.sample(customers, 8)}
    for customer in customers:
        customer["name"] = f"called {hidden.get(customer['id'], customer['id'])}"
        customer["do_not_profile"] = customer["id"] in hidden
        customer["id"] = hidden.get(customer["id"], customer["id"])
    for table in (ties, referrals, surveys):
        for row in table:
            for key in ("source", "target", "referrer", "referred", "customer"):
                row.update({key: hidden.get(row[key], row[key])} if key in row else {})
    purchases = [{"customer": c["id"], "date": date(2024, 1, 1), "amount": 5.0} for c in customers]
    load(store, (customers, ties), referrals=referrals, surveys=surveys, transactions=purchases)
    scores = run(store)
    assert len(scores) == 22
    for name, query in EXPLORE.items():
        asks = any(parameter.name == "customer" for parameter in query.parameters)
        for customer in customers if asks else [{}]:
            given = {"customer": customer["id"]} if asks else {}
            if customer.get("do_not_profile"):
                with pytest.raises(NothingToShow) as hidden_one:
                    store.query(query, **given)
                with pytest.raises(NothingToShow) as unknown:
                    store.query(query, customer="nobody")
                same = str(unknown.value).replace("nobody", customer["id"])
                assert str(hidden_one.value) == same
            else:
                assert "hidden" not in str(store.query(query, **given)[1]), name


def test_an_unknown_customer_exits_1(
    store: Neo4jStore,
    empty_neo4j: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for key, value in empty_neo4j.environment.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("INFLUENCE_STORE", empty_neo4j.uri)
    store.write_tables(Tables(customers={"id": ["A", "B"], "do_not_profile": [False, True]}))
    outcome = influence(capsys, "query", "three-degrees", "--param", "customer=A")
    assert (outcome.code, outcome.out) == (1, "")
    assert "no finished run" in outcome.err
    run(store, Parameters(DEFAULT))
    for unknown in ("Z", "B"):
        outcome = influence(capsys, "query", "purchases", "--param", f"customer={unknown}")
        assert (outcome.code, outcome.out) == (1, "")
        assert f"no customer '{unknown}' in {empty_neo4j.uri}" in outcome.err
    outcome = influence(capsys, "query", "three-degrees", "--param", "customer=A")
    assert (outcome.code, outcome.json) == (0, [])
    outcome = influence(
        capsys, "query", "referral-tree", "--param", "customer=A", "--format", "csv"
    )
    assert outcome.code == 0
    assert "A" in outcome.out
    outcome = influence(capsys, "query", "top", "--param", "limit=-1")
    assert outcome.code == 2
    assert "limit is -1; it goes from 0" in outcome.err
