"""The score card: percentiles, parts, quadrants, tiers, and what keeps labels from flickering."""

import random
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence import Parameters, Tables, UsageError, compute
from influence.pipeline import compute_run
from influence.tables import complete
from influence.value.card_rules import CardRules
from influence.value.percentiles import mid_rank, smoothed_rates
from influence.value.score_card import HIGH, Measures, score_card
from tests import naive
from tests.examples import examples

KINDS = ("review", "share", "tip")
NUMBERS = st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=12)


@examples(60)
@given(NUMBERS)
def test_a_percentile_counts_smaller_values_and_half_of_equal_ones(values):
    found = mid_rank(np.array(values), np.ones(len(values), dtype=bool))
    expected = naive.mid_rank(dict(enumerate(values)))
    assert found == pytest.approx([expected[i] for i in range(len(values))])
    assert found.mean() == pytest.approx(50.0)


def test_percentiles_of_groups_are_those_of_each_group_alone():
    values, groups = np.array([1.0, 2, 3, 4, np.nan]), np.array([0, 1, 0, 1, 0])
    found = mid_rank(values, np.ones(5, dtype=bool), groups)
    assert found == pytest.approx([25, 25, 75, 75, np.nan], nan_ok=True)


def test_rates_of_few_trials_are_drawn_further_to_the_rate_of_all():
    successes, trials = np.array([2.0, 60, 20, 30]), np.array([2.0, 100, 50, 100])
    found = smoothed_rates(successes, trials)
    rates, rate_of_all = successes / trials, successes.sum() / trials.sum()
    drawn = (found - rates) / (rate_of_all - rates)
    assert 1 > drawn[0] > drawn[2] > drawn[1] == pytest.approx(drawn[3])
    assert drawn[1] > 0
    same = smoothed_rates(np.array([1.0, 10, 100]), np.array([2.0, 20, 200]))
    assert same == pytest.approx([0.5] * 3)


