"""Sentiment and stance from answers, and intention compared with referrals."""

import re
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from influence.value.intention import Intention, Share, by_segment
from influence.value.normal import Z_95
from influence.value.stance import STANCES, UNDATED, from_nps, newest_score, stance

PAGES = Path(__file__).parents[2] / "docs" / "explanation"


def newest(*answers):
    """Return the sentiment of the newest answer."""
    return from_nps(newest_score(*answers))


def found(did, said, others_did, others, **options):
    return Intention(
        "x", Share(said, said + others), Share(did, said), Share(others_did, others), **options
    )


# Net promoter scores


def test_answers_are_read_as_in_the_net_promoter_score():
    assert from_nps(np.arange(11.0)).tolist() == [-1.0] * 7 + [0.0] * 2 + [1.0] * 2


def test_a_fraction_belongs_to_the_band_below():
    scores = np.array([6.5, np.nextafter(7, 0), 7.5, 8.99, np.nextafter(9, 0), 9.5, np.nan])
    assert from_nps(scores)[:-1].tolist() == [-1.0, -1.0, 0.0, 0.0, 0.0, 1.0]
    assert np.isnan(from_nps(scores)[-1])
    assert from_nps(np.array([])).shape == (0,)


def test_the_newest_answer_counts_in_any_order_of_rows():
    customer, day = np.array([1, 1, 1]), np.array([30, 10, 20])
    score = np.array([2.0, 9.0, 7.0])
    for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2]):
        answers = newest_score(3, customer[order], day[order], score[order])
        assert np.array_equal(answers, [np.nan, 2.0, np.nan], equal_nan=True)
    assert np.array_equal(newest(2, customer, day, score), [np.nan, -1.0], equal_nan=True)


def test_of_two_answers_on_one_day_the_later_row_wins():
    customer = np.zeros(2, dtype=np.intp)
    for day in (0, 17, -3, UNDATED):
        assert newest(1, customer, np.full(2, day), np.array([10.0, 0.0])).tolist() == [-1.0]
        assert newest(1, customer, np.full(2, day), np.array([0.0, 10.0])).tolist() == [1.0]
    coin = np.random.default_rng(1)
    many, days = coin.integers(0, 40, 5000), coin.integers(0, 3, 5000)
    answers = newest_score(40, many, days, np.arange(5000.0))
    last = [max(np.flatnonzero((many == one) & (days == 2))) for one in range(40)]
    assert answers.tolist() == last


def test_an_answer_without_a_date_is_older_than_all_others():
    customer = np.zeros(2, dtype=np.intp)
    day = np.array([-700_000, UNDATED])  # a very early date is later than an unknown one
    assert newest(1, customer, day, np.array([10.0, 0.0])).tolist() == [1.0]
    assert newest(1, customer, day[::-1], np.array([0.0, 10.0])).tolist() == [1.0]


def test_without_answers_no_sentiment_is_known():
    nothing = np.array([], dtype=np.int64)
    assert np.isnan(newest(3, nothing.astype(np.intp), nothing, np.array([]))).all()
    assert newest(0, nothing.astype(np.intp), nothing, np.array([])).shape == (0,)


def test_stances_begin_at_plus_and_minus_one_half():
    sentiment = np.array([1, 0.5, np.nextafter(0.5, 0), 0, np.nextafter(-0.5, 0), -0.5, -1, np.nan])
    assert stance(sentiment).tolist() == [
        "promoter", "promoter", "neutral", "neutral",
        "neutral", "detractor", "detractor", "unknown",
    ]  # fmt: skip
    assert set(stance(sentiment).tolist()) == set(STANCES.tolist())
    assert stance(np.array([])).tolist() == []


# Intervals


@pytest.mark.parametrize(
    ("count", "of"), [(0, 1), (1, 1), (0, 10), (10, 10), (3, 7), (1, 1000), (810, 1000), (50, 100)]
)
def test_the_interval_of_a_share_is_that_of_scipy(count, of):
    expected = binomtest(count, of).proportion_ci(method="wilson")
    share = Share(count, of)
    assert share.share == count / of
    assert share.interval == pytest.approx(tuple(expected), abs=1e-12)
    assert 0 <= share.interval[0] <= share.share <= share.interval[1] <= 1


