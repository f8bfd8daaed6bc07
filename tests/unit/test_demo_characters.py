"""Purchases, referrals and surveys of the sample company, and the customers planted in it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import influence
from influence.demo.company import Company, make_company, sample_company
from influence.demo.files import write_company
from influence.demo.parameters import DEFAULTS
from influence.loaders import tables as loader
from influence.network import Selection
from influence.pipeline import Parameters, compute
from influence.scores import Scores
from influence.tables import complete
from influence.value.conventions import Conventions
from influence.value.intention import Intention, by_segment
from influence.value.overlooked import overlooked
from tests.documentation import stated

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "demo-company.md"
DIRECTIONS = Selection(directions={"follows": "reversed"})
PARTS = ("advocate", "detractor", "free", "referrer")


def run(company: Company, conventions: Conventions | None = None, without: str = "") -> Scores:
    tables = dict(company.tables)
    if without:
        tables["customers"] = tables["customers"].drop_columns([without])
    parameters = Parameters(selection=DIRECTIONS, conventions=conventions or Conventions())
    return compute(influence.Tables(**tables), parameters)


def found(company: Company, scores: Scores) -> dict[str, str | None]:
    """Return part → customer that the rule finds."""
    figures = scores.to_pandas()
    relation = np.array(company.tables["customers"]["relation"].to_pylist())
    picked = overlooked(
        figures["clv"].to_numpy(),
        figures["influence_signed"].to_numpy(),
        figures["network_value"].to_numpy(),
        figures["referral_tree_value"].to_numpy(),
        relation == "customer",
    )
    return {
        part: None if index is None else str(figures["customer"][index])
        for part, index in picked._asdict().items()
    }


@pytest.fixture(scope="module")
def company() -> Company:
    return make_company()


@pytest.fixture(scope="module")
def scores(company: Company) -> Scores:
    return run(company)


@pytest.fixture(scope="module")
def frames(company: Company) -> dict[str, pd.DataFrame]:
    return {name: table.to_pandas() for name, table in company.tables.items()}


def planted(company: Company) -> dict[str, str]:
    return {part: company.characters[part] for part in PARTS}


def test_the_rule_finds_the_planted_customers(company: Company, scores: Scores) -> None:
    assert found(company, scores) == planted(company)


@pytest.mark.parametrize(
    ("seed", "size"), [(1, 50), (2, 50), (3, 50), (1, 300), (2, 300), (3, 300), (1, 1500)]
)
def test_the_rule_finds_the_planted_customers_at_any_seed_and_size(seed: int, size: int) -> None:
    other = make_company(seed, size)
    assert len(set(other.characters.values())) == 5
    assert found(other, run(other)) == planted(other)


def test_the_planted_customers_match_the_page(company: Company, scores: Scores) -> None:
    cast = {part: scores.row(key) for part, key in company.characters.items()}
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    names = dict(
        zip(
            company.tables["customers"]["id"].to_pylist(),
            company.tables["customers"]["name"].to_pylist(),
            strict=True,
        )
    )
    advocate, detractor = cast["advocate"], cast["detractor"]
    free, catch, referrer = cast["free"], cast["catch"], cast["referrer"]
    for who in (advocate, detractor, free, catch, referrer):
        assert names[who["customer"]] in page

    assert (advocate["stance"], detractor["stance"]) == ("promoter", "detractor")
    assert advocate["network_value"] > 10 * advocate["clv"] > 0
    assert stated(PAGE, f"CLV {advocate['clv']:.0f}", f"{advocate['influence']:,.0f}",
                  f"{advocate['network_value']:,.0f}")  # fmt: skip
    assert stated(PAGE, f"CLV {detractor['clv']:.0f}", f"{detractor['influence']:,.0f}",
                  f"rank {detractor['clv_rank']}")  # fmt: skip
    assert free["clv"] == 0
    assert free["rank"] < 10
    assert stated(PAGE, "CLV 0", f"{free['network_value']:,.0f}", f"rank {free['rank']}",
                  f"{free['credit_received']:,.0f}", f"{free['referral_value']:,.0f}")  # fmt: skip
    assert (catch["clv_rank"], catch["rank"]) == (3, 5)
    assert stated(PAGE, f"CLV {catch['clv']:,.0f}", f"{catch['network_value']:,.0f}")
    assert stated(PAGE, f"CLV {referrer['clv']:.0f}", f"{referrer['referral_tree_value']:,.0f}")
    others = scores.to_pandas()["referral_tree_value"].nlargest(3).to_list()
    assert others[:2] == [referrer["referral_tree_value"], free["referral_tree_value"]]
    assert others[2] < 0.5 * others[0]


@pytest.mark.parametrize(("seed", "size"), [(7, 2000), (3, 50), (5, 300)])
def test_the_tables_are_consistent(seed: int, size: int) -> None:
    made = sample_company(seed, size)
    complete(influence.Tables(**made))  # refuses what is not valid
    tables = {name: table.to_pandas() for name, table in made.items()}
    joined = tables["customers"].set_index("id")["joined"].to_dict()

    referrals = tables["referrals"]
    assert referrals["referred"].is_unique
    for row in referrals.to_dict("records"):
        assert joined[row["referrer"]] < row["date"] <= joined[row["referred"]]
    assert set(referrals["joined_anyway"]) <= {0.0, 0.5, 1.0}

    clv = tables["customers"].set_index("id")["clv"]
    bought = tables["transactions"]
    assert set(bought["customer"]) == set(clv[clv > 0].index)
    assert (bought["amount"] > 0).all()
    assert all(
        joined[who] <= day <= DEFAULTS.last_day
        for who, day in zip(bought["customer"], bought["date"], strict=True)
    )

    surveys = tables["surveys"]
    assert surveys["score"].isin(range(11)).all()
    assert not surveys.duplicated(["customer", "question", "date"]).any()
    assert all(
        joined[who] <= day <= DEFAULTS.last_day
        for who, day in zip(surveys["customer"], surveys["date"], strict=True)
    )


def test_the_files_pass_the_check_and_contain_every_table(tmp_path: Path) -> None:
    write_company(tmp_path, seed=3, customers=300)
    read = complete(loader.read([tmp_path]))
    assert len(read.customers) == 300
    made = sample_company(3, 300)
    for table in set(made) - {"customers"}:
        assert len(getattr(read, table)) == len(made[table]) > 0


def test_purchases_give_nearly_the_given_clv(company: Company, scores: Scores) -> None:
    again = run(company, Conventions(margin=DEFAULTS.margin), without="clv").to_pandas()
    given = scores.to_pandas()
    assert again["clv"].sum() == pytest.approx(given["clv"].sum(), rel=0.03)
    assert given["clv"].corr(again["clv"], method="spearman") > 0.99
    close = np.abs(again["clv"] - given["clv"]) <= 0.25 * given["clv"]
    assert close.mean() > 0.95


def test_purchases_go_back_three_years_and_business_buys_most_often(
    frames: dict[str, pd.DataFrame],
) -> None:
    bought = frames["transactions"]
    last = DEFAULTS.last_day
    assert bought["date"].min() > last - timedelta(days=3 * 365)
    assert bought["date"].max() == last
    year = bought[bought["date"] > last - timedelta(days=365)]
    segment = frames["customers"].set_index("id")["segment"]
    often = year.groupby("customer").size().groupby(segment).mean()
    assert often["business"] > 1.5 * often["retail"] > often["student"]


def test_referrals_follow_the_ties_outside_the_community(
    company: Company, frames: dict[str, pd.DataFrame]
) -> None:
    ties = frames["ties"].query("kind != 'follows'")
    known = {frozenset(pair) for pair in zip(ties["source"], ties["target"], strict=True)}
    rows = frames["referrals"]
    strangers = [
        row
        for row in rows.to_dict("records")
        if frozenset((row["referrer"], row["referred"])) not in known
    ]
    assert 0.1 < len(rows) / 2000 < 0.3
    assert all(row["referrer"] in company.characters.values() for row in strangers)
    customer = frames["customers"].set_index("id")["relation"] == "customer"
    assert all(customer[row] for row in rows["referrer"])
    assert rows["margin"].isna().mean() > 0.8
    assert 0.5 < (rows["joined_anyway"] == 0).mean() < 0.8


def test_two_fifths_answer_and_most_are_positive(
    frames: dict[str, pd.DataFrame], scores: Scores
) -> None:
    answers = Counter(frames["surveys"]["customer"])
    assert 0.35 * 2000 < len(answers) < 0.45 * 2000
    assert set(answers.values()) == {1, 2}
    stances = Counter(scores.to_pandas()["stance"])
    assert stances["promoter"] > stances["neutral"] > stances["detractor"] > 20


def test_answers_within_households_are_slightly_correlated(frames: dict[str, pd.DataFrame]) -> None:
    score = frames["surveys"].drop_duplicates("customer", keep="last").set_index("customer")
    home = frames["ties"].query("kind == 'household'")
    both = home[home["source"].isin(score.index) & home["target"].isin(score.index)]
    left, right = (score["score"][both[end]].to_numpy() for end in ("source", "target"))
    assert 0.0 < np.corrcoef(left, right)[0, 1] < 0.5


def intentions(company: Company) -> dict[str, Intention]:
    frames: dict[str, Any] = {name: table.to_pandas() for name, table in company.tables.items()}
    customers = frames["customers"]
    newest = frames["surveys"].drop_duplicates("customer", keep="last").set_index("customer")
    names = ["retail", "business", "student"]
    segments = by_segment(
        newest["score"].reindex(customers["id"]).to_numpy(),
        customers["id"].isin(frames["referrals"]["referrer"]).to_numpy(),
        customers["segment"].map(names.index).to_numpy().astype(np.intp),
        names,
    )
    return {one.segment: one for one in segments}


def test_intention_predicts_referrals_in_retail_but_not_in_business(company: Company) -> None:
    said = intentions(company)
    assert said["retail"].predicts
    assert said["retail"].interval[0] > 0.05
    assert said["business"].enough
    assert not said["business"].predicts
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    for segment in ("retail", "business"):
        did, others = said[segment].did.share, said[segment].others_did.share
        assert did is not None
        assert others is not None
        assert f"{segment} {did:.0%} against {others:.0%}" in page


def test_intention_predicts_the_same_at_other_seeds() -> None:
    differences = [intentions(make_company(seed, 2000)) for seed in range(1, 6)]
    assert all(said["retail"].predicts for said in differences)
    business = [said["business"].difference or 0.0 for said in differences]
    assert abs(float(np.mean(business))) < 0.1


def test_the_page_has_the_counts_of_the_tables(
    company: Company, frames: dict[str, pd.DataFrame], scores: Scores
) -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    referrals, surveys = frames["referrals"], frames["surveys"]
    above = dict(zip(referrals["referred"], referrals["referrer"], strict=True))

    def root(key: str) -> str:
        while key in above:
            key = above[key]
        return key

    tree = sum(root(key) == company.characters["referrer"] for key in above)
    assert f"{len(referrals)} referrals" in page
    assert f"{tree} of them in one tree" in page
    assert f"{len(frames['transactions']):,} purchases" in page
    answers = surveys["customer"].nunique()
    assert f"{len(surveys)} answers of {answers} people" in page
    figures = scores.to_pandas()
    outside = figures["network_value"].sum() - figures["clv"].sum()
    assert f"({outside:,.2f})" in page
