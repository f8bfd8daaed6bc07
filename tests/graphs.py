"""Small companies with names, random ones with a seed, and a strategy for Hypothesis.

Each is `(customers, ties)`: lists of rows as the tables `customers` and `ties` hold them, with
only the columns that matter; what is missing has the default of the interface page.
"""

import random
from collections.abc import Sequence
from datetime import date as day
from datetime import timedelta
from itertools import combinations, pairwise
from typing import Any

import networkx as nx
import pyarrow as pa
from hypothesis import strategies as st

from influence import Tables
from influence.tables import TABLES

Customers = list[dict[str, Any]]
Ties = list[dict[str, Any]]
Company = tuple[Customers, Ties]

WEIGHTS = (0.45, 0.25, 0.10)


def customers_with(values: dict[str, float]) -> Customers:
    """Customers as rows, from id → value."""
    return [{"id": key, "clv": float(clv)} for key, clv in values.items()]


def ties_between(pairs: Sequence[Sequence[str]], **columns: Any) -> Ties:
    """Ties as rows, from pairs of ids; `columns` are the same on each."""
    return [{"source": source, "target": target, **columns} for source, target in pairs]


TIES = pa.schema([field for field in TABLES["ties"].schema if field.name != "since"])


def tables_of(company: Company, referrals: list[dict[str, Any]] | None = None) -> Tables:
    """A company as tables; columns that its customers have are there, ties may be none."""
    customers, ties = company
    people = pa.Table.from_pylist(customers) if customers else {"id": pa.array([], pa.string())}
    frames = {"customers": people, "ties": pa.Table.from_pylist(ties, schema=TIES)}
    if referrals is not None:
        schema = pa.schema([f for f in TABLES["referrals"].schema if f.name != "date"])
        frames["referrals"] = pa.Table.from_pylist(referrals, schema=schema)
    return Tables(**frames)


def worked() -> Company:
    """The worked graph of the model page, both ways; B is a free customer."""
    values = {"A": 100, "B": 0, "C": 50, "D": 200, "E": 120, "F": 80}
    return customers_with(values), ties_between(["AB", "AC", "BC", "CD", "DE", "EF"])


def worked_directed() -> Company:
    """The worked graph, each tie only as written."""
    customers, ties = worked()
    return customers, [tie | {"directed": True} for tie in ties]


def worked_negative() -> Company:
    """The worked graph, both ways, with F at -80."""
    customers, ties = worked()
    return [c | {"clv": -80.0} if c["id"] == "F" else c for c in customers], ties


def empty() -> Company:
    """Nobody."""
    return [], []


def isolate() -> Company:
    """One customer, no tie."""
    return customers_with({"A": 100}), []


def star() -> Company:
    """H in the middle of six."""
    values = {"H": 60, "a": 10, "b": 20, "c": 0, "d": -15, "e": 5, "f": 30}
    return customers_with(values), ties_between(["Ha", "Hb", "cH", "Hd", "eH", "Hf"])


def clique() -> Company:
    """Five who all know each other."""
    values = {"A": 10, "B": 20, "C": 30, "D": 40, "E": 50}
    return customers_with(values), ties_between(list(combinations("ABCDE", 2)))


def path() -> Company:
    """Seven in a row: longer than three degrees."""
    values = {name: 10 * (place + 1) for place, name in enumerate("ABCDEFG")}
    return customers_with(values), ties_between(list(pairwise("ABCDEFG")))


def two_components() -> Company:
    """A triangle, a path of three, and somebody alone."""
    values = {"A": 100, "B": 50, "C": 25, "X": 70, "Y": 0, "Z": -40, "lone": 12.5}
    return customers_with(values), ties_between(["AB", "BC", "CA", "XY", "YZ"])


def leaf_pairs() -> Company:
    """Three couples: everybody is a leaf."""
    values = {"A": 100, "B": 50, "C": 0, "D": 80, "E": -10, "F": 10}
    return customers_with(values), ties_between(["AB", "CD", "EF"])


def cycle() -> Company:
    """Eight in a ring, both ways: two shortest ways to the one opposite."""
    ring = "ABCDEFGH"
    values = {name: (place * 30) % 70 for place, name in enumerate(ring)}
    return customers_with(values), ties_between(list(pairwise(ring + "A")))


def directed_cycle() -> Company:
    """Five in a ring, one way round."""
    values = {"A": 10, "B": 20, "C": 30, "D": 40, "E": -50}
    return customers_with(values), ties_between(["AB", "BC", "CD", "DE", "EA"], directed=True)


