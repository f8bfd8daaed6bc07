"""The weights of a calibration beside those of published presets. Needs the extra `report`."""

from __future__ import annotations

from typing import Any

from influence.calibration.record import Calibration
from influence.charts.look import ALONE, Chart, titled
from influence.charts.weights import weights_by_source
from influence.errors import NothingToShow
from influence.models.weights import PRESETS

OWN = "this calibration"
TITLE = "Weights from the company's own data beside published ones"
PUBLISHED = (
    "Published figures say how much more often contacts of people with a trait have it, too: "
    "clustering, not influence. Only ascarza-2017 is from an experiment. They are about other "
    "people and other events, and stand without intervals."
)


class CalibrationPlots:
    """The charts of one calibration; see `Calibration.plot`."""

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration

    def weights(self) -> Chart:
        """Draw the weight at each distance with its 95 % interval, and the published presets.

        The estimates are drawn as they are, found or not; the note below the title says which
        weights count: see `influence.calibration.weights.projected`.

        Raises
        ------
        NothingToShow
            If the calibration has no weights, as those with odds or hazard ratios.
        """
        found = self._calibration
        return titled(weights_by_source(weight_rows(found), ALONE), TITLE, notes(found))


def weight_rows(found: Calibration) -> list[dict[str, Any]]:
    """Return one row for each source and distance: weight, and low and high where they are known.

    Raises
    ------
    NothingToShow
        If the calibration has no weights.
    """
    if not found.estimates:
        raise NothingToShow("this calibration estimates no weights, so there are none to draw")
    rows: list[dict[str, Any]] = [
        {
            "label": OWN,
            "distance": each.distance,
            "weight": each.weight,
            "low": each.low,
            "high": each.high,
        }
        for each in found.estimates
    ]
    for name, weights in PRESETS.items():
        for distance, weight in enumerate(weights[: len(found.estimates)], 1):
            rows.append(
                {"label": name, "distance": distance, "weight": weight, "low": None, "high": None}
            )
    return rows


def notes(found: Calibration) -> list[str]:
    """Say what the lines are, which weights count, and what the published figures are."""
    used = ", ".join(f"{weight:.3f}" for weight in found.weights)
    what = "weights that count" if found.verdict == "found" else "saved anyway"
    verdict = f"Verdict: {found.verdict}" + (f"; {what}: {used}." if used else ".")
    origin = "the experiment" if found.source == "experiment" else "the dates of"
    return [
        f"Lines are 95 % intervals. {verdict}",
        PUBLISHED,
        f"Calibration {found.id}, from {origin} {found.events}",
    ]
