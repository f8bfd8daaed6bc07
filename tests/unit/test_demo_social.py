"""Acts and profiles of the sample company, and that a run finds those who were planted."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

import influence
from influence import queries
from influence.cli.commands.demo import find
from influence.demo.company import Company, make_company
from influence.demo.parameters import DEFAULTS
from influence.network import Selection
from influence.pipeline import Parameters, compute
from influence.scores import Scores
from influence.tables import Tables, complete

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "demo-company.md"
PARAMETERS = Parameters(selection=Selection(directions={"follows": "reversed"}))


@dataclass(frozen=True)
class Made:
    """A sample company and what a run says of it."""

    company: Company
    tables: Tables
    scores: Scores

    @property
    def figures(self) -> pd.DataFrame:
        figures: pd.DataFrame = self.scores.to_pandas()
        return figures.set_index("customer")

    @property
    def acts(self) -> pd.DataFrame:
        acts: pd.DataFrame = self.company.tables["engagements"].to_pandas()
        return acts

    def roles(self, part: str) -> list[set[str]]:
        """Return the roles of each planted customer of a part."""
        roles = self.figures["roles"].fillna("")
        return [set(roles[key].split(", ")) for key in self.company.social[part]]


@cache
def made(seed: int, size: int) -> Made:
    company = make_company(seed, size)
    tables = complete(influence.Tables(**company.tables))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a referral without a tie
        return Made(company, tables, compute(tables, PARAMETERS))


@pytest.fixture(
    scope="module", params=[(7, 2000), (1, 100), (2, 100), (1, 300), (2, 300), (3, 900)]
)
def some(request: pytest.FixtureRequest) -> Made:
    return made(*request.param)


@pytest.fixture(scope="module")
def default() -> Made:
    return made(7, 2000)


def pairs(keys: tuple[str, ...]) -> list[frozenset[str]]:
    return [frozenset(pair) for pair in zip(keys[::2], keys[1::2], strict=True)]


def test_the_planted_ambassadors_are_found(some: Made) -> None:
    planted = some.figures.loc[list(some.company.social["ambassadors"])]
    assert len(planted) >= 3
    assert set(planted["tier"]) == {"ambassador"}
    assert (planted[["social_percentile", "financial_percentile"]] >= 75).all(axis=None)


def test_the_detractor_is_a_critical_one(some: Made) -> None:
    assert some.figures["tier"][some.company.characters["detractor"]] == "critical_detractor"


def test_innovators_act_before_their_contacts(some: Made) -> None:
    assert all("innovator" in roles for roles in some.roles("innovators"))
    ties, acts = some.company.tables["ties"].to_pandas(), some.acts
    first = acts[~acts["kind"].str.startswith("email_")].groupby("customer")["date"].min()
    for key in some.company.social["innovators"]:
        contacts = {*ties["target"][ties["source"] == key], *ties["source"][ties["target"] == key]}
        acted = first[first.index.isin(contacts)]
        assert len(acted) >= 3
        assert first[key] < acted.min()


def test_the_frequent_buyer_who_reads_e_mails_may_become_an_ambassador(some: Made) -> None:
    if len(some.scores) >= 300:  # among fewer the percentile of the first is below 99
        assert all("potential_ambassador" in roles for roles in some.roles("frequent_buyer"))


def test_sleepers_are_well_connected_and_do_nothing(some: Made) -> None:
    sleepers = list(some.company.social["sleepers"])
    assert all("sleeper" in roles for roles in some.roles("sleepers"))
    assert not some.acts["customer"].isin(sleepers).any()
    assert (some.figures["reach_1"][sleepers] >= 5).all()
    assert (some.figures["influence_active"][sleepers] < some.figures["influence"][sleepers]).all()


def test_the_answers_of_the_advisor_reach_others(some: Made) -> None:
    assert all("advisor" in roles for roles in some.roles("advisor"))
    answers = some.acts[some.acts["customer"].isin(some.company.social["advisor"])]
    reached = answers.query("kind == 'answer'")["other"]
    assert reached.notna().sum() >= 3
    assert len(set(reached.dropna())) > 1


def test_the_tie_that_carries_most_between_groups_is_planted(some: Made) -> None:
    (best, *_) = find(some.scores, some.tables)["social"]["weak_ties"]
    assert best["overlap"] == 0
    assert (some.figures["reach_1"][[best["source"], best["target"]]] >= 4).all()
    assert frozenset((best["source"], best["target"])) == pairs(some.company.social["weak_ties"])[0]


def test_the_library_finds_the_planted_weak_ties(default: Made, tmp_path: Path) -> None:
    with influence.open_store(str(tmp_path)) as store:
        store.write_tables(default.tables)
        store.write_scores(default.scores)
        _, rows = store.query(queries.explore("weakest-valuable-ties"), limit=100)
    found = [frozenset((row["customer"], row["other"])) for row in rows]
    assert set(pairs(default.company.social["weak_ties"])) <= set(found)


def test_news_runs_along_the_weak_ties(some: Made) -> None:
    shares = some.acts.query("kind == 'share'")
    reached = {frozenset(pair) for pair in zip(shares["customer"], shares["other"], strict=True)}
    assert set(pairs(some.company.social["weak_ties"])) <= reached


def test_nobody_is_planted_twice(some: Made) -> None:
    social = dict(some.company.social)
    social["characters"] = tuple(some.company.characters.values())
    for (one, left), (other, right) in combinations(social.items(), 2):
        if {one, other} != {"weak_ties", "characters"}:
            assert not set(left) & set(right), (one, other)


def test_some_have_many_contacts_outside(some: Made) -> None:
    profiles = some.company.tables["profiles"].to_pandas().set_index("customer")
    known = profiles.query("network == 'community'").loc[list(some.company.social["known_outside"])]
    assert (known["contacts"] >= 3_000).all()
    assert (some.figures["contacts"][known.index] > 90).all()
    assert (some.figures["reach_1"][known.index] <= 3).all()


def test_most_customers_receive_e_mails_and_open_some(default: Made) -> None:
    kinds = Counter(default.acts["kind"])
    assert (
        kinds["email_sent"] > kinds["email_open"] > kinds["email_click"] > (kinds["email_forward"])
    )
    sent = default.acts.query("kind == 'email_sent'").groupby("customer").size()
    customers = default.company.tables["customers"].to_pandas().query("relation == 'customer'")
    assert customers["id"].isin(sent.index).mean() > 0.75
    assert (sent >= 10).mean() > 0.75
    opened = default.acts.query("kind == 'email_open'").groupby("customer").size()
    assert (opened <= sent[opened.index]).all()


def test_acts_follow_joining_and_reach_customers_with_a_tie(some: Made) -> None:
    joined = some.company.tables["customers"].to_pandas().set_index("id")["joined"]
    acts = some.acts
    assert (acts["date"] >= joined[acts["customer"]].to_numpy()).all()
    assert acts["date"].max() <= DEFAULTS.last_day
    assert acts["date"].is_monotonic_increasing
    assert not acts.duplicated(["customer", "kind", "date", "other"]).any()
    ties = some.company.tables["ties"].to_pandas()
    known = {frozenset(pair) for pair in zip(ties["source"], ties["target"], strict=True)}
    towards = acts.dropna(subset="other")
    assert {frozenset(p) for p in zip(towards["customer"], towards["other"], strict=True)} <= known


def test_early_acts_are_those_of_innovators(some: Made) -> None:
    before = DEFAULTS.last_day - timedelta(days=545)
    early = some.acts[some.acts["date"] < before]
    assert set(early["customer"]) == set(some.company.social["innovators"])
    assert set(early["kind"]) == {"beta"}


def test_every_quadrant_role_and_relation_occurs(default: Made) -> None:
    assert set(default.figures["quadrant"].dropna()) == {
        "champion", "affluent", "advocate", "miser",
    }  # fmt: skip
    roles = Counter(role for text in default.figures["roles"].dropna() for role in text.split(", "))
    assert roles.keys() == set(PARAMETERS.roles)
    assert all(count < 0.1 * 2000 for role, count in roles.items() if role != "connector")
    assert default.figures["influence_active"].sum() > 0


def test_the_page_has_the_figures_of_the_social_side(default: Made) -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    names = default.company.tables["customers"].to_pandas().set_index("id")["name"]
    figures, social = default.figures, find(default.scores, default.tables)["social"]
    acts = default.acts
    other = acts[~acts["kind"].str.startswith("email_")]
    assert f"{len(acts):,} acts, {len(other):,} of them other than e-mails" in page
    assert f"{len(default.company.tables['profiles'])} profiles" in page
    for part in (
        "ambassadors",
        "innovators",
        "frequent_buyer",
        "advisor",
        "sleepers",
        "known_outside",
    ):
        listed = " and ".join(
            ", ".join(names[key] for key in default.company.social[part]).rsplit(", ", 1)
        )
        assert f"*{listed}*" in page, part
    assert f"{social['counts']['ambassadors']} Ambassadors" in page
    assert f"{social['counts']['sleepers']} sleepers" in page
    tie, sleeper = social["weak_ties"][0], social["sleepers"][0]
    assert f"*{tie['source_name']}* and *{tie['target_name']}*: {tie['value']:,.0f}" in page
    assert f"{sleeper['name']}, with an influence of {sleeper['influence']:,.0f}" in page
    critic = figures.loc[default.company.characters["detractor"]]
    assert (
        f"{names[critic.name]}, socially {critic['social_percentile']:.0f} and financially "
        f"{critic['financial_percentile']:.0f}"
    ) in page