def mixed() -> Company:
    """Three kinds, two networks, directed and not, reciprocal pairs, an isolate, a sink."""
    values = {"A": 100, "B": 0, "C": 50, "D": 200, "E": 120, "F": 80, "G": -60, "H": 15}
    ties = [
        {"source": "A", "target": "B", "kind": "friend", "network": "town", "strength": 2.0},
        {"source": "A", "target": "B", "kind": "follows", "network": "web", "directed": True},
        {"source": "B", "target": "A", "kind": "follows", "network": "web", "directed": True},
        {"source": "C", "target": "A", "kind": "follows", "network": "web", "directed": True},
        {"source": "B", "target": "C", "kind": "friend", "network": "town", "strength": 0.5},
        {"source": "B", "target": "C", "kind": "friend", "network": "web", "strength": 3.0},
        {"source": "D", "target": "C", "kind": "trusts", "network": "web", "directed": True},
        {"source": "E", "target": "D", "kind": "friend", "network": "town"},
        {"source": "D", "target": "E", "kind": "trusts", "strength": 4.0, "directed": True},
        {"source": "E", "target": "F", "kind": "follows", "network": "town", "directed": True},
        {"source": "F", "target": "G", "kind": "trusts", "network": "town"},
    ]
    return customers_with(values), ties


def duplicates() -> Company:
    """Rows that repeat, turn round and change their direction: the last one wins."""
    ties = [
        {"source": "A", "target": "B", "strength": 1.0},
        {"source": "B", "target": "A", "strength": 2.0},  # replaces it: listed both ways round
        {"source": "B", "target": "C", "strength": 3.0, "directed": True},
        {"source": "C", "target": "B", "strength": 4.0, "directed": True},  # a tie of its own
        {"source": "C", "target": "D", "strength": 5.0, "directed": True},
        {"source": "D", "target": "C", "strength": 6.0, "directed": True},
        {"source": "D", "target": "C", "strength": 7.0},  # replaces both
        {"source": "D", "target": "E", "strength": 8.0},
        {"source": "E", "target": "D", "strength": 9.0, "directed": True},  # replaces it
        {"source": "D", "target": "E", "strength": 9.5, "network": "web"},  # another network
    ]
    return customers_with({"A": 10, "B": 20, "C": 30, "D": 40, "E": 50}), ties


def karate() -> Company:
    """Zachary's karate club, 34 members and 78 ties with their strengths; the values are made up.

    Ids are "0" … "33", so sorted as text they stand in another order than as numbers.
    """
    club = nx.karate_club_graph()
    values = {str(member): (member * 37) % 101 - 15 for member in club}
    ties = [
        {"source": str(u), "target": str(v), "strength": float(strength)}
        for u, v, strength in club.edges(data="weight")
    ]
    return customers_with(values), ties


NAMED = {
    graph.__name__: graph
    for graph in (
        worked,
        worked_directed,
        worked_negative,
        empty,
        isolate,
        star,
        clique,
        path,
        two_components,
        leaf_pairs,
        cycle,
        directed_cycle,
        mixed,
        duplicates,
        karate,
    )
}


def random_company(
    seed: int,
    n: int = 30,
    ties: int = 60,
    directed_share: float = 0.3,
    *,
    kinds: Sequence[str] = ("tie",),
    networks: Sequence[str] = ("",),
    negative_share: float = 0.1,
    free_share: float = 0.2,
) -> Company:
    """A company of `n` with exactly `ties` rows (none if n < 2), the same for the same arguments.

    No self ties; rows may repeat. Values are in cents: free, negative, or up to 1,000.
    """
    coin = random.Random(seed)
    names = [f"p{number}" for number in range(n)]
    coin.shuffle(names)
    values = {}
    for name in names:
        draw = coin.random()
        money = coin.randint(1, 100_000) / 100
        if draw < free_share:
            money = 0.0
        elif draw < free_share + negative_share:
            money = -money
        values[name] = money
    rows = []
    for _ in range(ties if n > 1 else 0):
        source, target = coin.sample(names, 2)
        rows.append(
            {
                "source": source,
                "target": target,
                "kind": coin.choice(kinds),
                "network": coin.choice(networks),
                "strength": coin.choice((0.25, 0.5, 1.0, 2.0, 5.0)),
                "directed": coin.random() < directed_share,
            }
        )
    return customers_with(values), rows


