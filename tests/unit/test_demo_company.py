"""The sample company has the intended distributions and is reproducible.

Reach, gross and ledger are computed here by hand (breadth first, plain dictionaries), so that
these tests know nothing of the engine.
"""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from influence.demo.company import sample_company
from influence.demo.names import FAMILY, GIVEN
from tests.documentation import stated

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "demo-company.md"
WEIGHTS = (1.0, 0.45, 0.25, 0.10, 0.0)
ARROW_TYPES = {
    "customers": {
        "id": pa.string(),
        "clv": pa.float64(),
        "name": pa.string(),
        "segment": pa.string(),
        "relation": pa.string(),
        "joined": pa.date32(),
    },
    "ties": {
        "source": pa.string(),
        "target": pa.string(),
        "kind": pa.string(),
        "network": pa.string(),
        "strength": pa.float64(),
        "directed": pa.bool_(),
        "since": pa.date32(),
    },
    "referrals": {
        "referrer": pa.string(),
        "referred": pa.string(),
        "date": pa.date32(),
        "joined_anyway": pa.float64(),
        "margin": pa.float64(),
        "incentive": pa.float64(),
        "marketing": pa.float64(),
        "acquisition_saved": pa.float64(),
    },
    "transactions": {"customer": pa.string(), "date": pa.date32(), "amount": pa.float64()},
    "surveys": {
        "customer": pa.string(),
        "score": pa.float64(),
        "date": pa.date32(),
        "question": pa.string(),
    },
    "engagements": {
        "customer": pa.string(),
        "kind": pa.string(),
        "date": pa.date32(),
        "other": pa.string(),
        "network": pa.string(),
        "public": pa.bool_(),
        "sentiment": pa.float64(),
    },
    "profiles": {
        "customer": pa.string(),
        "network": pa.string(),
        "contacts": pa.int64(),
        "public": pa.bool_(),
    },
}
BLANK = {"referrals": ["margin"], "engagements": ["other", "sentiment"]}
"""Columns with blank cells, by table."""


def column(table: pa.Table, name: str) -> list[Any]:
    values: list[Any] = table.column(name).to_pylist()
    return values


@dataclass(frozen=True)
class Measured:
    """Figures of the company by customer id, computed independently of the package."""

    clv: dict[str, float]
    contacts: dict[str, int]
    reach: dict[str, int]
    gross: dict[str, float]
    ledger: dict[str, float]
    saved: float

    def top(self, values: dict[str, float], n: int = 10) -> list[str]:
        return sorted(values, key=lambda key: (-values[key], key))[:n]


def arcs(ties: pa.Table) -> dict[str, set[str]]:
    """Return customer → customers they can influence, with `follows` reversed."""
    out: dict[str, set[str]] = {}
    for tie in ties.to_pylist():
        source, target = tie["source"], tie["target"]
        if tie["kind"] == "follows":
            source, target = target, source
        out.setdefault(source, set()).add(target)
        if not tie["directed"]:
            out.setdefault(target, set()).add(source)
    return out


def distances(out: dict[str, set[str]], start: str) -> dict[str, int]:
    seen, edge = {start: 0}, [start]
    for step in (1, 2, 3):
        edge = sorted({k for i in edge for k in out.get(i, ())} - seen.keys())
        seen.update(dict.fromkeys(edge, step))
    return seen


def measure(company: dict[str, pa.Table]) -> Measured:
    customers = company["customers"]
    clv = dict(zip(column(customers, "id"), column(customers, "clv"), strict=True))
    crv, brought, left, saved = dict.fromkeys(clv, 0.0), dict.fromkeys(clv, 0.0), dict(clv), 0.0
    for row in company["referrals"].to_pylist() if "referrals" in company else []:
        own, margin, unlikely = clv[row["referred"]], row["margin"], 1 - row["joined_anyway"]
        margin = own if margin is None else margin
        outside = row["acquisition_saved"] - unlikely * (row["incentive"] + row["marketing"])
        taken = 0.5 * unlikely * min(margin, own)
        crv[row["referrer"]] += unlikely * margin + outside
        brought[row["referrer"]] += taken + outside
        left[row["referred"]] -= taken
        saved += outside
    out = arcs(company["ties"])
    balls = {i: distances(out, i) for i in clv}
    claimants = {j: [0, 0, 0, 0] for j in clv}
    for ball in balls.values():
        for j, step in ball.items():
            for level in range(step, 4):
                claimants[j][level] += 1
    gross, ledger = {}, {}
    for i, ball in balls.items():
        gross[i] = crv[i] + sum(WEIGHTS[step] * clv[j] for j, step in ball.items())
        ledger[i] = brought[i] + sum(
            left[j] * (WEIGHTS[level] - WEIGHTS[level + 1]) / claimants[j][level]
            for j, step in ball.items()
            for level in range(step, 4)
        )
    contacts = {i: sum(step == 1 for step in ball.values()) for i, ball in balls.items()}
    reach = {i: len(b) - 1 for i, b in balls.items()}
    return Measured(clv, contacts, reach, gross, ledger, saved)


