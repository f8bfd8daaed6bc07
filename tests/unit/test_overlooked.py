"""The rule that finds customers whom CLV does not show."""

from __future__ import annotations

import numpy as np

from influence.value.overlooked import Overlooked, overlooked

NOBODY = Overlooked(None, None, None, None)


def test_without_data_no_customer_is_overlooked() -> None:
    nothing, zeros = np.full(3, np.nan), np.zeros(3)
    somebody = np.ones(3, np.bool_)
    assert overlooked(zeros, nothing, zeros, zeros, somebody) == NOBODY
    empty = np.zeros(0)
    assert overlooked(empty, empty, empty, empty, np.zeros(0, np.bool_)) == NOBODY


def test_unknown_sentiment_of_others_does_not_matter() -> None:
    clv = np.array([10.0, 20.0, 100.0, 100.0])
    signed = np.array([np.nan, 5.0, np.nan, -3.0])
    picked = overlooked(clv, signed, clv, np.zeros(4), np.ones(4, np.bool_))
    assert picked == Overlooked(advocate=1, detractor=3, free=None, referrer=None)


def test_prospects_are_not_free_customers() -> None:
    picked = overlooked(
        clv=np.array([0.0, 0.0, 10.0, 20.0]),
        influence_signed=np.array([9.0, 9.0, -9.0, 9.0]),
        network_value=np.array([50.0, 5.0, 10.0, 20.0]),
        referral_tree_value=np.zeros(4),
        customer=np.array([False, True, True, True]),
    )
    assert picked == Overlooked(advocate=None, detractor=None, free=1, referrer=None)


def test_of_equal_customers_the_first_is_found() -> None:
    same = np.ones(4)
    assert overlooked(np.zeros(4), same, same, same, same > 0).free == 0
