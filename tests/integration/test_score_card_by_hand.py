"""The score cards of ten customers of CiaoDVD, computed a second time by hand.

Trust are the ties, ratings the acts. The second computation follows the definitions in
`docs/explanation/score-card.md` in plain Python and shares no code with the package; the first one
is that of the command line.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from influence.cli import main
from tests.commands import influence

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "ciaodvd"
WEIGHTS = (0.45, 0.25, 0.10)
A_YEAR = timedelta(days=365)
FIGURES = ("knowledge", "participation", "contacts", "social_score", "social_percentile",
           "financial_percentile", "coverage", "quadrant", "tier")  # fmt: skip

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the data of ../shared are not here")


class Company:
    """Customers, ties and acts as they are written to files, in plain lists and dictionaries."""

    def __init__(self) -> None:
        self.ratings = [(row["user"], int(row["rating"]), date.fromisoformat(row["date"]))
                        for row in rows_of("ratings.csv.gz")]  # fmt: skip
        self.trust = [(row["source"], row["target"]) for row in rows_of("trust.csv.gz")]
        self.sentiment: dict[str, float] = {}  # by the worst rating
        for who, rating, _ in self.ratings:
            self.sentiment[who] = min((rating - 3) / 2, self.sentiment.get(who, 1.0))
        names = {end for pair in self.trust for end in pair} | {*self.sentiment}
        # Made up, since the data have no money: some own values are 0, some negative.
        self.clv = {who: float(max(int(who) * 7919 % 997 - 99, -50)) for who in sorted(names)}
        self.contacts: dict[str, set[str]] = defaultdict(set)
        for one, other in self.trust:
            self.contacts[one].add(other)
            self.contacts[other].add(one)
        self.last = max(day for *_, day in self.ratings)

    def write(self, directory: Path) -> None:
        """Write the company as files for `load tables`."""
        directory.mkdir()
        tables = {
            "customers": (("id", "clv", "sentiment"),
                          [(who, clv, self.sentiment.get(who, "")) for who, clv in
                           self.clv.items()]),
            "ties": (("source", "target", "kind", "directed"),
                     [(*pair, "trust", "true") for pair in self.trust]),
            "engagements": (("customer", "kind", "date", "sentiment"),
                            [(who, "review", day, (rating - 3) / 2)
                             for who, rating, day in self.ratings]),
        }  # fmt: skip
        for name, (header, rows) in tables.items():
            with (directory / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([header, *rows])


def rows_of(name: str) -> list[dict[str, str]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def percentiles(values: dict[str, float]) -> dict[str, float]:
    """Those with less, and half of those with as much, in percent."""
    counts, smaller, found = Counter(values.values()), 0, {}
    for value in sorted(counts):
        found[value] = 100 * (smaller + counts[value] / 2) / len(values)
        smaller += counts[value]
    return {who: found[value] for who, value in values.items()}


def cards_of(company: Company) -> dict[str, dict[str, object]]:
    """The card of each active customer: those with a rating in the last 365 days."""
    reviews = Counter(who for who, _, day in company.ratings if day > company.last - A_YEAR)
    contacts = company.contacts
    apart = {}  # 1 − clustering, where there are pairs of contacts
    for who in reviews:
        pairs = list(combinations(contacts[who], 2))
        if pairs:
            apart[who] = 1 - sum(b in contacts[a] for a, b in pairs) / len(pairs)
    no_shares = percentiles(dict.fromkeys(reviews, 0))  # no act here reached a customer
    lying_apart = percentiles(apart)
    means = {who: (no_shares[who] + lying_apart[who]) / 2 if who in apart else no_shares[who]
             for who in reviews}  # fmt: skip
    parts = {
        "knowledge": percentiles(reviews),
        "participation": percentiles({who: round(mean, 9) for who, mean in means.items()}),
        "contacts": percentiles({who: len(contacts[who]) for who in reviews}),
    }
    score = {who: sum(part[who] for part in parts.values()) / 3 for who in reviews}
    social = percentiles({who: round(value, 9) for who, value in score.items()})
    financial = percentiles({who: company.clv[who] for who in reviews})
    return {
        who: {
            **{name: part[who] for name, part in parts.items()},
            "social_score": score[who],
            "social_percentile": social[who],
            "financial_percentile": financial[who],
            "coverage": 1.0,
            "quadrant": quadrant(social[who], financial[who]),
            "tier": tier(social[who], financial[who], company.clv[who], company.sentiment[who]),
        }
        for who in reviews
    }


def quadrant(social: float, financial: float) -> str:
    if social >= 50:
        return "champion" if financial >= 50 else "advocate"
    return "affluent" if financial >= 50 else "miser"


def tier(social: float, financial: float, clv: float, sentiment: float) -> str | None:
    if social < 75 or financial < 75 or clv <= 0:
        return None
    return "critical_detractor" if sentiment <= -0.5 else "ambassador"


def influence_of(who: str, arcs: dict[str, set[str]], clv: dict[str, float]) -> float:
    """The weighted CLV of all whom a customer reaches in three steps."""
    seen, shell, total = {who}, {who}, 0.0
    for weight in WEIGHTS:
        shell = {other for one in shell for other in arcs.get(one, ())} - seen
        seen |= shell
        total += weight * sum(clv[other] for other in shell)
    return total


@pytest.fixture(scope="module")
def company() -> Company:
    return Company()


@pytest.fixture(scope="module")
def cards(company):
    return cards_of(company)


@pytest.fixture(scope="module")
def store(company, tmp_path_factory):
    directory = tmp_path_factory.mktemp("ciaodvd")
    company.write(directory / "in")
    for command in (
        ["load", "tables", str(directory / "in")],
        ["run", "--direction", "trust=reversed", "--method", "exact"],
    ):
        main([*command, "--store", str(directory / "store"), "--quiet"])
    return directory / "store"


@pytest.fixture(scope="module")
def chosen(company, cards):
    """Ten customers over the whole spectrum."""
    degree = Counter(end for pair in company.trust for end in pair)
    rated = {who for who, *_ in company.ratings}

    def first(figure, name):
        return next(who for who in cards if cards[who][figure] == name)

    found = {
        "hub": max(degree, key=degree.get),
        "active hub": max(cards, key=lambda who: degree[who]),
        "most ratings": max(cards, key=lambda who: cards[who]["knowledge"]),
        "isolated": next(who for who in cards if not degree[who]),
        "one contact": next(who for who in cards if degree[who] == 1),
        "without ratings": next(who for who in degree if who not in rated),
        "no rating lately": next(who for who in degree if who in rated and who not in cards),
        "ambassador": first("tier", "ambassador"),
        "critical detractor": first("tier", "critical_detractor"),
        "advocate": first("quadrant", "advocate"),
        "affluent": first("quadrant", "affluent"),
        "miser": first("quadrant", "miser"),
    }
    return list(dict.fromkeys(found.values()))


def test_the_score_cards_of_ten_customers_are_those_computed_by_hand(
    company, cards, chosen, store, capsys
):
    assert len(chosen) >= 10
    rows = influence(capsys, "scorecard", *chosen, "--store", store).json
    assert [row["customer"] for row in rows] == chosen
    nothing = dict.fromkeys(FIGURES)
    for row in rows:
        expected = cards.get(row["customer"], nothing)
        assert {name: row[name] for name in FIGURES} == pytest.approx(expected), row["customer"]
        assert row["clv"] == company.clv[row["customer"]]
        met = len(company.contacts[row["customer"]])
        networks = [{"network": "", "inside": met, "outside": 0, "contacts": met}]
        assert row["networks"] == (networks if met else [])


def test_a_terminal_shows_the_same_score_cards(cards, chosen, store, capsys):
    for who in chosen:
        command = ("scorecard", who, "--store", store, "--format", "table")
        shown = {line[:22].strip(): line[22:].strip()
                 for line in influence(capsys, *command).out.splitlines()}  # fmt: skip
        for name, figure in cards.get(who, dict.fromkeys(FIGURES, "")).items():
            text = f"{figure:,.2f}" if isinstance(figure, float) else figure or ""
            assert shown[name.replace("_", " ")] == text


def test_influence_is_active_along_the_ties_of_those_who_rated_lately(
    company, cards, chosen, store, capsys
):
    arcs = defaultdict(set)  # the trusted one influences the one who trusts
    for trusting, trusted in company.trust:
        arcs[trusted].add(trusting)
    active = {who: arcs[who] for who in cards}
    for row in influence(capsys, "triage", *chosen, "--store", store).json:
        everywhere, lately = (
            influence_of(row["customer"], some, company.clv) for some in (arcs, active)
        )
        assert row["influence"] == pytest.approx(everywhere)
        assert row["influence_active"] == pytest.approx(lately)
        assert row["influence_passive"] == pytest.approx(everywhere - lately)


def test_all_score_cards_are_those_computed_by_hand(cards, store, capsys):
    rows = influence(capsys, "top", "-n", 30_000, "--store", store).json
    assert {row["customer"] for row in rows if row["quadrant"]} == {*cards}
    for row in rows:
        if row["quadrant"]:
            assert {name: row[name] for name in FIGURES} == pytest.approx(cards[row["customer"]])