def spearman(left: dict[str, float], right: dict[str, float]) -> float:
    def ranks(values: dict[str, float]) -> np.ndarray:
        ordered = np.array([values[key] for key in sorted(values)])
        low = np.searchsorted(np.sort(ordered), ordered, side="left")
        high = np.searchsorted(np.sort(ordered), ordered, side="right")
        return (low + high) / 2

    return float(np.corrcoef(ranks(left), ranks(right))[0, 1])


def misjudged_pairs(measured: Measured) -> list[tuple[str, str]]:
    """Return disjoint pairs (a, b) in which b has a CLV above the mean, and a has less than half of
    it and a higher network value."""
    clv, ledger = measured.clv, measured.ledger
    mean = statistics.fmean(clv.values())
    best_first = measured.top(ledger, len(ledger))
    used: set[str] = set()
    pairs = []
    for b in measured.top(clv, len(clv)):
        if clv[b] < mean or b in used:
            continue
        for a in best_first:
            if ledger[a] <= ledger[b]:
                break
            if a not in used and clv[a] < 0.5 * clv[b]:
                used |= {a, b}
                pairs.append((a, b))
                break
    return pairs


@pytest.fixture(scope="module")
def company() -> dict[str, pa.Table]:
    return sample_company()


@pytest.fixture(scope="module")
def measured(company: dict[str, pa.Table]) -> Measured:
    return measure(company)


def test_the_independent_measure_matches_the_worked_example() -> None:
    worked = {
        "customers": pa.table({"id": list("ABCDEF"), "clv": [100.0, 0, 50, 200, 120, 80]}),
        "ties": pa.table(
            {
                "source": list("AABCDE"),
                "target": list("BCCDEF"),
                "kind": ["tie"] * 6,
                "directed": [False] * 6,
            }
        ),
    }
    found = measure(worked)
    assert list(found.gross.values()) == pytest.approx([184.5, 129.5, 223, 321.5, 268.5, 189])
    assert list(found.ledger.values()) == pytest.approx(
        [82.5833, 27.5833, 74.9167, 162.75, 120.5, 81.6667], abs=1e-4
    )


def test_the_same_seed_gives_the_same_tables_and_another_seed_others() -> None:
    def written(seed: int) -> bytes:
        sink = pa.BufferOutputStream()
        for table in sample_company(seed, 300).values():
            with pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(table)
        data: bytes = sink.getvalue().to_pybytes()
        return data

    assert written(7) == written(7)
    assert written(7) != written(8)


@pytest.mark.parametrize("size", [50, 200, 2000, 5000])
def test_every_size_gives_a_consistent_company(size: int) -> None:
    company = sample_company(customers=size)
    customers, ties = company["customers"], company["ties"]
    assert company.keys() == ARROW_TYPES.keys()
    for name, types in ARROW_TYPES.items():
        assert dict(zip(company[name].schema.names, company[name].schema.types, strict=True)) == (
            types
        )
        blank = [field for field in company[name].schema.names if company[name][field].null_count]
        assert blank == BLANK.get(name, [])

    ids = column(customers, "id")
    assert len(ids) == size
    assert ids == sorted(set(ids))
    clv = np.array(column(customers, "clv"))
    assert (clv == 0).sum() == round(0.3 * size)
    assert (clv >= 0).all()
    assert (clv == np.round(clv, 2)).all()

    rows = ties.to_pylist()
    known = set(ids)
    assert all(row["source"] in known and row["target"] in known for row in rows)
    assert all(row["source"] != row["target"] for row in rows)
    keys = [
        (
            (row["source"], row["target"])
            if row["directed"]
            else tuple(sorted((row["source"], row["target"]))),
            row["kind"],
            row["network"],
        )
        for row in rows
    ]
    assert len(keys) == len(set(keys))
    assert all(0 < row["strength"] <= 1 for row in rows)
    assert {row["kind"] for row in rows} == {"household", "colleague", "friend", "follows"}
    assert all(row["directed"] == (row["kind"] == "follows") for row in rows)
    assert all((row["network"] == "community") == (row["kind"] == "follows") for row in rows)


def test_too_few_customers_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 50"):
        sample_company(customers=10)