KINDS = ("tie", "follows", "trusts")
NETWORKS = ("", "web")


def money(limit: int = 500) -> st.SearchStrategy[float]:
    """Values in quarters, so that they are exact as doubles; zero and below zero too."""
    return st.one_of(
        st.just(0.0), st.integers(min_value=-4 * limit, max_value=4 * limit).map(lambda q: q / 4)
    )


@st.composite
def companies(
    draw: st.DrawFn,
    *,
    min_customers: int = 0,
    max_customers: int = 7,
    max_ties: int = 14,
    kinds: Sequence[str] = KINDS,
    networks: Sequence[str] = NETWORKS,
) -> Company:
    """Small companies: negative and zero values, isolates, several components, directed ties,
    several kinds and networks, rows that repeat or turn round. No self ties.
    """
    names = draw(st.permutations("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:max_customers]))
    n = draw(st.integers(min_customers, max_customers))
    names = names[:n]
    values = {name: draw(money()) for name in names}
    if n < 2:
        return customers_with(values), []
    pair = st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True)
    tie = st.builds(
        lambda ends, rest: {"source": ends[0], "target": ends[1], **rest},
        pair,
        st.fixed_dictionaries(
            {
                "kind": st.sampled_from(kinds),
                "network": st.sampled_from(networks),
                "strength": st.sampled_from((1.0, 0.25, 0.5, 2.0, 5.0)),
                "directed": st.booleans(),
            }
        ),
    )
    ties = draw(st.lists(tie, max_size=max_ties))
    if ties and draw(st.booleans()):
        again = draw(st.sampled_from(ties))
        turned = draw(st.booleans())
        source, target = again["source"], again["target"]
        ends = (target, source) if turned else (source, target)
        change = {"strength": 3.0, "directed": draw(st.booleans())}
        ties.append(again | {"source": ends[0], "target": ends[1]} | change)
    return customers_with(values), ties


def weights(max_depth: int = 4) -> st.SearchStrategy[list[float]]:
    """Decay weights: from 1 down to 0 in hundredths, never increasing; depth 1 … max_depth."""
    hundredths = st.lists(st.integers(0, 100), min_size=1, max_size=max_depth)
    return hundredths.map(lambda drawn: [h / 100 for h in sorted(drawn, reverse=True)])


def directions(kinds: Sequence[str] = KINDS) -> st.SearchStrategy[dict[str, str]]:
    """Settings of a run for some of the kinds."""
    return st.dictionaries(
        st.sampled_from(kinds), st.sampled_from(("both", "as-written", "reversed"))
    )


@st.composite
def forests(draw: st.DrawFn, names: Sequence[str]) -> list[dict[str, Any]]:
    """Referrals that count, in any order: everybody is referred at most once, no chain closes.

    Margins are blank, below or above the value; the probability is anywhere from 0 to 1.
    """
    order = draw(st.permutations(names))
    amount = money().map(abs)
    rows = []
    for place, referred in enumerate(order):
        if place and draw(st.booleans()):
            rows.append(
                {
                    "referrer": draw(st.sampled_from(order[:place])),
                    "referred": referred,
                    "joined_anyway": draw(st.one_of(st.sampled_from((0.0, 1.0)), st.floats(0, 1))),
                    "margin": draw(st.one_of(st.none(), amount)),
                    "incentive": draw(amount),
                    "marketing": draw(amount),
                    "acquisition_saved": draw(amount),
                }
            )
    return draw(st.permutations(rows))


@st.composite
def referring_companies(draw: st.DrawFn) -> tuple[Company, list[dict[str, Any]]]:
    """A company and referrals between its customers, with or without ties."""
    company = draw(companies(max_customers=9, max_ties=14))
    return company, draw(forests([customer["id"] for customer in company[0]]))


def claims(names: Sequence[str] = "ABCDEFG") -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows of the table `referrals` as they may come: several referrers of one person, chains that
    close, self referrals, blank ends and dates. No pair twice.
    """
    end = st.sampled_from(names)
    some = st.one_of(end, end, end, end, st.none())
    date = st.one_of(
        st.none(), st.integers(-2, 2).map(lambda d: day(1970, 1, 1) + timedelta(days=d))
    )
    row = st.fixed_dictionaries({"referrer": some, "referred": some, "date": date})
    return st.lists(row, max_size=14, unique_by=lambda row: (row["referrer"], row["referred"]))
