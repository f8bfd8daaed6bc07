"""The record of a calibration, as a store keeps it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from influence.calibration.matched import Matched
from influence.calibration.weights import Weight
from influence.charts.extra import needs_extra
from influence.models.weight_errors import WeightErrors

if TYPE_CHECKING:
    from influence.calibration.plots import CalibrationPlots

Verdict = Literal["found", "none found"]
NORMAL = 1.959964
"""`Z_95` with six decimals: with more, a calibration that is kept would give other intervals."""
LARGEST_LOG = 700.0
"""Its exponential is still a number."""


@dataclass(frozen=True)
class Rung:
    """One step of the ladder.

    Attributes
    ----------
    name : str
        See `influence.calibration.study.ladder`.
    weights : tuple of Weight
    removed : float or None
        The share of the naive weight at distance 1 that is explained otherwise; None where the
        interval of the naive weight does not lie above 0.
    """

    name: str
    weights: tuple[Weight, ...]
    removed: float | None


@dataclass(frozen=True)
class WindowRow:
    """The weights that another window gives.

    Attributes
    ----------
    window : int
        In periods.
    weights : tuple of Weight
    better : float
        By how much −2 log-likelihood is below that of the default window.
    """

    window: int
    weights: tuple[Weight, ...]
    better: float


@dataclass(frozen=True)
class Ratio:
    """The effect of the exposure at one distance in a logit or multiplicative hazard; no weight.

    Attributes
    ----------
    distance : int
    coefficient, standard_error : float
        The logarithm of the ratio.
    low, high : float
        Of the 95 % interval of the coefficient.
    ratio, ratio_low, ratio_high : float
        By how much each person exposed to multiplies the odds, or the hazard.
    """

    distance: int
    coefficient: float
    standard_error: float
    low: float
    high: float
    ratio: float
    ratio_low: float
    ratio_high: float

    @classmethod
    def of(
        cls, distance: int, coefficient: float, standard_error: float, low: float, high: float
    ) -> Ratio:
        """Take exponentials."""
        ratios = (math.exp(min(each, LARGEST_LOG)) for each in (coefficient, low, high))
        return cls(distance, coefficient, standard_error, low, high, *ratios)


@dataclass(frozen=True)
class Calibration:
    """The decay weights of a company, and how they were estimated. It holds no customer ids.

    Attributes
    ----------
    id, made_at, version : str
    source : {"hazard", "experiment"}
    events : str
        The table or file of the events.
    verdict : {"found", "none found"}
        Whether the interval of the weight at distance 1 lies above 0.
    weights : tuple of float
        For a run: projected so that they never increase with distance; empty where none was found.
    estimates : tuple of Weight
        As estimated, by distance.
    window : int or None
        Periods for which an event counts as a fresh exposure; None for ever.
    stale : int
        Periods of the stale exposure after it; 0 where there is none.
    period : str
    facts : mapping
        Sizes and choices: customers, events at risk, person-periods, clusters …
    ladder : tuple of Rung
    windows : tuple of WindowRow
    matched : Matched or None
        A matched sample, beside the hazard.
    correlation : tuple of tuples of float
        Of the errors of the estimates, by distance; empty where it is not known.
    ratios : tuple of Ratio
        Of a logit or a multiplicative hazard, in which nothing else is estimated.
    """

    id: str
    made_at: str
    version: str
    source: Literal["hazard", "experiment"]
    events: str
    verdict: Verdict
    weights: tuple[float, ...]
    estimates: tuple[Weight, ...]
    window: int | None
    stale: int
    period: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    ladder: tuple[Rung, ...] = ()
    windows: tuple[WindowRow, ...] = ()
    matched: Matched | None = None
    correlation: tuple[tuple[float, ...], ...] = ()
    ratios: tuple[Ratio, ...] = ()

    @property
    def errors(self) -> WeightErrors:
        """The errors of the weights of a run.

        Normal, with the intervals of the estimates as those of 95 %, and independent where their
        correlation is not known.
        """
        used = self.estimates[: len(self.weights)]
        errors = np.array([(each.high - each.low) / (2 * NORMAL) for each in used])
        every = np.array(self.correlation) if self.correlation else np.eye(len(used))
        covariance = every[: len(used), : len(used)] * np.outer(errors, errors)
        return WeightErrors(
            tuple(each.weight for each in used), tuple(map(tuple, covariance.tolist()))
        )

    @property
    def plot(self) -> CalibrationPlots:
        """The charts of this calibration: `weights()`, by Altair.

        Raises
        ------
        UsageError
            If the extra `report` is not installed.
        """
        with needs_extra("pictures"):
            from influence.calibration.plots import CalibrationPlots
        return CalibrationPlots(self)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calibration:
        """Read what `to_dict` wrote."""
        return cls(
            **{
                **data,
                "weights": tuple(data["weights"]),
                "estimates": _weights(data["estimates"]),
                "ladder": tuple(Rung(**_with_weights(row)) for row in data["ladder"]),
                "windows": tuple(WindowRow(**_with_weights(row)) for row in data["windows"]),
                "matched": data["matched"] and Matched(**data["matched"]),
                "correlation": tuple(tuple(row) for row in data.get("correlation", ())),
                "ratios": tuple(Ratio(**row) for row in data["ratios"]),
            }
        )


def _weights(rows: list[dict[str, Any]]) -> tuple[Weight, ...]:
    return tuple(Weight(**row) for row in rows)


def _with_weights(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "weights": _weights(row["weights"])}
