"""The page of a calibration: its weights beside the published ones, and the ladder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from influence.calibration.plots import PUBLISHED, notes, weight_rows
from influence.calibration.record import Calibration
from influence.charts.drawing import svg
from influence.charts.weights import weights_by_source
from influence.report_page.parts import Figure, Section, Share, Table
from influence.reports.calibration_text import window_of

WEIGHT = {"weight": "weight", "low": "95 % from", "high": "to"}


def section(found: Calibration) -> Section:
    """Show weights with intervals, published presets, and what each rung of the ladder gives."""
    rows = weight_rows(found)
    figures = [
        Figure(
            id="weights",
            title="The weight at each distance",
            meaning="A point is a weight, a line its 95 % interval: where it covers zero, no "
            "influence is claimed.",
            method="",
            svg=svg(weights_by_source(rows)),
            alt="For each distance, this calibration with an interval and the published presets.",
            table=Table(in_percent(rows), {"distance": "distance", "label": "source", **WEIGHT}),
        )
    ]
    if found.ladder:
        figures.append(ladder(found))
    first, _, origin = notes(found)
    return Section("calibration", "Beside published weights", [first, PUBLISHED, origin], figures)


def ladder(found: Calibration) -> Figure:
    """List the weights that each rung of the ladder gives."""
    rows = [
        {"rung": rung.name, **asdict(each), "removed": rung.removed if at == 0 else None}
        for rung in found.ladder
        for at, each in enumerate(rung.weights)
    ]
    headings = {"rung": "explained by", "distance": "distance", **WEIGHT, "removed": "removed"}
    return Figure(
        id="ladder",
        title=f"The weights with less explained otherwise, {window_of(found)}",
        meaning="Each rung explains more by other things than influence; the last one is the "
        "estimate. Removed: the share of the naive weight at distance 1.",
        method="",
        table=Table(in_percent(rows), headings),
    )


def in_percent(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Have weights and shares shown in per cent."""
    return [
        {name: Share(value) if isinstance(value, float) else value for name, value in row.items()}
        for row in rows
    ]
