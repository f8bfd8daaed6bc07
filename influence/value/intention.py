"""Stated intention against observed action: does "I would recommend" predict who refers?

The share of customers who referred, among those who said they would and among the others who
answered, and the difference, with 95 % intervals: of a share after Wilson (JASA 22:209, 1927), of
the difference after Newcombe (Statistics in Medicine 17:873, 1998, method 10).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from influence.value.normal import Z_95

THRESHOLD = 9.0
"""Answer, of 0 to 10, from which a customer counts as having said that they would refer."""

FEWEST = 10
"""Smallest number of customers on each side for a conclusion."""


@dataclass(frozen=True)
class Share:
    """A count out of a total, with its share and interval (Wilson, 95 %).

    Attributes
    ----------
    count, of : int
    share : float or None
        From 0 to 1; None with a total of 0.
    interval : tuple of float
        Of the share; 0 and 1 with a total of 0.
    """

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """The share, from 0 to 1."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """The interval of the share; both bounds lie in [0, 1].

        (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n)
        """
        if not self.of:
            return 0.0, 1.0
        n, p, z = self.of, self.count / self.of, Z_95
        middle, wide = p + z**2 / (2 * n), z * sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        low, high = ((middle + side) / (1 + z**2 / n) for side in (-wide, wide))
        # Exactly 0 and 1 at the ends, where rounding would leave 1e-17.
        return (low if self.count else 0.0), (high if self.count < n else 1.0)


@dataclass(frozen=True)
class Intention:
    """Stated intention and observed action of the customers of one segment.

    Attributes
    ----------
    segment : str
    said : Share
        Of those who answered, the customers who said that they would refer.
    did : Share
        Of those who said so, the customers who referred at least one.
    others_did : Share
        Of the others who answered, the customers who referred at least one.
    fewest : int
        Smallest number of customers on each side for a conclusion.
    """

    segment: str
    said: Share
    did: Share
    others_did: Share
    fewest: int = FEWEST

    @property
    def answered(self) -> int:
        """The number of customers who answered."""
        return self.said.of

    @property
    def difference(self) -> float | None:
        """The share `did` less the share `others_did`; None if a side is empty."""
        did, others = self.did.share, self.others_did.share
        return None if did is None or others is None else did - others

    @property
    def interval(self) -> tuple[float, float]:
        """The interval of the difference; both bounds lie in [−1, 1].

        With shares p, q and their intervals (a, b), (c, d):
        p − q − √((p − a)² + (d − q)²) to p − q + √((b − p)² + (q − c)²)
        """
        p, q = self.did.share, self.others_did.share
        if p is None or q is None:
            return -1.0, 1.0
        (a, b), (c, d) = self.did.interval, self.others_did.interval
        return p - q - sqrt((p - a) ** 2 + (d - q) ** 2), p - q + sqrt((b - p) ** 2 + (q - c) ** 2)

    @property
    def enough(self) -> bool:
        """Whether enough customers answered on both sides for a conclusion."""
        return min(self.did.of, self.others_did.of) >= self.fewest

    @property
    def predicts(self) -> bool:
        """Whether enough answered and the interval of the difference does not cover 0."""
        low, high = self.interval
        return self.enough and not low <= 0 <= high

    def to_dict(self) -> dict[str, Any]:
        """Return counts, shares, intervals and the sentence as plain data."""
        (low, high), did, others = self.interval, self.did.interval, self.others_did.interval
        return {
            "segment": self.segment,
            "answered": self.answered,
            "said": self.said.count,
            "did": self.did.count,
            "did_share": self.did.share,
            "did_low": did[0],
            "did_high": did[1],
            "others_did": self.others_did.count,
            "others_share": self.others_did.share,
            "others_low": others[0],
            "others_high": others[1],
            "difference": self.difference,
            "difference_low": low,
            "difference_high": high,
            "predicts": self.predicts,
            "sentence": self.sentence,
        }

    @property
    def sentence(self) -> str:
        """The conclusion as a sentence."""
        if not self.answered:
            return f"{self.segment}: nobody answered"
        said = f"{self.segment}: {self.said.count:,} of {self.answered:,} said they would refer"
        if not self.enough:
            return f"{said}; too few to compare (at least {self.fewest:,} on either side)"
        if not self.did.count + self.others_did.count:
            return f"{said}; no referrals in the data, so there is nothing to compare"
        low, high = self.interval
        compared = (
            f"{said}; {_percent(self.did)} of them did, {_percent(self.others_did)} of the others "
            f"(difference {100 * (self.difference or 0.0):+.1f} points, "
            f"95 % interval {100 * low:+.1f} to {100 * high:+.1f})"
        )
        if not self.predicts:
            return f"{compared}: stated intention does not predict referrals in this data"
        return f"{compared}: those who say so refer {'more' if low > 0 else 'less'} often"


def by_segment(
    score: npt.NDArray[np.float64],
    referred: npt.NDArray[np.bool_],
    segment: npt.NDArray[np.intp],
    names: Sequence[str],
    threshold: float = THRESHOLD,
    fewest: int = FEWEST,
) -> list[Intention]:
    """Compare stated intention with observed referrals by segment.

    Parameters
    ----------
    score : float64[n]
        Each customer's answer to *would you recommend us*, 0 to 10; NaN without an answer.
    referred : bool[n]
        Whether the customer referred at least one.
    segment : intp[n]
        Index of each customer's segment in `names`.
    names : sequence of str
        Names of the segments.
    threshold : float
        Answer from which a customer counts as having said that they would refer.
    fewest : int
        Smallest number of customers on each side for a conclusion.

    Returns
    -------
    list of Intention
        One per name, in the order of `names`.

    Examples
    --------
    >>> score, referred = np.repeat([9.0, 6.0], 20), np.tile([True, False], 20)
    >>> (found,) = by_segment(score, referred, np.zeros(40, dtype=np.intp), ["all"])
    >>> print(found.sentence)
    all: 20 of 40 said they would refer; 50.0 % of them did, 50.0 % of the others \
(difference +0.0 points, 95 % interval -28.4 to +28.4): stated intention does not predict \
referrals in this data
    """
    answered, said = ~np.isnan(score), score >= threshold

    def count(who: npt.NDArray[np.bool_]) -> list[int]:
        counted: list[int] = np.bincount(segment[who], minlength=len(names)).tolist()
        return counted

    columns = (count(answered), count(said), count(said & referred), count(answered & referred))
    return [
        Intention(
            name,
            said=Share(would, every),
            did=Share(both, would),
            others_did=Share(acted - both, every - would),
            fewest=fewest,
        )
        for name, every, would, both, acted in zip(names, *columns, strict=True)
    ]


def _percent(share: Share) -> str:
    return f"{100 * (share.share or 0.0):.1f} %"