def test_the_interval_of_a_share_is_the_published_one():
    # Newcombe, Statistics in Medicine 17:857 (1998), method 3
    assert Share(81, 263).interval == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert Share(0, 20).interval == pytest.approx((0, 0.1611), abs=5e-5)
    assert pytest.approx(norm.ppf(0.975), abs=1e-15) == Z_95


@pytest.mark.parametrize(
    ("did", "said", "others_did", "others", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17:873 (1998), method 10
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_the_published_one(
    did, said, others_did, others, low, high
):
    one = found(did, said, others_did, others)
    assert one.difference == pytest.approx(did / said - others_did / others)
    assert one.interval == pytest.approx((low, high), abs=5e-5)
    other_way = found(others_did, others, did, said)
    assert other_way.interval == pytest.approx((-high, -low), abs=5e-5)


@pytest.mark.parametrize("seed", range(20))
def test_the_interval_of_a_difference_is_made_of_those_of_the_shares(seed):
    coin = np.random.default_rng(seed)
    said, others = coin.integers(1, 200, 2).tolist()
    did, others_did = int(coin.integers(0, said + 1)), int(coin.integers(0, others + 1))
    p, q = did / said, others_did / others
    one = binomtest(did, said).proportion_ci(method="wilson")
    other = binomtest(others_did, others).proportion_ci(method="wilson")
    expected = (
        p - q - sqrt((p - one.low) ** 2 + (other.high - q) ** 2),
        p - q + sqrt((one.high - p) ** 2 + (q - other.low) ** 2),
    )
    assert found(did, said, others_did, others).interval == pytest.approx(expected, abs=1e-12)


def test_an_empty_group_has_no_share_and_no_difference():
    assert Share(0, 0).share is None
    assert Share(0, 0).interval == (0.0, 1.0)
    one = found(3, 20, 0, 0)
    assert one.difference is None
    assert one.interval == (-1.0, 1.0)
    assert not one.predicts


# Sentences


def test_a_positive_interval_predicts_referrals():
    one = found(60, 100, 20, 100)
    assert one.predicts
    for part in ("100 of 200", "60.0 %", "20.0 %", "+40.0", "+26.8 to +51.2", "more often"):
        assert part in one.sentence
    assert "less often" in found(20, 100, 60, 100).sentence


def test_an_interval_that_covers_zero_does_not_predict_referrals():
    one = found(30, 100, 28, 100)
    low, high = one.interval
    assert low < 0 < high
    assert not one.predicts
    assert "does not predict" in one.sentence


def test_small_groups_are_not_compared():
    one = found(9, 9, 0, 500)
    assert not one.predicts
    assert "9 of 509" in one.sentence
    assert "too few to compare (at least 10" in one.sentence
    assert found(9, 9, 0, 500, fewest=9).predicts
    assert not found(500, 500, 0, 9).enough


def test_groups_without_answers_or_referrals_have_their_own_sentence():
    assert "nobody answered" in found(0, 0, 0, 0).sentence
    sentence = found(0, 50, 0, 1050).sentence
    assert "50 of 1,100" in sentence
    assert "no referrals in the data" in sentence


def test_the_threshold_decides_what_counts_as_intention():
    score = np.array([9.0, 8.0, 7.0, np.nan])
    referred = np.array([True, True, False, True])
    segment = np.zeros(4, dtype=np.intp)
    (nine,) = by_segment(score, referred, segment, ["all"])
    assert (nine.said, nine.did, nine.others_did) == (Share(1, 3), Share(1, 1), Share(1, 2))
    (seven,) = by_segment(score, referred, segment, ["all"], threshold=7, fewest=0)
    assert (seven.said, seven.did, seven.others_did) == (Share(3, 3), Share(2, 3), Share(0, 0))
    assert not seven.predicts
    assert by_segment(score, referred, segment, ["all", "nobody"])[1].said == Share(0, 0)
    assert by_segment(score[:0], referred[:0], segment[:0], []) == []


# The pages


def test_the_sentences_match_the_page():
    lines = (PAGES / "intention-and-action.md").read_text("utf-8").splitlines()
    page = " ".join(line.removeprefix("> ") for line in lines)
    segments = re.findall(r"\| (\w+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", page)
    assert len(segments) == 3
    for name, said, did, others, others_did in segments:
        one = found(int(did), int(said), int(others_did), int(others))
        assert name + one.sentence.removeprefix("x") in page