def company(n=60, seed=0, clv=None):
    """Customers with acts, e-mails, purchases, surveys and profiles; a tenth of them with none."""
    coin = random.Random(seed)
    names = [f"c{i:02}" for i in range(n)]
    own = [float(coin.randrange(-20, 200)) for _ in names]
    active = names[: n - n // 10]
    kinds = [(name, kind) for name in active for kind in coin.choices(KINDS, k=4)]
    acts = [(*act, coin.choice([None, *names]), coin.random() < 0.5) for act in kinds]
    for name in active[:30]:
        sent = coin.choice([5, 20])
        acts += [(name, "email_sent", None, False)] * sent
        acts += [(name, "email_open", None, False)] * coin.randrange(sent)
    asked = active[::5]
    ties = [tuple(coin.sample(names, 2)) for _ in range(3 * n)]
    return Tables(
        customers={
            "id": names,
            "clv": clv or own,
            "segment": [coin.choice(["young", "old"]) for _ in names],
        },
        ties=dict(zip(("source", "target"), zip(*ties, strict=True), strict=True)),
        engagements=dict(
            zip(("customer", "kind", "other", "public"), zip(*acts, strict=True), strict=True)
        ),
        profiles={"customer": names[:20], "network": ["x"] * 20,
                  "contacts": [coin.randrange(500) for _ in range(20)]},
        surveys={"customer": asked, "score": [float(i % 11) for i, _ in enumerate(asked)]},
    )  # fmt: skip


def rows_of(tables, **rules):
    found = compute(tables, Parameters(card=CardRules(**rules)), tell=lambda _: None)
    return {row["customer"]: row for row in found.table.to_pylist()}


def test_customers_who_are_not_active_have_no_card():
    rows = rows_of(company())
    inactive = [row for row in rows.values() if row["social_score"] is None]
    assert [row["customer"] for row in inactive] == [f"c{i}" for i in range(54, 60)]
    assert all(row["quadrant"] is None and row["coverage"] is None for row in inactive)


def test_the_parts_are_percentiles_and_the_score_is_their_weighted_mean():
    rows = rows_of(company(), knowledge=2.0)
    cards = [row for row in rows.values() if row["social_score"] is not None]
    for row in cards:
        parts = row["knowledge"], row["participation"], row["contacts"]
        assert all(0 <= part <= 100 for part in parts)
        assert row["social_score"] == pytest.approx((2 * parts[0] + parts[1] + parts[2]) / 4)
        assert row["coverage"] == 1.0
    for figure, of in (("social_percentile", "social_score"), ("financial_percentile", "clv")):
        expected = naive.mid_rank({row["customer"]: row[of] for row in cards})
        assert {row["customer"]: row[figure] for row in cards} == pytest.approx(expected)


def test_customers_with_the_same_parts_in_another_order_are_equal():
    parts = np.array(list(permutations(range(7), 3)), dtype=float)
    n = len(parts)
    found = score_card(
        Measures(*([part] for part in parts.T)), np.zeros(n), np.full(n, "unknown"),
        np.ones(n, dtype=bool), CardRules(),
    )  # fmt: skip
    sums = parts.sum(axis=1)
    for some in np.unique(sums):  # percentiles whose sums differ in the last digit
        assert len(np.unique(found.social_percentile[sums == some])) == 1


def test_clv_never_enters_the_social_side():
    before = rows_of(company())
    after = rows_of(company(clv=[float(i) for i in range(60)]))
    social = ("knowledge", "participation", "contacts", "social_score", "social_percentile")
    for name, row in before.items():
        assert [row[figure] for figure in social] == [after[name][figure] for figure in social]


def test_a_part_of_which_nothing_is_known_is_left_out_and_lowers_the_coverage():
    tables = company()
    known = {name: tables[name] for name in ("customers", "surveys")}
    rows = rows_of(Tables(**known))
    cards = [row for row in rows.values() if row["quadrant"]]
    assert cards == []
    rows = rows_of(Tables(**known, engagements=tables["engagements"]))
    card = rows["c00"]
    assert card["contacts"] is None
    assert card["coverage"] == pytest.approx(2 / 3)
    assert card["social_score"] == pytest.approx((card["knowledge"] + card["participation"]) / 2)


def test_quadrants_and_tiers_follow_the_percentiles():
    for row in rows_of(company()).values():
        if row["quadrant"] is None:
            continue
        rich, loud = row["financial_percentile"] >= HIGH, row["social_percentile"] >= HIGH
        names = {(False, False): "miser", (True, False): "affluent",
                 (False, True): "advocate", (True, True): "champion"}  # fmt: skip
        assert row["quadrant"] == names[rich, loud]
        high = min(row["financial_percentile"], row["social_percentile"]) >= 75 and row["clv"] > 0
        tier = "critical_detractor" if row["stance"] == "detractor" else "ambassador"
        assert row["tier"] == (tier if high else None)


def test_e_mails_of_customers_to_whom_none_was_sent_are_announced():
    acts = [("A", "email_sent")] * 12 + [("A", "email_open"), ("B", "email_open")]
    acts += [("B", "email_click"), ("C", "email_forward"), ("B", "review"), ("H", "email_open")]
    customer, kind = zip(*acts, strict=True)
    notes = []
    scores = compute(
        Tables(
            customers={"id": list("ABCH"), "do_not_profile": [False] * 3 + [True]},
            engagements={"customer": customer, "kind": kind},
        ),
        tell=notes.append,
    )
    (note,) = (note for note in notes if note.event == "emails_not_sent")
    assert note.fields["acts"] == scores.run.emails_not_sent == 3
    assert scores.run.to_dict()["emails_not_sent"] == 3


def test_within_segments_everybody_is_compared_with_their_own():
    tables = company()
    rows = rows_of(tables, within_segments=True)
    segment = dict(zip(tables.customers["id"].to_pylist(),
                       tables.customers["segment"].to_pylist(), strict=True))  # fmt: skip
    for name in ("young", "old"):
        some = {key: row["clv"] for key, row in rows.items()
                if segment[key] == name and row["quadrant"]}  # fmt: skip
        found = {key: rows[key]["financial_percentile"] for key in some}
        assert found == pytest.approx(naive.mid_rank(some))


def test_labels_do_not_flicker_when_values_change_a_little():
    """Three runs: each customer stays until a percentile falls five points below."""
    previous, changed = None, 0
    coin = random.Random(1)
    clv = [float(coin.randrange(1, 200)) for _ in range(60)]
    for _ in range(3):
        tables = complete(company(clv=clv))
        found = compute_run(
            tables, previous=lambda before=previous: before, tell=lambda _: None
        ).scores
        fresh = compute_run(tables, tell=lambda _: None).scores
        if previous is not None:
            assert found.run.compared_with == previous.run.id
            stood = {row["customer"]: row for row in previous.table.to_pylist()}
            for row, alone in zip(found.table.to_pylist(), fresh.table.to_pylist(), strict=True):
                was = stood[row["customer"]]
                if row["quadrant"] is None:
                    continue
                was_rich = was["quadrant"] in {"affluent", "champion"}
                rich = row["financial_percentile"] >= (HIGH - 5 if was_rich else HIGH)
                assert (row["quadrant"] in {"affluent", "champion"}) == rich
                changed += row["quadrant"] != alone["quadrant"]
        previous = replace(found)
        clv = [value + coin.randrange(-8, 9) for value in clv]
    assert changed


@pytest.mark.parametrize(
    "rules",
    [{"knowledge": -1.0}, {"knowledge": 0.0, "participation": 0.0, "contacts": 0.0},
     {"connections": "loose"}, {"ambassador": 101.0}, {"public_weight": float("nan")}],
)  # fmt: skip
def test_rules_out_of_bounds_are_refused(rules):
    with pytest.raises(UsageError, match="score card"):
        CardRules(**rules)
