"""What a customer says of us: sentiment from −1 to 1, from surveys, and the name for it.

Not knowing is NaN here and "unknown" in words; only sums over others take it for 0.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ADVOCATES_FROM, PASSIVES_FROM = 9.0, 7.0
"""Net Promoter Score, of a score from 0 to 10 (Reichheld, Harvard Business Review 12/2003)."""

PROMOTER, DETRACTOR = 0.5, -0.5
"""A sentiment that reaches one of them has its name."""

UNDATED = -np.inf
"""The moment of a survey without a date: before all others."""

STANCES = np.array(["promoter", "neutral", "detractor", "unknown"])


def from_nps(score: Floats) -> Floats:
    """Turn answers from 0 to 10 into sentiment: 9–10 → 1, 7–8 → 0, 0–6 → −1.

    Fractions belong to the band below, as whole answers do: 8.5 is no 9, 6.9 is no 7.

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
    """Each customer's newest answer; of two at one moment the later row.

    Parameters
    ----------
    n : int
        How many customers there are.
    customer : intp[m]
        Who answered, 0 … n − 1.
    moment : float64[m]
        When, in any unit; `UNDATED` is older than all others.
    score : float64[m]

    Returns
    -------
    float64[n]
        NaN where a customer never answered.
    """
    newest = np.full(n, np.nan)
    order = np.argsort(moment, kind="stable")
    newest[customer[order]] = score[order]  # of repeated indices the last one is assigned
    return newest


def stance(sentiment: Floats) -> npt.NDArray[np.str_]:
    """Name each sentiment, one of `STANCES`.

    A negativity bias is no part of it: it weighs what a detractor does, not who is one.

    Parameters
    ----------
    sentiment : float64[n]
        From −1 to 1; NaN is unknown.

    Returns
    -------
    str[n]

    Examples
    --------
    >>> stance(np.array([0.5, 0.4, -0.5, np.nan])).tolist()
    ['promoter', 'neutral', 'detractor', 'unknown']
    """
    cases = [sentiment >= PROMOTER, sentiment <= DETRACTOR, np.isnan(sentiment)]
    names: npt.NDArray[np.str_] = STANCES[np.select(cases, [0, 2, 3], 1)]
    return names