def test_paying_people_are_customers_and_most_free_people_are_not(
    company: dict[str, pa.Table],
) -> None:
    rows = company["customers"].to_pylist()
    assert {row["relation"] for row in rows if row["clv"] > 0} == {"customer"}
    free = Counter(row["relation"] for row in rows if row["clv"] == 0)
    assert set(free) == {"fan", "prospect", "customer"}
    assert free["customer"] < 0.3 * free.total()


def test_business_customers_are_worth_more_than_retail_and_students_less(
    company: dict[str, pa.Table],
) -> None:
    values: dict[str, list[float]] = {}
    for row in company["customers"].to_pylist():
        if row["clv"] > 0:
            values.setdefault(row["segment"], []).append(row["clv"])
    median = {segment: statistics.median(clv) for segment, clv in values.items()}
    assert median["business"] > 1.3 * median["retail"] > 1.3 * 1.3 * median["student"]


def test_dates_are_within_the_company_history_and_ids_follow_them(
    company: dict[str, pa.Table],
) -> None:
    joined = column(company["customers"], "joined")
    assert joined == sorted(joined)
    assert date(2019, 12, 31) <= joined[0]
    assert joined[-1] <= date(2025, 12, 31)
    since = dict(zip(column(company["customers"], "id"), joined, strict=True))
    for tie in company["ties"].to_pylist():
        assert tie["since"] <= date(2025, 12, 31)
        if tie["kind"] == "follows":
            assert tie["since"] >= max(since[tie["source"]], since[tie["target"]])


def test_names_are_unique_and_not_only_ascii(company: dict[str, pa.Table]) -> None:
    names = column(company["customers"], "name")
    assert len(set(names)) == len(names)
    assert set("éøłñ") <= set("".join(names).lower())
    assert len(set(GIVEN)) == len(GIVEN)
    assert len(set(FAMILY)) == len(FAMILY)


def test_households_are_cliques_of_at_most_five(company: dict[str, pa.Table]) -> None:
    home: dict[str, set[str]] = {}
    for tie in company["ties"].to_pylist():
        if tie["kind"] == "household":
            home.setdefault(tie["source"], {tie["source"]}).add(tie["target"])
            home.setdefault(tie["target"], {tie["target"]}).add(tie["source"])
    assert max(len(people) for people in home.values()) == 5
    assert all(home[other] == people for people in home.values() for other in people)


def test_a_third_follow_others_and_a_few_have_most_followers(
    company: dict[str, pa.Table],
) -> None:
    rows = [tie for tie in company["ties"].to_pylist() if tie["kind"] == "follows"]
    members = {tie["source"] for tie in rows} | {tie["target"] for tie in rows}
    assert 0.30 * 2000 <= len(members) <= 0.34 * 2000
    followers = sorted(Counter(tie["target"] for tie in rows).values(), reverse=True)
    assert followers[0] > 30 * statistics.median(followers)
    assert followers[0] < 0.4 * len(members)
    assert sum(followers[:10]) > 0.25 * len(rows)


def test_the_top_tenth_has_more_than_two_fifths_of_all_clv(measured: Measured) -> None:
    clv = np.sort(np.array(list(measured.clv.values())))[::-1]
    assert 0.40 < clv[:200].sum() / clv.sum() < 0.75


def test_clv_correlates_within_households_but_not_with_contacts(
    company: dict[str, pa.Table], measured: Measured
) -> None:
    both = [
        (measured.clv[tie["source"]], measured.clv[tie["target"]])
        for tie in company["ties"].to_pylist()
        if tie["kind"] == "household"
        and min(measured.clv[tie["source"]], measured.clv[tie["target"]]) > 0
    ]
    left, right = np.log(np.array(both)).T
    assert 0.1 < np.corrcoef(left, right)[0, 1] < 0.7
    contacts = {key: float(value) for key, value in measured.contacts.items()}
    assert abs(spearman(measured.clv, contacts)) < 0.1


def test_some_of_the_highest_clv_have_no_contacts(measured: Measured) -> None:
    richest = measured.top(measured.clv)
    assert sum(measured.contacts[key] <= 1 for key in richest) >= 2
    assert sum(measured.contacts[key] >= 4 for key in richest) >= 4


def test_several_top_gross_customers_have_a_small_clv(measured: Measured) -> None:
    median = statistics.median(measured.clv.values())
    low = [key for key in measured.top(measured.gross) if measured.clv[key] < median]
    assert 4 <= len(low) <= 7


def test_many_pairs_reverse_the_clv_ranking(measured: Measured) -> None:
    pairs = misjudged_pairs(measured)
    assert len({key for pair in pairs for key in pair}) == 2 * len(pairs)
    assert len(pairs) >= 100


