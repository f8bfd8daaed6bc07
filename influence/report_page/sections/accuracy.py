"""How uncertain the figures are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from influence.charts.drawing import svg
from influence.charts.intervals import intervals
from influence.report_page.material import Material
from influence.report_page.parts import Figure, Section, Table
from influence.runs import Run

COUNT = 10
FIGURE = "network_value"


def section(material: Material) -> Section:
    """Say whether figures are exact, and draw the intervals or standard errors of the first."""
    run, figures = material.run, []
    if run.stability is not None:
        figures = [_intervals(material)]
    elif run.caveat is not None:
        figures = [_standard_errors(material)]
    return Section("accuracy", "How uncertain the figures are", [*_lead(run)], figures)


def _lead(run: Run) -> Iterator[str]:
    if run.caveat is not None:
        yield f"The figures are {run.caveat}."
    elif run.stability is None:
        yield "All figures are exact, none is estimated."
    if run.included is not None:
        yield f"The {run.included}."
    known = ""
    if run.parameters.calibration is None:
        known = ": the weights are published figures, not measured"
    elif "weights" not in run.uncertain:
        known = ": the calibration has intervals of its own, see `influence calibrate`"
    yield f"In every case {run.convention}{known}."


def _intervals(material: Material) -> Figure:
    rows = material.top(FIGURE, COUNT)
    columns = ("customer", "name", FIGURE, f"{FIGURE}_low", f"{FIGURE}_high", "rank", "rank_low",
               "rank_high")  # fmt: skip
    return Figure(
        id="intervals",
        title="The first by network value, with their 95 % intervals",
        meaning="Network value lies on the line in about 19 of 20 cases; where lines of two "
        "customers overlap, their order is not certain.",
        method="how-intervals",
        svg=_drawn(material, rows, *([row[f"{FIGURE}_{end}"] for row in rows]
                                     for end in ("low", "high"))),
        alt="A point for each customer with a line between the ends of the interval.",
        table=Table.of(rows, columns),
    )  # fmt: skip


def _standard_errors(material: Material) -> Figure:
    rows = material.top(FIGURE, COUNT)
    columns = ("customer", "name", FIGURE, f"{FIGURE}_se", "influence", "influence_se")
    return Figure(
        id="intervals",
        title="The first by network value, with their standard errors",
        meaning="The exact value lies on the line in about 19 of 20 cases; where lines of two "
        "customers overlap, their order is not certain.",
        method="how-sketch",
        svg=_drawn(material, rows, *([row[FIGURE] + times * row[f"{FIGURE}_se"] for row in rows]
                                     for times in (-2, 2))),
        alt="A point for each customer with a line of two standard errors to each side.",
        table=Table.of(rows, columns),
    )  # fmt: skip


def _drawn(
    material: Material, rows: list[dict[str, Any]], low: list[float], high: list[float]
) -> str:
    labels = material.labels([row["customer"] for row in rows])
    values = [row[FIGURE] for row in rows]
    return svg(intervals(labels, values, low, high, f"network value, in {material.unit}"))
