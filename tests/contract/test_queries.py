"""The query library: both stores return the same rows for random companies."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from influence import NothingToShow, Parameters, Rules, Selection, Tables, UsageError, open_store
from influence.answers.library import ANSWERS
from influence.models.weights import DEFAULT
from influence.pipeline import compute
from influence.queries import EXPLORE, library
from influence.queries.query import DECIMALS
from influence.runs import now
from influence.store import Credentials
from tests import graphs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from influence.store import Store
    from tests.servers import Server

pytestmark = pytest.mark.neo4j

Rows = list[dict[str, Any]]
QUESTIONS = {
    name.removeprefix(EXPLORE): query
    for name, query in library().items()
    if name.removeprefix(EXPLORE) in ANSWERS
}
SETTINGS = (
    Parameters(),
    Parameters((0.5,), Selection(directions={"tie": "reversed", "follows": "as-written"})),
    Parameters((0.5, 0.25), Selection(directions=dict.fromkeys(graphs.KINDS, "reversed"))),
    Parameters(DEFAULT, Selection(kinds=("tie", "trusts"), directions={"trusts": "as-written"})),
    Parameters((0.6, 0.3, 0.0), Selection(networks=("web",), directions={"follows": "both"})),
    Parameters((0.4, 0.3, 0.2, 0.1), Selection(kinds=("follows", "tie"))),
    Parameters((0.45, 0.25), model="walk"),
)
STAGES = 3  # after a run, after another load, after another run
LIMITS: Rows = [{}, {"limit": 0}, {"limit": 3}, {"limit": 1000.0}]
ASKED: dict[str, Rows] = {
    "bridges": [
        *LIMITS,
        {"segment_a": "gold"},
        {"segment_b": "gold", "limit": 2},
        {"segment_a": "tin", "segment_b": "gold"},
        {"segment_a": "tin", "segment_b": "tin"},
        {"near": 3},
    ],
    "contacts": [{}],
    "if-customer-left": [{}, {"limit": 1}, {"near": 2}, {"near": 0}],
    "intention": [{}, {"threshold": 5.0}, {"question": "taste"}, {"question": "nobody asked"}],
    "not-customers": [*LIMITS, {"relation": "fan"}, {"relation": "customer"}],
    "ambassadors": [{}, {"tier": "any"}, {"tier": "critical_detractor", "limit": 1}],
    "weakest-valuable-ties": [{}, {"overlap": 1.0}, {"overlap": 0.5, "limit": 3}],
    "quadrants": [{}],
    "purchases": [
        {},
        {"margin": 0.4, "rate": 0.0, "years": 5, "window": 500},
        {"window": 1, "years": 1.0},
    ],
    "referral-tree": [{}, {"depth": 0}, {"depth": 2, "limit": 4}],
    "three-degrees": [{}],
    "value-by": [{}],
    "underrated": [*LIMITS, {"segment": "gold"}],
}
"""Parameters by query, other than the customer; by default `LIMITS`."""


@pytest.fixture
def stores(tmp_path: Path, empty_neo4j: Server) -> Iterator[tuple[Store, Store]]:
    """An empty directory store and an empty Neo4j store."""
    credentials = Credentials(password=empty_neo4j.password)
    with open_store(tmp_path / "store") as one, open_store(empty_neo4j.uri, credentials) as other:
        yield one, other


def company(seed: int) -> dict[str, Rows]:
    """Random tables with hidden customers, prospects, ties of all sorts, dated and undated rows.

    Every third company has no column clv, so that CLV is computed from purchases.
    """
    coin = random.Random(seed)
    customers, ties = graphs.random_company(
        seed, n=14, ties=34, kinds=graphs.KINDS, networks=graphs.NETWORKS, directed_share=0.4
    )
    ties += [tie | {"source": tie["target"], "target": tie["source"]} for tie in ties[::6]]
    names = [customer["id"] for customer in customers]
    for customer in customers:
        customer["name"] = coin.choice([None, f"name of {customer['id']}", "Ana"])
        customer["segment"] = coin.choice(["gold", "tin", "größer", None])
        customer["relation"] = coin.choice([None, None, "fan", "prospect"])
        customer["sentiment"] = coin.choice([None, None, None, 1.0, 0.2, -0.5, -1.0])
        customer["do_not_profile"] = coin.random() < (0.0, 0.15, 0.4)[seed % 3]
        if seed % 3 == 1:
            del customer["clv"]
        elif seed % 4 == 3 and coin.random() < 0.2:
            customer["clv"] = None
    for customer in customers[:: 2 + seed % 3]:
        customer["clv_se"] = 20.0  # without an own value it counts for nothing
    return {
        "customers": customers,
        "ties": ties,
        "referrals": referrals(coin, names),
        "surveys": [
            {"customer": name, "score": float(coin.randint(0, 10)), "date": day, "question": asked}
            for name in names[3:]
            for asked in ("recommend", "taste")
            for day in coin.sample([None, "2024-01-01", "2024-05-01T10:00"], coin.randint(0, 3))
        ],
        "engagements": [
            {
                "customer": coin.choice(names),
                "kind": coin.choice(["review", "share", "answer", "email_open"]),
                "other": coin.choice([None, *names]),
                "date": coin.choice([None, "2024-03-01", "2024-05-02"]),
            }
            for _ in range(40)
        ],
        "profiles": [
            {"customer": name, "network": network, "contacts": coin.choice([None, 2, 80])}
            for name in names[::3]
            for network in ("blue", graphs.NETWORKS[1])
        ],
        "transactions": [
            {
                "customer": coin.choice(names[2:]),
                "date": date(2022, 3, 1) + timedelta(days=coin.randrange(1000)),
                "amount": coin.randint(-2000, 10_000) / 100,
            }
            for _ in range(60)
        ],
    }


def referrals(coin: random.Random, names: list[str]) -> Rows:
    """Several referrers per customer, with dates, with dates and times, or without."""
    dates = [None, "2024-01-01", "2024-02-01", "2024-02-01T09:00", "2024-02-01T12:30+02:00"]
    order = coin.sample(names, len(names))
    rows = [
        {
            "referrer": referrer,
            "referred": order[place],
            "date": coin.choice(dates),
            "joined_anyway": coin.choice([0.0, 0.5]),
            "margin": coin.choice([None, 80.0]),
            "incentive": 5.0,
            "acquisition_saved": coin.choice([0.0, 20.0]),
        }
        for place in range(1, len(order) - 2)
        for referrer in coin.sample(order[:place], min(place, coin.choice([1, 1, 2])))
    ]
    return coin.sample(rows, len(rows))


def load(stores: tuple[Store, Store], tables: dict[str, Rows]) -> None:
    """Replace the tables of both stores."""
    frames = {name: pd.DataFrame(rows, dtype=object) for name, rows in tables.items() if rows}
    for store in stores:
        store.write_tables(
            Tables(**frames), replace=True, allow_removal=True, rules=Rules(missing_clv="drop")
        )


def run(stores: tuple[Store, Store], parameters: Parameters) -> None:
    """Write the same scores to both stores, started a day ago so that ages are equal."""
    scores = compute(stores[0].tables(), parameters, tell=lambda _: None)
    begun = now() - timedelta(days=1, hours=2, seconds=30)
    scores = replace(scores, run=replace(scores.run, started_at=begun))
    for store in stores:
        store.write_scores(scores)


def compare(stores: tuple[Store, Store], stage: int = 0) -> int:
    """Run all queries on both stores, for every fourth customer; return the rows compared.

    Parameters other than the first are asked in one of the three stages of a company.
    """
    customers = [*stores[0].tables().customers["id"].to_pylist()[stage::4], "nobody"]
    compared = 0
    for name, query in QUESTIONS.items():
        of_one = any(parameter.name == "customer" for parameter in query.parameters)
        first, *others = ASKED.get(name, LIMITS)
        for given in (first, *others[stage::STAGES]):
            for customer in customers if of_one else [None]:
                asked = given | ({"customer": customer} if of_one else {})
                one, other = (asking(store, name, asked) for store in stores)
                if isinstance(one, str) or isinstance(other, str):
                    assert one == other, (name, asked)
                    continue
                assert one[0] == other[0], (name, asked)
                assert_same(one[1], other[1], (name, asked))
                compared += len(one[1])
    return compared


def asking(store: Store, name: str, asked: dict[str, Any]) -> tuple[list[str], Rows] | str:
    """Return the columns and rows of a query, or the message of its error."""
    try:
        return store.query(QUESTIONS[name], **asked)
    except NothingToShow as error:
        return str(error).replace(store.url, "URL")


def assert_same(mine: Rows, theirs: Rows, about: Any) -> None:
    """Assert equal values up to rounding, equal types, and equal order of rows and columns."""
    shown = f"{about}\n{mine}\n{theirs}"
    decimals = {c.name: DECIMALS.get(c.type) for c in QUESTIONS[about[0]].columns}
    assert len(mine) == len(theirs), shown
    for one, other in zip(mine, theirs, strict=True):
        assert list(one) == list(other), shown
        for name, value in one.items():
            expected = other[name]
            assert type(value) is type(expected), (name, shown)
            if isinstance(value, float):
                # Sums in another order may round to the other side of a half.
                digits = decimals[name]
                unit = 0.0 if digits is None else 1.001 * 10.0**-digits
                assert abs(value - expected) <= unit + 1e-9 * (1 + abs(value)), (name, shown)
            else:
                assert value == expected, (name, shown)


def later(tables: dict[str, Rows], seed: int) -> dict[str, Rows]:
    """The same company later: one customer left, and others have other names, values, ties,
    purchases and answers, or are hidden.
    """
    after = company(seed + 1000)
    kept = zip(tables["customers"][1:], after["customers"][1:], strict=True)
    after["customers"] = [
        old
        | {"name": new["name"], "do_not_profile": new["do_not_profile"]}
        # One store shows a removed sentiment until the next run.
        | {"sentiment": old["sentiment"] if new["sentiment"] is None else new["sentiment"]}
        for old, new in kept
    ]
    for customer in after["customers"][::5]:
        if customer.get("clv") is not None:
            customer["clv"] += 100.0
    after["referrals"] = tables["referrals"]
    left = tables["customers"][0]["id"]
    return {name: [row for row in rows if left not in row.values()] for name, rows in after.items()}


@pytest.mark.parametrize(
    "seed",
    [
        0,
        pytest.param(1, marks=pytest.mark.ci),
        *(pytest.param(s, marks=pytest.mark.slow) for s in range(2, 28)),
    ],
)
def test_both_stores_return_the_same_rows(seed: int, stores: tuple[Store, Store]) -> None:
    tables = company(seed)
    load(stores, tables)
    run(stores, SETTINGS[seed % len(SETTINGS)])
    assert compare(stores, 0) > 50
    load(stores, later(tables, seed))  # figures are those of the run, ties those of the load
    compare(stores, 1)
    run(stores, SETTINGS[(seed + seed % 2) % len(SETTINGS)])  # with the same settings, or others
    compare(stores, 2)


def test_queries_that_need_no_run_work_before_the_first_run(
    stores: tuple[Store, Store],
) -> None:
    load(stores, company(0))
    assert compare(stores) > 0


def test_both_stores_refuse_wrong_parameters(stores: tuple[Store, Store]) -> None:
    load(stores, company(0))
    for store in stores:
        for wrong in ({"colour": "red"}, {"limit": -1}):
            with pytest.raises(UsageError):
                store.query(QUESTIONS["top"], **wrong)
        with pytest.raises(UsageError, match="customer is missing"):
            store.query(QUESTIONS["three-degrees"])