def test_the_ledger_ranking_differs_from_the_clv_ranking(measured: Measured) -> None:
    assert sum(measured.ledger.values()) == pytest.approx(
        sum(measured.clv.values()) + measured.saved, rel=1e-9
    )
    assert measured.top(measured.ledger) != measured.top(measured.clv)
    assert set(measured.top(measured.ledger)) != set(measured.top(measured.clv))
    assert 0.6 < spearman(measured.clv, measured.ledger) < 0.9


def test_three_steps_reach_only_part_of_the_company(measured: Measured) -> None:
    assert 100 <= statistics.median(measured.reach.values()) <= 400
    assert max(measured.reach.values()) < 0.9 * 2000
    assert min(measured.reach.values()) == 0


def test_the_page_has_the_figures_of_the_default_company(
    company: dict[str, pa.Table], measured: Measured
) -> None:
    says = partial(stated, PAGE)
    rows = {row["name"]: row for row in company["customers"].to_pylist()}
    clv, gross, ledger = measured.clv, measured.gross, measured.ledger
    total, median = sum(clv.values()), statistics.median(clv.values())

    def rank(values: dict[str, float], name: str) -> int:
        return measured.top(values, len(values)).index(rows[name]["id"]) + 1

    for place, name in enumerate(["Selin Kim", "Haruto Abebe"], 1):
        key = rows[name]["id"]
        by_clv = str(rank(clv, name))
        assert says(f"{place} | {name}", f"{clv[key]:.2f}", by_clv, f"{gross[key]:,.0f}")
    for place, name in enumerate(["Emeka Hansen", "Imani Wolff"], 3):
        assert says(f"{place} | {name}", "0.00", f"{gross[rows[name]['id']]:,.0f}")
    called = measured.top(gross)
    richest = measured.top(clv, 4)
    low = sum(clv[key] < median for key in called)
    assert says(f"{low} of the first ten", f"{sum(gross.values()) / total:.0f} times")
    assert not set(called) & set(richest)
    assert says("whales", f"{clv[richest[-1]]:,.0f}", f"{clv[richest[0]]:,.0f}")
    contacts = {key: float(value) for key, value in measured.contacts.items()}
    paying = [row for row in rows.values() if row["clv"] > 0]
    medians = {
        segment: statistics.median(row["clv"] for row in paying if row["segment"] == segment)
        for segment in ("business", "retail", "student")
    }
    assert says(
        *(f"{segment} {value:.0f}" for segment, value in medians.items()),
        f"{total:,.0f}",
        f"{median:.0f}",
        f"{spearman(clv, contacts):.2f}",
    )
    assert says("Largest network value", f"{spearman(clv, ledger):.2f}")

    assert (rank(clv, "Malik Tanaka"), rank(ledger, "Malik Tanaka")) == (4, 3)
    assert (rank(clv, "Stefan Santos"), rank(ledger, "Selin Kim")) == (10, 12)
    assert rank(ledger, "Stefan Santos") > 12
    sofia, emil, sara = (rows[n]["id"] for n in ("Sofía Mwangi", "Emil Dlamini", "Sara Fabre"))
    assert stated(
        PAGE, "Sofía Mwangi", f"{clv[sofia]:,.0f}", "eight contacts", f"{ledger[sofia]:,.0f}"
    )
    assert (rank(clv, "Sofía Mwangi"), measured.contacts[sofia]) == (3, 8)
    assert says("Emil Dlamini", f"{clv[emil]:.2f}", f"{ledger[emil]:,.0f}")
    assert arcs(company["ties"])[sara] == {emil}
    star, stefan = rows["Selin Kim"]["id"], rows["Stefan Santos"]["id"]
    assert stated(
        PAGE, "Selin Kim", f"{clv[star]:.0f}", f"{ledger[star]:,.0f}", f"{clv[stefan]:,.0f}"
    )
    reached = statistics.median(measured.reach.values())
    assert says("Selin Kim", f"{measured.reach[star]:,}", f"{reached:.0f}")
    mean = statistics.fmean(clv.values())
    assert says("misjudges", str(len(misjudged_pairs(measured))), f"{mean:.0f}")
    assert says(f"{sum(n == 0 for n in measured.reach.values())} people")
    fans = Counter(t["target"] for t in company["ties"].to_pylist() if t["kind"] == "follows")
    most, typical = max(fans.values()), statistics.median(fans.values())
    assert says("community", f"{most} followers", f"{typical:.0f}")
    at_home = {
        end
        for tie in company["ties"].to_pylist()
        if tie["kind"] == "household"
        for end in (tie["source"], tie["target"])
    }
    assert says("households", f"{2000 - len(at_home)} people")
