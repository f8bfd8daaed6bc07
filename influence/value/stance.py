"""Sentiment from surveys, from −1 to 1, and the stance derived from it.

Unknown sentiment is NaN and its stance "unknown"; sums over other customers count it as 0.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ADVOCATES_FROM, PASSIVES_FROM = 9.0, 7.0
"""Bounds of the Net Promoter Score, of answers from 0 to 10 (Reichheld, HBR 12/2003)."""

PROMOTER, DETRACTOR = 0.5, -0.5
"""Sentiment from which a customer is a promoter, and down to which a detractor."""

UNDATED = -np.inf
"""Moment of an answer without a date: before all others."""

STANCES = np.array(["promoter", "neutral", "detractor", "unknown"])


def from_nps(score: Floats) -> Floats:
    """Convert answers from 0 to 10 to sentiment: 9–10 → 1, 7–8 → 0, 0–6 → −1.

    Fractions belong to the band below: 8.5 counts as 8, 6.9 as 6.

    Parameters
    ----------
    score : float64[m]
        NaN stays NaN.

    Returns
    -------
    float64[m]

    Examples
    --------
    >>> from_nps(np.array([10.0, 8.5, 7.0, 6.9])).tolist()
    [1.0, 0.0, 0.0, -1.0]
    """
    bands = [score >= ADVOCATES_FROM, score >= PASSIVES_FROM, score < PASSIVES_FROM]
    return np.select(bands, [1.0, 0.0, -1.0], np.nan)


def newest_score(n: int, customer: npt.NDArray[np.intp], moment: Floats, score: Floats) -> Floats:
    """Return the newest answer of each customer; of two at the same moment, the later row.

    Parameters
    ----------
    n : int
        Number of customers.
    customer : intp[m]
        The customer who answered, 0 … n − 1.
    moment : float64[m]
        Time of the answer in any unit; `UNDATED` is before all others.
    score : float64[m]
        The answers.

    Returns
    -------
    float64[n]
        NaN for customers without an answer.
    """
    newest = np.full(n, np.nan)
    order = np.argsort(moment, kind="stable")
    newest[customer[order]] = score[order]  # of repeated indices the last assignment wins
    return newest


def stance(sentiment: Floats) -> npt.NDArray[np.object_]:
    """Return the stance of each sentiment, one of `STANCES`.

    A negativity bias does not change the stance, only the weight of negative sentiment.

    Parameters
    ----------
    sentiment : float64[n]
        From −1 to 1; NaN is unknown.

    Returns
    -------
    object[n]

    Examples
    --------
    >>> stance(np.array([0.5, 0.4, -0.5, np.nan])).tolist()
    ['promoter', 'neutral', 'detractor', 'unknown']
    """
    cases = [sentiment >= PROMOTER, sentiment <= DETRACTOR, np.isnan(sentiment)]
    # Of one text for all its customers each has a reference only.
    names: npt.NDArray[np.object_] = STANCES.astype(object)[np.select(cases, [0, 2, 3], 1)]
    return names
